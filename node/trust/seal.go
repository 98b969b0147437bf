package trust

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sealer seals what one machine keeps for one purpose (niêm phong): log entries,
// snapshots. In front stands the generation of the key, so that what was written
// before a rotation can be read until it is written anew.
type Sealer struct {
	newest uint32
	aeads  map[uint32]cipher.AEAD
}

const generationSize = 4

var errDoesNotOpen = errors.New("trust: it was altered, belongs to another place, or was sealed with another key")

// Sealer derives the keys of one purpose. The purpose is part of the format.
func (k *Keys) Sealer(purpose string) (*Sealer, error) {
	s := &Sealer{newest: k.newest().Number, aeads: map[uint32]cipher.AEAD{}}
	for _, g := range k.generations {
		aead, err := sealing(g.Key, purpose)
		if err != nil {
			return nil, err
		}
		s.aeads[g.Number] = aead
	}
	return s, nil
}

// sealing is AES-256-GCM under a key of that purpose. Nonces are random: two of
// 2³² entries share one with a chance of one in 2³², far more than a generation sees.
func sealing(key []byte, purpose string) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, key, nil, "gocua "+purpose, KeySize)
	if err != nil {
		return nil, fmt.Errorf("trust: deriving the key of %s: %w", purpose, err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fmt.Errorf("trust: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Seal seals plain for its place, with the newest key.
func (s *Sealer) Seal(place, plain []byte) []byte {
	aead := s.aeads[s.newest]
	sealed := binary.BigEndian.AppendUint32(make([]byte, 0, generationSize+len(plain)+aead.Overhead()), s.newest)
	return aead.Seal(sealed, nil, plain, at(s.newest, place))
}

// Open opens what was sealed for that place, whichever key it was.
func (s *Sealer) Open(place, sealed []byte) ([]byte, error) {
	if len(sealed) < generationSize {
		return nil, errDoesNotOpen
	}
	number := binary.BigEndian.Uint32(sealed)
	aead, known := s.aeads[number]
	if !known {
		return nil, errDoesNotOpen
	}
	plain, err := aead.Open(nil, nil, sealed[generationSize:], at(number, place))
	if err != nil {
		return nil, errDoesNotOpen
	}
	return plain, nil
}

// Overhead is how much longer sealing makes it, bytes.
func (s *Sealer) Overhead() int { return generationSize + s.aeads[s.newest].Overhead() }

// at binds the generation to the place: the number in front is in the clear.
func at(number uint32, place []byte) []byte {
	return append(binary.BigEndian.AppendUint32(make([]byte, 0, generationSize+len(place)), number), place...)
}
