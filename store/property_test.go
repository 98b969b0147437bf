package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// drawHistory makes entries whose commands meet each other: few keys, few
// towns, IDs delivered again and IDs used for something else.
func drawHistory(t *rapid.T) []Entry {
	key := rapid.SampledFrom([]string{"a", "b", "c", "aa"})
	town := rapid.SampledFrom([]string{"", "Hue", "Hue\x01", "Huế", "Vinh"})
	var commands []command.Envelope
	draw := func(t *rapid.T, label string) command.Envelope {
		id := fmt.Sprint(rapid.IntRange(0, 40).Draw(t, label+" id"))
		switch rapid.IntRange(0, 9).Draw(t, label) {
		case 0, 1, 2:
			return ask(id, putPerson{key.Draw(t, "key"), person{"late Hue", town.Draw(t, "town"), rapid.Int64Range(-2, 2).Draw(t, "age")}})
		case 3, 4:
			return ask(id, moveTown{key.Draw(t, "key"), town.Draw(t, "was"), town.Draw(t, "now")})
		case 5:
			return ask(id, dropPerson{key.Draw(t, "key")})
		case 6, 7:
			return ask(id, census{town.Draw(t, "town")})
		case 8:
			return ask(id, page{key.Draw(t, "prefix"), 5, 1, town.Draw(t, "town")})
		}
		if len(commands) == 0 {
			return ask(id, census{"Hue"})
		}
		return rapid.SampledFrom(commands).Draw(t, "again")
	}
	var entries []Entry
	index := uint64(0)
	for i := range rapid.IntRange(1, 8).Draw(t, "entries") {
		index += rapid.Uint64Range(1, 2).Draw(t, "step")
		n := rapid.IntRange(0, 4).Draw(t, "commands")
		if n == 0 {
			entries = append(entries, Entry{Index: index, Term: 1})
			continue
		}
		batch := make([]command.Envelope, n)
		for j := range batch {
			batch[j] = draw(t, fmt.Sprintf("command %d.%d", i, j))
			commands = append(commands, batch[j])
		}
		entries = append(entries, entry(t, index, rapid.Int64Range(1, 50).Draw(t, "at"), batch...))
	}
	return entries
}

// scratch is a directory of one run of a property: in memory where the system
// has such a place, since hundreds of runs would mostly wait for the disk.
func scratch(t *rapid.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "register")
	if err != nil {
		dir, err = os.MkdirTemp("", "register")
	}
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// openScratch opens a register that is closed when the run ends.
func openScratch(t *rapid.T) *Store {
	s := openSmall(t, scratch(t))
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// However the same entries arrive, in one call or many, again, after a restart
// or a kill between any two entries or commands: the same register.
func TestTheSameEntriesGiveTheSameRegisterHoweverTheyArrive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawHistory(t)
		whole := openScratch(t)
		want := apply(t, whole, entries...)

		s := openSmall(t, scratch(t))
		defer func() { require.NoError(t, s.Close()) }()
		for i, e := range entries {
			switch rapid.SampledFrom([]string{"go on", "go on", "restart", "kill", "part"}).Draw(t, "then") {
			case "restart":
				require.NoError(t, s.Close())
				s = openSmall(t, s.dir)
			case "kill":
				s = killed(t, s)
			case "part":
				applyPart(t, s, e)
				s = killed(t, s)
			}
			from := rapid.IntRange(0, i).Draw(t, "delivered again from")
			require.Equal(t, want[from:i+1], apply(t, s, entries[from:i+1]...))
		}
		require.Equal(t, contentOf(t, whole), contentOf(t, s))
		for _, e := range entries {
			a, inWhole := whole.ChainAt(e.Index)
			b, inOther := s.ChainAt(e.Index)
			require.True(t, inWhole && inOther)
			require.Equal(t, a, b)
		}
		requireSound(t, s)
	})
}

// killed goes on with what a process leaves behind that is killed now.
func killed(t *rapid.T, s *Store) *Store {
	left := scratch(t)
	copyRunning(t, s, left)
	require.NoError(t, s.Close())
	return openSmall(t, left)
}

// applyPart applies the first commands of an entry and fails at the next.
func applyPart(t *rapid.T, s *Store, e Entry) {
	if e.Data == nil {
		return
	}
	agreed, err := command.DecodeEntry(e.Data)
	require.NoError(t, err)
	n := rapid.IntRange(0, len(agreed.Commands)).Draw(t, "commands before it fails")
	part := append(slices.Clone(agreed.Commands[:n]), ask("fails", mystery{}))
	_, err = s.Apply([]Entry{entry(t, e.Index, agreed.At, part...)})
	require.ErrorContains(t, err, "record type 99")
}

func TestASnapshotRestoredAnywhereGivesTheSameRegister(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawHistory(t)
		at := rapid.IntRange(0, len(entries)).Draw(t, "snapshot after")
		whole := openScratch(t)
		apply(t, whole, entries[:at]...)
		if at < len(entries) && rapid.Bool().Draw(t, "in the middle of an entry") {
			applyPart(t, whole, entries[at])
		}
		other := openScratch(t)
		apply(t, other, Entry{Index: 1, Term: 1, Data: drawHistory(t)[0].Data})
		require.NoError(t, other.Restore(bytes.NewReader(snapshotOf(t, whole))))
		require.Equal(t, contentOf(t, whole), contentOf(t, other))
		requireSound(t, other)
		require.Equal(t, apply(t, whole, entries[at:]...), apply(t, other, entries[at:]...))
		require.Equal(t, contentOf(t, whole), contentOf(t, other))
		requireSound(t, other)
	})
}

// Commands that do not touch each other have the same effects in any order and
// however often each comes; each has exactly one.
func TestACommandHasOneEffectHoweverOftenAndLateItComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "commands")
		want := map[string]string{}
		var deliveries []command.Envelope
		for i := range n {
			key := fmt.Sprintf("p%02d", i)
			p := person{"Lan", fmt.Sprintf("T%d", i%3), int64(i)}
			want[key] = fmt.Sprintf(`{"name":"Lan","town":"T%d","age":%d}`, i%3, i)
			for range rapid.IntRange(1, 3).Draw(t, "times") {
				deliveries = append(deliveries, ask(key, putPerson{key, p}))
			}
		}
		deliveries = rapid.Permutation(deliveries).Draw(t, "order")
		s := openScratch(t)
		first := map[command.ID]command.Outcome{}
		for i := 0; len(deliveries) > 0; i++ {
			take := rapid.IntRange(1, len(deliveries)).Draw(t, "in this entry")
			for _, r := range apply(t, s, entry(t, uint64(i+1), 1, deliveries[:take]...))[0] {
				known, before := first[r.ID]
				require.Equal(t, before, r.Known)
				if before {
					require.Equal(t, known, r.Outcome)
				}
				first[r.ID] = r.Outcome
			}
			deliveries = deliveries[take:]
		}
		r := s.Read()
		defer r.Close()
		got := map[string]string{}
		for k, v := range r.Records(personType, "") {
			got[string(k)] = string(v)
		}
		require.Equal(t, want, got)
		effects := map[command.ID]int{}
		for f := range r.Feed(0) {
			effects[f.Command]++
		}
		require.Len(t, effects, n)
		for _, times := range effects {
			require.Equal(t, 1, times)
		}
	})
}

// A layer shows, before a command is applied, what the register shows after.
func TestALayerShowsWhatApplyingWillShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawHistory(t)
		at := rapid.IntRange(0, len(entries)-1).Draw(t, "applied")
		table := toyTable(1)
		s := openScratch(t)
		apply(t, s, entries[:at]...)
		r := s.Read()
		defer r.Close()
		lower := NewLayer(r, table)
		under := rapid.SampledFrom([]string{"reader", "layer", "foreign"}).Draw(t, "over a")
		layer := lower
		switch under {
		case "layer":
			layer = NewLayer(lower, table)
		case "foreign":
			layer = NewLayer(stranger{r}, table)
		}
		for i, e := range entries[at:] {
			if e.Data == nil {
				continue
			}
			agreed, err := command.DecodeEntry(e.Data)
			require.NoError(t, err)
			to := layer
			if under == "layer" && i == 0 {
				to = lower // what lies below is fixed before the upper is used
			}
			preview(t, to, table, agreed, e.Index)
		}
		// The upper layer looks through to the lower while it is changed; both
		// together must show what applying shows.
		apply(t, s, entries[at:]...)
		applied := s.Read()
		defer applied.Close()
		requireSameView(t, applied, layer)
		require.NoError(t, r.Err())
	})
}

// preview decides as Apply does, but onto a layer.
func preview(t *rapid.T, l *Layer, table *command.Table, agreed command.Entry, index uint64) {
	l.now = max(l.Now(), agreed.At)
	for _, e := range agreed.Commands {
		if _, known := l.Outcome(e.ID); known {
			continue
		}
		d, err := table.Decide(l, e)
		require.NoError(t, err)
		require.NoError(t, l.Put(d.Changes))
		hash := e.Hash()
		l.SetOutcome(e.ID, command.Outcome{Status: d.Status, Hash: hash[:], Index: index})
	}
}

// stranger hides what a view of this package can do beyond command.View.
type stranger struct{ command.View }

func requireSameView(t *rapid.T, want, got command.View) {
	for _, prefix := range []string{"", "Hue", "Huế", "V", "late", "census "} {
		for _, ix := range []command.Index{byTown, byName} {
			require.Equal(t, scan(want, ix, prefix), scan(got, ix, prefix), "index %d under %q", ix, prefix)
			requireWalked(t, scan(want, ix, prefix), got, ix, prefix)
		}
	}
	for _, kind := range []command.RecordType{personType, noteType} {
		for _, key := range []command.Key{"a", "b", "c", "aa", "a0001", "census-Hue", "census-"} {
			require.Equal(t, string(want.Get(kind, key)), string(got.Get(kind, key)))
		}
	}
	for i := range 41 {
		id := command.DerivedID(fmt.Sprint(i))
		w, known := want.Outcome(id)
		g, knownToo := got.Outcome(id)
		require.Equal(t, known, knownToo)
		require.Equal(t, []any{w.Status, w.Index}, []any{g.Status, g.Index})
	}
	require.Equal(t, want.Level(), got.Level())
}

func FuzzAPageOfTheFeedIsReadAsWritten(f *testing.F) {
	f.Add(uint64(1), int64(2), []byte("0123456789abcdef"), "key", []byte(`{"a":1}`))
	f.Fuzz(func(t *testing.T, index uint64, at int64, id []byte, key string, v []byte) {
		if len(key) > maxKey || len(id) < 16 {
			return
		}
		item := FeedItem{Seq: 7, Index: index, At: at, Command: command.ID(id[:16]),
			Change: command.Change{Type: 3, Op: command.Put, Key: command.Key(key), Value: json.RawMessage(v)}}
		if len(v) == 0 {
			item.Change.Value = nil
		}
		after := item
		after.Seq = 8
		var items []FeedItem
		page := appendFeed(appendFeed(nil, item), item)
		for f, err := range feedItems(feedKey(7), page) {
			require.NoError(t, err)
			items = append(items, f)
		}
		require.Equal(t, []FeedItem{item, after}, items)
		for n := range page {
			whole := 0
			for _, err := range feedItems(feedKey(7), page[:n]) {
				if err == nil {
					whole++
					continue
				}
				require.ErrorIs(t, err, ErrDamaged)
			}
			require.Equal(t, n/(len(page)/2), whole, "of %d bytes", n)
		}
	})
}
