package rafttest

import (
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
func (n *Network) Listen(name string) *Endpoint {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ends[name] != nil {
		panic(fmt.Sprintf("rafttest: %s listens already", name))
	}
	e := &Endpoint{name: name, net: n, backlog: make(chan net.Conn, 64), done: make(chan struct{})}
	n.ends[name] = e
	return e
}

// Cut drops everything between two endpoints: open connections are reset,
// dialling hangs until it times out.
func (n *Network) Cut(a, b string) {
	n.line(a, b).cut(true)
	n.line(b, a).cut(true)
	n.reset(func(c *conn) bool { return c.joins(a, b) })
}

// CutOneWay drops what goes from one endpoint to another. Connections stay
// open and stall in that direction; new ones cannot be made in either.
func (n *Network) CutOneWay(from, to string) { n.line(from, to).cut(true) }

// Heal undoes Cut and CutOneWay.
func (n *Network) Heal(a, b string) {
	n.line(a, b).cut(false)
	n.line(b, a).cut(false)
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
		l.cut(false)
	}
}

// Throttle bounds what each direction between two endpoints carries, in bytes
// per second over all connections; 0 is unlimited.
func (n *Network) Throttle(a, b string, bytesPerSecond int) {
	n.line(a, b).throttle(bytesPerSecond)
	n.line(b, a).throttle(bytesPerSecond)
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

// line is one direction of a link.
type line struct {
	mu      sync.Mutex
	down    bool
	rate    int           // bytes per second, 0 unlimited
	busy    time.Time     // until when what was sent keeps it busy
	changed chan struct{} // closed and replaced at each switch
}

func (l *line) cut(down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = down
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *line) throttle(rate int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate, l.busy = rate, time.Time{}
}

// state is whether the line is up, and when to look again.
func (l *line) state() (up bool, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.down, l.changed
}

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
// until the timeout; to a name nobody listens on it fails at once.
func (e *Endpoint) Dial(addr string, timeout time.Duration) (net.Conn, error) {
	patience := time.NewTimer(timeout)
	defer patience.Stop()
	for _, l := range []*line{e.net.line(e.name, addr), e.net.line(addr, e.name)} {
		for {
			up, changed := l.state()
			if up {
				break
			}
			select {
			case <-changed:
			case <-e.done:
				return nil, net.ErrClosed
			case <-patience.C:
				return nil, os.ErrDeadlineExceeded
			}
		}
	}
	return e.net.connect(e, addr)
}

func (n *Network) connect(from *Endpoint, addr string) (net.Conn, error) {
	there, back := n.line(from.name, addr), n.line(addr, from.name)
	n.mu.Lock()
	defer n.mu.Unlock()
	to := n.ends[addr]
	if to == nil {
		return nil, fmt.Errorf("rafttest: nobody listens on %s", addr)
	}
	near, far := newConns(n, from.name, addr, there, back)
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
