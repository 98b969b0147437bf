package civic

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPersonalNumberHasTwelveDigits(t *testing.T) {
	for _, raw := range []string{"001155000123", "001 155 000 123", "001.155.000.123", " '001155000123\u00a0"} {
		got, err := ParsePersonalNumber(raw)
		require.Nil(t, err, raw)
		require.Equal(t, "001155000123", got)
	}
	for raw, message := range map[string]string{
		"":              "a personal number has 12 digits",
		"01155000123":   "only 11 digits, 12 needed",
		"0011550001234": "13 digits, 12 needed",
		"00115500012O":  "a personal number has digits only",
		"1.155E+09":     "a personal number has digits only",
		"٠٠١١٥٥٠٠٠١٢٣":  "a personal number has digits only",
		"000000000000":  "twelve times the same digit is no personal number",
	} {
		got, err := ParsePersonalNumber(raw)
		require.Empty(t, got)
		require.NotNil(t, err, raw)
		require.Equal(t, "bad_number", err.Code)
		require.Equal(t, message, err.Message, raw)
	}
}

func TestZerosASpreadsheetTookArePutBackOnlyIfTheProvinceFits(t *testing.T) {
	for raw, want := range map[string]string{
		"1155000123":   "001155000123", // Hà Nội: two lost
		"11303012345":  "011303012345", // Điện Biên: one lost
		"96.200012345": "096200012345",
	} {
		got, ok := RestoreNumber(raw)
		require.True(t, ok, raw)
		require.Equal(t, want, got)
	}
	for _, raw := range []string{"123456789", "13303012345", "03303012345", "001155000123", "1.1E+10", "", "3155000123"} {
		_, ok := RestoreNumber(raw)
		require.False(t, ok, raw)
	}
}

func TestANumberThatContradictsThePersonWarns(t *testing.T) {
	for _, c := range []struct {
		name, number string
		birth        Birth
		sex          string
		want         []string
	}{
		{"all fits", "001155000123", "1955-08-15", "female", nil},
		{"fits, born in this century", "001303012345", "2003-08-05", "female", nil},
		{"a boy of 2010", "038210000001", "2010", "male", nil},
		{"born abroad", "201190000001", "1990", "female", nil},
		{"no such province", "003090000001", "1990-01-01", "male", []string{WarnNumberProvince}},
		{"other century", "001155000123", "2055-08-15", "female", []string{WarnNumberCentury}},
		{"other year", "001155000123", "1956-08-15", "female", []string{WarnNumberYear}},
		{"other sex", "001155000123", "1955-08-15", "male", []string{WarnNumberSex}},
		{"nothing known of the person", "001155000123", "", "", nil},
		{"everything wrong", "005155000123", "2001", "male", []string{WarnNumberProvince, WarnNumberCentury, WarnNumberYear, WarnNumberSex}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, NumberWarnings(c.number, c.birth, c.sex)) })
	}
}

func TestAMaskedNumberShowsItsLastFourDigits(t *testing.T) {
	require.Equal(t, "•••• •••• 0428", MaskNumber("001155000428"))
	require.Equal(t, "•••• •••• ••••", MaskNumber("12345"))
}

func FuzzPersonalNumber(f *testing.F) {
	for _, s := range []string{"001155000123", "1155000123", " '001.155.000.123", "1.1E+11", "\xff\u200b0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if got, err := ParsePersonalNumber(raw); err == nil {
			require.Regexp(t, `^[0-9]{12}$`, got)
			_, restored := RestoreNumber(raw)
			require.False(t, restored, "a whole number has lost nothing")
		}
		if got, ok := RestoreNumber(raw); ok {
			require.Regexp(t, `^0[0-9]{11}$`, got)
		}
		NumberWarnings(raw, Birth(raw), raw)
		MaskNumber(raw)
	})
}
