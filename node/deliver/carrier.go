package deliver

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"gocua/store/command"
	"gocua/store/outbox"
)

// Carrier keeps copies for machines that cannot reach the leader and brings them
// there when it can itself: those of each origin in the order in which they were
// captured, one origin not waiting for another. It never hands them on to a
// further machine; there is one hop and no loop.
type Carrier struct {
	Box  *outbox.Outbox // opened as a carrier's
	Send func(context.Context, Delivery) ([]command.Decided, error)
	// Leading and Wake tell whether waiting for outcomes makes sense.
	Leading Leading
	Wake    func() <-chan struct{}
	// Known finds what this machine's own register shows as decided.
	Known func(command.ID) (command.Outcome, bool)
	// Admit checks who signed and what is asked for, before anything is kept and
	// again before it is sent: a machine may be shut out in between.
	Admit func([]command.Envelope) *command.Error
	// Room refuses to keep more when this machine's own captures may need it.
	Room func() *command.Error
	Log  *slog.Logger
}

const (
	// carryPatience is how long a call waits for what it brought to be decided.
	carryPatience = 3 * time.Second
	// askPatience is how long a question waits for news; shorter than what a
	// connection takes for standing still.
	askPatience = 20 * time.Second
	// dropEvery is how often settled copies are looked for.
	dropEvery = time.Minute
	// askAtMost bounds one question, commands.
	askAtMost = 64
)

// copies are those of one origin.
type copies struct {
	*outbox.Outbox
	origin string
}

func (q copies) Undecided(limit int) []outbox.Item { return q.UndecidedOf(q.origin, limit) }

// Run brings copies to the leader until ctx ends.
func (c *Carrier) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	drained := map[string]bool{}
	tick := time.NewTicker(dropEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		changed := c.Box.Changed()
		for _, held := range c.Box.Held() {
			if drained[held.Origin] {
				continue
			}
			drained[held.Origin] = true
			d := &Drain{Outbox: copies{c.Box, held.Origin}, Send: c.send, Wake: c.Wake, Known: c.Known, Log: c.Log.With("origin", held.Origin)}
			running.Go(func() { d.Run(ctx) })
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-tick.C:
			c.drop(ctx)
		}
	}
}

func (c *Carrier) send(ctx context.Context, d Delivery) ([]command.Decided, error) {
	if err := c.Admit(d.Commands); err != nil {
		return nil, err
	}
	return c.Send(ctx, d)
}

// drop makes room of the copies that are settled: their origin keeps its own.
func (c *Carrier) drop(ctx context.Context) {
	if _, err := c.Box.Compact(ctx, func(outbox.Item) bool { return true }); err != nil && ctx.Err() == nil {
		c.Log.Warn("deliver: copies that are settled could not be dropped", "error", err)
	}
}

// Take keeps what a machine hands over: what it captured itself, and nothing
// else. When it returns without error the copies are durable. Outcomes that are
// known, or become known while it waits a little, come with the answer.
func (c *Carrier) Take(ctx context.Context, from string, h Hand) (kept Kept, _ *command.Error) {
	if err := c.check(from, h); err != nil {
		return kept, err
	}
	var list []command.Envelope
	for _, e := range h.Commands {
		if _, decided := decidedHere(c.Known, e); !decided {
			list = append(list, e)
		}
	}
	if len(list) > 0 {
		if err := c.Room(); err != nil {
			return kept, err
		}
		if err := c.Box.Hold(ctx, list); err != nil {
			return kept, command.AsError(err)
		}
	}
	return c.await(ctx, from, h), nil
}

func (c *Carrier) check(from string, h Hand) *command.Error {
	if len(h.Commands) > perDelivery || len(h.Ask) > askAtMost {
		return command.Errorf(command.Invalid, "too_many", "one call hands over at most %d commands and asks about %d", perDelivery, askAtMost)
	}
	for _, e := range h.Commands {
		if e.Origin.Node != from || e.By.Node != from {
			return command.Errorf(command.Forbidden, "not_yours", "command %s was not captured on machine %s", e.ID, from)
		}
	}
	if err := c.Admit(h.Commands); err != nil {
		return err
	}
	if h.After.IsZero() {
		return nil
	}
	_, held := c.Box.Outcome(h.After)
	if _, decided := c.Known(h.After); !held && !decided {
		return command.Errorf(command.Conflicting, codeGap, "command %s, on which these follow, is not here", h.After)
	}
	return nil
}

// await waits for outcomes while that makes sense: of all that was brought, or
// for the first that was asked about.
func (c *Carrier) await(ctx context.Context, from string, h Hand) Kept {
	patience := carryPatience
	if len(h.Commands) == 0 {
		patience = askPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ids := slices.Clone(h.Ask)
	for _, e := range h.Commands {
		ids = append(ids, e.ID)
	}
	for {
		changed, wake := c.Box.Changed(), c.Wake()
		kept := Kept{Decided: c.outcomes(from, ids)}
		kept.Held = len(h.Commands) - len(kept.Decided)
		leader, _, _ := c.Leading.Leader()
		enough := len(kept.Decided) == len(ids) || len(h.Commands) == 0 && len(kept.Decided) > 0
		if enough || leader == "" || ctx.Err() != nil {
			return kept
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-wake:
		}
	}
}

// outcomes are those known here of commands that a machine captured.
func (c *Carrier) outcomes(from string, ids []command.ID) (list []command.Decided) {
	for _, id := range ids {
		out, ok := c.Known(id)
		if copied, _ := c.Box.Outcome(id); copied != nil {
			out, ok = *copied, true
		}
		if ok && out.By.Node == from {
			list = append(list, command.Decided{ID: id, Outcome: out})
		}
	}
	return list
}
