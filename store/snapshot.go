package store

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"
)

// A snapshot stream is snapshotMagic, a zstd stream, and the SHA-256 of both.
// In the zstd stream: the place, then each key and value in key order, each
// behind its length, then a key length of 0, the counts and the content digest.
// DESIGN.md has it byte by byte.
const (
	snapshotMagic  = "gocua-register\x00\x03" // the last byte is the version; 1 had no audit chain, 2 a key for each place of the feed
	snapshotWindow = 512 << 10                // bytes; what a reader must hold in memory
)

// Snapshot is the register at one point, to be written out.
type Snapshot struct {
	reader *Reader
	digest [32]byte // of what was written
	counts Counts
}

// Snapshot takes hold of what is applied now. It is quick and does not stop
// Apply; the snapshot must be closed.
func (s *Store) Snapshot() (*Snapshot, error) {
	r := s.Read()
	if err := r.Err(); err != nil {
		r.Close()
		return nil, fmt.Errorf("taking a snapshot: %w", err)
	}
	return &Snapshot{reader: r}, nil
}

// Position says which point it is.
func (s *Snapshot) Position() Position { return s.reader.Position() }

// Term is the term of agreement in which the last entry before it was agreed.
func (s *Snapshot) Term() uint64 { return s.reader.place.Term }

// Written is the content digest of what WriteTo wrote, and how much that was.
// Before WriteTo has returned they are zero.
func (s *Snapshot) Written() (digest [32]byte, counts Counts) { return s.digest, s.counts }

// Close lets go of the register.
func (s *Snapshot) Close() error {
	s.reader.Close()
	return nil
}

// WriteTo writes the snapshot and returns the bytes written. Before it writes
// the first, all that the snapshot holds is durable in the register too: who
// keeps the snapshot may forget the log before it.
func (s *Snapshot) WriteTo(w io.Writer) (int64, error) {
	if s.reader.txn == nil {
		return 0, fmt.Errorf("writing a snapshot: %w", ErrClosed)
	}
	if err := s.reader.vol.sync(); err != nil {
		return 0, fmt.Errorf("writing a snapshot: %w", err)
	}
	out := &sealer{to: w, hash: sha256.New()}
	if err := s.write(out); err != nil {
		return out.n, fmt.Errorf("writing a snapshot: %w", err)
	}
	return out.n, nil
}

func (s *Snapshot) write(out *sealer) error {
	if _, err := io.WriteString(out, snapshotMagic); err != nil {
		return err
	}
	packed, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(snapshotWindow))
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(packed, 64<<10)
	if err := s.writeBody(buffered); err != nil {
		_ = packed.Close() // the stream is lost already
		return err
	}
	if err := buffered.Flush(); err != nil {
		_ = packed.Close()
		return err
	}
	if err := packed.Close(); err != nil {
		return err
	}
	_, err = out.Write(out.hash.Sum(nil))
	return err
}

// writeBody leaves the writer's errors to its Flush, as bufio keeps them.
func (s *Snapshot) writeBody(w *bufio.Writer) error {
	p := s.reader.place
	p.Txn = 0 // counts what this volume has seen, not what was agreed
	_, _ = w.Write(p.encode())
	c := newContent()
	var frame []byte
	for key, value := range s.reader.replicated() {
		c.add(key, value)
		frame = binary.AppendUvarint(frame[:0], uint64(len(key)))
		frame = append(frame, key...)
		frame = binary.AppendUvarint(frame, uint64(len(value)))
		_, _ = w.Write(frame)
		if _, err := w.Write(value); err != nil {
			return err
		}
	}
	if err := s.reader.Err(); err != nil {
		return err
	}
	_ = w.WriteByte(0)
	s.digest, s.counts = c.sum()
	_, _ = w.Write(encodeCounts(s.counts))
	_, err := w.Write(s.digest[:])
	return err
}

func encodeCounts(c Counts) []byte {
	b := binary.BigEndian.AppendUint64(nil, c.Records)
	b = binary.BigEndian.AppendUint64(b, c.Outcomes)
	b = binary.BigEndian.AppendUint64(b, c.Feed)
	return binary.BigEndian.AppendUint64(b, c.Audit)
}

// sealer hashes and counts what is written.
type sealer struct {
	to   io.Writer
	hash hash.Hash
	n    int64
}

func (s *sealer) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	return n, err
}
