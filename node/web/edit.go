package web

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// editRow is one field of the edit form: what the register has, what the officer
// saw and what was typed.
type editRow struct {
	id, field string
	to        *ui.EditField
	actual    string                    // in the register
	shown     string                    // of that, to people; masked where it must be
	masked    bool                      // then what is shown is also what is sent back
	read      func(typed string) string // as the register would have it; as typed if it cannot be read
}

// sent is what the form carries as "was". A masked value stands for itself: the
// page never holds what it does not show.
func (r editRow) sent() string {
	if r.masked {
		return r.shown
	}
	return r.actual
}

// editForm shows the edit form of a person (sửa).
func (s *site) editForm(q *request) error {
	m, _, _, err := q.editModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageResidentEdit, *m)
}

// editModel is the form as the register has the person now. m must not be
// copied while rows are in use: they point into it.
func (q *request) editModel() (m *ui.ResidentEditModel, p lookup.Profile, rows []editRow, err error) {
	m = &ui.ResidentEditModel{Shell: q.shell(ui.SectionResidents)}
	err = q.read(func(src lookup.Source) error {
		if p, err = q.profile(src); err != nil {
			return err
		}
		m.Form = q.sentForm(residentHref(p.Key)+"/sua", residentHref(p.Key))
		m.Form.Record = ""
		m.Person, m.Scan = subjectOf(p.Person), scanOf(m.Form)
		m.House.Options = householdOptions(src, p.Person)
		rows = editRows(m, p.Person)
		for _, r := range rows {
			r.fresh()
		}
		return nil
	})
	return m, p, rows, err
}

// fresh fills the field from the register.
func (r editRow) fresh() {
	r.to.Was, r.to.Sent, r.to.Value = r.shown, r.sent(), r.shown
	if len(r.to.Options) > 0 {
		r.to.Options = offering(r.to.Options, r.actual, r.shown)
	}
	r.choose(r.actual)
}

// offering is the choice with what the register has among it, also where the list
// was cut or is of something else: of a choice without it a browser sends the
// first, as if somebody had changed it.
func offering(options []ui.Option, actual, shown string) []ui.Option {
	if actual == "" || slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == actual }) {
		return options
	}
	return append([]ui.Option{{Value: actual, Text: or(shown, "Như đang ghi"), Chosen: true}}, options...)
}

func (r editRow) choose(value string) {
	for i, o := range r.to.Options {
		r.to.Options[i].Chosen = o.Value == value
	}
}

func editRows(m *ui.ResidentEditModel, p lookup.Person) []editRow {
	r := p.Resident
	phone, household, address := "", "", ""
	if len(r.Phones) > 0 {
		phone = r.Phones[0]
	}
	if p.Household != nil {
		household, address = r.Household.String(), p.Household.Address
	}
	m.Sex.Options = ui.Options("", []string{civic.Female, civic.Male}, messages.Sex)
	same := func(s string) string { return s }
	return []editRow{
		{"name", "name", &m.Name, r.Name, r.Name, false, civic.CleanName},
		{"personalNumber", "personalNumber", &m.Number, r.Number, ui.MaskNumber(r.Number), true, parsed(civic.ParsePersonalNumber)},
		{"birth", "birth", &m.Birth, string(r.Birth), r.Birth.Show(), false, readDay},
		{"sex", "sex", &m.Sex, r.Sex, messages.Sex(r.Sex), false, same},
		{"phones-0", "phones", &m.Phone, phone, ui.MaskPhone(phone), true, parsed(civic.ParsePhone)},
		{"household", "household", &m.House, household, address, false, same},
	}
}

func parsed(parse func(string) (string, *command.Error)) func(string) string {
	return func(typed string) string {
		if value, err := parse(typed); err == nil {
			return value
		}
		return strings.TrimSpace(typed)
	}
}

const mostDoors = 500

// householdOptions offers the households of the person's hamlet.
func householdOptions(src lookup.Source, p lookup.Person) []ui.Option {
	options := []ui.Option{{Text: "Chưa vào hộ nào"}}
	for _, unit := range civic.Subtree(src, p.Resident.Hamlet) {
		homes, _, err := lookup.Homes(src, lookup.HomeFilter{Hamlet: unit, Limit: mostDoors})
		if err != nil {
			continue // only a cursor can be wrong, and there is none
		}
		for _, h := range homes {
			if len(options) < mostDoors {
				options = append(options, ui.Option{Value: h.Household.ID.String(), Text: h.Household.Address})
			}
		}
	}
	return options
}

// edit changes the fields that were typed over.
func (s *site) edit(q *request) error {
	m, p, rows, err := q.editModel()
	if err != nil {
		return err
	}
	if r := q.reading("personalNumber", "name", "birth", "phones-0"); r.done() {
		return q.editByCard(m, p, rows, r)
	}
	edits, ids := q.edits(m, p, rows)
	fields := map[string]*ui.Input{}
	for _, r := range rows {
		fields[r.id] = &r.to.Input
	}
	switch {
	case len(m.Form.Errors) > 0:
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageResidentEdit, *m)
	case len(edits) == 0 && q.captured(m.Form):
		return q.savedBefore(m.Form, residentHref(p.Key)) // the second click
	case len(edits) == 0:
		q.wrong(&m.Form, "", nil, "no_change", "nothing was changed")
	}
	about, notes, err := q.editNotes(m, p)
	if err != nil {
		return err
	}
	if stop := q.heed(&m.Shell, &m.Form, notes); !stop && len(m.Form.Errors) == 0 {
		decided, refused, err := q.submit(m.Form, civic.KindResidentEdit, about.unit, civic.EditResident{ID: about.id, Edits: edits})
		switch {
		case err != nil:
			return err
		case refused == nil:
			return q.saved(m.Form, decided, residentHref(p.Key))
		}
		q.refuse(&m.Form, ofField(refused, ids), fields)
	}
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageResidentEdit, *m)
}

// edits are the fields that were changed, and the id of each in the form. A field
// somebody else has changed since the form was opened is shown, not written.
func (q *request) edits(m *ui.ResidentEditModel, p lookup.Profile, rows []editRow) (edits []civic.Edit, ids []string) {
	for _, r := range rows {
		typed, was := q.FormValue(r.id), q.FormValue("was-"+r.id)
		value := r.read(typed)
		if typed == was || !r.masked && value == was {
			continue
		}
		r.to.Value = typed
		r.choose(typed)
		if value == r.actual {
			continue // it is so already
		}
		if was != r.sent() {
			r.to.Was, r.to.Other = r.seen(was), or(r.shown, "bỏ trống")
			m.Newer = q.newer(p)
			q.wrong(&m.Form, r.id, &r.to.Input, "changed_beside", "somebody has just changed this")
			continue
		}
		edits, ids = append(edits, r.edit(value, p.Resident)), append(ids, r.id)
	}
	return edits, ids
}

// seen is what the officer saw in the field, in words.
func (r editRow) seen(was string) string {
	for _, o := range r.to.Options {
		if o.Value == was {
			return o.Text
		}
	}
	if r.id == "birth" {
		return civic.Birth(was).Show()
	}
	return was
}

// edit is the change of a field in the words of the register. Of several phones
// the form shows the first; the others stay.
func (r editRow) edit(value string, now civic.Resident) civic.Edit {
	if r.field != "phones" {
		return civic.Edit{Field: r.field, Was: raw(r.actual), Now: raw(value)}
	}
	phones := []string{}
	if value != "" {
		phones = append(phones, value)
	}
	if len(now.Phones) > 1 {
		phones = append(phones, now.Phones[1:]...)
	}
	return civic.Edit{Field: r.field, Was: raw(append([]string{}, now.Phones...)), Now: raw(phones)}
}

// raw is the JSON of a text or of texts, which cannot fail to encode.
func raw(v any) json.RawMessage {
	b, _ := json.Marshal(v)
	return b
}

// editNotes warns of a new number or phone that is somebody else's.
func (q *request) editNotes(m *ui.ResidentEditModel, p lookup.Profile) (about aboutPerson, notes []string, err error) {
	err = q.read(func(src lookup.Source) error {
		about = q.aboutPerson(src, p)
		birth, _ := civic.ParseBirth(readDay(m.Birth.Value))
		notes = append(q.numberNote(src, &m.Number.Input, birth, or(q.FormValue("sex"), p.Resident.Sex), p.Key),
			q.phoneNote(src, &m.Phone.Input, p.Key)...)
		people := q.alikeOthers(src, p.Resident, edited(m, p.Resident))
		m.Alike = membersOf(people, "")
		heedAlike(&m.Name.Input, people)
		notes = append(notes, alikeNotes(people)...)
		return q.recognised(len(m.Alike), m.Number.Input, m.Phone.Input)
	})
	return about, notes, err
}

// edited is somebody as the form would leave them; what cannot be read stays.
func edited(m *ui.ResidentEditModel, r civic.Resident) civic.Resident {
	if name := civic.CleanName(m.Name.Value); name != "" {
		r.Name = name
	}
	if birth, err := civic.ParseBirth(readDay(m.Birth.Value)); err == nil {
		r.Birth = birth
	}
	if number, err := civic.ParsePersonalNumber(m.Number.Value); err == nil {
		r.Number = number
	}
	if phone, err := civic.ParsePhone(m.Phone.Value); err == nil {
		r.Phones = []string{phone}
	}
	return r
}

// newer says when the record last changed, and who did it if that is known.
func (q *request) newer(p lookup.Profile) *ui.Newer {
	n := &ui.Newer{By: "Có người"}
	d, here, ok := q.site.Machine.Command(p.Resident.Rev)
	if !ok {
		return n
	}
	n.At = moment(here)
	if d.Outcome.At > 0 {
		n.At = moment(d.Outcome.At)
	}
	return n
}

// ofField moves an error from its place among the edits to the field of the form.
func ofField(e *command.Error, ids []string) *command.Error {
	rest, ok := strings.CutPrefix(e.Field, "/edits/")
	if !ok {
		return e
	}
	for i, id := range ids {
		if n, _, _ := strings.Cut(rest, "/"); n == itoa(i) {
			return &command.Error{Class: e.Class, Code: e.Code, Field: "/" + id, Message: e.Message}
		}
	}
	return e
}
