package web

import (
	"encoding/json"
	"slices"
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

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
	if how := r.Resolution; how != nil {
		row.Stop, row.Note, row.Reason = false, join("Đã chốt: "+lower(messages.Choice(string(how.Choice))), r.DeciderName, when(how.At)), how.Reason
	}
}

// decided is what a person made of a review; nil while nobody has.
func (r reviewed) decided() *ui.Decided {
	how := r.Resolution
	if how == nil {
		return nil
	}
	d := &ui.Decided{Say: messages.Choice(string(how.Choice)) + "." + consequence(*how), Reason: how.Reason, By: nonEmpty(r.DeciderName, "Máy "+how.Node),
		At: moment(how.At), Rest: how.Rest, Pencil: r.Deciding}
	for _, e := range how.Edits {
		d.Fixed = append(d.Fixed, fixed(e))
	}
	if done, here, ok := r.q.site.Machine.Command(how.Command); ok {
		d.Dots = r.q.dots(r.src, done, here)
	}
	return d
}

// consequence says what a decision made of the late side, where that does not go
// without saying.
func consequence(how civic.Resolution) string {
	switch {
	case how.Code == civic.CodeMerged:
		return " Hai bản là một người; việc ghi cho bản đến sau chuyển sang người đang có."
	case how.Choice == civic.Followed && how.Status == command.Accepted:
		return " Đã ghi vào sổ sau khi chốt việc trước đó."
	case how.Status == command.Accepted:
		return " Đã ghi vào sổ."
	}
	return " Sổ không đổi; bản đến sau cất ở đây."
}

// fixed is one correction in words, what is personal masked.
func fixed(e civic.Edit) ui.Fact {
	f := ui.Fact{Name: lower(messages.Field(fieldOf(e.Field))), Value: text(e.Now)}
	switch e.Field {
	case "phones", "phone":
		f.Masked, f.Value = true, ui.MaskPhone(firstOf(e.Now))
	case "personalNumber", "number":
		f.Masked, f.Value = true, ui.MaskNumber(f.Value)
	case "birth":
		f.Value = civic.Birth(f.Value).Show()
	case "sex":
		f.Value = messages.Sex(f.Value)
	case "relation":
		f.Value = messages.Relation(f.Value)
	case "outcome":
		f.Value = messages.OutcomeName(f.Value)
	case "way":
		f.Value = messages.Way(f.Value)
	}
	return f
}

// fieldOf is what a field of a body is called in forms.
func fieldOf(field string) string {
	switch field {
	case "phones":
		return "phone"
	case "number":
		return "personalNumber"
	}
	return field
}

// firstOf is a text, or the first of a list of texts.
func firstOf(raw json.RawMessage) string {
	if all := list(raw); len(all) > 0 {
		return all[0]
	}
	return text(raw)
}

// tellFor is how long the page of a record and the first page tell an officer
// what was made of what they wrote; the book of the machine tells it for ever.
const tellFor = 7 * 24 * time.Hour

// told says on the page of a record what was made of what the officer wrote about
// it.
func (q *request) told(decided []lookup.Review) (banners []ui.Banner) {
	since := time.Now().Add(-tellFor).UnixMilli()
	for _, r := range slices.Backward(decided) {
		how := r.Resolution
		if how.At < since || r.Officer != q.session.Officer.ID || r.ID.String() == q.Query(savedParam) {
			continue
		}
		banners = append(banners, ui.Banner{Head: "Đã chốt: " + lower(messages.Choice(string(how.Choice))) + ".",
			Text: "“" + q.kindOf(r.Kind) + "” đồng chí ghi " + when(r.CapturedAt) + ". " + join("Lý do: “"+how.Reason+"”", r.DeciderName),
			Link: ui.Link{Text: "Xem hai bản", Href: reviewHref(r.Key)}})
	}
	return banners
}
