package roster

import (
	"slices"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// Column is one column of the list that holds something known.
type Column struct {
	Index  int    `json:"index"` // from 0
	Field  Field  `json:"field"`
	Title  string `json:"title"`            // as written above it
	Legacy string `json:"legacy,omitempty"` // "tcvn3" or "vni": its text is in an old font
}

// header is where the titles are and what they mean.
type header struct {
	row     int // the last line of the titles, from 1
	columns []Column
	titles  []string // of all columns, also of unknown ones
}

// headerDepth is how far down a header is looked for: above it stand the names
// of offices, a title, a date, a signature.
const headerDepth = 60

// findHeader looks for the line, or the two lines, that name the columns. Its
// error has code no_header and says what is missing.
func findHeader(lines []line) (header, error) {
	var best, nearest header
	for i, l := range lines {
		if l.n > headerDepth {
			break
		}
		one := titlesOf(l)
		for _, titles := range [][]string{one, twoRows(lines, i)} {
			h := header{row: l.n, columns: columnsOf(titles), titles: titles}
			if len(titles) > 0 && len(h.columns) > len(nearest.columns) {
				nearest = h
			}
			if len(missing(h.columns)) == 0 && len(h.columns) > len(best.columns) {
				if best = h; !slices.Equal(titles, one) {
					best.row = lines[i+1].n
				}
			}
		}
	}
	if len(best.columns) == 0 {
		return header{}, noHeader(nearest)
	}
	return best, nil
}

func titlesOf(l line) []string {
	titles := make([]string, len(l.cells))
	for i, c := range l.cells {
		titles[i] = title(c)
	}
	return titles
}

// title reads one title, in whichever encoding makes sense of it.
func title(cell string) string {
	if _, ok := fieldOf(cell); !ok && maybeLegacy(cell) {
		for _, l := range []legacy{tcvn3, vni} {
			if t := l.decode(cell); knownTitle(t) {
				return civic.CleanText(t)
			}
		}
	}
	return civic.CleanText(cell)
}

func knownTitle(t string) bool { _, ok := fieldOf(t); return ok }

// twoRows joins the titles of a line with those below it: "Ngày sinh" over
// "Nam" and "Nữ", "CCCD" over "Số" and "Ngày cấp". A merged cell holds its text
// in its first column only. Nil unless the line below can be titles.
func twoRows(lines []line, i int) []string {
	if i+1 >= len(lines) || lines[i+1].n != lines[i].n+1 {
		return nil
	}
	upper, lower := titlesOf(lines[i]), titlesOf(lines[i+1])
	known := 0
	for _, t := range lower {
		if strings.ContainsAny(t, "0123456789") {
			return nil
		}
		known += one(knownTitle(t))
	}
	if known == 0 {
		return nil
	}
	joined := make([]string, max(len(upper), len(lower)))
	span := ""
	for c := range joined {
		top, bottom := at(upper, c), at(lower, c)
		if top != "" {
			span = top
		}
		switch {
		case bottom == "":
			joined[c] = top
		case knownTitle(bottom) && foldTitle(bottom) != "so":
			joined[c] = bottom
		default:
			joined[c] = strings.TrimSpace(span + " " + bottom)
		}
	}
	return joined
}

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return ""
}

// columnsOf keeps the columns with a known title. The first of two with the
// same title counts; only the parts of an address are joined.
func columnsOf(titles []string) []Column {
	var columns []Column
	seen := map[Field]bool{}
	for i, t := range titles {
		f, ok := fieldOf(t)
		if !ok || f == Ignored || seen[f] && f != Address {
			continue
		}
		seen[f] = true
		columns = append(columns, Column{Index: i, Field: f, Title: t})
	}
	if seen[GivenName] && !seen[Name] && !seen[FamilyName] {
		for i := range columns {
			if columns[i].Field == GivenName {
				columns[i].Field = Name // "Tên" alone is the whole name
			}
		}
	}
	return columns
}

// missing names what a list cannot do without: a name, and a number or birth.
func missing(columns []Column) []string {
	has := func(any ...Field) bool {
		return slices.ContainsFunc(columns, func(c Column) bool { return slices.Contains(any, c.Field) })
	}
	var m []string
	if !has(Name) && !(has(FamilyName) && has(GivenName)) {
		m = append(m, fieldTitles[Name])
	}
	if !has(Number, BirthDate, BirthYear, IfMale, IfFemale) {
		m = append(m, fieldTitles[Number]+" / "+fieldTitles[BirthDate])
	}
	return m
}

func noHeader(nearest header) error {
	if len(nearest.columns) < 2 {
		return command.Errorf(command.Invalid, "no_header", "no line names the columns: missing %s", strings.Join(missing(nil), ", "))
	}
	return command.Errorf(command.Invalid, "no_header", "line %d looks like the column titles, but lacks %s",
		nearest.row, strings.Join(missing(nearest.columns), ", "))
}
