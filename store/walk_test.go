package store

import (
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// requireWalked enters an index at a place, where something stands or nothing
// does: on from there is the rest of the whole, back is what came before, turned
// round.
func requireWalked(t *rapid.T, whole [][2]string, got command.View, ix command.Index, prefix string) {
	seeker, ok := got.(command.Seeker)
	if !ok {
		return
	}
	walked := func(found func(func(string, command.Key) bool)) (list [][2]string) {
		for term, key := range found {
			list = append(list, [2]string{term, string(key)})
		}
		return list
	}
	require.Equal(t, whole, walked(seeker.ScanFrom(ix, prefix, command.Place{})))
	turned := slices.Clone(whole)
	slices.Reverse(turned)
	require.Equal(t, turned, walked(seeker.ScanBack(ix, prefix, command.Place{})))

	at := [2]string{prefix + rapid.SampledFrom([]string{"", "H", "ế", "zz"}).Draw(t, "term"), rapid.SampledFrom([]string{"", "a", "b", "zz"}).Draw(t, "key")}
	if len(whole) > 0 && rapid.Bool().Draw(t, "one that is there") {
		at = rapid.SampledFrom(whole).Draw(t, "place")
	}
	if at == ([2]string{}) {
		return
	}
	place := command.Place{Term: at[0], Key: command.Key(at[1])}
	var before, after [][2]string
	for _, one := range whole {
		switch slices.Compare(one[:], at[:]) {
		case 1:
			after = append(after, one)
		case -1:
			before = append([][2]string{one}, before...)
		}
	}
	require.Equal(t, after, walked(seeker.ScanFrom(ix, prefix, place)), "on from %q", at)
	require.Equal(t, before, walked(seeker.ScanBack(ix, prefix, place)), "back from %q", at)
}
