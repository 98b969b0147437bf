package civic

import (
	"bytes"
	"crypto/ed25519"
	"slices"

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
	Reason string `json:"reason,omitempty"` // why it is denied, one of DenyReasons
}

func (n Node) Derive(d *command.Derived) { d.Find(NodeByUnit, term(n.Unit, n.ID)) }

// GoodNode reports whether a machine can be registered under that name.
func GoodNode(name string) bool { return goodCode(name) }

// PutNode announces a machine or changes what is known of it.
type PutNode Node

func (p PutNode) Check() *command.Error {
	switch {
	case !GoodNode(p.ID):
		return command.InvalidField("/id", "bad_code", "a node ID has 2 to 24 letters, digits, dots and dashes")
	case len(p.Key) != ed25519.PublicKeySize:
		return command.InvalidField("/key", "bad_key", "the key is not an Ed25519 public key")
	case p.Unit == "":
		return command.InvalidField("/unit", "required", "the node names no unit")
	case p.Reason != "" && !slices.Contains(DenyReasons(), p.Reason):
		return badReason()
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
	if p.Voter != old.Voter || p.Denied != old.Denied || p.Gone != old.Gone || known && !bytes.Equal(p.Key, old.Key) { // a vote counts for all, and so does being shut out
		if err := forAll(v, e); err != nil {
			return command.Reject(err)
		}
	}
	return command.Accept(put(TypeNode, command.Key(p.ID), Node(p)))
}

// Why a machine is shut out.
const (
	DenyStolen   = "stolen"   // mất trộm
	DenyLost     = "lost"     // thất lạc
	DenyBroken   = "broken"   // hỏng, đã thay
	DenyReplaced = "replaced" // đổi máy khác
	DenyRetired  = "retired"  // thôi dùng, đơn vị đã sáp nhập
)

// DenyReasons lists them. There is no free text: this record is on every
// machine, and a note might name somebody.
func DenyReasons() []string {
	return []string{DenyStolen, DenyLost, DenyBroken, DenyReplaced, DenyRetired}
}

func badReason() *command.Error {
	return command.InvalidField("/reason", "bad_choice", "the reason is one of %v", DenyReasons())
}

// DenyNode shuts a machine out (thu quyền một máy): the denied machines are the
// cluster's deny-list. No peer talks to it from then on, and nothing it signs is
// taken. Its record stays, so that what it signed before can be checked for ever.
type DenyNode struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

func (p DenyNode) Check() *command.Error {
	switch {
	case !goodCode(p.ID):
		return command.InvalidField("/id", "bad_code", "a node ID has 2 to 24 letters, digits, dots and dashes")
	case !slices.Contains(DenyReasons(), p.Reason):
		return badReason()
	}
	return nil
}

// Decide refuses a machine that would shut itself out: whoever asks for it there
// would cut this very command off, and thieves are not asked.
func (p DenyNode) Decide(v command.View, e command.Envelope) command.Decision {
	if err := forAll(v, e); err != nil { // being shut out counts for all
		return command.Reject(err)
	}
	n, known := Load[Node](v, TypeNode, command.Key(p.ID))
	switch {
	case !known:
		return command.Reject(&command.Error{Class: command.NotFound, Code: "no_such_node", Field: "/id", Message: "there is no machine " + p.ID})
	case e.By.Node == p.ID:
		return command.Reject(&command.Error{Class: command.Conflicting, Code: "own_machine", Field: "/id", Message: "a machine does not shut itself out; ask on another one"})
	case n.Denied && n.Reason == p.Reason:
		return command.Accept()
	}
	n.Denied, n.Voter, n.Reason = true, false, p.Reason
	return command.Accept(put(TypeNode, command.Key(p.ID), n))
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
