package main

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Slips of the hand, in one word of four letters or more. Who would do is who is
// called so, or would be with one slip in each word.

func slip(how func(*clerk, string) string) func(*clerk, *person) (typed, bool) {
	return func(c *clerk, p *person) (typed, bool) {
		texts := slices.Clone(p.plain)
		i := c.rng.IntN(len(texts))
		texts[i] = how(c, texts[i])
		if len(texts[i]) < 4 || texts[i] == p.plain[i] || strings.HasPrefix(p.plain[i], texts[i]) {
			return typed{}, false
		}
		return typed{strings.Join(texts, " "), func(q *person) bool { return q.like(texts, near) }}, true
	}
}

func swap(c *clerk, w string) string {
	if len(w) < 2 {
		return w
	}
	i := c.rng.IntN(len(w) - 1)
	return w[:i] + w[i+1:i+2] + w[i:i+1] + w[i+2:]
}

func miss(c *clerk, w string) string {
	i := c.rng.IntN(len(w))
	return w[:i] + w[i+1:]
}

func double(c *clerk, w string) string {
	i := c.rng.IntN(len(w))
	return w[:i+1] + w[i:]
}

// neighbours of letters on the keyboard.
var neighbours = map[byte]string{'a': "qsz", 'b': "vghn", 'c': "xdv", 'd': "sfecx", 'e': "wrd", 'g': "fhtvb", 'h': "gjyn", 'i': "uok", 'k': "jli",
	'l': "kop", 'm': "nj", 'n': "bhm", 'o': "ipl", 'p': "o", 'q': "wa", 'r': "etf", 's': "adwz", 't': "ryg", 'u': "yij", 'v': "cfb", 'x': "zcs", 'y': "tuh"}

func wrong(c *clerk, w string) string {
	i := c.rng.IntN(len(w))
	near := neighbours[w[i]]
	if near == "" {
		return w
	}
	n := c.rng.IntN(len(near))
	return w[:i] + near[n:n+1] + w[i+1:]
}

// slipYear is the last two words of the name, one of them with a slip, and the year.
func slipYear(c *clerk, p *person) (typed, bool) {
	texts := slices.Clone(p.plain[len(p.plain)-2:])
	i := c.rng.IntN(2)
	was := texts[i]
	texts[i] = []func(*clerk, string) string{swap, miss, double, wrong}[c.rng.IntN(4)](c, was)
	if len(texts[i]) < 4 || texts[i] == was || strings.HasPrefix(was, texts[i]) {
		return typed{}, false
	}
	return c.and(typed{strings.Join(texts, " "), func(q *person) bool { return q.like(texts, near) }}, yearOf, p)
}

// telex is the name as the keys were hit with the Vietnamese keyboard off:
// nguyeenx thij haf, the tone after the vowel or at the end of the word.
func telex(c *clerk, p *person) (typed, bool) {
	atEnd := c.rng.IntN(3) > 0
	var texts []string
	for _, w := range p.words {
		texts = append(texts, keys(w, atEnd))
	}
	text := strings.Join(texts, " ")
	return typed{text, func(q *person) bool { return slices.Equal(q.plain, p.plain) }}, text != strings.Join(p.plain, " ")
}

func keys(word string, atEnd bool) string {
	var b strings.Builder
	tone, held := "", ""
	for _, r := range norm.NFD.String(strings.ReplaceAll(word, "đ", "dd")) {
		switch r {
		case 0x302: // â ê ô
			b.WriteString(held)
		case 0x306, 0x31b: // ă ơ ư
			b.WriteString("w")
		case 0x300, 0x301, 0x303, 0x309, 0x323:
			tone = map[rune]string{0x300: "f", 0x301: "s", 0x303: "x", 0x309: "r", 0x323: "j"}[r]
		default:
			if !atEnd && tone != "" {
				b.WriteString(tone)
				tone = ""
			}
			held = string(r)
			b.WriteString(held)
		}
	}
	return b.String() + tone
}

// region writes one word as it is said elsewhere.
func region(c *clerk, p *person) (typed, bool) {
	texts := slices.Clone(p.plain)
	i := c.rng.IntN(len(texts))
	said := texts[i]
	for _, pair := range [][2]string{{"tr", "ch"}, {"ch", "tr"}, {"l", "n"}, {"n", "l"}, {"s", "x"}, {"x", "s"}} {
		if rest, ok := strings.CutPrefix(texts[i], pair[0]); ok && (pair[0] != "n" || !strings.HasPrefix(rest, "h") && !strings.HasPrefix(rest, "g")) {
			said = pair[1] + rest
			break
		}
	}
	if said == texts[i] {
		return typed{}, false
	}
	texts[i] = said
	near := func(text, word string) bool { return near(text, word) || sound(text) == sound(word) }
	return typed{strings.Join(texts, " "), func(q *person) bool { return q.like(texts, near) }}, true
}

func sound(w string) string {
	for _, pair := range [][2]string{{"tr", "ch"}, {"x", "s"}} {
		if rest, ok := strings.CutPrefix(w, pair[0]); ok {
			return pair[1] + rest
		}
	}
	if strings.HasPrefix(w, "n") && !strings.HasPrefix(w, "nh") && !strings.HasPrefix(w, "ng") {
		return "l" + w[1:]
	}
	return w
}

// glued is the name, or its last two words, without the space.
func glued(c *clerk, p *person) (typed, bool) {
	words := p.plain
	if c.rng.IntN(2) == 0 {
		words = words[len(words)-2:]
		text := strings.Join(words, "")
		return typed{text, func(q *person) bool {
			return strings.Contains(strings.Join(q.plain, ""), text) || q.like([]string{text}, near)
		}}, len(text) >= 5
	}
	return typed{strings.Join(words, ""), samePlain(p)}, true
}
