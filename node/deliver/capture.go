package deliver

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gocua/store/command"
	"gocua/store/outbox"
)

// Register is what capturing needs of the agreed state.
type Register interface {
	// Preview decides commands, in order, on the current view plus what waits
	// here. Nothing is written.
	Preview([]command.Envelope) ([]command.Decision, error)
	// Outcome looks up a decided command.
	Outcome(command.ID) (command.Outcome, bool)
	// Wait returns when this machine has applied the index.
	Wait(ctx context.Context, index uint64) error
}

// Capture is the one way in for everything people and programs want changed.
type Capture struct {
	Node     string
	Key      ed25519.PrivateKey
	Table    *command.Table
	Outbox   *outbox.Outbox
	Register Register
	Leading  Leading
	Clock    func() int64
}

// Submit previews the drafts and, if none is refused, puts them all into the
// outbox: when it returns without error they are durable on this machine. Then
// it waits up to wait for their outcomes; those still undecided come back as
// waiting. A *command.Problem says which draft is wrong; nothing of the list is kept.
func (c *Capture) Submit(ctx context.Context, by command.Actor, drafts []command.Draft, wait time.Duration) ([]command.Decided, error) {
	by.Node = c.Node
	envelopes, err := c.envelopes(by, drafts)
	if err != nil {
		return nil, err
	}
	fresh, err := c.unknown(envelopes)
	if err != nil {
		return nil, err
	}
	if err := c.preview(envelopes, fresh); err != nil {
		return nil, err
	}
	var seals []outbox.Seal
	for _, i := range fresh {
		seals = append(seals, func(origin command.Origin) command.Envelope {
			e := envelopes[i]
			e.Origin = origin
			return e.Sign(c.Key)
		})
	}
	if len(seals) > 0 {
		if _, err := c.Outbox.PutAll(ctx, seals); err != nil {
			return nil, inList(err, fresh)
		}
	}
	return c.await(ctx, envelopes, wait), nil
}

// inList says which draft the outbox means: another call may have used its ID
// since it was looked for.
func inList(err error, fresh []int) error {
	var known *command.Error
	if !errors.As(err, &known) || known.Code != command.IDReused().Code {
		return err
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(known.Field, "/")) // one alone has no number
	return &command.Problem{Item: fresh[n], Why: command.IDReused()}
}

// Status returns what is known here of a command: decided, waiting, or not at
// all. What the leader answered counts before this machine has applied it. Of
// what was captured here under an ID that meant something else elsewhere, it
// tells what became of that and not of the other.
func (c *Capture) Status(id command.ID) (command.Decided, bool) {
	if out, ok := c.Register.Outcome(id); ok && !c.another(id, out) {
		return command.Decided{ID: id, Outcome: out}, true
	}
	if it, ok := c.Outbox.Get(id); ok {
		return decidedOf(it), true
	}
	return command.Decided{ID: id, Outcome: command.Outcome{Status: command.Waiting}}, false
}

// another reports whether an outcome is of something else than was captured here
// under the same ID.
func (c *Capture) another(id command.ID, out command.Outcome) bool {
	own, kept := c.Outbox.Outcome(id)
	if own != nil || !kept {
		return own != nil && own.Code == command.IDReused().Code
	}
	it, _ := c.Outbox.Get(id)
	return string(out.Hash) != hashOf(it.Envelope)
}

func (c *Capture) envelopes(by command.Actor, drafts []command.Draft) ([]command.Envelope, error) {
	list := make([]command.Envelope, len(drafts))
	for i, d := range drafts {
		body, problem := c.Table.Canonical(d.Kind, d.Body)
		if problem != nil {
			return nil, &command.Problem{Item: i, Why: problem}
		}
		if d.CapturedAt == 0 {
			d.CapturedAt = c.Clock()
		}
		e := command.Envelope{V: command.FormatVersion, ID: d.ID, Kind: d.Kind, CapturedAt: d.CapturedAt, By: by, Unit: d.Unit,
			Origin: command.Origin{Node: c.Node}, After: d.After, Body: body}.Sign(c.Key)
		spec, _ := c.Table.Kind(d.Kind)
		switch {
		case spec.System:
			return nil, &command.Problem{Item: i, Why: command.Errorf(command.Forbidden, "machine_only", "only a machine asks for this")}
		case d.ID.IsZero():
			return nil, &command.Problem{Item: i, Why: command.InvalidField("", "required", "the command has no ID")}
		case len(d.After) > command.MaxAfter:
			return nil, &command.Problem{Item: i, Why: command.Errorf(command.Invalid, "too_many", "a command names at most %d others", command.MaxAfter)}
		case len(e.Encode())+128 > spec.Limit(): // room for the origin it still gets
			return nil, &command.Problem{Item: i, Why: command.Errorf(command.Invalid, "too_large", "the command is larger than %d bytes", spec.Limit())}
		}
		list[i] = e
	}
	return list, nil
}

// unknown lists the places of the commands this machine has not met before. A
// known ID with the same body is a retry; with another body it is refused.
func (c *Capture) unknown(envelopes []command.Envelope) (fresh []int, _ error) {
	for i, e := range envelopes {
		if out, ok := c.Register.Outcome(e.ID); ok {
			if string(out.Hash) != hashOf(e) {
				return nil, &command.Problem{Item: i, Why: command.IDReused()}
			}
			continue
		}
		if it, ok := c.Outbox.Get(e.ID); ok {
			if it.Envelope.Hash() != e.Hash() {
				return nil, &command.Problem{Item: i, Why: command.IDReused()}
			}
			continue
		}
		fresh = append(fresh, i)
	}
	return fresh, nil
}

// preview refuses a list if a rule refuses any of it. A conflict is let
// through: it is kept, and a person decides.
func (c *Capture) preview(envelopes []command.Envelope, fresh []int) error {
	list := make([]command.Envelope, len(fresh))
	for n, i := range fresh {
		list[n] = envelopes[i]
	}
	decisions, err := c.Register.Preview(list)
	if err != nil {
		return fmt.Errorf("deliver: preview: %w", err)
	}
	for n, d := range decisions {
		if d.Status == command.Rejected {
			return &command.Problem{Item: fresh[n], Why: d.Err}
		}
	}
	return nil
}

func hashOf(e command.Envelope) string { h := e.Hash(); return string(h[:]) }

// await waits for outcomes, and for this machine to have applied them, so that
// a page drawn next shows what was just saved.
func (c *Capture) await(ctx context.Context, envelopes []command.Envelope, wait time.Duration) []command.Decided {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	out := make([]command.Decided, len(envelopes))
	for {
		changed := c.Outbox.Changed()
		waiting, last := false, uint64(0)
		for i, e := range envelopes {
			out[i], _ = c.Status(e.ID)
			out[i].ID = e.ID
			waiting = waiting || out[i].Outcome.Status == command.Waiting
			last = max(last, out[i].Outcome.Index)
		}
		if !waiting {
			_ = c.Register.Wait(ctx, last) // late here is shown by the page's own index
			return out
		}
		if node, _, _ := c.Leading.Leader(); node == "" {
			return out
		}
		select {
		case <-ctx.Done():
			return out
		case <-changed:
		}
	}
}

func decidedOf(it outbox.Item) command.Decided {
	d := command.Decided{ID: it.Envelope.ID, Outcome: command.Outcome{Status: command.Waiting, Kind: it.Envelope.Kind}}
	if it.Outcome != nil {
		d.Outcome = *it.Outcome
	}
	return d
}
