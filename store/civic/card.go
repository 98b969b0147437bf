package civic

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gocua/store/command"
)

// Card is what a chip card says about its holder (thẻ căn cước): read from its
// square code or from the three lines on its back. It is looked at and let go:
// neither it nor the text it came from is a record.
type Card struct {
	Number    string
	Old       string // nine digits, of the identity card before it (CMND)
	Cancelled string // a personal number no longer in use
	Name      string
	Birth     Birth
	Sex       string
	Residence string
	Issued    string // YYYY-MM-DD
	Father    string
	Mother    string

	Doubtful bool // the accents of the name may have been lost on the way
	cut      bool // the name goes on: three lines hold thirty letters of it
}

// longestCard is far more than any card holds, bytes.
const longestCard = 4 << 10

// fewestFields is how many a code has at the least; those of 2021 have seven,
// those of 2024 eleven, the first seven the same.
const fewestFields = 6

// ReadCard reads a card as a scanner types it, as it was pasted or as it was
// photographed: the fields of its square code, the three lines of its back
// (MRZ), or the number alone. What a scanner and a keyboard do to it on the way
// is undone where that is certain. Its error has code bad_card or bad_mrz and
// says nothing of what was read.
func ReadCard(raw string) (Card, *command.Error) {
	if len(raw) > longestCard {
		return Card{}, badCard()
	}
	raw = unwrapped(raw)
	if lines, ok := cutLines(raw); ok {
		return readLines(lines)
	}
	if number, err := ParsePersonalNumber(keysToDigits(raw)); err == nil {
		return Card{Number: number}, nil
	}
	number, fields := cutFields(bytesTyped(raw))
	if len(fields) < fewestFields || strings.Count(number, number[:1]) == numberLen {
		return Card{}, badCard()
	}
	return readFields(number, fields)
}

func badCard() *command.Error {
	return command.Errorf(command.Invalid, "bad_card", "this is not what a card says")
}

// unwrapped drops what scanners put around a code: ends of line, tabs, and the
// name of the kind of code ("]Q1").
func unwrapped(raw string) string {
	raw = strings.TrimFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' })
	if len(raw) > 3 && raw[0] == ']' && (raw[1] == 'Q' || raw[1] == 'q') && raw[2] >= '0' && raw[2] <= '9' {
		return raw[3:]
	}
	return raw
}

// cutFields cuts a code after its number. Whatever follows the twelve digits is
// what parts the fields: on another layout the key of "|" types something else.
func cutFields(raw string) (number string, fields []string) {
	at := 0
	for at < len(raw) && len(number) <= numberLen {
		r, n := utf8.DecodeRuneInString(raw[at:])
		digits := digitsOfKey(r)
		if digits == "" {
			break
		}
		number, at = number+digits, at+n
	}
	sep, n := utf8.DecodeRuneInString(raw[at:])
	if len(number) != numberLen || !parts(sep) {
		return number, nil
	}
	return number, append([]string{number}, strings.Split(raw[at+n:], string(sep))...)
}

// parts reports whether a character can stand between fields: nothing that
// stands in a name, an address or a day.
func parts(r rune) bool {
	switch {
	case r == utf8.RuneError, strings.ContainsRune(" ,.-/\r\n", r):
		return false
	case r < utf8.RuneSelf:
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}
	return true
}

// readFields reads number, old number, name, birthday, sex, residence, day of
// issue, cancelled number, father, mother; empty ones kept. Some makers leave
// the old number out.
func readFields(number string, f []string) (Card, *command.Error) {
	if old := keysToDigits(f[1]); old != "" && !digitsOnly(old) && dayOf(f[2]) != "" {
		f = append([]string{number, ""}, f[1:]...)
	}
	field := func(i int) string {
		if i < len(f) {
			return f[i]
		}
		return ""
	}
	c := Card{Number: number, Sex: sexOf(field(4)), Residence: CleanText(field(5)), Issued: dayOf(field(6))}
	if old := keysToDigits(field(1)); len(old) == 9 && digitsOnly(old) {
		c.Old = old
	}
	c.Cancelled, _ = ParsePersonalNumber(keysToDigits(field(7)))
	c.Name, c.Doubtful = nameOf(field(2))
	c.Father, _ = nameOf(field(8))
	c.Mother, _ = nameOf(field(9))
	c.Birth, _ = ParseBirth(dayOf(field(3)))
	if c.Name == "" {
		return Card{}, badCard()
	}
	return c, nil
}

// dayOf reads ddmmyyyy, with or without strokes; "" if there is no such day.
func dayOf(raw string) string {
	s := strings.ReplaceAll(bareDigits(keysToDigits(raw)), "/", "")
	if len(s) != 8 || !digitsOnly(s) {
		return ""
	}
	day, ok := DateOf(smallNumber(s[4:]), smallNumber(s[2:4]), smallNumber(s[:2]))
	if !ok {
		return ""
	}
	return day
}

// sexOf reads Nam or Nữ, whatever became of the ữ.
func sexOf(raw string) string {
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return dropped
	}, Fold(raw))
	switch letters {
	case "nam":
		return Male
	case "n", "nu", "nuw", "nux", "nuwx":
		return Female
	}
	return ""
}

// What a card may say otherwise than the register. None is an error: a card may
// be out of date, and so may the register.
const (
	DiffersNumber = "card_number"
	DiffersName   = "card_name"
	DiffersBirth  = "card_birth"
	DiffersSex    = "card_sex"
)

// Differs compares a card with somebody of the register. What either does not
// know is not compared.
func (c Card) Differs(r Resident) (what []string) {
	if r.Number != "" && r.Number != c.Number {
		what = append(what, DiffersNumber)
	}
	if c.Name != "" && r.Name != "" && !c.SameName(r.Name) {
		what = append(what, DiffersName)
	}
	if len(c.Birth) > 0 && len(r.Birth) > 0 && c.Birth[:min(len(c.Birth), len(r.Birth))] != r.Birth[:min(len(c.Birth), len(r.Birth))] {
		what = append(what, DiffersBirth)
	}
	if c.Sex != "" && r.Sex != "" && c.Sex != r.Sex {
		what = append(what, DiffersSex)
	}
	return what
}

// SameName reports whether the card's name can be this one: word for word with
// its tones, or, where the accents were lost, letter for letter, with letters
// that carry one left out or replaced.
func (c Card) SameName(name string) bool {
	if !c.Doubtful {
		return ToneFreeKey(c.Name) == ToneFreeKey(name)
	}
	left := []rune(Fold(c.Name))
	// at says how much of left may have been matched by the letters so far.
	at := make([]bool, len(left)+1)
	at[0] = true
	for _, r := range letterWords(name) {
		if c.cut && at[len(left)] {
			return true
		}
		next := make([]bool, len(at))
		for i, here := range at {
			if here && r >= utf8.RuneSelf {
				next[i] = true // left out
			}
			if here && i < len(left) && (Fold(string(r)) == string(left[i]) || r == ' ' && left[i] == ' ' || r >= utf8.RuneSelf && lostLetter(left[i])) {
				next[i+1] = true
			}
		}
		at = next
	}
	return at[len(left)]
}

// letterWords is a name in small letters, without words that are no more than a
// mark.
func letterWords(name string) string {
	words := slices.DeleteFunc(strings.Fields(strings.ToLower(CleanText(name))), func(w string) bool { return Fold(w) == "" })
	return strings.Join(words, " ")
}

// LegibleName is the name to begin with where the register has none: empty if
// letters are missing from it.
func (c Card) LegibleName() string {
	for word := range strings.FieldsSeq(Fold(c.Name)) {
		if strings.ContainsFunc(word, lostLetter) || !strings.ContainsAny(word, "aeiouy") {
			return ""
		}
	}
	return c.Name
}

func lostLetter(r rune) bool { return r == '?' || r == utf8.RuneError }
