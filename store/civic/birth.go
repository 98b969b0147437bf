package civic

import (
	"fmt"
	"time"

	"gocua/store/command"
)

// Birth is when somebody was born (ngày sinh): "YYYY-MM-DD", or "YYYY" where
// only the year is known, as for many of the old. Empty means unknown.
type Birth string

// Years outside these are typing mistakes, whatever the day is today.
const firstYear, lastYear = 1880, 2199

// ParseBirth reads the two forms of a Birth and nothing else. Its error has
// code bad_birth.
func ParseBirth(iso string) (Birth, *command.Error) {
	b := Birth(iso)
	switch len(iso) {
	case 4:
		if digitsOnly(iso) && plausibleYear(b.Year()) {
			return b, nil
		}
	case 10:
		if validDay(iso) && plausibleYear(b.Year()) {
			return b, nil
		}
	}
	return "", command.Errorf(command.Invalid, "bad_birth", "a date of birth is YYYY-MM-DD, or YYYY if only the year is known")
}

func plausibleYear(y int) bool { return y >= firstYear && y <= lastYear }

// Year is the year of birth, 0 if unknown.
func (b Birth) Year() int {
	if len(b) < 4 {
		return 0
	}
	return smallNumber(string(b[:4]))
}

// AgeOn is the age in full years on a day ("YYYY-MM-DD"), -1 if the birth is
// unknown or later. Who has only a year of birth counts as born on its first
// day: better to knock a few months early than to leave somebody out. Who was
// born on 29 February is a year older on 1 March.
func (b Birth) AgeOn(day string) int {
	if len(b) < 4 || len(day) != 10 {
		return -1
	}
	age := smallNumber(day[:4]) - b.Year()
	if len(b) == 10 && day[5:] < string(b[5:]) {
		age--
	}
	return max(age, -1)
}

// Turns is the day on which somebody reaches an age, as AgeOn counts; of who was
// born on 29 February it may be a day the calendar lacks, which sorts before the
// 1st of March. Empty if the birth is unknown.
func (b Birth) Turns(age int) string {
	if len(b) < 4 {
		return ""
	}
	day := "-01-01"
	if len(b) == 10 {
		day = string(b[4:])
	}
	return fmt.Sprintf("%04d", b.Year()+age) + day
}

// Show is the form people read: dd/mm/yyyy, or yyyy.
func (b Birth) Show() string {
	if len(b) != 10 {
		return string(b)
	}
	return string(b[8:] + "/" + b[5:7] + "/" + b[:4])
}

// vietnam is the country's offset from UTC, the same all year.
const vietnam = 7 * time.Hour

// DayOf is the day in Vietnam ("YYYY-MM-DD") of a moment in ms since 1970 UTC.
func DayOf(ms int64) string {
	return time.UnixMilli(ms).UTC().Add(vietnam).Format(time.DateOnly)
}

// dayAfter is the day after one ("YYYY-MM-DD").
func dayAfter(date string) string { return daysFrom(date, 1) }

// daysFrom is the day n days after one ("YYYY-MM-DD"), or before it.
func daysFrom(date string, n int) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// validDay reports whether s is a day of the calendar written YYYY-MM-DD.
func validDay(s string) bool {
	if len(s) != 10 {
		return false
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// DateOf writes a day of the calendar as YYYY-MM-DD; it reports false if there
// is no such day.
func DateOf(year, month, day int) (string, bool) {
	s := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	return s, validDay(s)
}

func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// smallNumber is the value of a short run of digits, 0 if it is anything else.
func smallNumber(s string) int {
	if !digitsOnly(s) || len(s) > 9 {
		return 0
	}
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
