package auth

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Act is something a page or a call lets somebody do. Every route names one.
type Act string

// Acts.
const (
	SeeFigures     Act = "see_figures"     // reports, targets, rankings: numbers without names
	SeePeople      Act = "see_people"      // residents, households, work lists, with numbers masked
	SeeNumbers     Act = "see_numbers"     // a full personal number or phone; the caller records who looked
	SeeReview      Act = "see_review"      // what waits for a person, own refusals included
	SeeMachine     Act = "see_machine"     // this machine's links, outbox and members
	SeeAudit       Act = "see_audit"       // who changed and looked at what
	Capture        Act = "capture"         // households, residents, visits, applications, activations
	Resolve        Act = "resolve"         // decide what waits in the review list
	Import         Act = "import"          // resident lists
	Export         Act = "export"          // lists of people as a file
	SeeSignals     Act = "see_signals"     // what is unusual in the work of one's own unit
	SetTargets     Act = "set_targets"     // who has to reach what
	ManageOfficers Act = "manage_officers" // who may sign in
	ManageUnits    Act = "manage_units"    // units and settings
	ManageMachines Act = "manage_machines" // members of the cluster
	Backup         Act = "backup"          // sealed copies of the register
)

// acts is the one table of what each role may do at the edge. It never gives
// more than civic's policy admits at commit; a test holds the two together.
//
// A helper has no page of this table: tonight's list of doors, with names and
// years of birth only, is an act of its own once proposals exist.
var acts = map[civic.Role][]Act{
	civic.RoleHelper:     {},
	civic.RoleOfficer:    {SeeFigures, SeePeople, SeeNumbers, SeeReview, SeeMachine, Capture},
	civic.RoleStation:    {SeeFigures, SeePeople, SeeNumbers, SeeReview, SeeMachine, Capture},
	civic.RoleSupervisor: {SeeFigures, SeePeople, SeeNumbers, SeeReview, SeeMachine, Capture, Resolve, Import, Export, SeeSignals, SetTargets},
	civic.RoleLeader:     {SeeFigures, SeePeople, SeeReview, SeeMachine, Resolve, SetTargets},
	civic.RoleProvince:   {SeeFigures, SeePeople, SeeNumbers, SeeReview, SeeMachine, Resolve},
	civic.RoleAuditor:    {SeeFigures, SeeMachine, SeeAudit},
	civic.RoleAdmin:      {SeeMachine, ManageOfficers, ManageUnits, ManageMachines, Backup},
}

// May reports whether the role of who is signed in allows an act at all; where,
// Scope says. The zero Session may nothing.
func May(s Session, act Act) bool { return slices.Contains(acts[s.Officer.Role], act) }

// Forbid is the error for an act that May refuses.
func Forbid(s Session, act Act) *command.Error {
	return command.Errorf(command.Forbidden, "role", "a %s may not do this (%s)", s.Officer.Role, act)
}

// Scope returns nil if a unit is the officer's own or lies below it, otherwise
// a forbidden outside_unit. At the province it looks through the clusters'
// units as well, so a province officer sees everything below the province.
func Scope(v command.View, s Session, unit string) *command.Error {
	if civic.Covers(v, s.Officer.Unit, unit) {
		return nil
	}
	return command.Errorf(command.Forbidden, "outside_unit", "unit %s is not yours", unit)
}
