package search

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"

	"gocua/store/civic"
	"gocua/store/command"
)

// Result is what a search found.
type Result struct {
	Hits  []Hit // the best, as many as were asked for
	Total int   // how many there are in all
}

// Hit is a resident or household that answers.
type Hit struct {
	Type   command.RecordType // civic.TypeResident or civic.TypeHousehold
	Key    command.Key
	Hamlet string
	Rank   uint32 // greater is better; comparable for one query only
	By     Field  // what it was found by
	Words  []Mark // words of the name (of the address, for a household) that were meant
}

// Field is a set of what somebody can be found by.
type Field uint8

// Fields.
const (
	ByName Field = 1 << iota
	ByBirth
	ByNumber
	ByPhone
	ByAddress
)

// Mark is the beginning of a word, to be shown in bold.
type Mark struct {
	Word    int // from 0
	Letters int // of it
}

// Spans are the bytes of a text (a hit's name or address as the register has it)
// that its marks stand for, in order.
func (h Hit) Spans(text string) (spans [][2]int) {
	n := 0
	for at := range split(text) {
		for _, m := range h.Words {
			if m.Word == n {
				spans = append(spans, [2]int{at.from, at.from + prefix(text[at.from:at.to], m.Letters)})
			}
		}
		n++
	}
	return spans
}

// prefix is the length in bytes of so many letters with their marks.
func prefix(word string, letters int) int {
	for i, r := range word {
		if unicode.Is(unicode.M, r) {
			continue
		}
		if letters == 0 {
			return i
		}
		letters--
	}
	return len(word)
}

func (s *shortlist) result(t *table, p *plan) Result {
	r := Result{Total: s.total}
	for _, f := range s.list {
		r.Hits = append(r.Hits, t.hit(p, f))
	}
	return r
}

// hit describes a row. It is matched once more, for how the words fell is kept
// of none while searching.
func (t *table) hit(p *plan, f candidate) Hit {
	h := Hit{Type: f.kind, Key: t.keyOf(f.id), Rank: uint32(f.rank)}
	var m matched
	if f.kind == civic.TypeHousehold {
		h.Hamlet = t.hamlets.list[t.doors.hamlet[f.row]]
		m, _ = p.matchPhrase(t.addresses.of(t.doors.phrase[f.row]), ByAddress)
	} else {
		h.Hamlet = t.hamlets.list[t.people.hamlet[f.row]]
		address := t.addresses.of(t.doors.phrase[t.people.door[f.row]])
		m, _ = p.matchPerson(t, f.row, p.beginning(address))
	}
	h.By = m.by
	for i, term := range p.terms {
		if n := m.words[i]; n >= 0 {
			h.Words = append(h.Words, Mark{Word: int(n), Letters: utf8.RuneCountInString(term.text)})
		}
	}
	slices.SortFunc(h.Words, func(a, b Mark) int { return cmp.Compare(a.Word, b.Word) })
	return h
}

// Merge joins what one query found in several indexes. Of hits with one key the
// first result's counts. Total adds up, so such hits are counted twice.
func Merge(limit int, results ...Result) (merged Result) {
	type name struct {
		of  command.RecordType
		key command.Key
	}
	seen := map[name]bool{}
	for _, r := range results {
		merged.Total += r.Total
		for _, h := range r.Hits {
			n := name{h.Type, h.Key}
			if seen[n] {
				merged.Total--
				continue
			}
			seen[n] = true
			merged.Hits = append(merged.Hits, h)
		}
	}
	slices.SortStableFunc(merged.Hits, func(a, b Hit) int { return cmp.Compare(b.Rank, a.Rank) })
	merged.Hits = merged.Hits[:min(len(merged.Hits), Query{Limit: limit}.limit())]
	return merged
}
