package civic

import (
	"slices"

	"gocua/store/command"
)

// Officer is somebody who may sign in (cán bộ), what they may do and where.
type Officer struct {
	ID       command.ID `json:"id"`
	User     string     `json:"user"`
	Name     string     `json:"name"`
	Role     Role       `json:"role"`
	Unit     string     `json:"unit"`
	Hash     string     `json:"hash,omitempty"` // argon2id of the password, PHC form
	Disabled bool       `json:"disabled,omitempty"`
	Rev      command.ID `json:"rev,omitzero"`

	From       string        `json:"from,omitempty"`   // first day of the grant; empty: no matter
	Until      string        `json:"until,omitempty"`  // last day of it; empty: no end
	Second     *SecondFactor `json:"second,omitempty"` // none: not set up
	Once       *OneTime      `json:"once,omitempty"`   // a code to sign in with once, after something was lost
	MustChange bool          `json:"mustChange,omitempty"`
}

// On reports whether the grant holds on a day.
func (o Officer) On(day string) bool {
	return (o.From == "" || day >= o.From) && (o.Until == "" || day <= o.Until)
}

// Redacted is the officer without anything somebody could sign in with: what is
// shown, listed or handed on. How many recovery codes are left can still be counted.
func (o Officer) Redacted() Officer {
	o.Hash = ""
	if o.Second != nil {
		o.Second = &SecondFactor{Recovery: make([]string, len(o.Second.Recovery))}
	}
	if o.Once != nil {
		o.Once = &OneTime{Until: o.Once.Until, By: o.Once.By, Lost: o.Once.Lost}
	}
	return o
}

func (o Officer) Derive(d *command.Derived) { d.Find(OfficerByUser, o.User) }

// Role is what kind of work an officer does.
type Role string

// Roles.
const (
	RoleHelper     Role = "helper"
	RoleOfficer    Role = "officer"
	RoleStation    Role = "station"
	RoleSupervisor Role = "supervisor"
	RoleLeader     Role = "leader"
	RoleProvince   Role = "province"
	RoleAuditor    Role = "auditor"
	RoleAdmin      Role = "admin"
	roleMachine    Role = "machine" // whoever sits at the machine's own console
)

// may is the one table of which role asks for which kind.
func may(r Role, k command.Kind) bool {
	field := []command.Kind{KindHouseholdPut, KindHouseholdEdit, KindResidentPut, KindResidentEdit, KindVisitRecord, KindAppSubmit, KindActivation, KindHouseholdSplit, KindHouseholdMerge}
	var kinds []command.Kind
	switch r {
	case RoleOfficer:
		kinds = append(field, KindGlassOpen)
	case RoleStation: // whoever comes to the counter is in the roster already
		kinds = []command.Kind{KindAppSubmit, KindActivation, KindGlassOpen}
	case RoleSupervisor:
		kinds = append(field, KindGlassOpen, KindRosterPage, KindTargetSet, KindResend, KindReviewResolve, KindOfficerReset, KindTeamPut, KindUnitPut, KindRosterUndo)
	case RoleLeader:
		kinds = []command.Kind{KindGlassOpen, KindTargetSet, KindResend, KindReviewResolve, KindUnitPut, KindUnitPlan}
	case RoleProvince:
		kinds = []command.Kind{KindReviewResolve}
	case RoleAdmin:
		kinds = []command.Kind{KindUnitPut, KindSettingPut, KindNodePut, KindNodeVote, KindNodeDeny, KindOfficerPut, KindOfficerReset, KindTeamPut, KindUnitPlan}
	case roleMachine:
		kinds = []command.Kind{KindUnitPut, KindSettingPut, KindNodePut, KindNodeVote, KindNodeDeny, KindOfficerPut, KindOfficerReset, KindTeamPut, KindTargetSet, KindRosterPage, KindResend, KindClusterEnroll, KindRosterUndo, KindUnitPlan}
	}
	return slices.Contains(kinds, k) || slices.Contains(roles(), r) && ofOneself(r, k) || ofPairs(r, k)
}

// ofPairs are the kinds about two residents who may be one: for whoever writes
// people down, and for a leader, whose unit may cover both wards.
func ofPairs(r Role, k command.Kind) bool {
	return slices.Contains([]Role{RoleOfficer, RoleSupervisor, RoleLeader}, r) &&
		slices.Contains([]command.Kind{KindResidentMerge, KindResidentUnmerge, KindPairDismiss}, k)
}

// ofOneself are the kinds about nobody but the asker. A helper's phone is no
// place for a program's token.
func ofOneself(r Role, k command.Kind) bool {
	return k == KindOfficerSelf || k == KindTokenPut && r != RoleHelper || k == KindListSave && r.SeesPeople()
}

// secret reports whether a kind carries what somebody signs in with, or says who
// may look where. Nobody else decides such a thing for the asker, later on: a
// review of it can only be set aside, and keeps no body.
func secret(k command.Kind) bool {
	return k == KindOfficerSelf || k == KindOfficerReset || k == KindTokenPut
}

func roles() []Role {
	return []Role{RoleHelper, RoleOfficer, RoleStation, RoleSupervisor, RoleLeader, RoleProvince, RoleAuditor, RoleAdmin}
}

// SecondRoles are the roles that work with a second factor unless the cluster
// has agreed otherwise.
func SecondRoles() []Role {
	return []Role{RoleSupervisor, RoleLeader, RoleProvince, RoleAuditor, RoleAdmin}
}

// SeesPeople reports whether a role may look at residents' data at all.
func (r Role) SeesPeople() bool {
	return slices.Contains([]Role{RoleOfficer, RoleStation, RoleSupervisor, RoleLeader, RoleProvince}, r)
}

// PutOfficer creates an officer or changes one.
type PutOfficer struct {
	ID       command.ID `json:"id"`
	User     string     `json:"user"`
	Name     string     `json:"name"`
	Role     Role       `json:"role"`
	Unit     string     `json:"unit"`
	Hash     string     `json:"hash,omitempty"`
	Disabled bool       `json:"disabled,omitempty"`

	From       string `json:"from,omitempty"`
	Until      string `json:"until,omitempty"`
	MustChange bool   `json:"mustChange,omitempty"` // whoever gave the password knows it
}

func (p PutOfficer) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the officer has no ID")
	case !goodCode(p.User):
		return command.InvalidField("/user", "bad_code", "a user name has 2 to 24 letters, digits, dots and dashes")
	case CleanText(p.Name) == "":
		return command.InvalidField("/name", "required", "the officer has no name")
	case !slices.Contains(roles(), p.Role):
		return command.InvalidField("/role", "bad_choice", "%q is not a role", p.Role)
	case p.From != "" && !validDay(p.From):
		return command.InvalidField("/from", "bad_date", "the first day is written YYYY-MM-DD")
	case p.Until != "" && (!validDay(p.Until) || p.Until < p.From):
		return command.InvalidField("/until", "bad_date", "the last day is written YYYY-MM-DD and is not before the first")
	}
	return nil
}

func (p PutOfficer) Decide(v command.View, e command.Envelope) command.Decision {
	if !Covers(v, e.Unit, p.Unit) {
		return command.Reject(outside("/unit", p.Unit, e.Unit))
	}
	if other, ok := OfficerNamed(v, p.User); ok && other.ID != p.ID {
		return command.Reject(&command.Error{Class: command.Conflicting, Code: "user_taken", Field: "/user", Message: "another officer signs in with that name"})
	}
	o := Officer{ID: p.ID, User: p.User, Name: CleanText(p.Name), Role: p.Role, Unit: p.Unit, Hash: p.Hash, Disabled: p.Disabled, Rev: e.ID,
		From: p.From, Until: p.Until, MustChange: p.MustChange}
	if old, ok := Load[Officer](v, TypeOfficer, KeyOf(p.ID)); ok {
		if !Covers(v, e.Unit, old.Unit) {
			return command.Reject(outside("/id", "the officer", e.Unit))
		}
		o.keep(old)
	}
	return command.Accept(put(TypeOfficer, KeyOf(o.ID), o))
}

// keep takes over what only the officer and a reset change. A new password ends
// the code that stood for a lost one.
func (o *Officer) keep(old Officer) {
	o.Second, o.Once = old.Second, old.Once
	if o.Hash == "" {
		o.Hash, o.MustChange = old.Hash, o.MustChange || old.MustChange
	} else if o.Once != nil && o.Once.Lost == LostPassword {
		o.Once = nil
	}
}

// OfficerNamed finds an officer by user name.
func OfficerNamed(v command.View, user string) (Officer, bool) {
	for t, key := range v.Scan(OfficerByUser, user) {
		if t == user {
			return Load[Officer](v, TypeOfficer, key)
		}
		break
	}
	return Officer{}, false
}
