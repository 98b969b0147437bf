package outbox

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// A frame is
//
//	magic 4 | crc 4 | kind 1 | length 4 | seq 8 | prev 32 | sealed payload
//
// with numbers big-endian and the CRC-32C over all that follows it. The last
// byte of the magic is the version of the format.
const (
	magic      = "SCH\x01"
	headerSize = 53
	maxPayload = 1 << 20 // bytes; a longer length field is damage
)

// kind says what a frame holds. Numbers are format: never reused.
type kind uint8

const (
	kindHead    kind = 1 // first frame of a segment: whose journal this is
	kindPut     kind = 2 // a capture, alone or the last of its request
	kindPutMore kind = 3 // a capture; the next of the same request follows
	kindSettle  kind = 4 // the outcome of the capture with this seq
	kindKeep    kind = 5 // an item written again before its segment goes
	kindMark    kind = 6 // a slot of the mark file
)

type hash [sha256.Size]byte

type frame struct {
	kind   kind
	seq    uint64 // of the capture it is about; the generation in a mark
	prev   hash   // of the frame before it
	sealed []byte
	raw    []byte
	at     int64 // offset in the segment
}

func (f frame) hash() hash { return sha256.Sum256(f.raw) }
func (f frame) end() int64 { return f.at + int64(len(f.raw)) }

// decode reads the frame at the start of b. False: there is none, or it is damaged.
func decode(b []byte, at int64) (frame, bool) {
	if len(b) < headerSize || string(b[:4]) != magic {
		return frame{}, false
	}
	n := binary.BigEndian.Uint32(b[9:])
	if n > maxPayload || int(n) > len(b)-headerSize {
		return frame{}, false
	}
	raw := b[:headerSize+int(n)]
	if binary.BigEndian.Uint32(raw[4:]) != crc32.Checksum(raw[8:], castagnoli) {
		return frame{}, false
	}
	return frame{kind: kind(raw[8]), seq: binary.BigEndian.Uint64(raw[13:]),
		prev: hash(raw[21:53]), sealed: raw[headerSize:], raw: raw, at: at}, true
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// span is a stretch of bytes that is no frame.
type span struct{ from, to int64 }

// scan splits a segment into its valid frames and the holes between them:
// after damage it goes on at the next place where a whole frame stands.
func scan(b []byte) (frames []frame, holes []span) {
	for at := 0; at < len(b); {
		if f, ok := decode(b[at:], int64(at)); ok {
			frames = append(frames, f)
			at += len(f.raw)
			continue
		}
		from := at
		for at++; at < len(b); at++ {
			skip := bytes.Index(b[at:], []byte(magic))
			if skip < 0 {
				at = len(b)
				break
			}
			at += skip
			if _, ok := decode(b[at:], int64(at)); ok {
				break
			}
		}
		holes = append(holes, span{int64(from), int64(at)})
	}
	return frames, holes
}

// sealer encrypts payloads and ties each to its place: a frame copied to
// another segment, seq or neighbour does not open.
type sealer struct{ aead cipher.AEAD }

var errKeySize = errors.New("outbox: the key must have 32 bytes")

func newSealer(key []byte) (sealer, error) {
	if len(key) != 32 {
		return sealer{}, errKeySize
	}
	derived, err := hkdf.Key(sha256.New, key, nil, "gocua outbox 1", 32)
	if err != nil {
		return sealer{}, fmt.Errorf("outbox: deriving the key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return sealer{}, fmt.Errorf("outbox: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealer{}, fmt.Errorf("outbox: %w", err)
	}
	return sealer{aead}, nil
}

// encode builds the frame that goes into a segment after prev.
func (s sealer) encode(segment uint64, k kind, seq uint64, prev hash, plain []byte) []byte {
	b := make([]byte, headerSize, headerSize+len(plain)+s.aead.Overhead())
	copy(b, magic)
	b[8] = byte(k)
	binary.BigEndian.PutUint32(b[9:], uint32(len(plain)+s.aead.Overhead()))
	binary.BigEndian.PutUint64(b[13:], seq)
	copy(b[21:], prev[:])
	b = s.aead.Seal(b, nil, plain, place(segment, b))
	binary.BigEndian.PutUint32(b[4:], crc32.Checksum(b[8:], castagnoli))
	return b
}

// open returns the payload of a frame found in this segment.
func (s sealer) open(segment uint64, f frame) ([]byte, error) {
	return s.aead.Open(nil, nil, f.sealed, place(segment, f.raw))
}

func place(segment uint64, raw []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, segment), raw[8:headerSize]...)
}
