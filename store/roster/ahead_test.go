package roster

import (
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// numbered is a table of n lines that uses its cells again, as CSV does, and ends
// with an error if there is one.
func numbered(n int, err error) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		cells := make([]string, 1)
		for i := range n {
			cells[0] = fmt.Sprint("cell ", i)
			if !yield(line{i + 1, cells}, nil) {
				return
			}
		}
		if err != nil {
			yield(line{}, err)
		}
	}
}

func TestLinesReadAheadAreTheSameLines(t *testing.T) {
	torn := errors.New("torn")
	for _, n := range []int{0, 1, linesAhead - 1, linesAhead, linesAhead + 1, 10*linesAhead*batchesAhead + 7} {
		for _, end := range []error{nil, torn} {
			synctest.Test(t, func(t *testing.T) { // which fails if anything goes on behind the end
				got, ended := 0, error(nil)
				for l, err := range ahead(numbered(n, end)) {
					if err != nil {
						ended = err
						continue
					}
					require.Equal(t, line{got + 1, []string{fmt.Sprint("cell ", got)}}, l)
					got++
				}
				require.Equal(t, n, got)
				require.Equal(t, end, ended)
			})
		}
	}
}

func TestNothingIsReadAfterWhoeverAskedHasEnough(t *testing.T) {
	for _, after := range []int{1, linesAhead, 3*linesAhead + 5} {
		synctest.Test(t, func(t *testing.T) {
			got := 0
			for range ahead(numbered(1_000_000, nil)) {
				if got++; got == after {
					break
				}
			}
			require.Equal(t, after, got)
		})
	}
}
