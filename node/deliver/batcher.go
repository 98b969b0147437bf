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

// Batcher gathers the commands that wait on the leader into entries, in two lanes:
// what people ask for, and pages of lists, which take a hundred times as long to
// decide. Each lane has one entry under way at a time, so that no caller's command
// overtakes another of theirs; an entry of people's goes right behind the pages
// under way and before all others.
type Batcher struct {
	agree Agreement
	clock func() int64

	mu            sync.Mutex
	people, pages lane
	stopped       bool      // Run has ended: nobody would answer any more
	paged, asked  time.Time // when a page, and somebody's command, was last taken into an entry
}

// lane is what waits for its turn.
type lane struct {
	jobs []*job
	wake chan struct{}
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
	return &Batcher{agree: agree, clock: clock, people: newLane(), pages: newLane()}
}

func newLane() lane { return lane{wake: make(chan struct{}, 1)} }

// Submit waits until all commands are decided and returns their outcomes in
// order. On an error some may be decided all the same; the caller asks again.
func (b *Batcher) Submit(ctx context.Context, commands []command.Envelope, behind bool) ([]command.Decided, error) {
	j := &job{ctx: ctx, rest: commands, raw: make([][]byte, len(commands)), done: make(chan error, 1)}
	for i, c := range commands {
		if j.raw[i] = c.Encode(); len(j.raw[i]) > command.MaxPage {
			return nil, command.Errorf(command.Invalid, "too_large", "a command of %d bytes is over the bound", len(j.raw[i]))
		}
	}
	l := &b.people
	if behind {
		l = &b.pages
	}
	b.mu.Lock()
	if b.stopped {
		b.mu.Unlock()
		return nil, ErrStopped
	}
	l.jobs = append(l.jobs, j)
	b.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
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
	var lanes sync.WaitGroup
	for _, l := range []*lane{&b.people, &b.pages} {
		lanes.Go(func() { b.drive(ctx, l) })
	}
	lanes.Wait()
	b.fail(ctx.Err())
}

// drive proposes what waits in a lane until ctx ends.
func (b *Batcher) drive(ctx context.Context, l *lane) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		for ctx.Err() == nil {
			d := b.gather(l)
			if len(d.jobs) == 0 {
				break
			}
			b.propose(ctx, l, d)
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

// peopleLull is how long nobody has asked for anything when pages go in full
// entries again.
const peopleLull = 2 * time.Second

// gather takes the next entry's commands from a lane. While people are at work
// pages go one by one: whoever saves a form waits for the page before it, at the
// leader and once more where they sit.
func (b *Batcher) gather(l *lane) draft {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, most := time.Now(), command.MaxCommands
	if l == &b.pages && now.Sub(b.asked) < peopleLull {
		most = 1
	}
	d := draft{at: b.clock(), room: command.MaxEntry - 256} // the entry's own fields
	d.take(l.jobs, most)
	switch {
	case len(d.jobs) == 0:
	case l == &b.pages:
		b.paged = now
	default:
		b.asked = now
	}
	l.jobs = alive(l.jobs)
	return d
}

// take adds what fits from the front of a queue, at most so many commands.
func (d *draft) take(queue []*job, most int) {
	for _, j := range queue {
		if j.ctx.Err() != nil {
			j.rest = nil
		}
		for j.sent < len(j.rest) && len(d.commands) < most && len(j.raw[j.sent]) < d.room {
			d.room -= len(j.raw[j.sent]) + 1
			d.commands = append(d.commands, j.raw[j.sent])
			j.sent++
		}
		if j.sent > 0 {
			d.jobs = append(d.jobs, j)
		}
		if j.sent < len(j.rest) {
			return
		}
	}
}

// ListsWithin reports whether pages of a list wait, or went into an entry so
// short a time ago: what can wait then should.
func (b *Batcher) ListsWithin(lately time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.pages.jobs) > 0 || !b.paged.IsZero() && time.Since(b.paged) < lately
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
func (b *Batcher) propose(ctx context.Context, l *lane, d draft) {
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
			l.finish(j, err)
			continue
		}
		j.out = append(j.out, decided[:j.sent]...)
		decided = decided[j.sent:]
		j.rest, j.raw, j.sent = j.rest[j.sent:], j.raw[j.sent:], 0
		if len(j.rest) == 0 {
			l.finish(j, nil)
		}
	}
}

// finish answers a caller and takes it off its queue.
func (l *lane) finish(j *job, err error) {
	j.done <- err
	l.jobs = without(l.jobs, j)
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
	for _, l := range []*lane{&b.people, &b.pages} {
		for _, j := range l.jobs {
			j.done <- errors.Join(ErrStopped, err)
		}
		l.jobs = nil
	}
	b.stopped = true
}

// ErrStopped says that the machine is shutting down.
var ErrStopped = errors.New("deliver: this machine is stopping")
