package lookup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestTheImpactOfAPlanIsWhatItThenMoves(t *testing.T) {
	b := newBench(t)
	b.household(1, near, "Số 1")
	b.resident(2, 1, "Trần Thị Mẫu")
	b.resident(3, 0, "Lê Văn Sĩ") // in the ward itself
	b.must(b.ask(civic.KindTargetSet, cluster, command.ID{}, civic.SetTarget{Unit: ward, Indicator: civic.IndicatorCaptured, Period: "2026", Value: 13000}))
	b.must(b.ask(civic.KindOfficerPut, cluster, command.ID{}, civic.PutOfficer{ID: id(0xfff0), User: "ben", Name: "Ngô Bền", Role: civic.RoleOfficer, Unit: other}))
	plan := civic.PlanUnits{ID: id(0x7000), Do: civic.PlanDoDraft, Into: other, Name: "Phường Mới", From: "2026-08-06", Wards: []string{ward}}
	draft := b.must(b.ask(civic.KindUnitPlan, cluster, command.ID{}, plan))
	p, ok := PlanNamed(b.source(), plan.ID)
	require.True(t, ok)
	i := ImpactOf(b.source(), p)
	require.Equal(t, []int64{1, 2, 2, 0}, []int64{i.Households, i.Residents, i.Buckets[civic.NotReached], i.Reviews})
	require.Len(t, i.Parts, 1)
	require.True(t, i.Parts[0].Whole)
	require.Equal(t, []string{near, far}, []string{i.Parts[0].Hamlets[0].Code, i.Parts[0].Hamlets[1].Code})
	require.EqualValues(t, 2, i.Then)
	require.Len(t, i.Officers, 2, "their grants follow")
	require.Equal(t, []string{"ben"}, []string{i.Sees[0].User})
	require.Equal(t, []int64{13000}, []int64{i.Targets[0].Value})

	people := func(unit string) (n int64) {
		src := b.source()
		for _, code := range civic.Subtree(src, unit) {
			n += src.Tally(civic.CountPeople, code)
		}
		return n
	}
	require.Zero(t, people(other))
	b.must(b.ask(civic.KindUnitPlan, cluster, command.ID{}, civic.PlanUnits{ID: plan.ID, Do: civic.PlanDoAgree, Was: draft.ID}))
	b.must(b.ask(civic.KindUnitMove, cluster, command.ID{}, civic.MoveUnits{Plan: plan.ID}))
	require.Equal(t, i.Residents, people(other))
	p, _ = PlanNamed(b.source(), plan.ID)
	afterwards := ImpactOf(b.source(), p)
	require.Equal(t, i.Parts[0].Residents, afterwards.Parts[0].Residents, "what a ward gave is told afterwards, too")
	require.Equal(t, []int64{i.Households, i.Residents, i.Then}, []int64{afterwards.Households, afterwards.Residents, afterwards.Then})
	require.Len(t, afterwards.Parts[0].Hamlets, 2)
	require.Len(t, Units(b.source(), cluster), 5, "the old ward is the new one")
}

func TestAListOfTheOldWardFindsItsOwnHamlets(t *testing.T) {
	b := newBench(t) // both wards have a Tổ 1
	require.Equal(t, near, HamletNames(b.source(), ward)["Tổ 1"])
	plan := civic.PlanUnits{ID: id(0x7000), Do: civic.PlanDoDraft, Into: other, Name: "Phường Mới", From: "2026-08-06", Wards: []string{ward}}
	draft := b.must(b.ask(civic.KindUnitPlan, cluster, command.ID{}, plan))
	b.must(b.ask(civic.KindUnitPlan, cluster, command.ID{}, civic.PlanUnits{ID: plan.ID, Do: civic.PlanDoAgree, Was: draft.ID}))
	b.must(b.ask(civic.KindUnitMove, cluster, command.ID{}, civic.MoveUnits{Plan: plan.ID}))
	src := b.source()
	require.Equal(t, near, HamletNames(src, ward)["Tổ 1"], "a list of the old ward")
	both := HamletNames(src, other)
	require.NotContains(t, both, "Tổ 1", "two of a name: which one, nobody can say")
	require.Equal(t, []string{near, far, elsewhere}, []string{both["Tổ 1, Dịch Vọng Hậu"], both["Tổ 2"], both[elsewhere]})
}
