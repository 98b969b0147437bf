package web

import (
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
	"gocua/ui"
	"gocua/ui/messages"
)

func wizardHref(id string) string { return uploadPath + "/" + id }

// wizardPage shows how a list that is kept will be read, and what it would do
// (xem thử).
func (s *site) wizardPage(q *request) error {
	m, err := q.wizard()
	switch {
	case err != nil:
		return err
	case m.ID == "": // it has begun
		return q.Redirect(uploadPath, fiber.StatusSeeOther)
	}
	return q.draw(ui.PageWizard, m)
}

// wizardDry is the part of that page which is being counted.
func (s *site) wizardDry(q *request) error {
	job, err := q.importOf(q.Params("id"))
	if err != nil {
		return err
	}
	return q.draw(ui.FragmentDry, ui.WizardModel{Dry: q.dry(job)})
}

// wizard fills the page; without an ID there is nothing to look through any more.
func (q *request) wizard() (m ui.WizardModel, err error) {
	job, err := q.importOf(q.Params("id"))
	if err != nil || job.State != "draft" {
		return m, err
	}
	d, err := q.site.Machine.ImportDraft(job.ID)
	if err != nil {
		return m, err
	}
	if err := q.listed(command.LookList, "import_preview", job.Unit, len(d.Survey.Sample)); err != nil {
		return m, err
	}
	href := wizardHref(job.ID)
	m = ui.WizardModel{Shell: q.shell(ui.SectionImport), ID: job.ID, Name: job.Name, Remembered: d.Remembered, Ask: d.Survey.Unsure, Dry: q.dry(job),
		Form: ui.Form{Action: href, Token: q.session.Form}, Begin: ui.Form{Action: href + "/bat-dau", Token: q.session.Form},
		Drop: ui.Form{Action: "/nhap/dung", Token: q.session.Form}}
	s, c := d.Survey, job.Choice
	if s.Code != "" {
		m.Problem = messages.Error(q.lang, s.Code, s.Message)
	}
	m.Letters = lettersOf(s)
	if s.Titles > 0 {
		m.Titles.Value = itoa(s.Titles)
	}
	m.Encoding.Options = ui.Options(string(c.Encoding), names(roster.Encodings()), messages.Letters)
	m.Dates.Options = ui.Options(string(c.Dates), []string{"", "dmy", "mdy"}, messages.DateOrder)
	if len(s.Sheets) > 1 {
		chooseSheets(&m, s, c)
	}
	m.Columns = wizardColumns(s)
	return m, q.read(func(src lookup.Source) error {
		if u, ok := civic.FindUnit(src, job.Unit); ok {
			m.Unit = u.Name
		}
		m.Hamlet.Options = []ui.Option{{Text: "Cả phường, chưa rõ tổ"}}
		for _, u := range lookup.Units(src, job.Unit) {
			if u.Kind == civic.UnitHamlet {
				m.Hamlet.Options = append(m.Hamlet.Options, ui.Option{Value: u.Code, Text: u.Name, Chosen: u.Code == c.Hamlet})
			}
		}
		for _, r := range s.Sample {
			m.Rows = append(m.Rows, wizardRow(src, r))
		}
		if s.Code != "" {
			for _, l := range s.Top {
				m.Top = append(m.Top, ui.WizardLine{Line: l.Line, Text: asItStands(l.Cells)})
			}
		}
		return nil
	})
}

func names[T ~string](of []T) (all []string) {
	for _, x := range of {
		all = append(all, string(x))
	}
	return all
}

func lettersOf(s roster.Survey) string {
	word := messages.Letters(s.Encoding)
	switch {
	case s.Legacy != "":
		word = messages.Letters(s.Legacy) + ", đã đổi sang Unicode"
	case s.Encoding == "":
		word = messages.Letters("unicode")
	}
	if s.Decomposed {
		word += "; có dấu rời, đã ghép lại"
	}
	return word
}

// chooseSheets offers the sheets that can be imported, and those to look at.
func chooseSheets(m *ui.WizardModel, s roster.Survey, c lookup.ImportChoice) {
	for _, sheet := range s.Sheets {
		if sheet.Empty {
			continue
		}
		m.Sheet.Options = append(m.Sheet.Options, ui.Option{Value: sheet.Name, Text: sheet.Name, Chosen: sheet.Name == s.Sheet})
		if !sheet.Found && sheet.Name != s.Sheet {
			continue
		}
		chosen := sheet.Name == s.Sheet
		if len(c.Sheets) > 0 {
			chosen = false
			for _, name := range c.Sheets {
				chosen = chosen || name == sheet.Name
			}
		}
		m.Sheets.Options = append(m.Sheets.Options, ui.Option{Value: sheet.Name, Text: sheet.Name, Chosen: chosen})
	}
}

// mostShown is how many columns the form asks about.
const mostShown = 40

func wizardColumns(s roster.Survey) (columns []ui.WizardColumn) {
	wide := len(s.Heads)
	for _, l := range s.Top {
		wide = max(wide, len(l.Cells))
	}
	for i := range min(wide, mostShown) {
		col := ui.WizardColumn{ID: ui.ColumnID(i), Label: ui.ColumnName(i)}
		if i < len(s.Heads) && s.Heads[i] != "" {
			col.Label += " · " + s.Heads[i]
		}
		chosen := fieldAt(s.Columns, i)
		for _, f := range roster.Fields() {
			text := f.Title()
			if f == roster.Ignored {
				text = "Bỏ qua"
			}
			col.Field.Options = append(col.Field.Options, ui.Option{Value: string(f), Text: text, Chosen: f == chosen})
		}
		columns = append(columns, col)
	}
	return columns
}

func fieldAt(columns []roster.Column, index int) roster.Field {
	for _, c := range columns {
		if c.Index == index {
			return c.Field
		}
	}
	return roster.Ignored
}

// wizardRow shows a line before and after, its numbers masked.
func wizardRow(src lookup.Source, r roster.Reading) ui.WizardRow {
	row := ui.WizardRow{Line: r.Line, Before: asItStands(r.Cells.Cells), Stop: r.Refused != "", Skip: r.Skipped != ""}
	switch {
	case row.Skip:
		row.Note = roster.Reason(r.Skipped)
		return row
	case row.Stop:
		row.Note = roster.Reason(r.Refused)
	case len(r.Notes) > 0:
		row.Note = roster.Reason(r.Notes[0])
	}
	row.Name, row.Birth, row.Sex = r.Row.Name, r.Row.Birth.Show(), messages.Sex(r.Row.Sex)
	row.Number, row.Phone = ui.MaskNumber(r.Row.Number), ui.MaskPhone(r.Row.Phone)
	row.Place = r.Row.Address
	if u, ok := civic.FindUnit(src, r.Row.Hamlet); ok && r.Row.Hamlet != "" {
		row.Place = join(row.Place, u.Name)
	}
	return row
}

// longestFigure is the longest run of digits that is shown whole: a day, a house.
const longestFigure = 5

// asItStands is a line of the file in one text. What may be a number of somebody
// shows its last digits only.
func asItStands(cells []string) string {
	var texts []string
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" {
			texts = append(texts, maskDigits(c))
		}
	}
	return strings.Join(texts, " · ")
}

func maskDigits(s string) string {
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits < 8 || strings.Count(s, "/") >= 2 || strings.Count(s, "-") == 2 && digits == 8 {
		return s // no number, or a day
	}
	seen := 0
	return strings.Map(func(r rune) rune {
		if !unicode.IsDigit(r) {
			return r
		}
		if seen++; seen <= digits-longestFigure+1 {
			return '•'
		}
		return r
	}, s)
}
