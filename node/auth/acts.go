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
	Capture        Act = "capture"         // households, residents, visits: at the door
	Enroll         Act = "enroll"          // applications and activations: at the door and at the station
	Resolve        Act = "resolve"         // decide what waits in the review list
	Import         Act = "import"          // resident lists
	Export         Act = "export"          // lists of people as a file
	SeeSignals     Act = "see_signals"     // what is unusual in the work of one's own unit
	SetTargets     Act = "set_targets"     // who has to reach what
	ManageOfficers Act = "manage_officers" // who may sign in
	ManageTeams    Act = "manage_teams"    // who goes from door to door together, and where
	ManageUnits    Act = "manage_units"    // settings of the whole cluster
	PlanUnits      Act = "plan_units"      // wards merged, split, renamed
	ManageMachines Act = "manage_machines" // members of the cluster
	Backup         Act = "backup"          // sealed copies of the register
	OwnAccount     Act = "own_account"     // own password, second factor, sessions and tokens; never with a token
	ResetOfficers  Act = "reset_officers"  // one-time codes for what others lost
	SeeCodes       Act = "see_codes"       // which one-time codes were given below
	BreakGlass     Act = "break_glass"     // a look outside the own unit, with a reason
	KeepHamlets    Act = "keep_hamlets"    // the hamlets of the own unit: their names and what they have
	Merge          Act = "merge"           // say that two residents are one, or two
)

// acts is the one table of what each role may do at the edge. It never gives
// more than civic's policy admits at commit; a test holds the two together.
//
// A helper has no page of this table: tonight's list of doors, with names and
// years of birth only, is an act of its own once proposals exist.
var acts = map[civic.Role][]Act{
	civic.RoleHelper:     {OwnAccount},
	civic.RoleOfficer:    {OwnAccount, SeeFigures, SeePeople, SeeNumbers, SeeReview, SeeMachine, Capture, Enroll, BreakGlass, Merge},
	civic.RoleStation:    {OwnAccount, SeeFigures, SeePeople, SeeNumbers, SeeReview, SeeMachine, Enroll, BreakGlass},
	civic.RoleSupervisor: {OwnAccount, SeeFigures, SeePeople, SeeNumbers, SeeReview, SeeMachine, Capture, Enroll, BreakGlass, Resolve, Import, Export, SeeSignals, SetTargets, ResetOfficers, ManageTeams, KeepHamlets, Merge},
	civic.RoleLeader:     {OwnAccount, SeeFigures, SeePeople, SeeReview, SeeMachine, BreakGlass, Resolve, SetTargets, SeeCodes, KeepHamlets, Merge, PlanUnits},
	civic.RoleProvince:   {OwnAccount, SeeFigures, SeePeople, SeeNumbers, SeeReview, SeeMachine, Resolve},
	civic.RoleAuditor:    {OwnAccount, SeeFigures, SeeMachine, SeeAudit},
	civic.RoleAdmin:      {OwnAccount, SeeMachine, ManageOfficers, ManageUnits, ManageMachines, Backup, ResetOfficers, ManageTeams, SeeCodes, KeepHamlets, PlanUnits},
}

// asks is what each kind people ask for takes. Kinds about how somebody signs in
// are not here: they are asked for through this package, which first makes sure
// who is there.
var asks = map[command.Kind]Act{
	civic.KindHouseholdPut: Capture, civic.KindHouseholdEdit: Capture, civic.KindResidentPut: Capture, civic.KindResidentEdit: Capture,
	civic.KindVisitRecord: Capture, civic.KindAppSubmit: Enroll, civic.KindActivation: Enroll,
	civic.KindRosterPage: Import, civic.KindTargetSet: SetTargets, civic.KindReviewResolve: Resolve, civic.KindResend: Resolve,
	civic.KindOfficerPut: ManageOfficers, civic.KindUnitPut: KeepHamlets, civic.KindUnitPlan: PlanUnits, civic.KindSettingPut: ManageUnits, civic.KindNodePut: ManageMachines, civic.KindNodeDeny: ManageMachines,
	civic.KindClusterEnroll: ManageMachines, civic.KindGlassOpen: BreakGlass, civic.KindTeamPut: ManageTeams,
	civic.KindHouseholdSplit: Capture, civic.KindHouseholdMerge: Capture,
	civic.KindRosterUndo:    Import,
	civic.KindResidentMerge: Merge, civic.KindResidentUnmerge: Merge, civic.KindPairDismiss: Merge,
	civic.KindListSave: SeePeople,
	civic.KindNodeVote: ManageMachines,
}

// May reports whether the role of who is signed in allows an act at all; where,
// Scope says. The zero Session may nothing, one that must still set something up
// only that, and a program only what its token is for.
func May(s Session, act Act) bool {
	switch {
	case s.Must != "" && act != OwnAccount:
		return false
	case s.Token != nil && (act == OwnAccount || !slices.Contains(s.Token.Scope, string(act))):
		return false
	}
	return slices.Contains(acts[s.Officer.Role], act)
}

// MayAsk says what keeps who is signed in from asking for a kind as a program
// does, or nil. It is not the last word: the register asks again.
func MayAsk(s Session, kind command.Kind) *command.Error {
	act, ok := asks[kind]
	switch {
	case s.Must != "":
		return Forbid(s, act)
	case s.Token != nil && !(ok && May(s, act)):
		return command.Errorf(command.Forbidden, "token_scope", "the token is not for this (%s)", act)
	case OnPages(kind):
		return command.Errorf(command.Forbidden, "own_pages", "how somebody signs in is changed on the pages for it")
	}
	return nil
}

// OnPages reports whether a kind is asked for through this package only.
func OnPages(kind command.Kind) bool {
	return kind == civic.KindOfficerSelf || kind == civic.KindOfficerReset || kind == civic.KindTokenPut
}

// Acts lists what a role may do: what a token of such an officer can be for.
func Acts(r civic.Role) []Act {
	return slices.DeleteFunc(slices.Clone(acts[r]), func(a Act) bool { return a == OwnAccount })
}

// Forbid is the error for an act that May refuses.
func Forbid(s Session, act Act) *command.Error {
	switch s.Must {
	case MustSecond:
		return command.Errorf(command.Forbidden, "second_setup", "set up the second factor first")
	case MustPassword:
		return command.Errorf(command.Forbidden, "password_setup", "choose a new password first")
	}
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

// ScopeOf is Scope for one resident or household: also within reach is what the
// officer has a glass open for (xem khẩn cấp), and who lives in such a household.
func ScopeOf(v command.View, s Session, unit string, t command.RecordType, key command.Key) *command.Error {
	err := Scope(v, s, unit)
	if err == nil || !May(s, BreakGlass) {
		return err
	}
	now := v.Now()
	if !s.at.IsZero() {
		now = s.at.UnixMilli() // an idle cluster's agreed time may be days old
	}
	if civic.Looking(v, s.Officer.ID, t, key, now) {
		return nil
	}
	if r, ok := civic.Load[civic.Resident](v, civic.TypeResident, key); ok && t == civic.TypeResident && !r.Household.IsZero() &&
		civic.Looking(v, s.Officer.ID, civic.TypeHousehold, civic.Sibling(key, r.Household.String()), now) {
		return nil
	}
	return err
}

// Glasses lists who looked outside their unit today and yesterday, as far as it
// concerns the unit of who is signed in and is theirs to be told.
func Glasses(v command.View, s Session) (list []civic.Glass) {
	if !May(s, ResetOfficers) && !May(s, SeeAudit) && s.Officer.Role != civic.RoleLeader {
		return nil
	}
	now := v.Now()
	if !s.at.IsZero() {
		now = s.at.UnixMilli()
	}
	for _, ms := range []int64{now, now - 24*60*60*1000} {
		list = append(list, civic.GlassesOn(v, s.Officer.Unit, civic.DayOf(ms))...)
	}
	return list
}
