package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// activationForm shows the form of an activation (kích hoạt), today being the
// likeliest day.
func (s *site) activationForm(q *request) error {
	m, _, err := q.activationModel()
	if err != nil {
		return err
	}
	m.At.Value = time.Now().In(ict).Format("02/01/2006")
	return q.draw(ui.PageActivation, m)
}

func (q *request) activationModel() (m ui.ActivationModel, about aboutPerson, err error) {
	m.Shell = q.shell(ui.SectionResidents)
	m.At.Value = q.FormValue("at")
	m.Way.Options = ui.Options(q.FormValue("way"), []string{civic.WayApp, civic.WayWeb, civic.WayAssisted}, messages.Way)
	err = q.read(func(src lookup.Source) error {
		p, err := q.profile(src)
		if err != nil {
			return err
		}
		about = q.aboutPerson(src, p)
		m.Form = q.sentForm(residentHref(p.Key)+"/kich-hoat", residentHref(p.Key))
		m.Person = subjectOf(p.Person)
		return nil
	})
	return m, about, err
}

// activation takes down that somebody has activated.
func (s *site) activation(q *request) error {
	m, about, err := q.activationModel()
	if err != nil {
		return err
	}
	fields := map[string]*ui.Input{"way": &m.Way, "at": &m.At}
	body := civic.RecordActivation{Resident: about.id, Way: q.FormValue("way")}
	body.ID, _ = command.ParseID(m.Form.Record)
	if body.Way == "" {
		q.wrong(&m.Form, "way", &m.Way, "bad_choice", "choose how")
	}
	day, err := time.ParseInLocation(time.DateOnly, readDay(m.At.Value), ict)
	switch {
	case err != nil:
		q.wrong(&m.Form, "at", &m.At, "bad_day", "expected a day such as 10/08/2023")
	case day.After(time.Now()):
		q.wrong(&m.Form, "at", &m.At, "future", "this day is still to come")
	default:
		body.At = day.UTC().Format(time.RFC3339)
	}
	if len(m.Form.Errors) == 0 {
		decided, refused, err := q.submit(m.Form, civic.KindActivation, about.unit, body)
		switch {
		case err != nil:
			return err
		case refused == nil:
			return q.saved(m.Form, decided, residentHref(about.key))
		}
		q.refuse(&m.Form, refused, fields)
	}
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageActivation, m)
}
