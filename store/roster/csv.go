package roster

import (
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"

	"gocua/store/command"
)

// maxQuoted is how many lines one line of a list may span inside quotes. A
// quote that is never closed would otherwise swallow the rest of the list.
const maxQuoted = 20

// openCSV opens a text of separated values.
func openCSV(data []byte, said Encoding) (*table, error) {
	text, encoding, hint := decodeText(data, said)
	separator := sniffSeparator(text)
	t := &table{encoding: encoding, hint: hint}
	skip := 0
	if first, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(first, "sep=") {
		text, skip = rest, 1 // Excel's own way of naming the separator
		if named := strings.TrimSpace(first[4:]); len(named) == 1 && named != `"` {
			separator = rune(named[0])
		}
	}
	t.lines = func() iter.Seq2[line, error] {
		return func(yield func(line, error) bool) { readCSV(text, separator, skip, yield) }
	}
	return t, nil
}

func readCSV(text string, separator rune, skipped int, yield func(line, error) bool) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = separator, true, -1, true
	for {
		cells, err := r.Read()
		switch {
		case err == io.EOF:
			return
		case err != nil:
			yield(line{}, badCSV(err, skipped))
			return
		}
		n, _ := r.FieldPos(0)
		n += skipped
		switch {
		case n > maxLines:
			yield(line{}, tooLarge())
			return
		case len(cells) > maxColumns:
			yield(line{}, tooWide(n))
			return
		}
		for i, c := range cells {
			if len(c) > maxCell || strings.Count(c, "\n") > maxQuoted {
				yield(line{}, unclosed(n))
				return
			}
			cells[i] = unquoteFormula(c)
		}
		if !yield(line{n, cells}, nil) {
			return
		}
	}
}

// unquoteFormula undoes ="001…", the way to keep a zero in a CSV for Excel.
func unquoteFormula(c string) string {
	if inner, ok := strings.CutPrefix(c, `="`); ok {
		if inner, ok = strings.CutSuffix(inner, `"`); ok && !strings.Contains(inner, `"`) {
			return inner
		}
	}
	return c
}

// sniffSeparator picks the separator that cuts most of the first lines into the
// same number of cells. Commas lose a tie: addresses are full of them.
func sniffSeparator(text string) rune {
	var lines []string
	for l := range strings.Lines(text[:min(len(text), 64<<10)]) {
		if strings.TrimSpace(l) != "" {
			lines = append(lines, l)
		}
		if len(lines) == 60 {
			break
		}
	}
	best, most := ',', 0
	for _, separator := range ";\t|," {
		counts := map[int]int{}
		for _, l := range lines {
			counts[countOutsideQuotes(l, separator)]++
		}
		agree := 0
		for cuts, n := range counts {
			if cuts > 0 {
				agree = max(agree, n)
			}
		}
		if agree > most {
			best, most = separator, agree
		}
	}
	return best
}

func countOutsideQuotes(l string, separator rune) (n int) {
	quoted := false
	for _, r := range l {
		switch {
		case r == '"':
			quoted = !quoted
		case r == separator && !quoted:
			n++
		}
	}
	return n
}

func badCSV(err error, skipped int) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return atLine(parse.Line+skipped, "bad_csv", "line %d cannot be read: %v", parse.Line+skipped, parse.Err)
	}
	return command.Errorf(command.Invalid, "bad_csv", "the file cannot be read: %v", err)
}

func unclosed(n int) error {
	return atLine(n, "csv_quote", "on line %d a quote opens that is never closed, or a cell is far too long", n)
}

func tooLarge() error {
	return command.Errorf(command.Invalid, "list_too_large", "the list is too large: at most %d lines and %d MiB; split it by hamlet or ward", maxLines, MaxFile>>20)
}

func tooWide(n int) error {
	return atLine(n, "too_wide", "line %d has more than %d cells: this is no list of residents", n, maxColumns)
}

// LineError is what is wrong with a list on one of its lines. It unwraps to a
// command.Error, whose message names the line in English.
type LineError struct {
	Line int
	why  *command.Error
}

func (e *LineError) Error() string { return e.why.Error() }

func (e *LineError) Unwrap() error { return e.why }

func atLine(n int, code, format string, args ...any) error {
	return &LineError{Line: n, why: command.Errorf(command.Invalid, code, format, args...)}
}

// LineOf is the line an error of Read or Look is about; 0: the list as a whole.
func LineOf(err error) int {
	var at *LineError
	if errors.As(err, &at) {
		return at.Line
	}
	return 0
}
