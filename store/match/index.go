package match

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"sync"

	"gocua/store/civic"
	"gocua/store/command"
)

// View is the register, or what waits here laid over it.
type View interface {
	Get(t command.RecordType, key command.Key) []byte
	Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key]
}

// Source is the register as it is read.
type Source interface {
	View
	// Records yields the records of a type in key order, after a key.
	Records(t command.RecordType, after command.Key) iter.Seq2[command.Key, []byte]
	// Position is the point of the agreed order this is.
	Position() command.Position
	// Err is the first error met; after it records are missing.
	Err() error
}

// ErrGap means that feed items are missing between what the index has and what
// it was given: it must be loaded again.
var ErrGap = errors.New("the feed does not continue where the list of pairs is")

// Index keeps the pairs of a register, and the blocks by which a newcomer is
// compared: about 40 bytes a resident. Its methods may be called from any
// goroutine; whoever asks is answered from what was there while it loads.
type Index struct {
	writing sync.Mutex // held by Load and Follow

	mu    sync.RWMutex
	now   *state
	head  uint64
	order []Pair // the best first; nil: to be sorted
}

// state is everything the index holds.
type state struct {
	blocker
	lex    *lexicon // only its words outlive a load
	ids    []command.ID
	chains chains
	pairs  map[[2]command.ID]Pair
	of     map[command.ID][]command.ID // with whom somebody is paired
	apart  map[[2]command.ID]bool      // a person has said that they are two
}

// mostPairs bounds the list: beyond it only the best are kept, and whoever works
// through them finds the others at the next load.
const mostPairs = 20_000

// New returns an index without pairs.
func New() *Index { return &Index{now: newState()} }

func newState() *state {
	return &state{blocker: blocker{maphash.MakeSeed()}, lex: newLexicon(), chains: newChains(0), pairs: map[[2]command.ID]Pair{},
		of: map[command.ID][]command.ID{}, apart: map[[2]command.ID]bool{}}
}

// Load compares everybody in the register: some seconds of work for 300,000
// residents, with a rest now and then, by pause. After an error the index is as
// it was.
func (x *Index) Load(src Source, pause func()) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	s := newState()
	b := newBulk(s.blocker)
	for key, value := range src.Records(civic.TypeResident, "") {
		var r civic.Resident
		if err := command.Unmarshal(value, &r); err != nil {
			return fmt.Errorf("comparing residents: %s: %w", key, err)
		}
		if b.add(r); b.n%betweenRests == 0 {
			pause()
		}
	}
	for key := range src.Records(civic.TypePair, "") {
		if p, ok := idsOf(key); ok {
			s.apart[p] = true
		}
	}
	if err := src.Err(); err != nil {
		return fmt.Errorf("comparing residents: %w", err)
	}
	s.take(b, pause)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now, x.head, x.order = s, src.Position().FeedHead, nil
	return nil
}

// take keeps what a comparison of everybody found, and lets go of the rest.
func (s *state) take(b *bulk, pause func()) {
	found := map[[2]command.ID]Pair{}
	for p := range b.pairs(pause) {
		found[[2]command.ID{p.A, p.B}] = p
	}
	for _, p := range best(found)[:min(len(found), mostPairs)] {
		s.pair(p)
	}
	s.chains, s.lex = b.chains, b.lex.scratch()
	s.ids = make([]command.ID, 0, b.n+b.n/50)
	for _, p := range b.all() {
		s.ids = append(s.ids, p.id)
	}
}

// best is pairs in the order in which they are shown.
func best(pairs map[[2]command.ID]Pair) []Pair {
	list := make([]Pair, 0, len(pairs))
	for _, p := range pairs {
		list = append(list, p)
	}
	slices.SortFunc(list, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(q.Score, p.Score), bytes.Compare(p.A[:], q.A[:]), bytes.Compare(p.B[:], q.B[:]))
	})
	return list
}

func (s *state) pair(p Pair) {
	key := [2]command.ID{p.A, p.B}
	if _, known := s.pairs[key]; !known {
		s.of[p.A], s.of[p.B] = append(s.of[p.A], p.B), append(s.of[p.B], p.A)
	}
	s.pairs[key] = p
}

// part takes somebody out of the list.
func (s *state) part(id command.ID) {
	for _, other := range s.of[id] {
		delete(s.pairs, civic.PairOf(id, other))
		s.of[other] = slices.DeleteFunc(s.of[other], func(o command.ID) bool { return o == id })
		if len(s.of[other]) == 0 {
			delete(s.of, other)
		}
	}
	delete(s.of, id)
}

// idsOf reads what civic.PairKey wrote.
func idsOf(key command.Key) (p [2]command.ID, ok bool) {
	a, b, _ := bytes.Cut([]byte(key), []byte("."))
	var errA, errB error
	p[0], errA = command.ParseID(string(a))
	p[1], errB = command.ParseID(string(b))
	return p, errA == nil && errB == nil
}

// Head is the last place of the feed the list includes; 0: it was never loaded.
func (x *Index) Head() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.head
}

// Outgrown reports whether so many people came since the last load that another
// would make the index quicker again.
func (x *Index) Outgrown() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.now.chains.outgrown()
}

// Pairs lists who may be one, the best first: pairs of which keep holds, of those
// nobody has decided about, or with apart those a person said are two.
func (x *Index) Pairs(apart bool, keep func(Pair) bool) (list []Pair) {
	x.mu.Lock()
	if x.order == nil {
		x.order = best(x.now.pairs)
	}
	order := x.order
	x.mu.Unlock()
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, p := range order {
		if x.now.apart[[2]command.ID{p.A, p.B}] == apart && keep(p) {
			list = append(list, p)
		}
	}
	return list
}

// Of is with whom somebody is paired and nobody has said that they are two.
func (x *Index) Of(id command.ID) (others []command.ID) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, other := range x.now.of[id] {
		if !x.now.apart[civic.PairOf(id, other)] {
			others = append(others, other)
		}
	}
	return others
}
