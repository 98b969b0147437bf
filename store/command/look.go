package command

import (
	"crypto/sha256"
	"encoding/binary"
)

// LookAct is what somebody did who looked at people's data, or at the door to it.
// The words are disk and wire format.
type LookAct string

// Acts of looking (lượt xem), and what happens at the door.
const (
	LookView   LookAct = "view"   // one person or household
	LookReveal LookAct = "reveal" // a full number or phone
	LookSearch LookAct = "search" // looked for somebody; what was typed is never kept
	LookList   LookAct = "list"   // many people at once
	LookExport LookAct = "export" // took a file away
	LookGlass  LookAct = "glass"  // outside their own unit, with a reason

	LookSignIn  LookAct = "signin"
	LookFailed  LookAct = "signin_failed"
	LookSignOut LookAct = "signout"
	LookKill    LookAct = "session_ended" // ended another session
	LookSecond  LookAct = "second_factor" // set up, used a recovery code, removed

	// LookGone stands for looks that were written down and cannot be read any
	// more; Count says how many, Chain how the chain goes on behind them.
	LookGone LookAct = "gone"
)

// LookActs lists all acts.
func LookActs() []LookAct {
	return []LookAct{LookView, LookReveal, LookSearch, LookList, LookExport, LookGlass, LookSignIn, LookFailed, LookSignOut, LookKill, LookSecond, LookGone}
}

// Durable reports whether a look must be on the disk before what is looked at
// is shown.
func (a LookAct) Durable() bool { return a == LookReveal || a == LookExport || a == LookGlass }

// Look says that somebody looked: who, when, at what. It never holds what was
// typed or shown.
type Look struct {
	At      int64      `json:"at"` // ms since 1970 UTC, the machine's clock
	Officer ID         `json:"officer,omitzero"`
	Act     LookAct    `json:"act"`
	Type    RecordType `json:"type,omitempty"` // of the record; 0: a list
	Key     Key        `json:"key,omitempty"`
	Query   string     `json:"query,omitempty"` // what kind of list, or what happened: a code
	Unit    string     `json:"unit,omitempty"`
	Count   int        `json:"count,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Chain   []byte     `json:"chain,omitempty"` // of LookGone only
}

// Encode is the form that is chained.
func (l Look) Encode() []byte { return mustJSON(l) }

// Looks is how many looks this one stands for.
func (l Look) Looks() uint64 {
	if l.Act == LookGone {
		return uint64(max(l.Count, 0))
	}
	return 1
}

// ChainLook is the hash of a chain of looks that goes on by one: which comes
// after seq others and begins with nothing but zeros.
func ChainLook(before [32]byte, seq uint64, l Look) [32]byte {
	if l.Act == LookGone && len(l.Chain) == 32 {
		return [32]byte(l.Chain)
	}
	h := sha256.New()
	h.Write(before[:])
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], seq)
	h.Write(n[:])
	h.Write(l.Encode())
	return [32]byte(h.Sum(nil))
}
