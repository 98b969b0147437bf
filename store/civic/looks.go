package civic

import (
	"bytes"

	"gocua/store/command"
)

// LookHead is how far the looks of one machine have been merged (nhật ký lượt
// xem). Nothing before it can be taken out without breaking the chain.
type LookHead struct {
	Node  string `json:"node"`
	Life  int64  `json:"life"` // when the machine's journal was begun, ms
	Seq   uint64 `json:"seq"`
	Hash  []byte `json:"hash,omitempty"`
	At    int64  `json:"at"`              // agreed time
	Gone  uint64 `json:"gone,omitempty"`  // looks the machine could not read any more
	Anew  int    `json:"anew,omitempty"`  // times its journal was begun anew
	Total uint64 `json:"total,omitempty"` // looks merged, of all its journals
}

// Looks is one page of the looks of a machine, as it was merged.
type Looks struct {
	Node  string         `json:"node"`
	Life  int64          `json:"life"`
	From  uint64         `json:"from"`
	Prev  []byte         `json:"prev,omitempty"`
	Looks []command.Look `json:"looks"`
	Head  []byte         `json:"head"`
	At    int64          `json:"at"` // agreed time
}

// Derive finds a page by the day of each look, by officer and day, and by the
// record that was looked at.
func (p Looks) Derive(d *command.Derived) {
	for _, l := range p.Looks {
		day := DayOf(l.At)
		d.Find(LooksByDay, day)
		if !l.Officer.IsZero() {
			d.Find(LooksByOfficer, term(l.Officer.String(), day))
		}
		if l.Key != "" {
			d.Find(LooksByRecord, term(itoa(int(l.Type)), string(l.Key), day))
		}
	}
}

// MergeLooks brings a page of a machine's looks into the register.
type MergeLooks struct {
	Node  string         `json:"node"`
	Life  int64          `json:"life"`
	From  uint64         `json:"from"`
	Prev  []byte         `json:"prev,omitempty"`
	Looks []command.Look `json:"looks"`
	Head  []byte         `json:"head"`
}

// MaxLooks is how many looks a page holds.
const MaxLooks = 200

const (
	maxLookText = 400 // bytes of a reason
	maxLookCode = 64  // bytes of a code or unit
)

func (p MergeLooks) Check() *command.Error {
	switch {
	case len(p.Looks) == 0 || len(p.Looks) > MaxLooks:
		return command.InvalidField("/looks", "too_many", "a page has 1 to %d looks", MaxLooks)
	case p.From == 0 || p.Life <= 0:
		return command.InvalidField("/from", "required", "the page does not say where it stands")
	case len(p.Head) != 32 || len(p.Prev) != 0 && len(p.Prev) != 32:
		return command.InvalidField("/head", "bad_hash", "that is no end of a chain")
	}
	for i, l := range p.Looks {
		if !goodLook(l) {
			return command.InvalidField("/looks/"+itoa(i), "bad_look", "that is no look")
		}
	}
	return nil
}

func goodLook(l command.Look) bool {
	known := false
	for _, act := range command.LookActs() {
		known = known || act == l.Act
	}
	return known && (l.Key == "" || fits(Bare(l.Key))) && len(l.Key) <= 2*maxItemKey && len(l.Unit) <= maxLookCode &&
		len(l.Query) <= maxLookCode && len(l.Reason) <= maxLookText && l.Count >= 0 && (l.Act == command.LookGone) == (len(l.Chain) == 32) &&
		DayOf(l.At) != "" && l.At >= 0
}

func (p MergeLooks) Decide(v command.View, e command.Envelope) command.Decision {
	if p.Node != e.By.Node {
		return command.Reject(command.Errorf(command.Forbidden, "other_node", "a machine brings its own looks only"))
	}
	head, known := Load[LookHead](v, TypeLookHead, command.Key(p.Node))
	if known && p.Life != head.Life && p.From == 1 && len(p.Prev) == 0 { // its disk was replaced, or somebody took the journal away
		head = LookHead{Life: p.Life, Anew: head.Anew + 1, Gone: head.Gone, Total: head.Total}
	} else if known && (p.Life != head.Life || p.From != head.Seq+1 || !bytes.Equal(p.Prev, head.Hash)) || !known && (p.From != 1 || len(p.Prev) != 0) {
		return command.Reject(command.Errorf(command.Conflicting, "look_gap", "the page does not follow on look %d of the machine", head.Seq))
	}
	chain, seq := chainEnd(p.Prev), p.From
	for _, l := range p.Looks {
		chain = command.ChainLook(chain, seq, l)
		if seq += l.Looks(); l.Act == command.LookGone {
			head.Gone += l.Looks()
		}
	}
	if !bytes.Equal(chain[:], p.Head) {
		return command.Reject(command.Errorf(command.Conflicting, "look_chain", "the page does not end as its chain does"))
	}
	head.Node, head.Life, head.Hash, head.At = p.Node, p.Life, p.Head, v.Now()
	head.Total += seq - p.From
	head.Seq = seq - 1
	page := Looks{Node: p.Node, Life: p.Life, From: p.From, Prev: p.Prev, Looks: p.Looks, Head: p.Head, At: v.Now()}
	return command.Accept(put(TypeLooks, LooksKey(p.Node, p.Life, p.From), page), put(TypeLookHead, command.Key(p.Node), head))
}

func chainEnd(b []byte) (h [32]byte) {
	copy(h[:], b)
	return h
}

// LooksKey names a page, so that the pages of a machine lie in their order.
func LooksKey(node string, life int64, from uint64) command.Key {
	return command.Key(node + "/" + padded(uint64(life)) + "/" + padded(from))
}

// CheckLooks walks the merged looks of one machine, in order, and says where they
// break.
type CheckLooks struct {
	life, total uint64
	next        uint64
	chain       [32]byte
}

// Follow takes the next page; seq is the first look that is wrong, or 0.
func (c *CheckLooks) Follow(p Looks) (seq uint64) {
	if uint64(p.Life) != c.life {
		*c = CheckLooks{life: uint64(p.Life), total: c.total, next: 1}
	}
	if p.From != c.next || chainEnd(p.Prev) != c.chain {
		return c.next
	}
	for _, l := range p.Looks {
		c.chain = command.ChainLook(c.chain, c.next, l)
		c.next += l.Looks()
	}
	c.total += c.next - p.From
	if chainEnd(p.Head) != c.chain {
		return p.From // which of them was altered, only the machine's own journal tells
	}
	return 0
}

// Ends compares the end with what the register knows; seq is the first look that
// is missing, or 0.
func (c *CheckLooks) Ends(head LookHead) (seq uint64) {
	if head.Seq+1 != c.next || chainEnd(head.Hash) != c.chain || head.Total != c.total {
		return c.next
	}
	return 0
}
