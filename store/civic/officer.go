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
	field := []command.Kind{KindHouseholdPut, KindHouseholdEdit, KindResidentPut, KindResidentEdit, KindVisitRecord, KindAppSubmit, KindActivation}
	var kinds []command.Kind
	switch r {
	case RoleOfficer:
		kinds = field
	case RoleStation: // whoever comes to the counter is in the roster already
		kinds = []command.Kind{KindAppSubmit, KindActivation}
	case RoleSupervisor:
		kinds = append(field, KindRosterPage, KindTargetSet, KindResend, KindReviewResolve)
	case RoleLeader:
		kinds = []command.Kind{KindTargetSet, KindResend, KindReviewResolve}
	case RoleProvince:
		kinds = []command.Kind{KindReviewResolve}
	case RoleAdmin:
		kinds = []command.Kind{KindUnitPut, KindSettingPut, KindNodePut, KindOfficerPut}
	case roleMachine:
		kinds = []command.Kind{KindUnitPut, KindSettingPut, KindNodePut, KindOfficerPut, KindTargetSet, KindRosterPage, KindResend, KindClusterEnroll}
	}
	return slices.Contains(kinds, k)
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
}

func (p PutOfficer) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the officer has no ID")
	case !goodCode(p.User):
		return command.InvalidField("/user", "bad_code", "a user name has 2 to 24 letters, digits, dots and dashes")
	case CleanText(p.Name) == "":
		return command.InvalidField("/name", "required", "the officer has no name")
	case !slices.Contains([]Role{RoleHelper, RoleOfficer, RoleStation, RoleSupervisor, RoleLeader, RoleProvince, RoleAuditor, RoleAdmin}, p.Role):
		return command.InvalidField("/role", "bad_choice", "%q is not a role", p.Role)
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
	o := Officer{ID: p.ID, User: p.User, Name: CleanText(p.Name), Role: p.Role, Unit: p.Unit, Hash: p.Hash, Disabled: p.Disabled, Rev: e.ID}
	if old, ok := Load[Officer](v, TypeOfficer, KeyOf(p.ID)); ok {
		if !Covers(v, e.Unit, old.Unit) {
			return command.Reject(outside("/id", "the officer", e.Unit))
		}
		if o.Hash == "" {
			o.Hash = old.Hash
		}
	}
	return command.Accept(put(TypeOfficer, KeyOf(o.ID), o))
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
