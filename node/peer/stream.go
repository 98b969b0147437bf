package peer

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// How far back compression looks, in bytes. A ward holds a dozen connections:
// with 16 KiB each end costs 0.6 MB, with 64 KiB 1.0 MB, and what Raft says
// repeats itself closer than that. maxWindow is what we accept, so that a later
// build may look further.
const (
	window    = 16 << 10
	maxWindow = 64 << 10
)

// StreamLayer carries Raft between the nodes of the cluster: compressed
// connections on which a deadline means idle time. After any error, a deadline
// included, a connection is good for nothing but Close.
type StreamLayer struct {
	l     *Listener
	route *route

	mu     sync.Mutex
	closed bool
	conns  map[*stream]struct{}
}

// Stream opens the stream layer. There is one at a time; after its Close (Raft
// is restarted in the process) another may be opened.
func (l *Listener) Stream() *StreamLayer {
	return &StreamLayer{l: l, route: l.open(Raft), conns: map[*stream]struct{}{}}
}

// Accept waits for a peer; net.ErrClosed after Close.
func (s *StreamLayer) Accept() (net.Conn, error) {
	c, err := s.route.next()
	if err != nil {
		return nil, err
	}
	return s.stream(c)
}

// Dial connects to that node of the cluster (empty: whichever it is); if another
// answers at the address it is ErrOtherNode. timeout covers connection and handshake.
func (s *StreamLayer) Dial(node, addr string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	c, err := s.l.dial(ctx, Raft, addr, Expect{Node: node})
	if err != nil {
		return nil, err
	}
	return s.stream(c)
}

// Addr is the address others dial.
func (s *StreamLayer) Addr() net.Addr { return s.route.addr }

// Close closes the layer and every connection that came from it.
func (s *StreamLayer) Close() error {
	s.route.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.conns {
		c.wire.kill()
	}
	return nil
}

func (s *StreamLayer) stream(c *conn) (net.Conn, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window),
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false))
	if err != nil {
		c.wire.Close()
		return nil, fmt.Errorf("compress a peer stream: %w", err)
	}
	in := &source{Reader: c.Conn}
	dec, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		c.wire.Close()
		return nil, fmt.Errorf("decompress a peer stream: %w", err)
	}
	st := &stream{conn: c, layer: s, enc: enc, in: in, dec: dec, out: bufio.NewWriterSize(c.Conn, chunk)}
	enc.Reset(st.out)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		c.wire.Close()
		return nil, net.ErrClosed
	}
	s.conns[st] = struct{}{}
	return st, nil
}

// stream compresses both ways. Every Write is flushed: what was written can be
// read at the other end without waiting for more. TLS guards the bytes, so the
// frames carry no checksum, and they never end.
type stream struct {
	*conn
	layer *StreamLayer

	reading sync.Mutex
	in      *source
	dec     *zstd.Decoder

	writing sync.Mutex
	enc     *zstd.Encoder
	out     *bufio.Writer // gathers a block and its header into one TLS record
}

func (s *stream) Read(p []byte) (int, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	n, err := s.dec.Read(p)
	if s.in.ended && err == io.ErrUnexpectedEOF || err != nil && s.layer.route.closed() {
		err = io.EOF // the peer or our layer closed it; frames never end of themselves
	}
	return n, err
}

// source remembers whether the peer closed the connection in good order.
type source struct {
	io.Reader
	ended bool
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.ended = s.ended || err == io.EOF
	return n, err
}

func (s *stream) Write(p []byte) (int, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	n, err := s.enc.Write(p)
	if err == nil {
		err = s.enc.Flush()
	}
	if err == nil {
		err = s.out.Flush()
	}
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (s *stream) Close() error {
	s.layer.mu.Lock()
	delete(s.layer.conns, s)
	s.layer.mu.Unlock()
	return s.conn.Close()
}
