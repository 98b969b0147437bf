package search

import (
	"strconv"
	"strings"

	"gocua/store/civic"
)

// Digits are kept as numbers: a personal number has always 12, a phone is kept
// without its country code and zero (9 digits, 10 for some landlines). 0 is none.

func packNumber(number string) uint64 {
	if len(number) != 12 {
		return 0
	}
	n, _ := strconv.ParseUint(number, 10, 64) // 0 if it is none
	return n
}

func packPhone(e164 string) uint64 {
	digits, ok := strings.CutPrefix(e164, "+84")
	if !ok || len(digits) > 12 {
		return 0
	}
	n, _ := strconv.ParseUint(digits, 10, 64) // 0 if it is none
	return n
}

func packPhones(e164 []string) (packed []uint64) {
	for _, p := range e164 {
		if n := packPhone(p); n != 0 {
			packed = append(packed, n)
		}
	}
	return packed
}

// packBirth keeps year, month and day in a number; day and month are 0 where
// only the year is known.
func packBirth(b civic.Birth) uint32 {
	birth := uint32(b.Year()) << 9
	if len(b) == 10 {
		month, _ := strconv.Atoi(string(b[5:7]))
		day, _ := strconv.Atoi(string(b[8:]))
		birth |= uint32(month)<<5 | uint32(day)
	}
	return birth
}

// digits is what a run of digits somebody typed may be.
type digits struct {
	number uint64 // a whole personal number
	phone  uint64 // a whole phone
	birth  uint32 // a day of birth
	year   uint32 // a year of birth, packed like one

	length int    // too few or too many for a part: 0; otherwise the last …
	value  uint64 // … digits of a number or phone

	// With a zero in front also the first digits: of a number, of a phone of 9
	// digits and of one of 10.
	number12, phone9, phone10 between
}

// between is a range of numbers: those that begin with certain digits.
type between struct{ from, below uint64 }

func (b between) has(n uint64) bool { return n >= b.from && n < b.below }

// beginning is the numbers of so many digits that begin with the last digits of
// value, length of them.
func beginning(value uint64, length, digits int) between {
	if length > digits {
		return between{}
	}
	size := power(digits - length)
	return between{value * size, (value + 1) * size}
}

// How well digits fit.
const (
	noFit    = 0
	loosely  = 1 // the first digits; only the year of a day
	fitting  = 2 // the last digits, the year
	entirely = 3
)

// readDigits says what a run of digits may be.
func readDigits(s string) (d digits) {
	if phone, err := civic.ParsePhone(s); err == nil {
		d.phone = packPhone(phone)
	}
	if number, err := civic.ParsePersonalNumber(s); err == nil {
		d.number = packNumber(number)
	}
	if len(s) >= 4 && len(s) <= 11 {
		d.value, _ = strconv.ParseUint(s, 10, 64)
		d.length = len(s)
		if s[0] == '0' && len(s) < 9 { // later it is whole, or has a typing mistake
			d.number12 = beginning(d.value, d.length, 12)
			d.phone9, d.phone10 = beginning(d.value, d.length-1, 9), beginning(d.value, d.length-1, 10)
		}
	}
	if year, err := civic.ParseBirth(s); err == nil {
		d.year = packBirth(year)
	}
	return d
}

// readDay reads a day of birth as people write it: 17/3/1955, 17-03-1955,
// 17.3.1955, 1955-03-17.
func readDay(s string) (d digits, ok bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if len(parts) != 3 {
		return d, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || len(p) > 4 {
			return d, false
		}
		n[i] = v
	}
	if len(parts[0]) == 4 {
		n[0], n[2] = n[2], n[0]
	}
	day, real := civic.DateOf(n[2], n[1], n[0])
	birth, err := civic.ParseBirth(day)
	if !real || err != nil {
		return d, false
	}
	d.birth = packBirth(birth)
	d.year = d.birth >> 9 << 9
	return d, true
}

// person says how well the digits fit a resident, and by what.
func (d *digits) person(p *people, row uint32) (fit int, by Field) {
	if number := p.number[row]; number != 0 {
		if f := d.fitsNumber(number); f > fit {
			fit, by = f, ByNumber
		}
	}
	if phone := p.phone[row]; phone != 0 {
		if f := d.fitsPhone(phone &^ morePhones); f > fit {
			fit, by = f, ByPhone
		}
		if phone&morePhones != 0 {
			for _, phone := range p.phones[row] {
				if f := d.fitsPhone(phone); f > fit {
					fit, by = f, ByPhone
				}
			}
		}
	}
	if f := d.fitsBirth(p.birth[row]); f > fit {
		fit, by = f, ByBirth
	}
	return fit, by
}

// digitsFit reports whether all digits fit a resident, but for those the address
// has. It is quicker than matching everything.
func (p *plan) digitsFit(r *people, row uint32, door uint16) bool {
	for i, t := range p.terms {
		if t.digits != nil && door>>i&1 == 0 {
			if fit, _ := t.digits.person(r, row); fit == noFit {
				return false
			}
		}
	}
	return true
}

func (d *digits) fitsNumber(n uint64) int {
	switch {
	case d.number != 0:
		return either(n == d.number, entirely)
	case d.length != 0 && last(n, d.length) == d.value:
		return fitting
	}
	return either(d.number12.has(n), loosely)
}

func (d *digits) fitsPhone(n uint64) int {
	switch {
	case d.phone != 0:
		return either(n == d.phone, entirely)
	case d.length != 0 && d.length <= 9 && last(n, d.length) == d.value:
		return fitting
	}
	return either(d.beginsPhone(n), loosely)
}

func (d *digits) beginsPhone(n uint64) bool {
	return d.phone9.has(n) && n < 1e9 || d.phone10.has(n) && n >= 1e9
}

// fronted reports whether the digits may be the first of a number or phone.
func (d *digits) fronted() bool { return d.number12.below != 0 || d.phone9.below != 0 }

// end is the last four digits of whatever the digits fit as a whole or at the end.
func (d *digits) end() (uint64, bool) {
	switch {
	case d.number != 0:
		return d.number % 1e4, true
	case d.phone != 0:
		return d.phone % 1e4, true
	}
	return d.value % 1e4, d.length != 0
}

func (d *digits) fitsBirth(birth uint32) int {
	switch {
	case d.year == 0 || birth>>9 != d.year>>9:
		return noFit
	case d.birth == 0:
		return fitting
	case birth == d.birth:
		return entirely
	}
	return either(birth == d.year, loosely) // of them only the year is known
}

func either(yes bool, fit int) int {
	if yes {
		return fit
	}
	return noFit
}

// last is the value of the last digits of n. The usual lengths are spelled out,
// for division by a constant is several times quicker.
func last(n uint64, digits int) uint64 {
	switch digits {
	case 4:
		return n % 1e4
	case 5:
		return n % 1e5
	case 6:
		return n % 1e6
	}
	return n % power(digits)
}

func power(exponent int) uint64 {
	p := uint64(1)
	for range exponent {
		p *= 10
	}
	return p
}
