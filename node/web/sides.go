package web

import (
	"encoding/json"
	"slices"
	"strconv"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// reviewed is one review as two columns: what the cluster keeps and what came
// after. Of people of another unit nothing is shown but that they are there.
type reviewed struct {
	lookup.Review
	q    *request
	src  lookup.Source
	rows []ui.SideRow
}

func (r reviewed) sides() ui.ReviewSides {
	s := ui.ReviewSides{Head: r.q.reviewName(r.src, r.Review), Why: messages.Review(r.Code), Since: moment(r.CapturedAt),
		Late: ui.Side{Head: r.q.kindOf(r.Kind), From: r.lateFrom()}}
	switch {
	case r.Person == nil && r.Household == nil:
	case !r.q.covers(r.src, r.heldIn()):
		s.Held.From = "thuộc đơn vị khác"
		s.Note = "Bản cụm đang giữ thuộc " + civic.WardOf(r.src, r.heldIn()).Name + ". Cần phối hợp thì báo chỉ huy."
		r.Person, r.Household = nil, nil
	default:
		s.Held.From = r.heldFrom()
		s.Subject = ui.Link{Text: "Trang người này", Href: residentHref(r.Record)}
		if r.Household != nil {
			s.Subject = ui.Link{Text: "Trang hộ này", Href: householdHref(r.Record)}
		}
	}
	if r.Person != nil && r.Person.Resident.Birth != "" {
		s.Head += ", sinh " + year(r.Person.Resident.Birth)
	}
	r.compare()
	s.Rows, s.Decided = r.rows, r.decided()
	s.Decide, s.WhyNot = r.decide()
	if r.State == civic.ReviewClosed {
		s.Held.Head = "Bản cụm giữ lúc đó"
	}
	if parent, ok := lookup.FindReview(r.src, civic.KeyOf(r.Parent)); ok && r.q.covers(r.src, parent.Unit) {
		s.Parent = ui.Link{Text: "Xem việc trước đó", Href: reviewHref(parent.Key)}
	}
	for _, child := range r.Children(r.src) {
		if r.q.covers(r.src, child.Unit) {
			s.Children = append(s.Children, r.q.reviewItem(r.src, child))
		}
	}
	return s
}

// heldIn is the unit the record the cluster keeps is listed in.
func (r reviewed) heldIn() string {
	if r.Person != nil {
		return r.Person.Resident.Hamlet
	}
	return r.Household.Hamlet
}

// heldFrom says who last changed what the cluster keeps, and when.
func (r reviewed) heldFrom() string {
	events := lookup.Events(r.src, r.q.site.Table, nil, r.Type, r.Record)
	for _, e := range events {
		if touches(e, r.Type, r.Record) && (r.Resolution == nil || e.At <= r.DecidedAt) { // not what was decided since
			return join(nonEmpty(e.OfficerName, messages.Kind(e.Kind)), when(e.At))
		}
	}
	return "Sổ của cụm"
}

func touches(e lookup.Event, t command.RecordType, key command.Key) bool {
	return slices.ContainsFunc(e.Changes, func(c lookup.RecordChange) bool { return c.Type == t && c.Key == key })
}

func nonEmpty(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// lateFrom says who asked for what came after, when, and when it arrived.
func (r reviewed) lateFrom() string {
	from := nonEmpty(r.OfficerName, r.UnitName)
	if r.Line > 0 {
		from = join(from, "dòng "+strconv.Itoa(r.Line)+" của danh sách")
	}
	from = join(from, when(r.CapturedAt))
	if r.DecidedAt > r.CapturedAt+60_000 {
		from += ", đến nơi " + when(r.DecidedAt)
	}
	return from
}

// compare lays the two sides next to each other, field by field.
func (r *reviewed) compare() {
	switch r.Kind {
	case civic.KindResidentEdit:
		r.compareEdits()
	case civic.KindResidentPut, civic.KindRosterPage:
		r.comparePerson()
	case civic.KindAppSubmit:
		r.compareApplication()
	case civic.KindVisitRecord:
		r.showVisit()
	case civic.KindActivation:
		r.showActivation()
	case civic.KindHouseholdPut:
		r.compareHousehold()
	case civic.KindHouseholdEdit:
		r.compareHouseholdEdits()
	case civic.KindReviewResolve:
		r.compareDecisions()
	case civic.KindHouseholdSplit:
		r.compareSplit()
	case civic.KindHouseholdMerge:
		r.compareMerge()
	case civic.KindUnitPut:
		r.compareUnit()
	}
}

// add compares one field; hide masks what is shown, not what is compared.
func (r *reviewed) add(name, held, late string, hide func(string) string) {
	row := ui.SideRow{Name: name, Held: held, Late: late, Differs: held != late, Masked: hide != nil}
	if hide != nil {
		row.Held, row.Late = hide(held), hide(late)
	}
	if held != "" || late != "" {
		r.rows = append(r.rows, row)
	}
}

// held is the person as the cluster keeps them; nobody if it keeps none the
// officer may see.
func (r *reviewed) held() civic.Resident {
	if r.Person == nil {
		return civic.Resident{}
	}
	return r.Person.Resident
}

func (r *reviewed) comparePerson() {
	var late struct {
		Name, Birth, Sex, Number, PersonalNumber, Phone, Address string
		Phones                                                   []string
		Household                                                command.ID // of whom somebody registers; a list has addresses
	}
	if json.Unmarshal(r.Body, &late) != nil {
		return
	}
	held := r.held()
	if late.Phone != "" {
		late.Phones = []string{late.Phone}
	}
	r.add("Họ tên", held.Name, late.Name, nil)
	r.add("Số định danh", held.Number, nonEmpty(late.Number, late.PersonalNumber), ui.MaskNumber)
	r.add("Ngày sinh", held.Birth.Show(), civic.Birth(late.Birth).Show(), nil)
	r.add("Giới tính", messages.Sex(held.Sex), messages.Sex(late.Sex), nil)
	r.addPhones(held.Phones, late.Phones)
	r.add("Địa chỉ", r.address(held.Household), nonEmpty(late.Address, r.address(late.Household)), nil)
}

func (r *reviewed) addPhones(held, late []string) {
	for i := range max(len(held), len(late)) {
		pick := func(phones []string) string {
			if i >= len(phones) {
				return ""
			}
			if e164, err := civic.ParsePhone(phones[i]); err == nil {
				return e164
			}
			return phones[i]
		}
		r.add("Điện thoại", pick(held), pick(late), ui.MaskPhone)
	}
}

// address is where a household of the officer's is; empty if there is none.
func (r *reviewed) address(household command.ID) string {
	if household.IsZero() {
		return ""
	}
	h, ok := civic.Load[civic.Household](r.src, civic.TypeHousehold, civic.Sibling(r.Record, household.String()))
	if !ok || !r.q.covers(r.src, h.Hamlet) {
		return ""
	}
	return h.Address
}

func (r *reviewed) compareEdits() {
	var edit civic.EditResident
	if json.Unmarshal(r.Body, &edit) != nil {
		return
	}
	held := r.held()
	for _, e := range edit.Edits {
		var now string
		_ = json.Unmarshal(e.Now, &now) // phones are a list
		switch e.Field {
		case "phones":
			var phones []string
			_ = json.Unmarshal(e.Now, &phones) // what is no list shows as none
			r.addPhones(held.Phones, phones)
		case "personalNumber":
			r.add(messages.Field(e.Field), held.Number, now, ui.MaskNumber)
		case "name":
			r.add(messages.Field(e.Field), held.Name, now, nil)
		case "birth":
			r.add(messages.Field(e.Field), held.Birth.Show(), civic.Birth(now).Show(), nil)
		case "sex":
			r.add(messages.Field(e.Field), messages.Sex(held.Sex), messages.Sex(now), nil)
		case "household":
			id, _ := command.ParseID(now)
			r.add(messages.Field(e.Field), r.address(held.Household), r.address(id), nil)
		}
	}
}

func (r *reviewed) compareApplication() {
	var late civic.SubmitApplication
	if json.Unmarshal(r.Body, &late) != nil {
		return
	}
	var held civic.Application
	if r.Person != nil && !r.held().Progress.Application.IsZero() {
		held, _ = civic.Load[civic.Application](r.src, civic.TypeApplication, civic.Sibling(r.Record, r.held().Progress.Application.String()))
	}
	r.addPhones(listOf(held.Phone), listOf(late.Phone))
	r.add("SIM đứng tên ai", messages.Relation(held.Relation), messages.Relation(late.Relation), nil)
	r.add("Ngày ghi", shortDay(held.Day), shortDay(civic.DayOf(r.CapturedAt)), nil)
}

func listOf(phone string) []string {
	if phone == "" {
		return nil
	}
	return []string{phone}
}

func (r *reviewed) showVisit() {
	var late civic.RecordVisit
	if json.Unmarshal(r.Body, &late) != nil {
		return
	}
	r.add("Kết quả", "", messages.OutcomeName(late.Outcome), nil)
	r.add("Cách gặp", "", messages.Mode(late.Mode), nil)
	r.add("Lý do", "", late.Reason, nil)
	r.add("Ghi chú", "", late.Note, nil)
}

func (r *reviewed) showActivation() {
	var late civic.RecordActivation
	if json.Unmarshal(r.Body, &late) != nil {
		return
	}
	r.add("Cách kích hoạt", "", messages.Way(late.Way), nil)
	r.add("Ngày", shortDay(r.held().Progress.Activated), shortDay(civic.DayOf(r.CapturedAt)), nil)
}

func (r *reviewed) compareHousehold() {
	var late struct{ Address, Hamlet string }
	if json.Unmarshal(r.Body, &late) != nil {
		return
	}
	var held civic.Household
	if r.Household != nil {
		held = *r.Household
	}
	r.add("Địa chỉ", held.Address, late.Address, nil)
	r.add("Tổ, thôn", hamletName(r.src, held.Hamlet), hamletName(r.src, late.Hamlet), nil)
}

func (r *reviewed) compareHouseholdEdits() {
	var edit civic.EditHousehold
	if json.Unmarshal(r.Body, &edit) != nil {
		return
	}
	var held civic.Household
	if r.Household != nil {
		held = *r.Household
	}
	for _, e := range edit.Edits {
		now := text(e.Now)
		switch e.Field {
		case "address":
			r.add(messages.Field(e.Field), held.Address, now, nil)
		case "hamlet":
			r.add(messages.Field(e.Field), hamletName(r.src, held.Hamlet), hamletName(r.src, now), nil)
		case "head":
			id, _ := command.ParseID(now)
			late, _ := r.q.personNamed(r.src, id, "")
			was, _ := r.q.personNamed(r.src, held.Head, "")
			r.add("Chủ hộ", was, late, nil)
		}
	}
}

// compareDecisions shows two decisions about one review.
func (r *reviewed) compareDecisions() {
	var late civic.ResolveReview
	if json.Unmarshal(r.Body, &late) != nil {
		return
	}
	var held civic.Resolution
	if about, ok := lookup.FindReview(r.src, r.Record); ok && about.Resolution != nil {
		held = *about.Resolution
	}
	r.add("Quyết định", messages.Choice(string(held.Choice)), messages.Choice(string(late.Choice)), nil)
	r.add("Lý do", held.Reason, late.Reason, nil)
}

func hamletName(src lookup.Source, code string) string {
	u, _ := civic.FindUnit(src, code)
	return u.Name
}
