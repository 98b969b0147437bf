package match

import (
	"strings"
	"unicode"

	"github.com/xrash/smetrics"

	"gocua/store/civic"
)

// word is one syllable of a name as it is compared. Each different one of the
// register is kept once.
type word struct {
	tone  string // civic.ToneFreeKey: equal wherever the tone mark was put
	base  string // that without its tone: "hưng" of Hùng is another than "hùng"'s
	mark  string // the tone alone; empty: level, or lost
	fold  string // small letters without any marks
	sound string // civic.Sound
	n     uint32 // how many of the register's people have it in their name
}

func newWord(raw string) *word {
	w := &word{tone: civic.ToneFreeKey(raw), fold: civic.Fold(raw)}
	w.base, w.mark, _ = strings.Cut(w.tone, "`")
	w.sound = civic.Sound(w.fold)
	return w
}

// Levels of agreement of two words, the closest first.
type level uint8

const (
	same     level = iota
	unmarked       // one was written without its tone, or without any marks
	regional       // as two regions say or write it: hỏi and ngã, l and n, ch and tr …
	retoned        // the same letters with another tone or mark: often another name (Hùng, Hưng)
	near           // a typing mistake apart
	apart
)

// nearEnough is the Jaro–Winkler similarity from which two words are a typing
// mistake apart.
const nearEnough = 0.92

func compare(a, b *word) level {
	switch {
	case a.tone == b.tone:
		return same
	case a.fold == b.fold:
		return compareMarks(a, b)
	case a.sound == b.sound:
		return regional
	case similar(a.fold, b.fold):
		return near
	}
	return apart
}

// compareMarks compares two words of the same letters.
func compareMarks(a, b *word) level {
	switch {
	case a.tone == a.fold || b.tone == b.fold || a.base == b.base && (a.mark == "" || b.mark == ""):
		return unmarked
	case a.base == b.base && hookAndTilde(a.mark, b.mark):
		return regional
	}
	return retoned
}

// hookAndTilde reports whether one tone is hỏi and the other ngã, by the digits
// civic.ToneFreeKey gives them.
func hookAndTilde(a, b string) bool { return a == "2" && b == "3" || a == "3" && b == "2" }

// similar reports whether a typing mistake may have made one of the other.
func similar(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return smetrics.JaroWinkler(a, b, 0.7, 4) >= nearEnough || transposed(a, b)
}

// transposed reports whether two neighbouring letters changed places, which
// Jaro–Winkler thinks little of in so short a word.
func transposed(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// split cuts a name into words: runs of letters and what hangs on them.
func split(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N)
	})
}
