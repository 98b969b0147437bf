package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxValue bounds what a snapshot may make its reader allocate at once.
const maxValue = 1 << 20

// sink receives what a snapshot holds: the place first, then all keys in order.
// The slices belong to the sink.
type sink interface {
	begin(place) error
	put(key, value []byte) error
}

// unpack reads a snapshot stream to its end into a sink. Only when it returns
// without an error is what the sink received the register that was written:
// every bit of the stream is covered by its last 32 bytes.
func unpack(from io.Reader, to sink) error {
	sealed := newUnsealer(from)
	magic := make([]byte, len(snapshotMagic))
	if _, err := io.ReadFull(sealed, magic); err != nil {
		return fmt.Errorf("%w: no snapshot: %w", ErrDamaged, err)
	}
	if version := len(magic) - 1; string(magic[:version]) != snapshotMagic[:version] {
		return fmt.Errorf("%w: no snapshot", ErrDamaged)
	} else if magic[version] != snapshotMagic[version] {
		return fmt.Errorf("snapshot version %d, this build knows %d", magic[version], snapshotMagic[version])
	}
	packed, err := zstd.NewReader(sealed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(snapshotWindow))
	if err != nil {
		return fmt.Errorf("unpacking a snapshot: %w", err)
	}
	defer packed.Close()
	if err := unpackBody(bufio.NewReaderSize(packed, 64<<10), to); err != nil {
		return err
	}
	return sealed.check()
}

func unpackBody(r *bufio.Reader, to sink) error {
	head := make([]byte, placeSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return cut(err)
	}
	p, err := decodePlace(head)
	if err != nil {
		return err
	}
	if err := to.begin(p); err != nil {
		return err
	}
	c := newContent()
	var last []byte
	for {
		key, err := readFramed(r, maxTerm)
		if err != nil {
			return err
		}
		if len(key) == 0 {
			break
		}
		value, err := readFramed(r, maxValue)
		if err != nil {
			return err
		}
		if bytes.Compare(last, key) >= 0 || !replicatedKey(key) {
			return fmt.Errorf("%w: a key that does not belong where it is", ErrDamaged)
		}
		last = key
		c.add(key, value)
		if err := to.put(key, value); err != nil {
			return err
		}
	}
	return unpackTrailer(r, c, p)
}

// unpackTrailer compares what was read with what was written.
func unpackTrailer(r *bufio.Reader, c *content, p place) error {
	digest, counts := c.sum()
	want := append(encodeCounts(counts), digest[:]...)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil {
		return cut(err)
	}
	if !bytes.Equal(got, want) || counts.Feed != p.FeedHead || counts.Audit != p.Audit {
		return fmt.Errorf("%w: the snapshot holds other than was written", ErrDamaged)
	}
	if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the snapshot does not end where it should", ErrDamaged)
	}
	return nil
}

func replicatedKey(k []byte) bool {
	switch k[0] {
	case prefixFeed, prefixAudit:
		return len(k) == 9
	case prefixOutcome:
		return len(k) == 17
	case prefixRecord:
		return len(k) > 2
	}
	return false
}

func readFramed(r *bufio.Reader, limit uint64) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, cut(err)
	}
	if n > limit {
		return nil, fmt.Errorf("%w: a frame of %d bytes", ErrDamaged, n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, cut(err)
	}
	return b, nil
}

func cut(err error) error { return fmt.Errorf("%w: the snapshot breaks off: %w", ErrDamaged, err) }

// unsealer passes a stream on without its last 32 bytes, which must be the
// SHA-256 of what came before.
type unsealer struct {
	from *bufio.Reader
	hash hash.Hash
}

func newUnsealer(r io.Reader) *unsealer {
	return &unsealer{bufio.NewReaderSize(r, 64<<10), sha256.New()}
}

func (u *unsealer) Read(p []byte) (int, error) {
	ahead, err := u.from.Peek(min(len(p), u.from.Size()-sha256.Size) + sha256.Size)
	n := len(ahead) - sha256.Size
	if n <= 0 {
		if err == nil && len(p) == 0 {
			return 0, nil
		}
		if errors.Is(err, io.EOF) && n < 0 {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	u.hash.Write(ahead[:n])
	copy(p, ahead[:n])
	_, _ = u.from.Discard(n) // they are in the buffer
	return n, nil
}

// check compares the hash once everything before it has been read.
func (u *unsealer) check() error {
	if n, err := u.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the snapshot does not end where it should", ErrDamaged)
	}
	seal, err := u.from.Peek(sha256.Size)
	if err != nil {
		return cut(err)
	}
	if !bytes.Equal(seal, u.hash.Sum(nil)) {
		return fmt.Errorf("%w: the seal of the snapshot does not match", ErrDamaged)
	}
	return nil
}
