package web

import (
	"encoding/json"
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// waitingOf says how much waits and since when.
func waitingOf(list []lookup.WaitingCommand) ui.Waiting {
	if len(list) == 0 {
		return ui.Waiting{}
	}
	return ui.Waiting{N: len(list), Oldest: moment(list[0].PutAt)}
}

// waitingRows shows the first of the commands that wait, in the order in which
// they go.
func (q *request) waitingRows(src lookup.Source, list []lookup.WaitingCommand, limit int) (rows []ui.CaptureRow) {
	status := q.site.Machine.Status(false)
	doing := "chờ liên lạc với cụm"
	if status.Leader != "" {
		doing = "đang gửi"
	}
	now := time.Now().UnixMilli()
	for i, w := range list[:min(limit, len(list))] {
		row := q.captureRow(src, w.Envelope, w.PutAt)
		row.Pencil, row.Note = true, join("thứ "+itoa(i+1), waitedFor(now-w.PutAt), doing)
		if i < status.Outbox.Handed {
			row.Note = join("thứ "+itoa(i+1), waitedFor(now-w.PutAt), "máy "+status.Outbox.HandedTo+" giữ thêm một bản, mang đi giúp")
		}
		spec, _ := q.site.Table.Kind(w.Envelope.Kind)
		row.Dots = ui.Dots{ID: w.Envelope.ID.String(), At: int(civic.StageSaved), Of: spec.Stages}
		rows = append(rows, row)
	}
	return rows
}

func waitedFor(ms int64) string {
	if ms < time.Minute.Milliseconds() {
		return "vừa ghi"
	}
	return "đã chờ " + lasting(ms)
}

// captureRow is a command in words. Whom it is about is told to whoever may see
// those people.
func (q *request) captureRow(src lookup.Source, e command.Envelope, at int64) ui.CaptureRow {
	row := ui.CaptureRow{At: moment(at), Kind: q.kindOf(e.Kind)}
	if q.may(auth.SeePeople) && q.covers(src, e.Unit) {
		row.By = lookup.OfficerName(src, e.By.Officer)
		row.About, row.Href = q.whomAbout(src, e.Kind, e.Body)
	}
	return row
}

// whomAbout is whom a command is about and their page, with what waits here
// laid over what is agreed.
func (q *request) whomAbout(src lookup.Source, kind command.Kind, body json.RawMessage) (name, href string) {
	var names struct {
		ID, Resident, Household, Review, Into command.ID
		Name, Address                         string
	}
	if json.Unmarshal(body, &names) != nil {
		return "", ""
	}
	switch kind {
	case civic.KindReviewResolve:
		if r, ok := lookup.FindReview(src, civic.KeyOf(names.Review)); ok && r.Kind != kind && q.covers(src, r.Unit) {
			return q.reviewName(src, r), reviewHref(r.Key)
		}
	case civic.KindAppSubmit, civic.KindActivation:
		return q.personNamed(src, names.Resident, "")
	case civic.KindResidentPut, civic.KindResidentEdit:
		return q.personNamed(src, names.ID, names.Name) // an edit names nobody
	case civic.KindVisitRecord:
		return q.doorNamed(src, names.Household, "")
	case civic.KindHouseholdPut, civic.KindHouseholdEdit:
		return q.doorNamed(src, names.ID, names.Address)
	case civic.KindHouseholdSplit:
		return q.doorNamed(src, names.ID, names.Address)
	case civic.KindHouseholdMerge:
		return q.doorNamed(src, names.Into, "")
	case civic.KindUnitPut:
		return names.Name, ""
	}
	return "", ""
}

// personNamed finds a person; if nobody the officer may see is known by that ID,
// what the command calls them.
func (q *request) personNamed(src lookup.Source, id command.ID, otherwise string) (name, href string) {
	if r, ok := civic.Load[civic.Resident](src, civic.TypeResident, civic.KeyOf(id)); ok && q.covers(src, r.Hamlet) {
		return r.Name, residentHref(civic.KeyOf(id))
	}
	return otherwise, ""
}

func (q *request) doorNamed(src lookup.Source, id command.ID, otherwise string) (address, href string) {
	if h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, civic.KeyOf(id)); ok && q.covers(src, h.Hamlet) {
		return h.Address, householdHref(civic.KeyOf(id))
	}
	return otherwise, ""
}

// lasting says how long something has lasted, ms, as people do: "2 giờ 05 phút".
func lasting(ms int64) string {
	d := time.Duration(max(0, ms)) * time.Millisecond
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case hours >= 48:
		return itoa(hours/24) + " ngày"
	case hours > 0 && minutes > 0:
		return itoa(hours) + " giờ " + itoa(minutes) + " phút"
	case hours > 0:
		return itoa(hours) + " giờ"
	case minutes > 0:
		return itoa(minutes) + " phút"
	}
	return "chưa đầy 1 phút"
}

// settledRow is a captured command with where it stands.
func (q *request) settledRow(src lookup.Source, book *lookup.Bookkeeper, c lookup.Captured) ui.CaptureRow {
	if c.ID.IsZero() {
		row := ui.CaptureRow{At: moment(c.PutAt), Kind: "Việc số " + count(int(c.Seq)), Note: messages.State(string(lookup.StateReceived))}
		if !c.Tidied {
			row.Stop, row.Note = true, "chỗ ghi trên đĩa bị hỏng, chưa đọc lại được. Báo quản trị kèm số này"
		}
		return row
	}
	e, readable := q.site.Machine.Envelope(c.ID)
	row := q.captureRow(src, e, c.PutAt)
	if !readable {
		row.Kind = "Việc số " + count(int(c.Seq))
	}
	if d, here, ok := q.site.Machine.Command(c.ID); ok {
		row.Dots = q.dots(src, d, here)
	}
	state := book.StateOf(c)
	row.Note, row.Stop, row.Pencil = messages.State(string(state)), state == lookup.StateMissing, state == lookup.StateWaiting
	if out := c.Outcome; out != nil && out.Status != command.Accepted {
		q.reviewed(src, c.ID, &row)
	}
	return row
}
