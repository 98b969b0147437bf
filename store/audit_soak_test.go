//go:build soak

package store

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSoakWhateverIsAlteredInTheChainOfChangesIsFoundAndNamed(t *testing.T) {
	tamper(t, 2000, uint64(time.Now().UnixNano()))
}

// A million commands are what a cluster asks for in a campaign. Only the walk
// over chain and feed is bounded; the whole look is printed beside it.
func TestSoakAMillionEntriesAreVerifiedInFifteenSeconds(t *testing.T) {
	s := newStore(t)
	begun := time.Now()
	longChain(t, s, 1_000_000)
	t.Logf("written in %s", time.Since(begun).Round(time.Millisecond))
	for range 3 {
		begun = time.Now()
		out := verify(t, s)
		require.Nil(t, out.Fault)
		require.Equal(t, uint64(1_000_000), out.Entries)
		whole := time.Since(begun)
		r := s.Read()
		begun = time.Now()
		v := newVerifier(r, nil)
		require.Nil(t, v.chain(context.Background()))
		chain := time.Since(begun)
		r.Close()
		t.Logf("1,000,000 entries: chain and feed %s, everything %s", chain.Round(time.Millisecond), whole.Round(time.Millisecond))
		require.LessOrEqual(t, chain, 15*time.Second)
	}
}
