package search

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// rank says how well a row answers; greater is better. From the most to the
// least that counts: digits that fit, all terms in one field, a name or address
// that is exactly what was typed, a given name (tên) that is, how many words are
// whole, how many have the tone that was typed, their order, one's own unit.
type rank uint32

// matched is how the terms fell on a row.
type matched struct {
	fit     int   // of digits, added up
	by      Field // what the terms were found in
	given   int   // the last word of a name: 1 begins with a term, 2 is it, 3 with its tone
	same    int   // words that are a term
	toned   int   // words that are a term with its tone
	ordered bool
	whole   bool           // nothing is left over on either side
	words   [maxTerms]int8 // by term: its word, or -1
}

func (m matched) rank(own bool) rank {
	r := rank(min(m.fit, 15)) << 20
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
		r |= 1
	}
	return r
}

// matchPerson says how a resident answers the plan. door is the terms that words
// of the address begin with.
func (p *plan) matchPerson(t *table, row uint32, door uint16) (m matched, ok bool) {
	words := t.people.of(row)
	taken := uint32(0)
	for _, i := range p.order {
		bit := uint16(1) << i
		m.words[i] = -1
		if d := p.terms[i].digits; d != nil {
			if fit, by := d.person(&t.people, row); fit != noFit {
				if by == ByBirth && p.need == 0 {
					fit = loosely // a year alone is more likely the end of a number
				}
				m.fit += fit
				m.by |= by
				continue
			}
		} else if n := p.pick(words, taken, bit); n >= 0 {
			taken |= 1 << n
			m.take(p, i, n, words)
			m.by |= ByName
			continue
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
	return m, true
}

// matchDoor says how a household answers the plan.
func (p *plan) matchDoor(words []uint32) (m matched, ok bool) {
	taken := uint32(0)
	for _, i := range p.order {
		n := p.pick(words, taken, 1<<i)
		if n < 0 {
			return m, false
		}
		taken |= 1 << n
		m.take(p, i, n, words)
	}
	m.given, m.by = 0, ByAddress
	m.finish(p, len(words))
	return m, true
}

// pick chooses the best of the words not taken that begin with a term: that it
// is with its tone, that it is, that it begins so; of equals the last. Since
// longer terms pick first none takes the only word of another: what begins with
// "van" begins with "v", and two terms neither of which begins the other never
// want one word.
func (p *plan) pick(words []uint32, taken uint32, bit uint16) int {
	best, quality := -1, 0
	for n, w := range words {
		if taken>>n&1 != 0 || p.begun[w]&bit == 0 {
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

// Search finds what answers a query, the best first. A text in which nothing can
// be looked for finds nothing.
func (x *Index) Search(q Query) Result {
	x.mu.RLock()
	defer x.mu.RUnlock()
	t := x.t
	p := t.plan(q)
	if p.all == 0 {
		return Result{}
	}
	best := shortlist{limit: q.limit()}
	doors := t.searchDoors(p, q, &best)
	if q.Only == 0 || q.Only == civic.TypeResident {
		t.searchPeople(p, doors, &best)
	}
	return best.result(t, p)
}

// searchDoors looks at every household, and returns for each the terms that
// words of its address begin with.
func (t *table) searchDoors(p *plan, q Query, best *shortlist) []uint16 {
	found := make([]uint16, len(t.doors.ids))
	for row, hamlet := range t.doors.hamlet {
		if !p.allowed[hamlet] {
			continue
		}
		words := t.doors.of(uint32(row))
		terms := uint16(0)
		for _, w := range words {
			terms |= p.begun[w]
		}
		found[row] = terms
		if terms != p.all || q.Only == civic.TypeResident {
			continue
		}
		if m, ok := p.matchDoor(words); ok {
			best.offer(candidate{rank: m.rank(p.own[hamlet]), id: t.doors.ids[row], row: uint32(row), kind: civic.TypeHousehold})
		}
	}
	return found
}

// searchPeople looks at every resident. The first lines of the loop are what a
// search costs; what passes them is one in a hundred, or a third for "nguyen".
func (t *table) searchPeople(p *plan, doors []uint16, best *shortlist) {
	r := &t.people
	for row, hamlet := range r.hamlet {
		if !p.allowed[hamlet] {
			continue
		}
		terms := doors[r.door[row]]
		for _, w := range r.of(uint32(row)) {
			terms |= p.begun[w]
		}
		if terms&p.need != p.need {
			continue
		}
		if m, ok := p.matchPerson(t, uint32(row), doors[r.door[row]]); ok {
			best.offer(candidate{rank: m.rank(p.own[hamlet]), id: r.ids[row], row: uint32(row), kind: civic.TypeResident})
		}
	}
}

// candidate is a row that answers.
type candidate struct {
	rank rank
	id   recordID
	row  uint32
	kind command.RecordType
}

// before orders hits: by rank, then by ID, so that an index that followed the
// feed and one loaded afresh answer alike.
func (a candidate) before(b candidate) bool {
	if a.rank != b.rank {
		return a.rank > b.rank
	}
	if c := a.id.compare(b.id); c != 0 {
		return c < 0
	}
	return a.kind > b.kind
}

// shortlist keeps the best of what it is offered, in order.
type shortlist struct {
	limit int
	total int
	list  []candidate
}

func (s *shortlist) offer(f candidate) {
	s.total++
	if len(s.list) == s.limit && !f.before(s.list[s.limit-1]) {
		return
	}
	at, _ := slices.BinarySearchFunc(s.list, f, func(a, b candidate) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	if len(s.list) == s.limit {
		s.list = s.list[:s.limit-1]
	}
	s.list = slices.Insert(s.list, at, f)
}
