package simtest

import (
	"bytes"
	"context"
	"net"
	"sync"

	"gocua/node/peer"
	"gocua/raft/rafttest"
)

// meter counts what Raft moves to and from each machine, below TLS and so as
// the line carries it: compressed, with records and handshakes.
type meter struct {
	mu       sync.Mutex
	to, from map[string]int // bytes, by address
	dialled  map[string]int // connections, by the address they led to
}

func newMeter() *meter {
	return &meter{to: map[string]int{}, from: map[string]int{}, dialled: map[string]int{}}
}

// at is a machine's place on the network with the meter on it.
func (m *meter) at(n *rafttest.Network, addr string) peer.Network {
	return metered{Host: n.Host(addr), meter: m, addr: addr}
}

// metered sees each connection once: where it is dialled.
type metered struct {
	rafttest.Host
	meter *meter
	addr  string
}

func (h metered) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := h.Host.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	return &meteredConn{Conn: c, meter: h.meter, near: h.addr, far: addr}, nil
}

type meteredConn struct {
	net.Conn
	meter     *meter
	near, far string
	begun     sync.Once
	raft      bool
}

// Write finds out from the first words what the connection is for: TLS names
// the protocol in the clear.
func (c *meteredConn) Write(p []byte) (int, error) {
	c.begun.Do(func() {
		if c.raft = bytes.Contains(p, []byte(peer.Raft)); c.raft {
			c.meter.count(c.meter.dialled, c.far, 1)
		}
	})
	n, err := c.Conn.Write(p)
	c.moved(c.near, c.far, n)
	return n, err
}

func (c *meteredConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.moved(c.far, c.near, n)
	return n, err
}

func (c *meteredConn) moved(from, to string, n int) {
	if c.raft && n > 0 {
		c.meter.count(c.meter.from, from, n)
		c.meter.count(c.meter.to, to, n)
	}
}

func (m *meter) count(what map[string]int, whose string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	what[whose] += n
}

// reading is the meter of one machine.
type reading struct{ to, from, dialled int }

func (m *meter) read(addr string) reading {
	m.mu.Lock()
	defer m.mu.Unlock()
	return reading{m.to[addr], m.from[addr], m.dialled[addr]}
}

func (r reading) since(before reading) reading {
	return reading{r.to - before.to, r.from - before.from, r.dialled - before.dialled}
}
