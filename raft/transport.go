package raft

import (
	"sync"
	"sync/atomic"
	"time"

	hraft "github.com/hashicorp/raft"
)

// messageSize bounds, in bytes, the entries in a message that is waited for;
// one entry may be larger.
const messageSize = 64 << 10

// transport is the library's but for two things. After a row of failures the
// library leaves a follower alone for ten seconds at a time, in every profile,
// and nothing wakes it when the link is back. So a leader's entries that do not
// get through are no failure: they are sent again, no further apart than
// heartbeats may be, for as long as they have a meaning.
//
// And the library counts entries, not bytes: a message may be 2 MiB, which a line
// that breaks every ten seconds never carries to its end, and no part of it
// counts. Whoever is behind therefore gets them in messages of messageSize. The
// pipeline is left as it is: after a failure the library leaves it, and comes
// back to it only once the follower is level.
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

// AppendEntries returns an error only once sending again has no meaning. It
// may send fewer entries than args has, and then leaves only those in it: the
// library looks there for how far it came, and goes on from there.
func (t *transport) AppendEntries(id hraft.ServerID, to hraft.ServerAddress, args *hraft.AppendEntriesRequest, resp *hraft.AppendEntriesResponse) error {
	args.Entries = head(args.Entries, messageSize)
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

// head is the entries that fit into so many bytes, but at least one.
func head(entries []*hraft.Log, room int) []*hraft.Log {
	for i, e := range entries {
		if room -= len(e.Data); room < 0 && i > 0 {
			return entries[:i]
		}
	}
	return entries
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

// EncodePeer is an address as others are told it: plain.
func (t *transport) EncodePeer(id hraft.ServerID, p hraft.ServerAddress) []byte {
	_, addr := whoAndWhere(hraft.ServerAddress(t.NetworkTransport.EncodePeer(id, p)))
	return []byte(addr)
}

// Close ends all that is under way.
func (t *transport) Close() error {
	t.once.Do(func() { close(t.done) })
	return t.NetworkTransport.Close()
}
