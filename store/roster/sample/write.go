package sample

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
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

// encoded turns UTF-8 written to it into another encoding, whole lines at a
// time: a Write may end inside a character.
type encoded struct {
	to   io.Writer
	with func(string) []byte
	rest []byte
}

func (e *encoded) Write(b []byte) (int, error) {
	e.rest = append(e.rest, b...)
	cut := 0
	for i, c := range e.rest {
		if c == '\n' {
			cut = i + 1
		}
	}
	if _, err := e.to.Write(e.with(string(e.rest[:cut]))); err != nil {
		return 0, err
	}
	e.rest = append(e.rest[:0], e.rest[cut:]...)
	return len(b), nil
}

func encoder(w io.Writer, name string) (io.Writer, error) {
	switch name {
	case "", "utf-8":
		return w, nil
	case "utf-8-bom":
		_, err := io.WriteString(w, "\ufeff")
		return w, err
	case "utf-16le":
		_, err := w.Write([]byte("\xff\xfe"))
		return &encoded{to: w, with: utf16LE}, err
	case "windows-1258":
		return &encoded{to: w, with: windows1258}, nil
	case "tcvn3":
		return &encoded{to: w, with: func(s string) []byte { return oneByte(charmap.Windows1252, s) }}, nil
	}
	return nil, fmt.Errorf("sample list: unknown encoding %q", name)
}

func utf16LE(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// windows1258 keeps the letters it has whole and writes the tones of the others
// behind them.
func windows1258(s string) (b []byte) {
	for _, r := range norm.NFC.String(strings.NewReplacer("Ð", "Đ", "ð", "đ").Replace(s)) { // it has no eth
		if c, ok := charmap.Windows1258.EncodeRune(r); ok {
			b = append(b, c)
			continue
		}
		marks := []rune(norm.NFD.String(string(r)))
		base := ""
		var tone []byte
		for _, m := range marks {
			if c, ok := charmap.Windows1258.EncodeRune(m); ok && m >= 0x300 {
				tone = append(tone, c)
			} else {
				base += string(m)
			}
		}
		b = append(append(b, oneByte(charmap.Windows1258, norm.NFC.String(base))...), tone...)
	}
	return b
}

func oneByte(c *charmap.Charmap, s string) (b []byte) {
	for _, r := range s {
		if x, ok := c.EncodeRune(r); ok {
			b = append(b, x)
		}
	}
	return b
}
