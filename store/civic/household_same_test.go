package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestAListFindsWhomAnOfficerMovedOutOfTheHouseholdItHasThemIn(t *testing.T) {
	for name, move := range map[string]func(h *history, who, home, next command.ID){
		"into another household": func(h *history, who, home, next command.ID) {
			h.accept(KindResidentEdit, edit(who, "household", home, next))
		},
		"into none": func(h *history, who, home, _ command.ID) {
			h.accept(KindResidentEdit, edit(who, "household", home, nil))
		},
		"on and on": func(h *history, who, home, next command.ID) {
			h.accept(KindResidentEdit, edit(who, "household", home, next))
			h.accept(KindResidentEdit, edit(who, "household", next, h.household(hamlet2, "Số 40")))
		},
		"there and back": func(h *history, who, home, next command.ID) {
			h.accept(KindResidentEdit, edit(who, "household", home, next))
			h.accept(KindResidentEdit, edit(who, "household", next, home))
		},
		"by a split": func(h *history, who, home, _ command.ID) {
			h.accept(KindHouseholdSplit, SplitHousehold{ID: id("of its own", 1), From: home, Seen: SeenNow(h.reg, KeyOf(home)), Hamlet: hamlet2, Address: "Số 8", Members: []command.ID{who}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			rows := listed()[:2]
			rows[1].Relation = "" // a list need not say it
			d := h.accept(KindRosterPage, listPage(1, rows...))
			who := residentOf(d, 3)
			move(h, who, h.person(who).Household, h.household(hamlet2, "Số 30"))
			people := h.everybody()
			require.Equal(t, PageResult{Rows: "ss"}, results(t, h.accept(KindRosterPage, listPage(2, rows...))))
			require.Equal(t, people, h.everybody())
		})
	}
}

func TestWhomAListHasWhereTheyLiveIsToTheHeadOfThatHouseholdWhatItSays(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1, listed()[:2]...))
	who, next := residentOf(d, 3), h.household(hamlet2, "Số 30")
	h.accept(KindResidentEdit, edit(who, "household", h.person(who).Household, next))
	h.accept(KindRosterPage, listPage(2, RosterRow{Line: 3, Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male, Address: "Số 30", Hamlet: hamlet2, Relation: "Cháu"}))
	require.Equal(t, []any{"Cháu", next, command.ID{}}, []any{h.person(who).Relation, h.person(who).Household, h.person(who).ListedIn})
}

// Nobody of one ward is changed by the list of another.
func TestAListChangesNobodyWhoWasMovedToAnotherWard(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1, listed()[:2]...))
	gone := h.person(residentOf(d, 3))
	gone.ListedIn, gone.Household, gone.Hamlet, gone.Left = gone.Household, id("far", 1), hamlet3, hamlet
	h.accept(KindHouseholdPut, PutHousehold{ID: gone.Household, Hamlet: hamlet3, Address: "Số 1"}, inWard2())
	require.NoError(t, h.reg.apply([]command.Change{put(TypeResident, KeyOf(gone.ID), gone)}))
	row := listed()[1]
	row.Phone = "0912404000"
	require.Equal(t, PageResult{Rows: "n"}, results(t, h.accept(KindRosterPage, listPage(2, row))))
	require.Equal(t, gone, h.person(gone.ID))
}

// A family that is split often goes on behind one door: the list knows one household there.
func TestAListMeansTheHouseholdThatAnotherWasSplitFrom(t *testing.T) {
	for name, then := range map[string]func(h *history, home command.ID){
		"both at the address": func(*history, command.ID) {},
		"and the address of the first was corrected": func(h *history, home command.ID) {
			h.accept(KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("address", "Số 21, ngõ 68", "Số 21A")}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			for n := range 8 { // whichever of the two comes first in the index
				h := founded(t)
				rows := append(listed()[:2], RosterRow{Line: 6, Name: "Lê Thị Na", Birth: "1984", Sex: Female, Address: "Số 21, ngõ 68", Hamlet: hamlet})
				d := h.accept(KindRosterPage, listPage(1, rows...))
				home := h.person(residentOf(d, 2)).Household
				h.accept(KindHouseholdSplit, SplitHousehold{ID: id("of its own", n), From: home, Seen: SeenNow(h.reg, KeyOf(home)), Hamlet: hamlet,
					Address: "Số 21, ngõ 68", Members: []command.ID{residentOf(d, 6)}})
				then(h, home)
				people := h.everybody()
				require.Equal(t, PageResult{Rows: "sss"}, results(t, h.accept(KindRosterPage, listPage(2, rows...))))
				require.Equal(t, people, h.everybody(), "who was split off is there once, and who stayed stays")
			}
		})
	}
}

func TestAListMeansWhoWasThereBeforeSomebodySplitOffElsewhereCame(t *testing.T) {
	for n := range 8 {
		h := founded(t)
		h.accept(KindRosterPage, listPage(1, listed()[:2]...))
		other := h.household(hamlet2, "Số 90")
		goes := h.resident(other, "Lê Thị Na", "1984")
		h.resident(other, "Lê Thị Mai", "1986")
		h.accept(KindHouseholdSplit, SplitHousehold{ID: id("of its own", n), From: other, Seen: SeenNow(h.reg, KeyOf(other)), Hamlet: hamlet,
			Address: "Số 21, ngõ 68", Members: []command.ID{goes}})
		require.Equal(t, PageResult{Rows: "ss"}, results(t, h.accept(KindRosterPage, listPage(2, listed()[:2]...))))
	}
}
