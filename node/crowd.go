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
	mu    sync.Mutex
	all   int
	holds map[string]int // by address
}

func bounded(l net.Listener) *crowd { return &crowd{Listener: l, holds: map[string]int{}} }

// Accept waits for the next connection that there is room for.
func (l *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		address := auth.Address(conn.RemoteAddr().String())
		if l.enter(address) {
			return &guest{Conn: conn, leave: sync.OnceFunc(func() { l.leave(address) })}, nil
		}
		_ = conn.Close() // whoever it was hears that nobody is there
	}
}

func (l *crowd) enter(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= api.MaxConns || l.holds[address] >= connsPerAddress {
		return false
	}
	l.all++
	l.holds[address]++
	return true
}

func (l *crowd) leave(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.holds[address]--; l.holds[address] == 0 {
		delete(l.holds, address)
	}
}

// guest is one connection, counted until it is closed.
type guest struct {
	net.Conn
	leave func()
}

func (g *guest) Close() error {
	g.leave()
	return g.Conn.Close()
}
