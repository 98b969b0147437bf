package outbox

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatMayNotBeInTheRegisterYetIsListedFromAPlaceOn(t *testing.T) {
	dir := t.TempDir()
	o, err := Open(config(dir))
	require.NoError(t, err)
	for n := range 5 {
		put(t, o, n+1)
	}
	require.NoError(t, o.Settle(numbered(1), accepted(40)))
	require.NoError(t, o.Settle(numbered(3), accepted(42)))
	look := func(seq, applied uint64) []uint64 {
		items, next := o.Since(seq, applied)
		require.EqualValues(t, 6, next)
		require.EqualValues(t, 6, o.Next())
		for _, it := range items {
			require.NotEmpty(t, it.Envelope.Body, "also of what was settled")
		}
		return seqs(items)
	}
	listed := func() {
		require.Equal(t, []uint64{1, 2, 3, 4, 5}, look(0, 39))
		require.Equal(t, []uint64{2, 3, 4, 5}, look(0, 41))
		require.Equal(t, []uint64{2, 4, 5}, look(0, 42))
		require.Equal(t, []uint64{3, 4, 5}, look(3, 41))
		require.Empty(t, look(6, 0))
		items, next, waiting := o.UndecidedSince(4)
		require.Equal(t, []uint64{4, 5}, seqs(items))
		require.EqualValues(t, 6, next)
		require.Equal(t, 3, waiting)
	}
	listed()
	require.NoError(t, o.Close())
	o, err = Open(config(dir))
	require.NoError(t, err)
	defer o.Close()
	listed()
}
