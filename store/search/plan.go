package search

import (
	"cmp"
	"slices"
)

// A plan is a query compared with the dictionary. Bit i of a set of terms stands
// for the i-th term.
type plan struct {
	terms   []term
	order   []int  // terms from the most to the least particular
	need    uint16 // terms that are words: nothing but a word satisfies them
	all     uint16 // all terms
	digits  []*digits
	hits    []uint32 // words of the dictionary that a term may stand for
	begun   []uint16 // by word of the dictionary: the terms it begins with
	same    []uint16 // the terms it is
	toned   []uint16 // the terms it is with its tone
	allowed []bool   // by hamlet; 0, the dead, never is
	own     []bool   // by hamlet

	// Of a guess at what was meant, not of what was typed:
	guess bool
	meant []uint16 // by word: the terms that may have been meant for it; some of begun
	slips []uint16 // those of them that take a slip of the hand
}

// scratch is what a search fills and the next one may use again.
type scratch struct {
	hits                        []uint32
	begun, same, toned          []uint16
	meant, slips, names, places []uint16
	answers                     []answer
	allowed, own                []bool
}

func (t *table) plan(q Query, s *scratch) *plan {
	p := t.compared(parse(q.Text), q, s)
	if p.spell(t.known(p)) {
		p = t.compared(p.terms, q, s)
	}
	return p
}

// compared is the plan of some terms.
func (t *table) compared(terms []term, q Query, s *scratch) *plan {
	p := &plan{terms: terms}
	p.compare(t.words.words, s)
	for i, term := range p.terms {
		p.all |= 1 << i
		if term.digits == nil {
			p.need |= 1 << i
		} else {
			p.digits = append(p.digits, term.digits)
		}
		p.order = append(p.order, i)
	}
	p.sort()
	s.allowed = t.hamlets.among(q.Units, q.Units == nil, s.allowed)
	s.own = t.hamlets.among(q.Own, false, s.own)
	p.allowed, p.own = s.allowed, s.own
	p.allowed[0] = false
	return p
}

// sort puts longer terms first: a word that "nguyen" can have is not left to
// "n". Of equal ones the last comes first, for it gets the last such word of a
// name.
func (p *plan) sort() {
	slices.SortFunc(p.order, func(a, b int) int {
		if c := cmp.Compare(len(p.terms[b].text), len(p.terms[a].text)); c != 0 {
			return c
		}
		return cmp.Compare(b, a)
	})
}

func (p *plan) compare(words []word, s *scratch) {
	s.begun, s.same, s.toned = cleared(s.begun, len(words)), cleared(s.same, len(words)), cleared(s.toned, len(words))
	p.begun, p.same, p.toned, p.hits = s.begun, s.same, s.toned, s.hits[:0]
	for i, t := range p.terms {
		if t.text == "" {
			continue
		}
		bit, first := uint16(1)<<i, t.text[0]
		for n := range words {
			w := &words[n]
			if w.fold == "" || w.fold[0] != first {
				continue
			}
			begins, is := t.begins(w.fold)
			if !begins {
				continue
			}
			if p.begun[n] == 0 {
				p.hits = append(p.hits, uint32(n))
			}
			p.begun[n] |= bit
			if is {
				p.same[n] |= bit
			}
			if is && (t.tone == "" || t.tone == w.tone) {
				p.toned[n] |= bit
			}
		}
	}
	s.hits = p.hits
}

// known is the terms that some word somebody has begins with. Words nobody has
// any more are in the dictionary still, and a load would leave them out.
func (t *table) known(p *plan) (terms uint16) {
	for _, w := range p.hits {
		if p.begun[w]&^terms != 0 && (t.names.has(int(w)) || t.addresses.has(int(w))) {
			terms |= p.begun[w]
		}
	}
	return terms
}

// spell takes words that no word of the register begins with for initials, and
// reports whether there were any.
func (p *plan) spell(known uint16) bool {
	var spelt []term
	for i, t := range p.terms {
		letters, ok := t.initials()
		if known>>i&1 == 0 && ok && len(p.terms)+len(letters) <= maxTerms {
			spelt = append(spelt, letters...)
		} else {
			spelt = append(spelt, t)
		}
	}
	changed := len(spelt) != len(p.terms)
	p.terms = spelt[:min(len(spelt), maxTerms)]
	return changed
}

// among marks the numbers of a list of codes, or all.
func (n *codes) among(list []string, all bool, marked []bool) []bool {
	marked = cleared(marked, len(n.list))
	for i := range marked {
		marked[i] = all
	}
	for _, name := range list {
		if i, ok := n.of[name]; ok {
			marked[i] = true
		}
	}
	return marked
}
