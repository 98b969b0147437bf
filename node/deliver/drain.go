package deliver

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"gocua/store/command"
	"gocua/store/outbox"
)

// Drain sends what waits in the outbox, in order, until ctx ends. One delivery
// is under way at a time, so that nothing overtakes.
type Drain struct {
	Outbox *outbox.Outbox
	Send   func(context.Context, Delivery) ([]command.Decided, error)
	// Wake is asked for a channel that is closed when trying again may help: a
	// leader was found, a link came back.
	Wake func() <-chan struct{}
	Log  *slog.Logger
}

const (
	perDelivery = 256       // commands
	sizeLimit   = 512 << 10 // bytes of one delivery, about
	firstPause  = 50 * time.Millisecond
	longest     = 10 * time.Second
	patience    = 30 * time.Second // for one delivery; a slow link keeps it alive below
)

// Run drains until ctx ends.
func (d Drain) Run(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		changed, wake := d.Outbox.Changed(), d.Wake()
		waiting := d.Outbox.Undecided(perDelivery)
		if len(waiting) == 0 {
			select {
			case <-ctx.Done():
			case <-changed:
			}
			continue
		}
		err := d.deliver(ctx, waiting)
		if err == nil {
			pause = firstPause
			continue
		}
		if pause == firstPause && !errors.Is(err, ErrNoLeader) && ctx.Err() == nil {
			d.Log.Warn("deliver: not delivered, trying again", "waiting", d.Outbox.Stats().Waiting, "error", err)
		}
		if !sleep(ctx, jitter(pause), wake) {
			pause = min(2*pause, longest)
		} else {
			pause = firstPause
		}
	}
}

// deliver sends one list and settles what came back.
func (d Drain) deliver(ctx context.Context, waiting []outbox.Item) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var list []command.Envelope
	for size, i := 0, 0; i < len(waiting) && size < sizeLimit; i++ {
		list = append(list, waiting[i].Envelope)
		size += len(waiting[i].Envelope.Body) + 512
	}
	decided, err := d.Send(ctx, Delivery{Commands: list})
	for _, x := range decided {
		if settleErr := d.Outbox.Settle(x.ID, x.Outcome); settleErr != nil {
			return settleErr
		}
	}
	if err == nil && len(decided) < len(list) {
		err = errors.New("deliver: the leader did not answer for every command")
	}
	return err
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
