package auth

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gocua/store/command"
)

// standing is what is known of whoever waits for a password to be checked. The
// lower goes first: a flood of guesses must not make those queue who sign in
// where they always do.
type standing int

const (
	trusted  standing = iota // has signed in at this place before, or is signed in
	unknown                  // an address nobody has failed at lately
	doubtful                 // somebody has
	standings
)

type standingKey struct{}

// with is a context in which passwords are checked for somebody of that standing.
func (s standing) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, standingKey{}, s)
}

// standingIn is the standing of whoever a context belongs to: somebody signed in,
// if nothing else is said.
func standingIn(ctx context.Context) standing {
	s, _ := ctx.Value(standingKey{}).(standing)
	return s
}

// mostDoubtful is how many of the doubtful may wait; the rest are told to come
// again, at no cost.
const mostDoubtful = 8

// errBusy is the answer to whoever may not even wait.
var errBusy = command.Errorf(command.Unavailable, "busy", "too many people sign in at once; try again")

// queue lets only so many hashes be computed at once.
type queue struct {
	mu      sync.Mutex
	free    int
	waiting [standings][]chan struct{}
}

// enter waits for a turn; who entered must leave. Errors: errBusy, or ctx's.
func (q *queue) enter(ctx context.Context, s standing) error {
	q.mu.Lock()
	if q.free > 0 {
		q.free--
		q.mu.Unlock()
		return nil
	}
	if s == doubtful && len(q.waiting[s]) >= mostDoubtful {
		q.mu.Unlock()
		return errBusy
	}
	turn := make(chan struct{})
	q.waiting[s] = append(q.waiting[s], turn)
	q.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if i := slices.Index(q.waiting[s], turn); i >= 0 {
		q.waiting[s] = slices.Delete(q.waiting[s], i, i+1)
	} else {
		q.pass() // the turn came in the same moment
	}
	return fmt.Errorf("waiting to check a password: %w", ctx.Err())
}

func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pass()
}

// pass gives a turn to the next.
func (q *queue) pass() {
	for s, line := range q.waiting {
		if len(line) > 0 {
			q.waiting[s] = line[1:]
			close(line[0])
			return
		}
	}
	q.free++
}

// standing says how a try that has entered stands.
func (g *gate) standing(p place) standing {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.known[p.key()]; ok {
		return trusted
	}
	if t, ok := g.tries[p.addressKey()]; ok && (t.failed > 0 || t.running > 2) {
		return doubtful
	}
	return unknown
}
