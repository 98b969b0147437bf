package roster_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/roster/sample"
)

// officeList is the list from which testdata/office was made with LibreOffice:
// an ordinary bad list with numbers kept as figures and days as serial numbers.
// Into Windows-1258 it saves neither accents that stand apart nor an Icelandic
// eth: it writes question marks, and the letters are lost. Of ý it makes ỳ
// (LibreOffice 7.4.7). So that list has none of these; no reader could tell.
func officeList(t testing.TB, windows1258 bool) ([]sample.Person, []byte, sample.Written) {
	people := slices.Collect(sample.Make(sample.Config{Seed: 41, Residents: 320, Units: units()}))
	if windows1258 {
		people = slices.DeleteFunc(people, func(p sample.Person) bool { return strings.ContainsAny(p.Name+p.Address, "ýÝ") })
	}
	mess := sample.Messy(41)
	if windows1258 {
		mess.Decomposed, mess.Eth, mess.Spaces = 0, 0, 0
	}
	var b bytes.Buffer
	w, err := sample.WriteXLSX(&b, slices.Values(people), mess)
	require.NoError(t, err)
	return people, b.Bytes(), w
}
