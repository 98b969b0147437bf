package raft

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	hraft "github.com/hashicorp/raft"
)

// ErrChanged: the membership is no longer the one the change was based on.
// Nothing was changed; look at Members again.
var ErrChanged = errors.New("raft: the membership has changed meanwhile")

// ErrNoMember: there is no such member.
var ErrNoMember = errors.New("raft: no such member")

// Member is one machine of the cluster.
type Member struct {
	ID    string
	Addr  string
	Voter bool // else a standby: has everything, decides nothing
}

func (m Member) server() hraft.Server {
	s := hraft.Server{ID: hraft.ServerID(m.ID), Address: hraft.ServerAddress(m.Addr), Suffrage: hraft.Nonvoter}
	if m.Voter {
		s.Suffrage = hraft.Voter
	}
	return s
}

// Members is the membership as last heard of, and the place of the newest one
// this node knows to be agreed: the base every change has to name. Zero means
// that none is known to be agreed yet.
func (r *Raft) Members() (members []Member, base uint64) {
	base = r.session.Load().fsm.membership.Load() // before the list: a newer list makes the change fail, not a newer base
	for _, s := range r.servers() {
		members = append(members, Member{ID: string(s.ID), Addr: string(s.Address), Voter: s.Suffrage == hraft.Voter})
	}
	return members, base
}

func (r *Raft) servers() []hraft.Server {
	return r.lib().GetConfiguration().Configuration().Servers // a copy kept for readers; cannot fail
}

func (r *Raft) voters() (n int) {
	for _, s := range r.servers() {
		if s.Suffrage == hraft.Voter {
			n++
		}
	}
	return n
}

// AddStandby adds a machine that has everything and decides nothing; of a
// member it only changes the address. All changes of membership must be asked
// of the leader, one at a time, based on what Members said; they return the
// base of the next one when a majority has agreed. Errors: ErrChanged,
// ErrNoMember, and those of Propose.
func (r *Raft) AddStandby(ctx context.Context, id, addr string, base uint64) (uint64, error) {
	return r.change(ctx, base, func(patience time.Duration) hraft.IndexFuture {
		return r.lib().AddNonvoter(hraft.ServerID(id), hraft.ServerAddress(addr), base, patience)
	})
}

// Promote gives a standby a vote. The caller has made sure that it is reachable
// and has caught up: until it has, the cluster may be unable to agree.
func (r *Raft) Promote(ctx context.Context, id string, base uint64) (uint64, error) {
	m, ok := r.member(id)
	if !ok {
		return 0, fmt.Errorf("%w: %s", ErrNoMember, id)
	}
	return r.change(ctx, base, func(patience time.Duration) hraft.IndexFuture {
		return r.lib().AddVoter(m.ID, m.Address, base, patience)
	})
}

// Demote makes a voter a standby, also the leader itself (which then steps
// down). The last voter cannot be demoted.
func (r *Raft) Demote(ctx context.Context, id string, base uint64) (uint64, error) {
	if _, ok := r.member(id); !ok {
		return 0, fmt.Errorf("%w: %s", ErrNoMember, id)
	}
	return r.change(ctx, base, func(patience time.Duration) hraft.IndexFuture {
		return r.lib().DemoteVoter(hraft.ServerID(id), base, patience)
	})
}

// Remove takes a machine out of the cluster for good: its ID must not come
// back. The machine itself may never hear of it.
func (r *Raft) Remove(ctx context.Context, id string, base uint64) (uint64, error) {
	if _, ok := r.member(id); !ok {
		return 0, fmt.Errorf("%w: %s", ErrNoMember, id)
	}
	return r.change(ctx, base, func(patience time.Duration) hraft.IndexFuture {
		return r.lib().RemoveServer(hraft.ServerID(id), base, patience)
	})
}

// Transfer hands leadership to a voter, or to the best one if id is empty, and
// returns when this node no longer leads. Proposals are refused meanwhile. It
// gives up after Profile.Election.
func (r *Raft) Transfer(ctx context.Context, id string) error {
	m, ok := r.member(id)
	if id != "" && (!ok || m.Suffrage != hraft.Voter) { // a standby would only disturb the term
		return fmt.Errorf("%w with a vote: %s", ErrNoMember, id)
	}
	_, err := await(ctx, r, func(time.Duration) hraft.Future {
		if id == "" {
			return r.lib().LeadershipTransfer()
		}
		return r.lib().LeadershipTransferToServer(m.ID, m.Address)
	})
	return err
}

func (r *Raft) member(id string) (hraft.Server, bool) {
	for _, s := range r.servers() {
		if string(s.ID) == id {
			return s, true
		}
	}
	return hraft.Server{}, false
}

func (r *Raft) change(ctx context.Context, base uint64, submit func(time.Duration) hraft.IndexFuture) (uint64, error) {
	if base == 0 { // to the library this would mean: whatever the membership is
		return 0, fmt.Errorf("%w: it is not known here yet", ErrChanged)
	}
	f, err := await(ctx, r, submit)
	switch {
	case err == nil:
		return f.Index(), nil
	case strings.Contains(err.Error(), "configuration changed since"): // the library has no name for it
		return 0, fmt.Errorf("%w: based on %d", ErrChanged, base)
	}
	return 0, fmt.Errorf("changing the membership: %w", err)
}

// addressBook tells the library where a member is now, and with the address who is
// to answer there (whereIs): the library hands on nothing else when it dials, and
// keeps connections by it.
type addressBook struct {
	self, own string
	ask       func(id string) string
	raft      atomic.Pointer[hraft.Raft] // nil until started
}

// ServerAddr never logs or fails for a member: an address nobody knows anything
// newer about is the one in the membership.
func (b *addressBook) ServerAddr(id hraft.ServerID) (hraft.ServerAddress, error) {
	if string(id) == b.self {
		return whereIs(id, b.own), nil
	}
	if b.ask != nil {
		if addr := b.ask(string(id)); addr != "" {
			return whereIs(id, addr), nil
		}
	}
	if r := b.raft.Load(); r != nil {
		for _, s := range r.GetConfiguration().Configuration().Servers {
			if s.ID == id {
				return whereIs(id, string(s.Address)), nil
			}
		}
	}
	return "", fmt.Errorf("no address known for %s", id)
}

// whereIs is a node and its address in one. No ID has an @.
func whereIs(id hraft.ServerID, addr string) hraft.ServerAddress {
	return hraft.ServerAddress(string(id) + "@" + addr)
}

// whoAndWhere takes apart what whereIs made; without a node it is no address of ours.
func whoAndWhere(at hraft.ServerAddress) (node, addr string) {
	node, addr, named := strings.Cut(string(at), "@")
	if !named {
		return "", string(at)
	}
	return node, addr
}
