package civic

import (
	"strings"

	"gocua/store/command"
)

// The three lines on the back of a chip card (MRZ, ICAO 9303 TD1), thirty
// characters each: the last nine digits of the number and all twelve of them;
// birthday, sex, day of expiry; the name without accents. Their check digits are
// the only ones a personal number has anywhere.
const (
	lineLen  = 30
	allLines = 3 * lineLen
	fewest   = 2*lineLen + len("A<<B") // fillers at the end are easily lost
)

// cutLines finds the three lines in a text, in whatever case, with the ends of
// its lines and spaces or without them.
func cutLines(raw string) (lines string, found bool) {
	plain := strings.ToUpper(strings.ReplaceAll(Fold(strings.ReplaceAll(raw, "«", "<<")), " ", ""))
	at := strings.Index(plain, "IDVNM")
	if at < 0 || at+5 == len(plain) || !digitsOnly(plain[at+5:at+6]) {
		return "", false
	}
	plain = plain[at:min(len(plain), at+allLines)]
	end := strings.IndexFunc(plain, func(r rune) bool { return !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '<') })
	if end >= 0 {
		plain = plain[:end]
	}
	return plain, true
}

// readLines reads the three lines. Its error has code bad_mrz: nothing in them
// is believed unless every check digit is right.
func readLines(lines string) (Card, *command.Error) {
	bad := command.Errorf(command.Invalid, "bad_mrz", "the check digits are wrong: some characters were misread")
	if len(lines) < fewest {
		return Card{}, bad
	}
	lines += strings.Repeat("<", allLines-len(lines))
	first, second, third := lines[:lineLen], lines[lineLen:2*lineLen], lines[2*lineLen:]
	number := first[15:27]
	for _, c := range []struct{ text, digit string }{
		{first[5:14], first[14:15]},
		{number, first[29:]},
		{second[:6], second[6:7]},
		{second[8:14], second[14:15]},
		{first[5:] + second[:7] + second[8:15] + second[18:29], second[29:]},
	} {
		if checkDigit(c.text) != c.digit {
			return Card{}, bad
		}
	}
	if _, err := ParsePersonalNumber(number); err != nil || first[5:14] != number[3:] {
		return Card{}, bad
	}
	c := Card{Number: number, Doubtful: true, cut: third[lineLen-1] != '<'}
	c.Name = CleanName(strings.ReplaceAll(third, "<", " "))
	c.Sex = map[byte]string{'M': Male, 'F': Female}[second[7]]
	if birth := second[:6]; digitsOnly(birth) {
		century := 19 + int(number[3]-'0')/2 // the lines have two digits of the year, the number knows which hundred
		if day, ok := DateOf(century*100+smallNumber(birth[:2]), smallNumber(birth[2:4]), smallNumber(birth[4:])); ok {
			c.Birth, _ = ParseBirth(day)
		}
	}
	if c.Name == "" {
		return Card{}, bad
	}
	return c, nil
}

// checkDigit sums up characters with weights 7, 3, 1; a letter counts from A=10,
// a filler nothing.
func checkDigit(text string) string {
	sum := 0
	for i := range len(text) {
		value := 0
		switch ch := text[i]; {
		case ch >= '0' && ch <= '9':
			value = int(ch - '0')
		case ch >= 'A' && ch <= 'Z':
			value = int(ch-'A') + 10
		}
		sum += value * [3]int{7, 3, 1}[i%3]
	}
	return string(rune('0' + sum%10))
}
