package roster

import (
	"errors"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"gocua/store/command"
)

// Survey is what a list looks like before anybody has decided anything: enough to
// show a person how it will be read, and to let them say it is otherwise.
type Survey struct {
	Format     Format    `json:"format"`
	Sheet      string    `json:"sheet,omitempty"`
	Sheets     []Sheet   `json:"sheets,omitempty"` // of a workbook, the visible ones
	Encoding   string    `json:"encoding,omitempty"`
	Legacy     string    `json:"legacy,omitempty"`     // the old font some columns are in
	Decomposed bool      `json:"decomposed,omitempty"` // accents stand apart from their letters
	Titles     int       `json:"titles,omitempty"`     // line of the column titles; 0: not found
	Heads      []string  `json:"heads,omitempty"`      // the title of each column
	Columns    []Column  `json:"columns,omitempty"`
	Layout     string    `json:"layout,omitempty"`
	Dates      DateOrder `json:"dates,omitempty"`
	Unsure     bool      `json:"unsure,omitempty"` // days can be read either way: ask
	Top        []Cells   `json:"top"`              // the first lines as they stand
	Sample     []Reading `json:"sample,omitempty"` // the first lines below the titles
	TopLayouts []string  `json:"-"`                // of the first lines, were each the titles
	Code       string    `json:"code,omitempty"`   // why it cannot be read like this: no_header
	Message    string    `json:"message,omitempty"`
}

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name  string `json:"name"`
	Found bool   `json:"found"` // its column titles were found
	Empty bool   `json:"empty,omitempty"`
}

// Cells is one line as the file has it.
type Cells struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
}

// Reading is one line before and after: as it stands, and the row made of it.
type Reading struct {
	Cells
	Row     Row      `json:"row,omitzero"`
	Notes   []string `json:"notes,omitempty"`   // codes
	Refused string   `json:"refused,omitempty"` // code; the row is then not whole
	Skipped string   `json:"skipped,omitempty"` // code: the line is no person
}

const (
	sampleLines = 20
	topLines    = 15
	mostSheets  = 60 // more are listed without having been looked at
	shownCell   = 80 // bytes of a cell that is only shown
)

// Look surveys a list. What a person must mend in the file itself is an error, as
// with Read; where only the titles are not found, Code says so.
func Look(name string, data []byte, opt Options) (Survey, error) {
	if len(data) > MaxFile {
		return Survey{}, tooLarge()
	}
	format, err := Sniff(name, data)
	if err != nil {
		return Survey{}, err
	}
	o := &opened{close: func() error { return nil }}
	defer func() { o.close() }()
	whole := opt
	whole.Sheet = ""
	tables, err := o.tables(format, data, whole, unknown)
	if err != nil {
		return Survey{}, err
	}
	s := Survey{Format: format}
	t, err := s.choose(tables, opt)
	if err != nil {
		return Survey{}, err
	}
	return s, s.describe(o, t, opt)
}

// choose lists the sheets and takes the one asked for, or the first with titles.
func (s *Survey) choose(tables []*table, opt Options) (*table, error) {
	var chosen, first *table
	for i, t := range tables {
		sheet := Sheet{Name: t.sheet, Found: i >= mostSheets}
		if i < mostSheets {
			lines, err := probe(t, headerDepth)
			if err != nil {
				return nil, err
			}
			_, bad := findHeader(lines)
			sheet.Found, sheet.Empty = bad == nil, !filled(lines)
		}
		if t.sheet != "" {
			s.Sheets = append(s.Sheets, sheet)
		}
		if chosen == nil && (t.sheet == opt.Sheet && opt.Sheet != "" || opt.Sheet == "" && sheet.Found) {
			chosen = t
		}
		if first == nil && !sheet.Empty {
			first = t
		}
	}
	switch {
	case chosen != nil:
		return chosen, nil
	case opt.Sheet != "":
		return nil, command.Errorf(command.NotFound, "no_sheet", "the workbook has no such sheet")
	case first == nil:
		return nil, emptyList()
	}
	return first, nil
}

// filled reports whether anything is written in the lines.
func filled(lines []line) bool {
	return slices.ContainsFunc(lines, func(l line) bool { return !isBlank(l, nil) })
}

func emptyList() error {
	return command.Errorf(command.Invalid, "empty_list", "there is nothing in this file")
}

// describe reads the first lines as they would be read.
func (s *Survey) describe(o *opened, t *table, opt Options) error {
	s.Sheet, s.Encoding = t.sheet, t.encoding
	lines, err := probe(t, probeLines)
	if err != nil {
		return err
	}
	if !filled(lines) {
		return emptyList()
	}
	for _, l := range lines[:min(topLines, len(lines))] {
		s.Top = append(s.Top, shownCells(l))
		s.TopLayouts = append(s.TopLayouts, LayoutOf(headerAt(lines, l.n).titles))
	}
	h, err := titlesFor(lines, opt)
	var unfit *command.Error
	if errors.As(err, &unfit) {
		s.Code, s.Message = unfit.Code, unfit.Message
	}
	s.Heads, s.Titles = h.titles, h.row
	if err != nil {
		s.Columns = h.columns
		return nil
	}
	o.table, o.header = t, h
	o.dates = learn(t, &o.header, lines, opt)
	s.Columns, s.Layout, s.Dates, s.Unsure = o.header.columns, LayoutOf(h.titles), o.dates.order(), o.dates.unsure
	for _, c := range s.Columns {
		if c.Legacy != "" {
			s.Legacy = c.Legacy
		}
	}
	s.read(newRepairer(o, opt), lines)
	return nil
}

func (s *Survey) read(rep *repairer, lines []line) {
	for _, l := range lines {
		s.Decomposed = s.Decomposed || slices.ContainsFunc(l.cells, func(c string) bool { return !norm.NFC.IsNormalString(c) })
		if l.n <= s.Titles || isBlank(l, rep.columns[Serial]) || len(s.Sample) == sampleLines {
			continue
		}
		r := Reading{Cells: shownCells(l)}
		if r.Skipped = rep.skip(l); r.Skipped == "" {
			r.Row, r.Notes, r.Refused = rep.row(l)
		}
		s.Sample = append(s.Sample, r)
	}
}

func shownCells(l line) Cells {
	c := Cells{Line: l.n, Cells: slices.Clone(l.cells)}
	for i, text := range c.Cells {
		if len(text) > shownCell {
			cut := shownCell
			for !utf8.RuneStart(text[cut]) {
				cut--
			}
			c.Cells[i] = text[:cut] + "…"
		}
	}
	return c
}
