package raft

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	hraft "github.com/hashicorp/raft"
)

// vouching is the stream layer on which two nodes tell each other, before the
// library says anything, what each has and what it remembers of the other. A disk
// that was put back to an earlier day is consistent in itself; only others can
// tell. Nothing passes between a node that has forgotten and one that remembers,
// so that no vote and no acknowledgement of it counts there.
//
//	dialler   → what it is and has
//	acceptor  → what it is and has, and what it remembers of the dialler
//	dialler   → what it remembers of the acceptor
type vouching struct {
	*streams // below, so that closing them ends exchanges under way
	self     string
	patience time.Duration // for one exchange
	has      func() (held, Promise, error)
	memory   *memory
	forgot   func(*ForgottenError)
}

// statement is one message of the exchange.
type statement struct {
	ID       string  `json:"id"`
	Held     held    `json:"held"`
	Promise  Promise `json:"promise"`
	Remember Promise `json:"remember"` // of the other one
}

const longestStatement = 1 << 10 // bytes

var (
	errForgotten = errors.New("the other node has forgotten what it promised")
	errForgot    = errors.New("the other node remembers more of this one than it has")
)

// Dial returns a stream on which both sides may be believed.
func (v *vouching) Dial(addr hraft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	c, err := v.streams.Dial(addr, timeout)
	if err != nil {
		return nil, err
	}
	if err := v.within(c, v.asDialler); err != nil {
		return nil, errors.Join(fmt.Errorf("raft: vouching: %w", err), c.Close())
	}
	return c, nil
}

// Accept returns a stream that is vouched for with its first Read, so that whoever
// connects and says nothing keeps nobody else out.
func (v *vouching) Accept() (net.Conn, error) {
	c, err := v.streams.Accept()
	if err != nil {
		return nil, err
	}
	return &accepting{Conn: c, v: v}, nil
}

type accepting struct {
	net.Conn
	v    *vouching
	once sync.Once
	err  error
}

func (a *accepting) Read(p []byte) (int, error) {
	a.once.Do(func() { a.err = a.v.within(a.Conn, a.v.asAcceptor) })
	if a.err != nil {
		return 0, a.err
	}
	return a.Conn.Read(p)
}

func (v *vouching) within(c net.Conn, exchange func(net.Conn) error) error {
	if err := c.SetDeadline(time.Now().Add(v.patience)); err != nil {
		return err
	}
	return errors.Join(exchange(c), c.SetDeadline(time.Time{}))
}

func (v *vouching) asDialler(c net.Conn) error {
	own, err := v.own("")
	if err != nil {
		return err
	}
	if err := say(c, own); err != nil {
		return err
	}
	other, err := hear(c)
	if err != nil {
		return err
	}
	if err := say(c, statement{ID: v.self, Remember: v.memory.of(other.ID)}); err != nil {
		return err
	}
	return v.judge(own, other, other.Remember)
}

func (v *vouching) asAcceptor(c net.Conn) error {
	other, err := hear(c)
	if err != nil {
		return err
	}
	own, err := v.own(other.ID)
	if err != nil {
		return err
	}
	if err := say(c, own); err != nil {
		return err
	}
	last, err := hear(c)
	if err != nil {
		return err
	}
	return v.judge(own, other, last.Remember)
}

func (v *vouching) own(to string) (s statement, err error) {
	s = statement{ID: v.self, Remember: v.memory.of(to)}
	s.Held, s.Promise, err = v.has()
	return s, err
}

// judge lays what each has against what the other remembers.
func (v *vouching) judge(own, other statement, ofUs Promise) error {
	if ofUs.broken(own.Held) { // or said by greeting since what we have was read
		now, _, err := v.has()
		if err != nil {
			return err
		}
		if ofUs.broken(now) {
			v.forgot(&ForgottenError{Witness: other.ID, Known: ofUs, Life: now.Life})
			return errForgot
		}
	}
	if v.memory.of(other.ID).broken(other.Held) {
		return errForgotten
	}
	v.memory.note(other.ID, other.Promise)
	return nil
}

func say(w io.Writer, s statement) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(raw))), raw...))
	return err
}

// hear reads no byte beyond the statement: the rest is the library's.
func hear(r io.Reader) (s statement, err error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return s, err
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n > longestStatement {
		return s, fmt.Errorf("a statement of %d bytes", n)
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(r, raw); err != nil {
		return s, err
	}
	return s, json.Unmarshal(raw, &s)
}
