package civic

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// A scanner that is plugged in as a keyboard (wedge) presses keys; what arrives
// depends on the layout, on Caps Lock and on who turns keys into Vietnamese
// letters. This file undoes what can be undone.

// bytesTyped puts text together whose UTF-8 bytes were typed one by one, as
// letters of Windows-1252 or Latin-1 ("Tráº§n"). Anything else stays.
func bytesTyped(s string) string {
	b := make([]byte, 0, len(s))
	high := false
	for _, r := range s {
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok && r <= 0xff {
			c, ok = byte(r), true
		}
		if !ok {
			return s
		}
		high = high || c >= utf8.RuneSelf
		b = append(b, c)
	}
	if !high || !utf8.Valid(b) {
		return s
	}
	return string(b)
}

// digitsOfKey is what the key of a character types on most layouts if that is a
// digit: the Vietnamese one of Windows has ăâêô, five tones and đ in that row.
// A letter with a tone is two keys that were put together on the way.
func digitsOfKey(r rune) string {
	if r >= '0' && r <= '9' {
		return string(r)
	}
	if r < 0xc0 {
		return ""
	}
	if r == 'đ' {
		return "0"
	}
	var hat, tones string
	base := ' '
	for _, part := range norm.NFD.String(string(r)) {
		switch part {
		case 0x300:
			tones += "5"
		case 0x309:
			tones += "6"
		case 0x303:
			tones += "7"
		case 0x301:
			tones += "8"
		case 0x323:
			tones += "9"
		case 0x302:
			hat = map[rune]string{'a': "2", 'e': "3", 'o': "4"}[base]
		case 0x306:
			hat = map[rune]string{'a': "1"}[base]
		default:
			base = part
		}
	}
	if base != ' ' && hat == "" {
		return "" // a letter that is no key of that row
	}
	return hat + tones
}

// keysToDigits writes digits for the keys that type them on another layout.
func keysToDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if digits := digitsOfKey(r); digits != "" {
			b.WriteString(digits)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// nameOf reads a name as a wedge typed it, and reports whether its accents may
// have been lost: a name without any may be so by nature, which nobody can see.
func nameOf(raw string) (name string, doubtful bool) {
	words := strings.Fields(CleanText(raw))
	if capsLock(words) {
		for i, w := range words {
			words[i] = swapCase(w)
		}
	}
	telex := typedInTelex(words)
	for i, w := range words {
		if telex {
			w = telexToVNI(w)
		}
		words[i] = fromVNI(w)
	}
	name = CleanName(strings.Join(words, " "))
	plain := !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf })
	return name, name != "" && (telex || plain || strings.ContainsFunc(name, lostLetter))
}

// capsLock reports whether every word begins small and goes on in capitals.
func capsLock(words []string) bool {
	inverted := 0
	for _, w := range words {
		first, n := utf8.DecodeRuneInString(w)
		rest := w[n:]
		switch {
		case rest == "":
		case !unicode.IsLower(first) || strings.ContainsFunc(rest, unicode.IsLower) || !strings.ContainsFunc(rest, unicode.IsUpper):
			return false
		default:
			inverted++
		}
	}
	return inverted > 0
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// typedInTelex reports whether a name is written in the keys of Telex: letters
// that Vietnamese names have never, or two words that end in the key of a tone.
func typedInTelex(words []string) bool {
	ends := 0
	for _, w := range words {
		w = strings.ToLower(w)
		for _, keys := range []string{"aa", "ee", "oo", "dd", "aw", "ow", "uw"} {
			if strings.Contains(w, keys) {
				return true
			}
		}
		if vowel := strings.IndexAny(w, "aeiouy"); vowel >= 0 && strings.ContainsAny(w[len(w)-1:], "sfrxj") {
			ends++
		}
	}
	return ends > 1
}

// telexToVNI rewrites the keys of Telex in those of VNI, which say the same in
// digits and leave the letters alone.
func telexToVNI(word string) string {
	const pairs, digits = "aaeeooddawowuw", "6669877"
	var b strings.Builder
	tone := ""
	if at := strings.IndexByte("sfrxj", word[len(word)-1]|0x20); at >= 0 && len(word) > 1 {
		word, tone = word[:len(word)-1], string(rune('1'+at))
	}
	for i := 0; i < len(word); i++ {
		b.WriteByte(word[i])
		if i+1 < len(word) {
			pair := strings.ToLower(word[i : i+2])
			if at := strings.Index(pairs, pair); at >= 0 && at%2 == 0 {
				b.WriteByte(digits[at/2])
				i++
			}
		}
	}
	return b.String() + tone
}
