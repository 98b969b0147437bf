package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"gocua/store/command"
)

// Entry is one place in the agreed order. Data is the wire form of a
// command.Entry; without data only the position moves.
type Entry struct {
	Index, Term uint64
	Data        []byte
}

// Result is what became of one command of an entry.
type Result struct {
	ID      command.ID
	Outcome command.Outcome
	Known   bool // it had been decided before; this is the first outcome
	Reused  bool // the ID had been used for another body; Outcome says so and is not kept
}

// Apply decides the commands of the entries in order and writes what follows.
// It returns the results of each entry. Entries that are applied already are
// not applied again; their results are read back. Everything is written when it
// returns, but survives a power cut only after the next Sync.
//
// An error is a failure, not an outcome: this register must stop here. Nothing
// of the failing command is written, what was before it is; the same call may
// be made again.
func (s *Store) Apply(entries []Entry) ([][]Result, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	first, err := s.beginChunk()
	if err != nil {
		return nil, fmt.Errorf("applying: %w", err)
	}
	a := &applier{store: s, chunk: first}
	defer func() { a.chunk.reader.Close() }()
	results := make([][]Result, len(entries))
	for i, e := range entries {
		if results[i], err = a.entry(e); err != nil {
			return nil, errors.Join(fmt.Errorf("applying entry %d: %w", e.Index, err), a.commit())
		}
	}
	if err := a.commit(); err != nil {
		return nil, err
	}
	return results, nil
}

// applier carries one call of Apply from chunk to chunk.
type applier struct {
	store *Store
	chunk *chunk
}

func (a *applier) entry(e Entry) ([]Result, error) {
	at, old := a.chunk.place, e.Index <= a.chunk.place.Index
	if !old && at.Begun != 0 && at.Begun != e.Index {
		return nil, fmt.Errorf("entry %d is applied in part and must come first", at.Begun)
	}
	agreed := command.Entry{At: at.At}
	if len(e.Data) > 0 {
		var err error
		if agreed, err = command.DecodeEntry(e.Data); err != nil {
			return nil, err
		}
	}
	if old {
		return a.readBack(e.Index, agreed.Commands)
	}
	if int(at.Done) > len(agreed.Commands) {
		return nil, fmt.Errorf("%d commands of it are applied, it has %d", at.Done, len(agreed.Commands))
	}
	results, err := a.readBack(e.Index, agreed.Commands[:at.Done])
	if err != nil {
		return nil, err
	}
	now := max(agreed.At, at.At) // agreed time never goes back
	for _, c := range agreed.Commands[at.Done:] {
		r, err := a.command(e.Index, now, c)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	a.chunk.endEntry(e.Index, e.Term, now)
	return results, nil
}

// command decides one command, in this transaction if it fits, else in the next.
func (a *applier) command(index uint64, now int64, e command.Envelope) (Result, error) {
	eff, err := a.chunk.decide(a.store.table, index, now, e)
	if err != nil {
		return Result{}, err
	}
	if !a.fits(eff.keys) {
		if err := a.turn(); err != nil {
			return Result{}, err
		}
		if eff, err = a.chunk.decide(a.store.table, index, now, e); err != nil {
			return Result{}, err
		}
	}
	if eff.changes >= many {
		a.store.learn(a.chunk.reader.vol)
	}
	eff.place.At = now
	a.chunk.take(eff)
	return eff.result, nil
}

// fits keeps a transaction of several commands under half of what Badger takes;
// one command alone may fill it.
func (a *applier) fits(more writes) bool {
	c, db := a.chunk, a.chunk.reader.vol.db
	return len(c.keys) == 0 ||
		c.size+more.size() <= db.MaxBatchSize()/2 && int64(len(c.keys)+len(more)) <= db.MaxBatchCount()/2
}

// turn commits the chunk and begins the next.
func (a *applier) turn() error {
	if err := a.commit(); err != nil {
		return err
	}
	next, err := a.store.beginChunk()
	if err != nil {
		return err
	}
	a.chunk.reader.Close()
	a.chunk = next
	return nil
}

// commit writes the chunk in one transaction and tells whoever waits.
func (a *applier) commit() error {
	c := a.chunk
	if !c.moved {
		return nil
	}
	c.place.Txn++
	c.keys.put(metaPlace, c.place.encode())
	c.keys.put(trailKey(c.place.Txn), binary.BigEndian.AppendUint64(nil, c.place.Txn))
	c.reader.vol.absent.wrote(c.keys)
	if err := commitWrites(c.reader.vol.db, c.keys); err != nil {
		return err
	}
	c.moved = false
	a.store.lately.wrote(c)
	if a.store.wrote != nil {
		a.store.wrote(c.keys)
	}
	a.store.publish(c.place)
	return nil
}

func commitWrites(db *badger.DB, keys writes) error {
	txn := db.NewTransaction(true)
	defer txn.Discard()
	for k, v := range keys {
		var err error
		if v == nil {
			err = txn.Delete([]byte(k))
		} else {
			err = txn.Set([]byte(k), v)
		}
		if err != nil {
			return fmt.Errorf("writing %d keys: %w", len(keys), err)
		}
	}
	if err := txn.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// readBack gives the results of commands that were decided before, as they
// were given then.
func (a *applier) readBack(index uint64, commands []command.Envelope) ([]Result, error) {
	var results []Result
	seen := map[command.ID]bool{}
	for _, e := range commands {
		o, ok := a.chunk.view.Outcome(e.ID)
		if !ok {
			if err := a.chunk.reader.Err(); err != nil {
				return nil, err
			}
			return nil, fmt.Errorf("%w: command %s was decided but has no outcome", ErrDamaged, e.ID)
		}
		results = append(results, answer(e, o, o.Index < index || seen[e.ID]))
		seen[e.ID] = true
	}
	return results, nil
}
