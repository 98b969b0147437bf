package civic

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func knock(household command.ID, outcome string) RecordVisit {
	return RecordVisit{ID: command.DerivedID("test visit", household.String(), outcome), Household: household,
		At: tonight, Mode: ModeDoor, Outcome: outcome}
}

func TestOnlyAMachineOfTheClusterThatSignedIsHeard(t *testing.T) {
	for name, c := range map[string]struct {
		opts []option
		code string
	}{
		"a machine nobody announced":        {[]option{on(stranger)}, "unknown_node"},
		"a machine that was shut out":       {[]option{inWard2()}, "denied_node"},
		"signed by another machine":         {[]option{signedBy(office)}, "bad_signature"},
		"captured elsewhere than it claims": {[]option{func(a *asking) { a.env.Origin.Node = office }}, "bad_signature"},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			home := h.household(hamlet, "Số 21")
			h.accept(KindNodePut, PutNode{ID: ward2PC, Unit: ward2, Key: publicKey(ward2PC), Denied: true}, byMachine(office))
			h.refuse(command.Rejected, c.code, "", KindVisitRecord, knock(home, "will_come"), c.opts...)
		})
	}
}

func TestACommandChangedAfterSigningIsRefused(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	for name, change := range map[string]func(*command.Envelope){
		"body":    func(e *command.Envelope) { e.Body = json.RawMessage(string(e.Body) + " ") },
		"officer": func(e *command.Envelope) { e.By.Officer = officerOf(RoleSupervisor, ward) },
		"time":    func(e *command.Envelope) { e.CapturedAt++ },
		"unit":    func(e *command.Envelope) { e.Unit = hamlet },
		"parents": func(e *command.Envelope) { e.After = []command.ID{id("parent", 1)} },
		"place":   func(e *command.Envelope) { e.Origin.Seq++ },
		"no sig":  func(e *command.Envelope) { e.Sig = nil },
	} {
		e := h.envelope(KindVisitRecord, knock(home, "will_come"))
		change(&e)
		err := policy{}.Admit(h.reg, spec(t, h, KindVisitRecord), e)
		if name == "body" { // white space is no change: what is signed is the canonical form
			require.Nil(t, err, name)
			continue
		}
		require.NotNil(t, err, name)
		require.Equal(t, "bad_signature", err.Code, name)
	}
}

func spec(t require.TestingT, h *history, kind command.Kind) command.Spec {
	s, ok := h.table.Kind(kind)
	require.True(t, ok)
	return s
}

func TestAnOfficerAsksOnlyForOwnWorkInTheOwnUnit(t *testing.T) {
	for name, c := range map[string]struct {
		opts []option
		code string
	}{
		"nobody of that ID":                {[]option{officer(id("officer", 99))}, "unknown_officer"},
		"a grant that was withdrawn":       {[]option{as(RoleStation)}, "actor_revoked"},
		"on a machine of another ward":     {[]option{on(ward2PC)}, "wrong_machine"},
		"a role that only looks":           {[]option{as(RoleAuditor)}, "role"},
		"an administrator, about people":   {[]option{as(RoleAdmin)}, "role"},
		"the machine's console, likewise":  {[]option{byMachine(wardPC)}, "role"},
		"for the ward next door":           {[]option{forUnit(ward2)}, "outside_unit"},
		"for the cluster above":            {[]option{forUnit(cluster)}, "outside_unit"},
		"for a unit that does not exist":   {[]option{forUnit("00999")}, "outside_unit"},
		"for no unit":                      {[]option{forUnit("")}, "outside_unit"},
		"a second ward's officer for ours": {[]option{inWard2(), forUnit(ward)}, "outside_unit"},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			home := h.household(hamlet, "Số 21")
			station := PutOfficer{ID: officerOf(RoleStation, ward), User: "station", Name: "Lê Thu Trang", Role: RoleStation, Unit: ward, Disabled: true}
			h.accept(KindOfficerPut, station)
			h.refuse(command.Rejected, c.code, "", KindVisitRecord, knock(home, "will_come"), c.opts...)
			require.Equal(t, 0, must[Household](h, TypeHousehold, KeyOf(home)).Visits)
		})
	}
}

func TestAnOfficerMayWorkOnAMachineAboveOrBelowTheOwnUnit(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindVisitRecord, knock(home, "will_come"), on(office))
	target := SetTarget{Unit: ward, Indicator: IndicatorCaptured, Period: "2026", Value: 13000}
	h.accept(KindTargetSet, target, as(RoleLeader), on(wardPC))
}

func TestEachRoleAsksForItsKindsAndNoOthers(t *testing.T) {
	field := []command.Kind{KindHouseholdPut, KindHouseholdEdit, KindResidentPut, KindResidentEdit, KindVisitRecord, KindAppSubmit, KindActivation, KindHouseholdSplit, KindHouseholdMerge}
	machines := []command.Kind{KindUnitPut, KindSettingPut, KindNodePut, KindNodeVote, KindNodeDeny, KindOfficerPut}
	own := []command.Kind{KindOfficerSelf, KindTokenPut}
	pairs := []command.Kind{KindResidentMerge, KindResidentUnmerge, KindPairDismiss}
	lists := []command.Kind{KindListSave} // of whoever sees people
	granted := map[Role][][]command.Kind{
		RoleHelper:     {{KindOfficerSelf}},
		RoleOfficer:    {own, lists, field, {KindGlassOpen}, pairs},
		RoleStation:    {own, lists, {KindAppSubmit, KindActivation, KindGlassOpen}},
		RoleSupervisor: {own, lists, field, {KindRosterPage, KindTargetSet, KindResend, KindReviewResolve, KindOfficerReset, KindTeamPut, KindGlassOpen, KindUnitPut, KindRosterUndo}, pairs},
		RoleLeader:     {own, lists, {KindTargetSet, KindResend, KindReviewResolve, KindGlassOpen, KindUnitPut, KindUnitPlan}, pairs},
		RoleProvince:   {own, lists, {KindReviewResolve}},
		RoleAuditor:    {own},
		RoleAdmin:      {own, machines, {KindOfficerReset, KindTeamPut, KindUnitPlan}},
		"":             {},
		roleMachine:    {machines, {KindOfficerReset, KindTeamPut, KindTargetSet, KindRosterPage, KindResend, KindClusterEnroll, KindRosterUndo, KindUnitPlan}},
	}
	for role, groups := range granted {
		for _, s := range Table().Kinds() {
			want := false
			for _, group := range groups {
				for _, k := range group {
					want = want || k == s.Kind
				}
			}
			require.Equal(t, want, may(role, s.Kind), "%s asks for %s", role, s.Name)
		}
	}
}

func TestWhoLooksAfterMachinesSeesNobodysData(t *testing.T) {
	for role, sees := range map[Role]bool{RoleHelper: false, RoleOfficer: true, RoleStation: true, RoleSupervisor: true,
		RoleLeader: true, RoleProvince: true, RoleAuditor: false, RoleAdmin: false, roleMachine: false, "": false} {
		require.Equal(t, sees, role.SeesPeople(), "%q", role)
	}
}

func TestSystemKindsComeFromMachinesOnly(t *testing.T) {
	h := founded(t)
	before := len(h.reg.records[TypeReview])
	for _, role := range allRoles() {
		h.refuse(command.Rejected, "machine_only", "", KindMark, MarkDigest{}, as(role))
	}
	h.refuse(command.Rejected, "unknown_node", "", KindMark, MarkDigest{}, on(stranger))
	require.Len(t, h.reg.records[TypeReview], before, "a machine needs no review item")
	require.Empty(t, h.accept(KindMark, MarkDigest{}).Changes)
}

func TestWhatIsNotAcceptedIsKeptWholeForItsOriginator(t *testing.T) {
	h := founded(t)
	gone := id("household", 404)
	visit := RecordVisit{ID: id("visit", 1), Household: gone, At: tonight, Mode: ModeDoor, Outcome: "nobody_home", Note: "khoá cửa"}
	d := h.refuse(command.Rejected, "unknown_household", "/household", KindVisitRecord, visit, captured("2026-08-08T01:02:03.004Z"))

	r := h.review(d)
	require.JSONEq(t, string(d.env.Body), string(r.Body))
	require.Equal(t, Review{ID: d.env.ID, State: ReviewOpen, Status: command.Rejected, Class: command.NotFound, Code: "unknown_household",
		Field: "/household", Message: "there is no household " + gone.String(), Kind: KindVisitRecord, Unit: ward,
		Officer: officerOf(RoleOfficer, ward), Node: wardPC, Seq: d.env.Origin.Seq, CapturedAt: ms("2026-08-08T01:02:03.004Z"), DecidedAt: ms(tonight),
		Type: TypeHousehold, Record: KeyOf(gone), Body: r.Body}, r)
	require.Equal(t, map[string]int64{ward: 1}, h.reg.tallies[CountReviews])
}

func TestAReviewIsFiledWhereSomebodyWillFindIt(t *testing.T) {
	h := founded(t)
	for asked, filed := range map[string]string{ward: ward, ward2: ward2, "00999": ward, "": ward, "00163\x00": ward} {
		d := h.do(KindVisitRecord, knock(id("household", 404), "moved"), forUnit(asked))
		require.Equal(t, command.Rejected, d.Status)
		require.Equal(t, filed, h.review(d).Unit, "%q", asked)
	}
}

func TestARevokedOfficersCaptureGoesToTheReviewListNotTheRegister(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindOfficerPut, PutOfficer{ID: officerOf(RoleOfficer, ward), User: "officer", Name: "Lê Thu Trang", Role: RoleOfficer, Unit: ward, Disabled: true})
	d := h.refuse(command.Rejected, "actor_revoked", "", KindVisitRecord, knock(home, "will_come"))
	require.JSONEq(t, string(d.env.Body), string(h.review(d).Body))
	require.Empty(t, h.reg.records[TypeVisit])
}

func TestAReviewNamesTheAgreedRecordItIsAbout(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	mau := id("resident", 1)
	h.accept(KindResidentPut, PutResident{ID: mau, Household: home, PersonalNumber: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female})
	gone := id("nobody", 1)
	for name, c := range map[string]struct {
		kind   command.Kind
		body   any
		typ    command.RecordType
		record command.Key
	}{
		"visit":       {KindVisitRecord, knock(gone, "moved"), TypeHousehold, KeyOf(gone)},
		"household":   {KindHouseholdPut, PutHousehold{ID: home, Hamlet: hamlet2, Address: "Số 3"}, TypeHousehold, KeyOf(home)},
		"edit":        {KindResidentEdit, edit(mau, "sex", "male", "male2"), TypeResident, KeyOf(mau)},
		"application": {KindAppSubmit, application(gone, "0912404318"), TypeResident, KeyOf(gone)},
		"activation":  {KindActivation, activation(gone, tonight), TypeResident, KeyOf(gone)},
		"a number somebody holds": {KindResidentPut, PutResident{ID: gone, PersonalNumber: "001 155 000 428", Name: "Ai Khác", Birth: "1990", Sex: Male},
			TypeResident, KeyOf(mau)},
		"somebody new":    {KindResidentPut, PutResident{ID: gone, Household: gone, Name: "Ai Khác", Birth: "1990", Sex: Male}, TypeResident, KeyOf(gone)},
		"a parked record": {KindResend, ResendParked{Type: TypeVisit, Key: KeyOf(gone)}, TypeVisit, KeyOf(gone)},
		"no person":       {KindTargetSet, SetTarget{Unit: ward2, Indicator: IndicatorCaptured, Period: "2026"}, 0, ""},
	} {
		d := h.do(c.kind, c.body)
		require.NotEqual(t, command.Accepted, d.Status, name)
		r := h.review(d)
		require.Equal(t, c.typ, r.Type, name)
		require.Equal(t, c.record, r.Record, name)
	}
}

func TestACommandWaitsUnderAParentThatDidNotGoThrough(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	parent := h.refuse(command.Conflicted, "exists", "", KindHouseholdPut, PutHousehold{ID: home, Hamlet: hamlet, Address: "Số 99"})

	d := h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, knock(home, "will_come"), after(parent.env.ID))
	require.Equal(t, parent.env.ID, h.review(d).Parent)
	require.JSONEq(t, string(d.env.Body), string(h.review(d).Body))
	require.Empty(t, h.reg.records[TypeVisit], "nothing of it is written")

	// Also when the command could not have stood without its parent.
	orphan := h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, knock(id("household", 404), "moved"), after(parent.env.ID))
	require.Equal(t, parent.env.ID, h.review(orphan).Parent)

	// And a rejected parent counts as one that is open.
	h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, knock(home, "moved"), after(orphan.env.ID))
}

func TestAParentNobodyKnowsIsAMistake(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	d := h.refuse(command.Rejected, "unknown_parent", "", KindVisitRecord, knock(home, "will_come"), after(id("command", 4000)))
	require.True(t, h.review(d).Parent.IsZero())
	// What is wrong with the command itself is said first.
	h.refuse(command.Rejected, "unknown_household", "/household", KindVisitRecord, knock(id("household", 404), "moved"), after(id("command", 4000)))
}

func TestAnAcceptedParentIsNoObstacle(t *testing.T) {
	h := founded(t)
	home := id("household", 1)
	parent := h.accept(KindHouseholdPut, PutHousehold{ID: home, Hamlet: hamlet, Address: "Số 21"})
	h.accept(KindVisitRecord, knock(home, "will_come"), after(parent.env.ID))
}

func TestACommandThatWouldChangeTooMuchIsRefused(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Ký túc xá")
	lodgers := make([]command.Change, 0, command.MaxChanges-1)
	for i := range command.MaxChanges - 1 { // and the visit and the household: one too many
		r := Resident{ID: id("lodger", i), Household: home, Hamlet: hamlet, Name: "Sinh Viên", Birth: "2005", Eligible: true}
		lodgers = append(lodgers, put(TypeResident, KeyOf(r.ID), r))
	}
	require.NoError(t, h.reg.apply(lodgers))
	h.refuse(command.Rejected, "too_large", "", KindVisitRecord, knock(home, "will_come"))
	h.accept(KindVisitRecord, knock(home, "nobody_home"))
}
