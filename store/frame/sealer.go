package frame

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sealer encrypts payloads and ties each to its place: a frame copied to another
// file, seq or neighbour does not open.
type Sealer struct {
	magic Magic
	aead  cipher.AEAD
}

// ErrKeySize is the answer to a key that does not have 32 bytes.
var ErrKeySize = errors.New("frame: the key must have 32 bytes")

// NewSealer derives the key of one format from the machine's storage key. The
// purpose keeps the keys of formats apart.
func (m Magic) NewSealer(key []byte, purpose string) (Sealer, error) {
	if len(key) != 32 {
		return Sealer{}, ErrKeySize
	}
	derived, err := hkdf.Key(sha256.New, key, nil, purpose, 32)
	if err != nil {
		return Sealer{}, fmt.Errorf("frame: deriving the key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return Sealer{}, fmt.Errorf("frame: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Sealer{}, fmt.Errorf("frame: %w", err)
	}
	return Sealer{m, aead}, nil
}

// Encode builds the frame that goes into a file after prev.
func (s Sealer) Encode(file uint64, kind byte, seq uint64, prev Hash, plain []byte) []byte {
	b := make([]byte, HeaderSize, HeaderSize+len(plain)+s.aead.Overhead())
	copy(b, s.magic)
	b[8] = kind
	binary.BigEndian.PutUint32(b[9:], uint32(len(plain)+s.aead.Overhead()))
	binary.BigEndian.PutUint64(b[13:], seq)
	copy(b[21:], prev[:])
	b = s.aead.Seal(b, nil, plain, place(file, b))
	binary.BigEndian.PutUint32(b[4:], Checksum(b))
	return b
}

// Open returns the payload of a frame found in this file.
func (s Sealer) Open(file uint64, f Frame) ([]byte, error) {
	return s.aead.Open(nil, nil, f.Sealed, place(file, f.Raw))
}

func place(file uint64, raw []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, file), raw[8:HeaderSize]...)
}
