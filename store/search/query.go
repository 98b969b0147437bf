package search

import (
	"fmt"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// Query is what somebody looks for and where they may look.
type Query struct {
	Text  string
	Units []string           // codes to look in, as civic.Subtree lists them; nil: everywhere; empty: nowhere
	Own   []string           // codes whose hits come first among equals
	Only  command.RecordType // residents or households only; 0: both
	Limit int                // hits to return; 0: 20, at most 2,000
	Exact bool               // nothing but what was typed: no guesses at what was meant
}

const (
	maxText      = 300 // bytes of a text that are read
	maxTerms     = 12  // terms of a text that count
	defaultLimit = 20
	maxLimit     = 2_000
)

func (q Query) limit() int {
	if q.Limit <= 0 {
		return defaultLimit
	}
	return min(q.Limit, maxLimit)
}

// WholeNumbers are the personal numbers and the phones (E.164) a text holds whole:
// what a register can look up without the index.
func WholeNumbers(text string) (numbers, phones []string) {
	for _, t := range parse(text) {
		if t.digits == nil {
			continue
		}
		if n := t.digits.number; n != 0 {
			numbers = append(numbers, fmt.Sprintf("%012d", n))
		}
		if n := t.digits.phone; n != 0 {
			phones = append(phones, fmt.Sprintf("+84%d", n))
		}
	}
	return numbers, phones
}

// term is one thing looked for. All terms of a text must be found.
type term struct {
	text   string // small letters without tones: a word that begins so is meant; or digits
	tone   string // civic.ToneFreeKey, if it was typed with marks: such words come first
	digits *digits
}

// parse reads what somebody typed.
func parse(text string) (terms []term) {
	fields := strings.Fields(civic.CleanText(text[:min(len(text), maxText)]))
	for i := 0; i < len(fields); {
		if d, ok := readDay(fields[i]); ok {
			terms = append(terms, term{digits: &d})
			i++
			continue
		}
		s, n := joined(fields[i:])
		i += n
		if len(s) >= 9 { // a phone or number, perhaps with dots or spaces between
			terms = append(terms, number(s))
			continue
		}
		terms = appendWords(terms, fields[i-n])
	}
	return terms[:min(len(terms), maxTerms)]
}

// joined is the digits that the fields begin with and how many fields they take:
// one, or several if only together they are a phone or a personal number.
func joined(fields []string) (string, int) {
	first := bare(fields[0])
	if first == "" || len(first) >= 9 {
		return first, 1
	}
	whole, taken := first, 1
	s := first
	for i, f := range fields[1:min(len(fields), 6)] {
		b := bare(f)
		if b == "" || len(b) >= 9 {
			break
		}
		s += b
		if isWhole(s) {
			whole, taken = s, i+2
		}
	}
	return whole, taken
}

const countryAndPhone = len("84912404318")

// isWhole reports whether digits are a phone or a personal number by themselves.
// Without a zero or a country code in front it would be guessing; 84 is one only
// before nine more digits: "84064 1944" is the end of a phone and a year.
func isWhole(s string) bool {
	if s[0] != '0' && s[0] != '+' && (!strings.HasPrefix(s, "84") || len(s) < countryAndPhone) {
		return false
	}
	d := readDigits(s)
	return d.phone != 0 || d.number != 0
}

// bare is a field that is digits, without what people put between; otherwise "".
func bare(field string) string {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(".-()", r) {
			return -1
		}
		return r
	}, field)
	if strings.Trim(strings.TrimPrefix(s, "+"), "0123456789") != "" || s == "+" {
		return ""
	}
	return s
}

func number(s string) term {
	d := readDigits(s)
	return term{text: strings.TrimPrefix(s, "+"), digits: &d}
}

func appendWords(terms []term, field string) []term {
	for at := range split(field) {
		raw := field[at.from:at.to]
		if strings.Trim(raw, "0123456789") == "" {
			terms = append(terms, number(raw))
			continue
		}
		t := term{text: civic.Fold(raw)}
		if t.text == "" {
			continue
		}
		if t.text != strings.ToLower(raw) {
			t.tone = civic.ToneFreeKey(raw)
		}
		terms = append(terms, t)
	}
	return terms
}

// begins says whether a word of the register begins with the term, and whether
// it is the term. House number 12 begins 12a but not 123.
func (t term) begins(fold string) (begins, is bool) {
	if t.text == "" || !strings.HasPrefix(fold, t.text) {
		return false, false
	}
	if len(fold) == len(t.text) {
		return true, true
	}
	next := fold[len(t.text)]
	return t.digits == nil || next < '0' || next > '9', false
}

// initials are the letters of a word as terms of their own: nhv for Nguyễn Hà
// Vân. It reports false for what cannot be initials.
func (t term) initials() (letters []term, ok bool) {
	if t.digits != nil || t.tone != "" || len(t.text) < 2 || len(t.text) > 5 {
		return nil, false
	}
	for _, c := range []byte(t.text) {
		if c < 'a' || c > 'z' {
			return nil, false
		}
		letters = append(letters, term{text: string(rune(c))})
	}
	return letters, true
}
