package web

import (
	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// householdEditForm shows the form that corrects a household (sửa hộ).
func (s *site) householdEditForm(q *request) error {
	f, err := q.householdToEdit()
	if err != nil {
		return err
	}
	return q.draw(ui.PageHouseholdEdit, *f.m)
}

// houseEdit is the form, what it is about and its fields; they point into the model.
type houseEdit struct {
	m    *ui.HouseholdEditModel
	home lookup.Home
	unit string
	rows []editRow
}

func (q *request) householdToEdit() (f houseEdit, err error) {
	f.m = &ui.HouseholdEditModel{Shell: q.shell(ui.SectionResidents)}
	err = q.read(func(src lookup.Source) error {
		if f.home, f.unit, err = q.theHousehold(src); err != nil {
			return err
		}
		here, h := householdHref(f.home.Key), f.home.Household
		f.m.Form, f.m.House, f.m.Shell.Flash = q.sentForm(here+"/sua", here), houseSubject(f.home), q.flash(src)
		f.m.Form.Record = ""
		f.m.Hamlet.Options = chooseHamlet(src, q.unit(), h.Hamlet)
		f.m.Head.Options = headOptions(f.home.Members, orNone(h.Head), "Chưa rõ")
		same := func(s string) string { return s }
		f.rows = []editRow{
			{"address", "address", &f.m.Address, h.Address, h.Address, false, civic.CleanText},
			{"hamlet", "hamlet", &f.m.Hamlet, h.Hamlet, f.home.Unit.Name, false, same},
			{"head", "head", &f.m.Head, f.headNow(), f.headName(), false, same},
		}
		for _, r := range f.rows {
			r.fresh()
		}
		return nil
	})
	return f, err
}

// headNow is the head as the form can show it: one who lives there.
func (f houseEdit) headNow() string { return orNone(f.home.Household.Head) }

func (f houseEdit) headName() string {
	for _, p := range f.home.Members {
		if p.Resident.ID == f.home.Household.Head {
			return p.Resident.Name
		}
	}
	return ""
}

// householdEdit changes the fields that were typed over.
func (s *site) householdEdit(q *request) error {
	f, err := q.householdToEdit()
	if err != nil {
		return err
	}
	to := householdHref(f.home.Key)
	var edits []civic.Edit
	var ids []string
	fields := map[string]*ui.Input{}
	for _, r := range f.rows {
		fields[r.id] = &r.to.Input
		if e, changed := q.typedOver(f.m, r); changed {
			edits, ids = append(edits, e), append(ids, r.id)
		}
	}
	switch {
	case len(f.m.Form.Errors) > 0:
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageHouseholdEdit, *f.m)
	case len(edits) == 0 && q.captured(f.m.Form):
		return q.savedBefore(f.m.Form, to)
	case len(edits) == 0:
		q.wrong(&f.m.Form, "", nil, "no_change", "nothing was changed")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageHouseholdEdit, *f.m)
	}
	id, _ := command.ParseID(string(civic.Bare(f.home.Key)))
	decided, refused, err := q.submit(f.m.Form, civic.KindHouseholdEdit, f.unit, civic.EditHousehold{ID: id, Edits: edits})
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(f.m.Form, decided, to)
	}
	q.refuse(&f.m.Form, ofField(refused, ids), fields)
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageHouseholdEdit, *f.m)
}

// typedOver is the change of one field, if it was typed over. What somebody else
// has changed since the form was opened is shown, not written.
func (q *request) typedOver(m *ui.HouseholdEditModel, r editRow) (e civic.Edit, changed bool) {
	typed, was := q.FormValue(r.id), q.FormValue("was-"+r.id)
	value := r.read(typed)
	if typed == was || value == was {
		return e, false
	}
	r.to.Value = typed
	r.choose(typed)
	switch {
	case value == r.actual:
		return e, false // it is so already
	case was != r.sent():
		r.to.Other = or(r.shown, "bỏ trống")
		q.wrong(&m.Form, r.id, &r.to.Input, "changed_beside", "somebody has just changed this")
		return e, false
	}
	return civic.Edit{Field: r.field, Was: raw(r.actual), Now: raw(value)}, true
}
