package store

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestACommandWritesRecordIndexTallyFeedHistoryAndOutcome(t *testing.T) {
	s := newStore(t)
	lan := ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})
	got := apply(t, s, entry(t, 5, 1000, lan))
	hash := lan.Hash()
	want := command.Outcome{Status: command.Accepted, Index: 5, At: 1000, Kind: 1, Hash: hash[:], FeedFrom: 1, FeedTo: 1}
	require.Equal(t, [][]Result{{{ID: lan.ID, Outcome: want}}}, got)

	r := s.Read()
	defer r.Close()
	require.JSONEq(t, `{"name":"Lan","town":"Hue","age":30}`, string(r.Get(personType, "lan")))
	require.Nil(t, r.Get(noteType, "lan"))
	require.Equal(t, [][2]string{{"Hue", "lan"}}, scan(r, byTown, ""))
	require.Equal(t, int64(1), r.Tally(heads, "Hue"))
	require.Equal(t, int64(30), r.Tally(years, "Hue"))
	item := FeedItem{Seq: 1, Index: 5, Command: lan.ID, At: 1000, Change: put(personType, "lan", person{"Lan", "Hue", 30})}
	require.Equal(t, []FeedItem{item}, slices.Collect(r.Feed(0)))
	require.Equal(t, []FeedItem{item}, slices.Collect(r.History(personType, "lan")))
	require.Empty(t, slices.Collect(r.Feed(1)))
	kept, ok := r.Outcome(lan.ID)
	require.True(t, ok)
	require.Equal(t, want, kept)
	require.Equal(t, int64(1000), r.Now())
	require.NoError(t, r.Err())
}

func TestAChangedRecordIsFoundOnlyUnderItsNewTerms(t *testing.T) {
	s := newStore(t)
	apply(t, s, entry(t, 1, 1, ask("1", putPerson{"lan", person{"Lan", "Hue", 30}}), ask("2", putPerson{"an", person{"An", "Hue", 5}})))
	apply(t, s, entry(t, 2, 2, ask("3", moveTown{"lan", "Hue", "Da Nang"})), entry(t, 3, 3, ask("4", dropPerson{"an"})))
	r := s.Read()
	defer r.Close()
	require.Equal(t, [][2]string{{"Da Nang", "lan"}}, scan(r, byTown, ""))
	require.Equal(t, [][2]string{{"Lan", "lan"}}, scan(r, byName, ""))
	require.Equal(t, int64(30), r.Tally(years, "Da Nang"))
	tallies := map[string]int64{}
	for k, n := range r.Tallies(heads, "") {
		tallies[k] = n
	}
	require.Equal(t, map[string]int64{"Da Nang": 1}, tallies)
}

func TestScansAreInOrderOfTermThenKey(t *testing.T) {
	s := newStore(t)
	towns := []string{"a", "a\x01", "ab", "b", "ấ", "a ", "", "a\U0010ffff"}
	var all []command.Envelope
	for i, town := range towns {
		for _, key := range []string{"z", "z\x01", "za"} {
			k := string(rune('0'+i)) + key
			all = append(all, ask(k, putPerson{key + string(rune('0'+i)), person{"n", town, 1}}))
		}
	}
	apply(t, s, entry(t, 1, 1, all...))
	r := s.Read()
	defer r.Close()
	got := scan(r, byTown, "")
	require.Len(t, got, 24)
	sorted := slices.Clone(got)
	slices.SortFunc(sorted, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	require.Equal(t, sorted, got)
	require.Len(t, scan(r, byTown, "a"), 15) // a, a\x01, ab, "a ", a+max
	require.Len(t, scan(r, byTown, "ab"), 3)
	require.Empty(t, scan(r, byTown, "c"))
}

func TestTwoRecordsThatShareTermAndKeyAreFoundOnceAndLostLast(t *testing.T) {
	s := newStore(t)
	person := ask("1", putPerson{"k", person{"late Hue", "Da Lat", 1}})
	late := ask("2", moveTown{"k", "elsewhere", "Hue"}) // leaves note k with the text "late Hue"
	apply(t, s, entry(t, 1, 1, person, late))
	r := s.Read()
	require.Equal(t, [][2]string{{"late Hue", "k"}}, scan(r, byName, ""))
	layer := NewLayer(r, toyTable(1))
	require.NoError(t, layer.Put([]command.Change{{Type: personType, Key: "k", Op: command.Delete}}))
	require.Equal(t, [][2]string{{"late Hue", "k"}}, scan(layer, byName, ""))
	r.Close()
	apply(t, s, entry(t, 2, 2, ask("3", dropPerson{"k"})))
	r = s.Read()
	defer r.Close()
	require.Equal(t, [][2]string{{"late Hue", "k"}}, scan(r, byName, ""))
}

func TestAKnownIDGetsItsFirstOutcome(t *testing.T) {
	s := newStore(t)
	lan := ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})
	first := apply(t, s, entry(t, 1, 1, lan))[0][0]
	again := apply(t, s, entry(t, 2, 2, lan, lan))[0]
	require.Equal(t, Result{ID: lan.ID, Outcome: first.Outcome, Known: true}, again[0])
	require.Equal(t, again[0], again[1])

	other := lan
	other.Body = value(putPerson{"lan", person{"Lan", "Hue", 31}})
	reused := apply(t, s, entry(t, 3, 3, other))[0][0]
	require.True(t, reused.Reused)
	require.Equal(t, command.Rejected, reused.Outcome.Status)
	require.Equal(t, "id_reused", reused.Outcome.Code)
	r := s.Read()
	defer r.Close()
	kept, _ := r.Outcome(lan.ID)
	require.Equal(t, first.Outcome, kept)
	require.Equal(t, uint64(1), r.Position().FeedHead)
}

func TestEntriesAppliedBeforeAreReadBackAsTheyWereAnswered(t *testing.T) {
	s := newStore(t)
	lan := ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})
	stolen := lan
	stolen.Body = value(putPerson{"lan", person{"Lan", "Hue", 31}})
	entries := []Entry{
		entry(t, 1, 1, lan, lan, stolen),
		{Index: 2, Term: 1},
		entry(t, 3, 3, lan, ask("2", moveTown{"nobody", "a", "b"}), ask("3", moveTown{"lan", "Vinh", "b"})),
	}
	first := apply(t, s, entries...)
	before := contentOf(t, s)
	require.Equal(t, first, apply(t, s, entries...))
	require.Equal(t, before, contentOf(t, s))
	require.Equal(t, []bool{false, true, true}, []bool{first[0][0].Known, first[0][1].Known, first[0][2].Known})
	require.Equal(t, command.Conflicted, first[2][2].Outcome.Status)
	require.Equal(t, uint64(2), first[2][2].Outcome.FeedTo)
}

func TestAgreedTimeNeverGoesBack(t *testing.T) {
	s := newStore(t)
	apply(t, s, entry(t, 1, 5000, ask("1", census{"Hue"})), entry(t, 2, 3000, ask("2", census{"Vinh"})))
	r := s.Read()
	defer r.Close()
	require.JSONEq(t, `{"text":"census Vinh at 5000","found":0}`, string(r.Get(noteType, "census-Vinh")))
	require.Equal(t, int64(5000), r.Now())
}

func TestAnEntryWithoutDataOnlyMovesThePosition(t *testing.T) {
	s := newStore(t)
	apply(t, s, entry(t, 1, 10, ask("1", census{"Hue"})))
	before := contentOf(t, s)
	apply(t, s, Entry{Index: 7, Term: 3})
	require.Equal(t, before.digest, contentOf(t, s).digest)
	index, term := s.Applied()
	require.Equal(t, []uint64{7, 3}, []uint64{index, term})
	one, ok := s.ChainAt(1)
	require.True(t, ok)
	seven, ok := s.ChainAt(7)
	require.True(t, ok)
	require.Equal(t, one, seven)
}

func TestAFailureWritesNothingOfItsCommand(t *testing.T) {
	good := ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})
	nul := ask("2", putPerson{"nul", person{"L\x00n", "Hue", 30}})
	unknown := ask("3", putPerson{"x", person{}})
	unknown.Kind = 77
	torn := ask("4", putPerson{"x", person{}})
	torn.Body = []byte(`{"key":5}`)
	newer := ask("5", putPerson{"x", person{}})
	newer.V = 9
	badEntry := Entry{Index: 2, Term: 1, Data: []byte("{")}
	cases := map[string]Entry{
		"a term with a NUL":          entry(t, 2, 1, nul),
		"a kind nobody knows":        entry(t, 2, 1, unknown),
		"a body that is no body":     entry(t, 2, 1, torn),
		"a newer envelope":           entry(t, 2, 1, newer),
		"an unknown record type":     entry(t, 2, 1, ask("6", mystery{})),
		"an entry that is no entry":  badEntry,
		"a key that cannot be a key": entry(t, 2, 1, ask("7", putPerson{"", person{}})),
	}
	for name, bad := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			apply(t, s, entry(t, 1, 1, good))
			before := contentOf(t, s)
			for range 2 { // the same call may be made again, and fails again
				_, err := s.Apply([]Entry{bad})
				require.Error(t, err)
				require.Equal(t, before, contentOf(t, s))
			}
			apply(t, s, entry(t, 2, 1, ask("8", census{"Hue"})))
		})
	}
}

func TestWhatStandsBeforeAFailureIsKeptAndNotDoneTwice(t *testing.T) {
	s := newStore(t)
	lan := ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})
	bad := ask("2", mystery{})
	_, err := s.Apply([]Entry{entry(t, 1, 1, lan, bad)})
	require.ErrorContains(t, err, "record type 99")
	index, _ := s.Applied()
	require.Zero(t, index)
	r := s.Read()
	require.NotNil(t, r.Get(personType, "lan"))
	require.Equal(t, [32]byte{}, r.Position().Chain, "the chain is that of the last whole entry")
	r.Close()
	_, err = s.Apply([]Entry{{Index: 2, Term: 1}})
	require.ErrorContains(t, err, "entry 1 is applied in part")

	// A newer build knows what to do; it goes on with the second command.
	got := apply(t, s, entry(t, 1, 1, lan, ask("2", census{"Hue"})))
	require.False(t, got[0][0].Known)
	require.Equal(t, contentOf(t, reference(t, entry(t, 1, 1, lan, ask("2", census{"Hue"})))), contentOf(t, s))
}

func TestWaitEndsWhenTheEntryIsAppliedOrTheStoreCloses(t *testing.T) {
	s := openAt(t, t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, s.Wait(ctx, 1), context.Canceled)
	changed := s.Changed()
	waited := make(chan error)
	go func() { waited <- s.Wait(context.Background(), 2) }()
	apply(t, s, Entry{Index: 1})
	<-changed
	apply(t, s, Entry{Index: 2})
	require.NoError(t, <-waited)
	go func() { waited <- s.Wait(context.Background(), 3) }()
	require.NoError(t, s.Close())
	require.ErrorIs(t, <-waited, ErrClosed)
}

func TestAfterCloseEverythingSaysSo(t *testing.T) {
	s := openAt(t, t.TempDir())
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	_, err := s.Apply([]Entry{{Index: 1}})
	require.ErrorIs(t, err, ErrClosed)
	r := s.Read()
	require.Nil(t, r.Get(personType, "x"))
	require.Empty(t, scan(r, byTown, ""))
	require.ErrorIs(t, r.Err(), ErrClosed)
	r.Close()
	_, err = s.Snapshot()
	require.ErrorIs(t, err, ErrClosed)
	require.ErrorIs(t, s.Restore(bytes.NewReader(nil)), ErrClosed)
	require.ErrorIs(t, s.Sync(), ErrClosed)
}

func TestAReaderDoesNotSeeWhatComesLater(t *testing.T) {
	s := newStore(t)
	apply(t, s, entry(t, 1, 1, ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})))
	r := s.Read()
	defer r.Close()
	apply(t, s, entry(t, 2, 2, ask("2", dropPerson{"lan"})))
	require.NotNil(t, r.Get(personType, "lan"))
	require.Equal(t, uint64(1), r.Position().Index)
	require.Len(t, slices.Collect(r.Feed(0)), 1)
}

func scan(v command.View, ix command.Index, prefix string) (found [][2]string) {
	for term, key := range v.Scan(ix, prefix) {
		found = append(found, [2]string{term, string(key)})
	}
	return found
}

// contents is all by which two registers can be compared.
type contents struct {
	digest [32]byte
	counts Counts
	place  Position
	chain  [32]byte // also within an entry
}

func contentOf(t require.TestingT, s *Store) contents {
	r := s.Read()
	defer r.Close()
	var c contents
	c.digest, c.counts = r.Content()
	c.place, c.chain = r.Position(), r.place.Chain
	require.NoError(t, r.Err())
	return c
}

// reference is a register that applied the entries one by one.
func reference(t *testing.T, entries ...Entry) *Store {
	s := newStore(t)
	for _, e := range entries {
		apply(t, s, e)
	}
	return s
}
