package civic

import (
	"bytes"

	"gocua/store/command"
)

// Pair says of two residents who look like one that they are not (hai người khác
// nhau): a person has looked. They are not shown as a pair again.
type Pair struct {
	A       command.ID `json:"a"` // the smaller of the two
	B       command.ID `json:"b"`
	Reason  string     `json:"reason,omitempty"`
	Officer command.ID `json:"officer,omitzero"`
	At      int64      `json:"at"` // agreed, ms
	Rev     command.ID `json:"rev"`
}

// PairOf is two IDs in the order in which a pair has them.
func PairOf(a, b command.ID) [2]command.ID {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	return [2]command.ID{a, b}
}

// PairKey names what was said of two residents, whichever is named first.
func PairKey(a, b command.ID) command.Key {
	p := PairOf(a, b)
	return KeyOf(p[0]) + "." + KeyOf(p[1])
}

// DismissPair says that two residents are not one; with Undo, that this is open
// again.
type DismissPair struct {
	A      command.ID `json:"a"`
	B      command.ID `json:"b"`
	Undo   bool       `json:"undo,omitempty"`
	Reason string     `json:"reason,omitempty"`
}

func (p DismissPair) Check() *command.Error {
	switch {
	case p.A.IsZero():
		return command.InvalidField("/a", "required", "name two residents")
	case p.B.IsZero():
		return command.InvalidField("/b", "required", "name two residents")
	case p.A == p.B:
		return command.InvalidField("/b", "same_resident", "these are not two residents")
	case len(p.Reason) > maxReason:
		return command.InvalidField("/reason", "too_long", "the reason is longer than %d bytes", maxReason)
	}
	return plainText("/reason", p.Reason)
}

func (p DismissPair) Decide(v command.View, e command.Envelope) command.Decision {
	for _, x := range []struct {
		id    command.ID
		field string
	}{{p.A, "/a"}, {p.B, "/b"}} {
		r, err := residentIn(v, x.id, e.Unit, x.field)
		if err != nil {
			return stop(err)
		}
		if r.ID != x.id {
			return stop(merged())
		}
	}
	key := PairKey(p.A, p.B)
	_, known := Load[Pair](v, TypePair, key)
	switch {
	case known != p.Undo:
		return command.Accept() // somebody said so before
	case p.Undo:
		return command.Accept(command.Change{Type: TypePair, Key: key, Op: command.Delete})
	}
	ids := PairOf(p.A, p.B)
	return command.Accept(put(TypePair, key, Pair{A: ids[0], B: ids[1], Reason: CleanText(p.Reason), Officer: e.By.Officer, At: v.Now(), Rev: e.ID}))
}
