package roster

import (
	"slices"
	"strings"

	"gocua/store/civic"
)

// Plan is what a file turned out to be.
type Plan struct {
	File     string // SHA-256 of the bytes, hex
	Mapping  string // SHA-256 of everything else the rows follow from, hex
	Format   Format
	Sheet    string   // "" for CSV
	Sheets   []string // the others may hold lists too
	Encoding string   // of a CSV: utf-8, utf-16le, utf-16be, windows-1258, windows-1252
	Titles   int      // line of the column titles
	Columns  []Column
	Rows     int // that went into pages
	Pages    int
	Empty    int // lines below the titles with nothing on them
	Refused  []Finding
	Noted    []Finding // rows that went in, with something to look at
	Skipped  []Finding // lines that are no person
	Layout   string    // LayoutOf the column titles
	Unsure   bool      // days can be read either way, and nobody has said which
	Dates    DateOrder // as they were read
}

// Finding is what is to be said about one line.
type Finding struct {
	Line int
	Code string
	Text string // Vietnamese
}

// take puts one line where it belongs.
func (p *Plan) take(l line, rep *repairer, pages *pager) error {
	if isBlank(l, rep.columns[Serial]) {
		p.Empty++
		return nil
	}
	if code := rep.skip(l); code != "" {
		p.Skipped = append(p.Skipped, finding(l.n, code))
		return nil
	}
	row, notes, refused := rep.row(l)
	if refused != "" {
		p.Refused = append(p.Refused, finding(l.n, refused))
		return nil
	}
	for _, code := range notes {
		p.Noted = append(p.Noted, finding(l.n, code))
	}
	p.Rows++
	return pages.add(row)
}

func finding(line int, code string) Finding { return Finding{line, code, Reason(code)} }

// isBlank ignores a counter: forms come with their lines already numbered.
func isBlank(l line, serial []Column) bool {
	for i, c := range l.cells {
		s := civic.CleanText(c)
		counter := len(serial) > 0 && serial[0].Index == i && isDigits(strings.TrimSuffix(s, "."))
		if s != "" && !counter {
			return false
		}
	}
	return true
}

// Reasons collects what is to be said about each line that somebody should look
// at, for WriteResult. The caller adds what the register said.
func (p Plan) Reasons() map[int]string {
	all := map[int]string{}
	for _, f := range slices.Concat(p.Refused, p.Noted) {
		if all[f.Line] != "" {
			all[f.Line] += "; "
		}
		all[f.Line] += f.Text
	}
	return all
}
