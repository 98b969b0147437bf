package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"gocua/store/command"
)

// chunk is one transaction in the making: a reader on what is committed, a
// layer over it with what the commands so far did, and the keys to write.
type chunk struct {
	reader *Reader
	view   *Layer
	place  place
	keys   writes
	lately map[string][]byte // tallies and records as this process last wrote or found them
	size   int64             // of keys, or a little more
	moved  bool              // something is to be committed
}

func (s *Store) beginChunk() (*chunk, error) {
	r := s.Read()
	if err := r.Err(); err != nil {
		r.Close()
		return nil, err
	}
	r.lately = s.lately.of(r)
	return &chunk{reader: r, view: NewLayer(r, s.table), place: r.place, keys: writes{}, lately: r.lately}, nil
}

// effect is what one decided command does to the database.
type effect struct {
	result  Result
	place   place
	keys    writes
	changes int
}

// decide decides the next command of an entry. It writes nothing; but the
// layer already shows the changes, so an effect that is not taken spoils the
// chunk. An error is a failure.
func (c *chunk) decide(table *command.Table, index uint64, at int64, e command.Envelope) (*effect, error) {
	if e.V != command.FormatVersion {
		return nil, fmt.Errorf("command %s: version %d, this build knows %d", e.ID, e.V, command.FormatVersion)
	}
	if known, ok := c.view.Outcome(e.ID); ok {
		r := answer(e, known, true)
		return &effect{result: r, place: c.place.decided(index, e.ID, r, nil)}, nil
	}
	c.view.now = at
	d, err := table.Decide(c.view, e)
	if err != nil {
		return nil, err
	}
	out, err := outcomeOf(e, d, index, at)
	if err != nil {
		return nil, err
	}
	if n := uint64(len(d.Changes)); n > 0 {
		out.FeedFrom, out.FeedTo = c.place.FeedHead+1, c.place.FeedHead+n
	}
	eff := &effect{result: Result{ID: e.ID, Outcome: out}, keys: make(writes, 10*len(d.Changes)+8), changes: len(d.Changes)}
	said := newSaid(e, out, d.Changes)
	for i, change := range d.Changes {
		if err := c.change(eff, change, newBirth(out.FeedFrom+uint64(i), i%pageSize)); err != nil {
			return nil, fmt.Errorf("command %s, change %d: %w", e.ID, i, err)
		}
	}
	for seq, page := range feedPages(out.FeedFrom, FeedItem{Index: index, Command: e.ID, At: at}, d.Changes) {
		said.bind(page)
		eff.keys.put(feedKey(seq), page)
	}
	stored, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("command %s: encoding the outcome: %w", e.ID, err)
	}
	eff.keys.put(outcomeKey(e.ID), stored)
	eff.place = c.place.decided(index, e.ID, eff.result, d.Changes)
	entry := eff.place.audit(said)
	eff.keys.put(auditKey(eff.place.Audit), entry)
	return eff, c.reader.Err() // a rule that met a disk error decided on what was not there
}

// change adds the writes of one change, which stands in the feed at a place: the
// record, its history, and what follows from it.
func (c *chunk) change(eff *effect, change command.Change, at birth) error {
	was, now, err := c.view.put(change)
	if err != nil {
		return err
	}
	born := c.born(eff, change)
	if change.Op == command.Delete {
		eff.keys.drop(recordKey(change.Type, change.Key))
		if born != nil {
			eff.keys.put(born.key(change.Type, change.Key), born.back())
		}
	}
	if change.Op == command.Delete || born != nil {
		eff.keys.put(at.key(change.Type, change.Key), at.back())
	}
	if change.Op == command.Put {
		if born == nil {
			born = at
		}
		eff.keys.put(recordKey(change.Type, change.Key), append(born, change.Value...))
	}
	for _, x := range was.terms {
		if !slices.Contains(now.terms, x) {
			eff.keys.drop([]byte(x))
		}
	}
	for _, x := range now.terms {
		if !slices.Contains(was.terms, x) {
			eff.keys.put([]byte(x), nil)
		}
	}
	for tally, n := range now.counts {
		c.count(eff, tally, n-was.counts[tally])
	}
	for tally, n := range was.counts {
		if _, still := now.counts[tally]; !still {
			c.count(eff, tally, -n)
		}
	}
	return nil
}

// born is the birth of a record that a change finds; nil if there is none.
func (c *chunk) born(eff *effect, change command.Change) birth {
	key := recordKey(change.Type, change.Key)
	kept, ok := eff.keys[string(key)]
	if !ok {
		kept, ok = c.keys[string(key)]
	}
	if ok {
		born, _ := c.reader.split(kept)
		return born
	}
	born, _ := c.reader.record(change.Type, change.Key)
	return born
}

// count adds to a tally. A tally that comes to 0 is not kept.
func (c *chunk) count(eff *effect, tally string, n int64) {
	if n == 0 {
		return
	}
	b, ok := eff.keys[tally]
	if !ok {
		b, ok = c.keys[tally]
	}
	if !ok {
		b, ok = c.lately[tally]
	}
	if !ok {
		b = c.reader.get([]byte(tally))
	}
	if n += c.reader.sum(b); n == 0 {
		eff.keys.drop([]byte(tally))
		return
	}
	eff.keys.put([]byte(tally), encodeSum(n))
}

func encodeSum(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// take makes an effect part of the chunk.
func (c *chunk) take(eff *effect) {
	c.size += eff.keys.size()
	if len(c.keys) == 0 && eff.keys != nil { // nil: it was decided before
		c.keys = eff.keys
	} else {
		maps.Copy(c.keys, eff.keys)
	}
	c.place, c.moved = eff.place, true
	if !eff.result.Known {
		c.view.SetOutcome(eff.result.ID, eff.result.Outcome)
	}
}

// endEntry records that an entry is applied as a whole.
func (c *chunk) endEntry(index, term uint64, at int64) {
	c.place = c.place.whole(index, term)
	c.place.At, c.moved = at, true
	kept := binary.BigEndian.AppendUint64(nil, index)
	c.keys.put(chainKey(index), append(kept, c.place.Whole[:]...))
}

// outcomeOf turns a decision into the outcome that is kept.
func outcomeOf(e command.Envelope, d command.Decision, index uint64, at int64) (command.Outcome, error) {
	hash := e.Hash()
	o := command.Outcome{Status: d.Status, Index: index, At: at, Kind: e.Kind, By: e.By, Hash: hash[:], Detail: d.Detail}
	switch d.Status {
	case command.Accepted:
		return o, nil
	case command.Rejected, command.Conflicted:
		if d.Err == nil {
			return o, fmt.Errorf("command %s: %s without a reason", e.ID, d.Status)
		}
		o.Class, o.Code, o.Field, o.Message = d.Err.Class, d.Err.Code, d.Err.Field, d.Err.Message
		return o, nil
	}
	return o, fmt.Errorf("command %s: a rule decided %q", e.ID, d.Status)
}

// answer is the result of a command whose outcome is already kept.
func answer(e command.Envelope, kept command.Outcome, known bool) Result {
	hash := e.Hash()
	if bytes.Equal(kept.Hash, hash[:]) {
		return Result{ID: e.ID, Outcome: kept, Known: known}
	}
	why := command.IDReused()
	return Result{ID: e.ID, Known: true, Reused: true, Outcome: command.Outcome{
		Status: command.Rejected, Kind: e.Kind, Class: why.Class, Code: why.Code, Message: why.Message, Hash: hash[:]}}
}

// writes are the keys a transaction sets; a nil value deletes.
type writes map[string][]byte

// put sets a key. A key that says all by being there has a nil value.
func (w writes) put(key, value []byte) {
	if value == nil {
		value = []byte{}
	}
	w[string(key)] = value
}

func (w writes) drop(key []byte) { w[string(key)] = nil }

// size counts as Badger does, rounded up.
func (w writes) size() (n int64) {
	for k, v := range w {
		n += int64(len(k)+len(v)) + 16
	}
	return n
}
