package main

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"gocua/store/roster/sample"
)

// person is somebody as a clerk sees them on the list.
type person struct {
	sample.Person
	words []string // of the name, small letters
	plain []string // the same without marks
	place []string // of the address, without marks
	year  string
	phone string // with its zero
}

func somebody(p sample.Person) person {
	q := person{Person: p, words: strings.Fields(strings.ToLower(p.Name)), place: fields(plain(p.Address))}
	q.plain = strings.Fields(plain(p.Name))
	if p.Birth != "" {
		q.year = string(p.Birth[:4])
	}
	if p.Phone != "" {
		q.phone = "0" + strings.TrimPrefix(p.Phone, "+84")
	}
	return q
}

func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// plain is a text in small letters without marks.
func plain(s string) string {
	s = strings.ReplaceAll(strings.ToLower(norm.NFC.String(s)), "đ", "d")
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

func (p *person) given() string { return p.words[len(p.words)-1] }

func (p *person) ends(digits string) bool {
	return strings.HasSuffix(p.Number, digits) || strings.HasSuffix(p.phone, digits)
}

func (p *person) lives(words []string) bool {
	for _, w := range words {
		if !slices.Contains(p.place, w) {
			return false
		}
	}
	return true
}

// initials of the name without marks.
func (p *person) initials() string {
	s := ""
	for _, w := range p.plain {
		s += w[:1]
	}
	return s
}

// like reports whether each of the texts can be given a word of the name of its
// own that it is like.
func (p *person) like(texts []string, is func(text, word string) bool) bool {
	return assign(texts, p.plain, is)
}

func assign(texts, words []string, is func(text, word string) bool) bool {
	if len(texts) == 0 {
		return true
	}
	for i, w := range words {
		if is(texts[0], w) && assign(texts[1:], slices.Delete(slices.Clone(words), i, i+1), is) {
			return true
		}
	}
	return false
}

// near reports whether one slip of the hand may lie between two words, or one
// begins the other.
func near(text, word string) bool {
	return strings.HasPrefix(word, text) || slips(text, word) <= 1
}

// slips counts letters wrong, missing, too many or changed about (Damerau).
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
