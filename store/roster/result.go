package roster

import (
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"
)

// WriteResult writes a workbook of the lines that have a reason (Plan.Reasons,
// and what the register said): line, reason, and the cells as they were, under
// titles that Read understands, so that a corrected result can be handed in.
// All cells are text: nothing in them is ever calculated. name, data and opt
// are those of Read.
func WriteResult(w io.Writer, name string, data []byte, opt Options, reasons map[int]string) error {
	o, err := open(name, data, opt, known)
	if err != nil {
		return err
	}
	defer o.close()
	f := excelize.NewFile(excelize.Options{TmpDir: opt.TmpDir})
	defer f.Close()
	sheet, err := newResultSheet(f)
	if err != nil {
		return fmt.Errorf("result file: %w", err)
	}
	if err := sheet.titles(o.header); err != nil {
		return fmt.Errorf("result file: %w", err)
	}
	last := 0
	for n := range reasons {
		last = max(last, n)
	}
	for l, err := range o.table.lines() {
		if err != nil {
			return err
		}
		if l.n > last {
			break
		}
		if reason := reasons[l.n]; reason != "" {
			if err := sheet.line(l.n, reason, o.shown(l)); err != nil {
				return fmt.Errorf("result file: %w", err)
			}
		}
	}
	if err := sheet.Flush(); err != nil {
		return fmt.Errorf("result file: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("result file: %w", err)
	}
	return nil
}

// resultSheet is the only sheet of a result file.
type resultSheet struct {
	*excelize.StreamWriter
	text, bold int // styles
	next       int // row
}

func newResultSheet(f *excelize.File) (*resultSheet, error) {
	s := &resultSheet{next: 1}
	var err error
	if s.StreamWriter, err = f.NewStreamWriter(f.GetSheetName(0)); err != nil {
		return nil, err
	}
	const textFormat = 49 // "@"
	if s.text, err = f.NewStyle(&excelize.Style{NumFmt: textFormat}); err != nil {
		return nil, err
	}
	if s.bold, err = f.NewStyle(&excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, err
	}
	if err = s.SetColWidth(2, 2, 48); err != nil {
		return nil, err
	}
	return s, s.SetColWidth(3, 20, 20)
}

func (s *resultSheet) titles(h header) error {
	titles := append([]string{}, h.titles...)
	for _, c := range h.columns {
		for len(titles) <= c.Index {
			titles = append(titles, "")
		}
		titles[c.Index] = resultTitle(c)
	}
	return s.write(s.bold, append([]string{"Dòng", "Lý do cần xem lại"}, titles...))
}

// resultTitle keeps a title that is read back as the same field.
func resultTitle(c Column) string {
	if f, ok := fieldOf(c.Title); ok && f == c.Field {
		return c.Title
	}
	return fieldTitles[c.Field]
}

// shown is a line as people know it: days as dates, text in Unicode.
func (o *opened) shown(l line) []string {
	cells := slices.Clone(l.cells)
	for _, c := range o.header.columns {
		if c.Index >= len(cells) {
			continue
		}
		cells[c.Index] = legacy(c.Legacy).mend(cells[c.Index])
		if c.Field == BirthDate || c.Field == IfMale || c.Field == IfFemale {
			if b, _, ok := o.dates.read(cells[c.Index]); ok && isDigits(cells[c.Index]) {
				cells[c.Index] = b.Show()
			}
		}
	}
	return cells
}

func (s *resultSheet) line(n int, reason string, cells []string) error {
	return s.write(s.text, append([]string{itoa(n), reason}, cells...))
}

func (s *resultSheet) write(style int, texts []string) error {
	cells := make([]any, len(texts))
	for i, t := range texts {
		cells[i] = excelize.Cell{StyleID: style, Value: t}
	}
	at, err := excelize.CoordinatesToCellName(1, s.next)
	if err != nil {
		return err
	}
	s.next++
	return s.SetRow(at, cells)
}
