package web

import (
	"cmp"
	"slices"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

const shortHistory = 8 // events shown unless all are asked for

// resident is the page of one person.
func (s *site) resident(q *request) error {
	return q.drawResident("")
}

// drawResident draws the page with one field shown in full, or none.
func (q *request) drawResident(revealed string) error {
	m := ui.ResidentModel{Shell: q.shell(ui.SectionResidents), Token: q.session.Form}
	err := q.read(func(src lookup.Source) error {
		p, err := q.profileSeen(src)
		if err != nil {
			return err
		}
		m.Shell.Flash = slices.Concat(q.emergency(src, p.Resident.Hamlet), q.flash(src), q.openReviews(src, p), q.pairBanners(src, p.Resident), q.told(p.Decided))
		q.who(src, p, &m)
		q.sofar(src, p, &m)
		q.actions(src, p, &m)
		m.Facts = q.facts(p, revealed)
		m.Shell.Here = residentHref(p.Key) // also of the answer to a form
		return nil
	})
	if err != nil {
		return q.orGlass(err, "/nhan-khau/"+q.Params("id")+"/khan-cap")
	}
	return q.draw(ui.PageResident, m)
}

func (q *request) who(src lookup.Source, p lookup.Profile, m *ui.ResidentModel) {
	r := p.Resident
	m.Name, m.About = r.Name, join("Sinh "+birthShown(r.Birth), messages.Sex(r.Sex), r.Ethnic)
	m.Hamlet, m.Chip = hamletLink(p.Unit), chipOf(p.Person)
	m.Hamlet.Text = q.place(src, p.Person)
	m.Closed = !q.covers(src, r.Hamlet)
	if m.Closed {
		m.Hamlet.Href = ""
	}
	if h := p.Household; h != nil && q.seen(src, h.Hamlet, civic.TypeHousehold, p.HouseholdKey()) == nil {
		m.Household = &ui.HouseholdBox{Address: h.Address, Href: householdHref(p.HouseholdKey()),
			Note: join(m.Hamlet.Text, visitedSoFar(h.Visits)), Members: membersOf(p.Members, p.Key)}
	}
}

func visitedSoFar(n int) string {
	if n == 0 {
		return "chưa đến lần nào"
	}
	return "đã đến " + itoa(n) + " lần"
}

// sofar is what happened: the latest application's way, and the history.
func (q *request) sofar(src lookup.Source, p lookup.Profile, m *ui.ResidentModel) {
	if a := p.Application(); a != nil {
		m.Latest, m.Steps = "Hồ sơ mức "+itoa(a.Level), q.steps(src, a.Rev, a.At)
	}
	events := lookup.Events(src, q.site.Table, q.site.Machine.Waiting(), civic.TypeResident, p.Key)
	m.Total, m.Pencil = len(events), waitsItself(events, p.Key)
	m.Moving = p.Pending && !m.Pencil
	if len(events) > shortHistory && q.Query("het") == "" {
		events, m.Older = events[:shortHistory], residentHref(p.Key)+"?het=1"
	}
	for _, e := range events {
		m.History = append(m.History, q.event(src, e))
	}
}

// waitsItself reports whether what is known of the person waits here, and not
// only a step on their way, such as an application.
func waitsItself(events []lookup.Event, person command.Key) bool {
	for _, e := range events {
		for _, c := range e.Changes {
			if e.Pending && c.Key == person && slices.ContainsFunc(c.Fields, func(f lookup.FieldChange) bool { return f.Field != "progress" }) {
				return true
			}
		}
	}
	return false
}

// actions are what can be done from here, for those who may do it.
func (q *request) actions(src lookup.Source, p lookup.Profile, m *ui.ResidentModel) {
	if !q.may(auth.Enroll) || !q.covers(src, p.Resident.Hamlet) || q.site.Machine.Tier != civic.TierCluster {
		return
	}
	here := residentHref(p.Key)
	m.Level1.Href, m.Activate.Href = here+"/khai", here+"/kich-hoat"
	if a := p.Application(); a != nil {
		m.Level1 = ui.Action{Why: "Đã có hồ sơ mức " + itoa(a.Level) + " từ " + shortDay(a.Day) + "."}
	}
	if day := p.Resident.Progress.Activated; day != "" {
		m.Activate = ui.Action{Why: "Đã kích hoạt từ " + shortDay(day) + "."}
	}
	if p.Bucket == civic.Excluded {
		m.Level1, m.Activate = ui.Action{Why: "Ngoài diện: " + lower(because(p.Person)) + "."}, ui.Action{}
	}
	if !q.may(auth.Capture) {
		return
	}
	m.Edit.Href = here + "/sua"
	m.Visit.Why = "Chưa vào hộ nào nên chưa ghi được lượt đến nhà."
	if p.Household != nil {
		m.Visit = ui.Action{Href: householdHref(p.HouseholdKey()) + "/den"}
	}
}

// Fields that are shown in full on demand.
const (
	revealNumber = "personalNumber"
	revealPhones = "phones"
)

// facts are what is known, numbers masked but for the field that was asked for.
func (q *request) facts(p lookup.Profile, revealed string) (facts []ui.Fact) {
	r := p.Resident
	secret := func(name, field, masked, full, missing string) ui.Fact {
		switch {
		case full == "":
			return ui.Fact{Name: name, Value: missing}
		case field == revealed:
			return ui.Fact{Name: name, Value: full, Note: "lần xem này đã ghi nhật ký"}
		case !q.may(auth.SeeNumbers):
			return ui.Fact{Name: name, Value: masked, Masked: true}
		}
		return ui.Fact{Name: name, Value: masked, Masked: true, Reveal: field}
	}
	var phones, hidden []string
	for _, phone := range r.Phones {
		phones, hidden = append(phones, civic.ShowPhone(phone)), append(hidden, ui.MaskPhone(phone))
	}
	facts = append(facts,
		secret("Số định danh", revealNumber, ui.MaskNumber(r.Number), spaced(r.Number), "Chưa có số"),
		secret("Điện thoại", revealPhones, join(hidden...), join(phones...), "Chưa có điện thoại"))
	if a := p.Application(); a != nil && a.Relation != "" {
		facts = append(facts, ui.Fact{Name: "SIM trong hồ sơ", Value: ui.MaskPhone(a.Phone), Masked: true, Note: lower(messages.Relation(a.Relation))})
	}
	for _, f := range []ui.Fact{
		{Name: "Ngày sinh", Value: birthShown(r.Birth)},
		{Name: "Giới tính", Value: messages.Sex(r.Sex)},
		{Name: "Dân tộc", Value: r.Ethnic},
		{Name: "Trong hộ", Value: standing(p.Person)},
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// spaced writes a personal number in groups of three, to be read aloud.
func spaced(number string) string {
	if len(number) != 12 {
		return number
	}
	return number[:3] + " " + number[3:6] + " " + number[6:9] + " " + number[9:]
}

// openReviews says what about the person waits for somebody to decide.
func (q *request) openReviews(src lookup.Source, p lookup.Profile) (banners []ui.Banner) {
	for _, r := range p.Reviews {
		if r.ID.String() == q.Query(savedParam) {
			continue // the flash says so already
		}
		b := ui.Banner{Tone: ui.ToneWarn, Head: "Cần đối chiếu.", Text: messages.Review(r.Code) + "."}
		if q.may(auth.SeeReview) && q.covers(src, r.Unit) {
			b.Link = ui.Link{Text: "Xem hai bản", Href: "/doi-chieu?id=" + r.ID.String()}
		}
		banners = append(banners, b)
	}
	return banners
}

// steps is the way of an application, drawn long: of the command that made it,
// captured at a time (ms) that only counts if it was on another machine.
func (q *request) steps(src lookup.Source, id command.ID, at int64) ui.Tracked {
	if q.site.Machine.Tier == civic.TierProvince {
		return ui.Tracked{Steps: stepsOf(lookup.Delivery{Here: at, Stage: civic.StageReceived, Stages: int(civic.StageDecided)}, "Đã lưu ở phường")}
	}
	d, here, known := q.site.Machine.Command(id)
	if !known {
		return ui.Tracked{}
	}
	far := lookup.DeliveryOf(src, q.site.Table, d, here)
	saved := "Đã lưu trên máy này"
	if far.Here == 0 {
		saved, far.Here = "Đã lưu ở máy khác", cmp.Or(at, far.Agreed)
	}
	return ui.Tracked{ID: id.String(), Steps: stepsOf(far, saved)}
}

func stepsOf(far lookup.Delivery, saved string) (steps []ui.Step) {
	stages := []struct {
		done, ahead string
		at          int64
	}{
		{saved, "", far.Here},
		{"Cụm đã đồng thuận", "Cụm đồng thuận", far.Agreed},
		{"Đã gửi tỉnh", "Gửi tỉnh", far.Sent},
		{"Tỉnh đã nhận", "Tỉnh nhận", far.Received},
		{"Đã có kết quả", "Có kết quả", far.Decided},
	}
	for i, st := range stages[:min(far.Stages, len(stages))] {
		switch {
		case i < int(far.Stage):
			steps = append(steps, ui.Step{State: ui.StepDone, Head: st.done, Note: when(st.at)})
		case i == int(far.Stage):
			steps = append(steps, ui.Step{State: ui.StepNext, Head: st.ahead, Note: "đang chờ"})
		default:
			steps = append(steps, ui.Step{Head: st.ahead})
		}
	}
	if far.Stage == civic.StageSaved && len(steps) > 0 {
		steps[0].State = ui.StepPencil
	}
	return steps
}

// reveal shows one field in full, once, and writes down who looked.
func (s *site) reveal(q *request) error {
	field := q.FormValue("field")
	if field != revealNumber && field != revealPhones {
		return command.InvalidField("/field", "bad_choice", "there is nothing hidden by that name")
	}
	err := q.read(func(src lookup.Source) error {
		p, err := q.profileSeen(src)
		if err != nil {
			return err
		}
		return q.looked(command.Look{Act: command.LookReveal, Type: civic.TypeResident, Key: p.Key, Unit: p.Resident.Hamlet, Query: field})
	})
	if err != nil {
		return err
	}
	return q.drawResident(field)
}
