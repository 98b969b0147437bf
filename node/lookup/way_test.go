package lookup

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// shelf is an index held in memory, each part sorted.
type shelf struct {
	Source
	parts map[string][]string
}

func (s shelf) ScanFrom(_ command.Index, prefix string, after command.Place) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		for _, by := range s.parts[prefix] {
			if prefix+by > after.Term && !yield(prefix+by, command.Key("k"+by)) {
				return
			}
		}
	}
}

func (s shelf) ScanBack(_ command.Index, prefix string, before command.Place) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		for _, by := range slices.Backward(s.parts[prefix]) {
			if (before.Term == "" || prefix+by < before.Term) && !yield(prefix+by, command.Key("k"+by)) {
				return
			}
		}
	}
}

// However the parts are filled and whoever is asked for, going on where the walk
// was broken off, at somebody or between, meets everybody asked for once, in order.
func TestAWalkThatIsBrokenOffGoesOnWithoutLossOrRepetition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, some := shelf{parts: map[string][]string{}}, rapid.SampledFrom([]string{"", "7", "77", "none"}).Draw(t, "asked for")
		w := way{back: rapid.Bool().Draw(t, "back")}
		var want []string
		for p := range rapid.IntRange(1, 4).Draw(t, "parts") {
			prefix := string(rune('a' + p))
			w.along = append(w.along, stretch{prefix: prefix})
			from, n := rapid.IntRange(0, 2000).Draw(t, "from"), rapid.IntRange(0, 700).Draw(t, "n")
			for i := range n {
				by := fmt.Sprintf("%05d%s", from+i, prefix)
				s.parts[prefix] = append(s.parts[prefix], by)
				if strings.Contains(by, some) {
					want = append(want, by)
				}
			}
		}
		slices.Sort(want)
		if w.back {
			slices.Reverse(want)
		}
		if some != "" {
			for i := range w.along {
				w.along[i].only = func(by string) bool { return strings.Contains(by, some) }
			}
		}
		var got []string
		for round := 0; ; round++ {
			require.Less(t, round, 5000)
			stop, broken := rapid.IntRange(1, 300).Draw(t, "stop"), false
			for at := range w.walk(s, 20) {
				if !at.past {
					got = append(got, at.by)
				}
				w.at = spot{by: at.by, key: at.key}
				if stop--; stop == 0 {
					broken = true
					break
				}
			}
			if !broken {
				break
			}
		}
		require.Equal(t, want, got)
	})
}
