package peer

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// chunk is how much is written at a time: progress on a slow link shows
	// at least this often.
	chunk = 4 << 10

	// Small socket buffers, for what lies in one is sent but has not moved:
	// at 64 kbit/s the default of some megabytes would keep an answer waiting
	// for minutes behind data that no deadline sees.
	sendBuffer    = 32 << 10
	receiveBuffer = 64 << 10

	// probeAfter is after how much silence the system asks whether the other end is
	// there. Deadlines find a dead line in the middle of a call; this finds one that is
	// kept for the next. Half a minute cost 0.6 MB a day for each kept connection.
	probeAfter = 3 * time.Minute
)

// Traffic counts bytes on the wire, TLS included, TCP and IP headers not.
type Traffic struct{ In, Out uint64 }

type counter struct{ in, out atomic.Uint64 }

// wire is a TCP connection below TLS.
//
// A deadline set on it means idle time: "fail unless something moves within t".
// Each byte that moves, either way, winds it up again.
type wire struct {
	net.Conn
	ctx     context.Context // ends with the connection
	cancel  context.CancelFunc
	onClose func()
	from    string      // the place of the other end
	limit   *time.Timer // of the handshake of who came in; nil for a dial

	// Set by assign, before anything but the handshake runs over the wire.
	line  *lineState
	count *counter

	mu                  sync.Mutex
	readIdle, writeIdle time.Duration // 0: no deadline, or one that has passed
}

func newWire(c net.Conn, onClose func()) *wire {
	if tcp, ok := c.(*net.TCPConn); ok {
		// Without these the connection is only slower to notice trouble.
		_ = tcp.SetWriteBuffer(sendBuffer)
		_ = tcp.SetReadBuffer(receiveBuffer)
		_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: probeAfter, Interval: 15 * time.Second, Count: 4})
	}
	w := &wire{Conn: c, onClose: onClose, from: placeOf(c.RemoteAddr().String()), line: &lineState{}, count: &counter{}}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

// assign tells the wire which protocol runs over it, or returns the channel
// or error of lineState.join. What the handshake has moved so far is credited.
func (w *wire) assign(line *lineState, count *counter) (dropping <-chan struct{}, err error) {
	dropping, err = line.join(w)
	if err == nil && dropping == nil {
		count.in.Add(w.count.in.Load())
		count.out.Add(w.count.out.Load())
		w.line, w.count = line, count
	}
	return dropping, err
}

func (w *wire) Read(p []byte) (int, error) {
	var limit *rate.Limiter
	if pace := w.line.pace.Load(); pace != nil {
		limit = pace.in
		p = p[:min(len(p), limit.Burst())]
	}
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.count.in.Add(uint64(n))
		w.moved()
		w.slow(limit, n)
	}
	return n, err
}

func (w *wire) Write(p []byte) (sent int, err error) {
	for err == nil && sent < len(p) {
		var limit *rate.Limiter
		next := p[sent:min(len(p), sent+chunk)]
		if pace := w.line.pace.Load(); pace != nil {
			limit = pace.out
			next = next[:min(len(next), limit.Burst())]
		}
		w.slow(limit, len(next))
		var n int
		n, err = w.Conn.Write(next)
		if n > 0 {
			sent += n
			w.count.out.Add(uint64(n))
			w.moved()
		}
	}
	return sent, err
}

// slow waits until a throttled line has carried n bytes. The only error is that
// the wire was closed, which the caller's next read or write will say.
func (w *wire) slow(limit *rate.Limiter, n int) {
	if limit != nil {
		_ = limit.WaitN(w.ctx, n)
	}
}

// Close is safe to call more than once.
func (w *wire) Close() error {
	w.cancel()
	w.line.leave(w)
	w.onClose()
	return w.Conn.Close()
}

// kill ends the connection at once and throws away what was still to be sent,
// as a pulled cable does. The rest of Close follows when its user notices.
func (w *wire) kill() {
	if tcp, ok := w.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	w.cancel()
	w.Conn.Close()
}

// swallow reads and forgets until the other side gives up, the wire is closed
// or the line changes: how a dropping line treats who comes in.
func (w *wire) swallow(until <-chan struct{}) {
	w.limit.Stop()
	w.SetDeadline(time.Time{})
	go func() {
		select {
		case <-until:
		case <-w.ctx.Done():
		}
		w.Conn.Close()
	}()
	_, _ = io.Copy(io.Discard, w.Conn)
	w.cancel()
}

func (w *wire) SetDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.readIdle = idle(t)
	w.writeIdle = w.readIdle
	return w.Conn.SetDeadline(t)
}

func (w *wire) SetReadDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.readIdle = idle(t)
	return w.Conn.SetReadDeadline(t)
}

func (w *wire) SetWriteDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writeIdle = idle(t)
	return w.Conn.SetWriteDeadline(t)
}

// moved winds the deadlines up again. One that has been set to the past (how
// net/http interrupts a read) stays there.
func (w *wire) moved() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.readIdle > 0 {
		_ = w.Conn.SetReadDeadline(time.Now().Add(w.readIdle))
	}
	if w.writeIdle > 0 {
		_ = w.Conn.SetWriteDeadline(time.Now().Add(w.writeIdle))
	}
}

func idle(deadline time.Time) time.Duration {
	if deadline.IsZero() {
		return 0
	}
	return max(0, time.Until(deadline))
}
