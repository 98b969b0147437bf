package search

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Search finds what answers a query, the best first; all it asks for must be
// found. A text in which nothing can be looked for finds nothing. It takes some
// milliseconds for 300,000 residents.
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

// doorTerms are the terms that words of addresses begin with.
type doorTerms struct {
	of  []uint16 // by household
	any uint16   // in any household's
}

// searchDoors looks at every household.
func (t *table) searchDoors(p *plan, q Query, best *shortlist) doorTerms {
	found := doorTerms{of: make([]uint16, len(t.doors.ids))}
	for row, hamlet := range t.doors.hamlet {
		if !p.allowed[hamlet] {
			continue
		}
		words := t.addresses.of(t.doors.phrase[row])
		terms := p.beginning(words)
		found.of[row] = terms
		found.any |= terms
		if terms != p.all || q.Only == civic.TypeResident {
			continue
		}
		if m, ok := p.matchPhrase(words, ByAddress); ok {
			best.total++
			best.offer(candidate{rank: m.rank(p.own[hamlet]), id: t.doors.ids[row], row: uint32(row), kind: civic.TypeHousehold})
		}
	}
	return found
}

// searchPeople looks at every resident, or where only digits were typed at those
// they fit. What a search costs is the first lines of the loop; a name is matched
// once for all who have it.
func (t *table) searchPeople(p *plan, doors doorTerms, best *shortlist) {
	r := &t.people
	if p.need == 0 {
		for _, row := range r.fitting(p.digits) {
			if p.allowed[r.hamlet[row]] {
				t.offer(p, row, doors.of[r.door[row]], best)
			}
		}
		return
	}
	phrases := r.phrase[:len(r.hamlet)]
	names := reading{plan: p, phrases: &t.names, answers: make([]answer, t.names.len())}
	for row, hamlet := range r.hamlet {
		if !p.allowed[hamlet] {
			continue
		}
		a := names.answers[phrases[row]]
		if a == 0 {
			a = names.read(phrases[row])
		}
		if a&complete != 0 {
			best.person(t, uint32(row), a.rank(p.own[hamlet]))
			continue
		}
		if (a.terms()|doors.any)&p.need != p.need || a.terms() == 0 && len(p.digits) == 0 {
			continue // the address cannot help; nor is a door alone a person
		}
		if door := doors.of[r.door[row]]; (a.terms()|door)&p.need == p.need {
			t.offer(p, uint32(row), door, best)
		}
	}
}

// offer matches a resident by everything.
func (t *table) offer(p *plan, row uint32, door uint16, best *shortlist) {
	if m, ok := p.matchPerson(t, row, door); ok {
		best.person(t, row, m.rank(p.own[t.people.hamlet[row]]))
	}
}

// reading is what names answer, found out when a name is first met: people of
// one ward have a fraction of the names of a province.
type reading struct {
	plan    *plan
	phrases *phrases
	answers []answer // by name
}

// answer is what a name answers: 0, not read yet; with complete, its rank; else
// the terms its words begin with.
type answer uint32

const (
	complete answer = 1 << 31 // it satisfies all terms by itself
	wasRead  answer = 1 << 30 // it does not
)

func (a answer) terms() uint16 { return uint16(a) }

func (a answer) rank(own bool) rank {
	if own {
		return rank(a&^complete) | ownUnit
	}
	return rank(a &^ complete)
}

func (r *reading) read(name uint32) answer {
	words := r.phrases.of(name)
	terms := r.plan.beginning(words)
	a := wasRead | answer(terms)
	if terms == r.plan.all {
		if m, ok := r.plan.matchPhrase(words, ByName); ok {
			a = complete | answer(m.rank(false))
		}
	}
	r.answers[name] = a
	return a
}

// beginning is the terms that some of the words begin with.
func (p *plan) beginning(words []uint32) (terms uint16) {
	for _, w := range words {
		terms |= p.begun[w]
	}
	return terms
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
	total int  // rows that answer
	worst rank // what is below need not be offered
	list  []candidate
}

// person counts a resident that answers.
func (s *shortlist) person(t *table, row uint32, rank rank) {
	if s.total++; rank >= s.worst {
		s.offer(candidate{rank: rank, id: t.people.ids[row], row: row, kind: civic.TypeResident})
	}
}

func (s *shortlist) offer(f candidate) {
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
	if len(s.list) == s.limit {
		s.worst = s.list[s.limit-1].rank
	}
}
