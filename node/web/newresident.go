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

// newcomer is somebody being written down: the form with what was typed or
// scanned so far.
type newcomer struct {
	page  ui.ResidentFormModel
	unit  string   // on whose behalf
	notes []string // on what was typed
	card  reading  // of a card nobody has looked at yet
}

// residentForm shows the form of a new person (nhân khẩu mới). Somebody who
// works for several wards has to begin at a household: else it would not be
// known in which ward the person is to be listed.
func (s *site) residentForm(q *request) error {
	n, err := q.newcomer()
	if err != nil {
		return err
	}
	if n.page.HouseholdID == "" && !q.oneWard() {
		return q.Redirect("/ho/moi", fiber.StatusSeeOther)
	}
	return q.draw(ui.PageResidentForm, n.page)
}

// oneWard reports whether the officer works in a single ward.
func (q *request) oneWard() (one bool) {
	_ = q.read(func(src lookup.Source) error { // without the register there is none
		one = civic.WardOf(src, q.unit()).Kind == civic.UnitWard
		return nil
	})
	return one
}

func (q *request) newcomer() (n newcomer, err error) {
	m := ui.ResidentFormModel{Shell: q.shell(ui.SectionResidents), Form: q.sentForm("/nhan-khau/moi", "/nhan-khau"), HouseholdID: q.FormValue("household", q.Query("ho"))}
	m.Form.Draft = strings.TrimSuffix(m.Form.Draft+"/"+m.HouseholdID, "/")
	m.Scan = scanOf(m.Form)
	n.card = q.typed(&m)
	q.refuseCard(&m.Form, &m.Scan, n.card)
	err = q.read(func(src lookup.Source) error {
		m.Shell.Flash, n.unit = q.flash(src), q.unit()
		if n.card.found { // a scanner ends with Enter: nothing is written before somebody has looked
			m.Form.Returned = true
			m.Shell.Flash = append(m.Shell.Flash, ui.Banner{Head: "Đã đọc thẻ, chưa ghi.", Text: "Xem lại các ô, thêm điện thoại nếu có, rồi bấm ghi."})
			q.nameOnCard(src, &m.Name, n.card.card)
		}
		if m.HouseholdID != "" {
			h, err := q.household(src, m.HouseholdID)
			if err != nil {
				return err
			}
			n.unit = q.onBehalf(src, h.Household.Hamlet)
			m.Household = ui.Subject{Name: h.Household.Address, Href: householdHref(h.Key), Hamlet: h.Unit.Name}
			m.Form.Cancel = m.Household.Href
		}
		n.notes = q.residentNotes(src, &m)
		return q.recognised(len(m.Alike), m.Number, m.Phone)
	})
	n.page = m
	return n, err
}

// typed fills the form with what it was sent with, or with the card it was sent
// with.
func (q *request) typed(m *ui.ResidentFormModel) reading {
	fields := map[string]*ui.Input{"name": &m.Name, "personalNumber": &m.Number, "birth": &m.Birth, "phones-0": &m.Phone}
	for name, in := range fields {
		in.Value = q.FormValue(name)
	}
	sex := q.FormValue("sex")
	r := q.reading("personalNumber", "name", "birth", "phones-0")
	if r.in != "" {
		fields[r.in].Value = ""
	}
	if r.found {
		m.Number.Value = r.card.Number
		m.Birth.Value, sex = or(r.card.Birth.Show(), m.Birth.Value), or(r.card.Sex, sex)
	}
	m.Sex.Value, m.Sex.Options = sex, ui.Options(sex, []string{civic.Female, civic.Male}, messages.Sex)
	return r
}

// nameOnCard fills in the name of a card: where a scanner lost the accents, as
// the register has it, or as it was typed before.
func (q *request) nameOnCard(src lookup.Source, in *ui.Input, c civic.Card) {
	p, known := q.registered(src, c)
	switch {
	case c.Name == "": // the number alone
	case known && !c.SameName(p.Resident.Name):
		in.Value = or(c.LegibleName(), in.Value)
		in.Heed = "trong sổ, người mang số này tên là " + p.Resident.Name + "."
	case known:
		in.Value = p.Resident.Name
	case !c.Doubtful:
		in.Value = or(c.Name, in.Value)
	case in.Value == "":
		in.Value, in.Heed = c.LegibleName(), "máy quét không đọc được chữ có dấu. Xem lại cho đúng như trên thẻ."
	}
}

func (q *request) residentNotes(src lookup.Source, m *ui.ResidentFormModel) (notes []string) {
	self := command.Key(m.Form.Record)
	birth, _ := civic.ParseBirth(readDay(m.Birth.Value))
	notes = append(q.numberNote(src, &m.Number, birth, m.Sex.Value, self), q.phoneNote(src, &m.Phone, self)...)
	draft := civic.Resident{Name: civic.CleanName(m.Name.Value), Birth: birth, Sex: m.Sex.Value, Hamlet: q.unit()}
	draft.ID, _ = command.ParseID(m.Form.Record) // what cannot be read, the rules refuse
	draft.Number, _ = civic.ParsePersonalNumber(m.Number.Value)
	if phone, err := civic.ParsePhone(m.Phone.Value); err == nil {
		draft.Phones = []string{phone}
	}
	draft.Household, _ = command.ParseID(m.HouseholdID)
	people := q.alike(src, draft, alikeNew)
	m.Alike = membersOf(people, "")
	heedAlike(&m.Name, people)
	return append(notes, alikeNotes(people)...)
}

// newResident registers a person.
func (s *site) newResident(q *request) error {
	n, err := q.newcomer()
	if err != nil {
		return err
	}
	m := &n.page
	fields := map[string]*ui.Input{"name": &m.Name, "personalNumber": &m.Number, "birth": &m.Birth, "sex": &m.Sex, "phones-0": &m.Phone}
	body := civic.PutResident{Name: m.Name.Value, PersonalNumber: strings.TrimSpace(m.Number.Value), Birth: readDay(m.Birth.Value), Sex: m.Sex.Value}
	body.ID, _ = command.ParseID(m.Form.Record)
	body.Household, _ = command.ParseID(m.HouseholdID)
	if phone := strings.TrimSpace(m.Phone.Value); phone != "" {
		body.Phones = []string{phone}
	}
	if !n.card.done() {
		q.checkEach(&m.Form, body, fields)
		if body.Household.IsZero() && !q.oneWard() {
			q.wrong(&m.Form, "", nil, "unknown_household", "choose the household first")
		}
	}
	stop := q.heed(&m.Shell, &m.Form, n.notes) || n.card.done()
	if !stop && len(m.Form.Errors) == 0 {
		decided, refused, err := q.submit(m.Form, civic.KindResidentPut, n.unit, body)
		switch {
		case err != nil:
			return err
		case refused == nil:
			return q.saved(m.Form, decided, q.afterResident(*m, body.ID))
		}
		q.refuse(&m.Form, refused, fields)
	}
	if n.card.found {
		return q.draw(ui.PageResidentForm, *m)
	}
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageResidentForm, *m)
}

// checkEach says what is wrong with each field, so that one look mends all; the
// rule itself stops at the first.
func (q *request) checkEach(f *ui.Form, body civic.PutResident, fields map[string]*ui.Input) {
	for range len(fields) {
		err := body.Check()
		if err == nil {
			return
		}
		switch ui.FieldID(err.Field) {
		case "name":
			body.Name = "A"
		case "birth":
			body.Birth = "2000"
		case "sex":
			body.Sex = civic.Male
		case "personalNumber":
			body.PersonalNumber = ""
		case "phones-0":
			body.Phones = nil
		default:
			return // not of a field: submit says it
		}
		q.refuse(f, err, fields)
	}
}

// afterResident is where to go on to: another member of the household, or the
// person's page.
func (q *request) afterResident(m ui.ResidentFormModel, id command.ID) string {
	otherwise := "/nhan-khau"
	if m.HouseholdID != "" {
		otherwise = m.Household.Href
	}
	if q.FormValue("more") != "" && m.HouseholdID != "" {
		return "/nhan-khau/moi?ho=" + m.HouseholdID
	}
	return q.pageOf(civic.TypeResident, id, otherwise)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
