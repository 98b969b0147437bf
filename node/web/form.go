package web

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// formPatience is how long a form waits for the cluster before it says "saved
// on this machine".
const formPatience = 2 * time.Second

// newForm is an empty form: the command's ID and the record's are in the page
// before the first submit, so that a double click is one command.
func (q *request) newForm(action, cancel string) ui.Form {
	return ui.Form{Action: action, Cancel: cancel, Token: q.session.Form, Command: command.NewID().String(), Record: command.NewID().String(),
		Draft: strings.Trim(action, "/")}
}

// sentForm is the form as it came back, with the IDs it was first shown with.
func (q *request) sentForm(action, cancel string) ui.Form {
	f := q.newForm(action, cancel)
	f.Returned = q.Method() == fiber.MethodPost
	if id, err := command.ParseID(q.FormValue("command")); err == nil {
		f.Command = id.String()
	}
	if id, err := command.ParseID(q.FormValue("id")); err == nil {
		f.Record = id.String()
	}
	return f
}

// submit captures the form's command. A rule's refusal comes back as an Error
// to be shown in the form; nothing was stored then.
func (q *request) submit(f ui.Form, kind command.Kind, unit string, body any) (command.Decided, *command.Error, error) {
	id, err := command.ParseID(f.Command)
	if err != nil {
		return command.Decided{}, nil, err
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return command.Decided{}, nil, err
	}
	decided, err := q.site.Machine.Submit(q.Context(), q.actor(), []command.Draft{{ID: id, Kind: kind, Unit: unit, Body: raw}}, formPatience)
	var problem *command.Problem
	if errors.As(err, &problem) {
		return command.Decided{}, problem.Why, nil
	}
	if err != nil {
		return command.Decided{}, nil, err
	}
	return decided[0], nil, nil
}

// refuse writes a refusal into the form. An ID that was used for something else
// gets a new one: what was typed stays.
func (q *request) refuse(f *ui.Form, e *command.Error, fields map[string]*ui.Input) {
	if e.Code == "id_reused" {
		f.Command, f.Record = command.NewID().String(), command.NewID().String()
	}
	id := ui.FieldID(e.Field)
	if fields[id] == nil {
		id = "" // of something the form has no field for
	}
	f.Fail(id, fields[id], messages.Error(q.lang, e.Code, e.Message))
}

// wrong is a refusal the form itself has to make.
func (q *request) wrong(f *ui.Form, field string, in *ui.Input, code, message string) {
	f.Fail(field, in, messages.Error(q.lang, code, message))
}

// heed stops a form once for what may be right but is worth a second look. The
// notes shown go along with the form, so that the same ones let it through then.
// They name records, never what is written in them.
func (q *request) heed(sh *ui.Shell, f *ui.Form, notes []string) bool {
	f.Heeded = strings.Join(notes, " ")
	if f.Heeded == "" || f.Heeded == q.FormValue("heeded") || q.captured(*f) {
		return false
	}
	sh.Flash = append(sh.Flash, ui.Banner{Tone: ui.ToneWarn, Head: "Chưa ghi.", Text: "Có chỗ cần xem lại, ghi ở dưới. Đúng rồi thì bấm ghi một lần nữa."})
	return true
}

// captured reports whether the form's command is already kept: this is a second
// click, or a draft from before a crash.
func (q *request) captured(f ui.Form) bool {
	id, err := command.ParseID(f.Command)
	if err != nil {
		return false
	}
	_, _, known := q.site.Machine.Command(id)
	return known
}

// What the address of the page after a form carries: the ID of what was saved
// and the draft it makes superfluous.
const (
	savedParam = "luu"
	draftParam = "nhap"
)

// saved answers a form that was captured: on to the page, which says how far it
// has come.
func (q *request) saved(f ui.Form, d command.Decided, to string) error {
	sep := "?"
	if strings.Contains(to, "?") {
		sep = "&"
	}
	said := url.Values{savedParam: {d.ID.String()}, draftParam: {f.Draft}}
	return q.Redirect(to+sep+said.Encode(), fiber.StatusSeeOther)
}

// savedBefore answers the second click on a form that needs no writing any more.
func (q *request) savedBefore(f ui.Form, to string) error {
	id, err := command.ParseID(f.Command)
	if err != nil {
		return err
	}
	return q.saved(f, command.Decided{ID: id}, to)
}

// flash is the banner for what was just saved, if this page follows a form.
func (q *request) flash(src lookup.Source) []ui.Banner {
	id, err := command.ParseID(q.Query(savedParam))
	if err != nil {
		return nil
	}
	d, here, ok := q.site.Machine.Command(id)
	if !ok {
		return nil
	}
	dots := q.dots(src, d, here)
	b := ui.Banner{Tone: ui.ToneOK, Head: "Đã ghi, cụm đã đồng thuận.", Dots: &dots, Settled: q.Query(draftParam)}
	switch d.Outcome.Status {
	case command.Waiting:
		b.Tone, b.Head = ui.TonePencil, "Đã lưu trên máy này."
		b.Text = "Đang chờ cụm đồng thuận, đồng chí cứ làm việc tiếp."
	case command.Conflicted, command.Rejected:
		b.Tone, b.Head = ui.ToneWarn, "Đã giữ nguyên, cần đối chiếu."
		b.Text = messages.Error(q.lang, d.Outcome.Code, d.Outcome.Message)
		b.Link = ui.Link{Text: "Xem hai bản cạnh nhau", Href: "/doi-chieu?id=" + id.String()}
	case command.Accepted:
		if d.Outcome.Kind == civic.KindReviewResolve {
			b.Link = q.nextReview(src)
		}
	}
	return []ui.Banner{b}
}
