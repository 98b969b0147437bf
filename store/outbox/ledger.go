package outbox

import "gocua/store/command"

// Line is one capture as the ledger lists it: everything but its body, so that
// a whole day is looked through without reading the disk.
type Line struct {
	ID      command.ID
	Seq     uint64
	PutAt   int64            // ms since 1970 UTC by this machine's clock
	Outcome *command.Outcome // nil while undecided
}

// Ledger is what was captured here, in the order of capture. Numbers below Next
// that no line has were compacted away, or lost to damage if Lost names them.
type Ledger struct {
	Lines []Line
	Lost  []uint64
	Next  uint64 // the next capture gets it
}

// Ledger lists every capture that is still kept, and the numbers of those that
// damage has cost.
func (o *Outbox) Ledger() Ledger {
	o.mu.RLock()
	defer o.mu.RUnlock()
	l := Ledger{Lines: make([]Line, len(o.entries)), Next: o.next}
	for i, e := range o.entries {
		l.Lines[i] = Line{e.id, e.seq, e.putAt, e.outcome}
	}
	for _, d := range o.damage {
		for seq := d.From; seq != 0 && seq <= d.To; seq++ {
			l.Lost = append(l.Lost, seq)
		}
	}
	return l
}
