package civic

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// cutOff is a machine that captures while it hears nothing from the others:
// what it writes down rests on what it saw then, and arrives when it arrives.
type cutOff struct {
	name      string
	who, boss option
	unit      string
	hamlets   []string
	queue     []command.Envelope
	homes     []command.ID // of its own and of the others, as far as it knows
	people    []command.ID
	last      command.ID
}

// countryside is three such machines, the register, and all that was ever sent.
type countryside struct {
	*history
	draw *rapid.T
	desk []*cutOff
	sent []command.Envelope
	made int
}

// TestWhateverIsCapturedIsDecidedOnceOrWaitsForAPersonWhole lets three machines
// capture, contradict each other, build on what was refused and decide reviews,
// in any order.
func TestWhateverIsCapturedIsDecidedOnceOrWaitsForAPersonWhole(t *testing.T) {
	sum := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		c := newCountryside(rt)
		for range rapid.IntRange(100, 160).Draw(rt, "steps") {
			d := rapid.SampledFrom(c.desk).Draw(rt, "desk")
			if len(d.queue) > 3 || len(d.queue) > 0 && rapid.Bool().Draw(rt, "link") {
				c.deliver(d)
			} else {
				c.capture(d)
			}
		}
		for len(slices.Concat(c.desk[0].queue, c.desk[1].queue, c.desk[2].queue)) > 0 {
			c.deliver(rapid.SampledFrom(c.desk).Draw(rt, "healed"))
		}
		c.accountForAll(sum)
	})
	t.Log(sum)
	require.Greater(t, sum["commands"], 2000)
	for _, what := range []string{"accepted", "open", "open parent_open", "open parent_set_aside", "keep rejected set_aside", "keep rejected merged", "keep rejected agreed",
		"take accepted", "take accepted merged", "edit accepted", "not_same accepted", "followed accepted", "already_resolved", "revoked"} {
		require.Positive(t, sum[what], what)
	}
}

func newCountryside(t *rapid.T) *countryside {
	c := &countryside{history: founded(t), draw: t}
	c.accept(KindOfficerPut, PutOfficer{ID: officerOf(RoleSupervisor, ward2), User: "super2", Name: "Vũ Đức Long", Role: RoleSupervisor, Unit: ward2}, byMachine(office))
	c.accept(KindOfficerPut, PutOfficer{ID: officerOf(RoleStation, ward), User: "station", Name: "A", Role: RoleOfficer, Unit: ward}, byMachine(office)) // goes from door to door
	super2 := func(a *asking) { inWard2()(a); a.env.By.Officer = officerOf(RoleSupervisor, ward2) }
	c.desk = []*cutOff{
		{name: "a", who: as(RoleOfficer), boss: as(RoleSupervisor), unit: ward, hamlets: []string{hamlet, hamlet2, "00163-99"}},
		{name: "b", who: as(RoleStation), boss: as(RoleLeader), unit: ward, hamlets: []string{hamlet, hamlet2, "00163-99"}},
		{name: "c", who: inWard2(), boss: super2, unit: ward2, hamlets: []string{hamlet3, "00166-99"}},
	}
	shared, far := id("shared", 1), id("shared", 2)
	c.accept(KindHouseholdPut, PutHousehold{ID: shared, Hamlet: hamlet, Address: "Số 1"})
	c.accept(KindHouseholdPut, PutHousehold{ID: far, Hamlet: hamlet3, Address: "Số 2"}, inWard2())
	c.accept(KindResidentPut, PutResident{ID: id("person", 1), Household: shared, PersonalNumber: mausNumber, Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female})
	c.accept(KindResidentPut, PutResident{ID: id("person", 2), Household: far, PersonalNumber: sensNumber, Name: "Trần Thị Sen", Birth: "1957", Sex: Female}, inWard2())
	for _, d := range c.desk {
		d.homes, d.people = []command.ID{shared}, []command.ID{id("person", 1)}
		if d.unit == ward2 {
			d.homes, d.people = []command.ID{far, far, shared}, []command.ID{id("person", 2), id("person", 2), id("person", 1)}
		}
	}
	return c
}

// capture writes down something on a machine.
func (c *countryside) capture(d *cutOff) {
	kind, body, who := c.work(d)
	if body == nil {
		return
	}
	opts := []option{who}
	if !d.last.IsZero() && rapid.IntRange(0, 5).Draw(c.draw, "after") == 0 {
		opts = append(opts, after(d.last))
	}
	e := c.envelope(kind, body, opts...)
	d.queue, d.last = append(d.queue, e), e.ID
}

// shifts are how often each work comes up; decisions most of all.
var shifts = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15, 15, 15, 15, 15, 15}

// work is something people do at that machine.
func (c *countryside) work(d *cutOff) (command.Kind, any, option) {
	c.made++
	fresh := func(what string) command.ID { return id(what+d.name, c.made) }
	home, person := rapid.SampledFrom(d.homes).Draw(c.draw, "home"), rapid.SampledFrom(d.people).Draw(c.draw, "person")
	switch rapid.SampledFrom(shifts).Draw(c.draw, "work") {
	case 0, 1:
		x := fresh("home")
		d.homes = append(d.homes, x)
		return KindHouseholdPut, PutHousehold{ID: x, Hamlet: c.one("hamlet", d.hamlets...), Address: c.one("address", "Số 7", "Số 8")}, d.who
	case 2:
		return KindHouseholdPut, PutHousehold{ID: home, Hamlet: c.one("hamlet", d.hamlets...), Address: c.one("address", "Số 7", "Số 8")}, d.who
	case 3:
		seen, _ := Load[Household](c.reg, TypeHousehold, KeyOf(home))
		return KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("address", seen.Address, c.one("address", "Số 1", "Số 3", "Số 4"))}}, d.who
	case 4, 5, 6:
		x := fresh("person")
		d.people = append(d.people, x)
		return KindResidentPut, PutResident{ID: x, Household: home, PersonalNumber: c.one("number", "", mausNumber, sensNumber, longsNumber),
			Name: c.one("name", "Trần Thị Mẫu", "Lê Văn Sĩ"), Birth: "1955", Sex: Female}, d.who
	case 7, 8:
		seen, _ := Load[Resident](c.reg, TypeResident, KeyOf(person))
		return KindResidentEdit, EditResident{ID: person, Edits: []Edit{rapid.SampledFrom([]Edit{
			change("name", seen.Name, c.one("name", "Trần Thị Mận", "Trần Thị Mậu")), change("sex", seen.Sex, c.one("sex", Male, Female)),
			change("household", seen.Household, home), change("personalNumber", seen.Number, c.one("number", mausNumber, longsNumber)),
		}).Draw(c.draw, "edit")}}, d.who
	case 9, 10:
		return KindVisitRecord, visit(c.made, home, c.one("outcome", "will_come", "nobody_home"), tonight), d.who
	case 11, 12:
		return KindAppSubmit, SubmitApplication{ID: fresh("a"), Resident: person, Level: 1, Phone: "0912404318"}, d.who
	case 13:
		p := listPage(c.made, RosterRow{Line: 2, Number: c.one("number", "", mausNumber, longsNumber), Name: c.one("name", "Trần Thị Mẫu", "Lê Văn Sĩ"), Address: "Số 7"})
		return KindRosterPage, p, as(RoleSupervisor)
	case 14:
		return KindOfficerPut, PutOfficer{ID: officerOf(RoleStation, ward), User: "station", Name: "A", Role: RoleOfficer, Unit: ward,
			Disabled: rapid.IntRange(0, 3).Draw(c.draw, "disabled") == 3}, byMachine(office)
	}
	return c.decision(d)
}

// decision is what somebody who may makes of a review that is open as they see it.
func (c *countryside) decision(d *cutOff) (command.Kind, any, option) {
	var open []Review
	for _, key := range c.reg.Scan(ReviewByState, "") {
		if r := must[Review](c.history, TypeReview, key); d.name == "b" || r.Unit == d.unit {
			open = append(open, r)
		}
	}
	if len(open) == 0 {
		return 0, nil, nil
	}
	r := rapid.SampledFrom(open).Draw(c.draw, "review")
	p := ResolveReview{Review: r.ID, Reason: "Đã hỏi", Choice: Choice(c.one("choice", "keep", "take", "take", "edit", "not_same"))}
	if r.Code == "unknown_hamlet" {
		p.Choice = Choice(c.one("choice", "keep", "edit", "edit", "edit"))
	}
	switch {
	case p.Choice == ChoiceEdit && r.Kind == KindHouseholdPut:
		p.Edits = []Edit{change("hamlet", nil, d.hamlets[0])}
	case p.Choice == ChoiceEdit:
		p.Edits = []Edit{rapid.SampledFrom([]Edit{change("household", nil, d.homes[0]), change("name", nil, "Trần Thị Mận"),
			change("personalNumber", nil, "")}).Draw(c.draw, "correction")}
	}
	return KindReviewResolve, p, d.boss
}

func (c *countryside) one(what string, of ...string) string {
	return rapid.SampledFrom(of).Draw(c.draw, what)
}

// deliver decides the first command that waits on a machine, and again: the same
// view and command give the same decision.
func (c *countryside) deliver(d *cutOff) {
	if len(d.queue) == 0 {
		return
	}
	e := d.queue[0]
	d.queue = d.queue[1:]
	twice, err := c.table.Decide(c.reg, e)
	require.NoError(c.draw, err)
	before := c.reg.sum(CountReviews)
	done := c.take(e)
	require.Equal(c.draw, bytesOf(c.draw, twice), bytesOf(c.draw, done.Decision))
	if done.Status == command.Accepted && e.Kind == KindReviewResolve {
		require.LessOrEqual(c.draw, c.reg.sum(CountReviews), before, "a decision leaves no more to decide")
	}
	c.sent = append(c.sent, e)
}

// accountForAll finds what became of every command and counts.
func (c *countryside) accountForAll(sum map[string]int) {
	open := 0
	for _, e := range c.sent {
		sum["commands"]++
		f, known := FateOf(c.reg, e.ID)
		require.True(c.draw, known)
		if f.Outcome.Status == command.Accepted {
			sum["accepted"]++
			require.Nil(c.draw, f.Review)
			continue
		}
		require.NotNil(c.draw, f.Review, "%s was dropped", e.ID)
		c.whole(*f.Review, e)
		switch f.Outcome.Code {
		case "already_resolved":
			sum["already_resolved"]++
		case "actor_revoked":
			sum["revoked"]++
		}
	}
	for key := range c.reg.records[TypeReview] {
		r := must[Review](c.history, TypeReview, key)
		if r.State == ReviewOpen {
			open++
			c.openForAReason(r)
			sum["open"]++
			sum["open "+r.Code]++
			continue
		}
		c.closedByAPerson(r)
		what := string(r.Resolution.Choice) + " " + string(r.Resolution.Status)
		if r.Resolution.Code != "" {
			what += " " + r.Resolution.Code
		}
		sum[what]++
	}
	require.EqualValues(c.draw, open, c.reg.sum(CountReviews))
	c.onePersonOneNumber()
}

// whole: nothing of a command that was not accepted is lost.
func (c *countryside) whole(r Review, e command.Envelope) {
	require.Equal(c.draw, []any{e.Kind, e.By.Officer, e.By.Node, e.CapturedAt}, []any{r.Kind, r.Officer, r.Node, r.CapturedAt})
	require.Equal(c.draw, e.After, r.After)
	if e.Kind != KindRosterPage {
		require.Equal(c.draw, string(e.Body), string(r.Body))
	}
}

// openForAReason: what waits says why, and what waits for another still has to.
func (c *countryside) openForAReason(r Review) {
	require.Nil(c.draw, r.Resolution)
	require.NotEmpty(c.draw, r.Code)
	require.NotEmpty(c.draw, r.Message)
	require.NotEqual(c.draw, command.Accepted, r.Status)
	switch r.Code {
	case "parent_open":
		require.Equal(c.draw, ReviewOpen, must[Review](c.history, TypeReview, KeyOf(r.Parent)).State, "left behind by %s", r.Parent)
	case "parent_set_aside":
		f, _ := FateOf(c.reg, r.Parent)
		require.Equal(c.draw, []bool{false, false}, []bool{f.Open(), f.Stands()})
	default:
		require.True(c.draw, r.Parent.IsZero())
	}
}

// closedByAPerson: a decision stands behind it, and what went in is there.
func (c *countryside) closedByAPerson(r Review) {
	out, ok := c.reg.Outcome(r.Resolution.Command)
	require.True(c.draw, ok)
	require.Equal(c.draw, []any{command.Accepted, KindReviewResolve}, []any{out.Status, out.Kind})
	if r.Resolution.Choice == Followed {
		require.Equal(c.draw, ReviewClosed, must[Review](c.history, TypeReview, KeyOf(r.Parent)).State)
	} else {
		require.NotEmpty(c.draw, r.Resolution.Reason)
	}
	if r.Resolution.Status != command.Accepted || r.Line > 0 {
		return
	}
	names := namesIn(r.Body)
	made := command.Key(names.ID)
	switch r.Kind {
	case KindHouseholdPut:
		require.NotNil(c.draw, c.reg.Get(TypeHousehold, made))
	case KindResidentPut:
		require.NotNil(c.draw, c.reg.Get(TypeResident, followed(c.reg, names.ID)))
	case KindVisitRecord:
		require.NotNil(c.draw, c.reg.Get(TypeVisit, made))
	case KindAppSubmit:
		a := must[Application](c.history, TypeApplication, made)
		require.NotNil(c.draw, c.reg.Get(TypeResident, KeyOf(a.Resident)), "an application of nobody")
	}
}

func (c *countryside) onePersonOneNumber() {
	held := map[string]bool{}
	for key := range c.reg.records[TypeResident] {
		r := must[Resident](c.history, TypeResident, key)
		require.False(c.draw, r.Number != "" && held[r.Number], "two people with number %s", r.Number)
		held[r.Number] = true
	}
	for key := range c.reg.records[TypeMerged] {
		m := must[Merged](c.history, TypeMerged, key)
		require.NotNil(c.draw, c.reg.Get(TypeResident, KeyOf(m.Into)))
		require.Nil(c.draw, c.reg.Get(TypeResident, key), "one ID, two people")
	}
}
