package raft

import (
	"errors"
	"fmt"

	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
)

// Promise is what a node says it can be held to. None of it ever goes back on the
// disk it was said from: a disk that has less is an older copy.
type Promise struct {
	Life   uint64 `json:"life,omitempty"` // how often it was taken in anew after it had forgotten
	Term   uint64 `json:"term"`           // it votes in no earlier one
	Agreed uint64 `json:"agreed"`         // the last entry it knows to be agreed; it has all up to there
}

// held is what a node has on its disk now, against which a Promise is laid.
type held struct {
	Life uint64 `json:"life,omitempty"`
	Term uint64 `json:"term"`
	Last uint64 `json:"last"` // entries, agreed or not
}

// broken reports whether a disk that has so much cannot be the one on which p was
// promised, or was put back to an earlier day since.
func (p Promise) broken(by held) bool {
	if by.Life != p.Life {
		return by.Life < p.Life // a later life has promised nothing yet
	}
	return by.Term < p.Term || by.Last < p.Agreed
}

// later is p with what q knows beyond it.
func (p Promise) later(q Promise) Promise {
	if q.Life != p.Life {
		if q.Life > p.Life {
			return q
		}
		return p
	}
	return Promise{Life: p.Life, Term: max(p.Term, q.Term), Agreed: max(p.Agreed, q.Agreed)}
}

// ForgottenError is ErrAmnesia that another node noticed: the whole directory is an
// older copy, consistent in itself.
type ForgottenError struct {
	Witness string  // who remembers
	Known   Promise // what it remembers of this node
	Life    uint64  // of the copy
}

func (e *ForgottenError) Error() string {
	return fmt.Sprintf("%s remembers that this node had entry %d in term %d (life %d); its directory is an older copy", e.Witness, e.Known.Agreed, e.Known.Term, e.Known.Life)
}

func (e *ForgottenError) Unwrap() error { return ErrAmnesia }

// keyLife is where the number of this node's lives is kept, beside term and vote.
var keyLife = []byte("gocua.life")

// held reads what the disk has. It may be called at any time.
func (d *disk) held() (h held, err error) {
	for key, into := range map[string]*uint64{string(keyLife): &h.Life, string(keyTerm): &h.Term} {
		if *into, err = d.GetUint64([]byte(key)); err != nil && !errors.Is(err, raftboltdb.ErrKeyNotFound) {
			return h, fmt.Errorf("raft: reading what was promised: %w", err)
		}
	}
	if h.Last, err = d.LastIndex(); err != nil {
		return h, fmt.Errorf("raft: reading the log: %w", err)
	}
	kept, err := d.snapshots.List()
	if err != nil {
		return h, fmt.Errorf("raft: listing snapshots: %w", err)
	}
	if len(kept) > 0 {
		h.Last = max(h.Last, kept[0].Index)
	}
	return h, nil
}

// Promise is what this node can be held to now. Whoever calls tells the others, who
// call Remember.
func (r *Raft) Promise() (Promise, error) {
	h, err := r.disk.held()
	return r.promise(h), err
}

// promise is what a node with that on its disk can be held to.
func (r *Raft) promise(h held) Promise {
	p := Promise{Life: h.Life, Term: h.Term}
	p.Agreed, _ = r.cfg.Machine.Applied()
	if s := r.session.Load(); s != nil {
		p.Agreed = max(p.Agreed, s.raft.CommitIndex())
	}
	p.Agreed = min(p.Agreed, h.Last) // of what came meanwhile the next one speaks
	return p
}

// Remember notes what another node has promised. It is on the disk within
// rememberEvery, and after Close.
func (r *Raft) Remember(id string, p Promise) { r.memory.note(id, p) }

// Remembered is what this node knows another to have promised.
func (r *Raft) Remembered(id string) Promise { return r.memory.of(id) }

// ErrNotForgotten is the answer to Renew of a node that takes part.
var ErrNotForgotten = errors.New("raft: only a node that has forgotten begins another life")

// Renew begins another life of a node that stopped because it had forgotten. The
// leader has taken its vote before and says which life it is, and in which term it
// may have voted. What is on the disk stays: it is an earlier day of the same
// order, and whoever has no vote may be late. The next start takes part again, and
// may be given a vote once it has caught up. It is on the disk when Renew returns.
func (r *Raft) Renew(life, term uint64) error {
	var forgot *ForgottenError
	if !errors.As(r.Err(), &forgot) {
		return ErrNotForgotten
	}
	<-r.stopped // the library writes the term too
	h, err := r.disk.held()
	if err != nil {
		return err
	}
	if life <= h.Life {
		return fmt.Errorf("raft: life %d is over, the next cannot be %d", h.Life, life)
	}
	if term > h.Term {
		if err := r.disk.SetUint64(keyTerm, term); err != nil { // first: a later life that has not this term might vote in it again
			return fmt.Errorf("raft: raising the term: %w", err)
		}
	}
	if err := r.disk.SetUint64(keyLife, life); err != nil {
		return fmt.Errorf("raft: beginning another life: %w", err)
	}
	return nil
}
