package civic

import (
	"slices"
	"strings"

	"gocua/store/command"
)

// Past is what a unit was until a plan changed it: a report of that time names it so.
type Past struct {
	Plan   command.ID `json:"plan"`
	Until  string     `json:"until"` // the last day of it, YYYY-MM-DD
	Name   string     `json:"name"`
	Parent string     `json:"parent"`
	Joined bool       `json:"joined,omitempty"` // it was merged into that parent already
	To     string     `json:"to,omitempty"`
}

// Standing is the unit that a code stands for: of a ward that was merged, the ward
// it became; any other code is returned as it is.
func Standing(v command.View, code string) string {
	for range deepest {
		u, ok := FindUnit(v, code)
		if !ok || !u.Joined {
			break
		}
		code = u.Parent
	}
	return code
}

// On is the unit as it was on a day ("YYYY-MM-DD"): its name and where it belonged.
func (u Unit) On(day string) Unit {
	for _, p := range u.Past {
		if day <= p.Until {
			u.Name, u.Parent, u.Joined, u.To = p.Name, p.Parent, p.Joined, p.To
			break
		}
	}
	return u
}

// Stands reports whether the unit exists on a day, for itself.
func (u Unit) Stands(day string) bool {
	u = u.On(day)
	return !u.Joined && u.From <= day && (u.To == "" || day <= u.To)
}

// parentsBefore are the parents it has no more, each once.
func (u Unit) parentsBefore() (parents []string) {
	for _, p := range u.Past {
		if p.Parent != u.Parent && !slices.Contains(parents, p.Parent) {
			parents = append(parents, p.Parent)
		}
	}
	return parents
}

// ChildrenOn lists the units that were directly below one on a day, as they were
// then, by kind and code.
func ChildrenOn(v command.View, parent, day string) (units []Unit) {
	listed := func(code string) bool {
		return slices.ContainsFunc(units, func(u Unit) bool { return u.Code == code })
	}
	for _, ix := range []command.Index{UnitByParent, UnitByPast} {
		for _, key := range v.Scan(ix, TermPrefix(parent)) {
			if u, ok := Load[Unit](v, TypeUnit, key); ok && u.On(day).Parent == parent && !listed(u.Code) {
				units = append(units, u.On(day))
			}
		}
	}
	slices.SortStableFunc(units, func(a, b Unit) int { return strings.Compare(a.Kind+" "+a.Code, b.Kind+" "+b.Code) })
	return units
}

// JoinedTo lists the wards that were merged into a unit, and into those.
func JoinedTo(v command.View, unit string) []Unit { return joinedTo(v, unit, deepest) }

func joinedTo(v command.View, unit string, levels int) (wards []Unit) {
	if levels == 0 {
		return nil
	}
	for _, key := range v.Scan(UnitByParent, TermPrefix(unit, UnitWard)) {
		if u, ok := Load[Unit](v, TypeUnit, key); ok && u.Joined {
			wards = append(append(wards, u), joinedTo(v, u.Code, levels-1)...)
		}
	}
	return wards
}

// CameFrom are the wards that were merged into the one it belongs to and through
// which the unit came there, or is there, the first one first.
func (u Unit) CameFrom(v command.View) (wards []string) {
	through := func(code string) (w Unit, joined bool) {
		w, joined = FindUnit(v, code)
		if joined = joined && w.Joined; joined && !slices.Contains(wards, code) {
			wards = append(wards, code)
		}
		return w, joined
	}
	for _, p := range u.Past {
		through(p.Parent)
	}
	for range deepest { // while a plan is carried out some are still below the ward they come from
		w, joined := through(u.Parent)
		if !joined {
			break
		}
		u = w
	}
	return wards
}

// movedBy is the unit as a plan leaves it: below another, under another name, or
// merged whole. What it was is kept.
func (u Unit) movedBy(p UnitPlan, parent, name string, whole bool) Unit {
	until := daysFrom(p.From, -1)
	u.Past = append(slices.Clone(u.Past), Past{Plan: p.ID, Until: until, Name: u.Name, Parent: u.Parent, Joined: u.Joined, To: u.To})
	if u.Parent != parent && !slices.Contains(u.Before, u.Parent) {
		u.Before = append(slices.Clone(u.Before), u.Parent)
	}
	u.Name, u.Parent, u.Plan = name, parent, p.ID
	if whole {
		u.Joined, u.To = true, until
	}
	if u.Joined {
		u.ReplacedBy = parent
	}
	return u
}

// Until is what the unit was until a plan changed it; ok is false if it did not.
func (u Unit) Until(plan command.ID) (was Past, ok bool) {
	i := slices.IndexFunc(u.Past, func(p Past) bool { return p.Plan == plan })
	if i < 0 {
		return was, false
	}
	return u.Past[i], true
}

// changedBy reports whether a plan is the last that changed the unit.
func (u Unit) changedBy(plan command.ID) bool {
	return len(u.Past) > 0 && u.Past[len(u.Past)-1].Plan == plan
}

// back is the unit as it was before the last plan.
func (u Unit) back() Unit {
	last := len(u.Past) - 1
	was := u.Past[last]
	if u.Joined {
		u.ReplacedBy = ""
	}
	u.Name, u.Parent, u.Joined, u.To = was.Name, was.Parent, was.Joined, was.To
	u.Past, u.Plan = slices.Clone(u.Past[:last]), command.ID{}
	if u.Joined {
		u.ReplacedBy = u.Parent
	}
	return u
}

// planned refuses to change a unit past what a plan made of it: where a ward that
// was merged belongs is settled.
func (p PutUnit) planned(v command.View) *command.Error {
	if u, ok := Load[Unit](v, TypeUnit, command.Key(p.Code)); ok && u.Joined {
		return command.Errorf(command.Conflicting, "unit_joined", "%s was merged into %s", p.Code, u.Parent)
	}
	return nil
}
