package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"gocua/node/trust"
)

const (
	// A connection that says nothing for handshakeIdle, or has not said who
	// it is after handshakeLimit, is cut.
	handshakeIdle  = 5 * time.Second
	handshakeLimit = 20 * time.Second
	// strangerLimit is how long somebody without a certificate may stay.
	strangerLimit = time.Minute
	// dialLimit bounds a dial with its handshake where the caller does not.
	dialLimit = 10 * time.Second
)

// Config says what a Listener is made of.
type Config struct {
	Listen    string // host:port; port 0 takes any
	Advertise string // host:port under which others dial us; empty: where it listens
	Identity  *trust.Identity
	// Roots returns the root pinned for another cluster, or nil: the trust of
	// the upstream protocol, on either side. A nil Roots trusts nobody.
	Roots func(cluster string) *x509.Certificate
	// Admit has the last word on a verified peer, whichever side dialled:
	// membership and the deny-list. It must be quick. Nil admits all. It is not
	// asked about strangers.
	Admit func(Peer) error
	// Invited says whether somebody without a certificate may come in now, over
	// Join. Nil: never.
	Invited func() bool
	Link    *Link // nil: a link of its own that is never cut
	// Now is the time by which certificates expire; nil: this machine's clock,
	// which may be wrong by years and would cut the machine off.
	Now func() time.Time
	Net Network      // nil: TCP
	Log *slog.Logger // nil: the default one
}

// Network is what carries the bytes of a door.
type Network interface {
	Listen(addr string) (net.Listener, error)
	Dial(ctx context.Context, addr string) (net.Conn, error)
}

type tcp struct{}

func (tcp) Listen(addr string) (net.Listener, error) { return net.Listen("tcp", addr) }

func (tcp) Dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", addr)
}

// Listener is a machine's one door for other machines, inwards and outwards.
type Listener struct {
	cfg     Config
	id      atomic.Pointer[trust.Identity]
	in      net.Listener
	wires   *crowd
	traffic map[string]*counter // by protocol; never changes
	quiet   *rate.Limiter       // of the log, not of the door

	mu      sync.Mutex
	closed  bool
	routes  map[string]*route
	servers []*http.Server
	running sync.WaitGroup
}

// Listen opens the door. Nothing is let in until Stream or Serve says what is
// behind it.
func Listen(cfg Config) (*Listener, error) {
	if cfg.Link == nil {
		cfg.Link = &Link{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Roots == nil {
		cfg.Roots = func(string) *x509.Certificate { return nil }
	}
	if cfg.Net == nil {
		cfg.Net = tcp{}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	in, err := cfg.Net.Listen(cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for peers: %w", err)
	}
	l := &Listener{
		cfg: cfg, in: in, wires: newCrowd(),
		traffic: map[string]*counter{Raft: {}, Calls: {}, Upstream: {}, Join: {}},
		quiet:   rate.NewLimiter(rate.Every(10*time.Second), 5),
		routes:  map[string]*route{},
	}
	l.id.Store(cfg.Identity)
	l.running.Go(l.accept)
	return l, nil
}

// Renew puts another certificate in the place of this machine's own. Connections
// that are open stay.
func (l *Listener) Renew(id *trust.Identity) { l.id.Store(id) }

// Recheck asks Admit again about everybody who is connected, in and out, and
// cuts whom it does not admit any more.
func (l *Listener) Recheck() {
	if l.cfg.Admit == nil {
		return
	}
	for w, p := range l.wires.known() {
		if err := l.cfg.Admit(p); err != nil {
			w.kill()
			l.refused("cut a peer off", err, "peer", p.Name.String())
		}
	}
}

// settle notes who is at the other end, for Recheck, and asks Admit once more:
// it may have changed its mind before the note was there.
func (l *Listener) settle(c *conn) error {
	l.wires.name(c.wire, c.peer)
	if l.cfg.Admit == nil || c.peer.Proto == Join {
		return nil
	}
	return l.cfg.Admit(c.peer)
}

// Addr is where others dial this machine, host:port.
func (l *Listener) Addr() string {
	if l.cfg.Advertise != "" {
		return l.cfg.Advertise
	}
	return l.in.Addr().String()
}

// Traffic is what a protocol has moved since Listen.
func (l *Listener) Traffic(proto string) Traffic {
	c := l.traffic[proto]
	return Traffic{In: c.in.Load(), Out: c.out.Load()}
}

// Close shuts the door: it closes every connection, in and out, and returns
// when nothing of the listener runs any more but handlers that ignore that.
func (l *Listener) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	for _, r := range l.routes {
		r.close()
	}
	servers := l.servers
	l.mu.Unlock()

	err := l.in.Close()
	l.wires.close()
	for _, s := range servers {
		err = errors.Join(err, s.Close())
	}
	l.running.Wait()
	return err
}

func (l *Listener) accept() {
	var pause time.Duration
	for {
		c, err := l.in.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of file handles, mostly: wait until some are free
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			l.refused("accept a peer", err)
			<-time.After(pause)
			continue
		}
		pause = 0
		w := l.wire(c)
		l.wires.enter(w, "arriving", maxArriving) // here: the oldest is who came first
		l.running.Go(func() { l.welcome(w) })
	}
}

// wire registers a connection, so that Close and the caps reach it.
func (l *Listener) wire(c net.Conn) *wire {
	var w *wire
	w = newWire(c, func() { l.wires.leave(w) })
	return w
}

// welcome finds out who is there and hands the connection on.
func (l *Listener) welcome(w *wire) {
	w.limit = time.AfterFunc(handshakeLimit, w.kill)
	w.SetDeadline(time.Now().Add(handshakeIdle))
	c := &conn{wire: w}
	c.Conn = tls.Server(w, l.serverTLS(&c.peer))
	err := c.Handshake()
	w.limit.Stop()
	if err == nil {
		w.SetDeadline(time.Time{})
		if c.peer.Proto == Join {
			w.limit.Reset(strangerLimit) // deadlines are idle time; a stranger gets no more than this
		}
		l.wires.enter(w, c.peer.Proto+" "+c.peer.Name.String(), maxPerPeer)
		if err = l.settle(c); err == nil {
			err = l.deliver(c)
		}
	}
	if err != nil {
		w.Close()
		l.refused("refused a peer", err, "from", w.RemoteAddr().String())
	}
}

func (l *Listener) deliver(c *conn) error {
	if r := l.route(c.peer.Proto); r != nil && r.deliver(c) {
		return nil
	}
	return ErrNotServed
}

// dial opens a connection and proves both ends. It returns a connection that
// may still be refused: in TLS 1.3 the server judges our certificate after we
// are done, and says so at the first read.
func (l *Listener) dial(ctx context.Context, proto, addr string, expect Expect) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	w, err := l.reach(ctx, proto, addr)
	if err != nil {
		return nil, fmt.Errorf("dial %s at %s: %w", proto, addr, err)
	}
	c := &conn{wire: w}
	c.Conn = tls.Client(w, l.clientTLS(w, proto, expect, &c.peer))
	err = c.HandshakeContext(ctx)
	if err == nil {
		err = l.settle(c)
	}
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("dial %s at %s: %w", proto, addr, err)
	}
	return c, nil
}

// reach opens a wire to addr once the line lets it through.
func (l *Listener) reach(ctx context.Context, proto, addr string) (*wire, error) {
	line := &l.cfg.Link.lines[lines[proto]]
	for {
		if err := line.wait(ctx); err != nil {
			return nil, err
		}
		c, err := l.cfg.Net.Dial(ctx, addr)
		if err != nil {
			return nil, err
		}
		w := l.wire(c)
		l.wires.enter(w, "dialled", 0)
		dropping, err := w.assign(line, l.traffic[proto])
		if err == nil && dropping == nil {
			return w, nil
		}
		w.Close() // the line was cut while we dialled
		if err != nil {
			return nil, err
		}
	}
}

// refused logs without letting a peer that knocks all night fill the disk.
func (l *Listener) refused(what string, err error, args ...any) {
	if !errors.Is(err, ErrCut) && l.quiet.Allow() {
		l.cfg.Log.Warn(what, append(args, "error", err)...)
	}
}
