package command

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// FormatVersion is the version of Envelope and Entry this build writes.
//
// Evolution: a new field is optional and its zero value means the behaviour
// before it existed; fields are never renamed, reused or given another meaning;
// golden files never change; no floats.
const FormatVersion = 1

// Kind numbers a command on the wire. A number is never reused or reordered.
type Kind uint16

// Actor is who asked. It comes from the session, never from a body.
type Actor struct {
	Officer ID     `json:"officer,omitzero"` // zero: the machine itself
	Node    string `json:"node"`
	Device  string `json:"device,omitempty"`
}

// Origin is where a command was captured: the node, the life of its outbox
// (epoch, raised when an outbox is started anew) and the place in it.
type Origin struct {
	Node  string `json:"node"`
	Epoch uint32 `json:"epoch"`
	Seq   uint64 `json:"seq"`
}

// Envelope is one change somebody wants. The body is the canonical JSON of the
// kind's type; Table.Canonical makes it.
type Envelope struct {
	V          uint8           `json:"v"`
	ID         ID              `json:"id"`
	Kind       Kind            `json:"kind"`
	CapturedAt int64           `json:"at"` // ms since 1970 UTC, the capturing machine's claim
	By         Actor           `json:"by"`
	Unit       string          `json:"unit"` // the unit on whose behalf
	Origin     Origin          `json:"origin"`
	After      []ID            `json:"after,omitempty"` // commands this one builds on
	Body       json.RawMessage `json:"body"`
	Sig        []byte          `json:"sig,omitempty"` // Ed25519 by the origin node
}

// Hash identifies what was asked, whoever asked and whenever: two envelopes
// with one ID are the same command only if their hashes are equal.
func (e Envelope) Hash() [32]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%s\n", e.Kind, e.Unit)
	for _, a := range e.After {
		h.Write(a[:])
	}
	h.Write(e.Body)
	return [32]byte(h.Sum(nil))
}

// Sign returns the envelope signed by the node it was captured on.
func (e Envelope) Sign(key ed25519.PrivateKey) Envelope {
	e.Sig = ed25519.Sign(key, e.signed())
	return e
}

// SignedBy reports whether the holder of key signed exactly this envelope.
func (e Envelope) SignedBy(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, e.signed(), e.Sig)
}

func (e Envelope) signed() []byte {
	e.Sig = nil
	const purpose = "gocua-command/1\n"
	return e.append(append(make([]byte, 0, len(purpose)+len(e.Body)+512), purpose...))
}

// Encode is the wire form of the envelope.
func (e Envelope) Encode() []byte { return e.append(make([]byte, 0, len(e.Body)+512)) }

func (e *Envelope) append(b []byte) []byte {
	if whole, ok := e.appendPlain(b); ok {
		return whole
	}
	return append(b, mustJSON(e)...)
}

// DecodeEnvelope reads what Encode wrote. Unknown fields are refused: they
// would be lost when the envelope is passed on.
func DecodeEnvelope(b []byte) (Envelope, error) {
	var e Envelope
	if err := strictJSON(b, &e); err != nil {
		return e, fmt.Errorf("envelope: %w", err)
	}
	if e.V != FormatVersion {
		return e, fmt.Errorf("envelope: version %d, this build knows %d", e.V, FormatVersion)
	}
	return e, nil
}

// Entry is what the cluster agrees on: commands in order, and the agreed time
// at which they count.
type Entry struct {
	V        uint8      `json:"v"`
	At       int64      `json:"at"` // agreed time, ms since 1970 UTC, never going back
	Commands []Envelope `json:"commands"`
}

// Encode is the wire form of the entry. It fails when a bound is exceeded, or a body
// is no JSON, which of an entry that was read nobody has looked at yet.
func (en Entry) Encode() ([]byte, error) {
	b, err := json.Marshal(en)
	if err != nil {
		return nil, fmt.Errorf("entry: %w", err)
	}
	if err := bounded(b, len(en.Commands)); err != nil {
		return nil, err
	}
	return b, nil
}

// JoinEntry is the wire form of an entry of commands that are encoded already:
// what Encode would write.
func JoinEntry(at int64, commands [][]byte) ([]byte, error) {
	n := 0
	for _, c := range commands {
		n += len(c) + 1
	}
	b := make([]byte, 0, n+80)
	b = append(b, `{"v":`...)
	b = strconv.AppendUint(b, FormatVersion, 10)
	b = append(b, `,"at":`...)
	b = strconv.AppendInt(b, at, 10)
	b = append(b, `,"commands":[`...)
	for i, c := range commands {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, c...)
	}
	b = append(b, "]}"...)
	return b, bounded(b, len(commands))
}

func bounded(entry []byte, commands int) error {
	if len(entry) > MaxEntry || commands > MaxCommands {
		return fmt.Errorf("entry: %d bytes, %d commands, over the bound", len(entry), commands)
	}
	return nil
}

// DecodeEntry reads what Encode wrote.
func DecodeEntry(b []byte) (Entry, error) {
	if len(b) > MaxEntry {
		return Entry{}, fmt.Errorf("entry: %d bytes, over the bound", len(b))
	}
	en, plain := plainEntry(b)
	if !plain {
		en = Entry{}
		if err := strictJSON(b, &en); err != nil {
			return en, fmt.Errorf("entry: %w", err)
		}
	}
	if en.V != FormatVersion || len(en.Commands) > MaxCommands {
		return en, fmt.Errorf("entry: version %d with %d commands", en.V, len(en.Commands))
	}
	return en, nil
}

func strictJSON(b []byte, to any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(to); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("more than one value")
	}
	return nil
}

// mustJSON encodes types of this package, none of which can fail to encode.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("command: encoding %T: %v", v, err))
	}
	return b
}
