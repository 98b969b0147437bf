package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"gocua/node/peer"
	"gocua/raft"
	"gocua/store/civic"
	"gocua/store/command"
)

const pathAnnounce = "/v1/announce"

// announcement is how a machine tells the cluster where it is and how far it
// has come. The leader makes it a member, and a voter once it has caught up.
type announcement struct {
	Addr    string     `json:"addr"`
	Applied uint64     `json:"applied"`
	Forgot  *forgotten `json:"forgot,omitempty"` // it asks to be taken in anew
}

// directions is the answer: who leads, when it is not the machine asked.
type directions struct {
	Leader string         `json:"leader,omitempty"`
	Addr   string         `json:"addr,omitempty"`
	Error  *command.Error `json:"error,omitempty"`
	// To a machine that had forgotten: it has no vote any more, and begins this life,
	// in which it votes in no earlier term.
	Life uint64 `json:"life,omitempty"`
	Term uint64 `json:"term,omitempty"`
}

const (
	announceEvery = 500 * time.Millisecond
	longestPause  = 10 * time.Second // between two announcements, or two looks whether one is due
	caughtUp      = 64               // entries behind the leader at which a standby may get its vote
)

// announce tells the leader where this machine is whenever its membership is not
// as it should be: its address not known, or its vote not yet what it is to be.
func (n *Node) announce(ctx context.Context) {
	pause := announceEvery
	for ctx.Err() == nil && !n.removed() {
		changed, next := n.reg.Changed(), pause
		if f := n.forgot(); f != nil {
			n.comeBack(ctx, *f)
			pause, changed = min(pause*3/2, longestPause), nil
		} else if n.settled() {
			n.takenIn()
			pause, next = announceEvery, longestPause
		} else {
			n.announceOnce(ctx)
			pause, changed = min(pause*3/2, longestPause), nil
		}
		rest(ctx, announceEvery) // a list that is read in changes the register all the time
		t := time.NewTimer(next - announceEvery)
		select {
		case <-ctx.Done():
		case <-t.C:
		case <-changed: // perhaps it is to vote
		}
		t.Stop()
	}
}

// announceOnce tells the first machine that can do something about it, and each
// one before it where this machine is.
func (n *Node) announceOnce(ctx context.Context) {
	for _, addr := range n.whomToTell() {
		if _, ok := n.tell(ctx, addr, nil); ok {
			return
		}
	}
}

// takenIn remembers that the cluster has this machine, so that it knows later
// that it has been removed, and does not ask to be taken in again.
func (n *Node) takenIn() {
	if n.member.Swap(true) {
		return
	}
	self := n.self
	self.Member = true
	if err := self.save(n.cfg.Dir); err != nil {
		n.log.Warn("it cannot be remembered that the cluster has this machine", "error", err)
	}
}

// settled reports whether the cluster knows this machine as it is.
func (n *Node) settled() bool {
	me := n.asAgreed()
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == n.id.Node {
			return me.known && m.Addr == n.door.Addr() && m.Voter == me.voter
		}
	}
	return false
}

// agreedOn is what the register says of this machine, at one of its entries.
type agreedOn struct {
	index, term  uint64
	known, voter bool
}

// asAgreed reads the register again only when it has moved.
func (n *Node) asAgreed() agreedOn {
	index, term := n.reg.Applied() // before it is read: what is read may be newer, never older
	if at := n.agreed.Load(); at != nil && at.index == index && at.term == term {
		return *at
	}
	r := n.reg.Read()
	defer r.Close()
	me, known := civic.Load[civic.Node](r, civic.TypeNode, command.Key(n.id.Node))
	at := agreedOn{index, term, known, me.Voter}
	if r.Err() == nil {
		n.agreed.Store(&at)
	}
	return at
}

// whomToTell lists addresses, the leader's first.
func (n *Node) whomToTell() (addrs []string) {
	if node, addr, self := n.Leader(); node != "" && !self {
		addrs = append(addrs, addr)
	} else if self {
		return []string{n.door.Addr()}
	}
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID != n.id.Node {
			addrs = append(addrs, m.Addr)
		}
	}
	return append(addrs, n.self.Peers...)
}

// tell announces to one machine and follows its directions once; false: it could not
// do anything about it.
func (n *Node) tell(ctx context.Context, addr string, f *forgotten) (d directions, ok bool) {
	for range 2 {
		d, err := n.announceTo(ctx, addr, f)
		if err != nil || d.Error != nil {
			return d, false
		}
		if d.Leader == "" {
			return d, true
		}
		addr = d.Addr
	}
	return d, false
}

func (n *Node) announceTo(ctx context.Context, addr string, f *forgotten) (d directions, err error) {
	applied, _ := n.reg.Applied()
	raw, err := json.Marshal(announcement{Addr: n.door.Addr(), Applied: applied, Forgot: f})
	if err != nil {
		return d, fmt.Errorf("node: announcing: %w", err)
	}
	if addr == n.door.Addr() {
		return n.placeMember(ctx, n.id.Node, announcement{Addr: addr, Applied: applied}), nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+addr+pathAnnounce, bytes.NewReader(raw))
	if err != nil {
		return d, fmt.Errorf("node: announcing: %w", err)
	}
	resp, err := n.calls.client(peer.Calls, peer.Expect{Cluster: n.id.Cluster}).Do(req)
	if err != nil {
		return d, fmt.Errorf("node: announcing: %w", err)
	}
	defer resp.Body.Close()
	err = json.NewDecoder(io.LimitReader(resp.Body, 4<<10)).Decode(&d)
	return d, err
}

func (n *Node) takeAnnouncement(w http.ResponseWriter, req *http.Request) {
	var a announcement
	p, ok := peer.PeerFrom(req.Context())
	d := directions{}
	if err := json.NewDecoder(io.LimitReader(req.Body, 4<<10)).Decode(&a); err != nil || !ok {
		d.Error = command.Errorf(command.Invalid, "malformed", "the announcement cannot be read")
	} else if node, addr, self := n.Leader(); !self {
		d = directions{Leader: node, Addr: addr}
		if node == "" {
			d.Error = command.Errorf(command.Unavailable, "no_leader", "no leader is known")
		}
	} else if a.Forgot != nil {
		d = n.takeInAnew(req.Context(), p.Node, *a.Forgot)
	} else {
		d = n.placeMember(req.Context(), p.Node, a)
	}
	if ok && a.Addr != "" {
		n.noteAddress(p.Node, a.Addr)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(d) // the machine has gone; it will announce itself again
}

// invitedNode is a machine as the register has it; an error if it does not belong here.
func (n *Node) invitedNode(node string) (civic.Node, *command.Error) {
	r := n.reg.Read()
	defer r.Close()
	known, ok := civic.Load[civic.Node](r, civic.TypeNode, command.Key(node))
	if !ok || known.Denied || known.Gone {
		return known, command.Errorf(command.Forbidden, "unknown_node", "machine %s was not invited", node)
	}
	return known, nil
}

// placeMember brings one machine's membership a step nearer to what the
// register says it should be.
func (n *Node) placeMember(ctx context.Context, node string, a announcement) (d directions) {
	known, refused := n.invitedNode(node)
	if refused != nil {
		d.Error = refused
		return d
	}
	members, base := n.raft.Members()
	var have raft.Member
	for _, m := range members {
		if m.ID == node {
			have = m
		}
	}
	var err error
	applied, _ := n.reg.Applied()
	switch {
	case have.ID == "" || have.Addr != a.Addr:
		_, err = n.raft.AddStandby(ctx, node, a.Addr, base)
	case known.Voter && !have.Voter && a.Applied+caughtUp >= applied:
		_, err = n.raft.Promote(ctx, node, base)
	}
	if err != nil {
		d.Error = command.Errorf(command.Unavailable, "not_agreed", "the membership could not be changed now")
	}
	return d
}
