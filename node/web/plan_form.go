package web

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// planKind is one of the things a plan is drafted for.
type planKind struct{ name, text string }

func planKinds() []planKind {
	return []planKind{{ui.PlanMerge, "Nhập phường, xã"}, {ui.PlanSplit, "Chia, chuyển tổ, thôn"}, {ui.PlanRename, "Đổi tên"}}
}

// planForm drafts a plan or changes one (lập, sửa phương án).
func (s *site) planForm(q *request) error {
	m, _, err := q.planModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PagePlanForm, m)
}

// planModel is the form with what was typed, or with the plan as it is; typed is the
// command that asks for the one or the other.
func (q *request) planModel() (m ui.PlanFormModel, typed civic.PlanUnits, err error) {
	m.Shell, m.New = q.shell(""), q.Params("id") == ""
	m.Form = q.sentForm(q.Path(), plansPath)
	err = q.read(func(src lookup.Source) error {
		if m.New {
			m.Kind = planKindOf(q.FormValue("kind", q.Query("kind")))
			typed.From = nextMonth(q.now())
		} else {
			p, err := q.planAsked(src)
			if err != nil {
				return err
			}
			typed, m.Kind, m.Was = planUnits(p), shapeOf(p), p.Rev.String()
			m.Form.Record, m.Form.Cancel = "", planHref(p)
			if p.State != civic.PlanDraft {
				m.Gap = &ui.Gap{Kind: ui.GapConflict, Text: "Chỉ sửa được phương án còn là nháp.", Link: ui.Link{Text: "Xem phương án", Href: planHref(p)}}
			}
		}
		typed.Do = civic.PlanDoDraft
		m.From.Value, m.Code.Value = dayShown(typed.From), ""
		if q.Method() == fiber.MethodPost {
			m.From.Value = q.FormValue("from")
			q.planTyped(src, m.Kind, &typed)
		}
		q.planOptions(src, typed, &m)
		return nil
	})
	for _, kind := range planKinds() {
		if m.New || kind.name == m.Kind {
			m.Kinds = append(m.Kinds, ui.Count{Text: kind.text, Href: q.Path() + "?kind=" + kind.name, Current: kind.name == m.Kind})
		}
	}
	return m, typed, err
}

func planKindOf(asked string) string {
	if slices.ContainsFunc(planKinds(), func(k planKind) bool { return k.name == asked }) {
		return asked
	}
	return ui.PlanMerge
}

// shapeOf is what a plan was drafted for.
func shapeOf(p civic.UnitPlan) string {
	switch {
	case len(p.Wards) > 0:
		return ui.PlanMerge
	case len(p.Hamlets) > 0:
		return ui.PlanSplit
	}
	return ui.PlanRename
}

// planUnits is a plan as the command that leaves it as it is.
func planUnits(p civic.UnitPlan) civic.PlanUnits {
	u := civic.PlanUnits{ID: p.ID, Was: p.Rev, Into: p.Into, Name: p.Name, Parent: p.Parent, From: p.From, Wards: p.Wards, Hamlets: p.Hamlets}
	for _, o := range p.Officers {
		u.Officers = append(u.Officers, o.ID)
	}
	return u
}

// nextMonth is the first day of the next month, when such changes mostly begin.
func nextMonth(now time.Time) string {
	y, m, _ := now.In(ict).Date()
	return time.Date(y, m+1, 1, 0, 0, 0, 0, ict).Format(time.DateOnly)
}

// newWard is the answer that the ward is not there yet.
const newWard = ""

// planTyped takes over what stands in the form.
func (q *request) planTyped(src lookup.Source, kind string, p *civic.PlanUnits) {
	p.From, p.Name = readDay(q.FormValue("from")), strings.TrimSpace(q.FormValue("ward-name"))
	p.Into, p.Wards, p.Hamlets, p.Officers = q.FormValue("target"), nil, nil, nil
	if p.Into == newWard {
		p.Into = strings.TrimSpace(q.FormValue("code"))
	}
	if kind == ui.PlanMerge {
		p.Wards = slices.DeleteFunc(q.several("wards"), func(code string) bool { return code == p.Into }) // it is there anyway
	}
	if kind != ui.PlanRename {
		p.Hamlets = q.several("parts")
		for _, value := range q.several("goers") {
			if id, err := command.ParseID(value); err == nil {
				p.Officers = append(p.Officers, id)
			}
		}
	}
	if p.Name == "" {
		p.Name = unitName(src, p.Into)
	}
	p.Parent = q.parentOf(src, *p)
	if id, err := command.ParseID(q.FormValue("was")); err == nil {
		p.Was = id
	}
}

// parentOf is where a new ward lies: where those it is made of do.
func (q *request) parentOf(src lookup.Source, p civic.PlanUnits) string {
	for _, code := range slices.Concat(p.Wards, p.Hamlets) {
		if parent := civic.WardOf(src, code).Parent; parent != "" {
			return parent
		}
	}
	return q.unit()
}

// planOptions is what there is to choose from: the wards that stand, their hamlets
// and who works there.
func (q *request) planOptions(src lookup.Source, p civic.PlanUnits, m *ui.PlanFormModel) {
	_, known := civic.FindUnit(src, p.Into)
	if m.Name.Value = p.Name; m.New && q.Method() == fiber.MethodGet || known && p.Name == unitName(src, p.Into) && m.Kind != ui.PlanRename {
		m.Name.Value = ""
	}
	if m.Kind != ui.PlanRename {
		m.Into.Options = []ui.Option{{Value: newWard, Text: "Đơn vị mới, ghi mã", Chosen: !known}}
		if !known {
			m.Code.Value = p.Into
		}
	}
	for _, w := range lookup.Units(src, q.unit()) {
		if w.Kind != civic.UnitWard {
			continue
		}
		m.Into.Options = append(m.Into.Options, ui.Option{Value: w.Code, Text: w.Name, Chosen: w.Code == p.Into})
		m.Wards.Options = append(m.Wards.Options, ui.Option{Value: w.Code, Text: w.Name, Chosen: slices.Contains(p.Wards, w.Code)})
		part := ui.PlanPart{Ward: w.Name}
		for _, h := range civic.Children(src, w.Code) {
			if h.Kind == civic.UnitHamlet {
				chosen := slices.Contains(p.Hamlets, h.Code)
				part.Options = append(part.Options, ui.Option{Value: h.Code, Text: h.Name, Chosen: chosen})
				if chosen {
					part.Chosen++
				}
			}
		}
		if len(part.Options) > 0 {
			m.Parts = append(m.Parts, part)
		}
	}
	if len(m.Wards.Options) == 0 {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Đơn vị này chưa có phường, xã nào."}
	}
	m.Officers.Options = q.goers(src, p)
}

// goers are the officers of wards below the asker's unit, who may go along with hamlets.
func (q *request) goers(src lookup.Source, p civic.PlanUnits) (options []ui.Option) {
	var list []civic.Officer
	for _, key := range src.Scan(civic.OfficerByUser, "") {
		o, ok := civic.Load[civic.Officer](src, civic.TypeOfficer, key)
		if !ok || o.Disabled && !slices.Contains(p.Officers, o.ID) || !civic.Covers(src, q.unit(), o.Unit) {
			continue
		}
		if u, _ := civic.FindUnit(src, civic.Standing(src, o.Unit)); u.Kind == civic.UnitWard {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b civic.Officer) int {
		return strings.Compare(a.Unit+civic.SortKey(a.Name)+a.User, b.Unit+civic.SortKey(b.Name)+b.User)
	})
	for _, o := range list {
		options = append(options, ui.Option{Value: o.ID.String(), Text: o.Name, Note: join(messages.Role(string(o.Role)), shortUnit(unitName(src, o.Unit))), Chosen: slices.Contains(p.Officers, o.ID)})
	}
	return options
}

// putPlan takes the form.
func (s *site) putPlan(q *request) error {
	m, draft, err := q.planModel()
	switch {
	case err != nil:
		return err
	case m.Gap != nil:
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PagePlanForm, m)
	case m.New:
		if draft.ID, err = command.ParseID(m.Form.Record); err != nil {
			return err
		}
	case !q.captured(m.Form) && draft.Was.String() != m.Was:
		q.wrong(&m.Form, "", nil, "plan_beside", "somebody has changed the plan meanwhile; save again to replace that")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PagePlanForm, m)
	}
	fields := map[string]*ui.Input{"wards": &m.Wards, "parts": &m.Hamlets, "goers": &m.Officers, "target": &m.Into, "code": &m.Code, "ward-name": &m.Name, "from": &m.From}
	if m.Kind != ui.PlanRename && len(draft.Wards)+len(draft.Hamlets) == 0 {
		field := map[string]string{ui.PlanMerge: "wards", ui.PlanSplit: "parts"}[m.Kind]
		q.wrong(&m.Form, field, fields[field], "plan_merges", "choose a ward or a hamlet")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PagePlanForm, m)
	}
	decided, refused, err := q.submit(m.Form, civic.KindUnitPlan, q.office(), draft)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(m.Form, decided, plansPath+"/"+draft.ID.String())
	}
	shown := *refused
	shown.Field = planField(refused.Field, q.FormValue("target") == newWard && m.Kind != ui.PlanRename)
	q.refuse(&m.Form, &shown, fields)
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PagePlanForm, m)
}

// planField is the field of the form that a field of the command was typed in.
func planField(pointer string, fresh bool) string {
	switch pointer {
	case "/into":
		if fresh {
			return "/code"
		}
		return "/target"
	case "/name":
		return "/ward-name"
	case "/hamlets":
		return "/parts"
	case "/officers":
		return "/goers"
	}
	return pointer
}
