package raft

import (
	"sync"
	"sync/atomic"
	"time"

	hraft "github.com/hashicorp/raft"
)

// transport is the library's but for one thing. After a row of failures the
// library leaves a follower alone for ten seconds at a time, in every profile,
// and nothing wakes it when the link is back. So a leader's entries that do not
// get through are no failure: they are sent again, no further apart than
// heartbeats may be, for as long as they have a meaning.
//
// It is embedded as it is, not wrapped: the library looks for more methods on it
// than its interface names, and would do without pre-vote.
type transport struct {
	*hraft.NetworkTransport
	pause time.Duration
	raft  atomic.Pointer[hraft.Raft] // nil until started
	once  sync.Once
	done  chan struct{}
}

func newTransport(cfg *hraft.NetworkTransportConfig, p Profile) *transport {
	return &transport{NetworkTransport: hraft.NewNetworkTransportWithConfig(cfg), pause: p.Heartbeat / 2, done: make(chan struct{})}
}

// AppendEntries returns an error only once sending again has no meaning.
func (t *transport) AppendEntries(id hraft.ServerID, to hraft.ServerAddress, args *hraft.AppendEntriesRequest, resp *hraft.AppendEntriesResponse) error {
	for {
		err := t.NetworkTransport.AppendEntries(id, to, args, resp)
		if err == nil || !t.leads(args.Term, id) {
			return err
		}
		pause := time.NewTimer(t.pause)
		select {
		case <-pause.C:
		case <-t.done:
			pause.Stop()
			return err
		}
	}
}

// leads reports whether this node still leads in that term, and the other is
// still a member.
func (t *transport) leads(term uint64, id hraft.ServerID) bool {
	r := t.raft.Load()
	if r == nil || r.State() != hraft.Leader || r.CurrentTerm() != term {
		return false
	}
	for _, s := range r.GetConfiguration().Configuration().Servers {
		if s.ID == id {
			return true
		}
	}
	return false
}

// Close ends all that is under way.
func (t *transport) Close() error {
	t.once.Do(func() { close(t.done) })
	return t.NetworkTransport.Close()
}
