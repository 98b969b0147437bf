package rafttest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Network joins endpoints by links that can be switched. A link has two
// directions, each with its own switch and speed.
type Network struct {
	// Tap, if set before the first connection, sees every write that gets
	// through, in order per connection.
	Tap func(from, to string, p []byte)

	mu    sync.Mutex
	ends  map[string]*Endpoint
	lines map[direction]*line
	conns map[*conn]struct{}
}

type direction struct{ from, to string }

// NewNetwork is a network without anybody on it.
func NewNetwork() *Network {
	return &Network{ends: map[string]*Endpoint{}, lines: map[direction]*line{}, conns: map[*conn]struct{}{}}
}

// Listen is the endpoint of that name, which is also its address. A name is
// free again when its endpoint is closed.
func (n *Network) Listen(name string) *Endpoint { return n.ListenAs("", name) }

// ListenAs is Listen for a node, whom others can tell from another at the same name.
func (n *Network) ListenAs(node, name string) *Endpoint {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ends[name] != nil {
		panic(fmt.Sprintf("rafttest: %s listens already", name))
	}
	e := &Endpoint{name: name, node: node, net: n, backlog: make(chan net.Conn, 64), done: make(chan struct{})}
	n.ends[name] = e
	return e
}

// Cut drops everything between two endpoints: open connections are reset,
// dialling hangs until it times out.
func (n *Network) Cut(a, b string) { n.cut(a, b, down) }

// Refuse is a Cut at which dialling fails at once, as where a machine is
// switched off and its switch says so.
func (n *Network) Refuse(a, b string) { n.cut(a, b, refusing) }

func (n *Network) cut(a, b string, how state) {
	n.line(a, b).set(how)
	n.line(b, a).set(how)
	n.reset(func(c *conn) bool { return c.joins(a, b) })
}

// CutOneWay drops what goes from one endpoint to another. Connections stay
// open and stall in that direction; new ones cannot be made in either.
func (n *Network) CutOneWay(from, to string) { n.line(from, to).set(down) }

// Heal undoes Cut, Refuse and CutOneWay.
func (n *Network) Heal(a, b string) {
	n.line(a, b).set(up)
	n.line(b, a).set(up)
}

// Isolate cuts an endpoint off from all others, also from those yet to come.
func (n *Network) Isolate(name string) {
	for _, other := range n.others(name) {
		n.Cut(name, other)
	}
}

// Rejoin heals all links of an endpoint.
func (n *Network) Rejoin(name string) {
	for _, other := range n.others(name) {
		n.Heal(name, other)
	}
}

// HealAll heals all links.
func (n *Network) HealAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range n.lines {
		l.set(up)
	}
}

// Throttle bounds what each direction between two endpoints carries, in bytes
// per second over all connections; 0 is unlimited.
func (n *Network) Throttle(a, b string, bytesPerSecond int) {
	n.line(a, b).throttle(bytesPerSecond)
	n.line(b, a).throttle(bytesPerSecond)
}

// Reaches reports whether what a says comes to b.
func (n *Network) Reaches(a, b string) bool {
	s, _ := n.line(a, b).look()
	return s == up
}

func (n *Network) others(name string) (names []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for other := range n.ends {
		if other != name {
			names = append(names, other)
		}
	}
	return names
}

func (n *Network) line(from, to string) *line {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := n.lines[direction{from, to}]
	if l == nil {
		l = &line{changed: make(chan struct{})}
		n.lines[direction{from, to}] = l
	}
	return l
}

func (n *Network) reset(which func(*conn) bool) {
	n.mu.Lock()
	var hit []*conn
	for c := range n.conns {
		if which(c) {
			hit = append(hit, c)
		}
	}
	n.mu.Unlock()
	for _, c := range hit {
		c.Close()
	}
}

// state is what a line does with what is sent.
type state uint8

const (
	up state = iota
	down
	refusing // like down, and a dial is told so
)

// line is one direction of a link.
type line struct {
	mu      sync.Mutex
	state   state
	rate    int           // bytes per second, 0 unlimited
	busy    time.Time     // until when what was sent keeps it busy
	changed chan struct{} // closed and replaced at each switch
}

func (l *line) set(s state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state = s
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *line) throttle(rate int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate, l.busy = rate, time.Time{}
}

// look says what the line does, and when to look again.
func (l *line) look() (s state, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state, l.changed
}

// wait returns once the line is up.
func (l *line) wait(ctx context.Context, stop <-chan struct{}) error {
	for {
		s, changed := l.look()
		switch s {
		case up:
			return nil
		case refusing:
			return errRefused
		}
		select {
		case <-changed:
		case <-stop:
			return net.ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

var errRefused = errors.New("rafttest: the link is cut")

// send books n bytes and returns how long they take to arrive.
func (l *line) send(n int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate == 0 {
		return 0
	}
	now := time.Now()
	if l.busy.Before(now) {
		l.busy = now
	}
	l.busy = l.busy.Add(time.Duration(n) * time.Second / time.Duration(l.rate))
	return l.busy.Sub(now)
}

// Endpoint listens and dials under one name. It is a raft.StreamLayer.
type Endpoint struct {
	name    string
	node    string // ID of whoever listens; empty: anybody's
	net     *Network
	backlog chan net.Conn
	once    sync.Once
	done    chan struct{}
}

// Accept waits for the next connection.
func (e *Endpoint) Accept() (net.Conn, error) {
	select {
	case c := <-e.backlog:
		return c, nil
	case <-e.done:
		return nil, net.ErrClosed
	}
}

// Dial connects to the endpoint of that name. Over a link that is cut it hangs
// until the timeout; to a name nobody listens on, or another node does, it fails at
// once.
func (e *Endpoint) Dial(node, addr string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	c, err := e.net.dial(ctx, e.name, node, addr, e.done)
	if errors.Is(err, context.DeadlineExceeded) {
		err = os.ErrDeadlineExceeded
	}
	return c, err
}

func (n *Network) dial(ctx context.Context, from, node, addr string, stop <-chan struct{}) (net.Conn, error) {
	for _, l := range []*line{n.line(from, addr), n.line(addr, from)} {
		if err := l.wait(ctx, stop); err != nil {
			return nil, err
		}
	}
	return n.connect(from, node, addr)
}

// Host is a machine on the network as package node/peer wants one: it listens
// under its own name and dials from it.
type Host struct {
	net  *Network
	name string
}

// Host is the machine of that name, a host:port.
func (n *Network) Host(name string) Host { return Host{n, name} }

// Listen is Network.Listen; a machine listens under its own name only.
func (h Host) Listen(addr string) (net.Listener, error) {
	if addr != h.name {
		return nil, fmt.Errorf("rafttest: %s cannot listen on %s", h.name, addr)
	}
	return h.net.Listen(addr), nil
}

// Dial is as Endpoint.Dial, until ctx ends.
func (h Host) Dial(ctx context.Context, addr string) (net.Conn, error) {
	return h.net.dial(ctx, h.name, "", addr, nil)
}

func (n *Network) connect(from, node, addr string) (net.Conn, error) {
	there, back := n.line(from, addr), n.line(addr, from)
	n.mu.Lock()
	defer n.mu.Unlock()
	to := n.ends[addr]
	if to == nil {
		return nil, fmt.Errorf("rafttest: nobody listens on %s", addr)
	}
	if node != "" && to.node != "" && to.node != node {
		return nil, fmt.Errorf("rafttest: %s answers on %s, not %s", to.node, addr, node)
	}
	near, far := newConns(n, from, addr, there, back)
	select {
	case to.backlog <- far:
		n.conns[near] = struct{}{}
		return near, nil
	default:
		return nil, fmt.Errorf("rafttest: %s accepts nothing", addr)
	}
}

// Close ends Accept and dials under way, resets all connections and frees the
// name.
func (e *Endpoint) Close() error {
	e.once.Do(func() {
		close(e.done)
		e.net.mu.Lock()
		delete(e.net.ends, e.name)
		e.net.mu.Unlock()
		e.net.reset(func(c *conn) bool { return c.from == e.name || c.to == e.name })
	})
	return nil
}

// Addr is the name.
func (e *Endpoint) Addr() net.Addr { return addr(e.name) }

type addr string

func (addr) Network() string  { return "memory" }
func (a addr) String() string { return string(a) }
