package civic

import (
	"slices"

	"gocua/store/command"
)

// MoveUnits carries an agreed plan out, or back, page by page; the last page closes
// it. The leader proposes it once the first day has come; proposing a page twice is
// harmless, for it is carried out once.
type MoveUnits struct {
	Plan command.ID `json:"plan"`
	Page int        `json:"page,omitempty"` // from 0
}

// pageMoves is how many records one page changes, so that any page fits a command's
// effect.
const pageMoves = 100

// NextMove is the page that carries more of a plan out on a day ("YYYY-MM-DD"); ok
// is false when there is none.
func NextMove(v command.View, today string) (next MoveUnits, ok bool) {
	for _, p := range Plans(v, PlanMoving, PlanUndoing, PlanAgreed) {
		if p.State != PlanAgreed || p.From <= today {
			return MoveUnits{Plan: p.ID, Page: p.Pages}, true
		}
	}
	return next, false
}

func (p MoveUnits) Check() *command.Error {
	if p.Plan.IsZero() {
		return command.InvalidField("/plan", "required", "the page names no plan")
	}
	return nil
}

func (p MoveUnits) Decide(v command.View, e command.Envelope) command.Decision {
	plan, ok := Load[UnitPlan](v, TypeUnitPlan, KeyOf(p.Plan))
	switch {
	case !ok:
		return command.Reject(unknown("/plan", "plan", p.Plan.String()))
	case !plan.State.Acting():
		return command.Reject(planState(plan.State))
	case plan.From > DayOf(v.Now()) && plan.State != PlanUndoing:
		return command.Reject(command.Errorf(command.Conflicting, "day_ahead", "it is not %s yet", plan.From))
	case p.Page != plan.Pages:
		return command.Reject(command.Errorf(command.Conflicting, "page_order", "page %d is not the next", p.Page))
	}
	m := mover{v: v, e: e, plan: plan, left: pageMoves}
	if plan.State == PlanUndoing {
		m.back()
	} else {
		m.there()
	}
	m.plan.Pages, m.plan.Rev, m.plan.At = plan.Pages+1, e.ID, v.Now()
	return command.Accept(append(m.changes, put(TypeUnitPlan, KeyOf(plan.ID), m.plan))...)
}

// mover fills one page: what an earlier page did is seen by what the records say,
// so that no list of what is still to be done has to be kept.
type mover struct {
	v       command.View
	e       command.Envelope
	plan    UnitPlan
	left    int // changes that still fit
	changes []command.Change
}

// write adds a change, or says that the page is full.
func (m *mover) write(t command.RecordType, key command.Key, rec any) bool {
	if m.left == 0 {
		return false
	}
	m.left--
	m.changes = append(m.changes, put(t, key, rec))
	return true
}

func (m *mover) writeUnit(u Unit) bool { return m.write(TypeUnit, command.Key(u.Code), u) }

// there merges the wards first, so that from the first page on whoever worked in
// one works in the other, and then takes over what is below them.
func (m *mover) there() {
	m.plan.State = PlanMoving
	if m.target() && m.wards() && m.below() && m.hamlets() && m.teams() && m.officers() {
		m.plan.State = PlanDone
	}
}

// target makes the ward, or gives it its name.
func (m *mover) target() bool {
	u, ok := Load[Unit](m.v, TypeUnit, command.Key(m.plan.Into))
	switch {
	case !ok:
		m.plan.Made = true
		return m.writeUnit(Unit{Code: m.plan.Into, Name: m.plan.Name, Kind: UnitWard, Parent: m.plan.Parent, From: m.plan.From, Plan: m.plan.ID})
	case m.plan.Made || u.changedBy(m.plan.ID):
		return true
	}
	return m.writeUnit(u.movedBy(m.plan, u.Parent, m.plan.Name, false))
}

func (m *mover) wards() bool {
	for _, code := range m.plan.Wards {
		u, ok := Load[Unit](m.v, TypeUnit, command.Key(code))
		if ok && !u.changedBy(m.plan.ID) && !m.writeUnit(u.movedBy(m.plan, m.plan.Into, u.Name, true)) {
			return false
		}
	}
	return true
}

// below takes over the hamlets of merged wards, and wards that were merged into those.
func (m *mover) below() bool {
	for _, ward := range m.plan.Wards {
		for _, u := range Children(m.v, ward) {
			if !m.writeUnit(u.movedBy(m.plan, m.plan.Into, u.Name, false)) {
				return false
			}
		}
	}
	return true
}

func (m *mover) hamlets() bool {
	for _, code := range m.plan.Hamlets {
		u, ok := Load[Unit](m.v, TypeUnit, command.Key(code))
		if ok && !u.changedBy(m.plan.ID) && !m.writeUnit(u.movedBy(m.plan, m.plan.Into, u.Name, false)) {
			return false
		}
	}
	return true
}

// TakesTeam reports whether a team goes along with the hamlets a plan gives away: it
// walks no other.
func (p UnitPlan) TakesTeam(t Team) bool {
	return len(t.Hamlets) > 0 && !slices.ContainsFunc(t.Hamlets, func(h string) bool { return !slices.Contains(p.Hamlets, h) })
}

// teams moves those that go along.
func (m *mover) teams() bool {
	if len(m.plan.Hamlets) == 0 {
		return true
	}
	for _, giver := range m.gave() {
		for _, t := range TeamsOf(m.v, giver) {
			if !m.plan.TakesTeam(t) {
				continue
			}
			t.Unit, t.Rev = m.plan.Into, m.e.ID
			if !m.write(TypeTeam, KeyOf(t.ID), t) {
				return false
			}
		}
	}
	return true
}

// gave are the wards the plan's hamlets came from, once they have been moved.
func (m *mover) gave() (wards []string) {
	for _, code := range m.plan.Hamlets {
		u, _ := FindUnit(m.v, code)
		if from := u.On(daysFrom(m.plan.From, -1)).Parent; !slices.Contains(wards, from) {
			wards = append(wards, from)
		}
	}
	return wards
}

func (m *mover) officers() bool {
	for i, one := range m.plan.Officers {
		o, ok := Load[Officer](m.v, TypeOfficer, KeyOf(one.ID))
		if !ok || one.Was != "" {
			continue
		}
		was := o.Unit
		o.Unit, o.Rev = m.plan.Into, m.e.ID
		if !m.write(TypeOfficer, KeyOf(o.ID), o) {
			return false
		}
		m.plan.Officers = slices.Clone(m.plan.Officers)
		m.plan.Officers[i].Was = was
	}
	return true
}

// back does the same the other way round: the wards stand again last, so that
// whoever worked there has hold of the hamlets all the time.
func (m *mover) back() {
	if m.teamsBack() && m.officersBack() && m.unitsBack(UnitHamlet) && m.unitsBack(UnitWard) && m.targetBack() {
		m.plan.State = PlanUndone
	}
}

func (m *mover) unitsBack(kind string) bool {
	for _, u := range Children(m.v, m.plan.Into) {
		if u.Kind == kind && u.changedBy(m.plan.ID) && !m.writeUnit(u.back()) {
			return false
		}
	}
	return true
}

// targetBack gives the ward its name back. One that the plan made never stood, but
// is kept: what was captured for it and waits somewhere has to be found.
func (m *mover) targetBack() bool {
	u, ok := Load[Unit](m.v, TypeUnit, command.Key(m.plan.Into))
	switch {
	case ok && m.plan.Made:
		u.To, u.Plan = daysFrom(u.From, -1), command.ID{}
		return m.writeUnit(u)
	case ok && u.changedBy(m.plan.ID):
		return m.writeUnit(u.back())
	}
	return true
}

// teamsBack gives back the teams; while the hamlets are still here, they say where.
func (m *mover) teamsBack() bool {
	if len(m.plan.Hamlets) == 0 {
		return true
	}
	for _, t := range TeamsOf(m.v, m.plan.Into) {
		if len(t.Hamlets) == 0 || !slices.Contains(m.plan.Hamlets, t.Hamlets[0]) || t.Unit != m.plan.Into {
			continue
		}
		u, _ := FindUnit(m.v, t.Hamlets[0])
		t.Unit, t.Rev = u.On(daysFrom(m.plan.From, -1)).Parent, m.e.ID
		if !m.write(TypeTeam, KeyOf(t.ID), t) {
			return false
		}
	}
	return true
}

func (m *mover) officersBack() bool {
	for i, one := range m.plan.Officers {
		o, ok := Load[Officer](m.v, TypeOfficer, KeyOf(one.ID))
		if !ok || one.Was == "" {
			continue
		}
		if o.Unit == m.plan.Into { // and not moved again by hand
			o.Unit, o.Rev = one.Was, m.e.ID
			if !m.write(TypeOfficer, KeyOf(o.ID), o) {
				return false
			}
		}
		m.plan.Officers = slices.Clone(m.plan.Officers)
		m.plan.Officers[i].Was = ""
	}
	return true
}
