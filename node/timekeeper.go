package node

import (
	"sync"
	"time"

	"gocua/node/lookup"
	"gocua/raft"
	"gocua/store/command"
)

// timekeeper knows what time the cluster goes by, from this machine's clock and
// what the others said of theirs. It counts from the moment they said it, not by
// this machine's clock: that may be set anew at any time.
type timekeeper struct {
	own     func() time.Time
	floor   func() int64         // the register's agreed time, ms
	members func() []raft.Member // of the cluster, this machine among them
	self    string

	mu        sync.Mutex
	heard     map[string]reading
	round     bool // everybody has been asked once
	confirmed bool // a person has said that the time to be jumped to is right
	unjudged  bool // time jumped while nobody was there to compare
}

// reading is what another machine's clock said and when that was.
type reading struct {
	clock int64 // ms
	at    time.Time
}

func (r reading) now() int64 { return r.clock + time.Since(r.at).Milliseconds() }

// note takes down what another machine said its clock was. took is how long
// asking took: the answer is about half as old.
func (k *timekeeper) note(node string, clock int64, took time.Duration) {
	if clock == 0 {
		return // an older build, which does not say
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.heard == nil {
		k.heard = map[string]reading{}
	}
	k.heard[node] = reading{clock + took.Milliseconds()/2, time.Now()}
}

// asked says that everybody was asked: who has not answered by now is off.
func (k *timekeeper) asked() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.round = true
}

// clocks is what is known now. The caller holds mu.
func (k *timekeeper) clocks() clocks {
	c := clocks{own: k.own().UnixMilli(), floor: k.floor()}
	for _, m := range k.members() {
		r, ok := k.heard[m.ID]
		switch {
		case m.ID == k.self:
			c.votes = m.Voter
		case ok && m.Voter:
			c.voters = append(c.voters, r.now())
		case ok:
			c.others = append(c.others, r.now())
		case m.Voter || !k.round:
			c.deaf = true
		}
	}
	c.deaf = c.deaf && len(c.voters) == 0
	return c
}

// agreed is the time the cluster goes by and how far to believe it. The caller
// holds mu.
func (k *timekeeper) agreed() (int64, verdict) {
	c := k.clocks()
	at, v := c.agree()
	if v == timeHeld && k.confirmed {
		return max(c.median(), c.floor), timeHeld
	}
	return at, v
}

// now is the time the cluster goes by, as this machine reckons it, ms.
func (k *timekeeper) now() int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	at, _ := k.agreed()
	return at
}

// stamp is the time of an entry this machine proposes, ms.
func (k *timekeeper) stamp() int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	at, v := k.agreed()
	k.confirmed = k.confirmed && v == timeHeld // the jump it was about has been made
	k.unjudged = k.unjudged || v == timeUnjudged
	return at
}

// confirm is a person saying that the clock which ran ahead is right.
func (k *timekeeper) confirm() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, v := k.agreed()
	if v != timeHeld && !k.unjudged {
		return command.Errorf(command.Conflicting, "clock_fine", "no clock waits to be confirmed on this machine")
	}
	k.confirmed, k.unjudged = v == timeHeld, false
	return nil
}

// status is this machine's clock beside the cluster's time. Only the leader's
// makes anybody wait.
func (k *timekeeper) status(leads bool) lookup.ClockStatus {
	k.mu.Lock()
	defer k.mu.Unlock()
	at, v := k.agreed()
	s := lookup.ClockStatus{Time: time.UnixMilli(at).UTC().Format("2006-01-02T15:04:05.000Z")}
	c := k.clocks()
	if len(c.voters)+len(c.others) > 0 {
		s.Skew = c.own - c.reference()
	}
	switch {
	case leads && v == timeHeld && !k.confirmed:
		s.Code = lookup.ClockJump
	case leads && k.unjudged && !c.witnessed(at):
		s.Code = lookup.ClockUnjudged
	case farOff(s.Skew):
		s.Code = lookup.ClockSkew
	}
	return s
}

// skewOf is how far another machine's clock is off the cluster's time, ms.
func (k *timekeeper) skewOf(node string) (skew int64, heard bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, ok := k.heard[node]
	if !ok {
		return 0, false
	}
	return r.now() - k.clocks().reference(), true
}

// reference is what clocks are compared with: not the agreed time itself, which
// stays ahead of all of them for a while after one that ran ahead was mended.
func (c clocks) reference() int64 {
	if at, v := c.agree(); v == timeHeld {
		return at
	}
	return c.median()
}

func farOff(skew int64) bool { return max(skew, -skew) > lookup.MaxSkew }

// agreedAt is the time the cluster last agreed on, as far as this machine has
// applied it, ms.
func (n *Node) agreedAt() int64 {
	return n.reg.Position().At
}

func (n *Node) agreedTime() time.Time { return time.UnixMilli(n.agreedAt()) }

// certainly is a time that has certainly come: the one last agreed on, or when
// this machine was invited. Others' certificates expire by it, or a machine that
// believes it is 2099 would talk to nobody and never learn better.
func (n *Node) certainly() time.Time {
	if at := time.UnixMilli(n.agreedAt()); at.After(n.id.Cert.NotBefore) {
		return at
	}
	return n.id.Cert.NotBefore
}

func (n *Node) memberList() []raft.Member {
	list, _ := n.raft.Members()
	return list
}

// confirmClock is a person saying that this machine's clock is right. Only the
// leader's makes anybody wait.
func (n *Node) confirmClock() error {
	if leader, _, self := n.Leader(); !self {
		return command.Errorf(command.Conflicting, "not_leader", "this machine does not lead; ask on %q", leader)
	}
	return n.clock.confirm()
}

// besideClock fills in how far another machine's clock is off.
func (n *Node) besideClock(m *lookup.MemberStatus) {
	m.Skew, _ = n.clock.skewOf(m.Node)
	if farOff(m.Skew) {
		m.Clock = lookup.ClockSkew
	}
}
