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

// undoOf is the undo of a page as a machine makes it: everything the page wrote,
// with what stood there before. People first, then reviews, then households.
func undoOf(d done, before map[command.Key]Resident, lines ...int) UndoPage {
	p := UndoPage{Page: d.env.ID, Part: 1, Unit: d.env.Unit}
	for _, typ := range []command.RecordType{TypeResident, TypeReview, TypeHousehold} {
		for _, c := range d.Changes {
			if c.Type != typ {
				continue
			}
			row := UndoRow{Type: typ}
			for _, line := range lines {
				if made := (UndoRow{Type: typ, Line: line}); KeyOf(made.MadeBy(d.env.ID)) == c.Key {
					row = made
				}
			}
			if was, ok := before[c.Key]; ok && typ == TypeResident {
				row.ID, row.Was = was.ID, BeforeOf(was)
			}
			p.Rows = append(p.Rows, row)
		}
	}
	return p
}

func undone(t require.TestingT, d done) UndoResult {
	var r UndoResult
	require.NoError(t, json.Unmarshal(d.Detail, &r))
	return r
}

func (h *history) everybody() map[command.Key]Resident {
	all := map[command.Key]Resident{}
	for key := range h.reg.records[TypeResident] {
		all[key] = must[Resident](h, TypeResident, key)
	}
	return all
}

func TestAPageNobodyTouchedIsTakenBackWhole(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1, listed()...))
	u := h.accept(KindRosterUndo, undoOf(d, nil, 2, 3, 4, 5))
	require.Equal(t, UndoResult{Rows: "dddddd"}, undone(t, u), "four people, two households")
	require.Empty(t, h.reg.records[TypeResident])
	require.Empty(t, h.reg.records[TypeHousehold])
	require.Zero(t, h.reg.sum(CountPeople))
	require.Empty(t, h.reg.terms[ResidentByNumber])

	again := h.accept(KindRosterUndo, undoOf(d, nil, 2, 3, 4, 5))
	require.Equal(t, UndoResult{Rows: "ssssss"}, undone(t, again))
	require.Empty(t, again.Changes)
}

func TestWhatAListChangedIsPutBackAndThenTheFirstListToo(t *testing.T) {
	h := founded(t)
	first := h.accept(KindRosterPage, listPage(1, listed()...))
	before := h.everybody()
	second := h.accept(KindRosterPage, listPage(2,
		RosterRow{Line: 2, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Phone: "0912404662", Address: "Số 7", Hamlet: hamlet2, OldNumber: "012345678"},
		RosterRow{Line: 3, Number: "001080000001", Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male, Address: "Số 21, ngõ 68", Hamlet: hamlet},
		RosterRow{Line: 9, Name: "Bùi Văn Chín", Birth: "1991"}))
	require.Equal(t, PageResult{Rows: "uun"}, results(t, second))
	require.Equal(t, []string{"012345678"}, h.person(residentOf(first, 2)).Old)

	u := h.accept(KindRosterUndo, undoOf(second, before, 2, 3, 9))
	require.Equal(t, "bbdd", undone(t, u).Rows)
	require.Equal(t, before, h.everybody(), "as if the second list had never been")
	require.Equal(t, UndoResult{Rows: "dddddd"}, undone(t, h.accept(KindRosterUndo, undoOf(first, nil, 2, 3, 4, 5))))
	require.Empty(t, h.reg.records[TypeResident])
}

func TestWhatSomebodyBuiltOnStaysWhenAListIsTakenBack(t *testing.T) {
	mau, home := func(d done) command.ID { return residentOf(d, 2) }, func(h *history, d done) command.ID { return h.person(residentOf(d, 2)).Household }
	for name, c := range map[string]struct {
		touch func(h *history, d done)
		rows  string
		kept  []string // codes
	}{
		"an officer changed a phone": {func(h *history, d done) {
			h.accept(KindResidentEdit, edit(mau(d), "phones", []string{"0912404318"}, []string{"0988111222"}))
		}, "kdddkd", []string{KeptChanged, KeptInhabited}},
		"an application was taken down": {func(h *history, d done) {
			h.accept(KindAppSubmit, SubmitApplication{ID: id("a", 1), Resident: mau(d), Level: 1, Phone: "0912404318"})
		}, "kdddkd", []string{KeptChanged, KeptInhabited}},
		"somebody knocked, nobody home": {func(h *history, d done) {
			h.accept(KindVisitRecord, visit(1, home(h, d), "nobody_home", tonight))
		}, "ddddkd", []string{KeptChanged}},
		"somebody knocked and met them": {func(h *history, d done) {
			h.accept(KindVisitRecord, visit(1, home(h, d), "will_come", tonight))
		}, "kkddkd", []string{KeptChanged, KeptChanged, KeptChanged}},
		"another person was registered there": {func(h *history, d done) {
			h.accept(KindResidentPut, PutResident{ID: id("r", 7), Household: home(h, d), Name: "Phạm Văn Bảy", Birth: "1971", Sex: Male})
		}, "ddddkd", []string{KeptInhabited}},
		"a later list knew more": {func(h *history, d done) {
			h.accept(KindRosterPage, listPage(2, RosterRow{Line: 7, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Phone: "0988111222"}))
		}, "kdddkd", []string{KeptChanged, KeptInhabited}},
		"a review waits about them": {func(h *history, d done) {
			h.refuse(command.Conflicted, "changed_meanwhile", "/edits/0/was", KindResidentEdit, edit(mau(d), "name", "Trần Thị Mỡ", "Trần Thị Mẩu"))
		}, "kdddkd", []string{KeptReferred, KeptInhabited}},
		"a row of a later list waits about them": {func(h *history, d done) {
			h.accept(KindRosterPage, listPage(2, RosterRow{Line: 7, Number: "001155000428", Name: "Hoàng Văn Khác", Birth: "1999"}))
		}, "kdddkd", []string{KeptReferred, KeptInhabited}},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			d := h.accept(KindRosterPage, listPage(1, listed()...))
			c.touch(h, d)
			before := maps.Clone(h.reg.records[TypeResident])
			u := undone(t, h.accept(KindRosterUndo, undoOf(d, nil, 2, 3, 4, 5)))
			require.Equal(t, c.rows, u.Rows)
			var codes []string
			for _, k := range u.Kept {
				codes = append(codes, k.Code)
				require.NotNil(t, h.reg.Get(k.Type, k.Key), "what is told as kept is there")
			}
			require.Equal(t, c.kept, codes)
			for key, now := range h.reg.records[TypeResident] {
				require.Equal(t, string(before[key]), string(now), "what stays, stays as it is")
			}
		})
	}
}

func TestANumberOrAHouseholdThatIsGoneIsNotPutBack(t *testing.T) {
	h := founded(t)
	first := h.accept(KindRosterPage, listPage(1, listed()...))
	before := h.everybody()
	second := h.accept(KindRosterPage, listPage(2, RosterRow{Line: 3, Name: "Lê Văn Sĩ", Birth: "1980", Number: "001080000001", Sex: Male, Address: "Số 21, ngõ 68", Hamlet: hamlet}))
	was := before[KeyOf(residentOf(first, 3))]
	was.Number = "001155000428" // Trần Thị Mẫu holds it
	u := h.accept(KindRosterUndo, undoOf(second, map[command.Key]Resident{KeyOf(was.ID): was}, 3))
	require.Equal(t, []UndoNote{{TypeResident, KeyOf(was.ID), KeptNumber}}, undone(t, u).Kept)
	was.Number, was.Household = "", id("nowhere", 1)
	u = h.accept(KindRosterUndo, undoOf(second, map[command.Key]Resident{KeyOf(was.ID): was}, 3))
	require.Equal(t, []UndoNote{{TypeResident, KeyOf(was.ID), KeptHome}}, undone(t, u).Kept)
}

func TestARowInReviewIsTakenBackWhileNobodyHasDecided(t *testing.T) {
	page := func(h *history) done {
		h.accept(KindRosterPage, listPage(1, listed()[0]))
		return h.accept(KindRosterPage, listPage(2, RosterRow{Line: 7, Number: "001155000428", Name: "Hoàng Văn Khác", Birth: "1999"}))
	}
	h := founded(t)
	require.Equal(t, "d", undone(t, h.accept(KindRosterUndo, undoOf(page(h), nil, 7))).Rows)
	require.Zero(t, h.reg.sum(CountReviews))

	h = founded(t)
	d := page(h)
	review := (UndoRow{Type: TypeReview, Line: 7}).MadeBy(d.env.ID)
	h.accept(KindReviewResolve, ResolveReview{Review: review, Choice: ChoiceKeep, Reason: "Đã hỏi"})
	require.Equal(t, []UndoNote{{TypeReview, KeyOf(review), KeptChanged}}, undone(t, h.accept(KindRosterUndo, undoOf(d, nil, 7))).Kept)
}

// Nobody removes or rewrites by an undo what no list had brought.
func TestAnUndoReachesOnlyWhatItsPageDid(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1, listed()...))
	x := h.resident(h.household(hamlet, "Số 90"), "Đinh Văn Mười", "1966")
	undo := func(page command.ID, rows ...UndoRow) UndoPage {
		return UndoPage{Page: page, Part: 1, Unit: ward, Rows: rows}
	}
	was := BeforeOf(h.person(residentOf(d, 2)))
	made := UndoRow{Type: TypeResident, Line: 2}
	h.refuse(command.Rejected, "unknown_page", "/page", KindRosterUndo, undo(id("no page", 1), made))
	edited := h.accept(KindResidentEdit, edit(x, "sex", Female, Male))
	h.refuse(command.Rejected, "unknown_page", "/page", KindRosterUndo, undo(edited.env.ID, made))
	h.refuse(command.Rejected, "outside_unit", "/unit", KindRosterUndo, UndoPage{Page: d.env.ID, Part: 1, Unit: ward2, Rows: []UndoRow{made}})
	h.refuse(command.Rejected, "bad_choice", "/rows/0", KindRosterUndo, undo(d.env.ID, UndoRow{Type: TypeResident, ID: x}))
	h.refuse(command.Rejected, "bad_choice", "/rows/0", KindRosterUndo, undo(d.env.ID, UndoRow{Type: TypeVisit, Line: 2}))
	h.refuse(command.Rejected, "bad_choice", "/rows/0", KindRosterUndo, undo(d.env.ID, UndoRow{Type: TypeHousehold, ID: x, Was: was}))

	u := undone(t, h.accept(KindRosterUndo, undo(d.env.ID, UndoRow{Type: TypeResident, ID: x, Was: was}, UndoRow{Type: TypeResident, Line: 900})))
	require.Equal(t, UndoResult{Rows: "ks", Kept: []UndoNote{{TypeResident, KeyOf(x), KeptChanged}}}, u)
	for what, spoil := range map[string]func(*Before){
		"a name of spaces":   func(b *Before) { b.Name = "  " },
		"a phone of letters": func(b *Before) { b.Phones = []string{"abc"} },
		"a short number":     func(b *Before) { b.Number, b.Disputed = "", "12" },
		"a text with a NUL":  func(b *Before) { b.Ethnic = "K\x00inh" },
		"a wrong old number": func(b *Before) { b.Old = []string{"1"} },
		"another sex":        func(b *Before) { b.Sex = "x" },
		"no day":             func(b *Before) { b.Birth = "1955-02-31" },
	} {
		t.Run(what, func(t *testing.T) {
			bad := *was
			spoil(&bad)
			u := undone(t, h.accept(KindRosterUndo, undo(d.env.ID, UndoRow{Type: TypeResident, ID: residentOf(d, 2), Was: &bad})))
			require.Equal(t, []UndoNote{{TypeResident, KeyOf(residentOf(d, 2)), KeptUnfit}}, u.Kept)
		})
	}
}

// Whatever happens between a list and its undo: what nobody touched is as it was
// before the list, and what somebody touched is as they left it.
func TestAnUndoTakesBackExactlyWhatNobodyTouched(t *testing.T) {
	removed, stayed := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		e := &evening{history: founded(rt), draw: rt}
		e.begin()
		for range rapid.IntRange(0, 6).Draw(rt, "before") {
			e.agree(e.something())
		}
		before, old := maps.Clone(e.reg.records[TypeResident]), e.everybody()
		d := e.accept(KindRosterPage, e.page())
		listed := map[command.Key]string{}
		for _, c := range d.Changes {
			listed[c.Key] = string(c.Value)
		}
		for range rapid.IntRange(0, 8).Draw(rt, "after") {
			e.agree(e.something())
		}
		between := maps.Clone(e.reg.records[TypeResident])
		if undo := undoOf(d, old, 2, 3, 4, 5, 6, 7, 8); len(undo.Rows) > 0 {
			undo.Rows = slices.DeleteFunc(undo.Rows, func(r UndoRow) bool { return r.Line == 0 && r.Was == nil })
			e.accept(KindRosterUndo, undo)
		}
		for key, left := range between {
			now := e.reg.records[TypeResident][key]
			switch byList, ours := listed[key]; {
			case !ours || byList != string(left): // not the list's, or touched since
				require.Equal(rt, string(left), string(now))
				stayed++
			case now == nil:
				require.Nil(rt, before[key], "only whom the list made is removed")
				removed++
			default: // put back; or kept, for something hangs on it
				require.Contains(rt, []string{string(before[key]), string(left)}, string(now))
			}
		}
		for key := range e.reg.records[TypeResident] {
			r := must[Resident](e.history, TypeResident, key)
			require.True(rt, r.Household.IsZero() || e.reg.Get(TypeHousehold, KeyOf(r.Household)) != nil, "nobody lives in a household that is gone")
		}
		e.figuresAddUp()
	})
	t.Logf("%d removed, %d stayed", removed, stayed)
	require.Greater(t, removed, 30)
	require.Greater(t, stayed, 100)
}
