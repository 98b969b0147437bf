package roster

import (
	"strconv"
	"strings"

	"gocua/store/civic"
)

// dates reads the births of one column.
type dates struct {
	monthFirst bool // 8/15/1955, as a spreadsheet set to American English writes
	date1904   bool
	unsure     bool // the days of the list could be read either way
}

// DateOrder is what a person says about 05/08/1955.
type DateOrder string

// Orders; none: the days of the list show it.
const (
	DayFirst   DateOrder = "dmy" // 5 August, as Vietnam writes
	MonthFirst DateOrder = "mdy" // 8 May, as a spreadsheet set to American English does
)

func (d dates) order() DateOrder {
	if d.monthFirst {
		return MonthFirst
	}
	return DayFirst
}

// read makes a birth of what a cell holds: dd/mm/yyyy and its relatives, a year
// alone, or the day number a spreadsheet keeps. note is two_digit_year or
// month_only where something had to be assumed. An empty cell is no birth.
func (d dates) read(cell string) (b civic.Birth, note string, ok bool) {
	s := strings.ToLower(civic.CleanText(cell))
	s = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(s, "'"), "năm "))
	if s == "" {
		return "", "", true
	}
	if isDigits(strings.TrimSuffix(s, ".0")) {
		b, ok = d.bare(strings.TrimSuffix(s, ".0"))
		return b, "", ok
	}
	if whole, fraction, cut := strings.Cut(s, "."); cut && len(whole) == 5 && isDigits(whole) && isDigits(fraction) && len(fraction) > 4 {
		b, ok = d.serial(whole) // a day with an hour
		return b, "", ok
	}
	return d.written(s)
}

// bare reads digits without separators.
func (d dates) bare(s string) (civic.Birth, bool) {
	switch len(s) {
	case 4:
		if b, err := civic.ParseBirth(s); err == nil {
			return b, true
		}
		return d.serial(s)
	case 5:
		return d.serial(s)
	case 7:
		s = "0" + s // 5081955
	case 8:
	default:
		return "", false
	}
	if b, ok := date(s[4:], s[2:4], s[:2]); ok {
		return b, true
	}
	return date(s[:4], s[4:6], s[6:]) // 19550815
}

// firstSerial keeps small figures (ages, house numbers) from becoming births.
const firstSerial, lastSerial = 2_200, 73_050

// serial reads the number of days a spreadsheet counts from the end of 1899.
func (d dates) serial(s string) (civic.Birth, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < firstSerial || n > lastSerial {
		return "", false
	}
	if d.date1904 {
		n += 1462
	}
	const epoch = 25_569 // 1 January 1970
	day := civic.DayOf(int64(n-epoch) * 86_400_000)
	b, bad := civic.ParseBirth(day)
	return b, bad == nil
}

// written reads a date with separators.
func (d dates) written(s string) (b civic.Birth, note string, ok bool) {
	if day, _, cut := strings.Cut(s, "t"); cut && len(day) == 10 {
		s = day // 1955-08-15T00:00:00
	}
	if day, clock, cut := strings.Cut(s, " "); cut && strings.Contains(clock, ":") {
		s = day
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("/-. ", r) })
	for i, p := range parts {
		if last := i == len(parts)-1; blank(p) && !(last && isDigits(p)) { // 15/8/00: the year 2000
			parts[i] = ""
		}
	}
	switch len(parts) {
	case 1:
		b, ok = d.bare(parts[0])
		return b, "", ok && len(parts[0]) == 4
	case 2: // month and year
		if m, good := small(parts[0]); parts[0] == "" || good && m <= 12 && len(parts[1]) == 4 {
			b, bad := civic.ParseBirth(parts[1])
			return b, monthOnly(parts[0]), bad == nil
		}
		return "", "", false
	case 3:
		return d.three(parts[0], parts[1], parts[2])
	}
	return "", "", false
}

// blank reports whether a part of a date says that nobody knows it.
func blank(part string) bool { return strings.Trim(part, "?x_…0") == "" }

// lastShortYear divides two-digit years between the centuries. It is part of
// the rules, not the year of today: the same file must read the same for ever.
const lastShortYear = "26"

func (d dates) three(first, second, third string) (b civic.Birth, note string, ok bool) {
	switch {
	case len(first) == 4 && len(third) <= 2:
		b, ok = date(first, second, third)
		return b, "", ok
	case len(third) == 4 && first == "":
		b, bad := civic.ParseBirth(third)
		return b, monthOnly(second), bad == nil
	}
	if d.monthFirst {
		first, second = second, first
	}
	if len(third) == 2 && isDigits(third) {
		if third <= lastShortYear {
			third = "20" + third
		} else {
			third = "19" + third
		}
		note = NoteTwoDigitYear
	}
	b, ok = date(third, second, first)
	return b, note, ok
}

func monthOnly(month string) string {
	if month == "" {
		return ""
	}
	return NoteMonthOnly
}

func date(year, month, day string) (civic.Birth, bool) {
	m, okM := small(month)
	d, okD := small(day)
	if len(year) != 4 || !isDigits(year) || !okM || !okD {
		return "", false
	}
	y, _ := strconv.Atoi(year)
	iso, real := civic.DateOf(y, m, d)
	if !real {
		return "", false
	}
	b, bad := civic.ParseBirth(iso)
	return b, bad == nil
}

func small(s string) (int, bool) {
	if len(s) == 0 || len(s) > 2 || !isDigits(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// dateOrder learns from the cells of a column whether the month comes first.
type dateOrder struct{ dayFirst, monthFirst, either int }

func (o *dateOrder) see(cell string) {
	parts := strings.FieldsFunc(cell, func(r rune) bool { return r == '/' || r == '-' })
	if len(parts) != 3 || len(parts[0]) > 2 {
		return
	}
	a, okA := small(parts[0])
	b, okB := small(parts[1])
	if okA && okB {
		o.dayFirst += one(a > 12 && b <= 12)
		o.monthFirst += one(b > 12 && a <= 12)
		o.either += one(a <= 12 && b <= 12 && a != b && a > 0 && b > 0)
	}
}

// month reports whether the column is month first beyond doubt.
func (o dateOrder) month() bool { return o.monthFirst > 0 && o.dayFirst == 0 }

// unsure reports whether a person must be asked: the days contradict each other,
// or all of them can be read either way.
func (o dateOrder) unsure() bool {
	return o.dayFirst > 0 && o.monthFirst > 0 || o.dayFirst+o.monthFirst == 0 && o.either > 0
}
