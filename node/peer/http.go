package peer

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// quietLimit is how long nothing may move in the middle of a call, in
	// either direction. A handler answers within it.
	quietLimit = time.Minute
	// keepLimit is how long an unused connection is kept for the next call.
	keepLimit = 45 * time.Second
	// keepServed is how long the server keeps it: longer than any client, so that
	// no call meets a closing door.
	keepServed = 5 * time.Minute
)

// Serve answers HTTP/1.1 calls over a protocol (Calls or Upstream) until Close.
// The handler finds who is calling with PeerFrom. Its body and its answer may
// take as long as they move.
func (l *Listener) Serve(proto string, h http.Handler) {
	server := &http.Server{
		Handler:        h,
		ReadTimeout:    quietLimit, // idle time, as all deadlines on a wire
		WriteTimeout:   quietLimit,
		IdleTimeout:    keepServed,
		MaxHeaderBytes: 16 << 10,
		ErrorLog:       slog.NewLogLogger(l.cfg.Log.Handler(), slog.LevelWarn),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, peerKey{}, c.(*conn).peer)
		},
	}
	r := l.open(proto)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.servers = append(l.servers, server)
	l.running.Go(func() {
		if err := server.Serve(r); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			l.cfg.Log.Error("serving peers ended", "proto", proto, "error", err)
		}
	})
}

// Client makes calls over a protocol: https://host:port/path reaches whatever
// node the address belongs to, if it is the one expected. Make one client per
// expected peer and keep it; its connections are closed when the link is cut or
// the listener is closed. A call whose connection stands still for a minute
// fails; give it a context that ends sooner where someone is waiting, but none
// that bounds a long transfer.
func (l *Listener) Client(proto string, expect Expect) *http.Client {
	return l.client(proto, expect, quietLimit, keepLimit)
}

// ClientThatKeeps is a Client for small calls that come again and again: a connection
// is kept so long for the next one, below keepServed. While it is kept nothing tells a
// slow answer from a dead line, so each call needs a context that ends.
func (l *Listener) ClientThatKeeps(proto string, expect Expect, keep time.Duration) *http.Client {
	return l.client(proto, expect, keep+quietLimit, keep)
}

func (l *Listener) client(proto string, expect Expect, quiet, keep time.Duration) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialTLSContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
				return l.call(ctx, proto, addr, expect, quiet)
			},
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, errors.New("peers are called over https only")
			},
			MaxConnsPerHost:     4,
			MaxIdleConnsPerHost: 1,
			IdleConnTimeout:     keep,
			DisableCompression:  true,
		},
		// A peer answers for itself or not at all.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// call dials for a client. Between calls the deadline closes what keeping has not;
// within one it is the limit of standing still.
func (l *Listener) call(ctx context.Context, proto, addr string, expect Expect, quiet time.Duration) (net.Conn, error) {
	c, err := l.dial(ctx, proto, addr, expect)
	if err != nil {
		return nil, err
	}
	if err := c.SetDeadline(time.Now().Add(quiet)); err != nil {
		c.wire.Close()
		return nil, err
	}
	return c, nil
}
