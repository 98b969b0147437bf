package outbox

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// maxID keeps commands few enough that they come again.
const maxID = 80

// model is what an outbox is, without a disk.
type model struct {
	dir   string
	o     *Outbox
	items []*modelItem // in the order of capture
	seq   uint64

	puts, compactions int
}

type modelItem struct {
	n       int
	text    string
	seq     uint64
	outcome *command.Outcome
}

func (m *model) find(n int) *modelItem {
	for _, it := range m.items {
		if it.n == n {
			return it
		}
	}
	return nil
}

func (m *model) put(t *rapid.T) {
	n, text := rapid.IntRange(1, maxID).Draw(t, "id"), rapid.SampledFrom([]string{"a", "a", "a", "b"}).Draw(t, "text")
	it, err := m.o.Put(context.Background(), draft(numbered(n), text))
	known := m.find(n)
	switch {
	case known == nil:
		require.NoError(t, err)
		m.seq++
		require.Equal(t, m.seq, it.Envelope.Origin.Seq)
		m.items = append(m.items, &modelItem{n: n, text: text, seq: m.seq})
		m.puts++
	case known.text == text:
		require.NoError(t, err)
		require.Equal(t, known.seq, it.Envelope.Origin.Seq)
		require.Equal(t, known.outcome, it.Outcome)
	default:
		require.Equal(t, "id_reused", command.AsError(err).Code)
	}
}

func (m *model) putSome(t *rapid.T) {
	for range rapid.IntRange(1, 10).Draw(t, "puts") {
		m.put(t)
	}
}

func (m *model) settle(t *rapid.T) {
	from := rapid.IntRange(1, maxID).Draw(t, "id")
	to := from + rapid.IntRange(0, 30).Draw(t, "settles")
	for n := from; n <= to; n++ {
		out := accepted(rapid.SampledFrom([]uint64{1, 1, 1, 2, 3}).Draw(t, "index"))
		err := m.o.Settle(numbered(n), out)
		if it := m.find(n); it != nil {
			require.NoError(t, err)
			it.outcome = &out
		} else {
			require.Equal(t, "unknown_command", command.AsError(err).Code)
		}
	}
}

// compact drops what was settled with index 1 or 2; the model asks which of
// them went, for that is up to the outbox.
func (m *model) compact(t *rapid.T) {
	went, err := m.o.Compact(context.Background(), func(it Item) bool {
		require.Equal(t, Settled, it.State)
		return it.Outcome.Index < 3
	})
	require.NoError(t, err)
	before := len(m.items)
	m.items = slices.DeleteFunc(m.items, func(it *modelItem) bool {
		_, there := m.o.Get(numbered(it.n))
		return !there && it.outcome != nil && it.outcome.Index < 3
	})
	require.Equal(t, before-len(m.items), went)
	if went > 0 {
		m.compactions++
	}
}

func (m *model) reopen(t *rapid.T) {
	require.NoError(t, m.o.Close())
	m.open(t)
	require.Empty(t, m.o.Damage())
}

func (m *model) open(t *rapid.T) {
	var err error
	m.o, err = open(config(m.dir), 2<<10, quickDisk())
	require.NoError(t, err)
}

func (m *model) check(t *rapid.T) {
	var all, waiting []uint64
	for _, it := range m.items {
		all = append(all, it.seq)
		if it.outcome == nil {
			waiting = append(waiting, it.seq)
		}
		got, ok := m.o.Get(numbered(it.n))
		require.True(t, ok, "id %d", it.n)
		require.Equal(t, it.outcome, got.Outcome)
		require.JSONEq(t, fmt.Sprintf(`{"name":%q,"note":%q}`, secretName, it.text), string(got.Envelope.Body))
	}
	require.Equal(t, waiting, seqs(m.o.Undecided(0)))
	slices.Reverse(all)
	require.Equal(t, all, seqs(m.o.Recent(0)))
	s := m.o.Stats()
	require.Equal(t, []any{len(waiting), m.seq + 1}, []any{s.Waiting, s.NextSeq})
}

func TestTheOutboxIsItsModel(t *testing.T) {
	t.Parallel()
	puts, compactions := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "outbox")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		m := &model{dir: dir}
		m.open(t)
		defer func() { require.NoError(t, m.o.Close()) }()
		t.Repeat(map[string]func(*rapid.T){
			"put": m.putSome, "settle": m.settle, "compact": m.compact, "reopen": m.reopen, "": m.check,
		})
		puts, compactions = puts+m.puts, compactions+m.compactions
	})
	t.Logf("%d captures, %d compactions that dropped something", puts, compactions)
	require.GreaterOrEqual(t, puts, 500)
	require.GreaterOrEqual(t, compactions, 50)
}
