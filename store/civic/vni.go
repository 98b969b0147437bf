package civic

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// glyph is a letter and the mark that makes it another one.
type glyph struct {
	base rune
	mark rune // 0: none
}

// The marks that make another letter of one, and the stroke of đ.
const (
	hat, horn, breve, stroke = 0x302, 0x31b, 0x306, '-'
)

// fromVNI turns the keys of VNI into letters: 1 to 5 are tones, 6 the hat, 7 the
// horn, 8 the bow, 9 the stroke of đ; each after its letter or at the end of the
// word. A word without digits is itself.
func fromVNI(word string) string {
	if !strings.ContainsAny(word, "0123456789") {
		return word
	}
	var letters []glyph
	tone := rune(0)
	for _, r := range word {
		switch r {
		case '1', '2', '3', '4', '5':
			tone = [...]rune{0x301, 0x300, 0x309, 0x303, 0x323}[r-'1']
		case '6':
			mark(letters, "aeo", hat)
		case '7':
			mark(letters, "ou", horn)
		case '8':
			mark(letters, "a", breve)
		case '9':
			mark(letters, "d", stroke)
		case '0':
		default:
			letters = append(letters, glyph{base: r})
		}
	}
	hornBoth(letters)
	on := toneBearer(letters)
	var b strings.Builder
	for i, l := range letters {
		switch {
		case l.mark == stroke && unicode.IsUpper(l.base):
			b.WriteRune('Đ')
		case l.mark == stroke:
			b.WriteRune('đ')
		default:
			b.WriteRune(l.base)
			if l.mark != 0 {
				b.WriteRune(l.mark)
			}
		}
		if i == on && tone != 0 {
			b.WriteRune(tone)
		}
	}
	return norm.NFC.String(b.String())
}

// mark puts a mark on the nearest letter before it that takes it and has none.
func mark(letters []glyph, takes string, with rune) {
	for i := len(letters) - 1; i >= 0; i-- {
		if letters[i].mark == 0 && strings.ContainsRune(takes, unicode.ToLower(letters[i].base)) {
			letters[i].mark = with
			return
		}
	}
}

// hornBoth writes ươ where only the ơ was marked: before a consonant there is no
// uơ.
func hornBoth(letters []glyph) {
	for i := 0; i+2 < len(letters); i++ {
		u, o, next := letters[i], letters[i+1], letters[i+2]
		if unicode.ToLower(u.base) == 'u' && u.mark == 0 && o.mark == horn && !isVowel(next) {
			letters[i].mark = horn
		}
	}
}

func isVowel(l glyph) bool { return strings.ContainsRune("aeiouy", unicode.ToLower(l.base)) }

// toneBearer is the letter a word's tone stands on, -1 if none: the last that
// has a mark; else the last vowel before a consonant, the middle one of three,
// the first of two. The u of qu and the i of gi before a vowel are consonants.
func toneBearer(letters []glyph) int {
	end := len(letters)
	for end > 0 && !isVowel(letters[end-1]) {
		end--
	}
	from := end
	for from > 0 && isVowel(letters[from-1]) {
		from--
	}
	if from > 0 && end-from > 1 {
		before, first := unicode.ToLower(letters[from-1].base), unicode.ToLower(letters[from].base)
		if before == 'q' && first == 'u' || before == 'g' && first == 'i' {
			from++
		}
	}
	for i := end - 1; i >= from; i-- {
		if letters[i].mark != 0 {
			return i
		}
	}
	switch {
	case end == from:
		return -1
	case end < len(letters):
		return end - 1
	case end-from == 1:
		return from
	}
	return from + (end-from-1)/2
}
