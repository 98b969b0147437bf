package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"gocua/store/command"
)

// Restore replaces the register with the one in a snapshot stream. The new one
// is built and verified beside the old, which serves until then and is not
// touched; a stream that is damaged or cut short changes nothing. Open readers
// keep what they read. The restored register is durable when it returns.
func (s *Store) Restore(from io.Reader) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	old, err := s.holdCurrent()
	if err != nil {
		return err
	}
	defer old.release()
	l := &loader{store: s, step: s.step}
	if l.step == nil {
		l.step = steadily
	}
	err = unpack(from, l)
	if err == nil {
		err = l.finish()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("restoring: %w", err), l.abandon())
	}
	return nil
}

// steadily is what happens between two steps of a restore unless a test says
// otherwise: nothing.
func steadily(string) error { return nil }

// loader fills a new volume.
type loader struct {
	store *Store
	step  func(name string) error // asked after each step
	place place
	vol   *volume
	batch *badger.WriteBatch
}

func (l *loader) begin(p place) (err error) {
	p.Txn = 1
	l.place = p
	if err := l.step("place read"); err != nil {
		return err
	}
	dir := filepath.Join(l.store.dir, newVolumeName(p.Index))
	if l.vol, err = openVolume(l.store.options(dir), l.store.log); err != nil {
		return err
	}
	l.batch = l.vol.db.NewWriteBatch()
	return l.step("volume made")
}

func (l *loader) put(key, value []byte) error {
	if key[0] == prefixRecord {
		if _, known := l.store.table.Record(command.RecordType(key[1])); !known {
			return fmt.Errorf("this build knows no record type %d", key[1])
		}
	}
	if err := l.batch.Set(key, value); err != nil {
		return err
	}
	return l.step("key put")
}

// finish adds what follows from the data, makes all of it durable and puts the
// new volume in the place of the old.
func (l *loader) finish() error {
	if err := errors.Join(l.step("stream verified"), l.batch.Flush(), l.step("keys written")); err != nil {
		return err
	}
	if err := rebuild(l.vol, l.store.table, l.place.FeedHead, l.step); err != nil {
		return err
	}
	p := l.place
	w := writes{}
	w.put(metaFormat, []byte{formatVersion})
	w.put(metaPlace, p.encode())
	w.put(trailKey(p.Txn), binary.BigEndian.AppendUint64(nil, p.Txn))
	w.put(chainKey(p.Index), append(binary.BigEndian.AppendUint64(nil, p.Index), p.Whole[:]...))
	for _, do := range []struct {
		name string
		step func() error
	}{
		{"indexes made", func() error { return commitWrites(l.vol.db, w) }},
		{"place written", l.vol.sync},
		{"volume synced", func() error { return draftCurrent(l.store.dir, filepath.Base(l.vol.dir)) }},
		{"CURRENT drafted", func() error { return switchCurrent(l.store.dir) }},
	} {
		if err := l.step(do.name); err != nil {
			return err
		}
		if err := do.step(); err != nil {
			return err
		}
	}
	old := l.store.replace(l.vol, p)
	l.vol = nil // it counts now, and is not ours to abandon
	err := errors.Join(l.step("CURRENT switched"), syncDir(l.store.dir), l.step("switch synced"))
	old.retire(err == nil) // until the switch is durable, the old one may be needed again
	return errors.Join(err, l.step("old volume let go"))
}

// abandon removes what was loaded; nothing ever pointed to it.
func (l *loader) abandon() error {
	if l.vol == nil {
		return nil
	}
	l.batch.Cancel()
	l.vol.retire(true)
	return l.vol.err
}

// replace lets everybody read from another volume from now on, and returns the
// one before.
func (s *Store) replace(vol *volume, p place) *volume {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.vol
	s.old = slices.DeleteFunc(append(s.old, old), (*volume).isClosed)
	s.vol, s.place = vol, p
	s.announce()
	return old
}
