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

	Building *Building // nil: names are known; else only whole numbers and phones were looked for
}

// Building is how far the names of a register have been read since start.
type Building struct{ Read, Of int }

// Hit is a resident or household that answers.
type Hit struct {
	Type   command.RecordType // civic.TypeResident or civic.TypeHousehold
	Key    command.Key
	Hamlet string
	Rank   uint32 // greater is better; comparable for one query only
	By     Field  // what it was found by
	Words  []Mark // words of the name (of the address, for a household) that were meant
	Near   bool   // it is not what was typed, but may have been meant; such hits come last
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

func (w *sweep) result() Result {
	r := Result{Total: w.best.total}
	for _, f := range w.best.list {
		r.Hits = append(r.Hits, w.hit(f))
	}
	return r
}

// hit describes a row. It is matched once more, for how the words fell is kept
// of none while searching.
func (w *sweep) hit(f candidate) Hit {
	p := w.p
	h := Hit{Type: f.kind, Key: w.keyOf(f.id), Rank: uint32(f.rank), Near: p.guess}
	var m matched
	var words []uint32
	if f.kind == civic.TypeHousehold {
		h.Hamlet = w.hamlets.list[w.doors.hamlet[f.row]]
		words = w.addresses.of(w.doors.phrase[f.row])
		m, _ = p.matchPhrase(words, ByAddress)
	} else {
		h.Hamlet = w.hamlets.list[w.people.hamlet[f.row]]
		words = w.names.of(w.people.phrase[f.row])
		m, _ = p.matchPerson(w.table, f.row, w.placeOf(f.row))
	}
	h.By = m.by
	for i, term := range p.terms {
		if n := m.words[i]; n >= 0 {
			text := term.text
			if p.meant != nil && p.meant[words[n]]>>i&1 != 0 {
				text = w.words.words[words[n]].fold
			}
			h.Words = append(h.Words, Mark{Word: int(n), Letters: utf8.RuneCountInString(text)})
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
		if r.Building != nil {
			merged.Building = r.Building
		}
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
