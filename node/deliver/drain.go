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

// Queue is what one machine captured and nobody has decided yet, in its order.
type Queue interface {
	Undecided(limit int) []outbox.Item
	Settle(command.ID, command.Outcome) error
	Changed() <-chan struct{}
	Stats() outbox.Stats
}

// Drain sends what waits in a queue, in order, until ctx ends. One delivery is
// under way at a time, so that nothing overtakes. How long one may take is for
// Send to say: on a thin line a delivery that moves is not cut off.
type Drain struct {
	Outbox Queue
	Send   func(context.Context, Delivery) ([]command.Decided, error)
	// Known finds the outcome of what this machine's own register shows as
	// decided: nobody need be asked about it. Nil: everything is asked about.
	Known func(command.ID) (command.Outcome, bool)
	// Wake is asked for a channel that is closed when trying again may help: a
	// leader was found, a link came back.
	Wake func() <-chan struct{}
	Log  *slog.Logger

	refused    atomic.Pointer[Refusal]
	unanswered atomic.Bool
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
	unled       = 30 * time.Second // while nobody leads: whoever comes to lead ends it
)

// Refused returns what is in the way, or nil.
func (d *Drain) Refused() *Refusal { return d.refused.Load() }

// Unanswered reports whether the last delivery to a leader met no answer: the
// line to it is down, whatever else is heard of it.
func (d *Drain) Unanswered() bool { return d.unanswered.Load() }

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
		if d.settleKnown(list) {
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
		} else if errors.Is(err, ErrNoLeader) {
			pause = min(2*pause, unled)
		} else {
			pause = min(2*pause, longest)
		}
	}
}

// next takes from the front of the queue what one delivery may carry.
func next(waiting []outbox.Item) (list []command.Envelope) {
	list = make([]command.Envelope, 0, len(waiting))
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
		if i == len(list) {
			break
		}
		if settleErr := d.Outbox.Settle(x.ID, x.Outcome); settleErr != nil {
			return nil, settleErr
		}
	}
	why = refusal(err)
	d.unanswered.Store(lineDown(err))
	return why, err
}

// settleKnown settles what this machine's own register shows as decided: a
// carrier brought it, or an answer was lost. It reports whether there was any.
func (d *Drain) settleKnown(list []command.Envelope) (any bool) {
	if d.Known == nil {
		return false
	}
	for _, e := range list {
		out, ok := decidedHere(d.Known, e)
		if !ok || d.Outbox.Settle(e.ID, out) != nil {
			break // what comes behind is decided behind it, and a try comes by every few seconds for days
		}
		any = true
	}
	return any
}

// decidedHere finds what a machine's own register shows of a command. What was
// decided under its ID for another body is no outcome of it: it goes to the
// leader, which says so.
func decidedHere(known func(command.ID) (command.Outcome, bool), e command.Envelope) (command.Outcome, bool) {
	out, ok := known(e.ID)
	return out, ok && string(out.Hash) == hashOf(e)
}

// lineDown tells a failure to reach a machine from an answer of it, from having
// nobody to ask, and from being called off.
func lineDown(err error) bool {
	var answered *command.Error
	return err != nil && !errors.As(err, &answered) && !errors.Is(err, ErrNoLeader) && !errors.Is(err, context.Canceled)
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
