package search

import (
	"cmp"
	"math/bits"
	"slices"
)

// Guesses: what may have been meant where what was typed finds less than a page.
// Names only: an address is typed from what is on the door.

const (
	mostGlued = 5 // words in one
	mostCuts  = 6 // ways to cut it that are looked at
)

// guess adds up to room hits that are near what was typed. It begins anew from
// the text: what nobody is called was taken for initials.
func (t *table) guess(q Query, r Result, room int, s *scratch) Result {
	terms := parse(q.Text)
	near := q
	near.Limit = room + len(r.Hits) // some are found again
	results := []Result{r}
	if p := t.compared(terms, near, s); t.mean(p, s) {
		results = append(results, t.search(p, near, s))
	}
	for _, apart := range t.unglued(terms, near, s) {
		p := t.compared(apart, near, s)
		p.guess = true
		results = append(results, t.search(p, near, s))
	}
	merged := Merge(len(r.Hits)+room, results...)
	merged.Total = r.Total + len(merged.Hits) - len(r.Hits)
	return merged
}

// mean lets terms stand for the words they may be meant for, and reports whether
// there are any.
func (t *table) mean(p *plan, s *scratch) (any bool) {
	n := len(t.words.words)
	s.meant, s.slips = cleared(s.meant, n), cleared(s.slips, n)
	p.guess, p.meant, p.slips = true, s.meant, s.slips
	known := t.known(p)
	for i, term := range p.terms {
		g, ok := newGuesser(term, known>>i&1 == 0)
		if !ok {
			continue
		}
		bit := uint16(1) << i
		for n := range t.words.words {
			if p.begun[n]&bit != 0 || !t.names.has(n) {
				continue
			}
			if how := g.means(t.words.words[n].fold); how != unlike {
				if p.begun[n] == 0 {
					p.hits = append(p.hits, uint32(n))
				}
				p.begun[n] |= bit
				p.meant[n] |= bit
				if how == slipped {
					p.slips[n] |= bit
				}
				any = true
			}
		}
	}
	s.hits = p.hits
	return any
}

// unglued is the terms with the one that no word begins with cut into words of
// names: nguyenhavan. Of several, what is left would find nobody.
func (t *table) unglued(terms []term, q Query, s *scratch) (apart [][]term) {
	p := t.compared(terms, q, s)
	unknown := p.need &^ t.known(p)
	i := bits.TrailingZeros16(unknown)
	if bits.OnesCount16(unknown) != 1 || len(terms[i].text) < 5 {
		return nil
	}
	for _, words := range t.cut(terms[i].text) {
		if len(terms)+len(words) <= maxTerms {
			apart = append(apart, slices.Concat(terms[:i], words, terms[i+1:]))
		}
	}
	return apart
}

// cut finds the words of names a text is made of, the fewest first.
func (t *table) cut(text string) (ways [][]term) {
	var words []string
	for n, w := range t.words.words {
		if t.names.has(n) {
			words = append(words, w.fold)
		}
	}
	slices.Sort(words)
	words = slices.Compact(words)
	var found [][]term
	var cut func(rest string, so []term)
	cut = func(rest string, so []term) {
		if rest == "" {
			found = append(found, slices.Clone(so))
		}
		for n := 1; n <= len(rest) && len(so) < mostGlued && len(found) < 64; n++ {
			if _, ok := slices.BinarySearch(words, rest[:n]); ok {
				cut(rest[n:], append(so, term{text: rest[:n]}))
			}
		}
	}
	cut(text, nil)
	slices.SortStableFunc(found, func(a, b []term) int { return cmp.Compare(len(a), len(b)) })
	return found[:min(len(found), mostCuts)]
}
