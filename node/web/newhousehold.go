package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// householdForm shows the form of a new household (hộ mới).
func (s *site) householdForm(q *request) error {
	m, _, err := q.householdModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageHouseholdForm, m)
}

// householdModel is the form with what was typed so far, and the unit on whose
// behalf it is.
func (q *request) householdModel() (m ui.HouseholdFormModel, unit string, err error) {
	m.Shell = q.shell(ui.SectionResidents)
	m.Form = q.sentForm("/ho/moi", "/nhan-khau")
	m.Address.Value, m.Hamlet.Value = q.FormValue("address"), q.FormValue("hamlet")
	err = q.read(func(src lookup.Source) error {
		m.Shell.Flash = q.flash(src)
		unit = q.onBehalf(src, m.Hamlet.Value)
		m.Hamlet.Options = chooseHamlet(src, q.unit(), m.Hamlet.Value)
		return nil
	})
	return m, unit, err
}

// chooseHamlet offers the hamlets of a unit; none is chosen for anybody unless
// there is only one.
func chooseHamlet(src lookup.Source, top, chosen string) []ui.Option {
	units := lookup.Units(src, top)
	several := slices.IndexFunc(units, func(u lookup.UnitNode) bool { return u.Kind == civic.UnitWard && u.Depth > 0 }) >= 0
	options := []ui.Option{{Text: "Chọn tổ, thôn"}}
	ward := ""
	for _, u := range units {
		switch {
		case u.Kind == civic.UnitWard && several:
			ward = ", " + u.Name
		case u.Kind == civic.UnitHamlet:
			options = append(options, ui.Option{Value: u.Code, Text: u.Name + ward, Chosen: u.Code == chosen})
		}
	}
	if len(options) == 2 {
		return options[1:]
	}
	return options
}

// newHousehold registers a household.
func (s *site) newHousehold(q *request) error {
	m, unit, err := q.householdModel()
	if err != nil {
		return err
	}
	body := civic.PutHousehold{Hamlet: m.Hamlet.Value, Address: m.Address.Value}
	body.ID, _ = command.ParseID(m.Form.Record)
	decided, refused, err := q.submit(m.Form, civic.KindHouseholdPut, unit, body)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(m.Form, decided, q.pageOf(civic.TypeHousehold, body.ID, "/nhan-khau"))
	}
	q.refuse(&m.Form, refused, map[string]*ui.Input{"hamlet": &m.Hamlet, "address": &m.Address})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageHouseholdForm, m)
}

// pageOf is the page of a record that was just written down, or another page if
// there is none: it was kept for somebody to decide.
func (q *request) pageOf(t command.RecordType, id command.ID, otherwise string) (to string) {
	to = otherwise
	_ = q.read(func(src lookup.Source) error { // without the register, the other page
		switch {
		case src.Get(t, civic.KeyOf(id)) == nil:
		case t == civic.TypeHousehold:
			to = householdHref(civic.KeyOf(id))
		default:
			to = residentHref(civic.KeyOf(id))
		}
		return nil
	})
	return to
}
