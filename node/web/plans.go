package web

import (
	"slices"
	"strings"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

const plansPath = "/dia-gioi"

// planRoutes are the plans by which wards are merged, split and renamed (sắp xếp đơn
// vị hành chính).
func (s *site) planRoutes() []route {
	one := plansPath + "/:id"
	list := []route{
		{"GET", plansPath, auth.PlanUnits, "", s.plans},
		{"GET", plansPath + "/moi", auth.PlanUnits, "", s.planForm},
		{"POST", plansPath + "/moi", auth.PlanUnits, "", s.putPlan},
		{"GET", one, auth.PlanUnits, "", s.plan},
		{"GET", one + "/tien-do", auth.PlanUnits, "", s.planProgress},
		{"GET", one + "/sua", auth.PlanUnits, "", s.planForm},
		{"POST", one + "/sua", auth.PlanUnits, "", s.putPlan},
		{"GET", one + "/thong-nhat", auth.PlanUnits, "", s.askPlan(agreePlan)},
		{"POST", one + "/thong-nhat", auth.PlanUnits, "", s.doPlan(agreePlan)},
		{"GET", one + "/bo", auth.PlanUnits, "", s.askPlan(dropPlan)},
		{"POST", one + "/bo", auth.PlanUnits, "", s.doPlan(dropPlan)},
		{"GET", one + "/hoan-tac", auth.PlanUnits, "", s.askPlan(undoPlan)},
		{"POST", one + "/hoan-tac", auth.PlanUnits, "", s.doPlan(undoPlan)},
	}
	if s.Machine.Tier != civic.TierCluster {
		for i := range list {
			list[i].handle = planElsewhere
		}
	}
	return list
}

// planElsewhere answers at the province, whose wards are the clusters'.
func planElsewhere(*request) error {
	return command.Errorf(command.NotFound, "not_found", "wards are planned at a machine of their cluster")
}

// plansHref is where plans are made; empty for whoever makes none, and at the province.
func (q *request) plansHref() string {
	if !q.may(auth.PlanUnits) || q.site.Machine.Tier != civic.TierCluster {
		return ""
	}
	return plansPath
}

func planHref(p civic.UnitPlan) string { return plansPath + "/" + p.ID.String() }

// plans lists them (các phương án).
func (s *site) plans(q *request) error {
	m := ui.PlansModel{Shell: q.shell("")}
	for _, kind := range planKinds() {
		m.Kinds = append(m.Kinds, ui.Link{Text: kind.text, Href: plansPath + "/moi?kind=" + kind.name})
	}
	err := q.read(func(src lookup.Source) error {
		m.Shell.Flash = q.flash(src)
		for _, p := range lookup.PlansOf(src, q.unit()) {
			m.Rows = append(m.Rows, ui.PlanRow{Href: planHref(p), Name: planName(src, p), From: dayShown(p.From), State: planState(p.State),
				By: planBy(src, p), Pencil: lookup.Pending(src, p.Rev)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(m.Rows) == 0 {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Khi có nghị quyết nhập, chia hay đổi tên phường, xã thì lập phương án ở đây, trước ngày có hiệu lực.", Link: ui.Link{Text: "Lập phương án", Href: m.Kinds[0].Href}}
	}
	return q.draw(ui.PagePlans, m)
}

func planState(s civic.PlanState) ui.LinkState {
	state := ui.LinkState{Kind: ui.LinkOff, Text: messages.Plan(string(s))}
	switch {
	case s.Acting():
		state.Kind = ui.LinkWait
	case s == civic.PlanDone:
		state.Kind = ui.LinkOK
	}
	return state
}

// planBy says who drafted a plan and who agreed to it.
func planBy(src lookup.Source, p civic.UnitPlan) string {
	by := "lập: " + officerName(src, p.By)
	if p.State == civic.PlanDraft || p.State == civic.PlanDropped && p.Agreed.IsZero() {
		return by
	}
	return join(by, "thống nhất: "+officerName(src, p.Agreed))
}

func officerName(src lookup.Source, id command.ID) string {
	if o, ok := civic.Load[civic.Officer](src, civic.TypeOfficer, civic.KeyOf(id)); ok {
		return o.Name
	}
	return "tại máy, bằng dòng lệnh"
}

// planName says in a line what a plan does, with the names units had before it.
func planName(src lookup.Source, p civic.UnitPlan) string {
	into, known := civic.FindUnit(src, p.Into)
	if was, ok := into.Until(p.ID); ok {
		into.Name = was.Name
	}
	parts := planParts(src, p)
	switch {
	case parts == "":
		return "Đổi tên " + into.Name + " thành " + p.Name
	case !known || p.Made:
		return "Lập " + p.Name + " từ " + parts
	}
	verb := "Nhập "
	if len(p.Wards) == 0 {
		verb = "Chuyển "
	}
	name := verb + parts + " vào " + shortUnit(into.Name)
	if into.Name != p.Name {
		name += " thành " + p.Name
	}
	return name
}

// planParts names what a plan takes: "P. Mai Dịch và 3 tổ, thôn của P. Quan Hoa".
func planParts(src lookup.Source, p civic.UnitPlan) string {
	var parts []string
	for _, w := range p.Wards {
		parts = append(parts, shortUnit(unitName(src, w)))
	}
	for _, giver := range lookup.Givers(src, p) {
		parts = append(parts, count(len(lookup.Given(src, p, giver)))+" tổ, thôn của "+shortUnit(unitName(src, giver)))
	}
	if last := len(parts) - 1; last > 0 {
		return strings.Join(parts[:last], ", ") + " và " + parts[last]
	}
	return strings.Join(parts, "")
}

// planAsked is the plan of the address, if it is about a unit of the asker's.
func (q *request) planAsked(src lookup.Source) (p civic.UnitPlan, err error) {
	p, ok := civic.Load[civic.UnitPlan](src, civic.TypeUnitPlan, command.Key(q.Params("id")))
	if !ok {
		return p, command.Errorf(command.NotFound, "unknown_plan", "there is no such plan")
	}
	if !slices.ContainsFunc(p.Units(), func(code string) bool { return q.covers(src, code) }) {
		return p, command.Errorf(command.Forbidden, "outside_unit", "the plan is about none of your units")
	}
	return p, nil
}

// overAll reports whether a unit covers every ward that a plan changes.
func overAll(src lookup.Source, p civic.UnitPlan, unit string) bool {
	wards := slices.Concat(p.Wards, lookup.Givers(src, p))
	if _, known := civic.FindUnit(src, p.Into); known {
		wards = append(wards, p.Into)
	}
	return !slices.ContainsFunc(wards, func(code string) bool {
		return !civic.Covers(src, unit, code) || civic.Standing(src, unit) == civic.Standing(src, code)
	})
}
