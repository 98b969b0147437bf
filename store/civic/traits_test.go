package civic

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

func TestTheTermsOfAResidentSayWhatAListIsNarrowedBy(t *testing.T) {
	home := command.DerivedID("home")
	for _, c := range []struct {
		r    Resident
		ends string
	}{
		{Resident{Name: "Trần Thị Mẫu", Birth: "1955-03-17", Sex: Female, Number: "001155000428", Phones: []string{"+84912404318"}, Household: home, Eligible: true}, "\x1f1955fnphe"},
		{Resident{Name: "Trần Thị Mẫu", Birth: "1955", Sex: Male}, "\x1f1955m----"},
		{Resident{Name: "Trần Thị Mẫu"}, "\x1f0000-----"},
		{Resident{Name: "Trần Thị Mẫu", Birth: "2013", Sex: Female, Household: home}, "\x1f2013f--h-"},
	} {
		var d command.Derived
		c.r.Hamlet = "00163-1"
		c.r.Derive(&d)
		seen := 0
		for _, x := range d.Terms {
			if x.Index == ResidentByName || x.Index == ResidentByBucket {
				require.Truef(t, strings.HasSuffix(x.Value, c.ends), "%q", x.Value)
				seen++
			}
		}
		require.Equal(t, 2, seen)
	}
	require.Equal(t, Traits{}, TraitsIn("00163-1"), "a term of another index says nothing")
}

func TestTraitsAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Traits{Born: rapid.SampledFrom([]int{0, 1880, 1955, 2013}).Draw(t, "born"), Sex: rapid.SampledFrom([]string{"", Male, Female}).Draw(t, "sex"),
			Number: rapid.Bool().Draw(t, "number"), Phone: rapid.Bool().Draw(t, "phone"), Housed: rapid.Bool().Draw(t, "housed"), Eligible: rapid.Bool().Draw(t, "eligible")}
		require.Equal(t, want, TraitsIn(term("00163-1", SortKey("Trần Thị Mẫu"), want.code())))
	})
}

// The names are in the order of a Vietnamese list, written by hand.
func TestAListOfNamesIsEnteredAtALetter(t *testing.T) {
	sorted := []string{"Đỗ Bích An", "Trần Thị Ánh", "Lê Thị Ân", "Phạm Gia Bảo", "Ngô Mai Cúc", "Vũ Thị Dung", "Hồ Quang Đạt", "Tạ Thị Em", "Lý Văn Giang"}
	keys := make([]string, len(sorted))
	for i, name := range sorted {
		keys[i] = SortKey(name)
	}
	require.True(t, slices.IsSorted(keys))
	first := map[string]string{}
	for _, l := range Letters() {
		if i, _ := slices.BinarySearch(keys, l.From); i < len(keys) {
			first[l.Letter] = sorted[i]
		}
	}
	for letter, want := range map[string]string{"A": "Đỗ Bích An", "Ă": "Lê Thị Ân", "Â": "Lê Thị Ân", "B": "Phạm Gia Bảo", "D": "Vũ Thị Dung", "Đ": "Hồ Quang Đạt", "E": "Tạ Thị Em", "G": "Lý Văn Giang"} {
		require.Equal(t, want, first[letter], letter)
	}
	require.Len(t, Letters(), 29, "the alphabet")
}
