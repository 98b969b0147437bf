package search

import "slices"

// phrases holds each different name or address once, as the numbers of its
// words. A third of a ward shares its whole name with somebody, and one name
// needs to be compared with a query only once. Phrases are never taken out; the
// next load leaves out those nobody has any more.
type phrases struct {
	words []uint32 // of all phrases, one after the other
	from  []uint32 // where each begins, and where the last ends
	slots []uint32 // open addressing by words: number + 1

	with   [][]uint32 // by word of the dictionary: the phrases that have it, in order
	newest []uint32   // by phrase: row + 1 of the first that has it; the others are linked from there
	rows   []uint32   // by phrase: how many have it
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
		p.enter(words)
		p.slots[slot] = uint32(p.len())
	}
	return p.slots[slot] - 1
}

// enter adds a phrase that is not there yet.
func (p *phrases) enter(words []uint32) {
	n := uint32(p.len())
	p.words = append(p.words, words...)
	p.from = append(p.from, uint32(len(p.words)))
	p.newest, p.rows = append(p.newest, 0), append(p.rows, 0)
	for _, w := range words {
		if grow := int(w) + 1 - len(p.with); grow > 0 {
			p.with = append(p.with, make([][]uint32, grow)...)
		}
		if at := p.with[w]; len(at) == 0 || at[len(at)-1] != n { // a word may be in it twice
			p.with[w] = append(at, n)
		}
	}
}

// has reports whether somebody's phrase has the word.
func (p *phrases) has(word int) bool {
	return word < len(p.with) && slices.ContainsFunc(p.with[word], func(n uint32) bool { return p.rows[n] > 0 })
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

// terms is, by phrase, the terms that some of its words begin with, and those of
// all phrases together; with guesses also the terms that may have been meant for
// them. Only phrases with such words are touched.
func (p *phrases) terms(of *plan, guesses bool, into []uint16) (by []uint16, all uint16) {
	by = cleared(into, p.len())
	for _, w := range of.hits {
		bits := of.begun[w]
		if of.meant != nil && !guesses {
			bits &^= of.meant[w]
		}
		if bits == 0 || int(w) >= len(p.with) || len(p.with[w]) == 0 {
			continue
		}
		all |= bits
		for _, n := range p.with[w] {
			by[n] |= bits
		}
	}
	return by, all
}

// cleared is a slice of so many zeros, in the place of an old one if it fits.
func cleared[T any](old []T, length int) []T {
	if cap(old) < length {
		return make([]T, length, length+length/8)
	}
	old = old[:length]
	clear(old)
	return old
}

func (p *phrases) trim() {
	p.words, p.from, p.newest, p.rows, p.with = fit(p.words), fit(p.from), fit(p.newest), fit(p.rows), fit(p.with)
	for w, at := range p.with {
		p.with[w] = fit(at)
	}
}
