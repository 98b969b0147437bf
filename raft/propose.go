package raft

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	hraft "github.com/hashicorp/raft"
)

// ErrNotLeader: this node did not take what was asked, so it was not agreed and
// never will be by this call. Ask the leader, or here again later.
var ErrNotLeader = errors.New("raft: not taken, this node does not lead")

// ErrUnknown: what was asked may or may not be agreed, now or later. Only
// asking again with something that is recognised when it comes twice is safe.
var ErrUnknown = errors.New("raft: whether it was agreed is unknown")

// MaxEntry bounds one entry, in bytes: a message on a thin line has to end.
const MaxEntry = 512 << 10

// barrierWindow is the time within which callers share one barrier.
const barrierWindow = 20 * time.Millisecond

// Propose has data agreed on and applied here, and returns what the Machine
// made of it and its place. The entry is then on the disks of a majority. Any
// error is ErrNotLeader or ErrUnknown, also when ctx ends first; only data that
// is empty or over MaxEntry is refused with another.
func (r *Raft) Propose(ctx context.Context, data []byte) (result any, index uint64, err error) {
	if len(data) == 0 || len(data) > MaxEntry {
		return nil, 0, fmt.Errorf("raft: an entry of %d bytes; 1 to %d are allowed", len(data), MaxEntry)
	}
	return r.apply(ctx, data)
}

func (r *Raft) apply(ctx context.Context, data []byte) (any, uint64, error) {
	if !r.IsLeader() { // also while the library is busy restoring and could not say so
		return nil, 0, ErrNotLeader
	}
	f, err := await(ctx, r, func(patience time.Duration) hraft.ApplyFuture {
		return r.lib().Apply(data, patience)
	})
	if err != nil {
		return nil, 0, err
	}
	if failed, ok := f.Response().(failure); ok {
		return nil, 0, fmt.Errorf("%w: this node failed to apply it: %w", ErrUnknown, failed.err)
	}
	return f.Response(), f.Index(), nil
}

// Barrier returns once the Machine here has applied everything agreed before
// the call, and the place it has reached: what is read from then on is current.
// Only the leader can. Callers within 20 ms share one. Errors as for Propose;
// either way nothing was changed.
func (r *Raft) Barrier(ctx context.Context) (index uint64, err error) {
	if !r.IsLeader() {
		return 0, ErrNotLeader
	}
	b := r.barriers.join(func() (uint64, error) {
		// An entry without data, not the library's own barrier: that one would
		// move raft's position but not the Machine's.
		_, index, err := r.apply(context.Background(), nil)
		return index, err
	})
	select {
	case <-b.done:
		return b.index, b.err
	case <-ctx.Done():
		return 0, fmt.Errorf("%w: %w", ErrUnknown, ctx.Err())
	}
}

// barriers lets those who come before a barrier starts share it. The first
// starts at once; the next not before the window has passed.
type barriers struct {
	mu      sync.Mutex
	next    *barrier // not started; nil: none asked for
	started time.Time
}

type barrier struct {
	done  chan struct{}
	index uint64
	err   error
}

func (bs *barriers) join(run func() (uint64, error)) *barrier {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if bs.next == nil {
		bs.next = &barrier{done: make(chan struct{})}
		go bs.start(bs.next, barrierWindow-time.Since(bs.started), run)
	}
	return bs.next
}

func (bs *barriers) start(b *barrier, in time.Duration, run func() (uint64, error)) {
	time.Sleep(in)
	bs.mu.Lock()
	bs.next, bs.started = nil, time.Now()
	bs.mu.Unlock()
	b.index, b.err = run()
	close(b.done)
}

// await hands something to the library and waits until it knows what became of
// it, or ctx ends. A future of the library cannot be abandoned, and never
// resolves once raft is shut down. So each has a goroutine, and stopping waits
// for them first: while raft runs, a commit or the end of the lease resolves all.
func await[F hraft.Future](ctx context.Context, r *Raft, submit func(patience time.Duration) F) (F, error) {
	var none F
	if err := ctx.Err(); err != nil {
		return none, fmt.Errorf("%w: %w", ErrNotLeader, err)
	}
	patience := r.cfg.Profile.RPC
	if until, ok := ctx.Deadline(); ok {
		patience = max(time.Millisecond, min(patience, time.Until(until)))
	}
	if !r.gate.enter() {
		return none, fmt.Errorf("%w: it is stopping", ErrNotLeader)
	}
	type answer struct {
		future F
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		defer r.gate.leave()
		f := submit(patience)
		answered <- answer{f, classify(f.Error())}
	}()
	select {
	case a := <-answered:
		return a.future, a.err
	case <-ctx.Done():
		return none, fmt.Errorf("%w: %w", ErrUnknown, ctx.Err())
	}
}

// classify tells what was certainly not taken from what may still be agreed.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, hraft.ErrNotLeader), errors.Is(err, hraft.ErrEnqueueTimeout),
		errors.Is(err, hraft.ErrLeadershipTransferInProgress):
		return fmt.Errorf("%w: %w", ErrNotLeader, err)
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}

// gate counts what is under way, and closes.
type gate struct {
	mu   sync.Mutex
	shut bool
	n    sync.WaitGroup
}

func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut {
		g.n.Add(1)
	}
	return !g.shut
}

func (g *gate) leave() { g.n.Done() }

// close lets nobody in any more and waits until all have left.
func (g *gate) close() {
	g.mu.Lock()
	g.shut = true
	g.mu.Unlock()
	g.n.Wait()
}

// reopen lets in again.
func (g *gate) reopen() {
	g.mu.Lock()
	g.shut = false
	g.mu.Unlock()
}
