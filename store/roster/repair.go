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
	noteOfPlace := r.place(l, &row)
	r.above = row // also if the row is refused: the family below still lives there
	row.Name = r.name(l)
	switch {
	case row.Name == "":
		return row, nil, RefusedNoName
	case strings.ContainsRune(row.Name, utf8.RuneError):
		return row, nil, RefusedGarbled
	case !strings.ContainsFunc(row.Name, unicode.IsLetter):
		return row, nil, RefusedBadName
	}
	note := func(code string) {
		if code != "" {
			notes = append(notes, code)
		}
	}
	number, code := r.number(l)
	if code == NoteOldNumber {
		note(code)
	} else if code != "" {
		return row, nil, code
	}
	birth, sex, code, ok := r.birth(l)
	if !ok {
		return row, nil, RefusedBirth
	}
	row.Number, row.Birth = number.digits, birth
	row.Sex, ok = r.sex(l, sex)
	if !ok {
		note(NoteSex)
	}
	if code == NoteTwoDigitYear && confirmCentury(&row) {
		code = ""
	}
	note(code)
	warnings := civic.NumberWarnings(row.Number, row.Birth, row.Sex)
	if number.restored && len(warnings) > 0 {
		return row, nil, RefusedNumber // zeros were not all it lost
	}
	notes = append(notes, warnings...)
	if row.Number == "" && row.Birth == "" {
		return row, nil, RefusedThin
	}
	row.Phone, ok = phone(r.raw(l, Phone))
	if !ok {
		note(NotePhone)
	}
	note(noteOfPlace)
	if len(row.Name) > maxName || len(row.Address) > maxAddress || len(row.Relation) > maxShort ||
		len(row.Ethnic) > maxShort || len(row.HouseholdRef) > maxShort {
		return row, nil, RefusedLong
	}
	return row, notes, ""
}

func (r *repairer) name(l line) string {
	if s := r.text(l, Name); s != "" {
		return civic.CleanName(s)
	}
	return civic.CleanName(r.text(l, FamilyName) + " " + r.text(l, GivenName))
}

type personalNumber struct {
	digits   string
	restored bool // zeros were put back
}

// number reads the personal number; the code is a refusal or old_number.
func (r *repairer) number(l line) (n personalNumber, code string) {
	raw := plainFigure(r.raw(l, Number))
	if raw == "" {
		if r.raw(l, OldNumber) == "" {
			return n, ""
		}
		raw = plainFigure(r.raw(l, OldNumber))
	}
	if strings.ContainsAny(raw, "eE") && strings.ContainsAny(raw, "+.,") {
		return n, RefusedRounded
	}
	digits, err := civic.ParsePersonalNumber(raw)
	if err == nil {
		return personalNumber{digits: digits}, ""
	}
	if digits, ok := civic.RestoreNumber(raw); ok {
		return personalNumber{digits, true}, ""
	}
	if bare := strings.Map(digitOrDrop, raw); len(bare) == 9 || len(bare) == 8 || !strings.ContainsFunc(raw, unicode.IsDigit) {
		return n, NoteOldNumber // 9 digits, 8 with a lost zero; or words: "chưa có"
	}
	return n, RefusedNumber
}

func digitOrDrop(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// plainFigure writes out a figure the file keeps with an exponent, where no
// digit was lost: 1.1303012345E10. What was rounded stays as it is.
func plainFigure(s string) string {
	mantissa, exponent, ok := strings.Cut(strings.ToUpper(strings.ReplaceAll(s, ",", ".")), "E")
	if !ok {
		return strings.TrimSuffix(s, ".0")
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	e, good := small(strings.TrimLeft(strings.TrimPrefix(exponent, "+"), "0"))
	if !good || len(whole) != 1 || !isDigits(whole+fraction) || len(fraction) != e {
		return s
	}
	return whole + fraction
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

// phone takes the first number of a cell that is one: "0912404318 / 024…".
func phone(cell string) (string, bool) {
	if cell == "" || !strings.ContainsFunc(cell, unicode.IsDigit) {
		return "", true // empty, or "không có"
	}
	if p, err := civic.ParsePhone(plainFigure(cell)); err == nil {
		return p, true
	}
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("/;,|&\\", r) }) {
		if p, err := civic.ParsePhone(part); err == nil {
			return p, true
		}
	}
	return "", false
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
	if row.Hamlet == "" || named != "" && r.hamlets.find(named) == "" {
		return NoteHamlet
	}
	return ""
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
