package web

import (
	"gocua/node/lookup"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// dots is how far a command has come, small.
func (q *request) dots(src lookup.Source, d command.Decided, here int64) ui.Dots {
	far := lookup.DeliveryOf(src, q.site.Table, d, here)
	dots := ui.Dots{ID: d.ID.String(), At: int(far.Stage), Of: far.Stages}
	switch d.Outcome.Status {
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
