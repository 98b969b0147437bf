package civic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func visit(n int, household command.ID, outcome, at string) RecordVisit {
	v := RecordVisit{ID: id("visit", n), Household: household, At: at, Mode: ModeDoor, Outcome: outcome}
	if outcome == "refused" {
		v.Reason = "không tin"
	}
	return v
}

func TestAVisitThatDoesNotSayWhenWasWhenItWasCaptured(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindVisitRecord, visit(1, home, "nobody_home", ""), captured("2026-08-06T11:00:00Z"))
	require.Equal(t, ms("2026-08-06T11:00:00Z"), must[Visit](h, TypeVisit, KeyOf(id("visit", 1))).At)
	h.refuse(command.Rejected, "bad_time", "/at", KindVisitRecord, visit(2, home, "nobody_home", "tối qua"))
}

func TestAFailedAttemptNeverCountsAsCoverage(t *testing.T) {
	reached := map[string]Bucket{
		"registered": Reached, "already_has": Reached, "activated_on_site": Reached, "will_come": Reached,
		"nobody_home": NotReached, "person_absent": NotReached, "callback": NotReached, "refused": Refused,
		"working_away": NotReached, "abroad": NotReached, "no_smartphone": Reached, "no_sim": Reached, "phone_not_own": Reached,
		"no_chip_card": Reached, "no_signal": Reached, "moved": NotReached, "deceased": NotReached,
		"not_at_address": NotReached, "inaccessible": NotReached,
	}
	require.Len(t, outcomes(), len(reached), "an outcome without a rule here")
	for outcome, want := range reached {
		h := founded(t)
		home := h.household(hamlet, "Số 21")
		x := h.resident(home, "Trần Thị Mẫu", "1955")
		h.accept(KindVisitRecord, visit(1, home, outcome, tonight))
		require.Equal(t, want, h.person(x).Bucket(), outcome)
		require.EqualValues(t, 1, h.reg.tallies[CountVisits][term(hamlet, today)], outcome)
	}
}

func TestAVisitIsAFactEvenIfSomebodyElseCameTheSameEvening(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	first := h.accept(KindVisitRecord, visit(1, home, "nobody_home", "2026-08-09T12:40:00Z"))
	h.accept(KindVisitRecord, visit(2, home, "will_come", "2026-08-09T12:55:00Z"))
	// The third was made before both, and comes in last.
	third := h.accept(KindVisitRecord, visit(3, home, "person_absent", "2026-08-08T12:55:00Z"))

	require.Equal(t, Visit{ID: id("visit", 1), Household: home, Hamlet: hamlet, At: ms("2026-08-09T12:40:00Z"), Day: today, Attempt: 1,
		Mode: ModeDoor, Outcome: "nobody_home", Officer: officerOf(RoleOfficer, ward), Rev: first.env.ID},
		must[Visit](h, TypeVisit, KeyOf(id("visit", 1))))
	require.Equal(t, 3, must[Visit](h, TypeVisit, KeyOf(id("visit", 3))).Attempt, "the attempt is counted as it comes in")
	require.Equal(t, []command.Key{KeyOf(id("visit", 3)), KeyOf(id("visit", 1)), KeyOf(id("visit", 2))}, Visits(h.reg, KeyOf(home)), "oldest first")

	house := must[Household](h, TypeHousehold, KeyOf(home))
	require.Equal(t, 3, house.Visits)
	require.Equal(t, "will_come", house.Last, "the latest visit, not the latest to come in")
	require.Equal(t, ms("2026-08-09T12:55:00Z"), house.LastAt)
	require.Equal(t, third.env.ID, house.Rev)
}

func TestOneVisitIsTakenDownOnce(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindVisitRecord, visit(1, home, "nobody_home", tonight))
	h.refuse(command.Conflicted, "exists", "", KindVisitRecord, visit(1, home, "will_come", tonight))
	require.Equal(t, 1, must[Household](h, TypeHousehold, KeyOf(home)).Visits)
}

func TestOnlyThosePeopleNamedWereMet(t *testing.T) {
	h := founded(t)
	home, next := h.household(hamlet, "Số 21"), h.household(hamlet, "Số 23")
	mother, son := h.resident(home, "Trần Thị Mẫu", "1955"), h.resident(home, "Lê Văn Sĩ", "1980")
	neighbour := h.resident(next, "Vũ Thị Hoa", "1970")
	v := visit(1, home, "will_come", tonight)
	v.Met = []command.ID{son, neighbour}
	h.accept(KindVisitRecord, v)
	require.Equal(t, NotReached, h.person(mother).Bucket())
	require.Equal(t, Reached, h.person(son).Bucket())
	require.Equal(t, NotReached, h.person(neighbour).Bucket(), "who lives elsewhere was not met here")

	h.accept(KindVisitRecord, visit(2, home, "will_come", tonight))
	require.Equal(t, Reached, h.person(mother).Bucket(), "nobody named: whoever lives there")
}

func TestARefusalHoldsUntilSomethingBetterHappens(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	x, y := h.resident(home, "Trần Thị Mẫu", "1955"), h.resident(home, "Lê Văn Sĩ", "1980")
	h.accept(KindVisitRecord, visit(1, home, "refused", tonight))
	h.accept(KindVisitRecord, visit(2, home, "nobody_home", tonight))
	require.Equal(t, Refused, h.person(x).Bucket())

	h.accept(KindAppSubmit, application(x, "0912404318"))
	require.Equal(t, L1Submitted, h.person(x).Bucket())
	require.False(t, h.person(x).Progress.Refused)

	h.accept(KindVisitRecord, visit(3, home, "will_come", tonight))
	require.Equal(t, Reached, h.person(y).Bucket())

	// Refusing afterwards does not undo what was taken down.
	h.accept(KindVisitRecord, visit(4, home, "refused", tonight))
	require.Equal(t, L1Submitted, h.person(x).Bucket())
	require.Equal(t, Refused, h.person(y).Bucket())
}

func TestAnEventCountsOnItsCaptureDayUnlessTheClockCannotBeBelieved(t *testing.T) {
	for at, want := range map[string]struct {
		day  string
		late bool
	}{
		"2026-08-09T16:59:59.999Z": {"2026-08-09", false}, // one minute to midnight in Vietnam
		"2026-08-09T17:00:00.000Z": {"2026-08-10", false}, // a clock that is a little fast
		"2026-08-10T13:00:00.000Z": {"2026-08-10", false}, // agreed + 1 day
		"2026-08-10T13:00:00.001Z": {"2026-08-09", true},
		"2026-06-25T13:00:00.000Z": {"2026-06-25", false}, // agreed − 45 days
		"2026-06-25T12:59:59.999Z": {"2026-08-09", true},
		"1970-01-01T00:00:00.000Z": {"2026-08-09", true},
	} {
		h := founded(t)
		home := h.household(hamlet, "Số 21")
		x := h.resident(home, "Trần Thị Mẫu", "1955")
		h.accept(KindVisitRecord, visit(1, home, "will_come", tonight), captured(at))
		h.accept(KindAppSubmit, application(x, "0912404318"), captured(at))
		h.accept(KindActivation, activation(x, tonight), captured(at))

		got := must[Visit](h, TypeVisit, KeyOf(id("visit", 1)))
		require.Equal(t, want.day, got.Day, at)
		require.Equal(t, want.late, got.Late, at)
		app := must[Application](h, TypeApplication, KeyOf(h.person(x).Progress.Application))
		require.Equal(t, want.day, app.Day, at)
		require.Equal(t, want.late, len(app.Flags) == 1 && app.Flags[0] == "late", at)
		act := must[Activation](h, TypeActivation, Activations(h.reg, KeyOf(x))[0])
		require.Equal(t, want.day, act.Day, at)
		require.Equal(t, want.late, act.Late, at)

		require.Equal(t, map[string]int64{term(hamlet, want.day): 1}, h.reg.tallies[CountVisits], at)
		require.Equal(t, map[string]int64{term(hamlet, want.day): 1}, h.reg.tallies[CountCaptured], at)
		require.Equal(t, map[string]int64{term(hamlet, want.day): 1}, h.reg.tallies[CountActivated], at)
	}
}

func TestAWrongClockSpoilsNothingForThoseWhoComeAfter(t *testing.T) {
	for _, wrong := range []string{"2099-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "2026-08-10T13:00:00.001Z"} {
		h := founded(t)
		home := h.household(hamlet, "Số 21")
		x := h.resident(home, "Trần Thị Mẫu", "1955")
		h.accept(KindVisitRecord, visit(1, home, "nobody_home", wrong), captured(wrong))
		h.accept(KindAppSubmit, application(x, "0912404318"), captured(wrong))
		h.accept(KindActivation, activation(x, wrong), captured(wrong))
		got := must[Visit](h, TypeVisit, KeyOf(id("visit", 1)))
		require.Equal(t, []any{ms(tonight), today, true}, []any{got.At, got.Day, got.Late}, wrong)
		act := must[Activation](h, TypeActivation, Activations(h.reg, KeyOf(x))[0])
		require.Equal(t, []any{ms(tonight), today, true}, []any{act.At, act.Day, act.Late}, wrong)
		require.Equal(t, ms(tonight), must[Application](h, TypeApplication, KeyOf(h.person(x).Progress.Application)).At, wrong)

		h.reg.now += 1000
		h.accept(KindVisitRecord, visit(2, home, "will_come", "2026-08-09T13:00:01Z"))
		require.Equal(t, "will_come", must[Household](h, TypeHousehold, KeyOf(home)).Last, "the next one to come is the last who came")
		require.Equal(t, []command.Key{KeyOf(id("visit", 1)), KeyOf(id("visit", 2))}, Visits(h.reg, KeyOf(home)))
	}
}

func TestWhatWasLongAgoIsTakenDownAsItWas(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindVisitRecord, visit(1, home, "will_come", "2026-05-01T02:00:00Z")) // from a paper form
	got := must[Visit](h, TypeVisit, KeyOf(id("visit", 1)))
	require.Equal(t, []any{ms("2026-05-01T02:00:00Z"), today, false}, []any{got.At, got.Day, got.Late})
}

func TestTheFirstDaySomebodyWasReachedStays(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	x := h.resident(home, "Trần Thị Mẫu", "1955")
	h.accept(KindVisitRecord, visit(1, home, "will_come", tonight), captured("2026-08-07T13:00:00Z"))
	h.accept(KindVisitRecord, visit(2, home, "will_come", tonight), captured("2026-08-08T13:00:00Z"))
	require.Equal(t, "2026-08-07", h.person(x).Progress.Reached)
}

func TestAVisitGoesToAHouseholdOfTheUnit(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.refuse(command.Rejected, "unknown_household", "/household", KindVisitRecord, visit(1, id("household", 404), "moved", tonight))
	h.refuse(command.Rejected, "outside_unit", "/household", KindVisitRecord, visit(1, home, "moved", tonight), inWard2())
	require.Zero(t, h.reg.sum(CountVisits))
}

func TestAVisitSaysHowItWent(t *testing.T) {
	for _, c := range []struct {
		spoil       func(*RecordVisit)
		code, field string
	}{
		{func(v *RecordVisit) { v.ID = command.ID{} }, "required", "/id"},
		{func(v *RecordVisit) { v.Household = command.ID{} }, "required", "/household"},
		{func(v *RecordVisit) { v.Mode = "zalo" }, "bad_choice", "/mode"},
		{func(v *RecordVisit) { v.Outcome = "" }, "bad_choice", "/outcome"},
		{func(v *RecordVisit) { v.Outcome = "refused" }, "required", "/reason"},
		{func(v *RecordVisit) { v.Note = strings.Repeat("x", 1001) }, "too_long", "/note"},
		{func(v *RecordVisit) { v.Met = make([]command.ID, 31) }, "too_many", "/met"},
		{func(v *RecordVisit) { v.At = "2026-08-09" }, "bad_time", "/at"},
	} {
		body := visit(1, id("household", 1), "will_come", tonight)
		require.Nil(t, body.Check())
		c.spoil(&body)
		err := body.Check()
		require.NotNil(t, err, c.field)
		require.Equal(t, []string{c.code, c.field}, []string{err.Code, err.Field})
	}
}
