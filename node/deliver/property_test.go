package deliver_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/node/deliver"
	"gocua/store/command"
)

// ledger agrees on entries as the cluster does: the first outcome of an ID
// counts. By plan an entry is refused, or agreed without the proposer hearing.
type ledger struct {
	plan    []fate // of one entry after the other; beyond it all is well
	mu      sync.Mutex
	busy    bool
	entries [][]byte
	order   []command.ID
	index   map[command.ID]uint64
	broken  string
}

type fate int

const (
	heard fate = iota
	refused
	unheard
)

func (l *ledger) Propose(_ context.Context, raw []byte) ([]command.Decided, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy {
		l.broken = "two entries under way"
	}
	l.busy = true
	defer func() { l.busy = false }()
	entry, err := command.DecodeEntry(raw)
	if err != nil {
		l.broken = err.Error() // over a bound
	}
	n := len(l.entries)
	l.entries = append(l.entries, raw)
	does := heard
	if n < len(l.plan) {
		does = l.plan[n]
	}
	if does == refused {
		return nil, errAway
	}
	var decided []command.Decided
	for _, c := range entry.Commands {
		if l.index[c.ID] == 0 {
			l.order = append(l.order, c.ID)
			l.index[c.ID] = uint64(n + 1)
		}
		decided = append(decided, command.Decided{ID: c.ID, Outcome: command.Outcome{Status: command.Accepted, Index: l.index[c.ID]}})
	}
	if does == unheard {
		return nil, errAway
	}
	return decided, nil
}

// TestEveryCommandIsDecidedOnceAndInItsCallersOrder has callers hand in lists of
// commands of any size, again and again until they hear.
func TestEveryCommandIsDecidedOnceAndInItsCallersOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := &ledger{index: map[command.ID]uint64{}, plan: rapid.SliceOfN(rapid.SampledFrom([]fate{heard, heard, refused, unheard}), 0, 12).Draw(rt, "plan")}
		b := deliver.NewBatcher(l, func() int64 { return 1 })
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var running, callers sync.WaitGroup
		running.Go(func() { b.Run(ctx) })

		var all [][]command.Envelope
		for c := range rapid.IntRange(1, 5).Draw(rt, "callers") {
			sizes := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(200, 400), rapid.IntRange(200, command.MaxCommand)), 1, 90).Draw(rt, "sizes")
			var list []command.Envelope
			for i, size := range sizes {
				list = append(list, ask(fmt.Sprint(c, "-", i, " "), size))
			}
			all = append(all, list)
		}
		heards := make([][]command.Decided, len(all))
		for c, list := range all {
			callers.Go(func() {
				for {
					decided, err := b.Submit(t.Context(), list, c%2 == 1)
					if err == nil {
						heards[c] = decided
						return
					}
				}
			})
		}
		callers.Wait()
		stop()
		running.Wait()

		require.Empty(rt, l.broken)
		place := map[command.ID]int{}
		for i, id := range l.order {
			_, twice := place[id]
			require.False(rt, twice, "decided twice")
			place[id] = i
		}
		for c, list := range all {
			require.Len(rt, heards[c], len(list))
			for i, e := range list {
				require.Equal(rt, e.ID, heards[c][i].ID)
				require.Equal(rt, l.index[e.ID], heards[c][i].Outcome.Index, "its first outcome")
				require.Contains(rt, place, e.ID)
				if i > 0 {
					require.Less(rt, place[list[i-1].ID], place[e.ID], "caller %d: command %d overtook the one before", c, i)
				}
			}
		}
	})
}
