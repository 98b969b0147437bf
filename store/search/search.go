package search

import (
	"gocua/store/civic"
)

// Search finds what answers a query, the best first; all it asks for must be
// found. Where that leaves room on the first page, those follow who may have been
// meant, had a hand not slipped. A text in which nothing can be looked for finds
// nothing. It takes about a millisecond for 300,000 residents.
func (x *Index) Search(q Query) Result {
	s, _ := x.spare.Get().(*scratch)
	if s == nil {
		s = &scratch{}
	}
	defer x.spare.Put(s)
	x.mu.RLock()
	defer x.mu.RUnlock()
	p := x.t.plan(q, s)
	if p.all == 0 {
		return Result{}
	}
	r := x.t.search(p, q, s)
	if room := min(q.limit(), defaultLimit) - r.Total; room > 0 && !q.Exact && p.need != 0 {
		r = x.t.guess(q, r, room, s)
	}
	return r
}

// search finds what answers a plan.
func (t *table) search(p *plan, q Query, s *scratch) Result {
	w := sweep{table: t, p: p, s: s, best: shortlist{limit: q.limit()}}
	w.findDoors(q)
	if q.Only == 0 || q.Only == civic.TypeResident {
		w.findPeople()
	}
	return w.result()
}

// sweep is the search for what answers one plan. It begins at the words: from
// them to the names and addresses that have them, and from these to the rows.
type sweep struct {
	*table
	p    *plan
	s    *scratch
	best shortlist

	places  []uint16 // by address: the terms its words begin with
	anyhow  uint16   // the terms of any address
	byName  []uint16 // by name: the terms its words begin with
	answers []answer // by name
}

// findDoors finds out what addresses answer, and offers the households of those
// that answer everything.
func (w *sweep) findDoors(q Query) {
	p := w.p
	w.s.places, w.anyhow = w.addresses.terms(p, false, w.s.places)
	w.places = w.s.places
	if p.meant != nil || q.Only == civic.TypeResident || w.anyhow != p.all {
		return
	}
	for phrase, terms := range w.places {
		if terms != p.all {
			continue
		}
		m, ok := p.matchPhrase(w.addresses.of(uint32(phrase)), ByAddress)
		if !ok {
			continue
		}
		for row := range w.doors.having(&w.addresses, uint32(phrase)) {
			if hamlet := w.doors.hamlet[row]; p.allowed[hamlet] {
				w.best.total++
				w.best.offer(candidate{rank: p.rank(m, p.own[hamlet]), id: w.doors.ids[row], row: row, kind: civic.TypeHousehold})
			}
		}
	}
}

// findPeople looks at the residents whose name, or where digits can be nothing
// but theirs whose digits, may answer.
func (w *sweep) findPeople() {
	p, r := w.p, &w.people
	w.s.names, _ = w.names.terms(p, true, w.s.names)
	w.byName = w.s.names
	digits := p.all &^ p.need
	theirs := p.need == 0 || digits&^w.anyhow != 0
	if !theirs {
		w.walk(w.readNames())
	}
	if digits == 0 {
		return
	}
	for _, row := range r.fitting(p.digits) {
		if terms := w.byName[r.phrase[row]]; p.allowed[r.hamlet[row]] && (theirs || terms == 0) {
			w.consider(row, terms)
		}
	}
}

// readNames finds out what each name answers, and how many rows have one that does.
func (w *sweep) readNames() (rows int) {
	p := w.p
	w.s.answers = cleared(w.s.answers, w.names.len())
	w.answers = w.s.answers
	for name, terms := range w.byName {
		if terms == 0 || (terms|w.anyhow)&p.need != p.need {
			continue
		}
		a := wasRead | answer(terms)
		if terms == p.all {
			if m, ok := p.matchPhrase(w.names.of(uint32(name)), ByName); ok {
				a = complete | answer(p.rank(m, false))
			}
		}
		w.answers[name] = a
		rows += int(w.names.rows[name])
	}
	return rows
}

// walk looks at the rows of the names that answer: where they are many, at all
// rows in their order, which memory likes better than hopping from one to the next.
func (w *sweep) walk(rows int) {
	r := &w.people
	if rows > len(r.ids)/4 {
		phrases := r.phrase[:len(r.hamlet)]
		for row, hamlet := range r.hamlet {
			if a := w.answers[phrases[row]]; a != 0 {
				w.look(uint32(row), hamlet, a)
			}
		}
		return
	}
	for name, a := range w.answers {
		if a == 0 {
			continue
		}
		for row := range r.having(&w.names, uint32(name)) {
			w.look(row, r.hamlet[row], a)
		}
	}
}

func (w *sweep) look(row, hamlet uint32, a answer) {
	switch {
	case !w.p.allowed[hamlet]:
	case a&complete != 0:
		w.best.person(w.table, row, a.rank(w.p.own[hamlet]))
	default:
		w.consider(row, a.terms())
	}
}

// consider matches a resident by everything, if name and address have the words.
func (w *sweep) consider(row uint32, terms uint16) {
	p, door := w.p, w.placeOf(row)
	if (terms|door)&p.need != p.need || !p.digitsFit(&w.people, row, door) {
		return
	}
	if m, ok := p.matchPerson(w.table, row, door); ok {
		w.best.person(w.table, row, p.rank(m, p.own[w.people.hamlet[row]]))
	}
}

// placeOf is the terms that words of a resident's address begin with.
func (w *sweep) placeOf(row uint32) uint16 {
	door := w.people.door[row]
	if !w.p.allowed[w.doors.hamlet[door]] {
		return 0
	}
	return w.places[w.doors.phrase[door]]
}

// answer is what a name answers: 0, nothing; with complete, its rank; else the
// terms its words begin with.
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
