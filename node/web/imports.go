package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"path"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
	"gocua/ui"
	"gocua/ui/messages"
)

// uploadPath takes a form that carries a file. It is read as it comes in: read
// as a form it would be laid down in the clear among the temporary files.
const uploadPath = "/nhap"

// importPage takes lists in and shows how far they have come (nhập danh sách).
func (s *site) importPage(q *request) error {
	m, err := q.importModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageImport, m)
}

// importJobs is the part of that page which moves.
func (s *site) importJobs(q *request) error {
	m, err := q.importModel()
	if err != nil {
		return err
	}
	return q.draw(ui.FragmentJobs, m)
}

func (q *request) importModel() (ui.ImportModel, error) {
	m := ui.ImportModel{Shell: q.shell(ui.SectionImport), Form: ui.Form{Action: uploadPath, Token: q.session.Form}}
	err := q.read(func(src lookup.Source) error {
		wards := wardsBelow(src, q.unit())
		for i, w := range wards {
			m.Unit.Options = append(m.Unit.Options, ui.Option{Value: w.Code, Text: w.Name, Chosen: i == 0})
		}
		own := slices.DeleteFunc(slices.Clone(q.site.Machine.Imports()), func(j lookup.ImportJob) bool { return !q.covers(src, j.Unit) })
		for _, j := range own {
			job := q.job(src, j, len(wards) > 1)
			m.Jobs, m.Live = append(m.Jobs, job), m.Live || job.Running() || job.Undone != nil && job.Undone.Running
		}
		if m.Live {
			return nil // the page asks again every few seconds: it names people once that has ended
		}
		for i, j := range own {
			if err := q.stayed(src, j, m.Jobs[i].Undone); err != nil {
				return err
			}
		}
		return nil
	})
	return m, err
}

// wardsBelow lists the wards a list can be for.
func wardsBelow(src lookup.Source, unit string) (wards []civic.Unit) {
	for _, u := range lookup.Units(src, unit) {
		if u.Kind == civic.UnitWard {
			wards = append(wards, u.Unit)
		}
	}
	return wards
}

// job is one import as a line of its page; where says for which ward it is.
func (q *request) job(src lookup.Source, j lookup.ImportJob, where bool) ui.Job {
	job := jobOf(j)
	if u, ok := civic.FindUnit(src, j.Unit); ok && where {
		job.By = u.Name
	}
	if job.Failed() {
		job.Why = messages.ErrorAt(q.lang, j.Code, j.Error, j.Line)
	}
	if job.Undone = q.undone(j.Undo); j.CanUndo {
		job.Undo = wizardHref(j.ID) + "/hoan-tac"
	}
	if job.Draft() {
		job.Open, job.Stop, job.Token = wizardHref(j.ID), j.ID, q.session.Form
	}
	if job.Running() {
		job.Stop, job.Token = j.ID, q.session.Form
		if q.site.Machine.Status(false).Leader == "" {
			job.State = ui.JobWaiting
		}
	}
	return job
}

// jobOf is one import as a page shows it.
func jobOf(j lookup.ImportJob) ui.Job {
	job := ui.Job{Name: j.Name, Started: j.Started, Done: j.Done, Of: j.Rows, New: j.Added, Updated: j.Updated, Same: j.Same,
		Review: j.Review, Refused: j.Refused, Reviews: ui.SectionReview.Href(), State: ui.JobRunning}
	if j.Finished != nil {
		job.Ended = *j.Finished
	}
	switch j.State {
	case "done":
		job.State, job.Result = ui.JobDone, "/nhap/ket-qua/"+j.ID
	case "failed":
		job.State, job.Why = ui.JobFailed, messages.ErrorAt("", j.Code, j.Error, j.Line)
	case "cancelled":
		job.State = ui.JobStopped
	case "draft":
		job.State = ui.JobDraft
	}
	if j.Choice.Sheet != "" && j.State != "draft" {
		job.Name += " · " + j.Choice.Sheet
	}
	return job
}

// importFile takes one list in. What is wrong with the file as such comes back
// in the form; what is wrong with its rows, in the result.
func (s *site) importFile(q *request) error {
	sent, err := q.readUpload()
	if err == nil {
		err = q.read(func(src lookup.Source) error { return q.mayImportInto(src, sent.unit) })
	}
	if err == nil {
		var job lookup.ImportJob
		if job, err = s.Machine.HoldImport(q.actor(), sent.unit, sent.name, sent.data); err == nil {
			return q.Redirect(wizardHref(job.ID), fiber.StatusSeeOther)
		}
	}
	var e *command.Error
	if !errors.As(err, &e) || e.Class != command.Invalid {
		return err
	}
	why := messages.ErrorAt(q.lang, e.Code, e.Message, roster.LineOf(err))
	m, err := q.importModel()
	if err != nil {
		return err
	}
	for i, o := range m.Unit.Options {
		m.Unit.Options[i].Chosen = o.Value == sent.unit
	}
	m.Form.Fail("file", &m.File, why)
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageImport, m)
}

// mayImportInto reports why a list cannot be for a unit.
func (q *request) mayImportInto(src lookup.Source, unit string) error {
	for _, w := range wardsBelow(src, q.unit()) {
		if w.Code == unit {
			return nil
		}
	}
	return command.Errorf(command.Forbidden, "outside_unit", "unit %q is no ward of yours", unit)
}

// upload is a form with a file.
type upload struct {
	unit, name string
	data       []byte
}

const (
	maxParts     = 8
	maxFormValue = 1 << 10 // bytes
)

// readUpload reads the form from the connection. Its first field must be the
// token: nothing is taken in from a page that is not ours.
func (q *request) readUpload() (u upload, err error) {
	malformed := command.Errorf(command.Invalid, "malformed", "the form cannot be read")
	kind, params, err := mime.ParseMediaType(q.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm {
		return u, malformed
	}
	form := multipart.NewReader(q.site.Upload(q.Ctx), params["boundary"])
	for n := 0; n <= maxParts; n++ {
		part, err := form.NextRawPart()
		if err == io.EOF {
			return u, u.whole()
		}
		if err != nil {
			return u, readError(err, malformed)
		}
		if err := q.takePart(&u, part, n == 0); err != nil {
			return u, readError(err, malformed)
		}
	}
	return u, malformed
}

// takePart reads one field; whatever the page did not ask for is passed over.
func (q *request) takePart(u *upload, part *multipart.Part, first bool) (err error) {
	field := part.FormName()
	if field == "file" && !first {
		u.name = path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
		u.data, err = io.ReadAll(part)
		return err
	}
	value, err := io.ReadAll(io.LimitReader(part, maxFormValue))
	switch {
	case err != nil:
		return err
	case first && (field != "token" || !q.session.FormIs(string(value))):
		return expired()
	case field == "unit":
		u.unit = string(value)
	}
	return nil
}

// readError is the error of whoever said best what is wrong with the body.
func readError(err error, otherwise *command.Error) error {
	var e *command.Error
	if errors.As(err, &e) {
		return e
	}
	return otherwise
}

func (u upload) whole() error {
	if len(u.data) == 0 {
		return command.InvalidField("/file", "required", "there is no file in the form")
	}
	return nil
}

// importOf finds a job of a unit the officer may import into.
func (q *request) importOf(id string) (job lookup.ImportJob, err error) {
	for _, j := range q.site.Machine.Imports() {
		if j.ID == id {
			return j, q.read(func(src lookup.Source) error { return q.mayImportInto(src, j.Unit) })
		}
	}
	return job, command.Errorf(command.NotFound, "unknown_import", "there is no such import on this machine")
}

// importResult hands out the list with what became of each row. It names people
// in full, as the list did.
func (s *site) importResult(q *request) error {
	job, err := q.importOf(q.Params("id"))
	if err != nil {
		return err
	}
	if job.State != "done" {
		return command.Errorf(command.NotFound, "not_found", "this import has no result")
	}
	data, err := s.Machine.ImportResult(job.ID)
	if err != nil {
		return err
	}
	if err := q.looked(command.Look{Act: command.LookExport, Query: "import_result", Unit: job.Unit, Count: job.Rows}); err != nil {
		return err
	}
	name := "ket-qua-" + strings.TrimSuffix(job.Name, path.Ext(job.Name)) + ".xlsx"
	q.Set(fiber.HeaderContentType, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	q.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return q.Send(data)
}

// stopImport stops a job; what is decided stays.
func (s *site) stopImport(q *request) error {
	job, err := q.importOf(q.FormValue("job"))
	if err != nil {
		return err
	}
	s.Machine.StopImport(job.ID)
	return q.Redirect(uploadPath, fiber.StatusSeeOther)
}
