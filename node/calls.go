package node

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"time"

	"gocua/node/deliver"
	"gocua/node/peer"
	"gocua/node/trust"
	"gocua/node/upstream"
	"gocua/store/civic"
	"gocua/store/command"
)

// callers keeps one client for each machine this one talks to.
type callers struct {
	door    *peer.Listener
	cluster string
	mu      sync.Mutex
	clients map[string]*http.Client

	greeters map[string]*http.Client // by machine
}

func (c *callers) client(proto string, expect peer.Expect) *http.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := proto + " " + expect.Cluster + " " + expect.Node
	if c.clients == nil {
		c.clients = map[string]*http.Client{}
	}
	if c.clients[name] == nil {
		c.clients[name] = c.door.Client(proto, expect)
	}
	return c.clients[name]
}

// greeter is the client for greetings of one machine, which come every two minutes on
// a thin line: making a connection for each costs five times what is said on it.
func (c *callers) greeter(node string) *http.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.greeters == nil {
		c.greeters = map[string]*http.Client{}
	}
	if c.greeters[node] == nil {
		c.greeters[node] = c.door.ClientThatKeeps(peer.Calls, peer.Expect{Cluster: c.cluster, Node: node}, greetWAN+time.Minute)
	}
	return c.greeters[node]
}

// Deliver carries commands to the leader.
func (c *callers) Deliver(ctx context.Context, node, addr string, d deliver.Delivery) ([]command.Decided, error) {
	return deliver.Post(ctx, c.client(peer.Calls, peer.Expect{Cluster: c.cluster, Node: node}), "https://"+addr, d)
}

// parcel hands a parcel to any of the province's machines that answers and can
// have it agreed.
func (c *callers) parcel(ctx context.Context, to upstream.Province, p civic.ReceiveParcel) (civic.Signed, uint64, error) {
	err := errors.New("node: the province has no address")
	for _, addr := range to.Peers {
		var receipt civic.Signed
		var last uint64
		receipt, last, err = upstream.Post(ctx, c.client(peer.Upstream, peer.Expect{Cluster: to.Code}), "https://"+addr, p)
		var known *command.Error
		if err == nil || errors.As(err, &known) && known.Class != command.Unavailable {
			return receipt, last, err
		}
	}
	return civic.Signed{}, 0, err // that of the last one tried
}

// peerCall is one call that other machines make, as a ServeMux writes it.
type peerCall struct {
	pattern string
	handle  http.Handler
}

// peerCalls is what this machine answers to others of its cluster.
func (n *Node) peerCalls() []peerCall {
	return []peerCall{
		{"POST " + deliver.PathDeliver, deliver.Handler{Batcher: n.batcher, Leading: n, Admit: n.admitOthers}},
		{"POST " + deliver.PathCarry, n.carrier.Handler(n.whoCalls)},
		{"POST " + pathAnnounce, http.HandlerFunc(n.takeAnnouncement)},
		{"POST " + pathRenew, http.HandlerFunc(n.takeRenewal)},
		{"GET " + pathHello, http.HandlerFunc(n.sayHello)},
		{"GET " + pathDigest, http.HandlerFunc(n.sayDigests)},
		{"GET " + pathCurrent, http.HandlerFunc(n.sayCurrent)},
	}
}

// calls is what this machine answers to a machine that has no certificate yet.
func (g guests) calls() []peerCall {
	return []peerCall{{"POST " + pathJoin, http.HandlerFunc(g.take)}}
}

func serving(calls []peerCall) http.Handler {
	mux := http.NewServeMux()
	for _, c := range calls {
		mux.Handle(c.pattern, c.handle)
	}
	return mux
}

// admitCommands keeps what nobody signed out of the log. Decide asks again.
func (n *Node) admitCommands(_ context.Context, commands []command.Envelope) *command.Error {
	if err := n.understood(commands); err != nil {
		return err
	}
	r := n.reg.Read()
	defer r.Close()
	for _, e := range commands {
		known, ok := civic.Load[civic.Node](r, civic.TypeNode, command.Key(e.By.Node))
		if !ok || known.Denied || !e.SignedBy(known.Key) {
			return command.Errorf(command.Forbidden, "bad_signature", "a command of machine %s is not signed by it", e.By.Node)
		}
	}
	return nil
}

// understood keeps out of the log what this build cannot read: every machine of
// its kind would stop at it for good. Such a command is of a newer build.
func (n *Node) understood(commands []command.Envelope) *command.Error {
	for _, e := range commands {
		spec, ok := n.table.Kind(e.Kind)
		if ok {
			body := json.NewDecoder(bytes.NewReader(e.Body))
			body.DisallowUnknownFields()
			ok = body.Decode(reflect.New(spec.Body).Interface()) == nil
		}
		if !ok || e.V != command.FormatVersion {
			return command.Errorf(command.Unavailable, "unknown_kind", "the leader's build cannot read command %s of kind %d yet", e.ID, e.Kind)
		}
	}
	return nil
}

// envelope is a command of the machine itself.
func (n *Node) envelope(kind command.Kind, id command.ID, body any) (command.Envelope, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return command.Envelope{}, fmt.Errorf("node: encoding %T: %w", body, err)
	}
	return command.Envelope{V: command.FormatVersion, ID: id, Kind: kind, CapturedAt: n.cfg.Clock().UnixMilli(),
		By: command.Actor{Node: n.id.Node}, Unit: n.id.Cluster, Origin: command.Origin{Node: n.id.Node}, Body: raw}.Sign(n.id.Key), nil
}

// Ask captures a change on behalf of whoever sits at this machine's console and
// waits for the cluster to agree.
func (n *Node) Ask(ctx context.Context, kind command.Kind, unit string, body any) error {
	return n.askAs(ctx, command.Actor{}, command.NewID(), kind, unit, body)
}

// askAs is Ask on behalf of somebody, with the ID their form was shown with.
func (n *Node) askAs(ctx context.Context, by command.Actor, id command.ID, kind command.Kind, unit string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("node: encoding %T: %w", body, err)
	}
	decided, err := n.capture.Submit(ctx, by, []command.Draft{{ID: id, Kind: kind, Unit: unit, Body: raw}}, 10*time.Second)
	if err != nil {
		return err
	}
	switch out := decided[0].Outcome; out.Status {
	case command.Accepted:
		return nil
	case command.Waiting:
		return command.Errorf(command.Unavailable, "waiting", "it is kept on this machine and waits for the cluster to agree")
	default:
		return out.Err()
	}
}

func publicKey(id *trust.Identity) []byte { return id.Key.Public().(ed25519.PublicKey) }
