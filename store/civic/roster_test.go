package civic

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func listPage(n int, rows ...RosterRow) RosterPage {
	return RosterPage{File: strings.Repeat("0f", 32), Page: n, Unit: ward, Rows: rows}
}

// results reads what became of each row.
func results(t require.TestingT, d done) PageResult {
	var r PageResult
	require.NoError(t, json.Unmarshal(d.Detail, &r))
	return r
}

// residentOf is the ID of the resident that a line of an accepted page made.
func residentOf(d done, line int) command.ID {
	return command.DerivedID("resident", d.env.ID.String(), itoa(line))
}

func listed() []RosterRow {
	return []RosterRow{
		{Line: 2, Number: "001155000428", Name: "TRẦN THỊ MẪU", Birth: "1955-03-17", Sex: Female, Phone: "0912404318",
			Address: "Số 21, ngõ 68", Hamlet: hamlet, HouseholdRef: "1", Relation: "Chủ hộ", Ethnic: "Kinh"},
		{Line: 3, Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male, Address: "số 21,  NGÕ 68", Hamlet: hamlet, Relation: "Con"},
		{Line: 4, Name: "Vũ Thị Hoa", Birth: "1970", Address: "Số 5", Hamlet: hamlet2},
		{Line: 5, Name: "Đỗ Văn Lang", Birth: "1990", Sex: Male},
	}
}

func TestAPageRegistersPeopleAndTheirHouseholds(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1, listed()...))
	require.Equal(t, PageResult{Rows: "nnnn"}, results(t, d))

	mau, si, hoa, lang := h.person(residentOf(d, 2)), h.person(residentOf(d, 3)), h.person(residentOf(d, 4)), h.person(residentOf(d, 5))
	require.Equal(t, Resident{ID: residentOf(d, 2), Household: mau.Household, Hamlet: hamlet, Number: "001155000428", Name: "Trần Thị Mẫu",
		Birth: "1955-03-17", Sex: Female, Phones: []string{"+84912404318"}, Ethnic: "Kinh", Relation: "Chủ hộ", Eligible: true, Rev: d.env.ID}, mau)
	require.Equal(t, mau.Household, si.Household, "one address, however it is typed")
	require.Equal(t, hamlet2, hoa.Hamlet)
	require.Equal(t, ward, lang.Hamlet, "no hamlet: listed in the ward")
	require.True(t, lang.Household.IsZero())
	require.Equal(t, Household{ID: mau.Household, Hamlet: hamlet, Address: "Số 21, ngõ 68", Rev: d.env.ID},
		must[Household](h, TypeHousehold, KeyOf(mau.Household)))
	require.Len(t, h.reg.records[TypeHousehold], 2)
	require.Equal(t, []command.Key{KeyOf(mau.ID), KeyOf(si.ID)}, Members(h.reg, KeyOf(mau.Household)))
}

func TestASecondListOfTheSamePeopleChangesNothing(t *testing.T) {
	h := founded(t)
	rows := listed()[:3] // whoever has neither number nor household cannot be recognised
	h.accept(KindRosterPage, listPage(1, rows...))
	again := h.accept(KindRosterPage, listPage(2, rows...))
	require.Equal(t, PageResult{Rows: "sss"}, results(t, again))
	require.Empty(t, again.Changes)

	slices.Reverse(rows)
	rows[0].Line, rows[1].Line, rows[2].Line = 70, 80, 90
	third := h.accept(KindRosterPage, listPage(3, rows...))
	require.Equal(t, PageResult{Rows: "sss"}, results(t, third))
}

func TestASecondListFillsInWhatItKnowsBetter(t *testing.T) {
	h := founded(t)
	first := h.accept(KindRosterPage, listPage(1, listed()...))
	second := h.accept(KindRosterPage, listPage(2,
		RosterRow{Line: 2, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Phone: "0912404662"},                              // another phone; the birth is known better already
		RosterRow{Line: 3, Number: "001080000001", Name: "Lê Văn Sĩ", Birth: "1980", Sex: Male, Address: "Số 21, ngõ 68", Hamlet: hamlet}, // the number was unknown
		RosterRow{Line: 4, Name: "vũ thị hoa", Birth: "1970", Sex: Female, Address: "Số 5", Hamlet: hamlet2},                              // the sex was unknown
		RosterRow{Line: 5, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Address: "Số 7", Hamlet: hamlet2, Sex: Female},    // moved
	))
	require.Equal(t, PageResult{Rows: "uuuu"}, results(t, second))
	mau := h.person(residentOf(first, 2))
	require.Equal(t, Birth("1955-03-17"), mau.Birth)
	require.Equal(t, []string{"+84912404662"}, mau.Phones)
	require.Equal(t, hamlet2, mau.Hamlet)
	require.Equal(t, second.env.ID, mau.Rev)
	require.Equal(t, "001080000001", h.person(residentOf(first, 3)).Number)
	require.Equal(t, Female, h.person(residentOf(first, 4)).Sex)
	require.Len(t, h.reg.records[TypeResident], 4)
	require.Len(t, second.Changes, 4, "three residents, each written once, and the new household")
}

func TestAListNeverOverwritesWhatAnOfficerSet(t *testing.T) {
	h := founded(t)
	first := h.accept(KindRosterPage, listPage(1, listed()...))
	x := residentOf(first, 2)
	h.accept(KindResidentEdit, edit(x, "phones", []string{"0912404318"}, []string{"0988111222"}))
	h.accept(KindResidentEdit, edit(x, "name", "Trần Thị Mẫu", "Trần Thị Mậu"))
	before := h.person(x)

	row := listed()[0]
	row.Name, row.Sex = "Trần Thị Mậu", Male
	again := h.accept(KindRosterPage, listPage(2, row))
	require.Equal(t, PageResult{Rows: "u"}, results(t, again), "the sex nobody had touched")
	after := h.person(x)
	require.Equal(t, before.Phones, after.Phones)
	require.Equal(t, before.Name, after.Name)
	require.Equal(t, Male, after.Sex)
	require.Equal(t, before.Progress, after.Progress)
}

func TestOneNumberAndAnotherPersonIsOneReviewItem(t *testing.T) {
	for name, row := range map[string]RosterRow{
		"another name":       {Line: 9, Number: "001155000428", Name: "Trần Thị Sen", Birth: "1955-03-17"},
		"another tone":       {Line: 9, Number: "001155000428", Name: "Trần Thị Mâu", Birth: "1955-03-17"},
		"another birth year": {Line: 9, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1957"},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			first := h.accept(KindRosterPage, listPage(1, listed()...))
			before := h.person(residentOf(first, 2))
			d := h.accept(KindRosterPage, listPage(2, row))
			require.Equal(t, PageResult{Rows: "r", Notes: []RowNote{{Line: 9, Code: "number_taken", Field: "/number"}}}, results(t, d))
			require.Equal(t, before, h.person(residentOf(first, 2)))

			require.Len(t, h.reg.records[TypeReview], 1)
			r := must[Review](h, TypeReview, KeyOf(command.DerivedID("review", d.env.ID.String(), "9")))
			require.Equal(t, Review{ID: r.ID, State: "open", Status: "conflict", Class: "conflict", Code: "number_taken", Field: "/number",
				Message: r.Message, Kind: KindRosterPage, Unit: ward, Officer: officerOf(RoleSupervisor, ward), Node: wardPC,
				CapturedAt: ms(tonight), DecidedAt: ms(tonight), Type: TypeResident, Record: KeyOf(before.ID), Line: 9, Body: r.Body}, r)
			var kept RosterRow
			require.NoError(t, json.Unmarshal(r.Body, &kept))
			require.Equal(t, row, kept)
		})
	}
}

func TestTheSameNameIsTheSameWhereverTheToneStands(t *testing.T) {
	h := founded(t)
	row := RosterRow{Line: 2, Number: "001170000001", Name: "Nguyễn Thị Hòa", Birth: "1970"}
	h.accept(KindRosterPage, listPage(1, row))
	row.Name = "Nguyễn Thị Hoà"
	d := h.accept(KindRosterPage, listPage(2, row))
	require.NotContains(t, results(t, d).Rows, "r")
	require.Len(t, h.reg.records[TypeResident], 1)
}

func TestRowsOfAPageSeeEachOther(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1,
		RosterRow{Line: 2, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Address: "Số 21", Hamlet: hamlet},
		RosterRow{Line: 3, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Address: "Số 21", Hamlet: hamlet},
		RosterRow{Line: 4, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955-03-17", Address: "Số 21", Hamlet: hamlet},
		RosterRow{Line: 5, Number: "001155000428", Name: "Ai Khác", Birth: "1955"},
		RosterRow{Line: 6, Name: "Lê Văn Sĩ", Birth: "1980", Address: "Số 21", Hamlet: hamlet},
		RosterRow{Line: 7, Name: "Lê Văn Sĩ", Birth: "1980", Address: "Số 21", Hamlet: hamlet},
		RosterRow{Line: 8, Number: "001080000001", Name: "Lê Văn Sĩ", Birth: "1980", Address: "Số 21", Hamlet: hamlet},
		RosterRow{Line: 9, Number: "001080000002", Name: "Lê Văn Sĩ", Birth: "1980", Address: "Số 21", Hamlet: hamlet}, // a namesake: two numbers are two people
	))
	require.Equal(t, PageResult{Rows: "nsurnsun", Notes: []RowNote{{Line: 5, Code: "number_taken", Field: "/number"}}}, results(t, d))
	require.Len(t, h.reg.records[TypeHousehold], 1)
	require.Len(t, h.reg.records[TypeResident], 3)
	require.Equal(t, Birth("1955-03-17"), h.person(residentOf(d, 2)).Birth)
	require.Equal(t, "001080000001", h.person(residentOf(d, 6)).Number)
	require.Len(t, d.Changes, 5, "each record is written once: a household, three people, a review")
}

func TestARowIsKnownByTheBirthThatAnEarlierRowOfItsPageFilledIn(t *testing.T) {
	h := founded(t)
	rows := listed()[:1]
	rows[0].Birth = "1955"
	h.accept(KindRosterPage, listPage(1, rows...))
	better, bare := rows[0], rows[0]
	better.Birth = "1955-03-17"
	bare.Line, bare.Number, bare.Birth = 3, "", "1955-03-17"
	require.Equal(t, PageResult{Rows: "us"}, results(t, h.accept(KindRosterPage, listPage(2, better, bare))))
}

func TestABadRowNeverStopsTheOthers(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1,
		RosterRow{Line: 2, Name: "  "},
		RosterRow{Line: 3, Name: "Lê Văn Sĩ", Birth: "31/12/1980"},
		RosterRow{Line: 4, Name: "Lê Văn Sĩ", Sex: "nam"},
		RosterRow{Line: 5, Name: "Lê Văn Sĩ", Number: "42"},
		RosterRow{Line: 6, Name: "Lê Văn Sĩ", Phone: "113"},
		RosterRow{Line: 7, Name: "Lê Văn Sĩ", Hamlet: "00163-99", Address: "Số 1"},
		RosterRow{Line: 8, Name: "Lê Văn Sĩ", Hamlet: hamlet3, Address: "Số 1"},
		RosterRow{Line: 9, Name: "Lê Văn Sĩ"},
		RosterRow{Line: 10, Name: "Lê Văn Sĩ", Address: strings.Repeat("x", 40000)},
	))
	require.Equal(t, PageResult{Rows: "xxxxxxxnx", Notes: []RowNote{
		{2, "required", "/name"}, {3, "bad_birth", "/birth"}, {4, "bad_choice", "/sex"}, {5, "bad_number", "/number"},
		{6, "bad_phone", "/phone"}, {7, "unknown_hamlet", "/hamlet"}, {8, "outside_unit", "/hamlet"}, {10, "too_long", "/address"},
	}}, results(t, d))
	require.Len(t, d.Changes, 1)
	require.True(t, h.person(residentOf(d, 9)).Eligible, "an unknown birth counts: better than left out")
}

func TestAPageIsForTheUnitOfWhoAsks(t *testing.T) {
	h := founded(t)
	page := listPage(1, listed()...)
	page.Unit = ward2
	d := h.refuse(command.Rejected, "outside_unit", "/unit", KindRosterPage, page)
	require.Empty(t, h.review(d).Body, "the file is the durable copy of a page")
}

func TestAPageIsNumberedAndBounded(t *testing.T) {
	rows := slices.Repeat([]RosterRow{{Name: "Lê Văn Sĩ"}}, MaxRows)
	require.Nil(t, listPage(1, rows...).Check())
	for field, bad := range map[string]RosterPage{
		"/rows": listPage(1, append(rows, rows[0])...),
		"/page": listPage(0, rows...),
		"/file": {File: "danh-sach.xlsx", Page: 1, Unit: ward, Rows: rows},
	} {
		require.Equal(t, field, bad.Check().Field)
	}
	require.Equal(t, "/rows", listPage(1).Check().Field)
}

func TestAFullPageOfStrangersStaysInsideTheBounds(t *testing.T) {
	h := founded(t)
	var rows []RosterRow
	for i := range MaxRows {
		rows = append(rows, RosterRow{Line: i + 2, Number: "0011550" + padded(uint64(i))[15:], Name: "Nguyễn Thị Phương Thảo", Birth: "1955-03-17",
			Sex: Female, Phone: "0912404318", Address: "Số " + itoa(i+1) + ", ngõ 68 Xuân Thuỷ", Hamlet: hamlet, Relation: "Chủ hộ", Ethnic: "Kinh"})
	}
	d := h.accept(KindRosterPage, listPage(1, rows...))
	require.Equal(t, strings.Repeat("n", MaxRows), results(t, d).Rows)
	require.Len(t, d.Changes, 2*MaxRows)
	require.LessOrEqual(t, len(d.env.Encode()), command.MaxPage)
}
