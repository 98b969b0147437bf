package deliver

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"gocua/store/command"
	"gocua/store/outbox"
)

// Handover gives copies of what waits here to a machine nearby while the leader
// is out of reach: the copy survives this machine, and whoever keeps it brings it
// to the leader. What is handed over goes on waiting here, and Drain goes on
// sending it: an outcome settles it, whichever way it comes.
//
// A carrier is given the queue in order from its first undecided item on, each
// item once. So every copy begins where all before it is decided, and whoever
// delivers one keeps the order of capture.
type Handover struct {
	Outbox   Waiting
	Carriers Carriers
	// Cut reports that the leader is out of reach, as far as is known here.
	Cut func() bool
	// Wake is asked for a channel that is closed when that may have changed.
	Wake func() <-chan struct{}
	// Settling is told of each outcome just before the outbox is; nil: nobody is.
	Settling func(command.Envelope, command.Outcome)
	Log      *slog.Logger

	current atomic.Pointer[Handed]
	handed  map[string]Handed // by carrier; Run's own
	since   time.Time         // when the leader was first missed; zero: it is not
	asked   int               // how many outcomes the next question is about
}

// Waiting is the outbox as a Handover sees it.
type Waiting interface {
	Queue
	UndecidedAfter(seq uint64, limit int) []outbox.Item
}

// Carriers are the other machines of the cluster.
type Carriers interface {
	// Near lists them, the one that was heard last first.
	Near() []string
	// Carry hands over to one of them, or asks it.
	Carry(ctx context.Context, node string, h Hand) (Kept, error)
}

// Handed says that a machine holds copies of what was captured here up to a
// place in the outbox.
type Handed struct {
	Node string
	Seq  uint64
	last command.ID
}

const (
	// cutPatience is how long the leader may be missing before a carrier is
	// looked for: an election takes less.
	cutPatience = 2 * time.Second
	// between is the least pause between two calls: captures go together.
	between = 250 * time.Millisecond
	// firstAsk is the pause before a carrier that had nothing to tell is asked again.
	firstAsk = time.Second
	// longestAsk bounds it.
	longestAsk = 30 * time.Second
)

// Handed tells who holds copies, and up to which place; false: nobody does.
func (h *Handover) Handed() (Handed, bool) {
	if at := h.current.Load(); at != nil {
		return *at, true
	}
	return Handed{}, false
}

// Run hands over until ctx ends.
func (h *Handover) Run(ctx context.Context) {
	h.handed = map[string]Handed{}
	pause := firstAsk
	for ctx.Err() == nil {
		changed, wake := h.Outbox.Changed(), h.Wake()
		if wait := h.patience(); wait > 0 {
			h.rest(ctx, wait, changed, wake)
			continue
		}
		switch moved, err := h.turn(ctx); {
		case err != nil: // nobody takes it: a capture more changes nothing
			pause = min(2*pause, longest)
			sleep(ctx, jitter(pause), wake)
		case moved:
			pause = firstAsk
			sleep(ctx, between, nil)
		default:
			sleep(ctx, between, nil)
			if !h.rest(ctx, jitter(pause), changed, wake) {
				pause = min(2*pause, longestAsk)
			}
		}
	}
}

// patience is how long it is too early to look for a carrier.
func (h *Handover) patience() time.Duration {
	cut := h.Cut()
	if !cut {
		h.since = time.Time{}
	} else if h.since.IsZero() {
		h.since = time.Now()
	}
	switch {
	case len(h.Outbox.Undecided(1)) == 0:
		return time.Hour // a capture ends it
	case !cut:
		return cutPatience / 2
	}
	return cutPatience - time.Since(h.since)
}

// rest waits for d or until something moves, which it reports.
func (h *Handover) rest(ctx context.Context, d time.Duration, changed, wake <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
		return true
	case <-wake:
		return true
	case <-t.C:
	}
	return false
}

var errNoCarrier = errors.New("deliver: no other machine is known")

// turn hands over what nobody holds yet, or asks what became of it. It stays
// with one carrier as long as that answers.
func (h *Handover) turn(ctx context.Context) (moved bool, err error) {
	near := h.Carriers.Near()
	if at, ok := h.Handed(); ok {
		if i := slices.Index(near, at.Node); i > 0 {
			near = slices.Concat(near[i:i+1], near[:i], near[i+1:])
		}
	}
	err = errNoCarrier
	for _, node := range near {
		if ctx.Err() != nil || !h.Cut() {
			return true, nil
		}
		if moved, err = h.hand(ctx, node); err == nil {
			return moved, nil
		}
		h.Log.Debug("deliver: no carrier", "carrier", node, "error", err)
	}
	return false, err
}

// hand makes one call to a carrier.
func (h *Handover) hand(ctx context.Context, node string) (moved bool, err error) {
	first := h.Outbox.Undecided(1)
	if len(first) == 0 {
		return true, nil
	}
	at := h.handed[node]
	list := next(h.Outbox.UndecidedAfter(at.Seq, perDelivery))
	request := Hand{Commands: list}
	if first[0].Envelope.Origin.Seq <= at.Seq {
		request.After = at.last
	}
	about := list
	if len(list) == 0 {
		about = next(h.Outbox.Undecided(max(1, h.asked)))
		for _, e := range about {
			request.Ask = append(request.Ask, e.ID)
		}
	}
	kept, err := h.Carriers.Carry(ctx, node, request)
	if err := h.settle(about, kept.Decided); err != nil {
		return false, err
	}
	if known := (*command.Error)(nil); errors.As(err, &known) && known.Code == codeGap {
		delete(h.handed, node) // it has lost what it held
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if len(list) > 0 {
		end := list[len(list)-1]
		at = Handed{Node: node, Seq: end.Origin.Seq, last: end.ID}
		h.handed[node] = at
	}
	if before := h.current.Swap(&at); before == nil || before.Node != node {
		h.Log.Info("deliver: the leader is out of reach; another machine holds a copy of what waits here", "carrier", node)
	}
	h.asked = 1
	if len(kept.Decided) > 0 {
		h.asked = askAtMost // more will have been decided with it
	}
	return len(list) > 0 || len(kept.Decided) > 0, nil
}

// settle takes the outcomes a carrier brought back.
func (h *Handover) settle(about []command.Envelope, decided []command.Decided) error {
	for _, x := range decided {
		i := slices.IndexFunc(about, func(e command.Envelope) bool { return e.ID == x.ID })
		if i < 0 {
			continue
		}
		if h.Settling != nil {
			h.Settling(about[i], x.Outcome)
		}
		if err := h.Outbox.Settle(x.ID, x.Outcome); err != nil {
			return err
		}
	}
	return nil
}
