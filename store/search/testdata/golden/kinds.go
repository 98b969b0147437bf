package main

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// kind is a way of typing.
type kind struct {
	name  string
	types func(*clerk, *person) (typed, bool)
}

var kinds = []kind{
	{"full name", fullName}, {"no tones", noTones}, {"out of order", outOfOrder}, {"initials", initials}, {"first letters", firstLetters},
	{"name and year", nameYear}, {"given name and year", givenYear}, {"last four", numberEnd(4)}, {"last six", numberEnd(6)},
	{"number with spaces", numberSpaced}, {"phone", wholePhone}, {"phone with dots", dottedPhone}, {"phone end", phoneEnd},
	{"address and name", addressName}, {"day of birth", birthDay}, {"mark elsewhere", markElsewhere}, {"mixed", mixed},
	{"letters changed about", slip(swap)}, {"letter missing", slip(miss)}, {"letter doubled", slip(double)}, {"letter wrong", slip(wrong)},
	{"telex", telex}, {"region", region}, {"glued", glued}, {"one slip and year", slipYear},
}

func samePlain(p *person) func(*person) bool {
	return func(q *person) bool { return slices.Equal(q.plain, p.plain) }
}

func fullName(_ *clerk, p *person) (typed, bool) {
	return typed{p.Name, func(q *person) bool { return slices.Equal(q.words, p.words) }}, true
}

func noTones(_ *clerk, p *person) (typed, bool) {
	return typed{strings.Join(p.plain, " "), samePlain(p)}, true
}

func outOfOrder(c *clerk, p *person) (typed, bool) {
	words := slices.Clone(p.plain)
	c.rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	same := func(text, word string) bool { return text == word }
	return typed{strings.Join(words, " "), func(q *person) bool { return len(q.plain) == len(words) && q.like(words, same) }}, !slices.Equal(words, p.plain)
}

func initials(_ *clerk, p *person) (typed, bool) {
	s := p.initials()
	return typed{s, func(q *person) bool {
		return slices.ContainsFunc([]string{q.initials()}, func(i string) bool { return sorted(i) == sorted(s) })
	}}, len(s) >= 3
}

func sorted(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}

func firstLetters(c *clerk, p *person) (typed, bool) {
	var texts []string
	for _, w := range p.plain {
		texts = append(texts, w[:min(len(w), 1+c.rng.IntN(3))])
	}
	begins := func(text, word string) bool { return strings.HasPrefix(word, text) }
	return typed{strings.Join(texts, " "), func(q *person) bool { return q.like(texts, begins) }}, true
}

func nameYear(c *clerk, p *person) (typed, bool) {
	t, _ := noTones(c, p)
	return c.and(t, yearOf, p)
}

func (c *clerk) and(t typed, more func(*clerk, *person) (typed, bool), p *person) (typed, bool) {
	add, ok := more(c, p)
	does := t.does
	return typed{t.text + " " + add.text, func(q *person) bool { return does(q) && add.does(q) }}, ok
}

func givenOf(p *person) typed {
	return typed{p.given(), func(q *person) bool { return q.given() == p.given() }}
}

func givenYear(c *clerk, p *person) (typed, bool) { return c.and(givenOf(p), yearOf, p) }

func numberEnd(n int) func(*clerk, *person) (typed, bool) {
	return func(_ *clerk, p *person) (typed, bool) {
		if p.Number == "" {
			return typed{}, false
		}
		end := p.Number[12-n:]
		return typed{end, func(q *person) bool { return q.ends(end) || q.year == end }}, true
	}
}

func numberSpaced(_ *clerk, p *person) (typed, bool) {
	if p.Number == "" {
		return typed{}, false
	}
	n := p.Number
	return typed{n[:3] + " " + n[3:6] + " " + n[6:9] + " " + n[9:], func(q *person) bool { return q.Number == n }}, true
}

func wholePhone(_ *clerk, p *person) (typed, bool) {
	return typed{p.phone, func(q *person) bool { return q.phone == p.phone }}, p.phone != ""
}

func dottedPhone(c *clerk, p *person) (typed, bool) {
	if p.phone == "" {
		return typed{}, false
	}
	between := []string{".", " ", "-"}[c.rng.IntN(3)]
	return typed{p.phone[:4] + between + p.phone[4:7] + between + p.phone[7:], func(q *person) bool { return q.phone == p.phone }}, true
}

func phoneEnd(c *clerk, p *person) (typed, bool) {
	if p.phone == "" {
		return typed{}, false
	}
	end := p.phone[10-4-2*c.rng.IntN(2):]
	return typed{end, func(q *person) bool { return q.ends(end) || q.year == end }}, true
}

// addressName: "vân ngõ 86", "hà hồng mai".
func addressName(c *clerk, p *person) (typed, bool) {
	_, after, _ := strings.Cut(strings.ToLower(p.Address), ", ")
	words := fields(after)
	if len(words) < 3 || strings.Contains(p.Address, "chung cư") && len(words) < 3 {
		return typed{}, false
	}
	part := words[:2]
	if c.rng.IntN(3) == 0 {
		part = words
	}
	who := p.given()
	if c.rng.IntN(2) == 0 {
		part, who = fields(plain(strings.Join(part, " "))), p.plain[len(p.plain)-1]
	}
	place := fields(plain(strings.Join(part, " ")))
	return typed{who + " " + strings.Join(part, " "), func(q *person) bool {
		return q.plain[len(q.plain)-1] == plain(who) && q.lives(place)
	}}, true
}

func birthDay(c *clerk, p *person) (typed, bool) {
	t, ok := dayOf(c, p)
	if c.rng.IntN(2) == 0 || !ok {
		return t, ok
	}
	return c.and(typed{p.plain[len(p.plain)-1], func(q *person) bool { return q.plain[len(q.plain)-1] == p.plain[len(p.plain)-1] }}, dayOf, p)
}

// markElsewhere: hoà for hòa and the other way round.
func markElsewhere(_ *clerk, p *person) (typed, bool) {
	moved := moveMark(p.Name)
	return typed{moved, func(q *person) bool { return slices.Equal(q.words, p.words) }}, moved != p.Name
}

// moveMark writes oà, uý, oè with the mark on the other of the two letters.
func moveMark(s string) string {
	d := []rune(norm.NFD.String(s))
	for i := 0; i+2 < len(d); i++ {
		if strings.ContainsRune("oOuU", d[i]) && strings.ContainsRune("aeyAEY", d[i+1]) && strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", d[i+2]) {
			d[i+1], d[i+2] = d[i+2], d[i+1]
			i += 2
		}
	}
	return norm.NFC.String(string(d))
}

// mixed is two or three things a person may say of herself, in any order.
func mixed(c *clerk, p *person) (typed, bool) {
	t, ok := givenOf(p), true
	if c.rng.IntN(2) == 0 {
		two := p.plain[len(p.plain)-2:]
		t = typed{strings.Join(two, " "), func(q *person) bool { return q.like(two, func(a, b string) bool { return a == b }) }}
	}
	for _, more := range []func(*clerk, *person) (typed, bool){yearOf, lastFour, streetOf} {
		if c.rng.IntN(2) == 0 {
			if t, ok = c.and(t, more, p); !ok {
				return t, false
			}
		}
	}
	return t, strings.Contains(t.text, " ")
}

func streetOf(_ *clerk, p *person) (typed, bool) {
	words := p.place[max(0, len(p.place)-2):]
	return typed{strings.Join(words, " "), func(q *person) bool { return q.lives(words) }}, true
}
