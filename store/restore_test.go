package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	fewestSteps = 20 // of a restore that are made to fail
	keysTried   = 8  // of the keys put, spread over all of them
)

var errPulled = errors.New("the plug was pulled")

// stepsOf lists the steps of restoring a stream: of those for single keys, a few.
func stepsOf(t *testing.T, stream []byte) (places []int, names []string) {
	var all []string
	s := newStore(t)
	s.step = func(name string) error { all = append(all, name); return nil }
	require.NoError(t, s.Restore(bytes.NewReader(stream)))
	puts, put := 0, 0
	for _, name := range all {
		if name == "key put" {
			puts++
		}
	}
	require.Greater(t, puts, keysTried)
	for i, name := range all {
		if name == "key put" {
			if put++; (put-1)%(puts/keysTried) != 0 {
				continue
			}
		}
		places, names = append(places, i), append(names, name)
	}
	return places, names
}

// failingAt makes the nth step of a restore do something, and fail if it says so.
func failingAt(s *Store, at int, do func() error) {
	n := 0
	s.step = func(string) error {
		if n++; n-1 == at {
			return do()
		}
		return nil
	}
}

// TestARestoreThatFailsAtAnyStepLeavesTheOldRegisterOrTheNew holds for an error
// and for a machine that dies there: what is found on its disk afterwards opens
// as one of the two, whole.
func TestARestoreThatFailsAtAnyStepLeavesTheOldRegisterOrTheNew(t *testing.T) {
	fresh := reference(t, busyEntries(t)...)
	stream, now := snapshotOf(t, fresh), contentOf(t, fresh)
	places, names := stepsOf(t, stream)
	require.GreaterOrEqual(t, len(places), fewestSteps)
	older := entry(t, 1, 1, ask("other", page{"old", 30, 3, "Hue"}))
	more := entry(t, 5, 500, ask("8", census{"Hue"}))
	olds, news := 0, 0
	for i, at := range places {
		dir := t.TempDir()
		s := openSmall(t, dir)
		apply(t, s, older)
		before := contentOf(t, s)
		left := filepath.Join(t.TempDir(), "disk")
		failingAt(s, at, func() error {
			require.NoError(t, os.CopyFS(left, os.DirFS(dir)))
			return errPulled
		})
		require.ErrorIs(t, s.Restore(bytes.NewReader(stream)), errPulled, names[i])

		died := openSmall(t, left)
		found := contentOf(t, died)
		if found.place == before.place {
			require.Equal(t, before, found, names[i])
			olds++
		} else {
			require.Equal(t, now, found, names[i])
			news++
		}
		requireSound(t, died)
		require.Len(t, volumesIn(t, died), 1, "half-made: %s", names[i])
		died.step = nil
		require.NoError(t, died.Restore(bytes.NewReader(stream)), "it is done again after %s", names[i])
		require.Equal(t, now, contentOf(t, died))
		require.NoError(t, died.Close())

		serves := contentOf(t, s) // the machine that only had an error goes on
		require.Contains(t, []contents{before, now}, serves, names[i])
		requireSound(t, s)
		s.step = nil
		require.NoError(t, s.Restore(bytes.NewReader(stream)), names[i])
		apply(t, s, more)
		require.NoError(t, s.Close())
	}
	t.Logf("%d steps failed, %d left the old register and %d the new: %v", len(places), olds, news, names)
	require.Positive(t, olds)
	require.Positive(t, news)
}
