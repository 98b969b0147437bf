package peer

import (
	"net"
	"sync"
)

// route is where connections of one protocol go: a net.Listener fed by the
// handshakes.
type route struct {
	addr  net.Addr
	conns chan *conn
	done  chan struct{}
	once  sync.Once
}

// open registers the route of a protocol. Two at a time are a mistake in the
// program.
func (l *Listener) open(proto string) *route {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old := l.routes[proto]; old != nil && !old.closed() {
		panic("peer: " + proto + " is served twice")
	}
	r := &route{addr: address(l.Addr()), conns: make(chan *conn), done: make(chan struct{})}
	if l.closed {
		r.close()
	}
	l.routes[proto] = r
	return r
}

// route returns who takes connections of a protocol now, or nil.
func (l *Listener) route(proto string) *route {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.routes[proto]; r != nil && !r.closed() {
		return r
	}
	return nil
}

func (r *route) deliver(c *conn) bool {
	select {
	case r.conns <- c:
		return true
	case <-r.done:
		return false
	case <-c.wire.ctx.Done():
		return false
	}
}

func (r *route) Accept() (net.Conn, error) {
	c, err := r.next()
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (r *route) next() (*conn, error) {
	select {
	case c := <-r.conns:
		return c, nil
	case <-r.done:
		return nil, net.ErrClosed
	}
}

func (r *route) Close() error   { r.close(); return nil }
func (r *route) Addr() net.Addr { return r.addr }
func (r *route) close()         { r.once.Do(func() { close(r.done) }) }

func (r *route) closed() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// address is host:port as others dial it.
type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }
