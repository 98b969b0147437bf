package raft

import (
	"fmt"
	"net"
	"sync"
	"time"

	hraft "github.com/hashicorp/raft"
)

// pieces a write is cut into; each that gets through counts as progress.
const pieceSize = 16 << 10

// streams wraps the StreamLayer (never the transport, which would silently
// switch pre-vote off) for two things the library lacks: closing accepted
// connections at the end, and deadlines that a slow line can keep.
type streams struct {
	StreamLayer
	mu   sync.Mutex
	open map[*stream]struct{} // nil once closed
}

func newStreams(inner StreamLayer) *streams {
	return &streams{StreamLayer: inner, open: map[*stream]struct{}{}}
}

func (s *streams) Accept() (net.Conn, error) {
	c, err := s.StreamLayer.Accept()
	if err != nil {
		return nil, err
	}
	return s.keep(c)
}

// Dial connects to the member that the address book names.
func (s *streams) Dial(at hraft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	node, addr := whoAndWhere(at)
	if node == "" {
		return nil, fmt.Errorf("raft: who is to answer at %s is not known", addr)
	}
	c, err := s.StreamLayer.Dial(node, addr, timeout)
	if err != nil {
		return nil, err
	}
	return s.keep(c)
}

func (s *streams) keep(c net.Conn) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		c.Close()
		return nil, net.ErrClosed
	}
	st := &stream{Conn: c, of: s}
	s.open[st] = struct{}{}
	return st, nil
}

func (s *streams) forget(st *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, st)
}

// Close closes the layer and every connection that came from it.
func (s *streams) Close() error {
	s.mu.Lock()
	open := s.open
	s.open = nil
	s.mu.Unlock()
	if open == nil {
		return nil
	}
	err := s.StreamLayer.Close()
	for st := range open {
		st.Conn.Close()
	}
	return err
}

// stream is a connection whose deadlines mean idle time: any progress, either
// way, re-arms both. So a slow line is slow, not stuck.
type stream struct {
	net.Conn
	of *streams

	mu          sync.Mutex
	read, write time.Duration // idle time allowed; 0: no deadline
}

func (c *stream) Close() error {
	c.of.forget(c)
	return c.Conn.Close()
}

func (c *stream) SetDeadline(t time.Time) error {
	c.allow(t, &c.read, &c.write)
	return c.Conn.SetDeadline(t)
}

func (c *stream) SetReadDeadline(t time.Time) error {
	c.allow(t, &c.read)
	return c.Conn.SetReadDeadline(t)
}

func (c *stream) SetWriteDeadline(t time.Time) error {
	c.allow(t, &c.write)
	return c.Conn.SetWriteDeadline(t)
}

func (c *stream) allow(t time.Time, idle ...*time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range idle {
		*d = 0 // no deadline, or one already past: nothing to re-arm
		if !t.IsZero() {
			*d = max(0, time.Until(t))
		}
	}
}

func (c *stream) progress() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if c.read > 0 {
		c.Conn.SetReadDeadline(now.Add(c.read))
	}
	if c.write > 0 {
		c.Conn.SetWriteDeadline(now.Add(c.write))
	}
}

func (c *stream) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.progress()
	}
	return n, err
}

func (c *stream) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		var m int
		m, err = c.Conn.Write(p[:min(len(p), pieceSize)])
		if m > 0 {
			c.progress()
		}
		n, p = n+m, p[m:]
	}
	return n, err
}
