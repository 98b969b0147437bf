package raft

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"

	hraft "github.com/hashicorp/raft"
)

// snapshotPart is how much of a snapshot is sealed at a time, bytes. Every part but
// the last holds just as much, so that lengths need not be kept.
const snapshotPart = 64 << 10

// snapshotMagic begins a sealed snapshot.
const snapshotMagic = "GCSNAP\x01\n"

var errSnapshot = errors.New("raft: a snapshot is damaged, cut short, or sealed with another key")

// vault keeps snapshots sealed. Sizes it tells are those of what was sealed: the
// library sends so much to others, who have keys of their own.
type vault struct {
	hraft.SnapshotStore
	seal Sealer
}

// Create begins a snapshot.
func (v vault) Create(version hraft.SnapshotVersion, index, term uint64, c hraft.Configuration, at uint64, trans hraft.Transport) (hraft.SnapshotSink, error) {
	sink, err := v.SnapshotStore.Create(version, index, term, c, at, trans)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(sink, snapshotMagic); err != nil {
		return nil, errors.Join(err, sink.Cancel())
	}
	return &sealedSink{SnapshotSink: sink, seal: v.seal, plain: make([]byte, 0, snapshotPart)}, nil
}

// List tells of the snapshots that are whole, the newest first.
func (v vault) List() ([]*hraft.SnapshotMeta, error) {
	list, err := v.SnapshotStore.List()
	for _, meta := range list {
		meta.Size = v.plainSize(meta.Size)
	}
	return list, err
}

// plainSize is how much a file of that size holds.
func (v vault) plainSize(size int64) int64 {
	rest, whole := size-int64(len(snapshotMagic)), int64(snapshotPart+v.seal.Overhead())
	return max(0, rest-(rest+whole-1)/whole*int64(v.seal.Overhead()))
}

// Open reads a snapshot; what was altered, or is missing at the end, is an error
// where it is read.
func (v vault) Open(id string) (*hraft.SnapshotMeta, io.ReadCloser, error) {
	meta, file, err := v.SnapshotStore.Open(id)
	if err != nil {
		return nil, nil, err
	}
	meta.Size = v.plainSize(meta.Size)
	r := &sealedSource{Closer: file, in: bufio.NewReaderSize(file, snapshotPart+v.seal.Overhead()+1), seal: v.seal, id: meta.ID}
	head := make([]byte, len(snapshotMagic))
	if _, err := io.ReadFull(r.in, head); err != nil || !bytes.Equal(head, []byte(snapshotMagic)) {
		return nil, nil, errors.Join(ErrUnsealed, file.Close())
	}
	return meta, r, nil
}

// partAt binds a part to its snapshot, to its place in it, and to being the end.
func partAt(id string, n uint64, last bool) []byte {
	place := binary.BigEndian.AppendUint64(make([]byte, 0, 9+len(id)), n)
	if last {
		place = append(place, 1)
	} else {
		place = append(place, 0)
	}
	return append(place, id...)
}

// sealedSink seals what the library or the Machine writes.
type sealedSink struct {
	hraft.SnapshotSink
	seal   Sealer
	plain  []byte
	n      uint64
	closed bool
}

func (s *sealedSink) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		if len(s.plain) == snapshotPart { // more follows: this one is not the last
			if err := s.part(false); err != nil {
				return 0, err
			}
		}
		n := min(snapshotPart-len(s.plain), len(rest))
		s.plain, rest = append(s.plain, rest[:n]...), rest[n:]
	}
	return len(b), nil
}

func (s *sealedSink) part(last bool) error {
	_, err := s.SnapshotSink.Write(s.seal.Seal(partAt(s.ID(), s.n, last), s.plain))
	s.n, s.plain = s.n+1, s.plain[:0]
	return err
}

// Close ends the snapshot; it is whole and on the disk then. Closing again is harmless.
func (s *sealedSink) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	if err := s.part(true); err != nil {
		return errors.Join(fmt.Errorf("raft: writing a snapshot: %w", err), s.SnapshotSink.Cancel())
	}
	return s.SnapshotSink.Close()
}

// Cancel throws the snapshot away, unless it was closed.
func (s *sealedSink) Cancel() error {
	if s.closed {
		return nil
	}
	s.closed = true
	return s.SnapshotSink.Cancel()
}

// sealedSource reads what a sealedSink wrote.
type sealedSource struct {
	io.Closer
	in   *bufio.Reader
	seal Sealer
	id   string
	n    uint64
	left []byte
	end  bool
}

func (s *sealedSource) Read(b []byte) (int, error) {
	for len(s.left) == 0 {
		if s.end {
			return 0, io.EOF
		}
		if err := s.part(); err != nil {
			return 0, err
		}
	}
	n := copy(b, s.left)
	s.left = s.left[n:]
	return n, nil
}

func (s *sealedSource) part() error {
	sealed := make([]byte, snapshotPart+s.seal.Overhead())
	n, err := io.ReadFull(s.in, sealed)
	if err != nil && err != io.ErrUnexpectedEOF {
		return errSnapshot // io.EOF: the part that says it is the last is missing
	}
	_, more := s.in.Peek(1)
	last := more == io.EOF
	if s.left, err = s.seal.Open(partAt(s.id, s.n, last), sealed[:n]); err != nil {
		return errSnapshot
	}
	s.n, s.end = s.n+1, last
	return nil
}

// ReadSnapshot hands over the newest snapshot kept in the directory of a node that
// is not running; seals are those it was written with. For inspection and tests.
func ReadSnapshot(dir string, seals *Seals, read func(io.Reader) error) error {
	kept, err := openSnapshots(dir, seals, newLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	list, err := kept.List()
	if err != nil {
		return fmt.Errorf("raft: listing snapshots: %w", err)
	}
	if len(list) == 0 {
		return nil
	}
	_, from, err := kept.Open(list[0].ID)
	if err != nil {
		return err
	}
	defer from.Close()
	return read(from)
}

// openSnapshots keeps the two newest.
func openSnapshots(dir string, seals *Seals, log *logger) (hraft.SnapshotStore, error) {
	files, err := hraft.NewFileSnapshotStoreWithLogger(dir, 2, log)
	if err != nil {
		return nil, fmt.Errorf("raft: opening snapshots: %w", err)
	}
	if seals == nil {
		return files, nil
	}
	return vault{files, seals.Snapshots}, nil
}
