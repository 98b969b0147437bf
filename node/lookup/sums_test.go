package lookup

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

// counts are a Source of which only the tallies are asked.
type counts struct {
	Source
	of    map[string]int64
	walks int
}

func (c *counts) Tallies(_ command.Tally, prefix string) iter.Seq2[string, int64] {
	c.walks++
	return func(yield func(string, int64) bool) {
		for _, key := range slices.Sorted(maps.Keys(c.of)) {
			if strings.HasPrefix(key, prefix) && !yield(key, c.of[key]) {
				return
			}
		}
	}
}

func TestSumsAreThoseOfTheUnitsAndNoOthers(t *testing.T) {
	codes := []string{"01", "01CG", "0016", "00163", "00163-01", "00163-02", "00166", "00166-01"}
	rapid.Check(t, func(t *rapid.T) {
		c := &counts{of: map[string]int64{}}
		for n, code := range codes {
			c.of[civic.TermPrefix(code)+"not_reached"], c.of[civic.TermPrefix(code)+"captured"] = int64(n), int64(10*n)
		}
		units := rapid.SliceOf(rapid.SampledFrom(codes)).Draw(t, "units")
		type sum struct {
			key string
			n   int64
		}
		got, want := []sum{}, []sum{}
		for key, n := range Sums(c, civic.CountBucket, units) {
			got = append(got, sum{key, n})
		}
		for key, n := range c.of {
			if slices.Contains(units, civic.TermParts(key)[0]) {
				want = append(want, sum{key, n})
			}
		}
		require.ElementsMatch(t, want, got)
	})
}

func TestTheSumsOfAWardAreOneWalk(t *testing.T) {
	c := &counts{of: map[string]int64{civic.TermPrefix("00163-01") + "captured": 3}}
	for range Sums(c, civic.CountBucket, []string{"00163", "00163-01", "00163-02", "00163-03"}) {
	}
	require.Equal(t, 1, c.walks)
}
