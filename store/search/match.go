package search

// rank says how well a row answers; greater is better. From the most to the
// least that counts: digits that fit, all terms in one field, a name or address
// that is exactly what was typed, a given name (tên) that is, how many words are
// whole, how many have the tone that was typed, their order, one's own unit.
type rank uint32

const (
	ownUnit rank = 1
	// What was typed comes before what may have been meant; of that, what only
	// sounds or was keyed otherwise before a slip of the hand.
	byHeart rank = 1 << 24
	asTyped rank = 1 << 25
)

// matched is how the terms fell on a row.
type matched struct {
	fit     int   // of digits, added up
	by      Field // what the terms were found in
	given   int   // the last word of a name: 1 begins with a term, 2 is it, 3 with its tone
	same    int   // words that are a term
	toned   int   // words that are a term with its tone
	slips   int   // words that take a slip of the hand to be a term
	guesses int   // words that are not what was typed
	ordered bool
	whole   bool           // nothing is left over on either side
	words   [maxTerms]int8 // by term: its word, or -1
}

func (p *plan) rank(m matched, own bool) rank {
	r := rank(min(m.fit, 15)) << 20
	switch {
	case !p.guess:
		r |= asTyped
	case m.slips == 0:
		r |= byHeart
	}
	if m.by&ByAddress == 0 || m.by == ByAddress {
		r |= 1 << 19
	}
	if m.whole {
		r |= 1 << 18
	}
	r |= rank(m.given)<<16 | rank(m.same)<<12 | rank(m.toned)<<8
	if m.ordered {
		r |= 1 << 7
	}
	if own {
		r |= ownUnit
	}
	return r
}

// matchPerson says how a resident answers the plan. door is the terms that words
// of the address begin with.
func (p *plan) matchPerson(t *table, row uint32, door uint16) (m matched, ok bool) {
	words := t.names.of(t.people.phrase[row])
	fell := p.fall(&m, words, p.need)
	if fell != 0 {
		m.by = ByName
	}
	for i, term := range p.terms {
		bit := uint16(1) << i
		if fell&bit != 0 {
			continue
		}
		if d := term.digits; d != nil {
			if fit, by := d.person(&t.people, row); fit != noFit {
				if by == ByBirth && p.need == 0 && d.birth == 0 {
					fit = loosely // a year alone is more likely the end of a number
				}
				m.fit += fit
				m.by |= by
				continue
			}
		}
		if door&bit == 0 {
			return m, false
		}
		m.by |= ByAddress
	}
	if m.by&^ByAddress == 0 {
		return m, false // a door is a hit of its own
	}
	m.finish(p, len(words))
	return m, p.likely(m)
}

// matchPhrase says how a name or an address by itself answers the plan.
func (p *plan) matchPhrase(words []uint32, by Field) (m matched, ok bool) {
	if p.fall(&m, words, p.all) != p.all {
		return m, false
	}
	if m.by = by; by == ByAddress {
		m.given = 0
	}
	m.finish(p, len(words))
	return m, p.likely(m)
}

// fall gives words to terms, and returns the terms that got one. What was typed
// takes its words before what may have been meant.
func (p *plan) fall(m *matched, words []uint32, terms uint16) (fell uint16) {
	taken := uint32(0)
	for i := range p.terms {
		m.words[i] = -1
	}
	for _, guessing := range []bool{false, true} {
		if guessing && p.meant == nil {
			break
		}
		for _, i := range p.order {
			bit := uint16(1) << i
			if terms&^fell&bit == 0 {
				continue
			}
			if n := p.pick(words, taken, bit, guessing); n >= 0 {
				taken |= 1 << n
				fell |= bit
				m.take(p, i, n, words)
			}
		}
	}
	return fell
}

// likely reports whether somebody may have meant it: with one slip of the hand at
// most. What takes no guess was found before guessing.
func (p *plan) likely(m matched) bool { return p.meant == nil || m.guesses > 0 && m.slips <= 1 }

// pick chooses the best of the words not taken that begin with a term: that it
// is with its tone, that it is, that it begins so; of equals the last. Since
// longer terms pick first none takes the only word of another: what begins with
// "van" begins with "v", and two terms neither of which begins the other never
// want one word. When guessing, only what may have been meant is left.
func (p *plan) pick(words []uint32, taken uint32, bit uint16, guessing bool) int {
	best, quality := -1, 0
	for n, w := range words {
		if taken>>n&1 != 0 || p.begun[w]&bit == 0 || !guessing && p.meant != nil && p.meant[w]&bit != 0 {
			continue
		}
		q := 1
		if p.same[w]&bit != 0 {
			q = 2
		}
		if p.toned[w]&bit != 0 {
			q = 3
		}
		if q >= quality {
			best, quality = n, q
		}
	}
	return best
}

func (m *matched) take(p *plan, i, n int, words []uint32) {
	bit, w := uint16(1)<<i, words[n]
	m.words[i] = int8(n)
	if p.meant != nil && p.meant[w]&bit != 0 {
		m.guesses++
		m.slips += int(p.slips[w] >> i & 1)
	}
	quality := 1
	if p.same[w]&bit != 0 {
		quality = 2
		m.same++
	}
	if p.toned[w]&bit != 0 {
		quality = 3
		m.toned++
	}
	if n == len(words)-1 {
		m.given = quality
	}
}

func (m *matched) finish(p *plan, words int) {
	last, terms := int8(-1), 0
	m.ordered = true
	for i, t := range p.terms {
		if t.digits == nil {
			terms++
		}
		if n := m.words[i]; n >= 0 {
			m.ordered = m.ordered && n > last
			last = n
		}
	}
	if m.by == ByAddress {
		terms = len(p.terms)
	}
	m.whole = m.toned == words && m.toned == terms
}
