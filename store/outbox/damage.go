package outbox

import "fmt"

// Damage is one place where the journal is not what it should be. Captures
// From..To are lost to it; both are zero if none is known to be: the damage
// hit an outcome (it will be asked for again), a head, or an item that Compact
// had written again.
type Damage struct {
	Segment uint64 // zero: the mark file
	Offset  int64  // bytes
	Length  int64  // bytes; zero if bytes are missing rather than wrong
	From    uint64
	To      uint64
	Reason  string
}

func (d Damage) String() string {
	s := fmt.Sprintf("%s: segment %d, %d bytes at %d", d.Reason, d.Segment, d.Length, d.Offset)
	if d.From != 0 {
		s += fmt.Sprintf(", captures %d to %d lost", d.From, d.To)
	}
	return s
}
