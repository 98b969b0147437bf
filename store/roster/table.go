package roster

import "iter"

// line is one line of a table: its number in the file, from 1, and its cells.
type line struct {
	n     int
	cells []string // valid until the next line
}

func (l line) cell(i int) string {
	if i < 0 || i >= len(l.cells) {
		return ""
	}
	return l.cells[i]
}

// table is an opened sheet. It can be read from the top any number of times.
type table struct {
	sheet    string   // "" for CSV
	sheets   []string // the visible ones
	encoding string   // of a CSV
	date1904 bool     // days count from 1904, as old Macs did
	hint     legacy   // a font of the workbook gives the old encoding away
	lines    func() iter.Seq2[line, error]
}

// Limits on what is read at all. They are far above any ward's list and far
// below what would make the machine suffer.
const (
	MaxFile    = 64 << 20 // bytes of the file as it was handed in
	maxLines   = 1_000_000
	maxColumns = 500
	maxCell    = 32 << 10 // bytes of one cell
)
