package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Each start of a machine leaves a loose table, as 16 MB of changes do.
func TestTidyingSortsWhatIsLooseAndTheRegisterSaysTheSame(t *testing.T) {
	dir, index := t.TempDir(), 0
	start := func(wait func(*Store)) {
		s := openSmall(t, dir)
		index++
		key := fmt.Sprint(index % 4) // all but the first are changed
		apply(t, s, entry(t, uint64(index), int64(index), ask(fmt.Sprint(index), putPerson{key, person{"Lan", "Hue", int64(index)}})))
		wait(s)
		require.NoError(t, s.Close())
	}
	const full, more = 16, 6
	for range full {
		start(func(s *Store) { require.Zero(t, s.Loose(), "none are in order yet") })
	}
	start(func(s *Store) { // now Badger does it by itself
		require.Eventually(t, func() bool { return s.vol.db.Levels()[0].NumTables == 0 }, time.Minute, 10*time.Millisecond)
	})
	for range more - 1 {
		start(func(*Store) {})
	}
	s := openSmall(t, dir)
	require.Equal(t, more, s.Loose())
	before, r := contentOf(t, s), s.Read()
	apply(t, s, entry(t, uint64(index+1), int64(index+1), ask("after", dropPerson{"3"})))
	after := contentOf(t, s)
	require.NoError(t, s.Tidy())
	require.Zero(t, s.Loose())
	require.Equal(t, after, contentOf(t, s))
	require.NotNil(t, r.Get(personType, "3"), "who began to read before is not disturbed")
	require.Len(t, scan(r, byTown, ""), 4)
	require.NotEqual(t, before, after)
	r.Close()
	require.NoError(t, s.Verify())
	require.NoError(t, s.Close())
	require.ErrorIs(t, s.Tidy(), ErrClosed)
	require.Zero(t, s.Loose())
	s = openSmall(t, dir)
	require.Equal(t, after, contentOf(t, s))
	require.NoError(t, s.Close())
}
