package node

import (
	"context"
	"encoding/hex"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// mark is the digest of everything a register held at one entry, the same entry
// on every machine. The chain proves that the same was decided; the mark, read
// back from the disk, that it is still there.
type mark struct {
	Index   uint64 `json:"index"`
	Content string `json:"content"` // hex
}

// How often the leader has a mark agreed, if anything has moved: reading
// everything takes about a second for sixty thousand records.
const (
	markLAN = time.Minute
	markWAN = 6 * time.Hour

	markShare = 30               // a mark is not due before so many times what reading one takes
	listLull  = 5 * time.Second  // a list is over when no page of it came for so long
	mostHeld  = 10 * time.Minute // what can wait for a list waits no longer
)

// listing reports whether a list is going in, so that what can wait should.
func (n *Node) listing() bool { return n.batcher.ListsWithin(listLull) }

// dueAfter is how long after a mark the next one is due, if marks are this far
// apart; a list that is going in puts it off.
func (k *marks) dueAfter(every time.Duration, listing bool) time.Duration {
	due := max(every, markShare*time.Duration(k.cost.Load()))
	if listing {
		due = max(due, mostHeld)
	}
	return due
}

// marks computes the mark of this machine, one at a time, and keeps the last few:
// machines reach a mark at different times.
type marks struct {
	last    atomic.Pointer[mark]
	reading atomic.Bool
	cost    atomic.Int64 // ns, of the last reading

	mu   sync.Mutex
	kept []mark
}

const marksKept = 8

func (k *marks) keep(m mark) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept = append(k.kept, m)
	k.kept = k.kept[max(0, len(k.kept)-marksKept):]
	k.last.Store(&m)
}

// at is the content at a mark, if it is one of those kept.
func (k *marks) at(index uint64) (content string, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range k.kept {
		if m.Index == index {
			return m.Content, true
		}
	}
	return "", false
}

// reached reads everything as it is at a mark. It is called where entries are
// applied and does not keep them waiting. A mark that comes while another is
// still being read is left out: there will be more.
func (k *marks) reached(reg *store.Store, index uint64) {
	if !k.reading.CompareAndSwap(false, true) {
		return
	}
	r := reg.Read()
	go func() {
		defer k.reading.Store(false)
		defer r.Close()
		if r.Position().Index != index {
			return
		}
		began := time.Now()
		digest, _ := r.Content()
		k.cost.Store(int64(time.Since(began)))
		if r.Err() == nil {
			k.keep(mark{index, hex.EncodeToString(digest[:])})
		}
	}()
}

// mark has marks agreed while this machine leads, until ctx ends.
func (n *Node) mark(ctx context.Context) {
	every := markLAN
	if n.self.Profile == ProfileWAN {
		every = markWAN
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	last, at := uint64(0), time.Now().Add(-every)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if time.Since(at) < n.marks.dueAfter(every, n.listing())-every/2 { // a tick may come a little early
			continue
		}
		if applied, _ := n.reg.Applied(); n.raft.IsLeader() && applied > last {
			last, at = n.markNow(ctx, applied), time.Now()
		}
	}
}

// markNow has a mark agreed and returns its entry, or what was given if the
// cluster does not agree now.
func (n *Node) markNow(ctx context.Context, applied uint64) uint64 {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	id := command.DerivedID("mark", n.id.Cluster, strconv.FormatUint(applied, 10))
	if out, err := n.propose(ctx, civic.KindMark, id, civic.MarkDigest{}); err == nil {
		return out.Index
	}
	return applied
}
