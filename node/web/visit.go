package web

import (
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// aboutDoor is what the form of a visit stands on.
type aboutDoor struct {
	id   command.ID
	key  command.Key
	unit string // on whose behalf
}

// visitForm is a door (lượt đến nhà).
func (s *site) visitForm(q *request) error {
	m, _, err := q.visitModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageVisit, m)
}

const pastVisits = 5 // shown beside the form

func (q *request) visitModel() (m ui.VisitModel, about aboutDoor, err error) {
	m.Shell = q.shell(ui.SectionResidents)
	m.Groups, m.Text.Value = messages.Outcomes(), q.FormValue("note")
	m.Mode.Options = ui.Options(or(q.FormValue("mode"), civic.ModeDoor), []string{civic.ModeDoor, civic.ModePhone, civic.ModePoint}, messages.Mode)
	err = q.read(func(src lookup.Source) error {
		h, err := q.household(src, q.Params("id"))
		if err != nil {
			return err
		}
		about = aboutDoor{h.Household.ID, h.Key, q.onBehalf(src, h.Household.Hamlet)}
		m.Shell.Flash, m.Href = q.flash(src), householdHref(h.Key)
		m.Form = q.sentForm(m.Href+"/den", m.Href)
		m.House, m.Address = splitAddress(h.Household.Address)
		m.Attempt, m.Late = "lần "+itoa(h.Household.Visits+1), h.Household.Visits >= 2
		m.Members = membersOf(h.Members, "")
		met := q.all("met")
		for _, p := range h.Members {
			id := p.Resident.ID.String()
			m.Met = append(m.Met, ui.Option{Value: id, Text: p.Resident.Name, Chosen: slices.Contains(met, id)})
		}
		for _, v := range slices.Backward(h.Visits) {
			if len(m.Before) < pastVisits {
				m.Before = append(m.Before, ui.Visited{At: moment(v.At), Text: join(messages.OutcomeName(v.Outcome), v.Reason, v.Note)})
			}
			if m.Note == "" {
				m.Note = v.Note
			}
		}
		beside := doorsBeside(src, h)
		m.Back, m.Next = doorLink(beside[0]), doorLink(beside[1])
		return nil
	})
	return m, about, err
}

func doorLink(d door) ui.Link {
	if d.key == "" {
		return ui.Link{}
	}
	return ui.Link{Text: strings.TrimSpace(strings.Split(d.address, ",")[0]), Href: householdHref(d.key) + "/den"}
}

// all lists every value a form sent for a field.
func (q *request) all(name string) (values []string) {
	for _, v := range q.Context().PostArgs().PeekMulti(name) {
		values = append(values, string(v))
	}
	return values
}

var houseNumber = regexp.MustCompile(`^(?i:số nhà|số|nhà|phòng|p\.?)\s*([0-9][^\s,]*),\s*(.+)$`)

// splitAddress takes the house number out of an address, to be shown large.
func splitAddress(address string) (house, rest string) {
	if m := houseNumber.FindStringSubmatch(address); m != nil {
		return m[1], m[2]
	}
	return "", address
}

// visit takes down what came of knocking.
func (s *site) visit(q *request) error {
	m, about, err := q.visitModel()
	if err != nil {
		return err
	}
	outcome := q.FormValue("outcome")
	body := civic.RecordVisit{Household: about.id, Mode: or(q.FormValue("mode"), civic.ModeDoor), Outcome: outcome, Note: m.Text.Value}
	body.ID, _ = command.ParseID(m.Form.Record)
	for _, met := range q.all("met") {
		if id, err := command.ParseID(met); err == nil {
			body.Met = append(body.Met, id)
		}
	}
	if outcome == "" {
		q.wrong(&m.Form, "", nil, "no_outcome", "choose what came of it")
	} else if m.Ask = q.ask(&m.Form, outcome); m.Ask != nil {
		body.Reason = or(m.Ask.Other.Value, q.FormValue("reason"))
		if next := m.Ask.When.Value; next != "" {
			body.Note = join(body.Note, "nên đến lại "+next)
		}
	}
	if len(m.Form.Errors) == 0 && (m.Ask == nil || q.answered()) {
		decided, refused, err := q.submit(m.Form, civic.KindVisitRecord, about.unit, body)
		switch {
		case err != nil:
			return err
		case refused == nil:
			return q.saved(m.Form, decided, householdHref(about.key))
		}
		q.refuse(&m.Form, refused, map[string]*ui.Input{"note": &m.Text, "mode": &m.Mode})
	}
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageVisit, m)
}

// answered reports whether the second question has been shown: only then does
// the form carry its fields.
func (q *request) answered() bool {
	args := q.Context().PostArgs()
	return args.Has("next") || args.Has("reason-other")
}

// ask is the second question of some outcomes; nil for the others.
func (q *request) ask(f *ui.Form, outcome string) *ui.VisitAsk {
	ask := &ui.VisitAsk{Outcome: outcome, Text: messages.OutcomeName(outcome)}
	switch outcome {
	case "refused":
		ask.Refused = true
		ask.Other.Value = strings.TrimSpace(q.FormValue("reason-other"))
		ask.Reason.Options = ui.Options(q.FormValue("reason"), messages.RefusalReasons(), func(s string) string { return s })
		if q.answered() && q.FormValue("reason") == "" && ask.Other.Value == "" {
			q.wrong(f, "reason", &ask.Reason, "no_reason", "say why they refused")
		}
	case "callback":
		ask.When.Value = strings.TrimSpace(q.FormValue("next"))
	default:
		return nil
	}
	return ask
}
