package web

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
	"gocua/ui"
	"gocua/ui/messages"
)

// wizardChoose notes how a list is to be read, and shows it again.
func (s *site) wizardChoose(q *request) error {
	job, err := q.importOf(q.Params("id"))
	if err != nil {
		return err
	}
	c := job.Choice
	c.Dates = roster.DateOrder(q.FormValue("dates"))
	if q.FormValue("whole") != "" {
		if c, err = q.importChoice(job); err != nil {
			return err
		}
	}
	if err := s.Machine.ChooseImport(job.ID, c); err != nil {
		return q.wizardAgain(err)
	}
	return q.Redirect(wizardHref(job.ID), fiber.StatusSeeOther)
}

// importChoice reads the form. What was said about columns counts only for the sheet
// and the titles they were shown under; elsewhere they are found anew.
func (q *request) importChoice(job lookup.ImportJob) (lookup.ImportChoice, error) {
	d, err := q.site.Machine.ImportDraft(job.ID)
	if err != nil {
		return job.Choice, err
	}
	s := d.Survey
	c := lookup.ImportChoice{Sheet: job.Choice.Sheet, Encoding: roster.Encoding(q.FormValue("encoding")), Dates: roster.DateOrder(q.FormValue("dates")),
		Hamlet: q.FormValue("hamlet"), Titles: job.Choice.Titles, Columns: job.Choice.Columns}
	if sheets := q.several("sheets"); len(sheets) > 0 && !(len(sheets) == 1 && sheets[0] == s.Sheet) {
		c.Sheets = sheets
	}
	said := strings.TrimSpace(q.FormValue("titles"))
	titles, bad := strconv.Atoi(said)
	if said != "" && (bad != nil || titles < 0) {
		titles = -1 // refused where the choice is noted
	}
	switch sheet := q.FormValue("sheet"); {
	case sheet != "" && sheet != s.Sheet:
		c.Sheet, c.Titles, c.Columns = sheet, 0, nil
	case titles != s.Titles && titles != 0:
		c.Titles, c.Columns = titles, nil
	default:
		if columns := q.columns(s); !sameFields(columns, s.Columns) {
			c.Titles, c.Columns = max(s.Titles, titles), columns
		}
	}
	return c, nil
}

// columns are what the form says of each column.
func (q *request) columns(s roster.Survey) (columns []roster.Column) {
	for _, col := range wizardColumns(s) {
		i, _ := strconv.Atoi(strings.TrimPrefix(col.ID, "c"))
		field := roster.Field(q.FormValue(col.ID))
		if field == roster.Ignored {
			continue
		}
		title := ""
		if i < len(s.Heads) {
			title = s.Heads[i]
		}
		columns = append(columns, roster.Column{Index: i, Field: field, Title: title})
	}
	return columns
}

func sameFields(a, b []roster.Column) bool {
	return slices.EqualFunc(a, b, func(x, y roster.Column) bool { return x.Index == y.Index && x.Field == y.Field })
}

// wizardBegin imports the list.
func (s *site) wizardBegin(q *request) error {
	job, err := q.importOf(q.Params("id"))
	if err != nil {
		return err
	}
	if err := s.Machine.BeginImport(q.actor(), job.ID); err != nil {
		return q.wizardAgain(err)
	}
	return q.Redirect(uploadPath, fiber.StatusSeeOther)
}

// wizardAgain shows the page with what is wrong, where somebody can mend that.
func (q *request) wizardAgain(err error) error {
	var e *command.Error
	if !errors.As(err, &e) || e.Class != command.Invalid && e.Class != command.NotFound || e.Code == "unknown_import" {
		return err
	}
	m, bad := q.wizard()
	if bad != nil || m.ID == "" {
		return err
	}
	q.refuse(&m.Form, e, map[string]*ui.Input{"titles": &m.Titles, "encoding": &m.Encoding, "dates": &m.Dates, "hamlet": &m.Hamlet, "sheet": &m.Sheet})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageWizard, m)
}

// dry is what a list would do, in words.
func (q *request) dry(job lookup.ImportJob) (m ui.Dry) {
	d := job.Dry
	switch {
	case d == nil && job.State == "draft":
		m.Pending = wizardHref(job.ID) + "/thu"
		return m
	case d == nil:
		return m
	case d.Code != "":
		m.Failed = messages.ErrorAt(q.lang, d.Code, d.Error, d.Line)
		return m
	}
	m.Rows, m.Twice = d.Rows, d.Twice
	m.Figures = []ui.Figure{{Name: "Người mới", N: d.New}, {Name: "Cập nhật", N: d.Updated}, {Name: "Như cũ", N: d.Same},
		{Name: "Cần đối chiếu", N: d.Review, Late: d.Review > 0}, {Name: "Không nhận", N: d.Refused, Late: d.Refused > 0, Note: fmt.Sprintf("trong %d dòng", d.Rows)}}
	for _, field := range slices.Sorted(maps.Keys(d.Fields)) {
		m.Changes = append(m.Changes, fmt.Sprintf("%s của %d người", messages.ListedField(field), d.Fields[field]))
	}
	var lines []string
	for _, n := range d.Lines {
		lines = append(lines, itoa(n))
	}
	m.Lines = strings.Join(lines, ", ")
	for _, code := range slices.Sorted(maps.Keys(d.Notes)) {
		m.Notes = append(m.Notes, ui.DryNote{Text: roster.Reason(code), N: d.Notes[code]})
	}
	for _, stop := range d.Stops {
		where := itoa(stop.Line)
		if stop.Sheet != "" && len(job.Choice.Sheets) > 1 {
			where = stop.Sheet + ", " + where
		}
		why := roster.Reason(stop.Code)
		if why == stop.Code {
			why = messages.Review(stop.Code)
		}
		m.Stops = append(m.Stops, ui.DryStop{Where: where, Why: why})
	}
	m.More = max(0, d.Refused+d.Review-len(d.Stops))
	return m
}

// undoForm asks before an import is taken back.
func (s *site) undoForm(q *request) error {
	job, err := q.importOf(q.Params("id"))
	if err != nil {
		return err
	}
	if !job.CanUndo {
		return q.Redirect(uploadPath, fiber.StatusSeeOther)
	}
	f := ui.Form{Action: wizardHref(job.ID) + "/hoan-tac", Token: q.session.Form, Cancel: uploadPath}
	return q.draw(ui.PageConfirm, ui.ConfirmModel{Shell: q.shell(ui.SectionImport), Form: f, Head: "Hoàn tác lần nhập " + job.Name, Do: "Hoàn tác", Says: []string{
		fmt.Sprintf("Lần nhập này đã đưa vào %d người mới và cập nhật %d người.", job.Added, job.Updated),
		"Người và hộ chỉ do lần nhập này đưa vào thì được gỡ khỏi sổ; ô bị cập nhật thì trả lại như cũ.",
		"Ai đã được đến nhà, khai, sửa, hoặc có danh sách khác cập nhật thì giữ nguyên, và được kể tên.",
		"Nhật ký vẫn giữ cả lần nhập và lần hoàn tác."}})
}

func (s *site) undoImport(q *request) error {
	job, err := q.importOf(q.Params("id"))
	if err != nil {
		return err
	}
	if err := s.Machine.UndoImport(q.actor(), job.ID); err != nil {
		return err
	}
	return q.Redirect(uploadPath, fiber.StatusSeeOther)
}

// undone is how far an import has been taken back; nil: nobody asked for it. Who was
// kept is in stayed.
func (q *request) undone(u *lookup.ImportUndo) *ui.Undone {
	if u == nil {
		return nil
	}
	m := &ui.Undone{Running: u.Finished == nil, Done: u.Done, Of: u.Pages, Removed: u.Removed, Restored: u.Restored, Kept: u.Kept}
	if u.State == "failed" {
		m.Why = messages.Error(q.lang, u.Code, u.Error)
	}
	return m
}

// stayed fills in what an undo has kept, and writes down that it was looked at.
func (q *request) stayed(src lookup.Source, j lookup.ImportJob, m *ui.Undone) error {
	if m == nil {
		return nil
	}
	named := 0
	for _, note := range j.Undo.Notes[:min(len(j.Undo.Notes), mostStayed)] {
		line := ui.Stayed{Why: messages.Kept(note.Code), Link: q.keptNamed(src, note)}
		if line.Link.Href != "" {
			named++
		}
		m.Stayed = append(m.Stayed, line)
	}
	return q.listed(command.LookList, "import_kept", j.Unit, named)
}

// keptNamed names what was kept, if it is still the officer's to see: since the
// import it may have moved to another ward.
func (q *request) keptNamed(src lookup.Source, note civic.UndoNote) (link ui.Link) {
	id, _ := command.ParseID(string(note.Key)) // lists are imported in a cluster, where keys are IDs
	switch note.Type {
	case civic.TypeResident:
		link.Text, link.Href = q.personNamed(src, id, "Một người không còn thuộc đơn vị")
	case civic.TypeHousehold:
		link.Text, link.Href = q.doorNamed(src, id, "Một hộ không còn thuộc đơn vị")
	default:
		link.Text = "Một việc đối chiếu"
	}
	return link
}

// mostStayed is how many of those that stay are shown.
const mostStayed = 50
