//go:build chaos || soak

package nodetest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// station is a browser at one machine: whoever sits there signs in again when
// the machine was started anew.
type station struct {
	p      *Process
	flying atomic.Int64 // submissions without an answer
	mu     sync.Mutex
	client *Client
}

// submit hands a case in; only 200 and 202 are answers to rely on.
func (s *station) submit(k Case) (status int, err error) {
	c, err := s.signedIn()
	if err != nil {
		return 0, err
	}
	s.flying.Add(1)
	status, _, err = c.TrySubmit(k.Forms...)
	s.flying.Add(-1)
	switch {
	case status == http.StatusUnauthorized: // the machine was started anew
		s.mu.Lock()
		s.client = nil
		s.mu.Unlock()
		return 0, err
	case status >= 500 || status == http.StatusTooManyRequests:
		return 0, err
	}
	return status, err
}

func (s *station) signedIn() (*Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client != nil {
		return s.client, nil
	}
	c := NewClient(s.p.t, s.p.URL(), "")
	if err := c.TrySignIn(officer, password); err != nil {
		return nil, err
	}
	s.client = c
	return c, nil
}

// load is a number of people who hand cases in at all machines, one after the
// other, and hand the same case in at the next machine if no answer came.
type load struct {
	stations []*station
	running  sync.WaitGroup
	mu       sync.Mutex
	agreed   int // submissions answered 200
	kept     int // submissions answered 202
	again    int // tries that brought no answer
	cases    []Case
	refused  []error
	began    time.Time // of the latest submission that was answered 200
}

// breath is the pause of a person between two cases.
const breath = 100 * time.Millisecond

func (l *load) start(ctx context.Context, people int, seed uint64) {
	for i := range people {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		l.running.Go(func() {
			tick := time.NewTicker(breath)
			defer tick.Stop()
			for ctx.Err() == nil {
				l.handIn(NewCase(wards()[rng.IntN(2)]), rng.IntN(len(l.stations)))
				<-tick.C
			}
		})
	}
}

// handIn hands a case in until somebody says that it is saved.
func (l *load) handIn(k Case, at int) {
	tick := time.NewTicker(breath / 4)
	defer tick.Stop()
	for ; ; at++ {
		began := time.Now()
		status, err := l.stations[at%len(l.stations)].submit(k)
		if l.note(k, status, err, began) {
			return
		}
		<-tick.C
	}
}

func (l *load) note(k Case, status int, err error, began time.Time) (done bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil && status == 0:
		l.again++
		return false
	case err != nil:
		l.refused = append(l.refused, err)
		return true
	case status == http.StatusOK:
		l.agreed++
		if began.After(l.began) {
			l.began = began
		}
	default:
		l.kept++
	}
	l.cases = append(l.cases, k)
	return true
}

// goesOn reports whether something submitted after a moment was agreed.
func (l *load) goesOn(since time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.began.After(since)
}

func (l *load) inFlight() (n int64) {
	for _, s := range l.stations {
		n += s.flying.Load()
	}
	return n
}
