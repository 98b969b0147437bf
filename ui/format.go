package ui

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"gocua/ui/messages"
)

// vietnam is the one time zone (UTC+7, no summer time) in which days are shown.
var vietnam = time.FixedZone("+07", 7*60*60)

// Ratio is a share in per mille: 856 shows as "85,6 %". It may pass 1000 and is
// never clamped.
type Ratio int

// NoRatio is the ratio to a target nobody has set.
const NoRatio Ratio = -1

// RatioOf divides, rounding half up. Of nothing there is no ratio.
func RatioOf(part, whole int) Ratio {
	if whole <= 0 || part < 0 {
		return NoRatio
	}
	return Ratio((part*2000 + whole) / (2 * whole))
}

func (r Ratio) String() string {
	if r < 0 {
		return "–"
	}
	return r.bare() + " %"
}

// Known reports whether there is anything to divide by.
func (r Ratio) Known() bool { return r >= 0 }

// bare is the ratio without its sign, for a column whose head carries it.
func (r Ratio) bare() string {
	if r < 0 {
		return "–"
	}
	return number(int(r)/10) + "," + strconv.Itoa(int(r)%10)
}

// number groups thousands with points: 5.330.114.
func number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// signed shows growth: +1.107.
func signed(n int) string {
	if n > 0 {
		return "+" + number(n)
	}
	return number(n)
}

// day is dd/mm/yyyy.
func day(t time.Time) string { return shown(t, "02/01/2006") }

// clock is the time of day.
func clock(t time.Time) string { return shown(t, "15:04") }

// iso is for the datetime attribute.
func iso(t time.Time) string { return shown(t, "2006-01-02T15:04-07:00") }

// weekday is "thứ Năm 10/08/2023".
func weekday(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	names := [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}
	return names[t.In(vietnam).Weekday()] + " " + day(t)
}

// shortday is "thứ Năm 10/08", where the year goes without saying.
func shortday(t time.Time) string { return strings.TrimSuffix(weekday(t), shown(t, "/2006")) }

// moment says when, as shortly as is unmistakable now: "14:02", "09/08 22:03",
// "09/08/2022 22:03".
func moment(t, now time.Time) string {
	local, today := t.In(vietnam), now.In(vietnam)
	switch {
	case t.IsZero():
		return "–"
	case local.Year() != today.Year():
		return local.Format("02/01/2006 15:04")
	case local.YearDay() != today.YearDay():
		return local.Format("02/01 15:04")
	}
	return local.Format("15:04")
}

func shown(t time.Time, layout string) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(vietnam).Format(layout)
}

// upper raises the first letter, for a sentence that begins with a weekday.
func upper(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}

func funcs() template.FuncMap {
	return template.FuncMap{
		"number": number, "signed": signed, "bare": Ratio.bare,
		"day": day, "clock": clock, "moment": moment, "iso": iso,
		"weekday": weekday, "shortday": shortday, "upper": upper,
		"field":  field,
		"figure": func(n int, href string) Figure { return Figure{N: n, Href: href} },
		"t":      messages.T,
		"asset": func(name string) (string, error) {
			if url := URL(name); url != "" {
				return url, nil
			}
			return "", fmt.Errorf("there is no static file %q", name)
		},
	}
}
