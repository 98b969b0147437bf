package audit

import (
	"fmt"

	"gocua/store/command"
	"gocua/store/frame"
)

// Checked is what a verification of a journal found.
type Checked struct {
	Node   string  `json:"node"`
	Life   int64   `json:"life"`
	First  uint64  `json:"first"` // of the looks that are kept; earlier ones were merged and let go
	Last   uint64  `json:"last"`
	Faults []Fault `json:"faults,omitempty"`

	heads map[uint64][32]byte
}

// Head is the hash of the chain after a look, if that is kept.
func (c Checked) Head(seq uint64) (hash [32]byte, ok bool) {
	hash, ok = c.heads[seq]
	return hash, ok
}

// Verify reads a whole journal, also of a machine that does not run, and lists
// every place that is not as it was written.
func Verify(dir string, key []byte) (Checked, error) {
	seal, err := layout.NewSealer(key, purpose)
	if err != nil {
		return Checked{}, fmt.Errorf("looks: %w", err)
	}
	m, _, found, err := readMark(dir, seal) // first: a journal that is being written only gets longer
	if err != nil {
		return Checked{}, err
	}
	r := &reading{seal: seal}
	heads := map[uint64][32]byte{}
	err = r.all(dir, func(l line) {
		heads[l.seq-1] = l.before
		heads[l.seq] = command.ChainLook(l.before, l.seq, l.look)
	})
	if err != nil {
		return Checked{}, err
	}
	last := max(r.next, 1) - 1
	switch {
	case !found && r.next > 0:
		r.wrong(max(r.first, 1), "the mark that says how long the journal is has gone")
	case found && r.head.Life != 0 && m.Life != r.head.Life:
		r.wrong(r.first, "the mark is that of another journal")
	case found && m.Acked > last:
		r.wrong(last+1, fmt.Sprintf("the journal ends here; %d looks were written down", m.Acked))
	case found && m.Acked == last && m.Acked > 0 && m.hash() != r.last && last >= r.first:
		r.wrong(last, "the journal does not end as its mark says")
	}
	return Checked{Node: m.Node, Life: m.Life, First: max(r.first, 1), Last: last, Faults: r.faults, heads: heads}, nil
}

// gone is what stands for looks that cannot be read any more.
func gone(count uint64, chain frame.Hash) command.Look {
	return command.Look{Act: command.LookGone, Count: int(count), Chain: chain[:]}
}
