package peer

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"
)

// Line is one of the two ways out of a machine that can be cut on its own.
type Line int

const (
	ToPeers    Line = iota // to the other machines of the cluster
	ToProvince             // between the cluster and the province
)

// Mode is how a cut line behaves.
type Mode int

const (
	Drop   Mode = iota // a black hole: new dials hang until they time out
	Refuse             // new dials fail at once
)

// Link is a machine's switch: it stands for the cable, so that a demo or a test
// can pull it. The zero value is a whole link. Safe for concurrent use.
type Link struct{ lines [2]lineState }

// Set cuts or heals a line. When it returns the new state is in force: a cut
// has closed every open connection of the line, in either mode, and lets no new
// one through in either direction; a healed line lets waiting dials go on.
func (k *Link) Set(line Line, up bool, mode Mode) { k.lines[line].set(!up, mode) }

// Up reports the state of a line.
func (k *Link) Up(line Line) bool {
	s := &k.lines[line]
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.down
}

// Throttle bounds what passes over a line, each way, to so many bytes a second
// (of what TLS makes of it, so after compression); 0 takes the bound away.
func (k *Link) Throttle(line Line, bytesPerSecond int) {
	if bytesPerSecond <= 0 {
		k.lines[line].pace.Store(nil)
		return
	}
	limit, burst := rate.Limit(bytesPerSecond), max(1, min(chunk, bytesPerSecond/20))
	k.lines[line].pace.Store(&pace{in: rate.NewLimiter(limit, burst), out: rate.NewLimiter(limit, burst)})
}

type pace struct{ in, out *rate.Limiter }

// lineState is one line and the wires now open over it.
type lineState struct {
	mu      sync.Mutex
	down    bool
	mode    Mode
	changed chan struct{} // closed at the next set; made when somebody waits
	wires   map[*wire]struct{}
	pace    atomic.Pointer[pace]
}

func (s *lineState) set(down bool, mode Mode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down, s.mode = down, mode
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
	if down {
		for w := range s.wires {
			w.kill()
		}
		clear(s.wires)
	}
}

// wait returns when a dial may go out.
func (s *lineState) wait(ctx context.Context) error {
	for {
		change, err := s.state(nil)
		if err != nil || change == nil {
			return err
		}
		select {
		case <-change:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// join puts a wire on the line. A channel instead of nil says that the line
// drops everything until the channel is closed.
func (s *lineState) join(w *wire) (dropping <-chan struct{}, err error) { return s.state(w) }

func (s *lineState) state(joining *wire) (dropping <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.down && s.mode == Refuse:
		return nil, ErrCut
	case s.down:
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		return s.changed, nil
	case joining != nil:
		if s.wires == nil {
			s.wires = map[*wire]struct{}{}
		}
		s.wires[joining] = struct{}{}
	}
	return nil, nil
}

func (s *lineState) leave(w *wire) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.wires, w)
}
