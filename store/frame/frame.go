// Package frame is the shape of one record in a file that is only appended to:
// a header with a checksum, its place, the hash before it, and a sealed payload.
// It finds whole frames again in a file that was damaged. It must not know what
// the payload means, nor when a file is written or synced.
//
// Begin here; sealer.go encrypts.
package frame

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
)

// A frame is
//
//	magic 4 | crc 4 | kind 1 | length 4 | seq 8 | prev 32 | sealed payload
//
// with numbers big-endian and the CRC-32C over all that follows it. The last
// byte of the magic is the version of the format.
const (
	HeaderSize = 53
	MaxPayload = 1 << 20 // bytes; a longer length field is damage
)

// Hash is what chains frames.
type Hash [sha256.Size]byte

// Frame is one whole frame as it stands in a file.
type Frame struct {
	Kind   byte
	Seq    uint64
	Prev   Hash
	Sealed []byte
	Raw    []byte
	At     int64 // offset in the file
}

// End is the offset behind the frame.
func (f Frame) End() int64 { return f.At + int64(len(f.Raw)) }

// Magic is the first four bytes of each frame of a format.
type Magic string

// Decode reads the frame at the start of b. False: there is none, or it is damaged.
func (m Magic) Decode(b []byte, at int64) (Frame, bool) {
	if len(b) < HeaderSize || string(b[:4]) != string(m) {
		return Frame{}, false
	}
	n := binary.BigEndian.Uint32(b[9:])
	if n > MaxPayload || int(n) > len(b)-HeaderSize {
		return Frame{}, false
	}
	raw := b[:HeaderSize+int(n)]
	if binary.BigEndian.Uint32(raw[4:]) != Checksum(raw) {
		return Frame{}, false
	}
	return Frame{Kind: raw[8], Seq: binary.BigEndian.Uint64(raw[13:]), Prev: Hash(raw[21:53]), Sealed: raw[HeaderSize:], Raw: raw, At: at}, true
}

// Checksum is the CRC that belongs in a frame's header.
func Checksum(raw []byte) uint32 { return crc32.Checksum(raw[8:], castagnoli) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Span is a stretch of bytes that is no frame.
type Span struct{ From, To int64 }

// Scan splits a file into its valid frames and the holes between them: after
// damage it goes on at the next place where a whole frame stands.
func (m Magic) Scan(b []byte) (frames []Frame, holes []Span) {
	for at := 0; at < len(b); {
		if f, ok := m.Decode(b[at:], int64(at)); ok {
			frames = append(frames, f)
			at += len(f.Raw)
			continue
		}
		from := at
		for at++; at < len(b); at++ {
			skip := bytes.Index(b[at:], []byte(m))
			if skip < 0 {
				at = len(b)
				break
			}
			at += skip
			if _, ok := m.Decode(b[at:], int64(at)); ok {
				break
			}
		}
		holes = append(holes, Span{int64(from), int64(at)})
	}
	return frames, holes
}
