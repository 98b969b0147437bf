package rafttest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"

	"gocua/raft"
)

// Seals are with keys that everybody knows: one number, one pair of keys.
func Seals(number byte) *raft.Seals {
	return &raft.Seals{Log: sealer(number, 'l'), Snapshots: sealer(number, 's')}
}

func sealer(number, purpose byte) raft.Sealer {
	block, err := aes.NewCipher(bytes.Repeat([]byte{number, purpose}, 16))
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return gcm{aead}
}

type gcm struct{ cipher.AEAD }

func (s gcm) Seal(place, plain []byte) []byte { return s.AEAD.Seal(nil, nil, plain, place) }
func (s gcm) Open(place, sealed []byte) ([]byte, error) {
	return s.AEAD.Open(nil, nil, sealed, place)
}

// Clear are seals that seal nothing, to see what sealing hides.
func Clear() *raft.Seals { return &raft.Seals{Log: glass{}, Snapshots: glass{}} }

type glass struct{}

func (glass) Seal(_, plain []byte) []byte           { return bytes.Clone(plain) }
func (glass) Open(_, sealed []byte) ([]byte, error) { return sealed, nil }
func (glass) Overhead() int                         { return 0 }
