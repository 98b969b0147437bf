package civic

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CleanText repairs what keyboards, spreadsheets and old fonts do to a line of
// Vietnamese text: the result is valid UTF-8 in NFC, one line, single spaces,
// straight quotes, no invisible characters, and Đ where somebody's font had Ð.
// Cleaning twice changes nothing.
func CleanText(s string) string {
	if isClean(s) { // as nearly all is that comes from a register or a repaired list
		return s
	}
	return cleaned(s)
}

// isClean reports, of most texts that are clean, that they are.
func isClean(s string) bool {
	before := ' '
	for _, r := range s {
		if r == utf8.RuneError || r == ' ' && before == ' ' || mend(r) != r {
			return false
		}
		before = r
	}
	return (before != ' ' || s == "") && norm.NFC.IsNormalString(s)
}

func cleaned(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch r = mend(r); r {
		case dropped:
		case ' ':
			space = b.Len() > 0
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	// Once more: what was dropped may have stood between a letter and its mark.
	return norm.NFC.String(b.String())
}

const dropped = rune(-1)

// mend is the repair of one character.
func mend(r rune) rune {
	switch r {
	case 'Ð':
		return 'Đ'
	case 'ð':
		return 'đ'
	case '‘', '’', '‛', '′', '´', '`', 'ʼ':
		return '\''
	case '“', '”', '„', '‟', '″':
		return '"'
	}
	switch {
	case r < utf8.RuneSelf && r > ' ' && r != 0x7f:
		return r
	case r >= 'À' && r <= 'ɏ' || r >= 'Ḁ' && r <= 'ỹ': // Latin letters, and all of Vietnamese
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf):
		return dropped
	}
	return r
}

// CleanName cleans a person's name (họ tên) and gives the words written all in
// capitals or all in small letters their capital: NGUYỄN văn A becomes Nguyễn
// Văn A. Words of mixed case are left: they are as somebody meant them.
func CleanName(s string) string {
	words := strings.Fields(strings.Trim(CleanText(s), " .,;:-_*"))
	for i, w := range words {
		words[i] = capitalised(w)
	}
	return strings.Join(words, " ")
}

func capitalised(word string) string {
	upper, lower := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	if upper > 0 && lower > 0 || upper == 1 {
		return word
	}
	var b strings.Builder
	first := true
	for _, r := range word {
		if first {
			b.WriteRune(unicode.ToUpper(r))
		} else {
			b.WriteRune(unicode.ToLower(r))
		}
		first = !unicode.IsLetter(r) && !unicode.IsMark(r)
	}
	return b.String()
}

// Fold is the form text is searched in: small letters, no tones or other marks,
// đ as d, single spaces. Folding twice changes nothing.
func Fold(s string) string {
	b := make([]byte, 0, len(s))
	space := false
	put := func(r rune) {
		switch {
		case r == ' ':
			space = len(b) > 0
		case r == dropped || isMark(r):
		default:
			if space {
				b = append(b, ' ')
				space = false
			}
			b = utf8.AppendRune(b, foldLetter(r))
		}
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			put(mend(rune(c)))
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if parts := norm.NFD.PropertiesString(s[i:]).Decomposition(); len(parts) > 0 && r != utf8.RuneError {
			for _, part := range string(parts) {
				put(mend(part))
			}
		} else {
			put(mend(r))
		}
		i += n
	}
	return string(b)
}

func isMark(r rune) bool { return r >= 0x300 && r <= 0x36f }

func foldLetter(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == 'đ', r == 'Đ':
		return 'd'
	case r < utf8.RuneSelf:
		return r
	}
	return unicode.ToLower(r)
}

// tone is the place of a tone mark in dictionary order (0 is the level tone,
// thanh ngang), and whether r is one.
func tone(r rune) (int, bool) {
	switch r {
	case 0x300:
		return 1, true // huyền
	case 0x309:
		return 2, true // hỏi
	case 0x303:
		return 3, true // ngã
	case 0x301:
		return 4, true // sắc
	case 0x323:
		return 5, true // nặng
	}
	return 0, false
}

// ToneFreeKey is equal for names that are the same word for word, wherever the
// tone mark was put (hoà and hòa) and whatever the case; hoa stays another.
// The key is for comparing only.
func ToneFreeKey(s string) string {
	words := strings.Fields(strings.ToLower(CleanText(s)))
	for i, w := range words {
		words[i] = toneLast(w)
	}
	return strings.Join(words, " ")
}

// toneLast moves the tones of a word behind it as digits. The back quote before
// them keeps "a1" and "á" apart: cleaned text has none.
func toneLast(word string) string {
	var base, tones strings.Builder
	for _, r := range norm.NFD.String(word) {
		if t, ok := tone(r); ok {
			tones.WriteByte('0' + byte(t))
		} else {
			base.WriteRune(r)
		}
	}
	if tones.Len() == 0 {
		return norm.NFC.String(base.String())
	}
	return norm.NFC.String(base.String()) + "`" + tones.String()
}

// SortKey is a printable string whose byte order is the order of names in a
// Vietnamese list: by given name (tên), then family name (họ), then what stands
// between (đệm); within each by letters (a ă â … d đ e ê …) and, letters being
// equal, by tone. It is a table of its own and not x/text/collate, because an
// index that every node keeps must not change with a library's version.
func SortKey(name string) string {
	words := strings.Fields(strings.ToLower(CleanText(name)))
	if len(words) == 0 {
		return ""
	}
	last := len(words) - 1
	key := make([]byte, 0, 3*len(name))
	key = appendRanks(key, words[last:])
	key = appendRanks(key, words[:min(1, last)])
	key = appendRanks(key, words[min(1, last):last])
	return string(key)
}

// letters in dictionary order; the n-th is written as byte 'A'+n.
const letters = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"

// appendRanks writes the letters of the words, then their tones. A space ends
// each, below anything that could follow.
func appendRanks(key []byte, words []string) []byte {
	var room [8]byte
	tones := room[:0]
	for i, w := range words {
		if i > 0 {
			key = append(key, '!')
		}
		if ranked, t, ok := appendPlainRanks(key, w); ok {
			key, tones = ranked, append(tones, '0'+t)
			continue
		}
		t := 0
		base := strings.Map(func(r rune) rune {
			if n, ok := tone(r); ok {
				t = n
				return dropped
			}
			return r
		}, norm.NFD.String(w))
		for _, r := range norm.NFC.String(base) {
			key = appendRank(key, r)
		}
		tones = append(tones, '0'+byte(t))
	}
	key = append(key, ' ')
	key = append(key, tones...)
	return append(key, ' ')
}

// rank is a Vietnamese letter's place in dictionary order, and its tone.
type rank struct{ letter, tone byte }

// ranks are those of all small letters that one character can hold, each with
// any tone.
var ranks = sync.OnceValue(func() map[rune]rank {
	all := map[rune]rank{}
	for _, l := range letters {
		key := appendRank(nil, l)
		for _, mark := range []string{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"} {
			if one := []rune(norm.NFC.String(string(l) + mark)); len(one) == 1 {
				t, _ := tone([]rune(mark + "x")[0])
				all[one[0]] = rank{key[0], byte(t)}
			}
		}
	}
	return all
})

// appendPlainRanks writes the letters of a word made of nothing but such, and
// returns its last tone.
func appendPlainRanks(key []byte, word string) (ranked []byte, last byte, ok bool) {
	table := ranks()
	for _, r := range word {
		k, ok := table[r]
		if !ok {
			return key, 0, false
		}
		key = append(key, k.letter)
		if k.tone > 0 {
			last = k.tone
		}
	}
	return key, last, true
}

func appendRank(key []byte, r rune) []byte {
	at := 0
	for _, l := range letters {
		if l == r {
			return append(key, 'A'+byte(at))
		}
		at++
	}
	switch {
	case r >= '0' && r <= '9':
		return append(key, byte(r))
	case r < utf8.RuneSelf:
		return append(key, '"') // punctuation: before digits and letters
	case isMark(r):
		return key
	}
	if plain := []rune(norm.NFD.String(string(r))); plain[0] != r {
		return appendRank(key, plain[0]) // č, ŏ of the highlands: as c, o
	}
	return utf8.AppendRune(append(key, '~'), r)
}
