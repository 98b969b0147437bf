package deliver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gocua/store/command"
)

// Agreement is where the leader proposes entries. An error means the entry may
// or may not have been agreed: commands carry IDs, so asking again is harmless.
type Agreement interface {
	Propose(ctx context.Context, entry []byte) ([]command.Decided, error)
}

// Batcher gathers the commands that wait on the leader into entries: people's
// before roster pages, each caller's in order, one entry at a time so that
// nothing can overtake.
type Batcher struct {
	agree Agreement
	clock func() int64

	mu      sync.Mutex
	people  []*job
	pages   []*job
	stopped bool      // Run has ended: nobody would answer any more
	aside   bool      // pages waited while an entry went without them
	paged   time.Time // when a page was last taken into an entry
	wake    chan struct{}
}

// job is one call of Submit.
type job struct {
	ctx  context.Context
	rest []command.Envelope
	raw  [][]byte // of rest, encoded
	sent int      // of rest, in the entry under way
	out  []command.Decided
	done chan error
}

// NewBatcher makes a batcher; Run drives it. clock returns ms since 1970 UTC.
func NewBatcher(agree Agreement, clock func() int64) *Batcher {
	return &Batcher{agree: agree, clock: clock, wake: make(chan struct{}, 1)}
}

// Submit waits until all commands are decided and returns their outcomes in
// order. On an error some may be decided all the same; the caller asks again.
func (b *Batcher) Submit(ctx context.Context, commands []command.Envelope, behind bool) ([]command.Decided, error) {
	j := &job{ctx: ctx, rest: commands, raw: make([][]byte, len(commands)), done: make(chan error, 1)}
	for i, c := range commands {
		if j.raw[i] = c.Encode(); len(j.raw[i]) > command.MaxPage {
			return nil, command.Errorf(command.Invalid, "too_large", "a command of %d bytes is over the bound", len(j.raw[i]))
		}
	}
	b.mu.Lock()
	switch {
	case b.stopped:
		b.mu.Unlock()
		return nil, ErrStopped
	case behind:
		b.pages = append(b.pages, j)
	default:
		b.people = append(b.people, j)
	}
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
	select {
	case err := <-j.done:
		return j.out, err
	case <-ctx.Done():
		return nil, ctx.Err() // the entry under way goes on without us
	}
}

// Run proposes until ctx ends; then it fails what still waits and whatever
// comes later. It is run once.
func (b *Batcher) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			b.fail(ctx.Err())
			return
		case <-b.wake:
		}
		for ctx.Err() == nil {
			d := b.gather()
			if len(d.jobs) == 0 {
				break
			}
			b.propose(ctx, d)
		}
	}
}

// draft is an entry in the making.
type draft struct {
	at       int64
	commands [][]byte // encoded
	room     int
	jobs     []*job // whose commands they are, in order
}

// gather takes the next entry's commands from the queues. What people ask for
// goes alone, for pages take a hundred times as long to decide; but pages that
// stood aside once go with the next, so that nobody keeps a list out for ever.
func (b *Batcher) gather() draft {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := draft{at: b.clock(), room: command.MaxEntry - 256} // the entry's own fields
	whole := d.take(b.people)
	mine := len(d.jobs)
	if b.aside = whole && mine > 0 && len(b.pages) > 0 && !b.aside; whole && !b.aside {
		d.take(b.pages)
	}
	if len(d.jobs) > mine {
		b.paged = time.Now()
	}
	b.people, b.pages = alive(b.people), alive(b.pages)
	return d
}

// take adds what fits from the front of a queue; it reports whether that was all.
func (d *draft) take(queue []*job) (whole bool) {
	for _, j := range queue {
		if j.ctx.Err() != nil {
			j.rest = nil
		}
		for j.sent < len(j.rest) && len(d.commands) < command.MaxCommands && len(j.raw[j.sent]) < d.room {
			d.room -= len(j.raw[j.sent]) + 1
			d.commands = append(d.commands, j.raw[j.sent])
			j.sent++
		}
		if j.sent > 0 {
			d.jobs = append(d.jobs, j)
		}
		if j.sent < len(j.rest) {
			return false
		}
	}
	return true
}

// ListsWithin reports whether pages of a list wait, or went into an entry so
// short a time ago: what can wait then should.
func (b *Batcher) ListsWithin(lately time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.pages) > 0 || !b.paged.IsZero() && time.Since(b.paged) < lately
}

// alive forgets callers that went away.
func alive(queue []*job) (left []*job) {
	for _, j := range queue {
		if len(j.rest) > 0 {
			left = append(left, j)
		} else {
			j.done <- j.ctx.Err()
		}
	}
	return left
}

// propose agrees on one entry and hands every caller its outcomes.
func (b *Batcher) propose(ctx context.Context, d draft) {
	var decided []command.Decided
	raw, err := command.JoinEntry(d.at, d.commands)
	if err == nil {
		decided, err = b.agree.Propose(ctx, raw)
	}
	if err == nil && len(decided) != len(d.commands) {
		err = fmt.Errorf("deliver: %d outcomes for %d commands", len(decided), len(d.commands))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, j := range d.jobs {
		if err != nil {
			b.finish(j, err)
			continue
		}
		j.out = append(j.out, decided[:j.sent]...)
		decided = decided[j.sent:]
		j.rest, j.raw, j.sent = j.rest[j.sent:], j.raw[j.sent:], 0
		if len(j.rest) == 0 {
			b.finish(j, nil)
		}
	}
}

// finish answers a caller and takes it off its queue. The caller holds mu.
func (b *Batcher) finish(j *job, err error) {
	j.done <- err
	b.people, b.pages = without(b.people, j), without(b.pages, j)
}

func without(queue []*job, gone *job) []*job {
	for i, j := range queue {
		if j == gone {
			return append(queue[:i:i], queue[i+1:]...)
		}
	}
	return queue
}

// fail answers everybody who still waits.
func (b *Batcher) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, j := range append(b.people, b.pages...) {
		j.done <- errors.Join(ErrStopped, err)
	}
	b.people, b.pages, b.stopped = nil, nil, true
}

// ErrStopped says that the machine is shutting down.
var ErrStopped = errors.New("deliver: this machine is stopping")
