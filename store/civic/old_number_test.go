package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestAnOldNumberHasNineDigitsAndGetsItsZeroBack(t *testing.T) {
	for raw, want := range map[string]string{
		"012345678": "012345678", "12345678": "012345678", "012 345 678": "012345678", "012.345.678": "012345678",
		"0123456789": "", "1234567": "", "": "", "01234567a": "", "001155000428": "",
	} {
		got, err := ParseOldNumber(raw)
		require.Equal(t, want, got, raw)
		require.Equal(t, want == "", err != nil, raw)
	}
}

func TestOldNumbersOfAListFindTheirPeopleAndDecideNothing(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1,
		RosterRow{Line: 2, Name: "Lê Văn Sĩ", Birth: "1960", OldNumber: "12345678"},
		RosterRow{Line: 3, Name: "Vũ Thị Hoa", Birth: "1970", OldNumber: "012345678"}, // provinces gave one number twice
		RosterRow{Line: 4, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", OldNumber: "111222333"},
		RosterRow{Line: 5, Name: "Đỗ Văn Lang", Birth: "1990", OldNumber: "12"}))
	require.Equal(t, PageResult{Rows: "nnnx", Notes: []RowNote{{Line: 5, Code: "bad_old_number", Field: "/oldNumber"}}}, results(t, d))
	require.ElementsMatch(t, []command.Key{KeyOf(residentOf(d, 2)), KeyOf(residentOf(d, 3))}, ByOld(h.reg, "012345678"))
	require.Empty(t, ByOld(h.reg, "01234567"), "exactly")

	again := h.accept(KindRosterPage, listPage(2, RosterRow{Line: 9, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", OldNumber: "444555666"},
		RosterRow{Line: 10, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", OldNumber: "111222333"}))
	require.Equal(t, "us", results(t, again).Rows)
	require.Equal(t, []string{"111222333", "444555666"}, h.person(residentOf(d, 4)).Old)
}
