package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"gocua/store/command"
)

// prepare makes an opened volume ready: begins an empty register, checks that
// nothing is missing from the middle of an old one, brings indexes and tallies
// up to what this build declares.
func prepare(vol *volume, table *command.Table) (place, error) {
	r := &Reader{vol: vol, txn: vol.db.NewTransaction(false)}
	vol.acquire()
	defer r.Close()
	empty := true
	for range r.items(nil, nil) {
		empty = false
		break
	}
	if empty {
		return place{}, errors.Join(r.Err(), begin(vol, table))
	}
	format, shape := r.get(metaFormat), r.get(metaShape)
	if len(format) != 1 || format[0] != formatVersion { // first: what an older build wrote is not damaged
		return place{}, errors.Join(r.Err(), fmt.Errorf("layout version %v, this build knows %d; make the register again from the other machines", format, formatVersion))
	}
	p, err := decodePlace(r.get(metaPlace))
	if err := errors.Join(r.Err(), err); err != nil {
		return p, err
	}
	if err := checkTrail(r, p.Txn); err != nil {
		return p, err
	}
	if want := table.DerivedShape(); string(shape) != string(want[:]) {
		if err := rebuild(vol, table, p.FeedHead, steadily); err != nil {
			return p, err
		}
	}
	return p, nil
}

// begin writes what an empty register knows about itself.
func begin(vol *volume, table *command.Table) error {
	shape := table.DerivedShape()
	w := writes{}
	w.put(metaFormat, []byte{formatVersion})
	w.put(metaShape, shape[:])
	w.put(metaPlace, place{}.encode())
	return commitWrites(vol.db, w)
}

// checkTrail looks for transactions that are missing although later ones are
// there. A power cut or a flipped bit may cut the end off Badger's log of one
// memtable while the log of the next is whole; Badger says nothing.
func checkTrail(r *Reader, last uint64) error {
	kept := min(last, trailKept)
	var found uint64
	for item := range r.items(metaTrail, nil) {
		b := r.value(item)
		if len(b) != 8 {
			return fmt.Errorf("%w: transaction number of %d bytes", ErrDamaged, len(b))
		}
		n := binary.BigEndian.Uint64(b)
		if n+kept <= last || n > last || string(trailKey(n)) != string(item.Key()) {
			return fmt.Errorf("%w: transaction %d is there, %d was the last", ErrDamaged, n, last)
		}
		found++
	}
	if err := r.Err(); err != nil {
		return err
	}
	if found != kept {
		return fmt.Errorf("%w: %d of the last %d transactions are missing", ErrDamaged, kept-found, kept)
	}
	return nil
}

// rebuild makes terms, tallies and history again from records and feed. It is
// begun anew if it is interrupted: the shape is written last. The feed ends at a place.
func rebuild(vol *volume, table *command.Table, feed uint64, step func(name string) error) error {
	undone := writes{}
	undone.drop(metaShape)
	if err := commitWrites(vol.db, undone); err != nil {
		return err
	}
	if err := vol.sync(); err != nil {
		return err
	}
	if err := vol.db.DropPrefix([]byte{prefixTerm}, []byte{prefixTally}, []byte{prefixHistory}); err != nil {
		return fmt.Errorf("clearing indexes: %w", err)
	}
	if err := step("indexes cleared"); err != nil {
		return err
	}
	r := &Reader{vol: vol, txn: vol.db.NewTransaction(false)}
	vol.acquire()
	defer r.Close()
	b := &rebuilder{db: vol.db, batch: vol.db.NewWriteBatch(), sums: map[string]int64{}, births: make(bits, feed/64+1)}
	defer func() { b.batch.Cancel() }()
	if err := errors.Join(b.records(r, table), r.Err(), step("records read"), b.history(r), step("history made"), b.flush(), step("sums written")); err != nil {
		return fmt.Errorf("rebuilding indexes: %w", err)
	}
	if err := errors.Join(vol.sync(), step("indexes synced")); err != nil {
		return err
	}
	shape := table.DerivedShape()
	done := writes{}
	done.put(metaShape, shape[:])
	return commitWrites(vol.db, done)
}

// rebuilder writes derived keys in bulk. Sums are added up in memory, and now
// and then in the database, so that memory stays bounded.
type rebuilder struct {
	db     *badger.DB
	batch  *badger.WriteBatch
	sums   map[string]int64
	births bits // places of the feed that have no key of history
}

const sumsInMemory = 50_000

// history comes after records: of those that stand, the birth has no key.
func (b *rebuilder) history(r *Reader) error {
	for item := range r.items([]byte{prefixFeed}, nil) {
		back := byte(0)
		for f, err := range feedItems(item.Key(), r.value(item)) {
			if err != nil {
				return err
			}
			if !b.births.has(f.Seq) {
				if err := b.batch.Set(historyKey(f.Change.Type, f.Change.Key, f.Seq), []byte{back}); err != nil {
					return err
				}
			}
			back++
		}
	}
	return nil
}

func (b *rebuilder) records(r *Reader, table *command.Table) error {
	for item := range r.items([]byte{prefixRecord}, nil) {
		k := item.Key()
		born, value, err := splitRecord(r.value(item))
		if err != nil {
			return err
		}
		b.births.add(born.seq())
		d, err := derive(table, ref{command.RecordType(k[1]), command.Key(k[2:])}, value)
		if err != nil {
			return err
		}
		for _, x := range d.terms {
			if err := b.batch.Set([]byte(x), []byte{}); err != nil {
				return err
			}
		}
		for tally, n := range d.counts {
			b.sums[tally] += n
		}
		if len(b.sums) > sumsInMemory {
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush adds the sums to what the database has.
func (b *rebuilder) flush() error {
	if err := b.batch.Flush(); err != nil {
		return err
	}
	b.batch = b.db.NewWriteBatch()
	r := &Reader{txn: b.db.NewTransaction(false)}
	defer r.txn.Discard()
	for tally, n := range b.sums {
		if n += r.sum(r.get([]byte(tally))); n == 0 {
			if err := b.batch.Delete([]byte(tally)); err != nil {
				return err
			}
		} else if err := b.batch.Set([]byte(tally), encodeSum(n)); err != nil {
			return err
		}
	}
	clear(b.sums)
	if err := b.batch.Flush(); err != nil {
		return err
	}
	b.batch = b.db.NewWriteBatch()
	return r.Err()
}
