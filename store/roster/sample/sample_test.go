package sample

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/roster"
)

func config(n int) Config {
	return Config{Seed: 42, Residents: n, Units: []Unit{Ward("00166", "Dịch Vọng Hậu", 30), Ward("00295", "Quỳnh Lôi", 20), HighlandCommune("03256", "Mường Ảng", 12)}}
}

func TestASeedAlwaysMakesTheSamePeople(t *testing.T) {
	first := slices.Collect(Make(config(1000)))
	require.Equal(t, first, slices.Collect(Make(config(1000))))
	other := config(1000)
	other.Seed = 43
	require.NotEqual(t, first, slices.Collect(Make(other)))
	var a, b bytes.Buffer
	_, err := WriteCSV(&a, slices.Values(first), Messy(1), CSV{})
	require.NoError(t, err)
	_, err = WriteCSV(&b, slices.Values(first), Messy(1), CSV{})
	require.NoError(t, err)
	require.Equal(t, a.String(), b.String())
}

func TestPeopleAreConsistent(t *testing.T) {
	numbers := map[string]bool{}
	perUnit, withNumber, surnames, households := map[string]int{}, 0, map[string]int{}, map[string]int{}
	n := 0
	for p := range Make(config(30_000)) {
		n++
		perUnit[p.Unit]++
		households[p.Unit+p.HouseholdRef]++
		if p.Unit == "00166" {
			surnames[strings.Fields(p.Name)[0]]++
		}
		require.Equal(t, civic.CleanName(p.Name), p.Name)
		require.NotEmpty(t, p.Address)
		require.True(t, strings.HasPrefix(p.Hamlet, p.Unit+"-"))
		_, bad := civic.ParseBirth(string(p.Birth))
		require.Nil(t, bad)
		if p.Number != "" {
			withNumber++
			require.False(t, numbers[p.Number], "two people with %s", p.Number)
			numbers[p.Number] = true
			require.Empty(t, civic.NumberWarnings(p.Number, p.Birth, p.Sex))
		}
		if p.Phone != "" {
			phone, bad := civic.ParsePhone(p.Phone)
			require.Nil(t, bad, p.Phone)
			require.Equal(t, p.Phone, phone)
		}
	}
	require.Equal(t, 30_000, n)
	require.Equal(t, map[string]int{"00166": 10_000, "00295": 10_000, "03256": 10_000}, perUnit)
	require.InDelta(t, 29_100, withNumber, 300)
	require.InDelta(t, 3_840, surnames["Nguyễn"], 300, "38 in a hundred")
	require.InDelta(t, 1_210, surnames["Trần"], 200)
	require.InDelta(t, 8_900, len(households), 900, "3.4 to a household")
}

func TestEveryHouseholdHasOneHeadAtOneAddress(t *testing.T) {
	heads, address := map[string]int{}, map[string]string{}
	for p := range Make(config(3_000)) {
		home := p.Unit + p.HouseholdRef
		if p.Relation == roster.Head {
			heads[home]++
			require.GreaterOrEqual(t, 2024-p.Birth.Year(), 18)
		}
		if a, known := address[home]; known {
			require.Equal(t, a, p.Address+p.Hamlet)
		}
		address[home] = p.Address + p.Hamlet
	}
	for home := range address {
		require.Equal(t, 1, heads[home])
	}
}

func TestDaysBecomeTheFiguresOfASpreadsheet(t *testing.T) {
	for day, want := range map[civic.Birth]int64{"1955-08-15": 20316, "1970-01-01": 25569, "2000-02-29": 36585, "1999-12-31": 36525, "2024-03-01": 45352} {
		require.Equal(t, want, serial(day), day)
	}
}

func TestOldFontsAreWrittenAsTheyWere(t *testing.T) {
	require.Equal(t, "NguyÔn V¨n §øc", tcvn3("Nguyễn Văn Đức"))
	require.Equal(t, "hép møt tÕt", tcvn3("hộp mứt tết"))
	require.Equal(t, len([]rune(tcvn3Letters)), len([]rune(tcvn3Codes)))
	require.Equal(t, "Tr\xe2\xccn Thi\xf2", string(windows1258("Trần Thị")))
}
