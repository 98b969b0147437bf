package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// thePlan is the plan of these tests.
func thePlan() command.ID { return id("plan", 1) }

// draft writes a plan down and returns it as it stands then.
func (h *history) draft(p PlanUnits) UnitPlan {
	p.ID, p.Do = thePlan(), PlanDoDraft
	if p.From == "" {
		p.From = today
	}
	h.accept(KindUnitPlan, p)
	return h.plan()
}

func (h *history) plan() UnitPlan {
	p, ok := Load[UnitPlan](h.reg, TypeUnitPlan, KeyOf(thePlan()))
	require.True(h.t, ok)
	return p
}

func (h *history) agreeToPlan() {
	h.accept(KindUnitPlan, PlanUnits{ID: thePlan(), Do: PlanDoAgree, Was: h.plan().Rev}, as(RoleLeader))
}

// moveAll carries out what there is to be carried out today and says in how many pages.
func (h *history) moveAll() (pages int) {
	for {
		next, more := NextMove(h.reg, DayOf(h.reg.now))
		if !more {
			return pages
		}
		h.accept(KindUnitMove, next)
		pages++
	}
}

// carriedOut is a register in which a plan has been carried out today.
func carriedOut(t require.TestingT, p PlanUnits) *history {
	h := founded(t)
	h.draft(p)
	h.agreeToPlan()
	require.Equal(t, 1, h.moveAll())
	require.Equal(t, PlanDone, h.plan().State)
	return h
}

var merger = PlanUnits{Into: ward, Name: "Phường Cầu Giấy", Wards: []string{ward2}}

func TestAMergedWardIsTheOneItBecame(t *testing.T) {
	h := carriedOut(t, merger)
	require.Equal(t, "Phường Cầu Giấy", h.unit(ward).Name)
	require.Equal(t, ward, h.unit(hamlet3).Parent)
	old := h.unit(ward2)
	require.Equal(t, []any{true, "2026-08-08", ward, ward}, []any{old.Joined, old.To, old.ReplacedBy, old.Parent})
	require.Equal(t, ward, Standing(h.reg, ward2))
	require.ElementsMatch(t, []string{ward, hamlet, hamlet2, hamlet3, ward2}, Subtree(h.reg, ward2), "an old code finds what there is now")
	require.Equal(t, ward, WardOf(h.reg, hamlet3).Code)
	require.Equal(t, ward, WardOf(h.reg, ward2).Code, "who was listed in the ward itself is in the new one")
	require.True(t, Covers(h.reg, ward2, hamlet), "grants in the old ward hold in the new one")
	require.False(t, Covers(h.reg, ward2, cluster))

	before := ChildrenOn(h.reg, cluster, "2026-08-08")
	require.Equal(t, []string{ward, ward2}, codesOf(before))
	require.Equal(t, "Phường Dịch Vọng Hậu", before[0].Name)
	require.True(t, before[1].Stands("2026-08-08"))
	require.Equal(t, []string{hamlet3}, codesOf(ChildrenOn(h.reg, ward2, "2026-08-08")))
	require.Equal(t, []string{ward}, codesOf(ChildrenOn(h.reg, cluster, today)))
	require.Equal(t, []string{hamlet, hamlet2, hamlet3, ward2}, codesOf(ChildrenOn(h.reg, ward, today)))
}

func codesOf(units []Unit) (codes []string) {
	for _, u := range units {
		codes = append(codes, u.Code)
	}
	return codes
}

func TestWhatWasCapturedForAMergedWardGoesIn(t *testing.T) {
	h := founded(t)
	h.draft(merger)
	h.agreeToPlan()
	late := h.envelope(KindHouseholdPut, PutHousehold{ID: id("h", 1), Hamlet: hamlet3, Address: "Số 9"}, inWard2(), captured("2026-08-08T13:00:00.000Z"))
	h.moveAll()
	d, err := h.table.Decide(h.reg, late)
	require.NoError(t, err)
	require.Equal(t, command.Accepted, d.Status, "%v", d.Err)
	require.Len(t, d.Changes, 1, "nobody worked under the new unit: the way back stays open")
	h.accept(KindUnitPut, PutUnit{Code: "00166-02", Name: "Tổ 2", Kind: UnitHamlet, Parent: ward2, Was: UnitNew}, inWard2(), officer(command.ID{}))
	require.Equal(t, ward, h.unit("00166-02").Parent, "a hamlet of the old ward is made in the new one")
	h.refuse(command.Rejected, "unit_joined", "", KindUnitPut, PutUnit{Code: ward2, Name: "Phường Khác", Kind: UnitWard, Parent: cluster})
}

func TestHamletsGivenAwayAreTheOtherWardsOnly(t *testing.T) {
	h := founded(t)
	member := officerOf(RoleHelper, ward)
	for i, walks := range [][]string{{hamlet2}, {hamlet, hamlet2}} {
		h.accept(KindTeamPut, PutTeam{ID: id("team", i), Name: "Tổ công tác số " + itoa(i), Unit: ward, Kind: TeamMixed, Hamlets: walks})
	}
	h.draft(PlanUnits{Into: "00170", Name: "Phường Mới", Parent: cluster, Hamlets: []string{hamlet2}, Officers: []command.ID{member}})
	h.agreeToPlan()
	late := h.envelope(KindHouseholdPut, PutHousehold{ID: id("h", 1), Hamlet: hamlet2, Address: "Số 9"})
	h.moveAll()
	require.Equal(t, []string{hamlet2}, codesOf(Children(h.reg, "00170")))
	require.False(t, Covers(h.reg, ward, hamlet2))
	require.False(t, Covers(h.reg, "00170", hamlet))
	o, _ := Load[Officer](h.reg, TypeOfficer, KeyOf(member))
	require.Equal(t, "00170", o.Unit)
	require.Equal(t, []command.ID{id("team", 0)}, []command.ID{TeamsOf(h.reg, "00170")[0].ID})
	require.Len(t, TeamsOf(h.reg, ward), 1, "a team that walks on both sides stays")
	d, err := h.table.Decide(h.reg, late)
	require.NoError(t, err)
	require.Equal(t, []any{command.Conflicted, "moved"}, []any{d.Status, d.Err.Code}, "whoever captured that could not know: a person decides")

	h.accept(KindUnitPlan, PlanUnits{ID: thePlan(), Do: PlanDoUndo, Was: h.plan().Rev}, as(RoleLeader))
	require.Equal(t, 1, h.moveAll())
	require.Equal(t, PlanUndone, h.plan().State)
	o, _ = Load[Officer](h.reg, TypeOfficer, KeyOf(member))
	require.Equal(t, ward, o.Unit)
	require.Len(t, TeamsOf(h.reg, ward), 2)
	require.True(t, Covers(h.reg, ward, hamlet2))
	require.False(t, h.unit("00170").Stands(today))
}

func TestAPlanIsTakenBackWhileNobodyWorkedUnderTheNewUnit(t *testing.T) {
	h := founded(t)
	before := unitsOf(h)
	h.draft(merger)
	h.agreeToPlan()
	h.moveAll()
	undo := func() PlanUnits { return PlanUnits{ID: thePlan(), Do: PlanDoUndo, Was: h.plan().Rev} }
	h.accept(KindHouseholdPut, PutHousehold{ID: id("h", 0), Hamlet: hamlet3, Address: "Số 1"}, inWard2())
	require.Zero(t, h.plan().Used, "asked for under the old one")
	h.refuse(command.Rejected, "outside_unit", "", KindUnitPlan, undo(), as(RoleLeader), on(wardPC))
	h.accept(KindUnitPlan, undo(), as(RoleLeader))
	h.moveAll()
	require.Equal(t, before, unitsOf(h), "every unit is as it was")

	h = carriedOut(t, merger)
	d := h.accept(KindHouseholdPut, PutHousehold{ID: id("h", 1), Hamlet: hamlet3, Address: "Số 9"})
	require.Equal(t, d.env.ID, h.plan().Used)
	h.refuse(command.Rejected, "plan_used", "", KindUnitPlan, undo(), as(RoleLeader))
}

// unitsOf are the units without the parents they had once.
func unitsOf(h *history) map[string]Unit {
	units := map[string]Unit{}
	for key := range h.reg.records[TypeUnit] {
		u := h.unit(string(key))
		u.Before = nil
		if len(u.Past) == 0 {
			u.Past = nil
		}
		units[u.Code] = u
	}
	return units
}

func TestAPlanIsRefusedThatCannotBeCarriedOut(t *testing.T) {
	h := founded(t)
	for name, c := range map[string]struct {
		field, code string
		plan        PlanUnits
	}{
		"yesterday":               {"/from", "plan_past", PlanUnits{Into: ward, Name: "Phường A", From: "2026-08-08"}},
		"in two years":            {"/from", "plan_far", PlanUnits{Into: ward, Name: "Phường A", From: "2028-08-08"}},
		"no day":                  {"/from", "bad_date", PlanUnits{Into: ward, Name: "Phường A", From: "8/8/2026"}},
		"into a hamlet":           {"/into", "not_a_ward", PlanUnits{Into: hamlet, Name: "Phường A", From: today}},
		"into the cluster":        {"/into", "not_a_ward", PlanUnits{Into: cluster, Name: "Phường A", From: today}},
		"into itself":             {"/wards", "unknown_ward", PlanUnits{Into: ward, Name: "Phường A", From: today, Wards: []string{ward}}},
		"of a hamlet":             {"/wards", "unknown_ward", PlanUnits{Into: ward, Name: "Phường A", From: today, Wards: []string{hamlet3}}},
		"nothing":                 {"/name", "plan_nothing", PlanUnits{Into: ward, Name: "Phường Dịch Vọng Hậu", From: today}},
		"a new one of nothing":    {"/into", "plan_nothing", PlanUnits{Into: "00170", Name: "Phường A", Parent: cluster, From: today}},
		"a new one below a ward":  {"/parent", "unknown_unit", PlanUnits{Into: "00170", Name: "Phường A", Parent: ward, From: today, Wards: []string{ward2}}},
		"a new one above itself":  {"/parent", "outside_unit", PlanUnits{Into: "00170", Name: "Phường A", Parent: province, From: today, Wards: []string{ward2}}},
		"a hamlet that is there":  {"/hamlets", "plan_twice", PlanUnits{Into: ward, Name: "Phường A", From: today, Hamlets: []string{hamlet}}},
		"a hamlet that goes with": {"/hamlets", "plan_twice", PlanUnits{Into: ward, Name: "Phường A", From: today, Wards: []string{ward2}, Hamlets: []string{hamlet3}}},
		"an officer of elsewhere": {"/officers", "outside_unit", PlanUnits{Into: ward2, Name: "Phường A", From: today, Hamlets: []string{hamlet}, Officers: []command.ID{officerOf(RoleOfficer, ward2)}}},
		"nobody":                  {"/officers", "unknown_officer", PlanUnits{Into: ward2, Name: "Phường A", From: today, Hamlets: []string{hamlet}, Officers: []command.ID{id("nobody", 1)}}},
	} {
		c.plan.ID, c.plan.Do = thePlan(), PlanDoDraft
		d := h.do(KindUnitPlan, c.plan)
		require.Equal(t, []string{c.code, c.field}, []string{d.code(), d.Err.Field}, name)
	}
}

func TestAPlanGoesItsWayAndNoOther(t *testing.T) {
	h := founded(t)
	ask := func(do string) PlanUnits { return PlanUnits{ID: thePlan(), Do: do, Was: h.plan().Rev} }
	next := merger
	next.From = "2026-08-12"
	h.draft(next)
	h.refuse(command.Conflicted, "changed_meanwhile", "/was", KindUnitPlan, PlanUnits{ID: thePlan(), Do: PlanDoAgree}, as(RoleLeader))
	h.refuse(command.Rejected, "leader_agrees", "", KindUnitPlan, ask(PlanDoAgree))
	h.refuse(command.Rejected, "plan_state", "", KindUnitPlan, ask(PlanDoUndo), as(RoleLeader))
	h.refuse(command.Rejected, "outside_unit", "", KindUnitPlan, ask(PlanDoAgree), as(RoleLeader), on(wardPC))
	h.refuse(command.Rejected, "outside_unit", "", KindUnitPlan, ask(PlanDoAgree), byMachine(wardPC))
	h.agreeToPlan()
	h.refuse(command.Rejected, "day_ahead", "", KindUnitMove, MoveUnits{Plan: thePlan()})
	_, more := NextMove(h.reg, "2026-08-11")
	require.False(t, more)
	other := PlanUnits{ID: id("plan", 2), Do: PlanDoDraft, Into: ward2, Name: "Phường Khác", From: today}
	d := h.accept(KindUnitPlan, other)
	h.refuse(command.Rejected, "plan_overlaps", "", KindUnitPlan, PlanUnits{ID: other.ID, Do: PlanDoAgree, Was: d.env.ID}, as(RoleLeader))
	h.at("2026-08-12")
	h.refuse(command.Rejected, "page_order", "", KindUnitMove, MoveUnits{Plan: thePlan(), Page: 1})
	h.accept(KindUnitMove, MoveUnits{Plan: thePlan()})
	h.refuse(command.Rejected, "plan_state", "", KindUnitMove, MoveUnits{Plan: thePlan(), Page: 1})
	h.refuse(command.Rejected, "plan_state", "", KindUnitPlan, ask(PlanDoDrop), as(RoleLeader))
}

func TestAWardOfManyHamletsMovesInPages(t *testing.T) {
	h := founded(t)
	for i := range 230 {
		h.accept(KindUnitPut, PutUnit{Code: "00166-" + padded(uint64(i + 10))[12:], Name: "Tổ", Kind: UnitHamlet, Parent: ward2})
	}
	h.draft(merger)
	h.agreeToPlan()
	require.Equal(t, 3, h.moveAll())
	require.Equal(t, PlanDone, h.plan().State)
	require.Len(t, Children(h.reg, ward), 2+1+230+1)
	h.accept(KindUnitPlan, PlanUnits{ID: thePlan(), Do: PlanDoUndo, Was: h.plan().Rev}, as(RoleLeader))
	for undone := 0; ; undone++ {
		require.True(t, Covers(h.reg, ward2, hamlet3), "nobody loses hold of the hamlets between two pages")
		next, more := NextMove(h.reg, today)
		if !more {
			require.Equal(t, 3, undone)
			break
		}
		h.accept(KindUnitMove, next)
	}
	require.Len(t, Children(h.reg, ward2), 231)
}

func TestAWardMergedTwiceIsStillFound(t *testing.T) {
	h := carriedOut(t, merger)
	h.accept(KindUnitPut, PutUnit{Code: "00170", Name: "Phường Ba", Kind: UnitWard, Parent: cluster})
	second := PlanUnits{ID: id("plan", 2), Do: PlanDoDraft, Into: "00170", Name: "Phường Ba", From: today, Wards: []string{ward}}
	d := h.accept(KindUnitPlan, second)
	h.accept(KindUnitPlan, PlanUnits{ID: second.ID, Do: PlanDoAgree, Was: d.env.ID}, as(RoleLeader))
	h.refuse(command.Rejected, "plan_used", "", KindUnitPlan, PlanUnits{ID: thePlan(), Do: PlanDoUndo, Was: h.plan().Rev}, as(RoleLeader))
	h.moveAll()
	for _, code := range []string{ward, ward2, hamlet, hamlet3} {
		require.Equal(t, "00170", WardOf(h.reg, code).Code, code)
		require.Equal(t, "00170", h.unit(code).Parent, code)
	}
	require.Equal(t, []string{ward2, ward}, h.unit(hamlet3).CameFrom(h.reg))
}
