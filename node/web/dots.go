package web

import (
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// dots is how far a command has come, small.
func (q *request) dots(src lookup.Source, d command.Decided, here int64) ui.Dots {
	far := lookup.DeliveryOf(src, q.site.Table, d, here)
	dots := q.dotsAt(d, far.Stage, far.Stages, far.Taken)
	if far.Parked != "" {
		dots.ID, dots.Stop = "", "Tỉnh để riêng: "+lower(messages.Refusal(far.Parked))
	}
	return dots
}

// dotsAt is dots where the stage is already known. What a person had go in after
// all goes on like anything else.
func (q *request) dotsAt(d command.Decided, stage civic.Stage, stages int, taken bool) ui.Dots {
	dots := ui.Dots{ID: d.ID.String(), At: int(stage), Of: stages}
	status := d.Outcome.Status
	if taken {
		status = command.Accepted
	}
	switch status {
	case command.Waiting:
		dots.At = 1
	case command.Conflicted, command.Rejected:
		dots.ID, dots.Stop = "", messages.Error(q.lang, d.Outcome.Code, d.Outcome.Message)
	case command.Accepted:
		if dots.At >= min(dots.Of, 4) {
			dots.ID = "" // as far as it goes for now: nothing to ask again
		}
	}
	return dots
}

// changedBy is how far the command has come that last changed a record. The
// province does not know its clusters' commands, but has what it shows.
func (q *request) changedBy(src lookup.Source, rev command.ID) ui.Dots {
	if q.site.Machine.Tier == civic.TierProvince {
		return ui.Dots{At: int(civic.StageReceived), Of: int(civic.StageReceived)}
	}
	out, ok := src.Outcome(rev)
	if !ok {
		return ui.Dots{}
	}
	return q.dots(src, command.Decided{ID: rev, Outcome: out}, 0)
}
