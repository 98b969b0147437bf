package outbox

import (
	"context"
	"fmt"
	"sync"

	"gocua/store/command"
)

// request is something the loop shall write. Its plan runs on the loop's
// goroutine and adds to the batch, or fails and adds nothing.
type request struct {
	plan func(*batch) error
	done chan error // nil: nobody waits, and nothing need be durable for it
}

func (r *request) answer(err error) {
	if r.done != nil {
		r.done <- err // has room for the one answer
	}
}

// inbox is the queue of the loop: what is in it when the loop comes back from
// one fsync is written with the next.
type inbox struct {
	wake chan struct{} // has room for one

	mu     sync.Mutex
	queue  []*request
	closed bool
}

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

func (in *inbox) add(r *request) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return command.Errorf(command.Unavailable, "closing", "this machine is being stopped")
	}
	in.queue = append(in.queue, r)
	in.ring()
	return nil
}

// do adds a request and waits until it is durable.
func (in *inbox) do(ctx context.Context, plan func(*batch) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("outbox: not begun: %w", err)
	}
	r := &request{plan, make(chan error, 1)}
	if err := in.add(r); err != nil {
		return err
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("outbox: stopped waiting for the disk: %w", ctx.Err())
	}
}

// take empties the queue. More is false once nothing can come any more.
func (in *inbox) take() (requests []*request, more bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	requests, in.queue = in.queue, nil
	return requests, !in.closed
}

func (in *inbox) close() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed = true
	in.ring()
}

func (in *inbox) ring() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}
