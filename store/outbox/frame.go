package outbox

import (
	"crypto/sha256"

	shape "gocua/store/frame"
)

// magic begins each frame of an outbox; store/frame says what follows it.
const (
	magic      = "SCH\x01"
	headerSize = shape.HeaderSize
	maxPayload = shape.MaxPayload
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

type hash = shape.Hash

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

func frameOf(f shape.Frame) frame {
	return frame{kind: kind(f.Kind), seq: f.Seq, prev: f.Prev, sealed: f.Sealed, raw: f.Raw, at: f.At}
}

// decode reads the frame at the start of b. False: there is none, or it is damaged.
func decode(b []byte, at int64) (frame, bool) {
	f, ok := shape.Magic(magic).Decode(b, at)
	if !ok {
		return frame{}, false
	}
	return frameOf(f), true
}

// span is a stretch of bytes that is no frame.
type span struct{ from, to int64 }

// scan splits a segment into its valid frames and the holes between them.
func scan(b []byte) (frames []frame, holes []span) {
	found, gaps := shape.Magic(magic).Scan(b)
	for _, f := range found {
		frames = append(frames, frameOf(f))
	}
	for _, g := range gaps {
		holes = append(holes, span{g.From, g.To})
	}
	return frames, holes
}

// sealer encrypts payloads and ties each to its place.
type sealer struct{ shape.Sealer }

func newSealer(key []byte) (sealer, error) {
	s, err := shape.Magic(magic).NewSealer(key, "gocua outbox 1")
	return sealer{s}, err
}

// encode builds the frame that goes into a segment after prev.
func (s sealer) encode(segment uint64, k kind, seq uint64, prev hash, plain []byte) []byte {
	return s.Encode(segment, byte(k), seq, prev, plain)
}

// open returns the payload of a frame found in this segment.
func (s sealer) open(segment uint64, f frame) ([]byte, error) {
	return s.Open(segment, shape.Frame{Sealed: f.sealed, Raw: f.raw})
}
