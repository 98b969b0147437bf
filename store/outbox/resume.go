package outbox

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// resume makes the directory ready for writing: it takes away what never
// counted, makes the rest durable and notes in the mark that it is.
func (r *recovery) resume(cfg Config, maxSize int64, d disk) (_ *journal, err error) {
	j := &journal{dir: cfg.Dir, seal: r.seal, disk: d, log: cfg.Log, maxSize: maxSize,
		prev: r.last.last, firsts: r.firsts, mark: r.startMark(cfg)}
	j.nextID = max(r.lastID+1, j.mark.First)
	j.reserve.Store(hasReserve(cfg.Dir, maxSize))
	if err := r.removeLeftovers(); err != nil {
		return nil, err
	}
	if r.lastID != 0 {
		if err := j.continueAfter(r); err != nil {
			return nil, err
		}
	}
	if j.marks, err = openMark(cfg.Dir, r.seal, d, r.generation); err == nil {
		err = errors.Join(j.writeMark(), j.marks.sync(), d.syncDir(cfg.Dir))
	}
	if err != nil {
		return nil, errors.Join(err, j.closeFiles())
	}
	return j, nil
}

// continueAfter sees to the last segment: writing goes on in it, unless it is
// damaged. Then it stays as it is, for whoever can read more of it.
func (j *journal) continueAfter(r *recovery) error {
	damaged := j.mark.Segment > r.lastID ||
		slices.ContainsFunc(r.damage, func(d Damage) bool { return d.Segment == r.lastID })
	if r.last.size == 0 && !damaged {
		j.nextID = r.lastID // begun, and nothing in it ever counted
		return nil
	}
	s, err := r.reopen(j.disk, !damaged)
	if err != nil {
		return err
	}
	if !damaged {
		j.active = s
		return nil
	}
	switch {
	case j.mark.Segment < r.lastID:
		j.mark.Segment, j.mark.Size = r.lastID, r.last.size
	case j.mark.Segment == r.lastID:
		j.mark.Size = max(j.mark.Size, r.last.size)
	default:
		j.nextID = j.mark.Segment + 1
	}
	if err := s.f.Close(); err != nil {
		return fmt.Errorf("outbox: closing a damaged segment: %w", err)
	}
	return nil
}

// startMark is the mark as it must be before the first write.
func (r *recovery) startMark(cfg Config) mark {
	m := r.mark
	m.Node, m.Epoch, m.Acked = cfg.Node, r.epoch, r.expect-1
	if m.Epoch == 0 {
		m.Epoch = newEpoch(time.Now())
	}
	if m.First == 0 {
		m.First, m.FirstSeq = 1, 1
		if len(r.ids) > 0 {
			m.First, m.FirstSeq = r.ids[0], r.firsts[r.ids[0]]
		}
	}
	return m
}

// newEpoch names one life of an outbox: the days since 2020, so that a later
// life has a higher number, and chance, for clocks that know no date.
func newEpoch(now time.Time) uint32 {
	days := now.Unix()/86400 - 18262
	var b [2]byte
	rand.Read(b[:]) // never fails
	return uint32(min(max(days, 1), 1<<16-1))<<16 | uint32(binary.BigEndian.Uint16(b[:]))
}

// removeLeftovers ends what Compact had begun.
func (r *recovery) removeLeftovers() error {
	for _, id := range r.ids {
		if id < r.mark.First {
			if err := os.Remove(segmentPath(r.dir, id)); err != nil {
				return fmt.Errorf("outbox: removing a compacted segment: %w", err)
			}
		}
	}
	return nil
}

// reopen opens the last segment and, if asked to, cuts off a torn end. What the dead process wrote and never confirmed is synced before anybody can
// be told that it is here.
func (r *recovery) reopen(d disk, cut bool) (*segment, error) {
	f, err := os.OpenFile(segmentPath(r.dir, r.lastID), os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("outbox: reopening a segment: %w", err)
	}
	if cut && r.torn > 0 {
		err = f.Truncate(r.last.size)
	}
	if err == nil {
		err = d.sync(f)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("outbox: reopening a segment: %w", err), f.Close())
	}
	return &segment{id: r.lastID, f: f, end: r.last, synced: r.last}, nil
}
