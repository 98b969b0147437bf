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
	begun   []uint16 // by word of the dictionary: the terms it begins with
	same    []uint16 // the terms it is
	toned   []uint16 // the terms it is with its tone
	allowed []bool   // by hamlet; 0, the dead, never is
	own     []bool   // by hamlet
}

func (t *table) plan(q Query) *plan {
	p := &plan{terms: parse(q.Text)}
	p.compare(t.words.words)
	if p.spell() {
		p.compare(t.words.words)
	}
	for i, term := range p.terms {
		p.all |= 1 << i
		if term.digits == nil {
			p.need |= 1 << i
		} else {
			p.digits = append(p.digits, term.digits)
		}
		p.order = append(p.order, i)
	}
	// Longer terms first: a word that "nguyen" can have is not left to "n". Of
	// equal ones the last first, for it gets the last such word of a name.
	slices.SortFunc(p.order, func(a, b int) int {
		if c := cmp.Compare(len(p.terms[b].text), len(p.terms[a].text)); c != 0 {
			return c
		}
		return cmp.Compare(b, a)
	})
	p.allowed, p.own = t.hamlets.among(q.Units, q.Units == nil), t.hamlets.among(q.Own, false)
	p.allowed[0] = false
	return p
}

func (p *plan) compare(words []word) {
	p.begun, p.same, p.toned = make([]uint16, len(words)), make([]uint16, len(words)), make([]uint16, len(words))
	for i, t := range p.terms {
		bit := uint16(1) << i
		for n, w := range words {
			begins, is := t.begins(w.fold)
			if !begins {
				continue
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
}

// spell takes words that no word of the register begins with for initials, and
// reports whether there were any.
func (p *plan) spell() bool {
	found := uint16(0)
	for _, terms := range p.begun {
		found |= terms
	}
	var spelt []term
	for i, t := range p.terms {
		letters, ok := t.initials()
		if found>>i&1 == 0 && ok && len(p.terms)+len(letters) <= maxTerms {
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
func (n *codes) among(list []string, all bool) []bool {
	marked := make([]bool, len(n.list))
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
