package sample

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// list lays the lines of a list out, for any format.
type list struct {
	*spoiler
	put  func(line int, cells []cell) error
	next int
	Written
}

func (l *list) line(cells ...cell) error {
	l.next++
	return l.put(l.next, cells)
}

func (l *list) write(people iter.Seq[Person]) error {
	if err := l.head(); err != nil {
		return err
	}
	n := 0
	for p := range people {
		n++
		if l.chance(l.Empty) {
			l.next++
		}
		cells, good := l.row(n, p)
		if err := l.line(cells...); err != nil {
			return err
		}
		l.Lines = append(l.Lines, l.next)
		if !good {
			l.Written.Ruined = append(l.Written.Ruined, l.next)
		} else if l.chance(l.Duplicates) {
			if err := l.line(cells...); err != nil {
				return err
			}
			l.Copies = append(l.Copies, l.next)
		}
	}
	return l.foot(n)
}

func (l *list) head() error {
	above := []string{"ỦY BAN NHÂN DÂN PHƯỜNG", "DANH SÁCH NHÂN KHẨU TRÊN ĐỊA BÀN", "(Kèm theo Công văn số 12/CAP ngày 05/8/2023)", ""}
	for _, t := range above[:min(l.TitleLines, len(above))] {
		if err := l.line(text(t)); err != nil {
			return err
		}
	}
	columns := 0
	for _, titles := range l.titles() {
		cells := make([]cell, len(titles))
		for i, t := range titles {
			cells[i] = text(t)
		}
		columns = max(columns, len(cells))
		if err := l.line(cells...); err != nil {
			return err
		}
	}
	if !l.Numbering {
		return nil
	}
	var cells []cell
	for i := range columns {
		cells = append(cells, text(fmt.Sprintf("(%d)", i+1)))
	}
	return l.line(cells...)
}

func (l *list) foot(n int) error {
	if !l.Totals {
		return nil
	}
	for _, cells := range [][]cell{
		{{}, text("Tổng cộng"), cell{figure: int64(n)}},
		{{}, {}, {}, {}, {}, {}, text("Hà Nội, ngày 05 tháng 8 năm 2023")},
		{{}, text("Người lập biểu"), {}, {}, {}, {}, text("TRƯỞNG CÔNG AN PHƯỜNG")},
	} {
		if err := l.line(cells...); err != nil {
			return err
		}
	}
	return nil
}

// WriteXLSX writes the people as a workbook.
func WriteXLSX(w io.Writer, people iter.Seq[Person], m Mess) (Written, error) {
	f := excelize.NewFile()
	defer f.Close()
	stream, err := f.NewStreamWriter(f.GetSheetName(0))
	if err != nil {
		return Written{}, fmt.Errorf("sample list: %w", err)
	}
	style := &excelize.Style{NumFmt: 14}
	if m.TCVN3 {
		style.Font = &excelize.Font{Family: ".VnTime", Size: 12}
	}
	day, err := f.NewStyle(style)
	if err != nil {
		return Written{}, fmt.Errorf("sample list: %w", err)
	}
	l := &list{spoiler: newSpoiler(m), put: func(line int, cells []cell) error {
		values := make([]any, len(cells))
		for i, c := range cells {
			switch {
			case c.date:
				values[i] = excelize.Cell{StyleID: day, Value: c.figure}
			case c.figure != 0:
				values[i] = c.figure
			case c.text != "":
				values[i] = c.text
			}
		}
		return stream.SetRow("A"+strconv.Itoa(line), values)
	}}
	for i := range min(m.TitleLines, 3) {
		if err := stream.MergeCell("A"+strconv.Itoa(i+1), "K"+strconv.Itoa(i+1)); err != nil {
			return Written{}, fmt.Errorf("sample list: %w", err)
		}
	}
	if err := l.write(people); err != nil {
		return Written{}, fmt.Errorf("sample list: %w", err)
	}
	if err := stream.Flush(); err != nil {
		return Written{}, fmt.Errorf("sample list: %w", err)
	}
	if err := f.Write(w); err != nil {
		return Written{}, fmt.Errorf("sample list: %w", err)
	}
	return l.Written, nil
}

// CSV is how a list of separated values is written.
type CSV struct {
	Separator rune   // 0 is a semicolon
	Encoding  string // utf-8 (also ""), utf-8-bom, utf-16le, windows-1258, tcvn3
}

// WriteCSV writes the people as separated values. Days are never figures in it.
func WriteCSV(w io.Writer, people iter.Seq[Person], m Mess, form CSV) (Written, error) {
	m.SerialDates = 0
	old := form.Encoding == "tcvn3"
	if old {
		m.TCVN3 = false // everything is, not only some columns
	}
	out := bufio.NewWriter(w)
	encoded, err := encoder(out, form.Encoding)
	if err != nil {
		return Written{}, err
	}
	values := csv.NewWriter(encoded)
	values.Comma = ';'
	if form.Separator != 0 {
		values.Comma = form.Separator
	}
	at := 0
	l := &list{spoiler: newSpoiler(m), put: func(line int, cells []cell) error {
		for at++; at < line; at++ {
			if err := values.Write(make([]string, 11)); err != nil {
				return err
			}
		}
		texts := make([]string, max(11, len(cells)))
		for i, c := range cells {
			switch {
			case c.figure != 0:
				texts[i] = strconv.FormatInt(c.figure, 10)
			case old:
				texts[i] = tcvn3(c.text)
			default:
				texts[i] = c.text
			}
		}
		return values.Write(texts)
	}}
	if err := l.write(people); err != nil {
		return Written{}, fmt.Errorf("sample list: %w", err)
	}
	values.Flush()
	if err := values.Error(); err != nil {
		return Written{}, fmt.Errorf("sample list: %w", err)
	}
	if err := out.Flush(); err != nil {
		return Written{}, fmt.Errorf("sample list: %w", err)
	}
	return l.Written, nil
}
