package civic

import (
	"strings"

	"gocua/store/command"
)

// numberLen is the length of a personal number (số định danh cá nhân): province
// of birth registration 3, century and sex 1, year 2, serial 6. No check digit.
const numberLen = 12

// ParsePersonalNumber reads a personal number, written with or without spaces,
// dots or dashes, into exactly 12 digits. Its error has code bad_number. What
// looks odd but may be right is left to NumberWarnings.
func ParsePersonalNumber(raw string) (string, *command.Error) {
	s := bareDigits(raw)
	switch {
	case s == "":
		return "", badNumber("a personal number has 12 digits")
	case !digitsOnly(s):
		return "", badNumber("a personal number has digits only")
	case len(s) < numberLen:
		return "", badNumber("only %d digits, 12 needed", len(s))
	case len(s) > numberLen:
		return "", badNumber("%d digits, 12 needed", len(s))
	case strings.Count(s, s[:1]) == numberLen:
		return "", badNumber("twelve times the same digit is no personal number")
	}
	return s, nil
}

func badNumber(format string, args ...any) *command.Error {
	return command.Errorf(command.Invalid, "bad_number", format, args...)
}

// bareDigits drops what people and spreadsheets put between, before and around
// digits; anything else stays, for the caller to refuse.
func bareDigits(raw string) string {
	return strings.Map(func(r rune) rune {
		switch r = mend(r); r {
		case ' ', '.', '-', '(', ')', '\'', '‐', '‑', '–', '·':
			return dropped
		}
		return r
	}, raw)
}

// RestoreNumber puts back the zeros a spreadsheet took from the front of a
// personal number kept as a figure. It reports false unless exactly such zeros
// are missing: 10 or 11 digits that become a number of a known province.
func RestoreNumber(raw string) (string, bool) {
	s := bareDigits(raw)
	if !digitsOnly(s) || len(s) < numberLen-2 || len(s) >= numberLen || s[0] == '0' {
		return "", false
	}
	s = strings.Repeat("0", numberLen-len(s)) + s
	return s, knownProvince(s[:3])
}

// What NumberWarnings may say. Corrected records exist, so none is an error.
const (
	WarnNumberProvince = "number_province" // no such province code
	WarnNumberCentury  = "number_century"  // born in another century than the number says
	WarnNumberYear     = "number_year"     // born in another year than the number says
	WarnNumberSex      = "number_sex"      // of the other sex than the number says
)

// NumberWarnings compares a 12-digit personal number with what else is known;
// an unknown birth ("") or sex ("") is not compared.
func NumberWarnings(number string, birth Birth, sex string) []string {
	if len(number) != numberLen || !digitsOnly(number) {
		return nil
	}
	var warnings []string
	if !knownProvince(number[:3]) {
		warnings = append(warnings, WarnNumberProvince)
	}
	century, female := 19+int(number[3]-'0')/2, (number[3]-'0')%2 == 1
	if y := birth.Year(); y != 0 {
		if y/100 != century {
			warnings = append(warnings, WarnNumberCentury)
		}
		if y%100 != int(number[4]-'0')*10+int(number[5]-'0') {
			warnings = append(warnings, WarnNumberYear)
		}
	}
	if sex == "male" && female || sex == "female" && !female {
		warnings = append(warnings, WarnNumberSex)
	}
	return warnings
}

// MaskNumber hides all but the last four digits: "•••• •••• 0428".
func MaskNumber(number string) string {
	if len(number) != numberLen || !digitsOnly(number) {
		return "•••• •••• ••••"
	}
	return "•••• •••• " + number[8:]
}

// knownProvince reports whether a person can have been registered under this
// code: a province as it was before the mergers (the number keeps it for life),
// or from 100 on a country.
func knownProvince(code string) bool {
	return len(code) == 3 && (code[0] != '0' || strings.Contains(provinces, code[1:]+" "))
}

// provinces are the two last digits of the codes 001–096 in use.
const provinces = "01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 " +
	"40 42 44 45 46 48 49 51 52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 " +
	"80 82 83 84 86 87 89 91 92 93 94 95 96 "
