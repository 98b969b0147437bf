package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// grantForm gives somebody a grant or changes one (giao quyền).
func (s *site) grantForm(q *request) error {
	m, _, err := q.grantModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageOfficerForm, m)
}

// grantModel is the form with what was typed, or with the grant as it is.
func (q *request) grantModel() (m ui.OfficerFormModel, before civic.Officer, err error) {
	m.Shell = q.shell(ui.SectionOfficers)
	err = q.read(func(src lookup.Source) error {
		if m.New = q.Params("id") == ""; !m.New {
			if before, err = q.namedOfficer(src); err != nil {
				return err
			}
		}
		shown := before
		if q.Method() == fiber.MethodPost {
			shown = civic.Officer{Name: q.FormValue("name"), User: strings.TrimSpace(q.FormValue("user")), Role: civic.Role(q.FormValue("role")), Unit: q.FormValue("unit"),
				From: q.FormValue("from"), Until: q.FormValue("until")}
		} else {
			shown.From, shown.Until = dayShown(shown.From), dayShown(shown.Until)
		}
		m.Name.Value, m.User.Value, m.From.Value, m.Until.Value = shown.Name, shown.User, shown.From, shown.Until
		m.Role.Options, m.Unit.Options = roleOptions("", string(shown.Role)), q.units(src, shown.Unit)
		return nil
	})
	if err != nil {
		return m, before, err
	}
	if m.New {
		m.Form = q.sentForm("/can-bo/moi", "/can-bo")
		return m, before, nil
	}
	m.Back, m.Who = officerHref(before), before.Name
	m.Form = q.sentForm(m.Back+"/sua", m.Back)
	m.Form.Record = "" // it is in the address
	return m, before, nil
}

// grant takes the form.
func (s *site) grant(q *request) error {
	m, before, err := q.grantModel()
	if err != nil {
		return err
	}
	change := putOf(before)
	change.Name, change.User, change.Role, change.Unit = m.Name.Value, m.User.Value, civic.Role(q.FormValue("role")), q.FormValue("unit")
	change.From, change.Until = readDay(m.From.Value), readDay(m.Until.Value)
	if m.New {
		if change.ID, err = command.ParseID(m.Form.Record); err != nil {
			return err
		}
	}
	decided, refused, err := q.submit(m.Form, civic.KindOfficerPut, q.office(), change)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(m.Form, decided, "/can-bo/"+change.ID.String())
	}
	if refused.Code == "bad_code" && refused.Field == "/user" {
		refused = command.InvalidField("/user", "bad_user", "%s", refused.Message)
	}
	q.refuse(&m.Form, refused, map[string]*ui.Input{"name": &m.Name, "user": &m.User, "role": &m.Role, "unit": &m.Unit, "from": &m.From, "until": &m.Until})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageOfficerForm, m)
}
