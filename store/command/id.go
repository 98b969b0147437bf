package command

import (
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"
)

// ID names a command or a record: a UUID, written in lower case. Where a
// person captures something it is a UUIDv7 minted before the first submit, so
// that a retry carries the same one.
type ID [16]byte

// NewID mints a time-ordered ID. It reads the clock and the random source and
// so belongs to the edge; rules derive IDs with DerivedID.
func NewID() ID { return ID(uuid.Must(uuid.NewV7())) }

// DerivedID is the ID that follows from its parts alone (UUIDv8 over SHA-256):
// whoever computes it from the same parts gets the same ID, which is what makes
// a second import of one file, or a second leader sealing one range, harmless.
func DerivedID(parts ...string) ID {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	var id ID
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ParseID reads the canonical 36-character form and nothing else.
func ParseID(s string) (ID, error) {
	if len(s) != 36 {
		return ID{}, fmt.Errorf("%q is not a UUID", s)
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return ID{}, fmt.Errorf("%q is not a UUID", s)
	}
	return ID(u), nil
}

func (id ID) String() string { return uuid.UUID(id).String() }

// IsZero reports whether no ID was given.
func (id ID) IsZero() bool { return id == ID{} }

func (id ID) MarshalText() ([]byte, error) { return uuid.UUID(id).MarshalText() }

func (id *ID) UnmarshalText(b []byte) error {
	parsed, err := ParseID(string(b))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
