package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// listedTwice is a woman whom a list has behind two doors: at her son's, and at her
// own, with the number of her old card.
func listedTwice(t require.TestingT) (h *history, keep, late command.ID) {
	h = founded(t)
	d := h.accept(KindRosterPage, listPage(1,
		RosterRow{Line: 2, Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female, Address: "Số 21", Hamlet: hamlet, Relation: "Mẹ", OldNumber: "010203040"},
		RosterRow{Line: 3, Name: "Trần Thị Mấu", Birth: "1955", Sex: Female, Address: "Số 9", Hamlet: hamlet2, Relation: "Vợ", OldNumber: "012345678"},
		RosterRow{Line: 4, Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male, Address: "Số 21", Hamlet: hamlet},
		RosterRow{Line: 5, Name: "Lê Văn Cả", Birth: "1950", Sex: Male, Address: "Số 9", Hamlet: hamlet2}))
	return h, residentOf(d, 2), residentOf(d, 3)
}

func TestAMergeKeepsTheOldNumbersOfBothAndAnUndoPartsThem(t *testing.T) {
	h, keep, late := listedTwice(t)
	h.accept(KindResidentMerge, h.asSeen(keep, late))
	require.Equal(t, []command.Key{KeyOf(keep)}, ByOld(h.reg, "012345678"), "who has the old card in hand finds her")
	require.Equal(t, []command.Key{KeyOf(keep)}, ByOld(h.reg, "010203040"))
	h.accept(KindRosterPage, listPage(2, RosterRow{Line: 2, Name: "Trần Thị Mẫu", Birth: "1955", Address: "Số 21", Hamlet: hamlet, OldNumber: "099999999"}))
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	require.Equal(t, []string{"010203040", "099999999"}, h.person(keep).Old)
	require.Equal(t, []string{"012345678"}, h.person(late).Old)
}

func TestWhatSomebodyIsToAHeadGoesWithTheHousehold(t *testing.T) {
	const own, other = "their own", "the other one's"
	for name, c := range map[string]struct {
		take       []string
		kept, late string // relations
		is, of     string // of: the household whose head that is about; "": the one they live in
	}{
		"the household stays":                           {nil, "Mẹ", "Vợ", "Mẹ", ""},
		"the household is taken":                        {[]string{"household"}, "Mẹ", "Vợ", "Vợ", ""},
		"the household stays, and nothing is known":     {nil, "", "Vợ", "Vợ", other},
		"the household is taken, and nothing is known":  {[]string{"household"}, "Mẹ", "", "Mẹ", own},
		"the household is taken, and nothing of either": {[]string{"household"}, "", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h, keep, late := listedTwice(t)
			for who, relation := range map[command.ID]string{keep: c.kept, late: c.late} {
				r := h.person(who)
				r.Relation = relation
				require.NoError(t, h.reg.apply([]command.Change{put(TypeResident, KeyOf(who), r)}))
			}
			before, gone := h.person(keep), h.person(late)
			h.accept(KindResidentMerge, h.asSeen(keep, late, c.take...))
			about := map[string]command.ID{own: before.Household, other: gone.Household}[c.of]
			require.Equal(t, []any{c.is, about}, []any{h.person(keep).Relation, h.person(keep).ListedIn})
			h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
			require.Equal(t, []any{c.kept, before.Household, command.ID{}}, []any{h.person(keep).Relation, h.person(keep).Household, h.person(keep).ListedIn})
		})
	}
}

func TestAnUndoOfAMergeSpeaksOfTheRightHeadAlsoOfWhoMovedSince(t *testing.T) {
	h, keep, late := listedTwice(t)
	home := h.person(keep).Household
	h.accept(KindResidentMerge, h.asSeen(keep, late, "household"))
	h.accept(KindResidentEdit, edit(keep, "household", h.person(keep).Household, h.household(hamlet, "Số 30")))
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	require.Equal(t, []any{"Mẹ", home}, []any{h.person(keep).Relation, h.person(keep).ListedIn})
}

// joins merges a household into another.
func (h *history) joins(home, into command.ID) {
	h.accept(KindHouseholdMerge, MergeHousehold{ID: home, Into: into, Seen: SeenNow(h.reg, KeyOf(home))})
}

func TestWhoComesBackLivesWhereTheHouseholdWentMeanwhile(t *testing.T) {
	h, keep, late := listedTwice(t)
	gone, into := h.person(late).Household, h.household(hamlet, "Số 30")
	h.accept(KindHouseholdEdit, EditHousehold{ID: gone, Edits: []Edit{change("head", nil, late)}})
	h.accept(KindResidentMerge, h.asSeen(keep, late, "household"))
	h.joins(gone, into)
	require.Equal(t, keep, must[Household](h, TypeHousehold, KeyOf(into)).Head)
	h.accept(KindResidentEdit, edit(keep, "household", into, h.household(hamlet, "Số 40")))
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	r := h.person(late)
	require.Equal(t, []any{into, hamlet, gone}, []any{r.Household, r.Hamlet, r.ListedIn})
	require.Contains(t, r.Touched, "household", "a list does not move them back")
	require.Empty(t, Members(h.reg, KeyOf(gone)), "nobody lives in a household that was merged")
	require.Equal(t, late, must[Household](h, TypeHousehold, KeyOf(into)).Head, "of what the late one headed")
}

func TestWhoHeadsTheHouseholdThatTookItInGoesOnHeadingIt(t *testing.T) {
	h, keep, late := listedTwice(t)
	gone, into := h.person(late).Household, h.person(keep).Household
	for home, head := range map[command.ID]command.ID{gone: late, into: keep} {
		h.accept(KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("head", nil, head)}})
	}
	h.accept(KindResidentMerge, h.asSeen(keep, late))
	h.joins(gone, into)
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	require.Equal(t, into, h.person(late).Household)
	require.Equal(t, keep, must[Household](h, TypeHousehold, KeyOf(into)).Head)
}

func TestNobodyComesBackIntoAnotherWardByAWardsUndo(t *testing.T) {
	h, keep, late := listedTwice(t)
	far := id("far", 1)
	h.accept(KindHouseholdPut, PutHousehold{ID: far, Hamlet: hamlet3, Address: "Số 1"}, inWard2())
	gone := must[Household](h, TypeHousehold, KeyOf(h.person(late).Household))
	h.accept(KindResidentMerge, h.asSeen(keep, late))
	gone.MergedInto = far // as a leader may decide
	require.NoError(t, h.reg.apply([]command.Change{put(TypeHousehold, KeyOf(gone.ID), gone)}))
	h.refuse(command.Conflicted, "moved", "/late", KindResidentUnmerge, UnmergeResidents{Late: late})
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late}, as(RoleLeader))
	require.Equal(t, []any{far, hamlet3, hamlet2}, []any{h.person(late).Household, h.person(late).Hamlet, h.person(late).Left})
}

func TestTheListAgainMakesNobodyOfWhoWasMergedAndWhoseHouseholdWas(t *testing.T) {
	h, keep, late := listedTwice(t)
	gone := h.person(late).Household
	h.accept(KindResidentMerge, h.asSeen(keep, late))
	h.joins(gone, h.household(hamlet, "Số 30"))
	d := h.accept(KindRosterPage, listPage(2, RosterRow{Line: 3, Name: "Trần Thị Mấu", Birth: "1955", Sex: Female, Address: "Số 9", Hamlet: hamlet2}))
	require.Equal(t, PageResult{Rows: "s"}, results(t, d))
}

func TestAnUndoOfAListFollowsAHouseholdThatWasMergedMeanwhile(t *testing.T) {
	h, _, late := listedTwice(t)
	before := h.everybody()
	home := h.person(late).Household
	moved := h.accept(KindRosterPage, listPage(2, RosterRow{Line: 3, Number: "001155000428", Name: "Trần Thị Mấu", Birth: "1955", Address: "Số 9", Hamlet: hamlet2},
		RosterRow{Line: 4, Number: "001155000428", Name: "Trần Thị Mấu", Birth: "1955", Address: "Số 77", Hamlet: hamlet2}))
	require.NotEqual(t, home, h.person(late).Household)
	into := h.household(hamlet2, "Số 30")
	h.joins(home, into)
	u := h.accept(KindRosterUndo, undoOf(moved, before, 4))
	require.Equal(t, UndoResult{Rows: "bd"}, undone(t, u))
	r := h.person(late)
	require.Equal(t, []any{into, hamlet2, "", u.env.ID}, []any{r.Household, r.Hamlet, r.Number, r.Rev})
	require.Empty(t, Members(h.reg, KeyOf(home)))
}

// Machines of the build before decide so, and all must decide alike.
func TestBelowItsLevelAnUndoLooksNoFurtherThanTheHouseholdThatWas(t *testing.T) {
	h, keep, late := listedTwice(t)
	h.reg.level = levelHomes - 1
	gone := h.person(late).Household
	h.accept(KindResidentMerge, h.asSeen(keep, late, "household"))
	require.Equal(t, []any{"Mẹ", []string{"010203040"}}, []any{h.person(keep).Relation, h.person(keep).Old})
	h.joins(gone, h.household(hamlet, "Số 30"))
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	require.Equal(t, gone, h.person(late).Household)
}
