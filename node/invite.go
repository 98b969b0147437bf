package node

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"gocua/node/lookup"
	"gocua/node/peer"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

const (
	pathJoin = "/v1/join"
	// maxJoin bounds what somebody without a certificate may send, in bytes.
	maxJoin = 8 << 10
)

// joinRequest is what a new machine says, once it has found the root its token
// names: the secret, and what it wants signed.
type joinRequest struct {
	Secret   []byte         `json:"secret"`
	Requests trust.Requests `json:"requests"`
}

// joinAnswer makes it a machine of the cluster, or says why not.
type joinAnswer struct {
	Grant trust.Grant    `json:"grant"`
	Unit  string         `json:"unit"`
	Peers []string       `json:"peers"` // of the cluster's machines, this one first
	Error *command.Error `json:"error,omitempty"`
}

// guests is how a machine takes in others that have no certificate yet.
type guests struct {
	n       *Node
	now     func() time.Time // by which tokens run out
	invited *trust.Invitations
	quiet   *rate.Limiter // of the log: strangers knock as often as they like
	log     *slog.Logger
}

var errNotFounder = errors.New("node: this machine does not hold the authority; invite from the one that founded the cluster")

// Invite gives out a token with which one new machine may join within half an
// hour, as a standby; with voter it is given its vote once it has caught up. Only
// the machine that holds the authority can. A hash of the token's secret is on
// disk when it returns; the token itself is kept nowhere.
func (n *Node) Invite(node, unit string, voter bool) (trust.Token, error) {
	return n.guests.invite(node, unit, voter)
}

func (g guests) invite(node, unit string, voter bool) (trust.Token, error) {
	n := g.n
	ca, err := trust.LoadCA(n.cfg.Dir)
	if err != nil {
		return trust.Token{}, errors.Join(errNotFounder, err)
	}
	if err := n.mayInvite(ca, node, unit); err != nil {
		return trust.Token{}, err
	}
	now := g.now()
	t, err := trust.NewToken(node, []string{n.door.Addr()}, ca.Root, now)
	if err != nil {
		return trust.Token{}, fmt.Errorf("node: inviting %s: %w", node, err)
	}
	if err := g.invited.Add(t, trust.Invited{Unit: unit, Voter: voter}, now); err != nil {
		return trust.Token{}, fmt.Errorf("node: inviting %s: %w", node, err)
	}
	g.log.Info("a machine was invited", "machine", node, "until", t.Until)
	return t, nil
}

// Invitations lists whom this machine invited in the last day and what came of it.
func (n *Node) Invitations() []trust.Invited { return n.guests.invited.List(n.tokenTime()) }

// founder reports whether this machine holds the authority, so that new ones are
// invited here.
func (n *Node) founder() bool {
	_, err := trust.LoadCA(n.cfg.Dir)
	return err == nil
}

// invitation is a token as people are shown it, this once.
func (n *Node) invitation(node, unit string, voter bool) (lookup.Invitation, error) {
	t, err := n.Invite(node, unit, voter)
	if errors.Is(err, errNotFounder) {
		return lookup.Invitation{}, command.Errorf(command.Conflicting, "no_authority_here", "%s", errNotFounder)
	}
	if err != nil {
		return lookup.Invitation{}, err
	}
	host, _, _ := net.SplitHostPort(n.door.Addr()) // the door's own address is one
	return lookup.Invitation{Node: node, Token: t.String(), Until: t.Until, Root: trust.Fingerprint(n.id.Root), Far: !loopback(host)}, nil
}

// invited are the invitations of the last day as pages show them.
func (n *Node) invited() (list []lookup.Invited) {
	for _, i := range n.Invitations() {
		list = append(list, lookup.Invited{Node: i.Node, Unit: i.Unit, Voter: i.Voter, Until: i.Until, Key: i.Key, Used: i.Used})
	}
	return list
}

// tokenTime is the time by which tokens run out: a clock that is set back does
// not make them last longer than the cluster's own time allows.
func (n *Node) tokenTime() time.Time {
	now := n.cfg.Clock()
	if agreed := time.UnixMilli(n.agreedAt()); agreed.After(now) {
		return agreed
	}
	return now
}

// mayInvite keeps a name that cannot stand in a certificate or in the register, and
// one that is taken, from being invited: a second key for a running machine would have
// everything it captures refused. It also refuses while nothing can be agreed:
// the token would run out meanwhile.
func (n *Node) mayInvite(ca *trust.CA, node, unit string) error {
	name := trust.Name{Cluster: ca.Cluster, Generation: ca.Generation, Node: node}
	if name.Check() != nil || !civic.GoodNode(node) {
		return command.InvalidField("/node", "bad_node", "%q cannot be the name of a machine: it takes 2 to 24 lower-case letters, digits and inner hyphens", node)
	}
	r := n.reg.Read()
	defer r.Close()
	known, registered := civic.Load[civic.Node](r, civic.TypeNode, command.Key(node))
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == node || registered && (known.Denied || known.Gone) {
			return command.Errorf(command.Conflicting, "node_taken", "%s is a machine of this cluster already, or was one; choose another name", node)
		}
	}
	if _, ok := civic.FindUnit(r, unit); !ok {
		return command.InvalidField("/unit", "unknown_unit", "there is no unit %s", unit)
	}
	if leader, _, _ := n.Leader(); leader == "" {
		return command.Errorf(command.Unavailable, "waiting", "the cluster cannot agree on anything now")
	}
	return nil
}

// takeStranger answers a machine that comes with a token. What it refuses is
// logged without anything the stranger said.
func (g guests) take(w http.ResponseWriter, req *http.Request) {
	p, _ := peer.PeerFrom(req.Context())
	a, err := g.letIn(req.Context(), http.MaxBytesReader(w, req.Body, maxJoin))
	if err != nil {
		a = joinAnswer{Error: refusal(err)}
		if g.quiet.Allow() {
			g.log.Warn("refused to let a machine join", "from", p.Addr, "code", a.Error.Code, "error", err)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if a.Error != nil {
		w.WriteHeader(statusOf(a.Error))
	}
	_ = json.NewEncoder(w).Encode(a) // it has gone; it will ask again
}

func statusOf(err *command.Error) int {
	switch err.Class {
	case command.Forbidden:
		return http.StatusForbidden
	case command.Unavailable:
		return http.StatusServiceUnavailable
	case command.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// letIn checks the token and what is to be signed, has the cluster agree to the
// machine, and only then signs: a certificate is never older than its record.
func (g guests) letIn(ctx context.Context, body io.Reader) (joinAnswer, error) {
	n := g.n
	var q joinRequest
	in := json.NewDecoder(body)
	in.DisallowUnknownFields()
	if err := in.Decode(&q); err != nil {
		if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
			return joinAnswer{}, command.Errorf(command.Invalid, "too_large", "a request to join has at most %d bytes", maxJoin)
		}
		return joinAnswer{}, command.Errorf(command.Invalid, "malformed", "the request to join cannot be read")
	}
	ca, err := trust.LoadCA(n.cfg.Dir)
	if err != nil {
		return joinAnswer{}, errors.Join(errNotFounder, err)
	}
	inv, key, err := g.claim(q)
	if err != nil {
		return joinAnswer{}, err
	}
	if !n.knownBy(inv.Node, key) {
		put := civic.PutNode{ID: inv.Node, Unit: inv.Unit, Key: key, Voter: inv.Voter}
		if err := n.Ask(ctx, civic.KindNodePut, n.self.Unit, put); err != nil {
			return joinAnswer{}, err
		}
	}
	grant, err := ca.Grant(q.Requests, inv.Node, nil, g.now())
	if err != nil {
		return joinAnswer{}, err
	}
	g.log.Info("a machine was let in", "machine", inv.Node, "key", trust.KeyFingerprint(key))
	return joinAnswer{Grant: grant, Unit: inv.Unit, Peers: n.peersOf()}, nil
}

// claim ties the token to the key, once everything else about the request holds.
func (g guests) claim(q joinRequest) (trust.Invited, ed25519.PublicKey, error) {
	now := g.now()
	inv, err := g.invited.Find(q.Secret, now)
	if err != nil {
		return trust.Invited{}, nil, err
	}
	key, err := q.Requests.Check(inv.Node)
	if err != nil {
		return trust.Invited{}, nil, err
	}
	if err := g.n.freshKey(inv.Node, key); err != nil {
		return trust.Invited{}, nil, err
	}
	inv, err = g.invited.Claim(q.Secret, key, now)
	return inv, key, err
}

// freshKey refuses the key of another machine, above all of one shut out. That a
// name was not shut out since it was invited is checked here, too: node.put lets
// a machine in again.
func (n *Node) freshKey(node string, key ed25519.PublicKey) error {
	r := n.reg.Read()
	defer r.Close()
	for _, other := range civic.Nodes(r) {
		if other.ID != node && key.Equal(ed25519.PublicKey(other.Key)) || other.ID == node && other.Denied {
			return command.Errorf(command.Forbidden, "denied_node", "this machine has been in the cluster under another name, or was shut out")
		}
	}
	return nil
}

// knownBy reports whether a machine is registered with that key: it lost the answer,
// and what was agreed on it since must not be undone.
func (n *Node) knownBy(node string, key ed25519.PublicKey) bool {
	r := n.reg.Read()
	defer r.Close()
	known, ok := civic.Load[civic.Node](r, civic.TypeNode, command.Key(node))
	return ok && key.Equal(ed25519.PublicKey(known.Key))
}

// peersOf lists where the cluster's machines are, this one first.
func (n *Node) peersOf() []string {
	peers := []string{n.door.Addr()}
	members, _ := n.raft.Members()
	for _, m := range members {
		if !slices.Contains(peers, m.Addr) {
			peers = append(peers, m.Addr)
		}
	}
	return peers
}

// refusal is why a machine may not join, in the vocabulary of errors.
func refusal(err error) *command.Error {
	for known, code := range map[error]string{trust.ErrTokenUnknown: "token_unknown", trust.ErrTokenExpired: "token_expired",
		trust.ErrTokenUsed: "token_used", trust.ErrRequest: "bad_request"} {
		if errors.Is(err, known) {
			return command.Errorf(command.Forbidden, code, "%s", known)
		}
	}
	return command.AsError(err)
}
