package node

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"slices"
	"time"

	"gocua/node/peer"
	"gocua/store/civic"
	"gocua/store/command"
)

// Why a peer whose certificate holds is not let in.
var (
	errShutOut    = errors.New("this machine has been shut out of the cluster")
	errOtherKey   = errors.New("the register knows this machine by another key")
	errNoSuchPeer = errors.New("the register knows no such machine")
)

// admitPeer has the last word on a machine whose certificate holds: what the
// register says of it. A machine that is not heard of yet is let in by all but
// the leader: its certificate was signed after it was agreed to, so it is this
// register that lags behind, and perhaps that very machine that brings the rest.
func (n *Node) admitPeer(p peer.Peer) error {
	if p.Cluster != n.id.Cluster {
		return nil // the upstream line; its root is pinned
	}
	r := n.reg.Read()
	defer r.Close()
	known, ok := civic.Load[civic.Node](r, civic.TypeNode, command.Key(p.Node))
	key, _ := p.Cert.PublicKey.(ed25519.PublicKey)
	_, _, leads := n.Leader()
	switch {
	case ok && known.Denied:
		return errShutOut
	case ok && !bytes.Equal(key, known.Key):
		return errOtherKey
	case !ok && leads:
		return errNoSuchPeer
	}
	return nil
}

// How soon a machine that was shut out is cut off everywhere, and how soon the
// leader tries again to take it out of the membership.
const (
	denyPause = time.Second
	denyRetry = 10 * time.Second
)

// followDenied keeps the doors in step with the deny-list until ctx ends: what a
// machine that was shut out has open is closed, and the leader takes it out of
// the membership, so that the others do not wait for its vote.
func (n *Node) followDenied(ctx context.Context) {
	var before []string
	for ctx.Err() == nil {
		changed, moved := n.reg.Changed(), n.moved.next()
		denied := n.denied()
		if !slices.Equal(denied, before) {
			n.door.Recheck()
			before = denied
		}
		var again <-chan time.Time
		if !n.expel(ctx, denied) {
			again = time.After(denyRetry)
		}
		rest(ctx, denyPause) // a list that is read in changes the register all the time
		select {
		case <-ctx.Done():
		case <-changed:
		case <-moved:
		case <-again:
		}
	}
}

// denied lists the machines that are shut out, sorted.
func (n *Node) denied() (ids []string) {
	r := n.reg.Read()
	defer r.Close()
	for _, m := range civic.Nodes(r) {
		if m.Denied {
			ids = append(ids, m.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// expel has the leader remove members that are shut out, one at a time; false:
// some are still there.
func (n *Node) expel(ctx context.Context, denied []string) bool {
	if _, _, leads := n.Leader(); !leads {
		return true // the leader does it
	}
	members, base := n.raft.Members()
	for _, m := range members {
		if m.ID == n.id.Node || !slices.Contains(denied, m.ID) {
			continue
		}
		if _, err := n.raft.Remove(ctx, m.ID, base); err != nil {
			return false
		}
		n.log.Info("a machine that was shut out is no member any more", "machine", m.ID)
		_, base = n.raft.Members()
	}
	return true
}
