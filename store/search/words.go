package search

import (
	"iter"
	"slices"
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
	w := fold(raw)
	n, ok := d.byTone[w.tone]
	if !ok {
		n = uint32(len(d.words))
		d.words = append(d.words, w)
		d.byTone[w.tone] = n
	}
	d.raw[w.own(raw)] = n
	return n
}

func fold(raw string) word { return word{fold: civic.Fold(raw), tone: civic.ToneFreeKey(raw)} }

// own is a copy of raw that does not keep the whole text alive it was cut from.
func (w word) own(raw string) string {
	if raw == w.fold {
		return w.fold
	}
	return string([]byte(raw))
}

// phrases holds each different name or address once, as the numbers of its
// words. A third of a ward shares its whole name with somebody, and one name
// needs to be compared with a query only once. Phrases are never taken out; the
// next load leaves out those nobody has any more.
type phrases struct {
	words []uint32 // of all phrases, one after the other
	from  []uint32 // where each begins, and where the last ends
	slots []uint32 // open addressing by words: number + 1
}

// newPhrases returns a table in which phrase 0 has no words.
func newPhrases() phrases {
	p := phrases{from: []uint32{0}, slots: make([]uint32, 64)}
	p.number(nil)
	return p
}

func (p *phrases) len() int { return len(p.from) - 1 }

func (p *phrases) of(n uint32) []uint32 { return p.words[p.from[n]:p.from[n+1]] }

func (p *phrases) number(words []uint32) uint32 {
	if 4*p.len() >= 3*len(p.slots) {
		p.slots = make([]uint32, 2*len(p.slots))
		for n := range p.len() {
			p.slots[p.slot(p.of(uint32(n)))] = uint32(n + 1)
		}
	}
	slot := p.slot(words)
	if p.slots[slot] == 0 {
		p.words = append(p.words, words...)
		p.from = append(p.from, uint32(len(p.words)))
		p.slots[slot] = uint32(p.len())
	}
	return p.slots[slot] - 1
}

// slot is where a phrase is entered, or would be.
func (p *phrases) slot(words []uint32) uint64 {
	const spread = 0x9e3779b97f4a7c15 // 2⁶⁴ ÷ the golden ratio
	h := uint64(len(words))
	for _, w := range words {
		h = (h ^ uint64(w)) * spread
		h ^= h >> 29
	}
	mask := uint64(len(p.slots) - 1)
	at := h & mask
	for p.slots[at] != 0 && !slices.Equal(p.of(p.slots[at]-1), words) {
		at = (at + 1) & mask
	}
	return at
}

func (p *phrases) trim() { p.words, p.from = fit(p.words), fit(p.from) }

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
	i := uint32(len(n.list))
	n.list = append(n.list, name)
	n.of[name] = i
	return i
}
