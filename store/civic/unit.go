package civic

import (
	"slices"
	"strings"

	"gocua/store/command"
)

// Unit is an administrative unit (đơn vị hành chính). Units are a tree of data:
// levels come and go by law (districts in 2025), wards merge every year.
type Unit struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Parent     string `json:"parent,omitempty"`
	From       string `json:"from,omitempty"` // first day it exists, YYYY-MM-DD
	To         string `json:"to,omitempty"`   // last day
	ReplacedBy string `json:"replacedBy,omitempty"`
	NoPower    bool   `json:"noPower,omitempty"` // a hamlet without grid power
	No2G       bool   `json:"no2g,omitempty"`
	No3G       bool   `json:"no3g,omitempty"`    // neither 3G nor 4G
	NoFibre    bool   `json:"noFibre,omitempty"` // no line of glass (cáp quang)

	// Before are the parents it had, the latest last. The rule keeps them when a
	// unit is moved; what a command says here is not read.
	Before []string `json:"before,omitempty"`

	// What plans made of it (sắp xếp đơn vị hành chính); the rule keeps them, too.
	Past   []Past     `json:"past,omitempty"`   // what it was before each plan, the latest last
	Joined bool       `json:"joined,omitempty"` // merged whole into its parent: who asks for it asks for that one
	Plan   command.ID `json:"plan,omitzero"`    // the plan that made it what it is

	// Was is of a command only, and never kept: the mark of what was seen of the
	// unit (UnitMark). Without it the last one wins, as it did before there were marks.
	Was string `json:"was,omitempty"`
}

// Kinds of unit, from the top.
const (
	UnitProvince = "province" // tỉnh, thành phố
	UnitCluster  = "cluster"  // cụm
	UnitWard     = "ward"     // phường, xã
	UnitHamlet   = "hamlet"   // tổ dân phố, thôn, bản
)

// Deepest is how far up a unit's line may go; more is a loop in the data.
const Deepest = 8

const deepest = Deepest

func (u Unit) Derive(d *command.Derived) {
	d.Find(UnitByCode, u.Code)
	d.Find(UnitByParent, term(u.Parent, u.Kind, u.Code))
	for _, parent := range u.parentsBefore() {
		d.Find(UnitByPast, term(parent, u.Kind, u.Code))
	}
}

// PutUnit creates a unit or changes it.
type PutUnit Unit

func (p PutUnit) Check() *command.Error {
	switch {
	case !goodCode(p.Code):
		return command.InvalidField("/code", "bad_code", "a code has 2 to 24 letters, digits, dots and dashes")
	case CleanText(p.Name) == "":
		return command.InvalidField("/name", "required", "the unit has no name")
	case p.Kind != UnitProvince && p.Kind != UnitCluster && p.Kind != UnitWard && p.Kind != UnitHamlet:
		return command.InvalidField("/kind", "bad_choice", "kind is one of province, cluster, ward, hamlet")
	case p.Parent == p.Code:
		return command.InvalidField("/parent", "loop", "a unit cannot be its own parent")
	case len(p.Was) > maxCode:
		return command.InvalidField("/was", "too_long", "no mark is so long")
	}
	return nil
}

func (p PutUnit) Decide(v command.View, e command.Envelope) command.Decision {
	if err := p.planned(v); err != nil {
		return command.Reject(err)
	}
	p.Parent = Standing(v, p.Parent) // of a ward that was merged meanwhile
	if p.Parent != "" && v.Get(TypeUnit, command.Key(p.Parent)) == nil {
		return command.Reject(unknown("/parent", "unit", p.Parent))
	}
	if p.Parent != "" && Covers(v, p.Code, p.Parent) {
		return command.Reject(command.InvalidField("/parent", "loop", "%s lies below %s", p.Parent, p.Code))
	}
	old, known := Load[Unit](v, TypeUnit, command.Key(p.Code))
	if known && !Covers(v, e.Unit, p.Code) {
		return command.Reject(outside("/code", p.Code, e.Unit))
	}
	if !(known && old.Parent == p.Parent) && !Covers(v, e.Unit, p.Parent) {
		return command.Reject(outside("/parent", p.Parent, e.Unit))
	}
	if by, _ := Load[Officer](v, TypeOfficer, KeyOf(e.By.Officer)); by.Role == RoleSupervisor || by.Role == RoleLeader {
		if err := p.keeps(v, old, known); err != nil {
			return command.Reject(err)
		}
	}
	if p.Was != "" && p.Was != UnitMark(v, p.Code) {
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "changed_meanwhile", Field: "/was", Message: "somebody has changed the unit meanwhile"})
	}
	u := Unit(p)
	u.Name, u.Before, u.Was = CleanText(u.Name), old.Before, ""
	u.Past, u.Joined, u.Plan = old.Past, old.Joined, old.Plan
	if known && old.Parent != p.Parent && !slices.Contains(old.Before, old.Parent) {
		u.Before = append(u.Before, old.Parent)
	}
	return command.Accept(put(TypeUnit, command.Key(u.Code), u))
}

// FindUnit finds a unit by code, at the province also a cluster's.
func FindUnit(v command.View, code string) (Unit, bool) {
	if u, ok := Load[Unit](v, TypeUnit, command.Key(code)); ok {
		return u, true
	}
	for t, key := range v.Scan(UnitByCode, code) {
		if t == code {
			return Load[Unit](v, TypeUnit, key)
		}
		break
	}
	return Unit{}, false
}

// Covers reports whether code is ancestor or lies below it. A ward that was merged
// covers what the ward does that it became: grants, machines and captures that name
// it go on.
func Covers(v command.View, ancestor, code string) bool {
	if liesIn(v, ancestor, code) {
		return true
	}
	now := Standing(v, ancestor)
	return now != ancestor && liesIn(v, now, code)
}

func liesIn(v command.View, ancestor, code string) bool {
	for range deepest {
		if code == ancestor {
			return code != ""
		}
		u, ok := FindUnit(v, code)
		if !ok || u.Parent == "" {
			return false
		}
		code = u.Parent
	}
	return false
}

// Children lists the units directly below one, by kind and code. At the province
// one unit may be recorded more than once, by the province and by clusters; it
// is listed once.
func Children(v command.View, parent string) (units []Unit) {
	listed := func(code string) bool {
		return slices.ContainsFunc(units, func(u Unit) bool { return u.Code == code })
	}
	for _, key := range v.Scan(UnitByParent, TermPrefix(parent)) {
		if u, ok := Load[Unit](v, TypeUnit, key); ok && !listed(u.Code) {
			units = append(units, u)
		}
	}
	return units
}

// Subtree lists the code of a unit and of everything below it, from the top.
// People without a household are listed in the ward itself, so figures fold
// over the whole subtree and not over hamlets alone. Of a ward that was merged it
// is that of the ward it became.
func Subtree(v command.View, code string) []string {
	code = Standing(v, code)
	u, _ := FindUnit(v, code)
	return NewFamily(v).subtree(nil, u.Kind, code, deepest)
}

// WardOf is the ward a hamlet belongs to today.
func WardOf(v command.View, hamlet string) Unit {
	u, _ := FindUnit(v, hamlet)
	for range deepest {
		if u.Kind != UnitHamlet && !u.Joined {
			break
		}
		u, _ = FindUnit(v, u.Parent)
	}
	return u
}

func goodCode(s string) bool {
	return len(s) >= 2 && len(s) <= 24 && strings.IndexFunc(s, func(r rune) bool {
		return !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '-' || r == '.')
	}) < 0
}

func unknown(field, what, name string) *command.Error {
	return &command.Error{Class: command.NotFound, Code: "unknown_" + what, Field: field, Message: "there is no " + what + " " + name}
}

func outside(field, what, unit string) *command.Error {
	return &command.Error{Class: command.Forbidden, Code: "outside_unit", Field: field, Message: what + " is not in unit " + unit}
}
