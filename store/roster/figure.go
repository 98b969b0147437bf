package roster

import (
	"strings"
	"unicode"

	"gocua/store/civic"
)

type personalNumber struct {
	digits   string
	restored bool   // zeros were put back
	old      string // that of an old identity card, 9 digits
}

// number reads the personal number and that of an old card, whichever columns
// they stand in; the code is a refusal or old_number.
func (r *repairer) number(l line) (n personalNumber, code string) {
	raw, before := plainFigure(r.raw(l, Number)), plainFigure(r.raw(l, OldNumber))
	old, bad := civic.ParseOldNumber(before)
	if raw == "" {
		if before == "" {
			return n, ""
		}
		raw = before
	}
	if bad != nil {
		old, _ = civic.ParseOldNumber(raw)
	}
	n, code = newNumber(raw)
	n.old = old
	return n, code
}

func newNumber(raw string) (n personalNumber, code string) {
	if strings.ContainsAny(raw, "eE") && strings.ContainsAny(raw, "+.,") {
		return n, RefusedRounded
	}
	digits, err := civic.ParsePersonalNumber(raw)
	if err == nil {
		return personalNumber{digits: digits}, ""
	}
	if digits, ok := civic.RestoreNumber(raw); ok {
		return personalNumber{digits: digits, restored: true}, ""
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
