package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"gocua/store/command"
)

// Position is how far a register has come.
type Position = command.Position

// place is the position as it is kept, in every transaction. An entry too big
// for one transaction is Begun before it is whole.
type place struct {
	Index, Term uint64
	At          int64
	Whole       [32]byte // chain at Index
	Chain       [32]byte // chain at the last command decided
	FeedHead    uint64
	Begun       uint64   // entry of which only a part is applied, or 0
	Done        uint32   // commands of it decided
	Audit       uint64   // entries of the audit chain
	AuditHash   [32]byte // of the last of them
	Txn         uint64   // transactions this volume has seen
}

// placeSize is what binary.Size(place{}) says: the fields above, in order.
const placeSize = 8 + 8 + 8 + 32 + 32 + 8 + 8 + 4 + 8 + 32 + 8

func (p place) position() Position {
	return Position{Index: p.Index, Term: p.Term, At: p.At, Chain: p.Whole, FeedHead: p.FeedHead,
		Audit: command.AuditHead{Seq: p.Audit, Hash: p.AuditHash}}
}

func (p place) encode() []byte {
	b, err := binary.Append(nil, binary.BigEndian, p)
	if err != nil {
		panic("store: place is not of fixed size: " + err.Error())
	}
	return b
}

func decodePlace(b []byte) (p place, err error) {
	if len(b) != placeSize {
		return p, fmt.Errorf("%w: a position of %d bytes", ErrDamaged, len(b))
	}
	_, err = binary.Decode(b, binary.BigEndian, &p)
	return p, err
}

// decided moves on past one command: which one, what became of it, and what it
// changed go into the chain.
func (p place) decided(index uint64, id command.ID, r Result, changes []command.Change) place {
	h := sha256.New()
	h.Write(p.Chain[:])
	size := 128
	for _, c := range changes {
		size += 2 + 4 + len(c.Key) + 4 + len(c.Value)
	}
	b := make([]byte, 0, size)
	b = binary.BigEndian.AppendUint64(b, index)
	b = binary.BigEndian.AppendUint32(b, p.Done)
	b = append(b, id[:]...)
	b = appendFramed(b, r.Outcome.Status)
	b = appendFramed(b, r.Outcome.Code)
	for _, c := range changes {
		b = append(b, byte(c.Type), byte(c.Op))
		b = appendFramed(b, c.Key)
		b = appendFramed(b, c.Value)
	}
	h.Write(b)
	p.Chain = [32]byte(h.Sum(nil))
	p.Begun, p.Done = index, p.Done+1
	p.FeedHead += uint64(len(changes))
	return p
}

// whole moves on past the end of an entry.
func (p place) whole(index, term uint64) place {
	p.Index, p.Term, p.Whole = index, term, p.Chain
	p.Begun, p.Done = 0, 0
	return p
}

func appendFramed[T ~string | ~[]byte](b []byte, s T) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}
