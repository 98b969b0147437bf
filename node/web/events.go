package web

import (
	"encoding/json"
	"slices"
	"strings"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// event is one line of a history, in words.
func (q *request) event(src lookup.Source, e lookup.Event) ui.Event {
	e = q.withheld(src, e)
	line := q.happened(e)
	line.At, line.Pencil = moment(e.At), e.Pending
	line.Note = join(line.Note, e.OfficerName)
	if q.site.Machine.Tier == civic.TierProvince {
		line.Dots = ui.Dots{At: int(e.Stage), Of: e.Stages}
		return line
	}
	d := command.Decided{ID: e.Command}
	d.Outcome, _ = src.Outcome(e.Command)
	line.Dots = q.dotsAt(d, e.Stage, e.Stages, e.Taken)
	return line
}

// withheld is an event without what another unit wrote down of somebody with the
// same number, or decided about that: it is filed under that unit.
func (q *request) withheld(src lookup.Source, e lookup.Event) lookup.Event {
	e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c lookup.RecordChange) bool {
		return c.Type == civic.TypeReview && !q.covers(src, read[civic.Review](c).Unit)
	})
	if len(e.Changes) == 0 {
		e.OfficerName = ""
	}
	return e
}

// happened says what a command did. What it made says more than what it was
// called: at the province all records came in by parcels.
func (q *request) happened(e lookup.Event) ui.Event {
	if len(e.Changes) == 0 {
		return ui.Event{Text: "Đối chiếu ở đơn vị khác"}
	}
	switch e.Kind {
	case "review.resolve":
		return decisionLine(e)
	case "resident.merge", "resident.unmerge":
		return ui.Event{Text: messages.Kind(e.Kind)}
	}
	for _, c := range e.Changes {
		if !c.Created {
			continue
		}
		switch c.Type {
		case civic.TypeVisit:
			return visitLine(read[civic.Visit](c))
		case civic.TypeApplication:
			a := read[civic.Application](c)
			return ui.Event{Text: "Khai mức " + itoa(a.Level), Masked: ui.MaskPhone(a.Phone), Note: flagsShown(a.Flags)}
		case civic.TypeActivation:
			a := read[civic.Activation](c)
			return ui.Event{Text: "Kích hoạt " + lower(messages.Way(a.Way)), Note: "ngày " + moment(a.At).Format("02/01/2006")}
		case civic.TypeReview:
			r := read[civic.Review](c)
			return ui.Event{Text: messages.Kind(e.Kind) + ", cần đối chiếu", Note: messages.Review(r.Code)}
		}
	}
	return recordLine(e)
}

// recordLine is an event of the record itself.
func recordLine(e lookup.Event) ui.Event {
	for _, c := range e.Changes {
		switch {
		case c.Created && e.Kind == "roster.page":
			return ui.Event{Text: "Vào sổ từ danh sách"}
		case c.Created && c.Type == civic.TypeHousehold:
			return ui.Event{Text: messages.Kind("household.put")}
		case c.Created && c.Type == civic.TypeResident:
			return ui.Event{Text: messages.Kind("resident.put")}
		case c.Type == civic.TypeResident && (e.Kind == "resident.edit" || e.Kind == "roster.page"):
			return editLine(e.Kind, c)
		}
	}
	return ui.Event{Text: messages.Kind(e.Kind)}
}

// decisionLine says what somebody made of a review of the record, and why.
func decisionLine(e lookup.Event) ui.Event {
	line := ui.Event{Text: messages.Kind(e.Kind)}
	for _, c := range e.Changes {
		if how := read[civic.Review](c).Resolution; c.Type == civic.TypeReview && how != nil {
			line.Text, line.Note = "Chốt đối chiếu, "+lower(messages.Choice(string(how.Choice))), how.Reason
			if how.Reason != "" {
				break // the decision itself, not one of those that followed it
			}
		}
	}
	return line
}

// visitLine is a visit: how it went, which time it was, what was noted.
func visitLine(v civic.Visit) ui.Event {
	line := ui.Event{Text: join("Đến nhà", lower(messages.OutcomeName(v.Outcome))), Note: join(v.Reason, v.Note)}
	if v.Mode != civic.ModeDoor {
		line.Text = join(messages.Mode(v.Mode), lower(messages.OutcomeName(v.Outcome)))
	}
	line.Tag, line.Late = attempt(v.Attempt)
	return line
}

// editLine says which fields were changed; numbers masked.
func editLine(kind string, c lookup.RecordChange) ui.Event {
	var names []string
	line := ui.Event{}
	for _, f := range c.Fields {
		name, known := editedFields()[f.Field]
		if !known {
			continue
		}
		names = append(names, name)
		switch f.Field {
		case "number":
			line.Masked = ui.MaskNumber(text(f.Now))
		case "phones":
			line.Masked = firstPhone(civic.Resident{Phones: list(f.Now)})
		}
	}
	slices.Sort(names)
	line.Text = "Sửa " + strings.Join(names, ", ")
	if kind == "roster.page" {
		line.Text = "Danh sách cập nhật " + strings.Join(names, ", ")
	}
	switch {
	case len(names) == 0:
		line.Text, line.Masked = messages.Kind(kind), ""
	case len(names) > 1:
		line.Masked = ""
	case line.Masked != "":
		line.Text += " thành"
	}
	return line
}

// editedFields names the fields of a resident that people change.
func editedFields() map[string]string {
	return map[string]string{"name": "họ tên", "birth": "ngày sinh", "sex": "giới tính", "number": "số định danh",
		"phones": "điện thoại", "household": "hộ", "ethnic": "dân tộc", "relation": "quan hệ với chủ hộ"}
}

func flagsShown(flags []string) string {
	if slices.Contains(flags, "phone_shared") {
		return "số dùng chung với người khác"
	}
	return ""
}

// read decodes the record a change left; the register wrote it.
func read[T any](c lookup.RecordChange) (rec T) {
	_ = json.Unmarshal(c.Value, &rec)
	return rec
}

func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s)
	return s
}

func list(raw json.RawMessage) (items []string) {
	_ = json.Unmarshal(raw, &items)
	return items
}
