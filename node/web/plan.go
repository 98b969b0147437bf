package web

import (
	"slices"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// plan is one plan: how far it is and what it moves (phương án, danh sách tác động).
func (s *site) plan(q *request) error { return q.drawPlan(ui.PagePlan) }

// planProgress is the part of that page which moves.
func (s *site) planProgress(q *request) error { return q.drawPlan(ui.FragmentPlan) }

func (q *request) drawPlan(page ui.Page) error {
	m := ui.PlanModel{Shell: q.shell("")}
	err := q.read(func(src lookup.Source) error {
		p, err := q.planAsked(src)
		if err != nil {
			return err
		}
		m.Shell.Flash, m.Shell.Here = q.flash(src), planHref(p)
		m.Name, m.Pencil = planName(src, p), lookup.Pending(src, p.Rev)
		m.Steps, m.Say, m.Facts = planSteps(p), planSays(p), planFacts(src, p)
		if p.State.Acting() && (p.State != civic.PlanAgreed || p.From <= today()) {
			m.Live = planHref(p) + "/tien-do"
		}
		q.planActs(src, p, &m)
		q.planImpact(src, p, &m)
		return nil
	})
	if err != nil {
		return err
	}
	return q.draw(page, m)
}

// planSteps are the steps a plan goes; none of one that was dropped.
func planSteps(p civic.UnitPlan) (steps []ui.PlanStep) {
	way := []civic.PlanState{civic.PlanDraft, civic.PlanAgreed, civic.PlanMoving, civic.PlanDone}
	switch p.State {
	case civic.PlanDropped:
		return nil
	case civic.PlanUndoing, civic.PlanUndone:
		way = append(way, civic.PlanUndoing, civic.PlanUndone)
	}
	ahead := false
	for _, s := range way {
		step := ui.PlanStep{Text: messages.PlanStep(string(s)), Current: s == p.State, Done: !ahead}
		if step.Current {
			step.Text = messages.Plan(string(s))
		}
		ahead = ahead || s == p.State
		steps = append(steps, step)
	}
	return steps
}

// planSays is what comes next, in a sentence.
func planSays(p civic.UnitPlan) ui.Banner {
	switch p.State {
	case civic.PlanDraft:
		return ui.Banner{Head: "Chưa ai làm theo.", Text: "Xem kéo theo những gì ở dưới; chỉ huy cụm thống nhất thì phương án mới được thực hiện."}
	case civic.PlanAgreed:
		if p.From <= today() {
			return ui.Banner{Head: "Sắp thực hiện.", Text: "Máy dẫn dắt của cụm đang bắt đầu. Trang này tự cập nhật."}
		}
		return ui.Banner{Head: "Chờ đến ngày " + dayShown(p.From) + ".", Text: "Từ 0 giờ hôm đó các máy tự thực hiện, không ai phải bấm gì."}
	case civic.PlanMoving:
		return ui.Banner{Head: "Đang thực hiện, xong phần " + count(p.Pages) + ".", Text: "Vẫn làm việc như thường. Trang này tự cập nhật; đóng trình duyệt vẫn chạy."}
	case civic.PlanDone:
		return ui.Banner{Tone: ui.ToneOK, Head: "Đã xong.", Text: "Từ ngày " + dayShown(p.From) + " mọi việc, số liệu theo " + p.Name + ". Mã, liên kết, danh sách mang tên cũ vẫn dùng được."}
	case civic.PlanUndoing:
		return ui.Banner{Head: "Đang hoàn tác, xong phần " + count(p.Pages) + ".", Text: "Vẫn làm việc như thường. Trang này tự cập nhật; đóng trình duyệt vẫn chạy."}
	case civic.PlanUndone:
		return ui.Banner{Head: "Đã hoàn tác.", Text: "Các phường, xã đứng lại như trước."}
	}
	return ui.Banner{Head: "Đã bỏ.", Text: "Không ai làm theo phương án này."}
}

func planFacts(src lookup.Source, p civic.UnitPlan) []ui.Fact {
	into := ui.Fact{Name: "Đơn vị sau sắp xếp", Value: p.Name, Note: "mã " + p.Into}
	if u, known := civic.FindUnit(src, p.Into); !known || p.Made {
		into.Note = join("đơn vị mới, "+into.Note, unitName(src, p.Parent))
	} else if was, ok := u.Until(p.ID); ok && was.Name != p.Name {
		into.Note = join("trước là "+was.Name, into.Note)
	} else if !ok && u.Name != p.Name {
		into.Note = join("đang là "+u.Name, into.Note)
	}
	return []ui.Fact{into, {Name: "Từ ngày", Value: dayShown(p.From)}, {Name: "Ai lập, ai thống nhất", Value: planBy(src, p)}, {Name: "Thay đổi lần cuối", Value: when(p.At)}}
}

// planActs is what the asker may do about a plan now; the register has the last word.
func (q *request) planActs(src lookup.Source, p civic.UnitPlan, m *ui.PlanModel) {
	here, over := planHref(p), overAll(src, p, q.unit())
	why := ""
	switch {
	case !over:
		why = "Việc này là của chỉ huy cấp trên của mọi phường, xã trong phương án."
	case !overAll(src, p, q.site.Machine.Unit):
		why = "Làm việc này trên máy của cụm."
	}
	switch p.State {
	case civic.PlanDraft:
		m.Edit, m.Drop = here+"/sua", here+"/bo"
		switch {
		case why == "" && q.session.Officer.Role != civic.RoleLeader:
			m.Agree.Why = "Chờ chỉ huy cụm thống nhất."
		case why == "":
			m.Agree.Href = here + "/thong-nhat"
		default:
			m.Agree.Why = why
		}
	case civic.PlanAgreed:
		m.Drop = here + "/bo"
	case civic.PlanDone:
		switch {
		case !p.Used.IsZero():
			m.Undo.Why = "Đã có việc ghi dưới đơn vị mới, hoặc phương án sau dựa vào phương án này: không hoàn tác được nữa. Cần đổi lại thì lập phương án mới."
		case why != "":
			m.Undo.Why = "Hoàn tác: " + lower(why)
		default:
			m.Undo.Href = here + "/hoan-tac"
		}
	}
}

// planImpact fills in what moves, for whoever is over all of it.
func (q *request) planImpact(src lookup.Source, p civic.UnitPlan, m *ui.PlanModel) {
	switch {
	case len(p.Wards)+len(p.Hamlets) == 0:
		m.Only = "Chỉ đổi tên: tổ, thôn, người, cán bộ, chỉ tiêu giữ nguyên."
		return
	case p.State == civic.PlanUndone || p.State == civic.PlanDropped:
		return
	case !overAll(src, p, q.unit()):
		m.Only = "Kéo theo những gì ở các phường, xã khác thì cấp trên xem."
		return
	}
	i := lookup.ImpactOf(src, p)
	m.Impact = &ui.PlanImpact{Before: p.State == civic.PlanDraft || p.State == civic.PlanAgreed, Figures: []ui.Figure{
		{Name: "Số hộ", N: int(i.Households), Note: "chuyển đơn vị"}, {Name: "Số người", N: int(i.Residents), Note: "chuyển đơn vị"},
		{Name: "Cần đối chiếu", N: int(i.Reviews), Note: "đang mở, chuyển theo", Late: i.Reviews > 0},
		{Name: p.Name, N: int(i.Then), Note: "người sau sắp xếp", First: true}}}
	for _, part := range i.Parts {
		give := ui.PlanGive{Ward: part.Ward.Name, Whole: part.Whole, Households: int(part.Households), Residents: int(part.Residents)}
		for _, h := range part.Hamlets {
			give.Hamlets = append(give.Hamlets, h.Name)
		}
		m.Impact.Parts = append(m.Impact.Parts, give)
	}
	for _, name := range append(messages.Ladder(), messages.OffLadder()...) {
		if n := i.Buckets[civic.Bucket(name)]; n > 0 {
			m.Impact.Buckets = append(m.Impact.Buckets, ui.Count{Text: messages.Bucket(name), N: int(n)})
		}
	}
	if m.Impact.Before {
		q.planConcerns(src, p, i, m.Impact)
	}
}

// planConcerns is whom and what else a plan touches.
func (q *request) planConcerns(src lookup.Source, p civic.UnitPlan, i lookup.Impact, m *ui.PlanImpact) {
	grant := func(list []civic.Officer, what string) {
		for _, o := range list {
			m.Grants = append(m.Grants, ui.PlanGrant{Name: o.Name, User: o.User, Role: messages.Role(string(o.Role)), Unit: unitName(src, o.Unit), What: what})
		}
	}
	grant(i.Officers, "làm việc ở "+p.Name)
	grant(i.Sees, "xem thêm người mới chuyển về")
	grant(i.Loses, "thôi xem người đã chuyển đi")
	for _, t := range i.Targets {
		note := "kỳ " + t.Period + ", cộng vào đơn vị mới"
		if slices.Contains(p.Hamlets, t.Unit) {
			note = "kỳ " + t.Period + ", đơn vị nhận có chỉ tiêu riêng thì giao lại"
		}
		m.Targets = append(m.Targets, ui.Fact{Name: shortUnit(unitName(src, t.Unit)) + ", " + lower(messages.Indicator(t.Indicator)), Value: count(int(t.Value)), Note: note})
	}
	for _, t := range i.Teams {
		m.Teams = append(m.Teams, ui.Fact{Name: t.Name, Value: "về " + p.Name, Note: count(len(t.Members)) + " người"})
	}
	for _, n := range i.Machines {
		m.Nodes = append(m.Nodes, ui.Fact{Name: n.ID, Value: unitName(src, n.Unit), Note: "được nghỉ sau khi gửi hết"})
	}
	m.Waiting = q.planWaiting(src, p)
}

// planWaiting counts what was captured for the units of a plan and has not been
// agreed, as far as this machine knows: its own, and what it carries for others.
func (q *request) planWaiting(src lookup.Source, p civic.UnitPlan) (facts []ui.Fact) {
	about := func(unit string) bool {
		for _, code := range slices.Concat(p.Wards, lookup.Givers(src, p), p.Hamlets) {
			if civic.Covers(src, code, unit) {
				return true
			}
		}
		return false
	}
	here := 0
	for _, w := range q.site.Machine.Waiting() {
		if about(w.Envelope.Unit) {
			here++
		}
	}
	facts = append(facts, ui.Fact{Name: "Trên máy này", Value: count(here) + " việc"})
	for _, c := range q.site.Machine.Status(false).Carried {
		if n, ok := civic.Load[civic.Node](src, civic.TypeNode, command.Key(c.For)); ok && about(n.Unit) {
			facts = append(facts, ui.Fact{Name: "Mang giúp máy " + c.For, Value: count(c.Waiting) + " việc"})
		}
	}
	return facts
}
