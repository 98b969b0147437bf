package civic

import "gocua/store/command"

// VoteNode says whether a machine is to take part in agreeing (bỏ phiếu) or only
// to have everything (dự phòng), or that it is out for good (rút khỏi cụm). It names
// nothing else of the machine, so that one asked for on an old view takes nothing back. The leader carries it out, one
// at a time, when nothing is endangered by it.
type VoteNode struct {
	Node  string `json:"node"`
	Voter bool   `json:"voter"`
	Gone  bool   `json:"gone,omitempty"` // take it out for good; nothing it signs is taken any more
}

func (p VoteNode) Decide(v command.View, e command.Envelope) command.Decision {
	if err := forAll(v, e); err != nil {
		return command.Reject(err)
	}
	n, ok := Load[Node](v, TypeNode, command.Key(p.Node))
	switch {
	case !ok:
		return command.Reject(command.InvalidField("/node", "unknown_node", "there is no machine %s", p.Node))
	case p.Voter && p.Gone:
		return command.Reject(command.InvalidField("/gone", "bad_choice", "a machine that is taken out does not vote"))
	case n.Voter == p.Voter && n.Gone == p.Gone:
		return command.Accept()
	case n.Gone:
		return command.Reject(command.InvalidField("/node", "gone_node", "machine %s was taken out; it comes back under a new name", p.Node))
	case p.Voter && n.Denied:
		return command.Reject(command.InvalidField("/node", "denied_node", "machine %s has been shut out", p.Node))
	case n.Voter && !p.Voter && lastVoter(v, p.Node):
		return command.Reject(command.InvalidField("/node", "last_voter", "machine %s is the last one that votes", p.Node))
	}
	n.Voter, n.Gone, n.Denied = p.Voter, p.Gone, n.Denied || p.Gone
	return command.Accept(put(TypeNode, command.Key(n.ID), n))
}

func lastVoter(v command.View, node string) bool {
	for _, n := range Nodes(v) {
		if n.ID != node && n.Voter && !n.Denied {
			return false
		}
	}
	return true
}
