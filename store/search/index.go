package search

import (
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"gocua/store/civic"
	"gocua/store/command"
)

// Source is the register as it is read at start.
type Source interface {
	// Records yields the records of a type in key order, after a key.
	Records(t command.RecordType, after command.Key) iter.Seq2[command.Key, []byte]
	// Position is the point of the agreed order this is.
	Position() command.Position
	// Err is the first error met; after it records are missing.
	Err() error
}

// ErrGap means that feed items are missing between what the index has and what
// it was given: it must be loaded again.
var ErrGap = errors.New("the feed does not continue where the index is")

// Index is what can be found. Its methods may be called from any goroutine;
// searches go on while it is loaded or follows.
type Index struct {
	writing sync.Mutex // held by Load and Follow

	mu   sync.RWMutex
	t    *table
	head uint64
	full bool         // it was loaded at least once
	read atomic.Int64 // residents the load at work has read

	spare sync.Pool // of *scratch
}

// New returns an index in which nothing is found yet.
func New() *Index { return &Index{t: newTable()} }

// Load reads the whole register, which takes a few seconds for 300,000
// residents, and replaces what the index had. After an error the index is as it
// was.
func (x *Index) Load(src Source) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.read.Store(0)
	t := newTable()
	for _, rt := range []command.RecordType{civic.TypeHousehold, civic.TypeResident} {
		for key, value := range src.Records(rt, "") {
			if err := t.apply(command.Change{Type: rt, Key: key, Op: command.Put, Value: value}); err != nil {
				return fmt.Errorf("loading the search index: %w", err)
			}
			if rt == civic.TypeResident {
				x.read.Add(1)
			}
		}
	}
	if err := src.Err(); err != nil {
		return fmt.Errorf("loading the search index: %w", err)
	}
	t.trim()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.t, x.head, x.full = t, src.Position().FeedHead, true
	return nil
}

// Built reports whether the register was read at least once, and how many
// residents the reading at work has come to.
func (x *Index) Built() (built bool, read int) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.full, int(x.read.Load())
}

// Follow takes in what was agreed since. Items the index has already are passed
// over; ErrGap tells that some are missing. What was taken before an error stays.
func (x *Index) Follow(feed iter.Seq[command.FeedItem]) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	for item := range feed {
		if item.Seq <= x.head {
			continue
		}
		if item.Seq != x.head+1 {
			return fmt.Errorf("following the feed from %d to %d: %w", x.head, item.Seq, ErrGap)
		}
		if err := x.take(item); err != nil {
			return fmt.Errorf("following the feed at %d: %w", item.Seq, err)
		}
	}
	return nil
}

func (x *Index) take(item command.FeedItem) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.t.apply(item.Change); err != nil {
		return err
	}
	x.head = item.Seq
	return nil
}

// Head is the last place of the feed the index includes.
func (x *Index) Head() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.head
}

// Of returns an index of a few changes, such as those that wait on this machine;
// Merge joins what it finds with what is agreed.
func Of(changes []command.Change) (*Index, error) {
	x := New()
	return x, x.Add(changes)
}

// Add takes in a few changes more, of what is not agreed and has no place in the
// feed. What was taken before an error stays.
func (x *Index) Add(changes []command.Change) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, c := range changes {
		if err := x.t.apply(c); err != nil {
			return fmt.Errorf("indexing what waits: %w", err)
		}
	}
	return nil
}

// table is everything the index holds.
type table struct {
	words     dictionary
	names     phrases
	addresses phrases
	clusters  codes
	hamlets   codes
	doors     rows // households
	people    people
}

func newTable() *table {
	t := &table{words: newDictionary(), names: newPhrases(), addresses: newPhrases(), clusters: newCodes(), hamlets: newCodes()}
	t.doors.add(recordID{}) // row 0 is the door of who has none; it is never alive
	return t
}

// apply takes in one change; what cannot be found by is passed over.
func (t *table) apply(c command.Change) error {
	if c.Type != civic.TypeHousehold && c.Type != civic.TypeResident {
		return nil
	}
	id, err := t.idOf(c.Key)
	if err != nil {
		return err
	}
	switch {
	case c.Type == civic.TypeHousehold && c.Op == command.Delete:
		t.doors.set(&t.addresses, t.doors.add(id), 0, 0)
	case c.Type == civic.TypeResident && c.Op == command.Delete:
		row := t.people.add(id)
		t.people.set(&t.names, row, 0, 0)
		t.people.describe(row, 0, 0, 0, nil)
	case c.Type == civic.TypeHousehold:
		return t.putDoor(id, c)
	default:
		return t.putPerson(id, c)
	}
	return nil
}

func (t *table) putDoor(id recordID, c command.Change) error {
	var h civic.Household
	if err := command.Unmarshal(c.Value, &h); err != nil {
		return fmt.Errorf("household %s: %w", c.Key, err)
	}
	if !h.MergedInto.IsZero() { // its people live behind another door
		t.doors.set(&t.addresses, t.doors.add(id), 0, 0)
		return nil
	}
	t.doors.set(&t.addresses, t.doors.add(id), t.hamlets.number(h.Hamlet), t.addresses.number(t.words.numbers(h.Address)))
	return nil
}

func (t *table) putPerson(id recordID, c command.Change) error {
	var p civic.Resident
	if err := command.Unmarshal(c.Value, &p); err != nil {
		return fmt.Errorf("resident %s: %w", c.Key, err)
	}
	row := t.people.add(id)
	t.people.set(&t.names, row, t.hamlets.number(p.Hamlet), t.names.number(t.words.numbers(p.Name)))
	door := uint32(0)
	if !p.Household.IsZero() {
		door = t.doors.add(recordID{id: p.Household, cluster: id.cluster}) // it may come later
	}
	t.people.describe(row, door, packBirth(p.Birth), packNumber(p.Number), packPhones(p.Phones))
	return nil
}

// trim gives back what growing took too much.
func (t *table) trim() {
	t.names.trim()
	t.addresses.trim()
	t.doors.trim()
	t.people.trim()
}
