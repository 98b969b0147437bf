package civic

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// An overlay shows what a register would that had taken the changes.
func TestAnOverlayShowsWhatTheRegisterWillShow(t *testing.T) {
	checked := 0
	rapid.Check(t, func(rt *rapid.T) {
		applied := founded(rt)
		below := founded(rt).reg
		for _, c := range drawnChanges(rt, "before") {
			require.NoError(rt, applied.reg.apply([]command.Change{c}))
			require.NoError(rt, below.apply([]command.Change{c}))
		}
		o := newOverlay(below, below.table)
		for _, c := range drawnChanges(rt, "on top") {
			require.NoError(rt, applied.reg.apply([]command.Change{c}))
			o.put(c)
			require.Equal(rt, string(applied.reg.Get(c.Type, c.Key)), string(o.Get(c.Type, c.Key)))
		}
		for _, ix := range slices.Sorted(maps.Keys(applied.reg.terms)) {
			prefixes := []string{""}
			for _, f := range applied.reg.terms[ix] {
				prefixes = append(prefixes, f.term, TermPrefix(TermParts(f.term)[0]))
			}
			for _, prefix := range prefixes {
				require.Equal(rt, scanned(applied.reg, ix, prefix), scanned(o, ix, prefix), "index %d under %q", ix, prefix)
				checked++
			}
		}
		names := map[recordName]bool{}
		for _, c := range o.changes {
			require.False(rt, names[recordName{c.Type, c.Key}], "each record once")
			names[recordName{c.Type, c.Key}] = true
		}
	})
	t.Logf("%d scans", checked)
	require.Greater(t, checked, 5000)
}

func scanned(v command.View, ix command.Index, prefix string) (all []found) {
	for t, key := range v.Scan(ix, prefix) {
		all = append(all, found{t, key})
	}
	return all
}

func drawnChanges(t *rapid.T, when string) (changes []command.Change) {
	for range rapid.IntRange(0, 20).Draw(t, when) {
		n := rapid.IntRange(0, 5).Draw(t, "record")
		of := func(what string, below int) command.ID {
			return id(what, rapid.IntRange(0, below-1).Draw(t, what))
		}
		one := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "value") }
		switch rapid.IntRange(0, 3).Draw(t, "type") {
		case 0:
			h := Household{ID: id("h", n), Hamlet: one(hamlet, hamlet2), Address: one("Số 1", "Số 2")}
			changes = append(changes, put(TypeHousehold, KeyOf(h.ID), h))
		case 1:
			r := Resident{ID: id("r", n), Household: of("h", 3), Hamlet: hamlet, Name: "Lê Văn Sĩ", Number: one("", mausNumber, sensNumber), Disputed: one("", mausNumber), Eligible: true}
			changes = append(changes, put(TypeResident, KeyOf(r.ID), r))
		case 2:
			r := Review{ID: id("c", n), State: one(ReviewOpen, ReviewClosed), Unit: ward, Parent: of("c", 5), Kind: KindHouseholdPut, Body: mustJSON(PutHousehold{ID: of("h", 3)})}
			changes = append(changes, put(TypeReview, KeyOf(r.ID), r))
		case 3:
			changes = append(changes, command.Change{Type: TypeResident, Key: KeyOf(id("r", n)), Op: command.Delete})
		}
	}
	return changes
}
