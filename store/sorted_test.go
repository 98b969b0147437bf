package store

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// version is a map as it was frozen, and what it must hold for ever.
type version struct {
	frozen sorted[int]
	model  map[string]int
}

func TestASortedMapIsAMapInOrderAndAFrozenOneStaysAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, versions := version{model: map[string]int{}}, []version(nil)
		for round := range rapid.IntRange(1, 5).Draw(t, "rounds") {
			start := rapid.IntRange(0, 1000).Draw(t, "start")
			for i := range rapid.IntRange(0, 900).Draw(t, "run") {
				x := fmt.Sprint(start + i)
				if rapid.Uint8().Draw(t, "drop") < 60 {
					delete(now.model, x)
					now.frozen.remove(x)
					continue
				}
				now.model[x] = round
				now.frozen.put(x, round)
			}
			switch rapid.IntRange(0, 2).Draw(t, "then") {
			case 0: // go on with it
				now.frozen.freeze()
				versions = append(versions, version{now.frozen, maps.Clone(now.model)})
			case 1: // go on with an older one
				if len(versions) > 0 {
					old := rapid.SampledFrom(versions).Draw(t, "old")
					now = version{old.frozen, maps.Clone(old.model)}
				}
			}
		}
		for _, v := range append(versions, now) {
			requireSorted(t, v)
		}
	})
}

func requireSorted(t *rapid.T, v version) {
	want := slices.Sorted(maps.Keys(v.model))
	var got []string
	for x, n, ok := v.frozen.from(""); ok; x, n, ok = v.frozen.from(x + "\x00") {
		require.Equal(t, v.model[x], n)
		got = append(got, x)
	}
	require.Equal(t, want, got)
	at := fmt.Sprint(rapid.IntRange(0, 3000).Draw(t, "from"))
	i, there := slices.BinarySearch(want, at)
	x, _, ok := v.frozen.from(at)
	if require.Equal(t, i < len(want), ok); ok {
		require.Equal(t, want[i], x)
	}
	x, _, ok = v.frozen.below(at)
	if require.Equal(t, i > 0, ok); ok {
		require.Equal(t, want[i-1], x)
	}
	n, ok := v.frozen.get(at)
	require.Equal(t, there, ok)
	require.Equal(t, v.model[at], n)
}
