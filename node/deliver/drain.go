package deliver

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"gocua/store/command"
	"gocua/store/outbox"
)

// Drain sends what waits in the outbox, in order, until ctx ends. One delivery
// is under way at a time, so that nothing overtakes. How long one may take is
// for Send to say: on a thin line a delivery that moves is not cut off.
type Drain struct {
	Outbox *outbox.Outbox
	Send   func(context.Context, Delivery) ([]command.Decided, error)
	// Wake is asked for a channel that is closed when trying again may help: a
	// leader was found, a link came back.
	Wake func() <-chan struct{}
	// Settling is told of each outcome just before the outbox is; nil: nobody is.
	Settling func(command.Envelope, command.Outcome)
	Log      *slog.Logger

	refused atomic.Pointer[Refusal]
}

// Refusal is a command that the leader will not even have decided. What was
// captured after it waits behind it, so a person must hear of it.
type Refusal struct {
	ID  command.ID     `json:"command"`
	Why *command.Error `json:"why"`
}

const (
	perDelivery = 256       // commands
	sizeLimit   = 128 << 10 // bytes of one delivery, about: what a thin line carries before it breaks again
	firstPause  = 50 * time.Millisecond
	longest     = 10 * time.Second
)

// Refused returns what is in the way, or nil.
func (d *Drain) Refused() *Refusal { return d.refused.Load() }

// Run drains until ctx ends.
func (d *Drain) Run(ctx context.Context) {
	pause, most := firstPause, perDelivery
	told := map[string]bool{} // what has been logged since a delivery went through
	for ctx.Err() == nil {
		changed, wake := d.Outbox.Changed(), d.Wake()
		list := next(d.Outbox.Undecided(most))
		if len(list) == 0 {
			select {
			case <-ctx.Done():
			case <-changed:
			}
			continue
		}
		why, err := d.deliver(ctx, list)
		if err == nil {
			d.refused.Store(nil)
			clear(told)
			pause, most = firstPause, min(2*most, perDelivery)
			continue
		}
		if why != nil && len(list) > 1 {
			most = len(list) / 2 // what stands before the one that is refused can go
			continue
		} else if why != nil {
			d.refused.Store(&Refusal{ID: list[0].ID, Why: why})
		}
		d.tell(ctx, told, why, err)
		if sleep(ctx, jitter(pause), wake) {
			pause = firstPause
		} else {
			pause = min(2*pause, longest)
		}
	}
}

// next takes from the front of the queue what one delivery may carry.
func next(waiting []outbox.Item) (list []command.Envelope) {
	for size, i := 0, 0; i < len(waiting) && size < sizeLimit; i++ {
		list = append(list, waiting[i].Envelope)
		size += len(waiting[i].Envelope.Body) + 512
	}
	return list
}

// deliver sends one list and settles what came back. why says that the leader
// refuses the list, as against a failure to reach it or to agree.
func (d *Drain) deliver(ctx context.Context, list []command.Envelope) (why *command.Error, err error) {
	decided, err := d.Send(ctx, Delivery{Commands: list})
	for i, x := range decided {
		if d.Settling != nil && i < len(list) {
			d.Settling(list[i], x.Outcome)
		}
		if settleErr := d.Outbox.Settle(x.ID, x.Outcome); settleErr != nil {
			return nil, settleErr
		}
	}
	return refusal(err), err
}

func refusal(err error) *command.Error {
	var known *command.Error
	if !errors.As(err, &known) || known.Code == codeNotLeader || known.Code == codeNotAgreed {
		return nil
	}
	return known
}

// tell logs each kind of failure once: a dead link must not fill the disk.
func (d *Drain) tell(ctx context.Context, told map[string]bool, why *command.Error, err error) {
	kind := "not delivered"
	if why != nil {
		kind = why.Code
	}
	if told[kind] || errors.Is(err, ErrNoLeader) || ctx.Err() != nil {
		return
	}
	told[kind] = true
	waiting := d.Outbox.Stats().Waiting
	if why != nil {
		d.Log.Error("deliver: the leader refuses a command, and all behind it wait", "command", d.Refused().ID, "waiting", waiting, "error", err)
		return
	}
	d.Log.Warn("deliver: not delivered, trying again", "waiting", waiting, "error", err)
}

// jitter spreads retries of many machines: 50 % to 150 % of d.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// sleep waits for d; it reports whether it was woken earlier.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
		return true
	case <-t.C:
	}
	return false
}
