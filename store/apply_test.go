package store

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestAnEntryTooBigForOneTransactionIsAppliedInSeveral(t *testing.T) {
	var pages []command.Envelope
	for i := range 12 {
		pages = append(pages, ask(fmt.Sprint(i), page{fmt.Sprintf("p%02d-", i), 1000, 60, "Hue"}), ask(fmt.Sprint("c", i), census{"none"}))
	}
	s := reference(t, entry(t, 1, 5, pages...))
	r := s.Read()
	require.Greater(t, r.place.Txn, uint64(3))
	require.Equal(t, int64(12_000), r.Tally(heads, "Hue"))
	require.Equal(t, uint64(12_012), r.Position().FeedHead)
	r.Close()
	requireSound(t, s)

	singly := make([]Entry, len(pages))
	for i, p := range pages {
		singly[i] = entry(t, uint64(i+1), 5, p)
	}
	one := contentOf(t, reference(t, singly...))
	require.Equal(t, one.counts, contentOf(t, s).counts)
}

func TestTheLargestCommandFitsATransaction(t *testing.T) {
	// 1,000 changes of 240 bytes come close to command.MaxEffect.
	s := reference(t, entry(t, 1, 1, ask("1", page{"p", command.MaxChanges, 195, "Hue"})))
	apply(t, s, entry(t, 2, 2, ask("2", page{"p", command.MaxChanges, 196, "Vinh"}))) // every term and tally moves
	r := s.Read()
	defer r.Close()
	o, _ := r.Outcome(command.DerivedID("2"))
	require.Equal(t, command.Accepted, o.Status)
	require.Equal(t, map[string]int64{"Vinh": 1000}, tallies(r, heads))
	requireSound(t, s)
}

func TestTheChainOfTheLast1024EntriesIsKept(t *testing.T) {
	s := openAt(t, t.TempDir())
	var entries []Entry
	for i := uint64(1); i <= 1100; i++ {
		entries = append(entries, Entry{Index: i, Term: 1})
	}
	entries[1050] = entry(t, 1051, 1, ask("1", census{"Hue"}))
	apply(t, s, entries...)
	require.NoError(t, s.Close())
	s = openAt(t, s.dir)
	defer s.Close()
	_, ok := s.ChainAt(76)
	require.False(t, ok)
	old, ok := s.ChainAt(77)
	require.True(t, ok)
	before, _ := s.ChainAt(1050)
	after, _ := s.ChainAt(1051)
	require.Equal(t, old, before)
	require.NotEqual(t, before, after)
	_, ok = s.ChainAt(1101)
	require.False(t, ok)
}

func TestTheChainTellsApartWhatWasDecidedDifferently(t *testing.T) {
	base := []command.Envelope{ask("1", putPerson{"lan", person{"Lan", "Hue", 30}}), ask("2", moveTown{"lan", "Hue", "Vinh"})}
	chain := func(at int64, index uint64, commands ...command.Envelope) [32]byte {
		return contentOf(t, reference(t, entry(t, index, at, commands...))).place.Chain
	}
	want := chain(1, 1, base...)
	require.Equal(t, want, chain(1, 1, base...))
	for name, other := range map[string][32]byte{
		"another order":      chain(1, 1, base[1], base[0]),
		"another index":      chain(1, 2, base...),
		"one command less":   chain(1, 1, base[0]),
		"one more, known":    chain(1, 1, base[0], base[1], base[1]),
		"another ID":         chain(1, 1, base[0], ask("3", moveTown{"lan", "Hue", "Vinh"})),
		"another value":      chain(1, 1, base[0], ask("2", moveTown{"lan", "Hue", "Huế"})),
		"a conflict instead": chain(1, 1, base[0], ask("2", moveTown{"lan", "x", "Vinh"})),
	} {
		require.NotEqual(t, want, other, name)
	}
}

func TestTheFeatureLevelIsReadFromTheView(t *testing.T) {
	level := func(v command.View) int {
		n := 1
		for range v.Scan(byTown, "level") {
			n++
		}
		return n
	}
	s, err := Open(Config{Dir: t.TempDir(), Key: testKey, Table: toyTable(1), Level: level})
	require.NoError(t, err)
	defer s.Close()
	raise := ask("1", putPerson{"l", person{"n", "level", 1}})
	apply(t, s, entry(t, 1, 1, raise))
	r := s.Read()
	defer r.Close()
	layer := NewLayer(r, toyTable(1))
	require.Equal(t, []int{2, 2}, []int{r.Level(), layer.Level()})
	require.NoError(t, layer.Put([]command.Change{put(personType, "m", person{"n", "level", 1})}))
	require.Equal(t, []int{2, 3}, []int{r.Level(), layer.Level()})
}

func TestRecordsAreListedFromAKeyOn(t *testing.T) {
	s := reference(t, entry(t, 1, 1, ask("1", page{"a", 4, 1, "Hue"}), ask("2", census{"Hue"})))
	r := s.Read()
	defer r.Close()
	list := func(after command.Key) (keys []command.Key) {
		for k := range r.Records(personType, after) {
			keys = append(keys, k)
		}
		return keys
	}
	require.Equal(t, []command.Key{"a0000", "a0001", "a0002", "a0003"}, list(""))
	require.Equal(t, []command.Key{"a0002", "a0003"}, list("a0001"))
	require.Equal(t, []command.Key{"a0002", "a0003"}, list("a0001x"))
	require.Empty(t, list("a0003"))
}

func TestLoopsMayBeNestedAndLeftEarly(t *testing.T) {
	s := reference(t, busyEntries(t)...)
	r := s.Read()
	defer r.Close()
	layer := NewLayer(r, toyTable(1))
	require.NoError(t, layer.Put([]command.Change{put(personType, "zz", person{"z", "Zz", 1})}))
	seen := 0
	for range layer.Scan(byTown, "") {
		for range layer.Scan(byName, "") {
			if seen++; seen%2 == 0 {
				break
			}
		}
		for range r.Feed(3) {
			break
		}
		if seen == 20 {
			break
		}
	}
	require.Equal(t, 20, seen)
	require.NoError(t, r.Err())
}

// Readers, snapshots and restores go on while entries are applied; every
// reader sees one whole state.
func TestReadersAreConsistentWhileEntriesAndRestoresComeIn(t *testing.T) {
	s := newStore(t)
	empty := snapshotOf(t, s)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r := s.Read()
				head, found, sum := r.Position().FeedHead, len(slices.Collect(r.Feed(0))), r.Tally(heads, "Hue")
				snap := &Snapshot{reader: r}
				_, err := snap.WriteTo(&bytes.Buffer{})
				bad := uint64(found) != head || sum != int64(head) || r.Err() != nil || err != nil
				r.Close()
				if bad {
					t.Errorf("feed %d of %d, %d people, %v, %v", found, head, sum, r.Err(), err)
					return
				}
			}
		})
	}
	for round := range 4 {
		for i := range 15 {
			apply(t, s, entry(t, uint64(i+1), 1, ask(fmt.Sprint(round, i), page{fmt.Sprint("p", i), 5, 1, "Hue"})))
		}
		require.NoError(t, s.Restore(bytes.NewReader(empty)))
	}
	close(stop)
	readers.Wait()
}
