package modeltest

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

// clerk makes up what people of the ward hand in. IDs follow from a count, so
// that a seed tells the whole story.
type clerk struct {
	minted   int
	doors    []command.ID
	people   []command.ID
	asked    []*capture // whatever was handed in and kept, at whichever machine
	accounts map[command.ID]*civic.PutOfficer
}

func (k *clerk) mint(what string) command.ID {
	k.minted++
	return command.DerivedID(what, fmt.Sprint(k.minted))
}

func (w *world) fresh(by command.ID, a ask) *capture {
	return &capture{id: w.clerk.mint("command"), by: by, ask: a}
}

func phones() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"+84912404310", "+84912404311", "+84912404312"})
}

func numbers() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"", "001155000420", "001155000421", "001155000422", "001155000423", "001155000424"})
}

// family is a new household with somebody who lives there, on one form.
func (w *world) family(t *rapid.T) []*capture {
	by := w.officer(t)
	home := w.clerk.mint("household")
	w.clerk.doors = append(w.clerk.doors, home)
	list := []*capture{w.fresh(by, ask{kind: civic.KindHouseholdPut, record: home, text: "Số " + fmt.Sprint(w.clerk.minted)})}
	return append(list, w.person(t, by, home))
}

func (w *world) person(t *rapid.T, by, home command.ID) *capture {
	id := w.clerk.mint("resident")
	w.clerk.people = append(w.clerk.people, id)
	name := "Trần Thị " + rapid.SampledFrom([]string{"An", "Bình", "Cúc"}).Draw(t, "name")
	return w.fresh(by, ask{kind: civic.KindResidentPut, record: id, of: home, text: name, number: numbers().Draw(t, "number"), phone: phones().Draw(t, "phone")})
}

// officer is who sits at the machine; a supervisor does field work too.
func (w *world) officer(t *rapid.T) command.ID {
	return rapid.SampledFrom([]command.ID{w.founding.officer, w.founding.officer, w.founding.supervisor}).Draw(t, "by")
}

// work is a form about somebody or something that is there.
func (w *world) work(t *rapid.T) []*capture {
	if len(w.clerk.people) == 0 {
		return w.family(t)
	}
	by := w.officer(t)
	home, who := rapid.SampledFrom(w.clerk.doors).Draw(t, "household"), rapid.SampledFrom(w.clerk.people).Draw(t, "resident")
	switch rapid.IntRange(0, 9).Draw(t, "form") {
	case 0, 1:
		return []*capture{w.person(t, by, home)}
	case 2, 3:
		return []*capture{w.fresh(by, ask{kind: civic.KindVisitRecord, record: w.clerk.mint("visit"), of: home})}
	case 4, 5:
		return []*capture{w.fresh(by, ask{kind: civic.KindAppSubmit, record: w.clerk.mint("application"), of: who, phone: phones().Draw(t, "phone")})}
	case 6:
		return []*capture{w.fresh(by, ask{kind: civic.KindHouseholdPut, record: home, text: "Ngõ " + fmt.Sprint(w.clerk.minted)})}
	case 7:
		return []*capture{w.fresh(by, ask{kind: civic.KindHouseholdEdit, record: home, was: w.saw(t, w.model.Doors[home].Address), text: "Phố " + fmt.Sprint(w.clerk.minted)})}
	case 8:
		number := rapid.SampledFrom([]string{"001155000420", "001155000421", "001155000425"}).Draw(t, "number")
		return []*capture{w.fresh(by, ask{kind: civic.KindResidentEdit, record: who, was: w.model.People[who].Number, number: number})}
	}
	return []*capture{w.fresh(by, ask{kind: civic.KindResidentEdit, record: who, was: w.saw(t, w.model.People[who].Phone), phone: phones().Draw(t, "phone")})}
}

// saw is what was on the screen: what is agreed, or something older.
func (w *world) saw(t *rapid.T, agreed string) string {
	if rapid.IntRange(0, 3).Draw(t, "stale") == 0 {
		return "+84912404319"
	}
	return agreed
}

// decision is a supervisor's word on one of the open reviews.
func (w *world) decision(t *rapid.T) []*capture {
	if len(w.model.order) == 0 {
		return w.work(t)
	}
	var open []command.ID
	for _, id := range w.model.order {
		if w.model.Reviews[id].State == civic.ReviewOpen {
			open = append(open, id)
		}
	}
	if len(open) == 0 || rapid.IntRange(0, 4).Draw(t, "closed too") == 0 {
		open = w.model.order
	}
	choice := rapid.SampledFrom([]civic.Choice{civic.ChoiceKeep, civic.ChoiceTake, civic.ChoiceTake, civic.ChoiceNotSame}).Draw(t, "choice")
	return []*capture{w.fresh(w.founding.supervisor, ask{kind: civic.KindReviewResolve, record: rapid.SampledFrom(open).Draw(t, "review"), choice: choice})}
}

// again is what was handed in before, as it was or changed under its old ID, at
// whichever machine.
func (w *world) again(t *rapid.T) []*capture {
	if len(w.clerk.asked) == 0 {
		return w.family(t)
	}
	c := *rapid.SampledFrom(w.clerk.asked).Draw(t, "command")
	if c.phone != "" && rapid.Bool().Draw(t, "changed") {
		c.phone = phones().Draw(t, "phone")
	}
	return []*capture{&c}
}

// submit hands in a form at a machine and checks what the desk says to it.
func (m *ward) submit(list []*capture) {
	w := m.w
	fresh, want := m.expect(list)
	drafts := make([]command.Draft, len(list))
	for i, c := range list {
		drafts[i] = command.Draft{ID: c.id, Kind: c.kind, Unit: wardCode, Body: c.body()}
	}
	_, err := m.desk.Submit(w.t.Context(), command.Actor{Officer: list[0].by}, drafts, 0)
	if want != "" {
		var problem *command.Problem
		require.True(w.t, errors.As(err, &problem), "the desk takes what it must refuse: %s, %v", want, err)
		require.Equal(w.t, want, command.AsError(err).Code)
		w.tally.refusals++
		return
	}
	require.NoError(w.t, err)
	m.captures = append(m.captures, fresh...)
	w.clerk.asked = append(w.clerk.asked, fresh...)
	w.tally.captures += len(fresh)
}

// expect says which of a form the machine has not met, or why the desk refuses
// all of it: by what its own register shows and what waits there, in that order.
func (m *ward) expect(list []*capture) (fresh []*capture, refusal string) {
	here, applied := newModel(), m.applied()
	for _, e := range m.w.events {
		if e.index <= applied {
			here.see(e)
		}
	}
	for _, c := range list {
		first, met := here.known[c.id]
		if !met {
			first, met = m.own(c.id)
		}
		if met && first.ask != c.ask {
			return nil, reused.code
		} else if !met {
			fresh = append(fresh, c)
		}
	}
	for _, c := range m.captures {
		_, known := here.known[c.id]
		if out, _ := m.box.Outcome(c.id); !known && (out == nil || out.Code != reused.code) {
			here.agree(c)
		}
	}
	for _, c := range fresh {
		if v := here.agree(c); v.status == command.Rejected {
			return nil, v.code
		}
	}
	return fresh, ""
}

// own finds what was captured at this machine.
func (m *ward) own(id command.ID) (*capture, bool) {
	for _, c := range m.captures {
		if c.id == id {
			return c, true
		}
	}
	return nil, false
}

// body is the form as it is handed in.
func (c *capture) body() json.RawMessage {
	edit := func(field string, was, now any) []civic.Edit {
		return []civic.Edit{{Field: field, Was: mustJSON(was), Now: mustJSON(now)}}
	}
	switch c.kind {
	case civic.KindHouseholdPut:
		return mustJSON(civic.PutHousehold{ID: c.record, Hamlet: hamletCode, Address: c.text})
	case civic.KindResidentPut:
		return mustJSON(civic.PutResident{ID: c.record, Household: c.of, PersonalNumber: c.number, Name: c.text, Birth: "1955-03-17", Sex: civic.Female, Phones: []string{c.phone}})
	case civic.KindVisitRecord:
		return mustJSON(civic.RecordVisit{ID: c.record, Household: c.of, At: "2026-08-06T13:11:00Z", Mode: civic.ModeDoor, Outcome: "nobody_home"})
	case civic.KindAppSubmit:
		return mustJSON(civic.SubmitApplication{ID: c.record, Resident: c.of, Level: 1, Phone: c.phone})
	case civic.KindHouseholdEdit:
		return mustJSON(civic.EditHousehold{ID: c.record, Edits: edit("address", c.was, c.text)})
	case civic.KindReviewResolve:
		return mustJSON(civic.ResolveReview{Review: c.record, Choice: c.choice, Reason: "đã hỏi lại"})
	}
	if c.number != "" {
		return mustJSON(civic.EditResident{ID: c.record, Edits: edit("personalNumber", c.was, c.number)})
	}
	return mustJSON(civic.EditResident{ID: c.record, Edits: edit("phones", []string{c.was}, []string{c.phone})})
}
