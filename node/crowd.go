package node

import (
	"net"
	"sync"

	"gocua/node/api"
	"gocua/node/auth"
)

// connsPerAddress is how many connections one address may hold open. A browser
// holds six and one for each open page's stream; an office behind one address
// has room for thirty people.
const connsPerAddress = 256

// crowd is a listener that lets nobody take all connections there are: one who
// opens many and sends next to nothing holds their own share and no more. Who
// comes beyond it is hung up on, before a byte is read and before any handshake.
type crowd struct {
	net.Listener
	mu     sync.Mutex
	guests map[*guest]struct{} // nil: it is over
	holds  map[string]int      // by address
}

func bounded(l net.Listener) *crowd {
	return &crowd{Listener: l, guests: map[*guest]struct{}{}, holds: map[string]int{}}
}

// Accept waits for the next connection that there is room for.
func (l *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if g := (&guest{Conn: conn, in: l, address: auth.Address(conn.RemoteAddr().String())}); l.enter(g) {
			return g, nil
		}
		_ = conn.Close() // whoever it was hears that nobody is there
	}
}

func (l *crowd) enter(g *guest) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.guests == nil || len(l.guests) >= api.MaxConns || l.holds[g.address] >= connsPerAddress {
		return false
	}
	l.guests[g] = struct{}{}
	l.holds[g.address]++
	return true
}

func (l *crowd) leave(g *guest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, here := l.guests[g]; !here {
		return
	}
	delete(l.guests, g)
	if l.holds[g.address]--; l.holds[g.address] == 0 {
		delete(l.holds, g.address)
	}
}

// disperse closes the door and hangs up on everybody who is there. The HTTP server
// alone would not: it waits for those who have not finished asking, gives up, and then
// goes on serving them.
func (l *crowd) disperse() {
	l.mu.Lock()
	guests := l.guests
	l.guests = nil
	l.mu.Unlock()
	_ = l.Listener.Close() // closed already when it was served
	for g := range guests {
		_ = g.Conn.Close()
	}
}

// guest is one connection, counted until it is closed.
type guest struct {
	net.Conn
	in      *crowd
	address string
}

func (g *guest) Close() error {
	g.in.leave(g)
	return g.Conn.Close()
}
