package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// aboutPerson is what a form about one resident stands on.
type aboutPerson struct {
	id   command.ID
	key  command.Key
	unit string // on whose behalf
}

func (q *request) aboutPerson(src lookup.Source, p lookup.Profile) aboutPerson {
	return aboutPerson{p.Resident.ID, p.Key, q.onBehalf(src, p.Resident.Hamlet)}
}

// level1Form shows the form of level 1 (khai mức 1).
func (s *site) level1Form(q *request) error {
	m, _, notes, err := q.level1Model()
	if err != nil {
		return err
	}
	m.Form.Heeded = strings.Join(notes, " ")
	return q.draw(ui.PageLevel1, m)
}

// level1Model is the form with what was typed so far, and the notes on it.
func (q *request) level1Model() (m ui.Level1Model, about aboutPerson, notes []string, err error) {
	m.Shell = q.shell(ui.SectionResidents)
	m.Phone.Value, m.Confirm.Value = q.FormValue("phone"), q.FormValue("confirm")
	card := q.reading("phone")
	if card.in != "" {
		m.Phone.Value = ""
	}
	m.Relation.Options = ui.Options(q.FormValue("relation"), messages.Relations(), messages.Relation)
	err = q.read(func(src lookup.Source) error {
		p, err := q.profile(src)
		if err != nil {
			return err
		}
		about = q.aboutPerson(src, p)
		m.Form = q.sentForm(residentHref(p.Key)+"/khai", residentHref(p.Key))
		m.Person, m.Number = subjectOf(p.Person), ui.MaskNumber(p.Resident.Number)
		m.Scan = scanOf(m.Form)
		q.refuseCard(&m.Form, &m.Scan, card)
		if card.found {
			m.Shell.Flash = append(m.Shell.Flash, compared(card.card, p.Resident, residentHref(p.Key)+"/sua"))
		}
		notes = q.phoneNote(src, &m.Phone, p.Key)
		if err := q.recognised(0, m.Phone); err != nil {
			return err
		}
		m.Shell.Flash = append(m.Shell.Flash, q.pairBanners(src, p.Resident)...)
		if p.Application() != nil {
			notes = append(notes, "again")
			m.Shell.Flash = append(m.Shell.Flash, ui.Banner{Tone: ui.ToneWarn, Head: "Người này đã có hồ sơ mức 1.", Text: "Ghi nữa thì phiếu được giữ lại, chờ đối chiếu."})
		}
		return nil
	})
	return m, about, notes, err
}

// level1 takes an application down.
func (s *site) level1(q *request) error {
	m, about, notes, err := q.level1Model()
	if err != nil {
		return err
	}
	switch card := q.reading("phone"); {
	case card.found:
		return q.draw(ui.PageLevel1, m)
	case card.bad != nil:
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageLevel1, m)
	}
	body := civic.SubmitApplication{Resident: about.id, Level: 1, Phone: m.Phone.Value, Relation: q.FormValue("relation")}
	body.ID, _ = command.ParseID(m.Form.Record)
	fields := map[string]*ui.Input{"phone": &m.Phone, "relation": &m.Relation}
	if phone, err := civic.ParseMobile(body.Phone); err != nil {
		q.refuse(&m.Form, command.InvalidField("/phone", err.Code, "%s", err.Message), fields)
	} else {
		body.Phone = phone
	}
	if m.Confirm.Value == "" {
		q.wrong(&m.Form, "confirm", &m.Confirm, "not_read_back", "read it back to the person first")
	}
	stop := q.heed(&m.Shell, &m.Form, notes)
	if !stop && len(m.Form.Errors) == 0 {
		decided, refused, err := q.submit(m.Form, civic.KindAppSubmit, about.unit, body)
		switch {
		case err != nil:
			return err
		case refused == nil:
			return q.saved(m.Form, decided, residentHref(about.key))
		}
		q.refuse(&m.Form, refused, fields)
	}
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageLevel1, m)
}
