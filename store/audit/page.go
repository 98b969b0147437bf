package audit

import (
	"errors"
	"fmt"
	"os"

	"gocua/store/command"
)

// Page is a run of looks as it goes to the other machines.
type Page struct {
	Life  int64 // of the journal, ms
	From  uint64
	Prev  [32]byte // of the chain before From
	Looks []command.Look
	Head  [32]byte // of the chain behind the last
}

// Life is when this journal was begun, ms: one that was begun anew is another.
func (j *Journal) Life() int64 { return j.head.Life }

// Written is how many looks were taken down, and the hash of their chain.
func (j *Journal) Written() (seq uint64, chain [32]byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.written, j.chain
}

// Since returns the looks behind a place of the chain, as many as fit in bytes
// and number; none: there are no more. What cannot be read is in it as one look
// that says how many are gone, so that what follows can be sent all the same.
func (j *Journal) Since(after uint64, before [32]byte, most, bytes int) (Page, error) {
	end, chain := j.Written()
	p := Page{Life: j.head.Life, From: after + 1, Prev: before, Head: before}
	if after >= end {
		return p, nil
	}
	seq, size := after, 0
	full := false
	add := func(l command.Look) {
		if n := len(l.Encode()) + 1; full || len(p.Looks) == most || size+n > bytes {
			full = true
		} else {
			size += n
			p.Head = command.ChainLook(p.Head, seq+1, l)
			p.Looks, seq = append(p.Looks, l), seq+l.Looks()
		}
	}
	firsts, err := segments(j.dir)
	if err != nil {
		return p, err
	}
	r := &reading{seal: j.seal}
	for i, first := range firsts {
		if full || i+1 < len(firsts) && firsts[i+1] <= after+1 {
			continue
		}
		err := r.read(j.dir, first, func(l line) {
			if l.seq <= seq || l.seq > end {
				return
			}
			if l.seq > seq+1 || l.before != p.Head {
				add(gone(max(l.seq-1-seq, 0), l.before))
			}
			if l.seq == seq+1 {
				add(l.look)
			}
		})
		if err != nil {
			return p, err
		}
	}
	if !full && seq < end {
		add(gone(end-seq, chain))
	}
	return p, nil
}

// Release lets segments go that hold nothing behind a place: the cluster has
// them merged. The one being written stays.
func (j *Journal) Release(merged uint64) error {
	firsts, err := segments(j.dir)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(firsts) && firsts[i+1] <= merged+1; i++ {
		if e := os.Remove(segmentPath(j.dir, firsts[i])); e != nil {
			err = errors.Join(err, fmt.Errorf("looks: %w", e))
		}
	}
	return err
}
