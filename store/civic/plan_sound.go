package civic

import (
	"slices"

	"gocua/store/command"
)

// sound checks a plan against the units there are now. It is asked when the plan is
// written and again when it is agreed.
func (p UnitPlan) sound(v command.View, e command.Envelope) *command.Error {
	today := DayOf(v.Now())
	switch {
	case p.From < today:
		return command.InvalidField("/from", "plan_past", "a plan begins today or later")
	case p.From > daysFrom(today, planAhead):
		return command.InvalidField("/from", "plan_far", "a plan begins within %d days", planAhead)
	}
	if err := p.goodTarget(v, e, today); err != nil {
		return err
	}
	for _, code := range p.Wards {
		u, ok := Load[Unit](v, TypeUnit, command.Key(code))
		switch {
		case !ok || u.Kind != UnitWard || !u.Stands(today) || code == p.Into:
			return unknown("/wards", "ward", code)
		case !Covers(v, e.Unit, code):
			return outside("/wards", code, e.Unit)
		}
	}
	for _, code := range p.Hamlets {
		u, ok := Load[Unit](v, TypeUnit, command.Key(code))
		switch {
		case !ok || u.Kind != UnitHamlet:
			return unknown("/hamlets", "hamlet", code)
		case !Covers(v, e.Unit, code):
			return outside("/hamlets", code, e.Unit)
		case u.Parent == p.Into || slices.Contains(p.Wards, u.Parent):
			return command.InvalidField("/hamlets", "plan_twice", "%s gets there anyway", code)
		}
	}
	return p.goodOfficers(v, e)
}

// goodTarget checks the ward that is there afterwards.
func (p UnitPlan) goodTarget(v command.View, e command.Envelope, today string) *command.Error {
	u, known := Load[Unit](v, TypeUnit, command.Key(p.Into))
	switch {
	case known && (u.Kind != UnitWard || !u.Stands(today)):
		return command.InvalidField("/into", "not_a_ward", "%s is no ward that stands", p.Into)
	case known && !Covers(v, e.Unit, p.Into):
		return outside("/into", p.Into, e.Unit)
	case known && u.Name == p.Name && len(p.Wards)+len(p.Hamlets) == 0:
		return command.InvalidField("/name", "plan_nothing", "the plan changes nothing")
	case known:
		return nil
	case len(p.Wards)+len(p.Hamlets) == 0:
		return command.InvalidField("/into", "plan_nothing", "a new ward is made of wards or hamlets")
	}
	above, ok := Load[Unit](v, TypeUnit, command.Key(p.Parent))
	switch {
	case !ok || above.Kind == UnitHamlet || above.Kind == UnitWard:
		return unknown("/parent", "unit", p.Parent)
	case !Covers(v, e.Unit, p.Parent):
		return outside("/parent", p.Parent, e.Unit)
	}
	return nil
}

// goodOfficers checks who goes along: from a ward that gives hamlets away.
func (p UnitPlan) goodOfficers(v command.View, e command.Envelope) *command.Error {
	givers := p.givers(v)
	for _, one := range p.Officers {
		o, ok := Load[Officer](v, TypeOfficer, KeyOf(one.ID))
		switch {
		case !ok:
			return unknown("/officers", "officer", one.ID.String())
		case !slices.Contains(givers, Standing(v, o.Unit)) || !Covers(v, e.Unit, o.Unit):
			return outside("/officers", "the officer", e.Unit)
		}
	}
	return nil
}

// givers are the wards that give hamlets away and stay.
func (p UnitPlan) givers(v command.View) (wards []string) {
	for _, code := range p.Hamlets {
		if w := WardOf(v, code).Code; w != p.Into && !slices.Contains(wards, w) {
			wards = append(wards, w)
		}
	}
	return wards
}

// above refuses whoever does not stand above all wards of the plan, by the grant
// and by the machine: whoever holds a ward's machine can sign in anybody's name there.
func (p UnitPlan) above(v command.View, e command.Envelope) *command.Error {
	machine, _ := Load[Node](v, TypeNode, command.Key(e.By.Node))
	codes := append(slices.Concat(p.Wards, p.givers(v)), p.Into)
	for _, code := range codes {
		parent := p.Parent
		if u, ok := FindUnit(v, code); ok {
			parent = u.Parent
		}
		if !Covers(v, e.Unit, parent) || !Covers(v, machine.Unit, parent) {
			return outside("", parent, e.Unit)
		}
	}
	return nil
}

// alone refuses a plan whose units another one is about to change.
func (p UnitPlan) alone(v command.View) *command.Error {
	for _, other := range Plans(v, PlanAgreed, PlanMoving, PlanUndoing) {
		if other.ID == p.ID {
			continue
		}
		for _, code := range p.touched(v) {
			if slices.Contains(other.touched(v), code) {
				return command.Errorf(command.Conflicting, "plan_overlaps", "another agreed plan changes %s", code)
			}
		}
	}
	return nil
}

// touched are all wards whose borders the plan moves.
func (p UnitPlan) touched(v command.View) []string {
	return append(slices.Concat(p.Wards, p.givers(v)), p.Into)
}

// overtakes marks the plans that made the units an agreed one changes: what came
// later is built on them, so that they stay.
func (p UnitPlan) overtakes(v command.View) (changes []command.Change) {
	if p.State != PlanAgreed {
		return nil
	}
	seen := []command.ID{p.ID}
	for _, code := range p.touched(v) {
		u, _ := FindUnit(v, code)
		if u.Plan.IsZero() || slices.Contains(seen, u.Plan) {
			continue
		}
		seen = append(seen, u.Plan)
		changes = append(changes, usedPlan(v, u.Plan, p.Rev)...)
	}
	return changes
}

// workedUnder marks the plan that made the unit a command was asked for under.
func workedUnder(v command.View, e command.Envelope) []command.Change {
	if !takesRoot(e.Kind) {
		return nil
	}
	u, ok := Load[Unit](v, TypeUnit, command.Key(e.Unit))
	if !ok || u.Plan.IsZero() || u.Joined {
		return nil
	}
	return usedPlan(v, u.Plan, e.ID)
}

// usedPlan marks a plan that is carried out, once.
func usedPlan(v command.View, plan, by command.ID) []command.Change {
	p, ok := Load[UnitPlan](v, TypeUnitPlan, KeyOf(plan))
	if !ok || p.State != PlanDone && p.State != PlanMoving || !p.Used.IsZero() || by == plan {
		return nil
	}
	p.Used = by
	return []command.Change{put(TypeUnitPlan, KeyOf(plan), p)}
}

// takesRoot reports whether a kind leaves something that belongs to the unit it is
// asked for under. What officers change of their own accounts does not.
func takesRoot(k command.Kind) bool {
	switch k {
	case KindHouseholdPut, KindHouseholdEdit, KindHouseholdSplit, KindHouseholdMerge, KindResidentPut, KindResidentEdit,
		KindVisitRecord, KindAppSubmit, KindActivation, KindRosterPage, KindRosterUndo, KindResidentMerge, KindResidentUnmerge,
		KindReviewResolve, KindUnitPut, KindTargetSet, KindTeamPut:
		return true
	}
	return false
}
