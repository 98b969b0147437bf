package node

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolPart is how much of a sealed file is in memory at a time, bytes.
const spoolPart = 64 << 10

// spool writes a file of any length in sealed parts. Each is bound to its place,
// and the last one says so: a part that is moved, or missing, is noticed.
type spool struct {
	drawer
	f       *os.File
	w       *bufio.Writer
	plain   []byte
	seq     uint64
	written int64
}

// create begins a sealed file. It is whole once Close has returned.
func (d drawer) create(path string) (*spool, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	return &spool{drawer: d, f: f, w: bufio.NewWriter(f), plain: make([]byte, 0, spoolPart)}, nil
}

func (s *spool) Write(b []byte) (int, error) {
	s.written += int64(len(b))
	for rest := b; len(rest) > 0; {
		n := min(spoolPart-len(s.plain), len(rest))
		s.plain, rest = append(s.plain, rest[:n]...), rest[n:]
		if len(s.plain) == spoolPart {
			if err := s.part(false); err != nil {
				return 0, err
			}
		}
	}
	return len(b), nil
}

// part seals what was gathered.
func (s *spool) part(last bool) error {
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	sealed := s.aead.Seal(nonce, nonce, s.plain, placeOf(s.seq, last))
	s.seq, s.plain = s.seq+1, s.plain[:0]
	_, err := s.w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(sealed))))
	if err == nil {
		_, err = s.w.Write(sealed)
	}
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return nil
}

func (s *spool) Close() error {
	err := s.part(true)
	if err := errors.Join(err, s.w.Flush(), s.f.Close()); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return nil
}

func placeOf(seq uint64, last bool) []byte {
	place := binary.BigEndian.AppendUint64(nil, seq)
	if last {
		return append(place, 1)
	}
	return append(place, 0)
}

// spooled reads what a spool wrote.
type spooled struct {
	drawer
	f    *os.File
	r    *bufio.Reader
	left []byte
	seq  uint64
	end  bool
}

// open reads a sealed file from its beginning.
func (d drawer) open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	return &spooled{drawer: d, f: f, r: bufio.NewReader(f)}, nil
}

var errSpool = errors.New("node: a sealed file is damaged or cut short")

func (s *spooled) Read(b []byte) (int, error) {
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

func (s *spooled) part() error {
	var size [4]byte
	if _, err := io.ReadFull(s.r, size[:]); err != nil {
		return errSpool
	}
	n := int(binary.BigEndian.Uint32(size[:]))
	if n < s.aead.NonceSize() || n > spoolPart+s.aead.NonceSize()+s.aead.Overhead() {
		return errSpool
	}
	sealed := make([]byte, n)
	if _, err := io.ReadFull(s.r, sealed); err != nil {
		return errSpool
	}
	nonce, body := sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():]
	for _, last := range []bool{false, true} {
		if plain, err := s.aead.Open(nil, nonce, body, placeOf(s.seq, last)); err == nil {
			s.left, s.end = plain, last
			s.seq++
			return nil
		}
	}
	return errSpool
}

func (s *spooled) Close() error { return s.f.Close() }
