package node

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"gocua/node/deliver"
	"gocua/node/lookup"
	"gocua/node/peer"
	"gocua/raft"
	"gocua/store/command"
	"gocua/store/outbox"
)

// What this machine keeps for others at most. Copies that wait are in memory
// too; a ward captures about half a megabyte a day.
const (
	copiesOfOne = 20_000
	bytesOfOne  = 16 << 20
	bytesOfAll  = 64 << 20
)

const carriedDir = "carried"

// openCarrier opens what is kept here for machines that cannot reach the leader,
// and both ends of handing over.
func (n *Node) openCarrier() (err error) {
	n.carried, err = outbox.Open(outbox.Config{Dir: n.path(carriedDir), Key: n.keys.Base(), Node: n.id.Node, Log: n.log,
		Carrier: &outbox.Carrier{Copies: copiesOfOne, Bytes: bytesOfOne, Total: bytesOfAll}})
	if err != nil {
		return err
	}
	for _, d := range n.carried.Damage() {
		n.log.Warn("the copies kept for other machines are damaged", "damage", d.String())
	}
	n.carrier = &deliver.Carrier{Box: n.carried, Send: n.sender.Send, Leading: n, Wake: n.moved.next, Known: n.here.Outcome,
		Admit: n.admitCarried, Room: func() *command.Error { return n.disk.check(lowMark) }, Log: n.log}
	n.handover = &deliver.Handover{Outbox: n.box, Carriers: fellows{n}, Cut: n.cutOff, Wake: n.moved.next, Log: n.log}
	return nil
}

// admitOthers lets in, of what another machine brings for itself, what people
// asked for and what proves itself. What only the leader proposes (seals, marks,
// days) a ward's machine could otherwise propose for the whole cluster.
func (n *Node) admitOthers(ctx context.Context, commands []command.Envelope) *command.Error {
	for _, e := range commands {
		if spec, ok := n.table.Kind(e.Kind); ok && spec.System && !spec.Proven {
			return command.Errorf(command.Forbidden, "machine_only", "what only the leader proposes is taken from no other machine")
		}
	}
	return n.admitCommands(ctx, commands)
}

// admitCarried lets in, of what is brought for a third machine, what stands in
// outboxes: nothing a machine asks for does.
func (n *Node) admitCarried(commands []command.Envelope) *command.Error {
	for _, e := range commands {
		if spec, ok := n.table.Kind(e.Kind); ok && spec.System {
			return command.Errorf(command.Forbidden, "machine_only", "what only a machine asks for is not carried")
		}
	}
	return n.admitCommands(context.Background(), commands)
}

// cutOff reports that the leader is out of reach from here.
func (n *Node) cutOff() bool {
	leader, _, self := n.Leader()
	return leader == "" || !self && n.drain.Unanswered()
}

// fellows are the other machines of the cluster as carriers.
type fellows struct{ n *Node }

// Near lists them, the one heard last first; the leader is not asked to carry
// what it does not answer to.
func (f fellows) Near() (names []string) {
	leader, _, _ := f.n.Leader()
	heard := map[string]time.Time{}
	for _, m := range f.members() {
		if m.ID == leader {
			continue
		}
		names = append(names, m.ID)
		if h, ok := f.n.near.of(m.ID); ok {
			heard[m.ID] = h.at
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Or(heard[b].Compare(heard[a]), cmp.Compare(a, b)) })
	return names
}

func (f fellows) members() []raft.Member {
	members, _ := f.n.raft.Members()
	return slices.DeleteFunc(slices.Clone(members), func(m raft.Member) bool { return m.ID == f.n.id.Node })
}

// Carry hands over to one of them.
func (f fellows) Carry(ctx context.Context, node string, h deliver.Hand) (deliver.Kept, error) {
	for _, m := range f.members() {
		if m.ID == node {
			client := f.n.calls.client(peer.Calls, peer.Expect{Cluster: f.n.id.Cluster, Node: node})
			return deliver.PostHand(ctx, client, "https://"+m.Addr, h)
		}
	}
	return deliver.Kept{}, command.Errorf(command.NotFound, "unknown_node", "there is no machine %s any more", node)
}

// whoCalls names the machine of the cluster at the other end of a call.
func (n *Node) whoCalls(r *http.Request) (string, bool) {
	p, ok := peer.PeerFrom(r.Context())
	return p.Node, ok && p.Cluster == n.id.Cluster
}

// handed fills in who holds copies of what waits here.
func (n *Node) handed(s *lookup.OutboxStatus) {
	at, ok := n.handover.Handed()
	if !ok {
		return
	}
	if handed := n.box.WaitingUpTo(at.Seq); handed > 0 {
		s.HandedTo, s.Handed = at.Node, handed
	}
}

// carrying tells for whom copies are kept here.
func (n *Node) carrying() (list []lookup.CarriedStatus) {
	now := n.cfg.Clock().UnixMilli()
	for _, h := range n.carried.Held() {
		list = append(list, lookup.CarriedStatus{For: h.Origin, Waiting: h.Copies, Oldest: max(0, now-h.Oldest)})
	}
	return list
}
