package civic

import (
	"crypto/ed25519"

	"gocua/store/command"
)

// Node is a machine of the cluster and the unit it serves.
type Node struct {
	ID     string `json:"id"`
	Unit   string `json:"unit"`
	Key    []byte `json:"key"`              // Ed25519, signs what is captured there
	Peer   string `json:"peer,omitempty"`   // host:port of its peer listener, as last announced
	Voter  bool   `json:"voter,omitempty"`  // is to have a vote once it has caught up
	Denied bool   `json:"denied,omitempty"` // stolen or retired: nothing it signs is taken any more
	Gone   bool   `json:"gone,omitempty"`   // taken out of the cluster for good, by a person; its name does not come back
}

func (n Node) Derive(d *command.Derived) { d.Find(NodeByUnit, term(n.Unit, n.ID)) }

// PutNode announces a machine or changes what is known of it.
type PutNode Node

func (p PutNode) Check() *command.Error {
	switch {
	case !goodCode(p.ID):
		return command.InvalidField("/id", "bad_code", "a node ID has 2 to 24 letters, digits, dots and dashes")
	case len(p.Key) != ed25519.PublicKeySize:
		return command.InvalidField("/key", "bad_key", "the key is not an Ed25519 public key")
	case p.Unit == "":
		return command.InvalidField("/unit", "required", "the node names no unit")
	}
	return nil
}

func (p PutNode) Decide(v command.View, e command.Envelope) command.Decision {
	if !Covers(v, e.Unit, p.Unit) {
		return command.Reject(outside("/unit", p.Unit, e.Unit))
	}
	old, known := Load[Node](v, TypeNode, command.Key(p.ID))
	if known && !Covers(v, e.Unit, old.Unit) {
		return command.Reject(outside("/id", "machine "+p.ID, e.Unit))
	}
	if p.Voter && !old.Voter || old.Denied && !p.Denied { // a vote counts for all, and so does being shut out
		if err := forAll(v, e); err != nil {
			return command.Reject(err)
		}
	}
	return command.Accept(put(TypeNode, command.Key(p.ID), Node(p)))
}

// Nodes lists all machines by unit.
func Nodes(v command.View) (nodes []Node) {
	for _, key := range v.Scan(NodeByUnit, "") {
		if n, ok := Load[Node](v, TypeNode, key); ok {
			nodes = append(nodes, n)
		}
	}
	return nodes
}
