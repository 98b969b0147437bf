package outbox

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheLedgerNamesEveryCaptureInOrderWithWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	o := openTest(t, t.TempDir(), segmentSize, quickDisk())
	for n := 1; n <= 3; n++ {
		put(t, o, n)
	}
	require.NoError(t, o.Settle(numbered(2), accepted(9)))
	l := o.Ledger()
	require.EqualValues(t, 4, l.Next)
	require.Empty(t, l.Lost)
	require.Len(t, l.Lines, 3)
	for i, line := range l.Lines {
		require.Equal(t, numbered(i+1), line.ID)
		require.EqualValues(t, i+1, line.Seq)
		require.Positive(t, line.PutAt)
	}
	require.Nil(t, l.Lines[0].Outcome)
	require.EqualValues(t, 9, l.Lines[1].Outcome.Index)
}

func TestTheLedgerNumbersWhatDamageHasCost(t *testing.T) {
	t.Parallel()
	before, _ := lastRecord(t, func(*Outbox) {})
	dir := lay(t, before, func(files map[string]string) {
		raw := []byte(files[seg1])
		raw[len(raw)-len(raw)/6] ^= 1 // in the last of three records
		files[seg1] = string(raw)
	})
	reopen(t, dir, segmentSize, func(o *Outbox) {
		l := o.Ledger()
		require.Equal(t, []uint64{3}, l.Lost)
		require.Len(t, l.Lines, 2)
		require.EqualValues(t, 4, l.Next)
	})
}
