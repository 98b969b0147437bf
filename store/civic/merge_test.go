package civic

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// twice is a ward in which one woman is listed twice: behind her own door with a
// number, and at her mother's, where she has applied, activated and is the head.
func twice(t require.TestingT) (h *history, keep, late command.ID) {
	h = founded(t)
	keep, late = id("resident", 1), id("resident", 2)
	home, mothers := h.household(hamlet, "Số 21"), h.household(hamlet2, "Số 9")
	h.accept(KindResidentPut, PutResident{ID: keep, Household: home, PersonalNumber: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female, Phones: []string{"0912404318"}})
	h.accept(KindResidentPut, PutResident{ID: late, Household: mothers, Name: "Trần Thị Mấu", Birth: "1955-03-17", Sex: Female, Phones: []string{"0912404662"}})
	h.accept(KindHouseholdEdit, EditHousehold{ID: mothers, Edits: []Edit{change("head", "", late)}})
	h.accept(KindVisitRecord, visit(1, mothers, "will_come", "2026-08-07T12:00:00Z"), captured("2026-08-07T12:00:00Z"))
	h.accept(KindAppSubmit, SubmitApplication{ID: id("application", 1), Resident: late, Level: 1, Phone: "0912404662"}, captured("2026-08-08T12:00:00Z"))
	h.accept(KindActivation, RecordActivation{ID: id("activation", 1), Resident: late, Way: WayApp, At: tonight})
	return h, keep, late
}

// asSeen is the merge of two as somebody sees them now.
func (h *history) asSeen(keep, late command.ID, take ...string) MergeResidents {
	return MergeResidents{Keep: keep, Late: late, KeepRev: h.person(keep).Rev, LateRev: h.person(late).Rev, Take: take}
}

func TestTwoRecordsOfOnePersonBecomeOneAndNothingOfThemIsLost(t *testing.T) {
	h, keep, late := twice(t)
	people := h.reg.sum(CountPeople)
	d := h.accept(KindResidentMerge, h.asSeen(keep, late, "birth", "allPhones"))

	r := h.person(keep)
	require.Equal(t, "Trần Thị Mẫu", r.Name)
	require.Equal(t, Birth("1955-03-17"), r.Birth)
	require.Equal(t, "001155000428", r.Number)
	require.Equal(t, []string{"+84912404318", "+84912404662"}, r.Phones)
	require.Equal(t, hamlet, r.Hamlet)
	require.Equal(t, Progress{Reached: "2026-08-07", Captured: "2026-08-08", Application: id("application", 1), Activated: today}, r.Progress)
	require.Equal(t, d.env.ID, r.Rev)
	require.Nil(t, h.reg.Get(TypeResident, KeyOf(late)))
	require.Equal(t, people-1, h.reg.sum(CountPeople), "counted once")
	require.EqualValues(t, 1, h.reg.sum(CountCaptured))

	require.Equal(t, []command.Key{KeyOf(id("application", 1))}, Applications(h.reg, KeyOf(keep)))
	require.Equal(t, []command.Key{KeyOf(id("activation", 1))}, Activations(h.reg, KeyOf(keep)))
	require.Equal(t, keep, Follow(h.reg, late))
	key, found := Resolve(h.reg, TypeResident, late.String())
	require.True(t, found)
	require.Equal(t, KeyOf(keep), key, "who kept the old address finds the one that stayed")
	mothers := must[Merged](h, TypeMerged, KeyOf(late)).Late.Household
	require.Equal(t, keep, must[Household](h, TypeHousehold, KeyOf(mothers)).Head)

	h.refuse(command.Conflicted, "merged", "", KindResidentEdit, EditResident{ID: late, Edits: []Edit{change("sex", "female", "male")}})
	h.refuse(command.Conflicted, "already_submitted", "", KindAppSubmit, SubmitApplication{ID: id("application", 2), Resident: late, Level: 1, Phone: "0912404662"})
}

func TestTheSameMergeTwiceIsOneAndAnotherOneIsForAPerson(t *testing.T) {
	h, keep, late := twice(t)
	merge := h.asSeen(keep, late)
	h.accept(KindResidentMerge, merge)
	require.Empty(t, h.accept(KindResidentMerge, merge).Changes)
	third := h.resident(h.household(hamlet, "Số 30"), "Trần Thị Mầu", "1955")
	h.refuse(command.Conflicted, "merged", "", KindResidentMerge, MergeResidents{Keep: third, Late: late})
	h.refuse(command.Conflicted, "merged", "", KindResidentMerge, MergeResidents{Keep: late, Late: third})
}

func TestAMergeOfWhatHasChangedSinceIsForAPerson(t *testing.T) {
	for _, changed := range []string{"the one that stays", "the late one"} {
		t.Run(changed, func(t *testing.T) {
			h, keep, late := twice(t)
			merge := h.asSeen(keep, late)
			who := map[string]command.ID{"the one that stays": keep, "the late one": late}[changed]
			h.accept(KindResidentEdit, EditResident{ID: who, Edits: []Edit{change("phones", h.person(who).Phones, []string{"0912404000"})}})
			d := h.refuse(command.Conflicted, "changed_meanwhile", "/keepRev", KindResidentMerge, merge)
			require.NotNil(t, h.reg.Get(TypeResident, KeyOf(late)))
			h.accept(KindReviewResolve, ResolveReview{Review: d.env.ID, Choice: ChoiceTake, Reason: "Đã hỏi lại"}, as(RoleSupervisor))
			require.Nil(t, h.reg.Get(TypeResident, KeyOf(late)), "whoever decides takes it all the same")
		})
	}
}

func TestNobodyMergesOutsideTheOwnUnit(t *testing.T) {
	h, keep, _ := twice(t)
	far := id("resident", 9)
	h.accept(KindHouseholdPut, PutHousehold{ID: id("far", 1), Hamlet: hamlet3, Address: "Số 1"}, inWard2())
	h.accept(KindResidentPut, PutResident{ID: far, Household: id("far", 1), Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female}, inWard2())
	merge := h.asSeen(keep, far)
	h.refuse(command.Rejected, "outside_unit", "/late", KindResidentMerge, merge)
	h.refuse(command.Rejected, "outside_unit", "/b", KindPairDismiss, DismissPair{A: keep, B: far})
	h.accept(KindResidentMerge, merge, as(RoleLeader))
	h.refuse(command.Rejected, "outside_unit", "/late", KindResidentUnmerge, UnmergeResidents{Late: far})
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: far}, as(RoleLeader))
}

func TestOfTwoApplicationsTheLaterOneGoesOn(t *testing.T) {
	h, keep, late := twice(t)
	h.accept(KindAppSubmit, SubmitApplication{ID: id("application", 2), Resident: keep, Level: 1, Phone: "0912404318"}, captured("2026-08-09T12:00:00Z"))
	state := func(n int) string { return must[Application](h, TypeApplication, KeyOf(id("application", n))).State }
	h.accept(KindResidentMerge, h.asSeen(keep, late))
	require.Equal(t, id("application", 2), h.person(keep).Progress.Application)
	require.Equal(t, "2026-08-08", h.person(keep).Progress.Captured, "the first day counts")
	require.Equal(t, []string{AppDuplicate, AppCaptured}, []string{state(1), state(2)})
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	require.Equal(t, []string{AppCaptured, AppCaptured}, []string{state(1), state(2)})
}

func TestAnUndoLeavesWhatCameSinceWithTheOneThatStayed(t *testing.T) {
	h, keep, late := twice(t)
	h.accept(KindResidentMerge, h.asSeen(keep, late, "birth", "phones"))
	h.accept(KindResidentEdit, EditResident{ID: keep, Edits: []Edit{change("phones", []string{"0912404662"}, []string{"0912404999"})}})
	require.Equal(t, []string{"phones"}, must[Merged](h, TypeMerged, KeyOf(late)).Since(h.reg))
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	require.Equal(t, []string{"+84912404999"}, h.person(keep).Phones)
	require.Equal(t, Birth("1955"), h.person(keep).Birth)
	require.Equal(t, []string{"+84912404662"}, h.person(late).Phones)
	require.Empty(t, h.accept(KindResidentUnmerge, UnmergeResidents{Late: late}).Changes, "twice is once")
}

func TestAnUndoThatContradictsTheRegisterIsForAPerson(t *testing.T) {
	h, keep, late := twice(t)
	h.accept(KindResidentEdit, EditResident{ID: late, Edits: []Edit{change("personalNumber", "", "001155000999")}})
	h.accept(KindResidentMerge, h.asSeen(keep, late))
	third := h.resident(h.household(hamlet, "Số 30"), "Lê Thị Mai", "1960")
	h.accept(KindResidentEdit, EditResident{ID: third, Edits: []Edit{change("personalNumber", "", "001155000999")}})
	h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentUnmerge, UnmergeResidents{Late: late})

	h, keep, late = twice(t)
	h.accept(KindResidentMerge, h.asSeen(keep, late))
	third = h.resident(h.household(hamlet, "Số 30"), "Trần Thị Mầu", "1955")
	h.accept(KindResidentMerge, h.asSeen(third, keep))
	require.Equal(t, third, Follow(h.reg, late), "through two merges")
	h.refuse(command.Conflicted, "merged_again", "", KindResidentUnmerge, UnmergeResidents{Late: late})
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: keep})
	h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	h.refuse(command.Rejected, "unknown_resident", "/late", KindResidentUnmerge, UnmergeResidents{Late: id("nobody", 1)})
}

func TestTwoPeopleWhoLookLikeOneAreSaidToBeTwo(t *testing.T) {
	h, keep, late := twice(t)
	h.accept(KindPairDismiss, DismissPair{A: late, B: keep, Reason: "Hai chị em"})
	require.Equal(t, "Hai chị em", must[Pair](h, TypePair, PairKey(keep, late)).Reason)
	require.Empty(t, h.accept(KindPairDismiss, DismissPair{A: keep, B: late}).Changes, "whichever is named first")
	h.accept(KindPairDismiss, DismissPair{A: keep, B: late, Undo: true})
	require.Nil(t, h.reg.Get(TypePair, PairKey(keep, late)))
	require.Empty(t, h.accept(KindPairDismiss, DismissPair{A: keep, B: late, Undo: true}).Changes)
}

// withoutRevs is a register's records of people and what hangs on them, but for
// who changed them last.
func withoutRevs(t require.TestingT, reg *register) map[string]string {
	all := map[string]string{}
	for _, rt := range []command.RecordType{TypeResident, TypeHousehold, TypeApplication, TypeActivation, TypeVisit, TypeReview, TypeMerged} {
		for key, value := range reg.records[rt] {
			var rec map[string]any
			require.NoError(t, json.Unmarshal(value, &rec))
			delete(rec, "rev")
			b, err := json.Marshal(rec)
			require.NoError(t, err)
			all[itoa(int(rt))+" "+string(key)] = string(b)
		}
	}
	return all
}

// mergeUndone merges two of the evening's people and undoes that: the register
// is as if it had never been. It reports whether they could be merged.
func (e *evening) mergeUndone() bool {
	people := slices.Sorted(maps.Keys(e.reg.records[TypeResident]))
	keep, late := rapid.SampledFrom(people).Draw(e.draw, "keep"), rapid.SampledFrom(people).Draw(e.draw, "late")
	p := e.merge(e.parse(keep), e.parse(late))
	p.LateRev = e.person(p.Late).Rev
	before, tallies := withoutRevs(e.draw, e.reg), e.tallies()
	if keep == late || e.do(KindResidentMerge, p, as(RoleLeader)).Status != command.Accepted {
		return false
	}
	e.figuresAddUp()
	e.accept(KindResidentUnmerge, UnmergeResidents{Late: p.Late}, as(RoleLeader))
	require.Equal(e.draw, before, withoutRevs(e.draw, e.reg))
	require.Equal(e.draw, tallies, e.tallies())
	return true
}

func (e *evening) parse(key command.Key) command.ID { return parsed(e.draw, string(key)) }

func (e *evening) tallies() map[command.Tally]int64 {
	all := map[command.Tally]int64{}
	for _, tally := range []command.Tally{CountPeople, CountEligible, CountCaptured, CountActivated, CountVisits} {
		all[tally] = e.reg.sum(tally)
	}
	return all
}

func TestTheListSomebodyCameFromMakesThemNoSecondTime(t *testing.T) {
	h := founded(t)
	page := listPage(1, RosterRow{Line: 2, Name: "Trần Thị Mẫu", Birth: "1955-03-17", Address: "Số 1", Hamlet: hamlet, Phone: "0912404318"},
		RosterRow{Line: 3, Name: "Trần Thị Mấu", Birth: "1955", Number: "001155000428", Address: "Số 2", Hamlet: hamlet2})
	h.accept(KindRosterPage, page)
	var keep, late command.ID
	for key := range h.reg.records[TypeResident] {
		if r := must[Resident](h, TypeResident, key); r.Number == "" {
			keep = r.ID
		} else {
			late = r.ID
		}
	}
	for _, take := range [][]string{nil, {"personalNumber"}} {
		h.accept(KindResidentMerge, h.asSeen(keep, late, take...))
		after := h.person(keep)
		again := h.accept(KindRosterPage, page)
		require.JSONEq(t, `{"rows":"ss"}`, string(again.Detail))
		require.Equal(t, after, h.person(keep))
		require.EqualValues(t, 1, h.reg.sum(CountPeople))
		h.accept(KindResidentUnmerge, UnmergeResidents{Late: late})
	}
}
