package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

const scanPath = "/quet"

// scanRoutes are where a card is read for its own sake, and where forms take a
// photograph of one.
func (s *site) scanRoutes() []route {
	return []route{
		{"GET", scanPath, auth.SeePeople, "", s.scanForm},
		{"POST", scanPath, auth.SeePeople, "", s.scanCard},
		{"POST", scanPath + photoSuffix, auth.SeePeople, "", s.photographed(s.scanCard)},
		{"POST", "/nhan-khau/moi" + photoSuffix, auth.Capture, "", s.photographed(s.newResident)},
		{"POST", "/nhan-khau/:id/khai" + photoSuffix, auth.Enroll, "", s.photographed(s.level1)},
		{"POST", "/nhan-khau/:id/sua" + photoSuffix, auth.Capture, "", s.photographed(s.edit)},
	}
}

// scan is a card that came with a request by another way than the field for it.
type scan struct {
	text string         // of a photograph, or of an address
	bad  *command.Error // why there is none
}

// reading is what came of a card that came with a form.
type reading struct {
	card  civic.Card
	found bool
	in    string         // the field it was typed into by mistake
	bad   *command.Error // it was scanned, and cannot be read
}

// done reports whether the form was sent to have a card read: then nothing is
// written before somebody has looked at what it says.
func (r reading) done() bool { return r.found || r.bad != nil }

// reading reads the card of a form: from its photograph, from the field for it,
// or from one of the others, into which a scanner without script types as well.
func (q *request) reading(others ...string) (r reading) {
	if q.scan.bad != nil {
		return reading{bad: q.scan.bad}
	}
	if text := or(q.scan.text, q.FormValue("scan")); strings.TrimSpace(text) != "" {
		r.card, r.bad = civic.ReadCard(text)
		r.found = r.bad == nil
		return r
	}
	for _, field := range others {
		if c, err := civic.ReadCard(q.FormValue(field)); err == nil && c.Name != "" {
			return reading{card: c, found: true, in: field}
		}
	}
	return r
}

// refuseCard says in the form why a card could not be read.
func (q *request) refuseCard(f *ui.Form, in *ui.Scan, r reading) {
	if r.bad != nil {
		q.refuse(f, command.InvalidField("/scan", r.bad.Code, "%s", r.bad.Message), map[string]*ui.Input{"scan": &in.Input})
	}
}

// scanOf is the part of a form that takes a card.
func scanOf(f ui.Form) ui.Scan { return ui.Scan{Photo: f.Action + photoSuffix} }

// scanForm shows where a card is read (quét thẻ).
func (s *site) scanForm(q *request) error { return q.draw(ui.PageScan, q.scanModel()) }

func (q *request) scanModel() ui.ScanModel {
	m := ui.ScanModel{Shell: q.shell(ui.SectionResidents), Form: ui.Form{Action: scanPath, Token: q.session.Form, Cancel: "/nhan-khau"}}
	m.Scan = scanOf(m.Form)
	m.Scan.Focus = true
	return m
}

// scanCard leads from a card to its holder, or to the form of a new person with
// what it says.
func (s *site) scanCard(q *request) error {
	r := q.reading()
	if r.found {
		return q.holder(r.card)
	}
	if r.bad == nil {
		r.bad = command.Errorf(command.Invalid, "required", "there is nothing to read")
	}
	m := q.scanModel()
	q.refuseCard(&m.Form, &m.Scan, r)
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageScan, m)
}

func (q *request) holder(c civic.Card) error {
	var found command.Key
	err := q.read(func(src lookup.Source) error {
		key, known := civic.ByNumber(src, c.Number)
		if !known {
			return nil
		}
		p, _ := lookup.FindPerson(src, key)
		if err := auth.ScopeOf(src, q.session, p.Resident.Hamlet, civic.TypeResident, key); err != nil {
			return err
		}
		found = key
		return q.listed(command.LookSearch, "card", p.Resident.Hamlet, 1)
	})
	switch {
	case err != nil:
		return err
	case found != "":
		return q.Redirect(residentHref(found), fiber.StatusSeeOther)
	case q.may(auth.Capture) && q.site.Machine.Tier == civic.TierCluster && q.oneWard():
		n, err := q.newcomer()
		if err != nil {
			return err
		}
		return q.draw(ui.PageResidentForm, n.page)
	}
	m := q.scanModel()
	m.Nobody = ui.MaskNumber(c.Number)
	return q.draw(ui.PageScan, m)
}

// registered finds the holder of a card, if this session may see that person.
func (q *request) registered(src lookup.Source, c civic.Card) (p lookup.Person, ok bool) {
	key, known := civic.ByNumber(src, c.Number)
	if !known {
		return p, false
	}
	p, ok = lookup.FindPerson(src, key)
	return p, ok && q.covers(src, p.Resident.Hamlet)
}

// compared says in a banner how a card and somebody of the register agree. edit
// is where the register is put right; "" on that page itself.
func compared(c civic.Card, r civic.Resident, edit string) ui.Banner {
	var what []string
	for _, d := range c.Differs(r) {
		switch d {
		case civic.DiffersNumber:
			return ui.Banner{Tone: ui.ToneWarn, Head: "Thẻ này mang số khác với sổ.", Text: "Có thể là thẻ của người khác. Không ô nào được điền; xem lại thẻ và người."}
		case civic.DiffersName:
			what = append(what, "họ tên")
		case civic.DiffersBirth:
			what = append(what, "ngày sinh")
		case civic.DiffersSex:
			what = append(what, "giới tính")
		}
	}
	link := ui.Link{Text: "Sửa theo thẻ", Href: edit}
	switch {
	case len(what) > 0:
		return ui.Banner{Tone: ui.ToneWarn, Head: "Thẻ ghi khác sổ: " + strings.Join(what, ", ") + ".", Text: "Hỏi lại người dân, rồi sửa cho đúng.", Link: link}
	case r.Number == "":
		return ui.Banner{Head: "Thẻ đúng người này.", Text: "Sổ chưa có số định danh.", Link: ui.Link{Text: "Bổ sung số", Href: edit}}
	}
	return ui.Banner{Tone: ui.ToneOK, Head: "Thẻ khớp với sổ.", Text: "Số định danh đúng là của người này."}
}

// editByCard fills in what a card says otherwise than the register, and leaves
// what was typed. A card that carries another number fills in nothing.
func (q *request) editByCard(m *ui.ResidentEditModel, p lookup.Profile, rows []editRow, r reading) error {
	m.Form.Returned = true
	for _, row := range rows {
		typed, was := q.FormValue(row.id), q.FormValue("was-"+row.id)
		if typed != was && (row.masked || row.read(typed) != was) && row.id != r.in {
			row.to.Value = typed
			row.choose(typed)
		}
	}
	if r.bad != nil {
		q.refuseCard(&m.Form, &m.Scan, r)
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageResidentEdit, *m)
	}
	m.Shell.Flash = append(m.Shell.Flash, compared(r.card, p.Resident, ""))
	if written := onlyNew(r.card, p.Resident); len(written) > 0 {
		m.Shell.Flash = append(m.Shell.Flash, ui.Banner{Head: "Đã đọc thẻ, chưa ghi.", Text: "Ô nào thẻ ghi khác đã điền theo thẻ. Xem lại rồi bấm ghi."})
		for _, row := range rows {
			if value := written[row.id]; value != "" {
				row.to.Value = value
				row.choose(value)
			}
		}
	}
	if _, _, err := q.editNotes(m, p); err != nil {
		return err
	}
	return q.draw(ui.PageResidentEdit, *m)
}

// onlyNew is what a card knows better than the register, by field of the form:
// nothing if it is somebody else's, and no name whose accents were lost.
func onlyNew(c civic.Card, r civic.Resident) map[string]string {
	written := map[string]string{}
	if r.Number != "" && r.Number != c.Number {
		return written
	}
	if r.Number == "" {
		written["personalNumber"] = c.Number
	}
	if c.Name != "" && !c.Doubtful && !c.SameName(r.Name) {
		written["name"] = c.Name
	}
	if c.Birth != "" && c.Birth != r.Birth {
		written["birth"] = c.Birth.Show()
	}
	if c.Sex != "" && c.Sex != r.Sex {
		written["sex"] = c.Sex
	}
	return written
}
