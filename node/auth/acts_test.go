package auth

import (
	"crypto/ed25519"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func as(role civic.Role, unit string) Session {
	return Session{Officer: civic.Officer{ID: officerID(9), Role: role, Unit: unit}}
}

func TestWhoMayWhat(t *testing.T) {
	for _, c := range []struct {
		act Act
		may []civic.Role
	}{
		{SeeFigures, []civic.Role{civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleLeader, civic.RoleProvince, civic.RoleAuditor}},
		{SeePeople, []civic.Role{civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleLeader, civic.RoleProvince}},
		{SeeNumbers, []civic.Role{civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleProvince}},
		{SeeReview, []civic.Role{civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleLeader, civic.RoleProvince}},
		{SeeMachine, []civic.Role{civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleLeader, civic.RoleProvince, civic.RoleAuditor, civic.RoleAdmin}},
		{SeeAudit, []civic.Role{civic.RoleAuditor}},
		{Capture, []civic.Role{civic.RoleOfficer, civic.RoleSupervisor}},
		{Enroll, []civic.Role{civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor}},
		{Resolve, []civic.Role{civic.RoleSupervisor, civic.RoleLeader, civic.RoleProvince}},
		{Import, []civic.Role{civic.RoleSupervisor}},
		{Export, []civic.Role{civic.RoleSupervisor}},
		{SetTargets, []civic.Role{civic.RoleSupervisor, civic.RoleLeader}},
		{ManageOfficers, []civic.Role{civic.RoleAdmin}},
		{ManageUnits, []civic.Role{civic.RoleAdmin}},
		{ManageMachines, []civic.Role{civic.RoleAdmin}},
		{Backup, []civic.Role{civic.RoleAdmin}},
		{OwnAccount, allRoles()[:8]},
		{ResetOfficers, []civic.Role{civic.RoleSupervisor, civic.RoleAdmin}},
		{SeeCodes, []civic.Role{civic.RoleLeader, civic.RoleAdmin}},
		{ManageTeams, []civic.Role{civic.RoleSupervisor, civic.RoleAdmin}},
		{KeepHamlets, []civic.Role{civic.RoleSupervisor, civic.RoleLeader, civic.RoleAdmin}},
		{BreakGlass, []civic.Role{civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleLeader}},
		{Act("fly"), nil},
	} {
		for _, role := range allRoles() {
			require.Equal(t, slices.Contains(c.may, role), May(as(role, "00163"), c.act), "%s: %s", role, c.act)
		}
	}
}

func allRoles() []civic.Role {
	return []civic.Role{civic.RoleHelper, civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleLeader,
		civic.RoleProvince, civic.RoleAuditor, civic.RoleAdmin, civic.Role(""), civic.Role("machine")}
}

// What the edge lets somebody try the register must admit, and the other way
// round, or a form is offered that can never be accepted.
func TestTheEdgeAndTheRegisterAgreeOnRoles(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	kinds := map[command.Kind]Act{
		civic.KindHouseholdPut: Capture, civic.KindHouseholdEdit: Capture, civic.KindReviewResolve: Resolve, civic.KindResidentPut: Capture, civic.KindResidentEdit: Capture,
		civic.KindVisitRecord: Capture, civic.KindAppSubmit: Enroll, civic.KindActivation: Enroll,
		civic.KindRosterPage: Import, civic.KindTargetSet: SetTargets, civic.KindOfficerPut: ManageOfficers,
		civic.KindUnitPut: KeepHamlets, civic.KindSettingPut: ManageUnits, civic.KindNodePut: ManageMachines, civic.KindNodeDeny: ManageMachines,
		civic.KindOfficerReset: ResetOfficers, civic.KindGlassOpen: BreakGlass, civic.KindOfficerSelf: OwnAccount,
		civic.KindTeamPut: ManageTeams, civic.KindHouseholdSplit: Capture, civic.KindHouseholdMerge: Capture,
		civic.KindRosterUndo: Import,
		civic.KindListSave:   SeePeople,
		civic.KindNodeVote:   ManageMachines,
		civic.KindUnitPlan:   PlanUnits,
	}
	table := civic.Table()
	checked := 0
	for _, role := range allRoles()[:8] {
		b := newBench(t)
		b.reg.put(t, civic.TypeNode, "ward-1", civic.Node{ID: "ward-1", Unit: "00163", Key: public})
		b.officer(t, officerID(9), "somebody", "", role, "00163")
		for kind, act := range kinds {
			spec, ok := table.Kind(kind)
			require.True(t, ok)
			e := command.Envelope{V: command.FormatVersion, ID: officerID(77), Kind: kind, Unit: "00163",
				By: command.Actor{Officer: officerID(9), Node: "ward-1"}, Origin: command.Origin{Node: "ward-1", Epoch: 1, Seq: 1},
				Body: []byte(spec.Example)}.Sign(private)
			d, err := table.Decide(b.reg, e)
			require.NoError(t, err)
			refused := d.Err != nil && d.Err.Code == "role"
			require.Equal(t, May(as(role, "00163"), act), !refused, "%s asks for %s", role, spec.Name)
			checked++
		}
		require.Equal(t, role.SeesPeople(), May(as(role, "00163"), SeePeople), role)
	}
	require.Equal(t, 200, checked)
}

func TestAnOfficersUnitCoversWhatLiesBelowIt(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		own, unit string
		inside    bool
	}{
		{"00163", "00163", true},
		{"00163", "00163-12", true},
		{"00163", "00166", false},
		{"00163", "01CG", false},
		{"01CG", "00166", true},
		{"01CG", "00163-12", true},
		{"00163", "", false},
		{"", "", false},
		{"", "00163", false},
		{"00163", "nowhere", false},
	} {
		err := Scope(b.reg, as(civic.RoleOfficer, c.own), c.unit)
		if c.inside {
			require.Nil(t, err, "%s looks at %s", c.own, c.unit)
			continue
		}
		require.NotNil(t, err, "%s looks at %s", c.own, c.unit)
		require.Equal(t, "outside_unit", err.Code)
		require.Equal(t, command.Forbidden, err.Class)
	}
}

// At the province the clusters' units are kept under the cluster's code.
func TestTheProvinceSeesEverythingBelowItsUnit(t *testing.T) {
	b := &bench{reg: newRegister()}
	unit := func(key command.Key, code, kind, parent string) {
		b.reg.put(t, civic.TypeUnit, key, civic.Unit{Code: code, Name: code, Kind: kind, Parent: parent})
	}
	unit("01", "01", civic.UnitProvince, "")
	unit("01CG", "01CG", civic.UnitCluster, "01")
	unit("01CG@01CG", "01CG", civic.UnitCluster, "")
	unit("00163@01CG", "00163", civic.UnitWard, "01CG")
	unit("00163-12@01CG", "00163-12", civic.UnitHamlet, "00163")
	unit("02", "02", civic.UnitProvince, "")
	province := as(civic.RoleProvince, "01")
	require.Nil(t, Scope(b.reg, province, "00163-12"))
	require.Nil(t, Scope(b.reg, province, "01CG"))
	require.NotNil(t, Scope(b.reg, province, "02"))
}
