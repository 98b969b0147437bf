package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"gocua/store/command"
)

// Reader is the register at one point of the agreed order. It implements
// command.View. It does not see what is applied later, and it keeps old
// versions alive, so close it soon. Goroutines may share it until it is closed.
type Reader struct {
	vol   *volume
	txn   *badger.Txn
	place place
	rule  func(command.View) int

	idle   idle
	lately map[string][]byte // of whoever applies; nil: of anybody else

	mu  sync.Mutex
	err error
}

// Read opens a reader on what is applied now. It never fails: after Close of
// the store, or on a disk error, the reader is empty and Err says why.
func (s *Store) Read() *Reader {
	vol, err := s.holdCurrent()
	if err != nil {
		return &Reader{err: err, rule: s.level}
	}
	r := &Reader{vol: vol, txn: vol.db.NewTransaction(false), rule: s.level}
	if r.place, err = decodePlace(r.get(metaPlace)); err != nil {
		r.fail(err)
	}
	return r
}

// Close ends the reading. Every reader must be closed, once; loops over it must
// have ended.
func (r *Reader) Close() {
	if r.txn == nil {
		return
	}
	r.idle.close()
	r.txn.Discard()
	r.vol.release()
	r.txn = nil
}

// Err returns the first error met; from then on the reader has been answering
// "absent". Ask before trusting what was read.
func (r *Reader) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

func (r *Reader) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
}

func (r *Reader) usable() bool {
	if r.txn == nil {
		r.fail(ErrClosed)
	}
	return r.Err() == nil
}

// Position says which point this is.
func (r *Reader) Position() Position { return r.place.position() }

// Now is the agreed time, ms since 1970 UTC.
func (r *Reader) Now() int64 { return r.place.At }

// Level is the feature level agreed on.
func (r *Reader) Level() int { return r.rule(r) }

func (r *Reader) levelRule() func(command.View) int { return r.rule }

// Get returns a copy of the record's value, or nil.
func (r *Reader) Get(t command.RecordType, k command.Key) []byte {
	_, value := r.record(t, k)
	return value
}

// record reads a record with its birth; both are nil if there is none.
func (r *Reader) record(t command.RecordType, k command.Key) (birth, []byte) {
	key := recordKey(t, k)
	if r.vol != nil && r.vol.absent.sure(string(key)) && r.usable() {
		return nil, nil
	}
	kept, known := r.lately[string(key)]
	if !known {
		if kept = r.get(key); kept != nil && r.lately != nil {
			r.lately[string(key)] = kept
		}
	}
	return r.split(kept)
}

// split takes apart what is kept of a record; nothing, if nothing is.
func (r *Reader) split(kept []byte) (birth, []byte) {
	if kept == nil {
		return nil, nil
	}
	born, value, err := splitRecord(kept)
	if err != nil {
		r.fail(err)
	}
	return born, value
}

// Outcome returns what became of a command.
func (r *Reader) Outcome(id command.ID) (o command.Outcome, known bool) {
	b := r.get(outcomeKey(id))
	if b == nil {
		return o, false
	}
	o, err := readOutcome(b)
	if err != nil {
		r.fail(fmt.Errorf("%w: outcome %s: %w", ErrDamaged, id, err))
		return command.Outcome{}, false
	}
	return o, true
}

func readOutcome(b []byte) (o command.Outcome, err error) {
	err = json.Unmarshal(b, &o)
	return o, err
}

// Scan yields term and key of the records found under a prefix of an index.
func (r *Reader) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	return pairs(r.terms(walk{ix: ix, prefix: prefix}))
}

// ScanFrom yields what Scan does, from behind a place on.
func (r *Reader) ScanFrom(ix command.Index, prefix string, after command.Place) iter.Seq2[string, command.Key] {
	return pairs(r.terms(walk{ix: ix, prefix: prefix, at: after}))
}

// ScanBack yields what Scan does, from before a place back to the beginning.
func (r *Reader) ScanBack(ix command.Index, prefix string, before command.Place) iter.Seq2[string, command.Key] {
	return pairs(r.terms(walk{ix: ix, prefix: prefix, at: before, back: true}))
}

func (r *Reader) terms(w walk) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !r.usable() {
			return
		}
		under := w.under()
		if strings.HasSuffix(w.prefix, string(separator)) && r.vol != nil && r.vol.absent.sure(under) {
			return
		}
		it := r.idle.take(r.txn, w)
		defer r.idle.give(w, it)
		for it.Seek([]byte(w.start())); it.Valid(); it.Next() {
			x := string(it.Item().Key())
			if !strings.HasPrefix(x, under) || !yield(x) {
				return
			}
		}
	}
}

// pairs turns term keys into what a Scan yields. Two records of different
// types may share term and key; they are found once.
func pairs(terms iter.Seq[string]) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		last := ""
		for x := range terms {
			if len(x) == len(last) && strings.HasPrefix(last, x[:len(x)-1]) {
				continue
			}
			last = x
			if term, of := splitTerm(x); !yield(term, of.key) {
				return
			}
		}
	}
}

// Records yields the records of a type in key order, from the first key after
// the one given; "" is the beginning. The values are copies.
func (r *Reader) Records(t command.RecordType, after command.Key) iter.Seq2[command.Key, []byte] {
	return func(yield func(command.Key, []byte) bool) {
		from := recordKey(t, after)
		if after != "" {
			from = append(from, 0)
		}
		for item := range r.items([]byte{prefixRecord, byte(t)}, from) {
			_, value := r.split(r.value(item))
			if value == nil || !yield(command.Key(item.Key()[2:]), value) {
				return
			}
		}
	}
}

// Tally returns a running count; what was never counted is 0.
func (r *Reader) Tally(t command.Tally, key string) int64 {
	return r.sum(r.get(tallyKey(t, key)))
}

// Tallies yields the running counts under a prefix in key order. Counts that
// are 0 are left out.
func (r *Reader) Tallies(t command.Tally, prefix string) iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		for item := range r.items(tallyKey(t, prefix), nil) {
			if !yield(string(item.Key()[2:]), r.sum(r.value(item))) {
				return
			}
		}
	}
}

func (r *Reader) sum(b []byte) int64 {
	if b == nil {
		return 0
	}
	if len(b) != 8 {
		r.fail(fmt.Errorf("%w: a tally of %d bytes", ErrDamaged, len(b)))
		return 0
	}
	return int64(binary.BigEndian.Uint64(b))
}

func (r *Reader) get(key []byte) []byte {
	if !r.usable() {
		return nil
	}
	item, err := r.txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil
	}
	if err != nil {
		r.fail(fmt.Errorf("reading the register: %w", err))
		return nil
	}
	return r.value(item)
}

// value copies what an item holds; nil only after an error.
func (r *Reader) value(item *badger.Item) []byte {
	b, err := item.ValueCopy([]byte{})
	if err != nil {
		r.fail(fmt.Errorf("reading the register: %w", err))
		return nil
	}
	return b
}

// items walks the keys with a prefix in order, starting at from if given. An
// item is valid until the next one.
func (r *Reader) items(prefix, from []byte) iter.Seq[*badger.Item] {
	return func(yield func(*badger.Item) bool) {
		if !r.usable() {
			return
		}
		it := r.txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
		defer it.Close()
		if from == nil {
			from = prefix
		}
		for it.Seek(from); it.Valid(); it.Next() {
			if !yield(it.Item()) {
				return
			}
		}
	}
}
