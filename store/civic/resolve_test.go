package civic

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// resolve decides about what became of a command.
func resolve(d done, choice Choice, corrections ...Edit) ResolveReview {
	return ResolveReview{Review: d.env.ID, Choice: choice, Edits: corrections, Reason: "Đã hỏi lại gia đình"}
}

// closed decides a review and returns it as it was closed.
func (h *history) closed(d done, choice Choice, opts ...option) Review {
	h.accept(KindReviewResolve, resolve(d, choice), opts...)
	r := h.review(d)
	require.Equal(h.t, ReviewClosed, r.State)
	return r
}

// becameOf reads how a review was closed, in short.
func becameOf(r Review) []string {
	return []string{string(r.Resolution.Choice), string(r.Resolution.Status), r.Resolution.Code}
}

// inReview is a history with two people and one of each conflict over them.
type inReview struct {
	*history
	home, far      command.ID // households of the ward and of the ward next door
	mau, sen, long command.ID // of home, of home, of far
}

const mausNumber, sensNumber, longsNumber = "001155000428", "001157000111", "001088000222"

func disputed(t require.TestingT) *inReview {
	h := &inReview{history: founded(t), home: id("home", 1), far: id("home", 2), mau: id("r", 1), sen: id("r", 2), long: id("r", 3)}
	h.accept(KindHouseholdPut, PutHousehold{ID: h.home, Hamlet: hamlet, Address: "Số 21"})
	h.accept(KindHouseholdPut, PutHousehold{ID: h.far, Hamlet: hamlet3, Address: "Số 3"}, inWard2())
	h.accept(KindResidentPut, PutResident{ID: h.mau, Household: h.home, PersonalNumber: mausNumber, Name: "Trần Thị Mẫu", Birth: "1955-03-17", Sex: Female, Phones: []string{"0912404318"}})
	h.accept(KindResidentPut, PutResident{ID: h.sen, Household: h.home, PersonalNumber: sensNumber, Name: "Trần Thị Sen", Birth: "1957", Sex: Female})
	h.accept(KindResidentPut, PutResident{ID: h.long, Household: h.far, PersonalNumber: longsNumber, Name: "Vũ Đức Long", Birth: "1988", Sex: Male}, inWard2())
	return h
}

// secondMau is a late registration of Mẫu's number.
func (h *inReview) secondMau(n int, opts ...option) done {
	return h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentPut, PutResident{ID: id("late", n), Household: h.home,
		PersonalNumber: mausNumber, Name: "Trần Thị Mậu", Birth: "1955", Sex: Female, Phones: []string{"0912404662"}}, opts...)
}

func TestWhatIsKeptStaysAsItWasAndTheLateSideStaysInTheReview(t *testing.T) {
	h := disputed(t)
	h.accept(KindResidentEdit, edit(h.mau, "sex", Female, Male))
	before := h.person(h.mau)
	late := h.refuse(command.Conflicted, "changed_meanwhile", "/edits/0/was", KindResidentEdit, edit(h.mau, "name", "Trần Thị Mân", "Trần Thị Mận"))
	require.Equal(t, map[string]int64{ward: 1}, h.reg.tallies[CountReviews])

	d := h.accept(KindReviewResolve, resolve(late, ChoiceKeep), as(RoleSupervisor))
	r := h.review(late)
	require.Equal(t, &Resolution{Choice: ChoiceKeep, Reason: "Đã hỏi lại gia đình", By: officerOf(RoleSupervisor, ward), Node: wardPC,
		At: ms(tonight), Command: d.env.ID, Status: command.Rejected, Code: CodeSetAside}, r.Resolution)
	require.JSONEq(t, string(late.env.Body), string(r.Body))
	require.Equal(t, before, h.person(h.mau))
	require.Len(t, d.Changes, 1)
	require.Equal(t, map[string]int64{ward: 0}, h.reg.tallies[CountReviews])
	for tm := range h.reg.Scan(ReviewByState, "") {
		require.Equal(t, []string{ReviewClosed, ward, late.env.ID.String()}, TermParts(tm))
	}
}

func TestWhatIsTakenGoesInAgainstWhatStoppedIt(t *testing.T) {
	for name, c := range map[string]struct {
		code  string // that stopped it
		kind  command.Kind
		body  func(h *inReview) any
		ready func(h *inReview) // what happens between
		check func(t *testing.T, h *inReview)
		by    []option
		after string // code of the resolution
	}{
		"an edit of a field changed meanwhile": {code: "changed_meanwhile", kind: KindResidentEdit,
			body: func(h *inReview) any { return edit(h.mau, "name", "Trần Thị Mân", "Trần Thị Mận") },
			check: func(t *testing.T, h *inReview) {
				require.Equal(t, "Trần Thị Mận", h.person(h.mau).Name)
			}},
		"an edit of a household changed meanwhile": {code: "changed_meanwhile", kind: KindHouseholdEdit,
			body: func(h *inReview) any {
				return EditHousehold{ID: h.home, Edits: []Edit{change("address", "Số 20", "Số 22")}}
			},
			check: func(t *testing.T, h *inReview) {
				require.Equal(t, "Số 22", must[Household](h.history, TypeHousehold, KeyOf(h.home)).Address)
			}},
		"a household registered twice": {code: "exists", kind: KindHouseholdPut,
			body: func(h *inReview) any {
				return PutHousehold{ID: h.home, Hamlet: hamlet2, Address: "Số 23", Head: h.sen}
			},
			check: func(t *testing.T, h *inReview) {
				home := must[Household](h.history, TypeHousehold, KeyOf(h.home))
				require.Equal(t, []string{hamlet2, "Số 23", h.sen.String()}, []string{home.Hamlet, home.Address, home.Head.String()})
				require.Equal(t, hamlet2, h.person(h.mau).Hamlet, "its people move with it")
			}},
		"a person registered twice under one ID": {code: "exists", kind: KindResidentPut,
			body: func(h *inReview) any {
				return PutResident{ID: h.sen, Household: h.home, Name: "Trần Thị Sên", Birth: "1958", Sex: Female}
			},
			check: func(t *testing.T, h *inReview) {
				sen := h.person(h.sen)
				require.Equal(t, []string{"Trần Thị Sên", "1958", sensNumber}, []string{sen.Name, string(sen.Birth), sen.Number}, "what the late side does not know stays")
			}},
		"a number somebody holds": {code: "number_taken", kind: KindResidentPut, after: CodeMerged,
			body: func(h *inReview) any {
				return PutResident{ID: id("late", 1), PersonalNumber: mausNumber, Name: "Trần Thị Mậu", Birth: "1955", Sex: Female}
			},
			check: func(t *testing.T, h *inReview) {
				mau := h.person(h.mau)
				require.Equal(t, []string{"Trần Thị Mậu", "1955", mausNumber}, []string{mau.Name, string(mau.Birth), mau.Number})
				require.Equal(t, h.home, mau.Household)
				require.Equal(t, []string{"+84912404318"}, mau.Phones)
				require.Equal(t, h.mau, Follow(h.reg, id("late", 1)))
				require.Nil(t, h.reg.Get(TypeResident, KeyOf(id("late", 1))))
			}},
		"a number nobody holds any more": {code: "number_taken", kind: KindResidentPut,
			body: func(h *inReview) any {
				return PutResident{ID: id("late", 1), PersonalNumber: mausNumber, Name: "Trần Thị Mậu", Birth: "1955", Sex: Female}
			},
			ready: func(h *inReview) { h.accept(KindResidentEdit, edit(h.mau, "personalNumber", mausNumber, "")) },
			check: func(t *testing.T, h *inReview) {
				require.Equal(t, mausNumber, h.person(id("late", 1)).Number)
				require.Equal(t, ward, h.person(id("late", 1)).Hamlet, "listed where it was asked for")
			}},
		"a second application": {code: "already_submitted", kind: KindAppSubmit,
			body: func(h *inReview) any {
				return SubmitApplication{ID: id("a", 2), Resident: h.mau, Level: 1, Phone: "0912404662"}
			},
			check: func(t *testing.T, h *inReview) {
				require.Equal(t, AppDuplicate, must[Application](h.history, TypeApplication, KeyOf(id("a", 1))).State)
				require.Equal(t, AppCaptured, must[Application](h.history, TypeApplication, KeyOf(id("a", 2))).State)
				require.Equal(t, id("a", 2), h.person(h.mau).Progress.Application)
			}},
		"a visit to a household nobody knew then": {code: "unknown_household", kind: KindVisitRecord,
			body: func(h *inReview) any { return knock(id("home", 9), "will_come") },
			ready: func(h *inReview) {
				h.accept(KindHouseholdPut, PutHousehold{ID: id("home", 9), Hamlet: hamlet, Address: "Số 9"})
			},
			check: func(t *testing.T, h *inReview) {
				require.Equal(t, 1, must[Household](h.history, TypeHousehold, KeyOf(id("home", 9))).Visits)
			}},
		"somebody of another ward, by who stands above both": {code: "outside_unit", kind: KindResidentEdit, by: []option{as(RoleLeader)},
			body: func(h *inReview) any { return edit(h.mau, "household", h.home, h.far) },
			check: func(t *testing.T, h *inReview) {
				mau := h.person(h.mau)
				require.Equal(t, []string{hamlet3, hamlet}, []string{mau.Hamlet, mau.Left})
			}},
	} {
		t.Run(name, func(t *testing.T) {
			h := disputed(t)
			h.accept(KindAppSubmit, SubmitApplication{ID: id("a", 1), Resident: h.mau, Level: 1, Phone: "0912404318"})
			late := h.do(c.kind, c.body(h))
			require.Equal(t, c.code, late.code())
			if c.ready != nil {
				c.ready(h)
			}
			r := h.closed(late, ChoiceTake, append([]option{as(RoleSupervisor)}, c.by...)...)
			require.Equal(t, []string{"take", "accepted", c.after}, becameOf(r))
			c.check(t, h)
		})
	}
}

func TestWhatIsTakenIsTheLateOfficersWorkOfTheLateDay(t *testing.T) {
	h := disputed(t)
	h.accept(KindOfficerPut, PutOfficer{ID: officerOf(RoleOfficer, ward), User: "officer", Name: "Lê Thu Trang", Role: RoleOfficer, Unit: ward, Disabled: true})
	late := h.refuse(command.Rejected, "actor_revoked", "", KindVisitRecord, visit(1, h.home, "will_come", tonight), captured("2026-08-07T13:00:00.000Z"))

	d := h.accept(KindReviewResolve, resolve(late, ChoiceTake))
	x := must[Visit](h.history, TypeVisit, KeyOf(id("visit", 1)))
	require.Equal(t, officerOf(RoleOfficer, ward), x.Officer)
	require.Equal(t, "2026-08-07", x.Day)
	require.Equal(t, d.env.ID, x.Rev, "but changed by the decision")
}

func TestACorrectionGoesIntoTheLateSide(t *testing.T) {
	for name, c := range map[string]struct {
		kind        command.Kind
		body        func(h *inReview) any
		corrections []Edit
		check       func(t *testing.T, h *inReview)
	}{
		"a field": {KindResidentPut, func(h *inReview) any {
			return PutResident{ID: id("late", 1), Household: h.home, PersonalNumber: mausNumber, Name: "Trần Thị Mậu", Birth: "1955", Sex: Female}
		}, []Edit{change("personalNumber", mausNumber, "001155000429"), change("name", "", "Trần Thị Mận")},
			func(t *testing.T, h *inReview) {
				late := h.person(id("late", 1))
				require.Equal(t, []string{"Trần Thị Mận", "001155000429", ""}, []string{late.Name, late.Number, late.Disputed})
				require.Equal(t, "Trần Thị Mẫu", h.person(h.mau).Name)
			}},
		"a field left out": {KindResidentPut, func(h *inReview) any {
			return PutResident{ID: id("late", 1), Household: h.home, PersonalNumber: mausNumber, Name: "Trần Thị Mậu", Birth: "1955", Sex: Female}
		}, []Edit{change("personalNumber", mausNumber, nil)},
			func(t *testing.T, h *inReview) { require.Equal(t, "", h.person(id("late", 1)).Number) }},
		"a field of an edit": {KindResidentEdit, func(h *inReview) any {
			return EditResident{ID: h.mau, Edits: []Edit{change("name", "Trần Thị Mân", "Trần Thị Mận"), change("sex", Female, Male)}}
		}, []Edit{change("name", nil, "Trần Thị Mắn"), change("phones", nil, []string{"0912404662"})},
			func(t *testing.T, h *inReview) {
				mau := h.person(h.mau)
				require.Equal(t, []string{"Trần Thị Mắn", Male, "+84912404662"}, []string{mau.Name, mau.Sex, mau.Phones[0]})
			}},
		"the household of a visit": {KindVisitRecord, func(h *inReview) any { return knock(id("home", 9), "will_come") },
			[]Edit{change("household", nil, id("home", 1))},
			func(t *testing.T, h *inReview) {
				require.Equal(t, 1, must[Household](h.history, TypeHousehold, KeyOf(h.home)).Visits)
			}},
	} {
		t.Run(name, func(t *testing.T) {
			h := disputed(t)
			late := h.do(c.kind, c.body(h))
			require.NotEqual(t, command.Accepted, late.Status)
			h.accept(KindReviewResolve, resolve(late, ChoiceEdit, c.corrections...))
			r := h.review(late)
			require.Equal(t, []string{"edit", "accepted", ""}, becameOf(r))
			require.Len(t, r.Resolution.Edits, len(c.corrections))
			require.JSONEq(t, string(late.env.Body), string(r.Body), "the late side is kept as it was")
			c.check(t, h)
		})
	}
}

func TestSomebodyElseGoesInWithoutTheNumber(t *testing.T) {
	h := disputed(t)
	before := h.person(h.mau)
	late := h.secondMau(1)
	r := h.closed(late, ChoiceNotSame)
	require.Equal(t, []string{"not_same", "accepted", ""}, becameOf(r))
	other := h.person(id("late", 1))
	require.Equal(t, []string{"Trần Thị Mậu", "", mausNumber}, []string{other.Name, other.Number, other.Disputed})
	require.Equal(t, before, h.person(h.mau))

	h.accept(KindResidentEdit, edit(other.ID, "personalNumber", "", "001155000429"))
	require.Equal(t, []string{"001155000429", ""}, []string{h.person(other.ID).Number, h.person(other.ID).Disputed}, "a number of their own ends the dispute")

	edited := h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentEdit,
		EditResident{ID: h.sen, Edits: []Edit{change("personalNumber", sensNumber, mausNumber), change("sex", Female, Male)}})
	h.closed(edited, ChoiceNotSame)
	require.Equal(t, []string{sensNumber, mausNumber, Male}, []string{h.person(h.sen).Number, h.person(h.sen).Disputed, h.person(h.sen).Sex})
}

func TestAPersonWhoIsTheSameIsFoundUnderBothIDs(t *testing.T) {
	for choice, name := range map[Choice]string{ChoiceKeep: "Trần Thị Mẫu", ChoiceTake: "Trần Thị Mậu"} {
		h := disputed(t)
		late := id("late", 1)
		head := id("home", 9)
		h.accept(KindHouseholdPut, PutHousehold{ID: head, Hamlet: hamlet, Address: "Số 9", Head: late})
		again := h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentPut,
			PutResident{ID: late, Household: head, PersonalNumber: mausNumber, Name: "Trần Thị Mậu", Birth: "1955", Sex: Female})
		r := h.closed(again, choice)
		require.Equal(t, CodeMerged, r.Resolution.Code, choice)
		require.Equal(t, name, h.person(h.mau).Name)
		require.Equal(t, h.mau, must[Household](h.history, TypeHousehold, KeyOf(head)).Head)

		// What names the late one afterwards is about the agreed one.
		h.accept(KindAppSubmit, application(late, "0912404318"))
		require.False(t, h.person(h.mau).Progress.Application.IsZero())
		h.accept(KindActivation, activation(late, tonight))
		require.Equal(t, today, h.person(h.mau).Progress.Activated)
		h.accept(KindHouseholdPut, PutHousehold{ID: id("home", 8), Hamlet: hamlet, Address: "Số 8", Head: late})
		require.Equal(t, h.mau, must[Household](h.history, TypeHousehold, KeyOf(id("home", 8))).Head)
		met := RecordVisit{ID: id("visit", 1), Household: h.home, At: tonight, Mode: ModeDoor, Outcome: "will_come", Met: []command.ID{late}}
		h.accept(KindVisitRecord, met)
		require.Equal(t, []command.ID{h.mau}, must[Visit](h.history, TypeVisit, KeyOf(id("visit", 1))).Met)

		// But who edited the late one saw somebody else's fields.
		edited := h.refuse(command.Conflicted, "merged", "", KindResidentEdit, edit(late, "sex", Female, Male))
		require.Equal(t, KeyOf(h.mau), h.review(edited).Record)
		h.closed(edited, ChoiceTake)
		require.Equal(t, Male, h.person(h.mau).Sex)
	}
}

func TestAnEditOfSomebodyTakenOutOfTheCampaignIsForAPerson(t *testing.T) {
	h := disputed(t)
	out := h.person(h.sen)
	out.Progress.Excluded = "deceased"
	require.NoError(t, h.reg.apply([]command.Change{put(TypeResident, KeyOf(h.sen), out)}))
	d := h.refuse(command.Conflicted, "excluded", "", KindResidentEdit, edit(h.sen, "sex", Female, Male))
	h.closed(d, ChoiceTake)
	require.Equal(t, []string{Male, "deceased"}, []string{h.person(h.sen).Sex, h.person(h.sen).Progress.Excluded})
}

func TestARecordThatMovedAwayIsForWhoStandsAboveBothWards(t *testing.T) {
	h := disputed(t)
	h.accept(KindUnitPut, PutUnit{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward2})
	for name, c := range map[string]struct {
		kind  command.Kind
		body  any
		field string
	}{
		"edit":           {KindResidentEdit, edit(h.mau, "sex", Female, Male), "/id"},
		"household edit": {KindHouseholdEdit, EditHousehold{ID: h.home, Edits: []Edit{change("address", "Số 21", "Số 22")}}, "/id"},
		"visit":          {KindVisitRecord, knock(h.home, "will_come"), "/household"},
		"application":    {KindAppSubmit, application(h.mau, "0912404318"), "/resident"},
		"activation":     {KindActivation, activation(h.sen, tonight), "/resident"},
	} {
		d := h.refuse(command.Conflicted, "moved", c.field, c.kind, c.body)
		require.Equal(t, ward, h.review(d).Unit, name)
		h.refuse(command.Rejected, "moved", "/choice", KindReviewResolve, resolve(d, ChoiceTake), as(RoleSupervisor))
		require.Equal(t, ReviewOpen, h.review(d).State, name)
		require.Equal(t, []string{"take", "accepted", ""}, becameOf(h.closed(d, ChoiceTake, as(RoleLeader))), name)
	}
	require.Equal(t, Male, h.person(h.mau).Sex)
	require.Equal(t, 1, must[Household](h.history, TypeHousehold, KeyOf(h.home)).Visits)
	h.refuse(command.Rejected, "outside_unit", "/id", KindResidentEdit, edit(h.long, "sex", Male, Female)) // never was
}

func TestARowOfAListIsDecidedLikeAnyOtherPerson(t *testing.T) {
	row := RosterRow{Line: 7, Number: mausNumber, Name: "Nguyễn Văn Tám", Birth: "1970", Sex: Male, Phone: "+84912404001", Address: "Số 40", Hamlet: hamlet, Ethnic: "Tày"}
	for name, c := range map[string]struct {
		choice      Choice
		corrections []Edit
		check       func(t *testing.T, h *inReview, people int)
	}{
		"kept": {ChoiceKeep, nil, func(t *testing.T, h *inReview, people int) {
			require.Equal(t, 3, people)
			require.Equal(t, "Trần Thị Mẫu", h.person(h.mau).Name)
		}},
		"taken": {ChoiceTake, nil, func(t *testing.T, h *inReview, people int) {
			require.Equal(t, 3, people)
			mau := h.person(h.mau)
			require.Equal(t, []string{"Nguyễn Văn Tám", "1970", Male, "Tày", "+84912404001"}, []string{mau.Name, string(mau.Birth), mau.Sex, mau.Ethnic, mau.Phones[0]})
			require.Equal(t, "Số 40", must[Household](h.history, TypeHousehold, KeyOf(mau.Household)).Address)
		}},
		"somebody else": {ChoiceNotSame, nil, func(t *testing.T, h *inReview, people int) {
			require.Equal(t, 4, people)
			require.Equal(t, "Trần Thị Mẫu", h.person(h.mau).Name)
			key := found1(t, h.history, ResidentByDisputed, mausNumber)
			tam := must[Resident](h.history, TypeResident, key)
			require.Equal(t, []string{"Nguyễn Văn Tám", "", hamlet}, []string{tam.Name, tam.Number, tam.Hamlet})

			// The corrected list of next month finds him, number and all.
			page := listPage(2)
			page.Rows = []RosterRow{row}
			page.Rows[0].Ethnic = "Nùng"
			d := h.accept(KindRosterPage, page)
			require.JSONEq(t, `{"rows":"u"}`, string(d.Detail))
			require.Equal(t, []string{"Nùng", ""}, []string{must[Resident](h.history, TypeResident, key).Ethnic, must[Resident](h.history, TypeResident, key).Number})
		}},
		"with a corrected number": {ChoiceEdit, []Edit{change("number", mausNumber, "001070000333")}, func(t *testing.T, h *inReview, people int) {
			require.Equal(t, 4, people)
			key, ok := ByNumber(h.reg, "001070000333")
			require.True(t, ok)
			require.Equal(t, "Nguyễn Văn Tám", must[Resident](h.history, TypeResident, key).Name)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := disputed(t)
			page := listPage(1)
			page.Rows = []RosterRow{row}
			listed := h.accept(KindRosterPage, page)
			item := command.DerivedID("review", listed.env.ID.String(), "7")
			h.accept(KindReviewResolve, ResolveReview{Review: item, Choice: c.choice, Edits: c.corrections, Reason: "Đã hỏi"})
			r := must[Review](h.history, TypeReview, KeyOf(item))
			require.Equal(t, string(c.choice), string(r.Resolution.Choice))
			require.Empty(t, h.reg.records[TypeMerged], "nobody can name the ID of a row")
			c.check(t, h, len(h.reg.records[TypeResident]))
		})
	}
}

func found1(t *testing.T, h *history, ix command.Index, prefix string) (key command.Key) {
	n := 0
	for _, k := range h.reg.Scan(ix, prefix) {
		key = k
		n++
	}
	require.Equal(t, 1, n)
	return key
}

func TestARuleThatStillSaysNoIsToldToWhoDecides(t *testing.T) {
	h := disputed(t)
	nowhere := h.refuse(command.Rejected, "unknown_household", "/household", KindVisitRecord, knock(id("home", 9), "moved"))
	far := h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentPut,
		PutResident{ID: id("late", 1), PersonalNumber: longsNumber, Name: "Vũ Đức Long", Birth: "1988", Sex: Male})
	edited := h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentEdit, edit(h.sen, "personalNumber", sensNumber, mausNumber))
	admin := h.refuse(command.Rejected, "outside_unit", "", KindOfficerPut, PutOfficer{ID: id("o", 1), User: "o1", Name: "O", Role: RoleOfficer, Unit: ward2},
		as(RoleAdmin), forUnit(ward2), on(wardPC))
	before := len(h.reg.records[TypeResident])
	for name, c := range map[string]struct {
		body        ResolveReview
		code, field string
		by          option
	}{
		"a household that is still unknown":     {resolve(nowhere, ChoiceTake), "unknown_household", "/choice", as(RoleSupervisor)},
		"corrected to another unknown one":      {resolve(nowhere, ChoiceEdit, change("household", nil, id("home", 8))), "unknown_household", "/edits/0/now", as(RoleSupervisor)},
		"corrected to nonsense":                 {resolve(nowhere, ChoiceEdit, change("mode", "door", "balloon"), change("note", "", "")), "bad_choice", "/edits/0/now", as(RoleSupervisor)},
		"a field there is not":                  {resolve(nowhere, ChoiceEdit, change("colour", "", "red")), "unknown_field", "/edits/0/now", as(RoleSupervisor)},
		"a field that looks like one":           {resolve(nowhere, ChoiceEdit, change("Household", "", h.home)), "unknown_field", "/edits/0/now", as(RoleSupervisor)},
		"a person of another ward":              {resolve(far, ChoiceTake), "outside_unit", "/choice", as(RoleSupervisor)},
		"a number that is still somebody's":     {resolve(edited, ChoiceTake), "number_taken", "/choice", as(RoleSupervisor)},
		"nobody's number":                       {resolve(nowhere, ChoiceNotSame), "not_this_choice", "/choice", as(RoleSupervisor)},
		"what the role does not ask for itself": {resolve(admin, ChoiceTake), "not_this_choice", "/choice", as(RoleLeader)},
		"a review of another ward":              {resolve(admin, ChoiceKeep), "outside_unit", "/review", as(RoleSupervisor)},
		"no review":                             {ResolveReview{Review: id("none", 1), Choice: ChoiceKeep, Reason: "x"}, "unknown_review", "/review", as(RoleSupervisor)},
	} {
		d := h.refuse(command.Rejected, c.code, c.field, KindReviewResolve, c.body, c.by)
		if name != "no review" {
			require.Equal(t, ReviewOpen, must[Review](h.history, TypeReview, KeyOf(c.body.Review)).State, name)
		}
		require.Equal(t, ReviewOpen, h.review(d).State, "the decision that failed is kept as well: %s", name)
	}
	require.Len(t, h.reg.records[TypeResident], before)
}

func TestOnlyWhoDecidesReviewsMay(t *testing.T) {
	h := disputed(t)
	late := h.secondMau(1)
	for _, role := range []Role{RoleHelper, RoleOfficer, RoleStation, RoleAuditor, RoleAdmin} {
		h.refuse(command.Rejected, "role", "", KindReviewResolve, resolve(late, ChoiceKeep), as(role))
	}
	h.refuse(command.Rejected, "role", "", KindReviewResolve, resolve(late, ChoiceKeep), byMachine(wardPC))
	require.Equal(t, ReviewOpen, h.review(late).State)
	h.closed(late, ChoiceKeep, as(RoleLeader))
}

func TestADecisionIsMadeOnce(t *testing.T) {
	h := disputed(t)
	late := h.secondMau(1)
	first := h.accept(KindReviewResolve, resolve(late, ChoiceNotSame))
	before := h.review(late)
	require.Empty(t, h.accept(KindReviewResolve, resolve(late, ChoiceNotSame), as(RoleLeader)).Changes, "the same again is no harm")

	other := h.refuse(command.Conflicted, "already_resolved", "/choice", KindReviewResolve, resolve(late, ChoiceTake), as(RoleLeader))
	require.Equal(t, "supervisor has decided this already: not_same", other.Err.Message)
	require.Equal(t, before, h.review(late))
	require.Equal(t, first.env.ID, before.Resolution.Command)

	// The second opinion is itself in review, and can only be set aside.
	r := h.review(other)
	require.Equal(t, []string{string(KeyOf(late.env.ID)), cluster}, []string{string(r.Record), r.Unit})
	h.refuse(command.Rejected, "not_this_choice", "/choice", KindReviewResolve, resolve(other, ChoiceTake), as(RoleLeader))
	h.closed(other, ChoiceKeep, as(RoleLeader))

	corrected := h.refuse(command.Rejected, "unknown_household", "/household", KindVisitRecord, knock(id("home", 9), "moved"))
	fix := change("household", nil, h.home)
	h.accept(KindReviewResolve, resolve(corrected, ChoiceEdit, fix))
	h.accept(KindReviewResolve, resolve(corrected, ChoiceEdit, fix))
	h.refuse(command.Conflicted, "already_resolved", "/choice", KindReviewResolve, resolve(corrected, ChoiceEdit, change("household", nil, h.far)))
}

func TestAMalformedDecisionNamesItsPlace(t *testing.T) {
	x := id("review", 1)
	long := strings.Repeat("a", maxReason+1)
	many := make([]Edit, maxCorrections+1)
	for _, c := range []struct {
		body        ResolveReview
		code, field string
	}{
		{ResolveReview{Choice: ChoiceKeep, Reason: "x"}, "required", "/review"},
		{ResolveReview{Review: x, Reason: "x"}, "bad_choice", "/choice"},
		{ResolveReview{Review: x, Choice: Followed, Reason: "x"}, "bad_choice", "/choice"},
		{ResolveReview{Review: x, Choice: ChoiceKeep, Reason: " "}, "required", "/reason"},
		{ResolveReview{Review: x, Choice: ChoiceKeep, Reason: long}, "too_long", "/reason"},
		{ResolveReview{Review: x, Choice: ChoiceEdit, Reason: "x"}, "required", "/edits"},
		{ResolveReview{Review: x, Choice: ChoiceEdit, Reason: "x", Edits: many}, "too_many", "/edits"},
		{ResolveReview{Review: x, Choice: ChoiceTake, Reason: "x", Edits: []Edit{change("name", "", "A")}}, "not_this_choice", "/edits"},
		{ResolveReview{Review: x, Choice: ChoiceEdit, Reason: "x", Edits: []Edit{change("name", "", "A"), change("id", "", "A")}}, "unknown_field", "/edits/1/field"},
		{ResolveReview{Review: x, Choice: ChoiceEdit, Reason: "x", Edits: []Edit{change("name", "", "A"), change("name", "", "B")}}, "twice", "/edits/1/field"},
	} {
		err := c.body.Check()
		require.NotNil(t, err, c.field)
		require.Equal(t, []string{c.code, c.field}, []string{err.Code, err.Field})
	}
	require.Nil(t, ResolveReview{Review: x, Choice: ChoiceKeep, Reason: "x"}.Check())
}

func TestBothSidesOfADisputedNumberAreFound(t *testing.T) {
	h := disputed(t)
	for name, body := range map[string]string{
		"a registration": `{"personalNumber":"001 155 000 428"}`,
		"a row":          `{"line":3,"number":"001155000428"}`,
		"an edit":        `{"edits":[{"field":"sex","now":"male"},{"field":"personalNumber","now":"001155000428"}]}`,
	} {
		key, ok := Holder(h.reg, Review{Body: json.RawMessage(body)})
		require.True(t, ok, name)
		require.Equal(t, KeyOf(h.mau), key, name)
	}
	for _, body := range []string{``, `{}`, `{"personalNumber":"42"}`, `{"edits":[{"field":"personalNumber","now":[]}]}`, `{"personalNumber":"001155000429"}`} {
		_, ok := Holder(h.reg, Review{Body: json.RawMessage(body)})
		require.False(t, ok, body)
	}
}
