package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// neighbours are the family and the household next door, which takes them in.
func neighbours(t require.TestingT) (f family, next, she command.ID, merge MergeHousehold) {
	f = atHome(t)
	next = f.household(hamlet2, "Số 5")
	she = f.resident(next, "Ngô Thị Na", "1950")
	return f, next, she, MergeHousehold{ID: f.home, Into: next, Seen: f.seen(f.home)}
}

func TestAMergeEmptiesAHouseholdAndKeepsIt(t *testing.T) {
	f, next, she, p := neighbours(t)
	f.accept(KindVisitRecord, visit(1, f.home, "nobody_home", tonight))
	f.accept(KindVisitRecord, visit(2, next, "will_come", tonight))
	d := f.accept(KindHouseholdMerge, p)
	f.live(next, she, f.head, f.son, f.wife)
	require.Empty(t, Members(f.reg, KeyOf(f.home)))
	before := f.door(f.home)
	require.Equal(t, []any{next, d.env.ID, 1}, []any{before.MergedInto, before.Rev, before.Visits})
	require.Equal(t, f.head, f.door(next).Head, "nobody headed it")
	require.ElementsMatch(t, []command.Key{KeyOf(id("visit", 1)), KeyOf(id("visit", 2))}, Visits(f.reg, KeyOf(next)), "who knocked there is still told")
	require.Empty(t, scanned(f.reg, HouseholdByHamlet, TermPrefix(hamlet)), "it is listed no more")
	require.Equal(t, map[string]int64{hamlet: 0, hamlet2: 1}, f.reg.tallies[CountHouseholds])
	require.Empty(t, f.accept(KindHouseholdMerge, p).Changes, "twice the same is once")
}

func TestAMergeOfAHouseholdThatChangedMeanwhileIsForAPerson(t *testing.T) {
	f, next, she, p := neighbours(t)
	child := f.resident(f.home, "Lê Thị Bé", "2026-01-01")
	late := f.refuse(command.Conflicted, "household_changed", "/seen", KindHouseholdMerge, p)
	f.live(next, she)
	f.accept(KindReviewResolve, ResolveReview{Review: late.env.ID, Choice: ChoiceTake, Reason: "Về ở chung"})
	f.live(next, she, f.head, f.son, f.wife, child)
}

func TestAVisitAndAPersonOfAMergedHouseholdLandWhereItsPeopleLive(t *testing.T) {
	f, next, she, p := neighbours(t)
	f.accept(KindHouseholdMerge, p)
	f.accept(KindVisitRecord, visit(7, f.home, "will_come", tonight))
	require.Equal(t, next, must[Visit](f.history, TypeVisit, KeyOf(id("visit", 7))).Household)
	require.Equal(t, 1, f.door(next).Visits)
	require.Equal(t, today, f.person(f.son).Progress.Reached)
	child := PutResident{ID: id("child", 1), Household: f.home, Name: "Lê Văn Con", Birth: "2026-08-01", Sex: Male}
	f.accept(KindResidentPut, child)
	f.live(next, she, f.head, f.son, f.wife, child.ID)
	guest := f.resident(f.household(hamlet, "Số 9"), "Vũ Thị Khách", "1970")
	f.accept(KindResidentEdit, edit(guest, "household", f.person(guest).Household, f.home))
	require.Equal(t, []any{next, hamlet2}, []any{f.person(guest).Household, f.person(guest).Hamlet})
}

func TestAChangeOfAMergedHouseholdIsForAPerson(t *testing.T) {
	f, next, _, p := neighbours(t)
	third := f.household(hamlet, "Số 9")
	f.accept(KindHouseholdMerge, p)
	f.refuse(command.Conflicted, "household_merged", "/id", KindHouseholdEdit, EditHousehold{ID: f.home, Edits: []Edit{change("address", "Số 21", "Số 21A")}})
	f.refuse(command.Conflicted, "household_merged", "/id", KindHouseholdMerge, MergeHousehold{ID: f.home, Into: third, Seen: p.Seen})
	f.refuse(command.Conflicted, "household_merged", "/into", KindHouseholdMerge, MergeHousehold{ID: third, Into: f.home, Seen: f.seen(third)})
	f.refuse(command.Conflicted, "household_merged", "/from", KindHouseholdSplit, SplitHousehold{ID: id("second home", 1), From: f.home, Seen: p.Seen, Hamlet: hamlet, Address: "Số 1", Members: []command.ID{f.son}})
	f.refuse(command.Conflicted, "changed_meanwhile", "/edits/0/was", KindResidentEdit, edit(f.son, "household", f.home, third))
	require.Equal(t, next, f.door(f.home).MergedInto)
}

func TestAListFindsAMergedHouseholdAndMakesNoneInItsPlace(t *testing.T) {
	f, next, _, p := neighbours(t)
	f.accept(KindHouseholdMerge, p)
	before := len(f.reg.records[TypeHousehold])
	f.accept(KindRosterPage, listPage(1, RosterRow{Line: 2, Name: "Lê Văn Mới", Birth: "1990", Sex: Male, Address: "số 21", Hamlet: hamlet},
		RosterRow{Line: 3, Name: "Lê Văn Sĩ", Birth: "1980", Sex: Female, Address: "Số 21", Hamlet: hamlet}))
	require.Len(t, f.reg.records[TypeHousehold], before)
	require.Len(t, Members(f.reg, KeyOf(next)), 5, "the one who is new, and nobody twice")
}

// What a split did, a merge takes back, and the other way round.
func TestASplitIsUndoneByAMergeAndAMergeByASplit(t *testing.T) {
	f := atHome(t)
	listed := must[Resident](f.history, TypeResident, KeyOf(f.wife))
	listed.Relation = "con dâu"
	require.NoError(t, f.reg.apply([]command.Change{put(TypeResident, KeyOf(f.wife), listed)}))

	p := f.split()
	f.accept(KindHouseholdSplit, p)
	require.Equal(t, f.home, f.person(f.wife).ListedIn, "of whose head she was said to be something")
	f.accept(KindHouseholdMerge, MergeHousehold{ID: p.ID, Into: f.home, Seen: f.seen(p.ID)})
	f.live(f.home, f.head, f.son, f.wife)
	require.True(t, f.person(f.wife).ListedIn.IsZero())
	require.Equal(t, "con dâu", f.person(f.wife).Relation)
	require.Equal(t, f.head, f.door(f.home).Head)

	again := f.split()
	f.accept(KindHouseholdSplit, again) // the same ID: the household that was merged stands again
	f.live(p.ID, f.son, f.wife)
	f.live(f.home, f.head)
	require.True(t, f.door(p.ID).MergedInto.IsZero())
	require.Equal(t, f.son, f.door(p.ID).Head)

	elsewhere := f.household(hamlet, "Số 9")
	f.resident(elsewhere, "Vũ Thị Lạ", "1970")
	f.resident(elsewhere, "Vũ Thị Mai", "1971")
	f.accept(KindHouseholdMerge, MergeHousehold{ID: p.ID, Into: f.home, Seen: f.seen(p.ID)})
	wrong := SplitHousehold{ID: p.ID, From: elsewhere, Seen: f.seen(elsewhere), Hamlet: hamlet, Address: "Số 5", Members: memberIDs(f.reg, KeyOf(elsewhere))[:1]}
	f.refuse(command.Conflicted, "exists", "", KindHouseholdSplit, wrong)
}
