package node

import (
	"context"
	"sync"
	"time"

	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/node/voting"
	"gocua/raft"
	"gocua/store/civic"
	"gocua/store/command"
)

// Membership tells how things stand.
func (n *Node) Membership() lookup.Membership {
	r := n.reg.Read()
	defer r.Close()
	leader, _, _ := n.Leader()
	out := lookup.Membership{Leader: leader, Members: []lookup.MemberLine{}, Invites: n.founder()}
	for _, m := range n.members(r) {
		line := lookup.MemberLine{MemberStatus: m, Role: "standby", Until: n.certificateUntil(m.Node)}
		if m.Voter {
			line.Role = "voter"
		}
		if m.Node == leader {
			line.Role = "leader"
		}
		if line.Share, line.Looks = n.uptime.share(m.Node, n.cfg.Clock()); m.Self {
			line.Share, line.Looks, line.Version = 1000, voting.FewestLooks, Version()
		}
		known, ok := civic.Load[civic.Node](r, civic.TypeNode, command.Key(m.Node))
		if ok {
			line.Key = trust.KeyFingerprint(known.Key)
		}
		line.To = becoming(known, m.Voter)
		out.Members = append(out.Members, line)
	}
	out.Advice = voting.Advise(n.judged(out))
	for _, m := range out.Members {
		if m.To != "" {
			out.Advice = voting.Advice{Voters: out.Advice.Voters, Want: out.Advice.Want, Spare: out.Advice.Spare, Even: out.Advice.Even, Why: voting.WhyUnderWay, Node: m.Node}
		}
	}
	return out
}

func becoming(n civic.Node, voter bool) string {
	switch {
	case n.ID == "":
		return ""
	case n.Gone:
		return "out"
	case n.Voter && !voter:
		return "voter"
	case !n.Voter && voter:
		return "standby"
	}
	return ""
}

// judged is what package voting has to know. This machine judges itself by what it
// is: who asks it knows that it is on.
func (n *Node) judged(all lookup.Membership) (list []voting.Machine) {
	applied, _ := n.reg.Applied()
	fresh := n.freshFor().Milliseconds()
	for _, m := range all.Members {
		x := voting.Machine{ID: m.Node, Voter: m.Voter, Leads: m.Node == all.Leader, Share: m.Share, Looks: m.Looks,
			Here: m.Self || m.LastContact >= 0 && m.LastContact < fresh, CaughtUp: m.Self || m.Index+caughtUp >= applied}
		r := n.reg.Read()
		known, _ := civic.Load[civic.Node](r, civic.TypeNode, command.Key(m.Node))
		r.Close()
		x.Denied = known.Denied || known.Gone
		list = append(list, x)
	}
	return list
}

// freshFor is how long what a machine said shows that it is there: it may miss a
// greeting or two.
func (n *Node) freshFor() time.Duration { return 3 * n.greetEvery() }

// askAll hears from every member now, so that a change is judged by how things
// are and not by how they were two minutes ago.
func (n *Node) askAll(ctx context.Context) {
	members, _ := n.raft.Members()
	var asking sync.WaitGroup
	for _, m := range members {
		if m.ID == n.id.Node {
			continue
		}
		asking.Go(func() {
			if said, err := n.askHello(ctx, m, pathHello); err == nil {
				n.near.note(m.ID, n.cfg.Clock(), said)
			} else {
				n.near.silent(m.ID, n.cfg.Clock().Add(-n.freshFor()))
			}
		})
	}
	asking.Wait()
}

// Weigh says what speaks against a change by what this machine has heard, and a
// code of what would be awkward afterwards. Errors: those of voting.Check, and
// under_way.
func (n *Node) Weigh(c voting.Change) (warn string, err error) {
	all := n.Membership()
	for _, m := range all.Members {
		if m.To != "" && m.Node != c.Node {
			return "", command.Errorf(command.Conflicting, "under_way", "machine %s is on its way to be: %s; one change at a time", m.Node, m.To)
		}
	}
	list := n.judged(all)
	if err := voting.Check(list, c); err != nil {
		return "", err
	}
	return voting.Warn(list, c), nil
}

// ChangeMember has one change of the membership agreed as the command id, asked
// for by somebody who is signed in or from the console, and waits a little for the
// leader to carry it out. warn is a code of what is awkward afterwards. Errors:
// those of Weigh, waiting and under_way (unavailable: it goes on by itself), and
// of the command.
func (n *Node) ChangeMember(ctx context.Context, by command.Actor, id command.ID, c voting.Change) (warn string, err error) {
	if _, done := n.here.Outcome(id); !done { // a second click is judged by nothing
		n.askAll(ctx)
		if warn, err = n.Weigh(c); err != nil {
			return "", err
		}
	}
	vote := civic.VoteNode{Node: c.Node, Voter: c.Do == voting.Promote, Gone: c.Do == voting.Remove}
	if err := n.askAs(ctx, by, id, civic.KindNodeVote, n.self.Unit, vote); err != nil {
		return warn, err
	}
	ctx, cancel := context.WithTimeout(ctx, changeWithin)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !n.isNow(c) {
		select {
		case <-ctx.Done():
			return warn, command.Errorf(command.Unavailable, "under_way", "it is agreed, and the leader carries it out when it can")
		case <-tick.C:
		}
	}
	return warn, nil
}

// HandOver has another voter lead, before this machine is stopped on purpose
// (nhường dẫn dắt): the one named, or whichever has most. What is handed in
// meanwhile waits in the outboxes. Errors: not_leading, no_successor, not_agreed.
func (n *Node) HandOver(ctx context.Context, to string) error {
	if _, _, self := n.Leader(); !self {
		return command.Errorf(command.Conflicting, "not_leading", "this machine does not lead")
	}
	n.askAll(ctx)
	successor := false
	for _, m := range n.judged(n.Membership()) {
		successor = successor || m.Voter && m.Here && m.ID != n.id.Node && (to == "" || m.ID == to)
	}
	if !successor {
		return command.Errorf(command.Conflicting, "no_successor", "no other voter answers, so none can lead")
	}
	ctx, cancel := context.WithTimeout(ctx, changeWithin)
	defer cancel()
	if err := n.raft.Transfer(ctx, to); err != nil {
		n.log.Info("leading could not be handed over", "error", err)
		return command.Errorf(command.Unavailable, "not_agreed", "leading could not be handed over now")
	}
	n.log.Info("leading was handed over on purpose")
	return nil
}

const changeWithin = 30 * time.Second

// isNow reports whether the membership is as a change wants it.
func (n *Node) isNow(c voting.Change) bool {
	if c.Do == voting.Remove && c.Node == n.id.Node && n.shutOut() {
		return true // the others have cut this machine off: it will not hear how they carry it out
	}
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == c.Node {
			return c.Do != voting.Remove && m.Voter == (c.Do == voting.Promote)
		}
	}
	return c.Do == voting.Remove
}

// keepMembers takes votes and membership from machines of which the register says
// so, while this machine leads, until ctx ends. Votes are given when a machine
// announces itself (placeMember). Nothing is ever taken from a machine because it
// is silent.
func (n *Node) keepMembers(ctx context.Context) {
	tick := time.NewTicker(n.greetEvery())
	defer tick.Stop()
	for {
		changed := n.reg.Changed()
		if _, _, self := n.Leader(); self {
			n.takeOne(ctx)
		}
		rest(ctx, announceEvery) // a list that is read in changes the register all the time
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-changed:
		}
	}
}

// takeOne carries out one change, if there is one and it endangers nothing.
func (n *Node) takeOne(ctx context.Context) {
	members, base := n.raft.Members()
	r := n.reg.Read()
	var do voting.Change
	for _, m := range members {
		known, ok := civic.Load[civic.Node](r, civic.TypeNode, command.Key(m.ID))
		switch {
		case ok && known.Gone:
			do = voting.Change{Do: voting.Remove, Node: m.ID}
		case ok && !known.Voter && m.Voter:
			do = voting.Change{Do: voting.Demote, Node: m.ID}
		}
		if do.Node != "" {
			break
		}
	}
	r.Close()
	if do.Node == "" || voting.Check(n.judged(n.Membership()), do) != nil {
		return
	}
	if err := n.carryOut(ctx, do, base); err != nil && ctx.Err() == nil {
		n.log.Info("a change of the membership waits", "do", do.Do, "machine", do.Node, "error", err)
	}
}

// carryOut changes the membership. This machine first hands leadership over when
// it is itself the one: its successor does the rest.
func (n *Node) carryOut(ctx context.Context, do voting.Change, base uint64) (err error) {
	ctx, cancel := context.WithTimeout(ctx, changeWithin)
	defer cancel()
	switch {
	case do.Node == n.id.Node && voters(n.memberList()) > 1:
		return n.raft.Transfer(ctx, "")
	case do.Do == voting.Remove:
		_, err = n.raft.Remove(ctx, do.Node, base)
	default:
		_, err = n.raft.Demote(ctx, do.Node, base)
	}
	return err
}

func voters(members []raft.Member) (n int) {
	for _, m := range members {
		if m.Voter {
			n++
		}
	}
	return n
}
