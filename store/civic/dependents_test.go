package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// registeredLate is a person whose number is taken, and their application.
type registeredLate struct {
	*inReview
	late      command.ID
	man, form done
}

func withLate(t require.TestingT) *registeredLate {
	h := &registeredLate{inReview: disputed(t), late: id("late", 1)}
	h.man = h.secondMau(1)
	h.form = h.refuse(command.Conflicted, "parent_open", "", KindAppSubmit, application(h.late, "0912404318"))
	return h
}

func TestWhatNeedsARecordThatIsInReviewWaitsUnderItWithoutNamingIt(t *testing.T) {
	h := disputed(t)
	gone := id("home", 9)
	house := h.refuse(command.Rejected, "unknown_hamlet", "/hamlet", KindHouseholdPut, PutHousehold{ID: gone, Hamlet: "00163-99", Address: "Số 9"})
	man := h.refuse(command.Conflicted, "parent_open", "", KindResidentPut, PutResident{ID: id("late", 1), Household: gone, Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male})
	for name, c := range map[string]struct {
		kind   command.Kind
		body   any
		parent done
	}{
		"a visit":                           {KindVisitRecord, knock(gone, "will_come"), house},
		"an edit of the household":          {KindHouseholdEdit, EditHousehold{ID: gone, Edits: []Edit{change("address", "Số 9", "Số 10")}}, house},
		"a move into it":                    {KindResidentEdit, edit(h.mau, "household", h.home, gone), house},
		"an edit of a person below":         {KindResidentEdit, edit(id("late", 1), "sex", Male, Female), man},
		"an application of a person below":  {KindAppSubmit, application(id("late", 1), "0912404318"), man},
		"an activation of a person below":   {KindActivation, activation(id("late", 1), tonight), man},
		"the same household once more":      {KindHouseholdPut, PutHousehold{ID: gone, Hamlet: "00163-99", Address: "Số 9"}, done{}},
		"somebody in another one, unheard":  {KindVisitRecord, knock(id("home", 10), "will_come"), done{}},
		"what names the parent as well":     {KindVisitRecord, visit(3, gone, "moved", tonight), house},
		"what its asker may not do, signed": {KindVisitRecord, visit(4, gone, "moved", tonight), done{}},
	} {
		opts := []option{}
		if name == "what its asker may not do, signed" {
			opts = append(opts, as(RoleAuditor), after(house.env.ID))
		}
		d := h.do(c.kind, c.body, opts...)
		r := h.review(d)
		require.Equal(t, c.parent.env.ID, r.Parent, name)
		require.Equal(t, string(d.env.Body), string(r.Body), name)
		if c.parent.env.ID.IsZero() {
			require.NotEqual(t, "parent_open", r.Code, name)
		} else {
			require.Equal(t, []string{"conflict", "parent_open"}, []string{string(r.Status), r.Code}, name)
		}
	}
	require.Equal(t, house.env.ID, h.review(man).Parent)
}

func TestWhatWaitedIsDecidedAgainWithItsParent(t *testing.T) {
	h := disputed(t)
	gone := id("home", 9)
	house := h.refuse(command.Rejected, "unknown_hamlet", "/hamlet", KindHouseholdPut, PutHousehold{ID: gone, Hamlet: "00163-99", Address: "Số 9"})
	man := h.refuse(command.Conflicted, "parent_open", "", KindResidentPut, PutResident{ID: id("late", 1), Household: gone, Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male})
	form := h.refuse(command.Conflicted, "parent_open", "", KindAppSubmit, application(id("late", 1), "0912404318"))
	first := h.refuse(command.Conflicted, "parent_open", "", KindResidentEdit, edit(id("late", 1), "sex", Male, Female))
	second := h.refuse(command.Conflicted, "parent_open", "", KindResidentEdit, edit(id("late", 1), "sex", Female, Male), after(first.env.ID))
	visit1 := h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, visit(1, gone, "nobody_home", tonight))
	visit2 := h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, visit(2, gone, "will_come", tonight))
	late := h.refuse(command.Conflicted, "parent_open", "", KindResidentEdit, edit(id("late", 1), "name", "Lê Văn Xĩ", "Lê Văn Sỹ"))
	require.EqualValues(t, 8, h.reg.sum(CountReviews))

	d := h.accept(KindReviewResolve, resolve(house, ChoiceEdit, change("hamlet", nil, hamlet2)))
	for name, child := range map[string]done{"person": man, "application": form, "edit": first, "edit of the edit": second, "visit": visit1, "second visit": visit2} {
		r := h.review(child)
		require.Equal(t, ReviewClosed, r.State, name)
		require.Equal(t, &Resolution{Choice: Followed, By: officerOf(RoleSupervisor, ward), Node: wardPC, At: ms(tonight), Command: d.env.ID, Status: command.Accepted}, r.Resolution, name)
	}
	home := must[Household](h.history, TypeHousehold, KeyOf(gone))
	require.Equal(t, []any{hamlet2, "Số 9", 2}, []any{home.Hamlet, home.Address, home.Visits})
	require.Equal(t, []int{1, 2}, []int{must[Visit](h.history, TypeVisit, KeyOf(id("visit", 1))).Attempt, must[Visit](h.history, TypeVisit, KeyOf(id("visit", 2))).Attempt})
	si := h.person(id("late", 1))
	require.Equal(t, []string{Male, hamlet2, today}, []string{si.Sex, si.Hamlet, si.Progress.Captured})
	require.Equal(t, officerOf(RoleOfficer, ward), must[Visit](h.history, TypeVisit, KeyOf(id("visit", 1))).Officer)

	// One of them is a conflict of its own now.
	r := h.review(late)
	require.Equal(t, []string{ReviewOpen, "changed_meanwhile", "/edits/0/was"}, []string{r.State, r.Code, r.Field})
	require.True(t, r.Parent.IsZero())
	require.EqualValues(t, 1, h.reg.sum(CountReviews))

	seen := map[recordName]bool{}
	for _, c := range d.Changes {
		name := recordName{c.Type, c.Key}
		require.False(t, seen[name], "a record is written once: %v", name)
		seen[name] = true
	}
}

func TestChildrenOfAPersonWhoIsTheSameLandOnThatPerson(t *testing.T) {
	for _, choice := range []Choice{ChoiceKeep, ChoiceTake} {
		h := withLate(t)
		edited := h.refuse(command.Conflicted, "parent_open", "", KindResidentEdit, edit(h.late, "sex", Female, Male))
		h.closed(h.man, choice)
		require.Equal(t, []string{"followed", "accepted", ""}, becameOf(h.review(h.form)), choice)
		a := must[Application](h.history, TypeApplication, KeyOf(application(h.late, "0912404318").ID))
		require.Equal(t, h.mau, a.Resident)
		require.Equal(t, a.ID, h.person(h.mau).Progress.Application)
		require.Equal(t, []string{ReviewOpen, "merged"}, []string{h.review(edited).State, h.review(edited).Code}, "whoever edited saw other fields")
	}
}

func TestChildrenOfSomebodyElseAreThatPersons(t *testing.T) {
	h := withLate(t)
	h.closed(h.man, ChoiceNotSame)
	require.Equal(t, []string{"followed", "accepted", ""}, becameOf(h.review(h.form)))
	require.False(t, h.person(h.late).Progress.Application.IsZero())
	require.True(t, h.person(h.mau).Progress.Application.IsZero())
}

func TestChildrenOfWhatWasSetAsideStayForAPerson(t *testing.T) {
	h := disputed(t)
	gone := id("home", 9)
	house := h.refuse(command.Rejected, "unknown_hamlet", "/hamlet", KindHouseholdPut, PutHousehold{ID: gone, Hamlet: "00163-99", Address: "Số 9"})
	man := h.refuse(command.Conflicted, "parent_open", "", KindResidentPut, PutResident{ID: id("late", 1), Household: gone, Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male})
	form := h.refuse(command.Conflicted, "parent_open", "", KindAppSubmit, application(id("late", 1), "0912404318"))
	h.closed(house, ChoiceKeep)
	r := h.review(man)
	require.Equal(t, []string{ReviewOpen, "parent_set_aside", house.env.ID.String()}, []string{r.State, r.Code, r.Parent.String()})
	require.Equal(t, []string{ReviewOpen, "parent_open", man.env.ID.String()}, []string{h.review(form).State, h.review(form).Code, h.review(form).Parent.String()})

	// What comes later is told the same.
	comesLater := h.refuse(command.Conflicted, "parent_set_aside", "", KindVisitRecord, knock(gone, "moved"))
	require.Equal(t, house.env.ID, h.review(comesLater).Parent)
	h.refuse(command.Conflicted, "parent_set_aside", "", KindVisitRecord, knock(h.home, "moved"), after(house.env.ID))

	// The person goes in elsewhere, and the application with them.
	h.accept(KindReviewResolve, resolve(man, ChoiceEdit, change("household", nil, h.home)))
	require.Equal(t, []string{"followed", "accepted", ""}, becameOf(h.review(form)))
	require.False(t, h.person(id("late", 1)).Progress.Application.IsZero())
}

func TestWhatComesAfterADecisionIsTreatedByWhatBecameOfItsParent(t *testing.T) {
	for name, c := range map[string]struct {
		choice Choice
		code   string
	}{
		"taken":          {ChoiceTake, ""},
		"not the same":   {ChoiceNotSame, ""},
		"the same, kept": {ChoiceKeep, ""},
	} {
		h := disputed(t)
		man := h.secondMau(1)
		h.closed(man, c.choice)
		d := h.do(KindAppSubmit, application(id("late", 1), "0912404318"), after(man.env.ID))
		require.Equal(t, c.code, d.code(), name)
	}
	h := disputed(t)
	open := h.refuse(command.Conflicted, "exists", "", KindHouseholdPut, PutHousehold{ID: h.home, Hamlet: hamlet, Address: "Số 99"})
	child := h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, knock(h.home, "moved"), after(open.env.ID))
	r := h.closed(open, ChoiceKeep)
	require.Equal(t, []string{"keep", "rejected", CodeAgreed}, becameOf(r))
	require.Equal(t, []string{"followed", "accepted", ""}, becameOf(h.review(child)), "the household is there, as it was agreed")
	h.accept(KindVisitRecord, knock(h.home, "nobody_home"), after(open.env.ID))

	late := h.refuse(command.Conflicted, "changed_meanwhile", "/edits/0/was", KindHouseholdEdit, EditHousehold{ID: h.home, Edits: []Edit{change("address", "Số 20", "Số 22")}})
	h.closed(late, ChoiceKeep)
	h.refuse(command.Conflicted, "parent_set_aside", "", KindVisitRecord, knock(h.home, "will_come"), after(late.env.ID))
}

func TestAChildOfTwoParentsWaitsForBoth(t *testing.T) {
	h := disputed(t)
	one, two := h.secondMau(1), h.secondMau(2)
	child := h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, knock(h.home, "moved"), after(one.env.ID, two.env.ID))
	require.Equal(t, one.env.ID, h.review(child).Parent)
	h.closed(one, ChoiceNotSame)
	require.Equal(t, []string{ReviewOpen, "parent_open", two.env.ID.String()}, []string{h.review(child).State, h.review(child).Code, h.review(child).Parent.String()})
	h.closed(two, ChoiceTake)
	require.Equal(t, []string{"followed", "accepted", ""}, becameOf(h.review(child)))
}

func TestAChildIsDecidedAgainUnderItsOwnOfficersGrant(t *testing.T) {
	for name, c := range map[string]struct {
		change func(h *registeredLate)
		code   string
	}{
		"withdrawn meanwhile": {func(h *registeredLate) {
			h.accept(KindOfficerPut, PutOfficer{ID: officerOf(RoleOfficer, ward), User: "officer", Name: "Lê Thu Trang", Role: RoleOfficer, Unit: ward, Disabled: true})
		}, "actor_revoked"},
		"on a machine shut out meanwhile": {func(h *registeredLate) {
			h.accept(KindNodePut, PutNode{ID: wardPC, Unit: ward, Key: publicKey(wardPC), Denied: true}, byMachine(office))
		}, "denied_node"},
		"in another role meanwhile": {func(h *registeredLate) {
			h.accept(KindOfficerPut, PutOfficer{ID: officerOf(RoleOfficer, ward), User: "officer", Name: "Lê Thu Trang", Role: RoleAuditor, Unit: ward})
		}, "role"},
	} {
		h := withLate(t)
		c.change(h)
		h.closed(h.man, ChoiceTake, as(RoleLeader))
		r := h.review(h.form)
		require.Equal(t, []string{ReviewOpen, "rejected", c.code}, []string{r.State, string(r.Status), r.Code}, name)
		require.True(t, h.person(h.mau).Progress.Application.IsZero(), name)
		h.closed(h.form, ChoiceTake, as(RoleLeader)) // under the authority of whoever decides
		require.False(t, h.person(h.mau).Progress.Application.IsZero(), name)
	}
}

func TestAnUnsignedCommandNeverSlipsInBehindItsParent(t *testing.T) {
	h := withLate(t)
	forged := h.refuse(command.Rejected, "bad_signature", "", KindActivation, activation(h.late, tonight), signedBy(office), after(h.man.env.ID))
	require.True(t, h.review(forged).Parent.IsZero())
	h.closed(h.man, ChoiceTake)
	require.Equal(t, ReviewOpen, h.review(forged).State)
	require.Empty(t, h.reg.records[TypeActivation])
}

func TestMoreDependentsThanOneCommandMayChangeGoOnWithTheSameDecision(t *testing.T) {
	h := disputed(t)
	gone := id("home", 9)
	house := h.refuse(command.Rejected, "unknown_hamlet", "/hamlet", KindHouseholdPut, PutHousehold{ID: gone, Hamlet: "00163-99", Address: "Số 9"})
	const people, visits = 40, 300
	for i := range people {
		h.refuse(command.Conflicted, "parent_open", "", KindResidentPut, PutResident{ID: id("late", i), Household: gone, Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male})
		h.refuse(command.Conflicted, "parent_open", "", KindAppSubmit, SubmitApplication{ID: id("a", i), Resident: id("late", i), Level: 1, Phone: "0912404318"})
	}
	for i := range visits {
		x := visit(i, gone, "callback", tonight)
		x.Note = "khoá cửa, hàng xóm bảo đi vắng đến cuối tuần"
		h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, x)
	}
	decision := resolve(house, ChoiceEdit, change("hamlet", nil, hamlet2))
	rounds, rest := 0, 0
	for ; rounds == 0 || rest > 0; rounds++ {
		d := h.accept(KindReviewResolve, decision)
		require.LessOrEqual(t, len(d.Changes), command.MaxChanges)
		require.LessOrEqual(t, command.Size(d.Changes), command.MaxEffect)
		left := h.review(house).Resolution.Rest
		require.True(t, rounds == 0 || left < rest, "each goes further: %d, then %d", rest, left)
		rest = left
	}
	require.Greater(t, rounds, 1)
	t.Logf("%d dependents in %d decisions", 2*people+visits, rounds)
	require.EqualValues(t, 0, h.reg.sum(CountReviews))
	home := must[Household](h.history, TypeHousehold, KeyOf(gone))
	require.Equal(t, visits, home.Visits)
	require.Len(t, h.reg.records[TypeApplication], people)
	require.Empty(t, h.accept(KindReviewResolve, decision).Changes)
}

func TestDependentsKeepTheirOrderWhenOneDoesNotFit(t *testing.T) {
	h := disputed(t)
	late := h.refuse(command.Conflicted, "exists", "", KindHouseholdPut, PutHousehold{ID: h.home, Hamlet: hamlet, Address: "Số 99"})
	for i, outcome := range []string{"will_come", "refused", "nobody_home"} { // two change everybody there, the third nobody
		h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, visit(i+1, h.home, outcome, tonight), after(late.env.ID))
	}
	lodge(h, 600)
	for _, rest := range []int{2, 0} {
		h.accept(KindReviewResolve, resolve(late, ChoiceKeep))
		require.Equal(t, rest, h.review(late).Resolution.Rest)
	}
	for n := 1; n <= 3; n++ {
		require.Equal(t, n, must[Visit](h.history, TypeVisit, KeyOf(id("visit", n))).Attempt)
	}
}

// lodge puts people into the household as no command could at once.
func lodge(h *inReview, people int) {
	lodgers := make([]command.Change, 0, people)
	for i := range people {
		r := Resident{ID: id("lodger", i), Household: h.home, Hamlet: hamlet, Name: "Sinh Viên", Birth: "2005", Eligible: true}
		lodgers = append(lodgers, put(TypeResident, KeyOf(r.ID), r))
	}
	require.NoError(h.t, h.reg.apply(lodgers))
}

func TestADependentTooLargeForAnyCommandStaysForAPerson(t *testing.T) {
	h := disputed(t)
	late := h.refuse(command.Conflicted, "exists", "", KindHouseholdPut, PutHousehold{ID: h.home, Hamlet: hamlet, Address: "Số 99"})
	child := h.refuse(command.Conflicted, "parent_open", "", KindVisitRecord, knock(h.home, "will_come"), after(late.env.ID))
	lodge(h, command.MaxChanges)
	require.Equal(t, 1, h.closed(late, ChoiceKeep).Resolution.Rest)
	h.accept(KindReviewResolve, resolve(late, ChoiceKeep))
	require.Equal(t, 0, h.review(late).Resolution.Rest)
	require.Equal(t, []string{ReviewOpen, "too_large"}, []string{h.review(child).State, h.review(child).Code})
}

func TestTheOriginatorSeesWhatFinallyBecameOfIt(t *testing.T) {
	h := withLate(t)
	fate := func(d done) Fate {
		f, ok := FateOf(h.reg, d.env.ID)
		require.True(t, ok)
		return f
	}
	_, ok := FateOf(h.reg, id("command", 9999))
	require.False(t, ok)

	went := h.accept(KindVisitRecord, knock(h.home, "will_come"))
	require.Equal(t, []bool{true, false}, []bool{fate(went).Stands(), fate(went).Open()})
	require.Nil(t, fate(went).Resolution())

	require.Equal(t, []bool{false, true}, []bool{fate(h.man).Stands(), fate(h.man).Open()})
	require.Equal(t, h.man.env.ID, fate(h.form).Review.Parent)
	require.Nil(t, fate(h.form).Resolution())

	h.closed(h.man, ChoiceKeep)
	require.Equal(t, command.Conflicted, fate(h.man).Outcome.Status, "the first outcome stands for ever")
	require.Equal(t, []bool{true, false}, []bool{fate(h.man).Stands(), fate(h.man).Open()})
	require.Equal(t, CodeMerged, fate(h.man).Resolution().Code)
	require.Equal(t, Followed, fate(h.form).Resolution().Choice)

	aside := h.refuse(command.Rejected, "unknown_resident", "/resident", KindAppSubmit, application(id("r", 404), "0912404318"))
	h.closed(aside, ChoiceKeep)
	require.Equal(t, []bool{false, false}, []bool{fate(aside).Stands(), fate(aside).Open()})
}
