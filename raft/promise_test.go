package raft

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWhatADiskMustHaveForAPromise(t *testing.T) {
	p := Promise{Life: 1, Term: 5, Agreed: 100}
	for _, c := range []struct {
		name   string
		by     held
		broken bool
	}{
		{"just that", held{1, 5, 100}, false},
		{"more of everything", held{1, 6, 130}, false},
		{"entries nobody agreed on were taken back", held{1, 5, 100}, false},
		{"an entry less", held{1, 5, 99}, true},
		{"a term less, though no entry", held{1, 4, 130}, true},
		{"nothing at all", held{}, true},
		{"an earlier life, however much it has", held{0, 9, 900}, true},
		{"a later life", held{2, 0, 0}, false},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.broken, p.broken(c.by)) })
	}
	require.False(t, Promise{}.broken(held{}), "of whom nothing is known nothing is asked")
}

// TestNothingThatWasPromisedIsForgottenByHearingMore holds for any order in which
// promises are heard, old ones too.
func TestNothingThatWasPromisedIsForgottenByHearingMore(t *testing.T) {
	one := rapid.Custom(func(t *rapid.T) Promise {
		n := rapid.Uint64Range(0, 3)
		return Promise{n.Draw(t, "life"), n.Draw(t, "term"), n.Draw(t, "agreed")}
	})
	rapid.Check(t, func(t *rapid.T) {
		p, q := one.Draw(t, "p"), one.Draw(t, "q")
		n := rapid.Uint64Range(0, 4)
		h := held{n.Draw(t, "life"), n.Draw(t, "term"), n.Draw(t, "last")}
		both := p.later(q)
		require.Equal(t, both, q.later(p))
		require.Equal(t, p.broken(h) || q.broken(h), both.broken(h))
	})
}
