package search

import (
	"iter"
	"strings"
	"unicode"

	"gocua/store/civic"
)

// span is a part of a text, in bytes.
type span struct{ from, to int }

// split cuts a text into words: runs of letters and digits, with their marks.
func split(text string) iter.Seq[span] {
	return func(yield func(span) bool) {
		from := -1
		for i, r := range text {
			inside := unicode.In(r, unicode.L, unicode.N, unicode.M)
			switch {
			case inside && from < 0:
				from = i
			case !inside && from >= 0:
				if !yield(span{from, i}) {
					return
				}
				from = -1
			}
		}
		if from >= 0 {
			yield(span{from, len(text)})
		}
	}
}

// dictionary holds each different word of the register once. Words are never
// taken out: a register has some ten thousand, however many people.
type dictionary struct {
	words  []word
	raw    map[string]uint32 // as written, to look up without folding
	byTone map[string]uint32
}

// word is a word as it is compared.
type word struct {
	fold string // small letters without tones: "ha"
	tone string // civic.ToneFreeKey: the same for hoà and hòa, another for hoa
}

func newDictionary() dictionary {
	return dictionary{raw: map[string]uint32{}, byTone: map[string]uint32{}}
}

// numbers returns the words of a text by their numbers, new ones included.
func (d *dictionary) numbers(text string) []uint32 {
	ns := make([]uint32, 0, 8)
	for s := range split(text) {
		if len(ns) == maxWords {
			break
		}
		ns = append(ns, d.number(text[s.from:s.to]))
	}
	return ns
}

func (d *dictionary) number(raw string) uint32 {
	if n, ok := d.raw[raw]; ok {
		return n
	}
	raw = strings.Clone(raw) // the text it was cut from is part of a record's
	w := fold(raw)
	n, ok := d.byTone[w.tone]
	if !ok {
		n = uint32(len(d.words))
		d.words = append(d.words, w)
		d.byTone[w.tone] = n
	}
	if raw == w.fold {
		raw = w.fold // one text is enough
	}
	d.raw[raw] = n
	return n
}

func fold(raw string) word { return word{fold: civic.Fold(raw), tone: civic.ToneFreeKey(raw)} }

// codes numbers the codes of units and clusters. Number 0 is given to none, so that
// it can stand for a row that is not there.
type codes struct {
	list []string
	of   map[string]uint32
}

func newCodes() codes { return codes{list: []string{""}, of: map[string]uint32{}} }

func (n *codes) number(name string) uint32 {
	if i, ok := n.of[name]; ok {
		return i
	}
	name = strings.Clone(name) // it is part of a record's text
	i := uint32(len(n.list))
	n.list = append(n.list, name)
	n.of[name] = i
	return i
}
