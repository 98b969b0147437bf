package raft

import (
	"encoding/binary"
	"errors"
	"fmt"

	hraft "github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
)

// Sealer makes bytes unreadable, and any change to them noticeable, for whoever
// has no key (niêm phong). What was sealed for one place opens at no other. It may
// be called from any goroutine.
type Sealer interface {
	// Seal returns the sealed bytes, Overhead longer than plain, which it leaves alone.
	Seal(place, plain []byte) []byte
	// Open fails when the bytes or the place are others than were sealed, or the key is.
	Open(place, sealed []byte) ([]byte, error)
	// Overhead is how many bytes sealing adds; it never changes.
	Overhead() int
}

// Seals are for the two things a node keeps: they have a key each, so that what
// is sealed as one never opens as the other.
type Seals struct{ Log, Snapshots Sealer }

// Errors of Open and ReadLog about the keys.
var (
	ErrUnsealed = errors.New("raft: this log or snapshot was written before machines sealed theirs; make the machine anew")
	ErrWrongKey = errors.New("raft: the log is sealed with another key")
)

// sealMark is kept beside term and vote and tells whether the entries are sealed,
// and with which key, before any of them is needed.
const sealMark = "gocua sealed"

// checkKey compares the key with the one the log was sealed with. A fresh log takes
// this one.
func (d *disk) checkKey(write bool) error {
	mark, err := d.Get([]byte(sealMark))
	fresh := errors.Is(err, raftboltdb.ErrKeyNotFound)
	switch {
	case err != nil && !fresh:
		return fmt.Errorf("raft: reading the log: %w", err)
	case fresh && d.seal == nil:
		return nil
	case d.seal == nil:
		return fmt.Errorf("%w: none was given", ErrWrongKey)
	case !fresh:
		if _, err := d.seal.Open([]byte(sealMark), mark); err != nil {
			return ErrWrongKey
		}
		return nil
	}
	last, err := d.LastIndex()
	switch {
	case err != nil:
		return fmt.Errorf("raft: reading the log: %w", err)
	case last > 0:
		return ErrUnsealed
	case !write:
		return nil
	}
	if err := d.Set([]byte(sealMark), d.seal.Seal([]byte(sealMark), nil)); err != nil {
		return fmt.Errorf("raft: marking the log as sealed: %w", err)
	}
	return nil
}

// placeOf binds an entry to where it stands: moved, it does not open.
func placeOf(l *hraft.Log) []byte {
	place := binary.BigEndian.AppendUint64(make([]byte, 0, 17), l.Index)
	return append(binary.BigEndian.AppendUint64(place, l.Term), byte(l.Type))
}

// StoreLog is StoreLogs of one.
func (d *disk) StoreLog(l *hraft.Log) error { return d.StoreLogs([]*hraft.Log{l}) }

// StoreLogs seals what the entries hold and writes them; they survive a power cut
// once it returns. The caller's entries stay as they are: the library sends them on.
func (d *disk) StoreLogs(logs []*hraft.Log) error {
	if d.seal == nil {
		return d.BoltStore.StoreLogs(logs)
	}
	sealed := make([]*hraft.Log, len(logs))
	for i, l := range logs {
		kept := *l
		kept.Data = d.seal.Seal(placeOf(l), l.Data)
		sealed[i] = &kept
	}
	return d.BoltStore.StoreLogs(sealed)
}

// GetLog reads one entry.
func (d *disk) GetLog(index uint64, l *hraft.Log) error {
	if err := d.BoltStore.GetLog(index, l); err != nil || d.seal == nil {
		return err
	}
	if l.Index != index {
		return fmt.Errorf("entry %d stands at the place of entry %d", l.Index, index)
	}
	data, err := d.seal.Open(placeOf(l), l.Data)
	if err != nil {
		return fmt.Errorf("entry %d does not open: %w", index, err)
	}
	l.Data = data
	return nil
}
