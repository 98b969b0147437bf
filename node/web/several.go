package web

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// bulk is one act on the households of everybody chosen: what its form asks,
// and the command it means for one household.
type bulk struct {
	path, head, do string
	kind           command.Kind
	ask            func(*request, lookup.Source, *ui.SeveralModel)
	wrong          func(*request, *ui.SeveralModel) // what the form itself has to refuse
	body           func(*ui.SeveralModel, command.ID, civic.Household) any
}

// visitOutcome is the field with what came of the visits: "outcome" is by which the
// list is narrowed, which goes along.
const visitOutcome = "visit-outcome"

// visitAll takes the same visit down for several households (ghi một lượt): a
// whole alley where nobody was home.
func (s *site) visitAll(q *request) error {
	return q.doSeveral(bulk{path: visitAllPath, head: "Ghi một lượt cho ", do: "Ghi cho từng hộ", kind: civic.KindVisitRecord,
		ask: func(q *request, _ lookup.Source, m *ui.SeveralModel) {
			m.Outcome = ui.Input{Value: q.FormValue(visitOutcome), Options: append([]ui.Option{{Text: "Chọn kết quả"}}, ui.Options(q.FormValue(visitOutcome), messages.OutcomeCodes(), messages.OutcomeName)...)}
			m.Mode.Options = ui.Options(or(q.FormValue("mode"), civic.ModeDoor), []string{civic.ModeDoor, civic.ModePhone, civic.ModePoint}, messages.Mode)
			m.Reason.Value, m.Note.Value = q.FormValue("reason"), q.FormValue("note")
		},
		wrong: func(q *request, m *ui.SeveralModel) {
			if m.Outcome.Value == "" {
				q.wrong(&m.Form, visitOutcome, &m.Outcome, "no_outcome", "choose what came of it")
			}
		},
		body: func(m *ui.SeveralModel, id command.ID, h civic.Household) any {
			return civic.RecordVisit{ID: id, Household: h.ID, Mode: chosenOf(m.Mode), Outcome: m.Outcome.Value, Reason: m.Reason.Value, Note: m.Note.Value}
		}})
}

// moveAll moves the households of everybody chosen to another hamlet (chuyển tổ).
func (s *site) moveAll(q *request) error {
	return q.doSeveral(bulk{path: moveAllPath, head: "Chuyển tổ, thôn cho ", do: "Chuyển từng hộ", kind: civic.KindHouseholdEdit,
		ask: func(q *request, src lookup.Source, m *ui.SeveralModel) {
			m.Move, m.Hamlet.Value = true, q.FormValue("to-hamlet")
			m.Hamlet.Options = []ui.Option{{Text: "Chọn tổ, thôn"}}
			for _, u := range lookup.Units(src, q.unit()) {
				if u.Kind == civic.UnitHamlet {
					m.Hamlet.Options = append(m.Hamlet.Options, ui.Option{Value: u.Code, Text: u.Name, Chosen: u.Code == m.Hamlet.Value})
				}
			}
		},
		wrong: func(q *request, m *ui.SeveralModel) {
			if m.Hamlet.Value == "" {
				q.wrong(&m.Form, "to-hamlet", &m.Hamlet, "required", "choose the hamlet")
			}
		},
		body: func(m *ui.SeveralModel, _ command.ID, h civic.Household) any {
			return civic.EditHousehold{ID: h.ID, Edits: []civic.Edit{{Field: "hamlet", Was: raw(h.Hamlet), Now: raw(m.Hamlet.Value)}}}
		}})
}

func chosenOf(in ui.Input) string {
	for _, o := range in.Options {
		if o.Chosen {
			return o.Value
		}
	}
	return ""
}

// doSeveral asks, and once the form comes back does it: one command for each
// household, each with an ID that follows from the form's, so that a second click
// is the same commands.
func (q *request) doSeveral(act bulk) error {
	m, doors := ui.SeveralModel{Shell: q.shell(ui.SectionResidents), Do: act.do}, []doorOf(nil)
	units := map[command.Key]string{} // on whose behalf
	err := q.read(func(src lookup.Source) error {
		people, err := q.chosen(src)
		if err != nil {
			return err
		}
		var homeless []lookup.Person
		doors, homeless = doorsOf(people)
		m.Head, m.Hidden = act.head+count(len(doors))+" hộ", append(q.sentListing().hidden(), whoHidden(people)...)
		for _, d := range doors {
			units[d.key] = q.onBehalf(src, d.home.Hamlet)
			m.Doors = append(m.Doors, ui.Fact{Name: d.home.Address, Value: d.names()})
		}
		for _, p := range homeless {
			m.Left = append(m.Left, p.Resident.Name)
		}
		act.ask(q, src, &m)
		return q.listed(command.LookList, "several", q.unit(), len(people))
	})
	if err != nil {
		return err
	}
	m.Form = q.sentForm(act.path, q.sentListing().href())
	m.Form.Record, m.Form.Draft = "", ""
	if q.FormValue("do") == "" {
		return q.draw(ui.PageSeveral, m)
	}
	if act.wrong(q, &m); len(doors) == 0 {
		q.wrong(&m.Form, "", nil, "no_household", "nobody of them lives in a household")
	}
	if len(m.Form.Errors) > 0 {
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageSeveral, m)
	}
	done, refused, err := q.doAll(act, &m, doors, units)
	switch {
	case err != nil:
		return err
	case refused != nil:
		at := *refused
		if at.Field == "/outcome" {
			at.Field = "/" + visitOutcome
		}
		q.refuse(&m.Form, &at, map[string]*ui.Input{visitOutcome: &m.Outcome, "reason": &m.Reason, "note": &m.Note, "to-hamlet": &m.Hamlet})
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageSeveral, m)
	}
	return q.draw(ui.PageDone, done)
}

// atOnce is how many commands are captured with one write to the disk.
const atOnce = 50

// doAll captures the commands, and says of each what became of it. One that is
// refused for what the form says, and not for what the household is, comes back
// as an error of the form.
func (q *request) doAll(act bulk, m *ui.SeveralModel, doors []doorOf, units map[command.Key]string) (out ui.DoneModel, _ *command.Error, _ error) {
	form, err := command.ParseID(m.Form.Command)
	if err != nil {
		return out, nil, err
	}
	var drafts []command.Draft
	about := map[command.ID]ui.DoneRow{}
	for _, d := range doors {
		id := command.DerivedID("several", form.String(), string(d.key))
		body, err := json.Marshal(act.body(m, command.DerivedID("record", id.String()), d.home))
		if err != nil {
			return out, nil, err
		}
		drafts = append(drafts, command.Draft{ID: id, Kind: act.kind, Unit: units[d.key], Body: body})
		about[id] = ui.DoneRow{Text: d.home.Address, Href: householdHref(d.key), Note: d.names()}
	}
	refused, err := q.captureAll(drafts)
	if err != nil {
		return out, nil, err
	}
	if first := refused[drafts[0].ID]; len(refused) == len(drafts) && first.Class == command.Invalid {
		return out, first, nil
	}
	out = ui.DoneModel{Shell: m.Shell, Head: m.Head, Back: m.Form.Cancel}
	for _, name := range m.Left {
		out.Refused = append(out.Refused, ui.DoneRow{Text: name, Note: messages.Error(q.lang, "no_household", "this person lives in no household")})
	}
	for _, d := range drafts {
		q.became(d.ID, refused[d.ID], about[d.ID], &out)
	}
	return out, nil, nil
}

// captureAll captures the drafts, many at a time; a refusal concerns the one it is
// of. What was captured under an ID before is not asked for again. It waits for
// the cluster as long as one form does: commands are agreed in the order they
// were captured in, so for the last of them.
func (q *request) captureAll(drafts []command.Draft) (refused map[command.ID]*command.Error, _ error) {
	refused = map[command.ID]*command.Error{}
	fresh := slices.DeleteFunc(slices.Clone(drafts), func(d command.Draft) bool {
		_, _, known := q.site.Machine.Command(d.ID)
		return known
	})
	for len(fresh) > 0 {
		part, wait := fresh[:min(atOnce, len(fresh))], time.Duration(0)
		if len(part) == len(fresh) {
			wait = formPatience
		}
		_, err := q.site.Machine.Submit(q.Context(), q.actor(), part, wait)
		var problem *command.Problem
		switch {
		case errors.As(err, &problem):
			refused[part[problem.Item].ID] = problem.Why
			fresh = slices.Delete(fresh, problem.Item, problem.Item+1)
		case err != nil:
			return nil, err
		default:
			fresh = fresh[len(part):]
		}
	}
	return refused, nil
}

// became says what became of one.
func (q *request) became(id command.ID, why *command.Error, row ui.DoneRow, out *ui.DoneModel) {
	decided, _, _ := q.site.Machine.Command(id)
	switch o := decided.Outcome; {
	case why != nil:
		row.Note = join(row.Note, messages.Error(q.lang, why.Code, why.Message))
		out.Refused = append(out.Refused, row)
	case o.Status == command.Waiting:
		row.Pencil = true
		out.Waiting++
		out.Done = append(out.Done, row)
	case o.Status == command.Accepted:
		out.Done = append(out.Done, row)
	default:
		row.Note = join(row.Note, messages.Error(q.lang, o.Code, o.Message))
		out.Refused = append(out.Refused, row)
	}
}
