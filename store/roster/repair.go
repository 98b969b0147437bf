package roster

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gocua/store/civic"
)

// Longest texts, in bytes, that the register takes.
const (
	maxName    = 120
	maxAddress = 300
	maxShort   = 60 // relation, ethnic group, number of the household
)

// repairer turns lines into rows. It remembers what a line of a household list
// leaves to the line above it.
type repairer struct {
	columns map[Field][]Column
	dates   dates
	hamlets hamlets
	sheet   string // its hamlet, where the sheet is called like one
	fixed   string // hamlet of rows that name none
	section string // hamlet of the heading above
	above   Row    // where the person of the line above lives
}

// text is the repaired text of a field, "" if the list has no such column.
func (r *repairer) text(l line, f Field) string {
	var parts []string
	for _, c := range r.columns[f] {
		if s := civic.CleanText(legacy(c.Legacy).mend(l.cell(c.Index))); s != "" && s != "-" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// raw is a field of figures as it stands.
func (r *repairer) raw(l line, f Field) string {
	for _, c := range r.columns[f] {
		return strings.Trim(civic.CleanText(l.cell(c.Index)), "'")
	}
	return ""
}

// row repairs one line. Either refused is a code, or the row is good; notes say
// what was left out of it or assumed.
func (r *repairer) row(l line) (row Row, notes []string, refused string) {
	row = Row{Line: l.n}
	unplaced := r.place(l, &row)
	r.above = row // also if the row is refused: the family below still lives there
	if row.Name = r.name(l); row.Name == "" {
		return row, nil, RefusedNoName
	}
	if notes, refused = r.identity(l, &row); refused == "" {
		refused = unfit(row)
	}
	if refused != "" {
		return row, nil, refused
	}
	var ok bool
	if row.Phone, ok = phone(r.raw(l, Phone)); !ok {
		notes = append(notes, NotePhone)
	}
	if unplaced != "" {
		notes = append(notes, unplaced)
	}
	return row, notes, ""
}

// identity fills in number, birth and sex, which must not contradict each other
// where one of them was guessed.
func (r *repairer) identity(l line, row *Row) (notes []string, refused string) {
	number, code := r.number(l)
	if code == NoteOldNumber {
		notes = append(notes, code)
	} else if code != "" {
		return nil, code
	}
	birth, sex, code, ok := r.birth(l)
	if !ok {
		return nil, RefusedBirth
	}
	row.Number, row.OldNumber, row.Birth = number.digits, number.old, birth
	if row.Sex, ok = r.sex(l, sex); !ok {
		notes = append(notes, NoteSex)
	}
	if code != "" && !(code == NoteTwoDigitYear && confirmCentury(row)) {
		notes = append(notes, code)
	}
	warnings := civic.NumberWarnings(row.Number, row.Birth, row.Sex)
	if number.restored && len(warnings) > 0 {
		return nil, RefusedNumber // zeros were not all it lost
	}
	return append(notes, warnings...), ""
}

// unfit is the code of what makes a row useless to the register.
func unfit(row Row) string {
	switch {
	case strings.ContainsRune(row.Name, utf8.RuneError), strings.ContainsRune(row.Name, '?'): // what was saved in letters that lack some
		return RefusedGarbled
	case !strings.ContainsFunc(row.Name, unicode.IsLetter):
		return RefusedBadName
	case row.Number == "" && row.Birth == "":
		return RefusedThin
	case len(row.Name) > maxName, len(row.Address) > maxAddress, len(row.Relation) > maxShort,
		len(row.Ethnic) > maxShort, len(row.HouseholdRef) > maxShort:
		return RefusedLong
	}
	return ""
}

func (r *repairer) name(l line) string {
	if s := r.text(l, Name); s != "" {
		return civic.CleanName(s)
	}
	return civic.CleanName(r.text(l, FamilyName) + " " + r.text(l, GivenName))
}

// birth reads the birth from whichever columns the list has. Columns for men
// and for women also tell the sex, by a birth or by a cross.
func (r *repairer) birth(l line) (b civic.Birth, sex, note string, ok bool) {
	for _, c := range []struct {
		field Field
		sex   string
	}{{IfMale, civic.Male}, {IfFemale, civic.Female}} {
		raw := r.raw(l, c.field)
		if raw == "" {
			continue
		}
		if sex != "" {
			return "", "", "", false // both filled in
		}
		sex = c.sex
		if !isCross(raw) {
			if b, note, ok = r.dates.read(raw); !ok {
				return "", "", "", false
			}
		}
	}
	if b != "" {
		return b, sex, note, true
	}
	if raw := r.raw(l, BirthDate); raw != "" {
		b, note, ok = r.dates.read(raw)
		return b, sex, note, ok
	}
	if y := r.raw(l, BirthYear); y != "" {
		b, note, ok = r.dates.read(strings.Trim(r.raw(l, BirthDay)+"/"+r.raw(l, BirthMonth)+"/"+y, "/"))
		return b, sex, note, ok
	}
	return "", sex, "", true
}

func isCross(s string) bool {
	switch civic.Fold(s) {
	case "x", "v", "+", "*", "✓", "✔", "√", "1", "nam", "nu":
		return true
	}
	return false
}

func (r *repairer) sex(l line, known string) (string, bool) {
	switch civic.Fold(r.text(l, Sex)) {
	case "":
		return known, true
	case "nam", "m", "male", "trai", "ong":
		return civic.Male, true
	case "nu", "f", "female", "gai", "ba":
		return civic.Female, true
	}
	return known, false
}

// confirmCentury settles a year of two digits by the personal number, which
// knows the century. It reports whether the two agree on the year.
func confirmCentury(row *Row) bool {
	if row.Number == "" || row.Birth == "" || row.Number[4:6] != string(row.Birth[2:4]) {
		return false
	}
	century := []string{"19", "20", "21", "22", "23"}[(row.Number[3]-'0')/2]
	b, err := civic.ParseBirth(century + string(row.Birth[2:]))
	if err != nil {
		return false
	}
	row.Birth = b
	return true
}

// place fills in where the person lives and the ties to the household. A
// member without these has those of the line above: household lists merge the
// cells of a family.
func (r *repairer) place(l line, row *Row) (note string) {
	row.Relation, row.Ethnic = relation(r.text(l, Relation)), r.text(l, Ethnic)
	row.HouseholdRef = r.text(l, Household)
	row.Address = r.text(l, Address)
	if row.Address == "" {
		row.Address = r.text(l, Permanent)
	}
	named := r.text(l, Hamlet)
	member := row.Relation != "" && row.Relation != Head && r.above.Line != 0
	if member && (row.HouseholdRef == "" || row.HouseholdRef == r.above.HouseholdRef) {
		row.HouseholdRef = r.above.HouseholdRef
		if row.Address == "" {
			row.Address = r.above.Address
			row.Hamlet = r.above.Hamlet
		}
	}
	if found := r.hamlet(named, row.Address); found != "" && (row.Hamlet == "" || named != "") {
		row.Hamlet = found
	}
	if named != "" && r.hamlets.find(named) == "" || row.Hamlet == "" && len(r.columns[Hamlet]) > 0 {
		return NoteHamlet
	}
	return "" // a list that names no hamlets at all is not complained of line by line
}

// hamlet is the code of the first that says: the cell, the heading above, the
// address, the name of the sheet, the caller.
func (r *repairer) hamlet(named, address string) string {
	for _, code := range []string{r.hamlets.find(named), r.section, r.hamlets.inAddress(address), r.sheet} {
		if code != "" {
			return code
		}
	}
	return r.fixed
}

func relation(s string) string {
	switch civic.Fold(s) {
	case "chu ho", "ch", "ch.", "chu":
		return Head
	}
	return s
}
