package rafttest

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// window is what is under way in one direction before a writer has to wait.
const window = 64 << 10

// conn is one end of a connection: it reads from one pipe, writes to another.
type conn struct {
	net      *Network
	from, to string
	in, out  *pipe
	far      *conn
}

func newConns(n *Network, from, to string, there, back *line) (near, far *conn) {
	a, b := newPipe(there), newPipe(back)
	if n.Tap != nil {
		a.tap = func(p []byte) { n.Tap(from, to, p) }
		b.tap = func(p []byte) { n.Tap(to, from, p) }
	}
	near = &conn{net: n, from: from, to: to, in: b, out: a}
	far = &conn{net: n, from: to, to: from, in: a, out: b, far: near}
	near.far = far
	return near, far
}

func (c *conn) joins(a, b string) bool {
	return c.from == a && c.to == b || c.from == b && c.to == a
}

func (c *conn) Read(p []byte) (int, error)  { return c.in.read(p) }
func (c *conn) Write(p []byte) (int, error) { return c.out.write(p) }
func (c *conn) LocalAddr() net.Addr         { return addr(c.from) }
func (c *conn) RemoteAddr() net.Addr        { return addr(c.to) }

// Close closes both ends at once, as a reset would.
func (c *conn) Close() error {
	c.in.close()
	c.out.close()
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	delete(c.net.conns, c)
	delete(c.net.conns, c.far)
	return nil
}

func (c *conn) SetDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.readBy, t)
	c.out.setDeadline(&c.out.writeBy, t)
	return nil
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.readBy, t)
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.setDeadline(&c.out.writeBy, t)
	return nil
}

// pipe is one direction of a connection. Nobody ever waits while holding its
// mutex: in a synctest bubble time would stand still.
type pipe struct {
	line *line
	tap  func([]byte)

	mu              sync.Mutex
	buf             []byte
	closed          bool
	readBy, writeBy time.Time
	changed         chan struct{} // closed and replaced at each change
}

func newPipe(l *line) *pipe { return &pipe{line: l, changed: make(chan struct{})} }

func (p *pipe) read(into []byte) (int, error) {
	for {
		n, by, changed, err := p.take(into)
		if n > 0 || len(into) == 0 || err != nil {
			return n, err
		}
		wait(by, changed, nil)
	}
}

func (p *pipe) take(into []byte) (n int, by time.Time, changed <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch n = copy(into, p.buf); {
	case n > 0:
		p.buf = p.buf[n:]
		p.signal()
	case p.closed:
		err = io.EOF
	case over(p.readBy):
		err = os.ErrDeadlineExceeded
	}
	return n, p.readBy, p.changed, err
}

func (p *pipe) write(from []byte) (n int, err error) {
	for len(from) > 0 {
		piece := from[:min(len(from), window/4)]
		if err := p.writePiece(piece); err != nil {
			return n, err
		}
		n, from = n+len(piece), from[len(piece):]
	}
	return n, nil
}

// writePiece puts the piece into the pipe once the line is up, its speed allows
// it and there is room.
func (p *pipe) writePiece(piece []byte) error {
	arrives := time.Now().Add(p.line.send(len(piece)))
	for {
		state, switched := p.line.look()
		early := state == up && time.Until(arrives) > 0
		done, by, changed, err := p.put(piece, state == up && !early)
		if done || err != nil {
			return err
		}
		if early && (by.IsZero() || arrives.Before(by)) {
			by = arrives
		}
		wait(by, changed, switched)
	}
}

func (p *pipe) put(piece []byte, now bool) (done bool, by time.Time, changed <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		err = io.ErrClosedPipe
	case over(p.writeBy):
		err = os.ErrDeadlineExceeded
	case now && len(p.buf)+len(piece) <= window:
		p.buf = append(p.buf, piece...)
		p.signal()
		if p.tap != nil {
			p.tap(piece)
		}
		done = true
	}
	return done, p.writeBy, p.changed, err
}

func (p *pipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		p.signal()
	}
}

func (p *pipe) setDeadline(which *time.Time, t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*which = t
	p.signal()
}

func (p *pipe) signal() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func over(by time.Time) bool { return !by.IsZero() && time.Until(by) <= 0 }

// wait returns at the next change, or when the time is over.
func wait(until time.Time, a, b <-chan struct{}) {
	var late <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-a:
	case <-b:
	case <-late:
	}
}
