package roster

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The parts of a Vietnamese syllable, each between spaces.
const (
	onsets = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q r s t th tr v x  "
	nuclei = " a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iêu iu oa oă oai oay oao oe oeo oi ôi oo ơi " +
		"ua uâ uă uai uay uao uây ue uê ueo ui uô uôi uơ uy uya uyê uyu ưa ưi ươ ươi ươu ưu yê yêu "
	codas = " c ch m n ng nh p t  "
	stops = " c ch p t "
)

// isSyllable reports whether a word can be a Vietnamese syllable. It is meant
// for statistics over many words: names of other peoples fail, a few
// impossible syllables pass.
func isSyllable(word string) bool {
	tones, sharp := 0, false
	bare := strings.Map(func(r rune) rune {
		switch r {
		case 0x300, 0x303, 0x309:
			tones++
			return -1
		case 0x301, 0x323:
			tones, sharp = tones+1, true
			return -1
		case 'ð', 'Ð':
			return 'đ'
		}
		return r
	}, norm.NFD.String(word))
	if tones > 1 {
		return false
	}
	s := strings.ToLower(norm.NFC.String(bare))
	letters := []rune(s)
	for on := min(3, len(letters)-1); on >= 0; on-- {
		if !isPart(onsets, string(letters[:on])) {
			continue
		}
		for off := max(on+1, len(letters)-2); off <= len(letters); off++ {
			coda := string(letters[off:])
			if isPart(nuclei, string(letters[on:off])) && isPart(codas, coda) && (sharp || coda == "" || !isPart(stops, coda)) {
				return true
			}
		}
	}
	return false
}

func isPart(list, s string) bool { return strings.Contains(list, " "+s+" ") }
