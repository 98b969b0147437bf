package raft

import (
	"net"
	"sync"
)

// layer is the StreamLayer for as long as the node takes part. The library's
// transport closes what it was given when it ends; the layer only lends itself,
// so that the library can be started again under the same address. Whoever
// connects in between waits.
type layer struct {
	StreamLayer
	incoming chan accepted
	once     sync.Once
	done     chan struct{}
}

type accepted struct {
	conn net.Conn
	err  error
}

func newLayer(inner StreamLayer) *layer {
	l := &layer{StreamLayer: inner, incoming: make(chan accepted), done: make(chan struct{})}
	go l.accept()
	return l
}

// accept hands over one connection or error at a time: who takes them sets the
// pace, also when accepting fails again and again.
func (l *layer) accept() {
	for {
		conn, err := l.StreamLayer.Accept()
		select {
		case l.incoming <- accepted{conn, err}:
		case <-l.done:
			if conn != nil {
				conn.Close()
			}
			return
		}
	}
}

// Close closes the layer itself.
func (l *layer) Close() (err error) {
	l.once.Do(func() {
		close(l.done)
		err = l.StreamLayer.Close()
	})
	return err
}

// lend is the layer for one run of the library.
func (l *layer) lend() *loan { return &loan{layer: l, back: make(chan struct{})} }

// loan ends by Close; the layer does not.
type loan struct {
	*layer
	once sync.Once
	back chan struct{}
}

func (l *loan) Accept() (net.Conn, error) {
	select {
	case a := <-l.incoming:
		return a.conn, a.err
	case <-l.back:
		return nil, net.ErrClosed
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *loan) Close() error {
	l.once.Do(func() { close(l.back) })
	return nil
}
