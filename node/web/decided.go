package web

import (
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

func reviewHref(key command.Key) string { return "/doi-chieu?id=" + string(key) }

// reviewed says on a row what became of a command that was not taken as it is.
func (q *request) reviewed(src lookup.Source, id command.ID, row *ui.CaptureRow) {
	r, ok := lookup.FindReview(src, civic.KeyOf(id))
	if !ok {
		return
	}
	if q.covers(src, r.Unit) {
		row.See = ui.Link{Text: "xem hai bản", Href: reviewHref(r.Key)}
	}
	row.Stop, row.Note = true, "Cần đối chiếu: "+lower(messages.Review(r.Code))
}
