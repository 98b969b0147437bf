package web

import (
	"encoding/json"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// decide is the form in which the officer decides, as it was sent; nil and why
// not, if there is nothing for them to decide.
func (r reviewed) decide() (*ui.Decide, string) {
	again := r.Resolution != nil && r.Resolution.Rest > 0
	switch {
	case r.Resolution != nil && !again:
		return nil, ""
	case r.Pending:
		return nil, "Việc này còn chờ trên máy này. Cụm đồng thuận rồi mới chốt được."
	case r.Deciding:
		return nil, ""
	case !r.q.may(auth.Resolve):
		return nil, "Chỉ huy phường chốt việc này. Đồng chí sẽ thấy kết quả và lý do ở Sổ chờ và trang hôm nay."
	}
	d := &ui.Decide{Form: r.q.decisionForm(r.Key)}
	chosen := r.q.FormValue("choice")
	for _, c := range r.choices() {
		d.Choice.Options = append(d.Choice.Options, ui.Option{Value: string(c), Text: messages.Choice(string(c)), Note: r.leadsTo(c), Chosen: chosen == string(c)})
	}
	d.Reason.Value = r.q.FormValue("reason")
	for _, c := range r.corrections() {
		field := ui.Correction{ID: c.id(), Label: messages.Field(fieldOf(c.field)), Kind: c.kind, Mode: c.mode, Input: ui.Input{Value: c.shown, Options: c.options}}
		if d.Form.Returned {
			field.Value = r.q.FormValue(c.id())
			for i, o := range field.Options {
				field.Options[i].Chosen = o.Value == field.Value
			}
		}
		if c.masked {
			field.Note = "Để nguyên dấu chấm nếu không sửa"
		}
		d.Fields = append(d.Fields, field)
	}
	return d, ""
}

// decisionForm is the form of a decision as it was sent. It makes no record.
func (q *request) decisionForm(review command.Key) ui.Form {
	f := q.sentForm(reviewHref(review), "")
	f.Record, f.Draft = "", "doi-chieu/"+string(review)
	return f
}

// choices are those that can be made of this review.
func (r reviewed) choices() []civic.Choice {
	if r.Resolution != nil { // the same once more, for what waits for it
		if r.Resolution.Choice == civic.Followed {
			return []civic.Choice{civic.ChoiceTake}
		}
		return []civic.Choice{r.Resolution.Choice}
	}
	all := []civic.Choice{civic.ChoiceKeep}
	if r.Code == "parent_open" || len(r.Body) == 0 {
		return all
	}
	all = append(all, civic.ChoiceTake)
	if len(r.corrections()) > 0 {
		all = append(all, civic.ChoiceEdit)
	}
	if r.Code == "number_taken" {
		all = append(all, civic.ChoiceNotSame)
	}
	return all
}

// leadsTo says in one line what a choice will do.
func (r reviewed) leadsTo(c civic.Choice) string {
	person := r.Code == "number_taken"
	switch c {
	case civic.ChoiceKeep:
		switch {
		case r.Code == "parent_open":
			return "Không ghi việc này vào sổ, khỏi đợi việc trước đó. Vẫn xem lại được ở đây."
		case person && r.Kind != civic.KindResidentEdit:
			return "Là cùng một người. Sổ không đổi; việc ghi cho bản đến sau chuyển sang người đang có."
		case r.Person == nil && r.Household == nil:
			return "Không ghi bản đến sau vào sổ. Vẫn xem lại được ở đây."
		}
		return "Sổ không đổi. Bản đến sau cất ở đây, vẫn xem lại được."
	case civic.ChoiceTake:
		switch {
		case person && r.Kind != civic.KindResidentEdit:
			return "Là cùng một người. Ghi " + r.differing() + " của bản đến sau lên người đang có."
		case r.Kind == civic.KindAppSubmit:
			return "Hồ sơ đến sau thay hồ sơ đang có; hồ sơ cũ giữ lại, đánh dấu trùng."
		case r.differing() != "":
			return "Ghi " + r.differing() + " của bản đến sau vào sổ, đè lên bản cụm."
		}
		return "Ghi bản đến sau vào sổ như cán bộ đã ghi."
	case civic.ChoiceEdit:
		return "Ghi bản đến sau vào sổ, theo các ô đồng chí sửa ở dưới."
	case civic.ChoiceNotSame:
		return "Là hai người khác nhau. Ghi bản đến sau thành người riêng, chưa có số định danh, chờ xem thẻ."
	}
	return ""
}

// differing names the fields the two sides differ in.
func (r reviewed) differing() string {
	var names []string
	for _, row := range r.rows {
		if row.Differs {
			names = append(names, lower(row.Name))
		}
	}
	return strings.Join(names, ", ")
}

// correction is one field of the late body that can be put right.
type correction struct {
	field      string // of the body
	shown      string
	masked     bool // then what is shown comes back where nothing was typed
	list       bool // the body holds a list; the rest of it stays
	rest       []string
	kind, mode string
	options    []ui.Option
	read       func(string) string
}

func (c correction) id() string { return "edit-" + c.field }

// corrections are the fields of the late side, as the body has them.
func (r reviewed) corrections() (all []correction) {
	var body map[string]json.RawMessage
	if json.Unmarshal(r.Body, &body) != nil {
		return nil
	}
	var edits []civic.Edit
	if raw, ok := body["edits"]; ok && json.Unmarshal(raw, &edits) == nil {
		for _, e := range edits {
			all = append(all, r.correction(e.Field, e.Now))
		}
		return all
	}
	for _, field := range correctable(r.Kind) {
		if _, there := body[field]; there || r.Line == 0 {
			all = append(all, r.correction(field, body[field]))
		}
	}
	return all
}

// correctable are the fields of a body that somebody may put right, in the order
// of its form.
func correctable(k command.Kind) []string {
	switch k {
	case civic.KindResidentPut:
		return []string{"name", "personalNumber", "birth", "sex", "phones"}
	case civic.KindRosterPage:
		return []string{"name", "number", "birth", "sex", "phone"}
	case civic.KindAppSubmit:
		return []string{"phone", "relation"}
	case civic.KindVisitRecord:
		return []string{"outcome", "reason", "note"}
	case civic.KindActivation:
		return []string{"way"}
	case civic.KindHouseholdPut:
		return []string{"address", "hamlet"}
	}
	return nil
}

func (r reviewed) correction(field string, now json.RawMessage) correction {
	value := text(now)
	c := correction{field: field, shown: value, kind: "input", read: strings.TrimSpace}
	choose := func(kind string, values []string, word func(string) string) {
		c.kind, c.options = kind, ui.Options(value, values, word)
	}
	switch field {
	case "name":
		c.read = civic.CleanName
	case "personalNumber", "number":
		c.shown, c.masked, c.mode, c.read = ui.MaskNumber(value), value != "", "numeric", parsed(civic.ParsePersonalNumber)
	case "phones", "phone":
		phone := firstOf(now)
		c.shown, c.masked, c.mode, c.read = ui.MaskPhone(phone), phone != "", "tel", parsed(civic.ParsePhone)
		if c.list = field == "phones"; c.list && len(list(now)) > 1 {
			c.rest = list(now)[1:]
		}
	case "birth":
		c.shown, c.read = civic.Birth(value).Show(), readDay
	case "sex":
		choose("radio", []string{civic.Female, civic.Male}, messages.Sex)
	case "relation":
		choose("select", messages.Relations(), messages.Relation)
	case "way":
		choose("select", []string{civic.WayApp, civic.WayWeb, civic.WayAssisted}, messages.Way)
	case "outcome":
		choose("select", messages.OutcomeCodes(), messages.OutcomeName)
	case "hamlet":
		c.kind, c.options = "select", offering(hamletOptions(r.src, r.q.unit(), value)[1:], value, unitName(r.src, value))
	case "household":
		c.kind = "select"
		if r.Person != nil {
			c.options = householdOptions(r.src, *r.Person)
		}
		c.options = offering(c.options, value, r.address(typedID(value)))
		for i, o := range c.options {
			c.options[i].Chosen = o.Value == value
		}
	}
	return c
}

// edited is what was typed over the field, nil if nothing was.
func (c correction) edited(typed string) *civic.Edit {
	value := c.read(typed)
	if strings.TrimSpace(typed) == c.shown || len(c.options) > 0 && value == "" {
		return nil
	}
	if !c.list {
		return &civic.Edit{Field: c.field, Now: raw(value)}
	}
	phones := []string{}
	if value != "" {
		phones = append(phones, value)
	}
	return &civic.Edit{Field: c.field, Now: raw(append(phones, c.rest...))}
}

// resolve takes a decision down.
func (s *site) resolve(q *request) error {
	m, one, err := q.reviewModel()
	switch {
	case err != nil:
		return err
	case one == nil || m.One == nil || q.Query("id") == "":
		return command.Errorf(command.NotFound, "not_found", "there is no such review")
	case m.One.Decide == nil && q.captured(q.decisionForm(one.Key)):
		return q.savedBefore(q.decisionForm(one.Key), reviewHref(one.Key)) // the second click
	case m.One.Decide == nil: // somebody else was faster, or it is not for this officer
		m.Shell.Flash = append(m.Shell.Flash, ui.Banner{Tone: ui.ToneWarn, Head: "Chưa chốt.", Text: or(m.One.WhyNot, messages.Error(q.lang, "already_resolved", ""))})
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageReview, m)
	}
	form := m.One.Decide
	body := civic.ResolveReview{Review: one.ID, Choice: civic.Choice(q.FormValue("choice")), Reason: form.Reason.Value}
	fields := map[string]*ui.Input{"choice": &form.Choice, "reason": &form.Reason}
	for i := range form.Fields {
		fields[form.Fields[i].ID] = &form.Fields[i].Input
	}
	if body.Choice == civic.ChoiceEdit {
		body.Edits = q.corrected(*one)
		if len(body.Edits) == 0 {
			q.wrong(&form.Form, "choice", &form.Choice, "no_change", "nothing was corrected")
		}
	} else if one.Resolution != nil {
		body.Edits = one.Resolution.Edits
	}
	if body.Choice == "" {
		q.wrong(&form.Form, "choice", &form.Choice, "no_choice", "choose one way")
	}
	if civic.CleanText(body.Reason) == "" {
		q.wrong(&form.Form, "reason", &form.Reason, "required", "say why")
	}
	if len(form.Form.Errors) == 0 {
		decided, refused, err := q.submit(form.Form, civic.KindReviewResolve, q.unit(), body)
		switch {
		case err != nil:
			return err
		case refused == nil:
			return q.saved(form.Form, decided, reviewHref(one.Key))
		}
		q.refuse(&form.Form, ofCorrection(refused, body.Edits), fields)
	}
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageReview, m)
}

// corrected are the fields of the late side that were typed over.
func (q *request) corrected(one lookup.Review) (edits []civic.Edit) {
	_ = q.read(func(src lookup.Source) error { // the page was drawn from it a moment ago
		for _, c := range (reviewed{Review: one, q: q, src: src}).corrections() {
			if e := c.edited(q.FormValue(c.id())); e != nil {
				edits = append(edits, *e)
			}
		}
		return nil
	})
	return edits
}

// ofCorrection moves an error from its place among the corrections to the field
// of the form.
func ofCorrection(e *command.Error, edits []civic.Edit) *command.Error {
	ids := make([]string, len(edits))
	for i, edit := range edits {
		ids[i] = correction{field: edit.Field}.id()
	}
	return ofField(e, ids)
}
