package civic

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// A list is what it was last month; what officers corrected since is not undone.
func TestAListFindsAHouseholdWhereItWasBeforeItWasCorrected(t *testing.T) {
	address := func(h *history, home command.ID, now string) {
		h.accept(KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("address", must[Household](h, TypeHousehold, KeyOf(home)).Address, now)}})
	}
	moved := func(h *history, home command.ID, now string) {
		h.accept(KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("hamlet", must[Household](h, TypeHousehold, KeyOf(home)).Hamlet, now)}})
	}
	for name, c := range map[string]struct {
		correct func(h *history, home command.ID)
		former  int
	}{
		"the address":         {func(h *history, home command.ID) { address(h, home, "Số 21A, ngõ 68") }, 1},
		"the hamlet":          {func(h *history, home command.ID) { moved(h, home, hamlet2) }, 1},
		"one after the other": {func(h *history, home command.ID) { address(h, home, "Số 21A"); moved(h, home, hamlet2) }, 2},
		"there and back":      {func(h *history, home command.ID) { address(h, home, "Số 21A"); address(h, home, "Số 21, ngõ 68") }, 1},
		"how it is written":   {func(h *history, home command.ID) { address(h, home, "SỐ 21, ngõ 68") }, 0},
		"again and again": {func(h *history, home command.ID) {
			for i := range 2 * mostFormer {
				address(h, home, "Ngõ "+itoa(i))
			}
		}, mostFormer},
		"and then it was merged": {func(h *history, home command.ID) {
			address(h, home, "Số 21A")
			h.accept(KindHouseholdMerge, MergeHousehold{ID: home, Into: h.household(hamlet, "Số 30"), Seen: SeenNow(h.reg, KeyOf(home))})
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			d := h.accept(KindRosterPage, listPage(1, listed()...))
			home := h.person(residentOf(d, 2)).Household
			c.correct(h, home)
			require.Len(t, must[Household](h, TypeHousehold, KeyOf(home)).Former, c.former)
			people, doors := h.everybody(), len(h.reg.records[TypeHousehold])
			again := h.accept(KindRosterPage, listPage(2, listed()[:3]...))
			require.Equal(t, PageResult{Rows: "sss"}, results(t, again))
			require.Equal(t, people, h.everybody(), "nobody is moved, nobody is there twice")
			require.Len(t, h.reg.records[TypeHousehold], doors)
		})
	}
}

func TestAListWithoutHamletsFindsTheHouseholdsThatWereMovedIntoThem(t *testing.T) {
	h := founded(t)
	rows := listed()[:2]
	for i := range rows {
		rows[i].Hamlet = ""
	}
	d := h.accept(KindRosterPage, listPage(1, rows...))
	home := h.person(residentOf(d, 2)).Household
	h.accept(KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("hamlet", ward, hamlet2)}})
	require.Equal(t, PageResult{Rows: "ss"}, results(t, h.accept(KindRosterPage, listPage(2, rows...))))
	require.Equal(t, hamlet2, h.person(residentOf(d, 3)).Hamlet)
}

func TestWhoLivesSomewhereNowIsFoundThereBeforeWhoMovedAway(t *testing.T) {
	h := founded(t)
	h.accept(KindRosterPage, listPage(1, listed()[:2]...))
	first := h.person(residentOf(h.accept(KindRosterPage, listPage(2, listed()[2])), 4)).Household
	h.accept(KindHouseholdEdit, EditHousehold{ID: first, Edits: []Edit{change("address", "Số 5", "Số 50")}})
	next := h.household(hamlet2, "Số 5")
	d := h.accept(KindRosterPage, listPage(3, RosterRow{Line: 9, Name: "Lý Văn Tám", Birth: "1988", Address: "Số 5", Hamlet: hamlet2}))
	require.Equal(t, next, h.person(residentOf(d, 9)).Household)
}

func TestBelowItsLevelAHouseholdSaysNothingOfWhereItWas(t *testing.T) {
	f := atHome(t)
	f.reg.level = levelHomes - 1
	f.accept(KindHouseholdEdit, EditHousehold{ID: f.home, Edits: []Edit{change("address", "Số 21", "Số 21A")}})
	require.Empty(t, f.door(f.home).Former)
}

// Whatever officers correct of the households of a list, by whatever steps: the
// same list again makes no household and nobody.
func TestTheSameListAgainMakesNobodyWhateverWasCorrected(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := founded(rt)
		var rows []RosterRow
		for i := range 6 {
			rows = append(rows, RosterRow{Line: 2 + i, Name: "Trần Thị Mẫu", Birth: Birth(itoa(1950 + i)), Sex: Female, Address: "Số " + itoa(i/2),
				Hamlet: rapid.SampledFrom([]string{"", hamlet, hamlet2}).Draw(rt, "listed")})
			rows[i].Hamlet = rows[i&^1].Hamlet
		}
		d := h.accept(KindRosterPage, listPage(1, rows...))
		home := func(i int) command.ID { return h.person(residentOf(d, 2+2*i)).Household }
		for n := range rapid.IntRange(1, 12).Draw(rt, "corrections") {
			x := home(rapid.IntRange(0, 2).Draw(rt, "home"))
			was := must[Household](h, TypeHousehold, KeyOf(x))
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0, 1:
				h.do(KindHouseholdEdit, EditHousehold{ID: x, Edits: []Edit{change("address", was.Address, "Ngõ "+itoa(n))}})
			case 2, 3:
				h.do(KindHouseholdEdit, EditHousehold{ID: x, Edits: []Edit{change("hamlet", was.Hamlet, rapid.SampledFrom([]string{hamlet, hamlet2}).Draw(rt, "to"))}})
			case 4:
				h.do(KindHouseholdMerge, MergeHousehold{ID: x, Into: home(rapid.IntRange(0, 2).Draw(rt, "into")), Seen: SeenNow(h.reg, KeyOf(x))})
			}
		}
		people, doors := h.everybody(), len(h.reg.records[TypeHousehold])
		h.accept(KindRosterPage, listPage(2, rows...))
		require.Equal(rt, people, h.everybody())
		require.Len(rt, h.reg.records[TypeHousehold], doors)
	})
}
