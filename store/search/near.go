package search

import (
	"strings"

	"gocua/store/civic"
)

// likeness is how a word may have become what was typed.
type likeness int

const (
	unlike  likeness = iota
	spoken           // said so elsewhere, or keyed with the Vietnamese keyboard off
	slipped          // a slip of the hand
)

// A guesser knows what one term may have been meant for.
type guesser struct {
	text  string
	sound string
	keyed []string // what it is if it was meant for a Telex keyboard
	slips bool
}

// newGuesser reports false for what is not a word. A word of three letters is
// thought mistyped only if nobody is called anything that begins so.
func newGuesser(t term, unknown bool) (g guesser, ok bool) {
	if t.digits != nil || len(t.text) < 2 {
		return g, false
	}
	g = guesser{text: t.text, sound: civic.Sound(t.text), slips: len(t.text) >= 4 || unknown && len(t.text) == 3}
	if t.tone == "" {
		g.keyed = unkeyed(t.text)
	}
	return g, true
}

// means says how a word, without tones, may have become the term.
func (g guesser) means(fold string) likeness {
	if civic.Sound(fold) == g.sound {
		return spoken
	}
	for _, k := range g.keyed {
		if k == fold {
			return spoken
		}
	}
	if g.slips && len(fold) >= 3 && oneSlip(g.text, fold) {
		return slipped
	}
	return unlike
}

// oneSlip reports whether one letter wrong, missing, too many, or two letters
// changed about lie between two words.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	if len(a) < len(b) {
		return a[n:] == b[n+1:]
	}
	if n == len(a) || a[n+1:] == b[n+1:] {
		return true
	}
	return n+1 < len(a) && a[n] == b[n+1] && a[n+1] == b[n] && a[n+2:] == b[n+2:]
}

// unkeyed is what a word may be that was meant for a Telex keyboard: aa, ee, oo,
// dd and w make letters, and one of s f r x j behind a vowel makes the tone.
func unkeyed(text string) (words []string) {
	plain := strings.NewReplacer("aa", "a", "ee", "e", "oo", "o", "dd", "d", "aw", "a", "ow", "o", "uw", "u", "w", "u").Replace(text)
	if plain != text {
		words = append(words, plain)
	}
	first := strings.IndexAny(plain, "aeiouy")
	for i := len(plain) - 1; first >= 0 && i > first; i-- {
		if strings.IndexByte("sfrxj", plain[i]) >= 0 {
			words = append(words, plain[:i]+plain[i+1:])
		}
	}
	return words
}
