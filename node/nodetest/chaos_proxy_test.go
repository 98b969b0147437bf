//go:build chaos

package nodetest

import (
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy stands on the line between a cluster and its province. While it holds,
// parcels pass up and the province's answers do not come down.
type proxy struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	holding  bool
	kept     int // bytes of answers thrown away
	pairs    map[*pair]struct{}
}

// pair is one connection through the proxy.
type pair struct {
	client, server net.Conn
	turns          int  // how often the client began to speak
	clientSpoke    bool // last
}

func startProxy(t *testing.T, to string) *proxy {
	listener, err := net.Listen("tcp", anyAddr)
	require.NoError(t, err)
	p := &proxy{listener: listener, to: to, pairs: map[*pair]struct{}{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.carry(client)
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		p.release()
		<-done
	})
	return p
}

func (p *proxy) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		return // the cluster tries again
	}
	defer server.Close()
	c := &pair{client: client, server: server}
	p.mu.Lock()
	p.pairs[c] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.pairs, c)
	}()
	go pump(server, client, func(int) bool { return p.up(c) })
	pump(client, server, func(n int) bool { return p.down(c, n) })
}

// pump copies until either side ends; bytes that may not pass are thrown away.
func pump(to, from net.Conn, mayPass func(n int) bool) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if !mayPass(n) {
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) up(c *pair) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !c.clientSpoke {
		c.turns++
	}
	c.clientSpoke = true
	return true
}

// down lets the province's side of the handshake through, so that a connection
// can come about while answers are held: the client's first turn is its hello,
// its second its proof of who it is with the first parcel behind it.
func (p *proxy) down(c *pair, n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.clientSpoke = false
	if !p.holding || c.turns < 2 {
		return true
	}
	p.kept += n
	return false
}

// hold keeps answers back from now on.
func (p *proxy) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.holding, p.kept = true, 0
}

// release drops every connection, with whatever was kept back, and lets the
// next ones through. It returns how many bytes never arrived.
func (p *proxy) release() (kept int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pairs {
		c.client.Close()
		c.server.Close()
	}
	p.holding = false
	return p.kept
}

// keeps reports whether something has been kept back since hold.
func (p *proxy) keeps() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept > 0
}
