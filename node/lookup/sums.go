package lookup

import (
	"iter"
	"slices"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// Sums yields what is counted under any of the units: the key as it is
// kept, which begins with the unit. Units whose codes begin with that of another, as
// hamlets do with their ward's, are read with it: a page of a cluster asks for
// hundreds, and opening a walk costs more than walking.
func Sums(src Source, t command.Tally, units []string) iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		sorted := slices.Compact(slices.Sorted(slices.Values(units)))
		for len(sorted) > 0 {
			first, n := sorted[0], 1
			for n < len(sorted) && strings.HasPrefix(sorted[n], first) {
				n++
			}
			under := first
			if n == 1 {
				under = civic.TermPrefix(first)
			}
			for key, sum := range src.Tallies(t, under) {
				if _, in := slices.BinarySearch(sorted[:n], civic.TermParts(key)[0]); in && !yield(key, sum) {
					return
				}
			}
			sorted = sorted[n:]
		}
	}
}
