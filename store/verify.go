package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/maphash"
	"iter"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"gocua/store/command"
)

// Fault is where a register first is not what its audit chain says.
type Fault struct {
	Seq  uint64 `json:"seq"`            // of the first wrong entry of the chain; 0: the chain holds, what follows from it does not
	Type byte   `json:"type,omitempty"` // of the first wrong record
	Key  string `json:"key,omitempty"`
	What string `json:"what"`
}

// Audited is what a verification read, and the first thing it found wrong.
type Audited struct {
	Entries uint64 // of the chain
	Feed    uint64
	Records uint64
	Anchors int // heads kept elsewhere that were compared
	Fault   *Fault
}

// verifier walks the chain and what hangs on it.
type verifier struct {
	r        *Reader
	out      Audited
	anchors  map[uint64][][32]byte
	anchored uint64 // the last entry that a head kept elsewhere confirmed
	head     command.AuditHead
	last     command.AuditEntry
	digest   hash.Hash
	seed     maphash.Seed // nobody could know it when they altered something
	history  uint64       // sum over the births and keys of history that follow from the feed
	outcomes uint64       // sum over the outcomes that follow from the chain
}

// VerifyAudit recomputes the whole audit chain beside the feed, compares it with
// heads kept elsewhere, and then outcomes, history and records with both. It
// stops at the first thing that is wrong, which is in the answer; the error says
// only that it could not be read. ctx is asked now and then.
func (r *Reader) VerifyAudit(ctx context.Context, kept []command.AuditHead) (Audited, error) {
	v := newVerifier(r, kept)
	for _, step := range []func(context.Context) *Fault{v.chain, v.results, v.records} {
		if v.out.Fault = step(ctx); v.out.Fault != nil || r.Err() != nil || ctx.Err() != nil {
			break
		}
	}
	if err := r.Err(); err != nil {
		return v.out, err
	}
	return v.out, ctx.Err()
}

func newVerifier(r *Reader, kept []command.AuditHead) *verifier {
	v := &verifier{r: r, anchors: map[uint64][][32]byte{}, digest: sha256.New(), seed: maphash.MakeSeed()}
	for _, h := range kept {
		if h.Seq > 0 {
			v.anchors[h.Seq] = append(v.anchors[h.Seq], h.Hash)
			v.out.Anchors++
		}
	}
	return v
}

func wrong(seq uint64, what string, args ...any) *Fault {
	return &Fault{Seq: seq, What: fmt.Sprintf(what, args...)}
}

// chain is the chain itself, with the feed beside it.
func (v *verifier) chain(ctx context.Context) *Fault {
	next, stop := iter.Pull(v.r.items([]byte{prefixFeed}, nil))
	defer stop()
	for item := range v.r.items([]byte{prefixAudit}, nil) {
		if v.out.Entries%4096 == 0 && ctx.Err() != nil {
			return nil
		}
		if fault := v.entry(item, next); fault != nil {
			return fault
		}
	}
	if v.r.Err() != nil {
		return nil
	}
	end, place := v.head.Seq, v.r.place
	switch {
	case end != place.Audit:
		return wrong(min(end, place.Audit)+1, "the chain has %d entries, the register has decided %d commands", end, place.Audit)
	case v.head.Hash != place.AuditHash:
		return wrong(end, "the chain does not end in the hash the register knows")
	}
	if _, more := next(); more || v.out.Feed != place.FeedHead {
		return wrong(end+1, "the feed has other changes than the chain knows")
	}
	for seq := range v.anchors {
		if seq > end {
			return wrong(end+1, "the chain ends here; a head kept elsewhere says it had %d entries", seq)
		}
	}
	return nil
}

// entry checks the next entry of the chain.
func (v *verifier) entry(item *badger.Item, feed func() (*badger.Item, bool)) *Fault {
	seq := v.head.Seq + 1
	key := item.KeyCopy(nil)
	if len(key) != 9 || binary.BigEndian.Uint64(key[1:]) != seq {
		return wrong(seq, "the entry is missing")
	}
	e, raw, err := decodeAudit(key, v.r.value(item))
	switch {
	case err != nil:
		return wrong(seq, "the entry cannot be read")
	case auditHash(v.head.Hash, seq, raw) != e.Hash:
		return wrong(seq, "the entry is not the one that was chained here")
	case e.Index < v.last.Index || e.At < v.last.At:
		return wrong(seq, "the entry is older than the one before it")
	}
	if fault := v.changes(e, feed); fault != nil {
		return fault
	}
	for _, h := range v.anchors[seq] {
		if h != e.Hash {
			return wrong(seq, "the chain is not the one whose head was kept elsewhere; it was rewritten after entry %d", v.anchored)
		}
		v.anchored = seq
	}
	v.head, v.last = command.AuditHead{Seq: seq, Hash: e.Hash}, e
	v.out.Entries = seq
	v.outcomes += v.keyed(outcomeFacts(e))
	return nil
}

// changes checks what an entry's command changed, as the feed has it.
func (v *verifier) changes(e command.AuditEntry, feed func() (*badger.Item, bool)) *Fault {
	v.digest.Reset()
	for left := e.Changes; left > 0; {
		item, ok := feed()
		if !ok {
			return wrong(e.Seq, "a change it made is missing from the feed")
		}
		page, back := v.r.value(item), byte(0)
		for f, err := range feedItems(item.Key(), page) {
			if err != nil || f.Seq != v.out.Feed+1 {
				return wrong(e.Seq, "place %d of the feed is missing or cannot be read", v.out.Feed+1)
			}
			if left == 0 || f.Command != e.Command || f.Index != e.Index || f.At != e.At {
				return wrong(e.Seq, "place %d of the feed belongs to another command", f.Seq)
			}
			v.out.Feed++
			left--
			v.history += v.keyed(append(historyKey(f.Change.Type, f.Change.Key, f.Seq), back))
			back++
		}
		v.digest.Write(page)
	}
	if [32]byte(v.digest.Sum(nil)) != e.Digest {
		return wrong(e.Seq, "what it changed is not what the feed holds")
	}
	return nil
}

// keyed turns something into a number that only this verification could know. Two
// collections are the same if their sums are.
func (v *verifier) keyed(b []byte) uint64 { return maphash.Bytes(v.seed, b) }

// outcomeFacts are the facts of a decision that chain and outcome share.
func outcomeFacts(e command.AuditEntry) []byte {
	e.Unit, e.Type, e.Key, e.Changes, e.Digest = "", 0, "", 0, [32]byte{}
	return encodeAudit(e)
}

// results compares the outcomes with the chain.
func (v *verifier) results(ctx context.Context) *Fault {
	var n, sum uint64
	for item := range v.r.items([]byte{prefixOutcome}, nil) {
		if n++; n%4096 == 0 && ctx.Err() != nil {
			return nil
		}
		key := item.KeyCopy(nil)
		if len(key) != 17 {
			return wrong(0, "an outcome has no command")
		}
		o, err := readOutcome(v.r.value(item))
		if err != nil {
			return wrong(0, "the outcome of command %s cannot be read", command.ID(key[1:]))
		}
		sum += v.keyed(outcomeFacts(command.AuditEntry{Index: o.Index, At: o.At, Command: command.ID(key[1:]), By: o.By, Kind: o.Kind, Status: o.Status, Code: o.Code}))
	}
	if v.r.Err() == nil && sum != v.outcomes {
		return wrong(0, "the outcomes of commands are not what the chain says was decided")
	}
	return nil
}

// records compares each record with the last change of it in the feed. Births and
// history are derived, so together they are shown to be exactly what follows from it.
func (v *verifier) records(ctx context.Context) *Fault {
	next, stop := iter.Pull(v.r.lives())
	defer stop()
	life, more := next()
	var sum, n uint64
	gone := func() *Fault {
		sum += v.told(life.told)
		if !v.agreed(life.last(), command.Delete, nil) {
			return misrecorded(life.name)
		}
		life, more = next()
		return nil
	}
	for item := range v.r.items([]byte{prefixRecord}, nil) {
		if n++; n%4096 == 0 && ctx.Err() != nil {
			return nil
		}
		name := item.KeyCopy(nil)[1:]
		for more && bytes.Compare(life.name, name) < 0 {
			if fault := gone(); fault != nil {
				return fault
			}
		}
		born, value := v.r.split(v.r.value(item))
		if born == nil {
			return nil // the reader has the error
		}
		first := told{born.key(command.RecordType(name[0]), command.Key(name[1:])), born.back()}
		last := first
		sum += v.told([]told{first})
		if more && bytes.Equal(life.name, name) {
			sum += v.told(life.told)
			if at := life.last(); bytes.Compare(at.key, last.key) > 0 {
				last = at
			}
			life, more = next()
		}
		if !v.agreed(last, command.Put, value) {
			return misrecorded(name)
		}
		v.out.Records++
	}
	for more && v.r.Err() == nil {
		if fault := gone(); fault != nil {
			return fault
		}
	}
	if v.r.Err() == nil && sum != v.history {
		return wrong(0, "the history of records is not what follows from the feed")
	}
	return nil
}

func misrecorded(name []byte) *Fault {
	return &Fault{Type: name[0], Key: string(name[1:]), What: "the record is not what was agreed last"}
}

// agreed reports whether a place of the feed says this of a record.
func (v *verifier) agreed(at told, op command.Op, value []byte) bool {
	f, err := v.r.feedAt(at.key, at.back)
	return err == nil && f.Change.Op == op && bytes.Equal(f.Change.Value, value)
}

// told sums up places of history, as changes does those of the feed.
func (v *verifier) told(all []told) (sum uint64) {
	for _, t := range all {
		sum += v.keyed(slices.Concat(t.key, t.back))
	}
	return sum
}

// told is one key of history and what it says.
type told struct{ key, back []byte }

// life is what history has of one record, oldest first.
type life struct {
	name []byte // type and key
	told []told
}

func (l life) last() told { return l.told[len(l.told)-1] }

// lives yields the history of all records that have any, in the order of records.
func (r *Reader) lives() iter.Seq[life] {
	return func(yield func(life) bool) {
		var l life
		for item := range r.items([]byte{prefixHistory}, nil) {
			key := item.KeyCopy(nil)
			if len(key) < 11 {
				r.fail(fmt.Errorf("%w: a key of history of %d bytes", ErrDamaged, len(key)))
				return
			}
			if name := key[1 : len(key)-9]; !bytes.Equal(name, l.name) {
				if l.told != nil && !yield(l) {
					return
				}
				l = life{name: name}
			}
			l.told = append(l.told, told{key, r.value(item)})
		}
		if l.told != nil {
			yield(l)
		}
	}
}
