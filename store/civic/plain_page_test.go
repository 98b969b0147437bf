package civic

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func writtenRow(t *rapid.T, usual bool) RosterRow {
	text := func(name string) string { return writtenText(usual).Draw(t, name) }
	lines := []int{0, 1, 12, 999_999_999}
	if !usual {
		lines = append(lines, 1_000_000_000, -1) // which the quick way leaves to the other
	}
	return RosterRow{Line: rapid.SampledFrom(lines).Draw(t, "line"), Number: text("number"), Name: text("name"), Birth: Birth(text("birth")),
		Sex: text("sex"), Phone: text("phone"), Address: text("address"), Hamlet: text("hamlet"), HouseholdRef: text("ref"), Relation: text("relation"), Ethnic: text("ethnic"), OldNumber: text("old")}
}

func TestAPageIsReadByHandAsEncodingJSONReadsIt(t *testing.T) {
	byHand := 0
	rapid.Check(t, func(t *rapid.T) {
		usual := rapid.Bool().Draw(t, "usual")
		p := RosterPage{File: writtenText(usual).Draw(t, "file"), Page: rapid.IntRange(0, 20_000).Draw(t, "page"), Unit: writtenText(usual).Draw(t, "unit")}
		for range rapid.IntRange(0, 3).Draw(t, "rows") {
			p.Rows = append(p.Rows, writtenRow(t, usual))
		}
		b := harmed(t, p)
		var got RosterPage
		if !got.ReadPlain(b) {
			return
		}
		byHand++
		strict := json.NewDecoder(bytes.NewReader(b))
		strict.DisallowUnknownFields()
		var want RosterPage
		require.NoError(t, strict.Decode(&want), "what is read by hand is JSON of this page: %s", b)
		require.Equal(t, want, got)
	})
	require.Greater(t, byHand, 10, "hardly anything was plain")
}

// What imports send must go the quick way, or all of this is for nothing.
func TestAPageAsImportsSendItIsReadByHand(t *testing.T) {
	page := listPage(1, listed()...)
	body, err := json.Marshal(page)
	require.NoError(t, err)
	var got RosterPage
	require.True(t, got.ReadPlain(body), "%s", body)
	require.Equal(t, page, got)
}
