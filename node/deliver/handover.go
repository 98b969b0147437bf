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
	Log  *slog.Logger

	current atomic.Pointer[Handed]
	handed  map[string]Handed             // by carrier; Run's own, like what follows
	refused map[string]time.Time          // by carrier: when it would not take more
	since   time.Time                     // when the leader was first missed; zero: it is not
	asked   int                           // how many outcomes the next question is about
	queued  map[uint64][]command.Envelope // what follows a place, in one turn: all who do not answer are offered the same
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
	// afterRefusal is the pause before a carrier that would not take the next of
	// the queue is offered it again, unless something is decided meanwhile.
	afterRefusal = 30 * time.Minute
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
	h.handed, h.refused = map[string]Handed{}, map[string]time.Time{}
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

var (
	errNoCarrier = errors.New("deliver: no other machine is known")
	errRefused   = errors.New("deliver: this carrier would not take it")
)

// turn hands over what nobody holds yet, or asks what became of it. It stays
// with one carrier as long as that answers.
func (h *Handover) turn(ctx context.Context) (moved bool, err error) {
	near := h.Carriers.Near()
	if at, ok := h.Handed(); ok {
		if i := slices.Index(near, at.Node); i > 0 {
			near = slices.Concat(near[i:i+1], near[:i], near[i+1:])
		}
	}
	h.queued = map[uint64][]command.Envelope{}
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
	request, about := h.request(node, at, first[0].Envelope)
	if len(about) == 0 {
		return false, errRefused
	}
	kept, err := h.Carriers.Carry(ctx, node, request)
	if err := h.settle(about, kept.Decided); err != nil {
		return false, err
	}
	var answer *command.Error
	switch {
	case errors.As(err, &answer) && answer.Code == codeGap:
		delete(h.handed, node) // it has lost what it held
		return true, nil
	case answer != nil:
		h.refused[node] = time.Now()
		return false, err
	case err != nil:
		return false, err
	}
	if n := len(request.Commands); n > 0 {
		end := request.Commands[n-1]
		at = Handed{Node: node, Seq: end.Origin.Seq, last: end.ID}
		h.handed[node] = at
	}
	if before := h.current.Swap(&at); before == nil || before.Node != node {
		h.Log.Info("deliver: the leader is out of reach; another machine holds a copy of what waits here", "carrier", node)
	}
	h.asked = 1
	if len(kept.Decided) > 0 {
		h.asked = askAtMost // more will have been decided with it
		clear(h.refused)
	}
	return len(request.Commands) > 0 || len(kept.Decided) > 0, nil
}

// request is the next call to a carrier, and what it is about: more of the queue
// if the carrier takes more, else a question, if it holds what waits longest.
func (h *Handover) request(node string, at Handed, first command.Envelope) (r Hand, about []command.Envelope) {
	if last, ok := h.refused[node]; !ok || time.Since(last) > afterRefusal {
		r.Commands = h.after(at.Seq)
	}
	holds := first.Origin.Seq <= at.Seq
	switch {
	case len(r.Commands) > 0 && holds:
		r.After = at.last
	case len(r.Commands) == 0 && holds:
		about = next(h.Outbox.Undecided(max(1, h.asked)))
		for _, e := range about {
			r.Ask = append(r.Ask, e.ID)
		}
		return r, about
	}
	return r, r.Commands
}

// after is what one delivery takes of the queue behind a place.
func (h *Handover) after(seq uint64) []command.Envelope {
	list, known := h.queued[seq]
	if !known {
		list = next(h.Outbox.UndecidedAfter(seq, perDelivery))
		h.queued[seq] = list
	}
	return list
}

// settle takes the outcomes a carrier brought back.
func (h *Handover) settle(about []command.Envelope, decided []command.Decided) error {
	for _, x := range decided {
		i := slices.IndexFunc(about, func(e command.Envelope) bool { return e.ID == x.ID })
		if i < 0 {
			continue
		}
		clear(h.queued)
		if err := h.Outbox.Settle(x.ID, x.Outcome); err != nil {
			return err
		}
	}
	return nil
}
