package match

import (
	"bytes"
	"cmp"
	"iter"
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Pair is two residents who may be one; A is the smaller ID.
type Pair struct {
	A, B    command.ID
	Score   Score
	Hamlets [2]string // of A and B
}

// bulk compares everybody of a register with whom they share a block. It holds
// about 100 bytes a resident while it does, and is thrown away.
type bulk struct {
	blocker
	lex    *lexicon
	people [][]person // in parts that never move: growing would take them twice
	n      int        // people in all of them
	chains chains     // of all people, once they have been compared by name
}

// betweenRests is how many people are taken between two rests.
const betweenRests = 512

func newBulk(h blocker) *bulk { return &bulk{blocker: h, lex: newLexicon()} }

// part is how many people are kept together.
const part = 1 << 12

func (b *bulk) add(r civic.Resident) {
	if b.n%part == 0 {
		b.people = append(b.people, make([]person, part))
	}
	*b.person(uint32(b.n)) = b.lex.person(r, true)
	b.n++
}

func (b *bulk) person(i uint32) *person { return &b.people[i/part][i%part] }

// all are the people in the order in which they came.
func (b *bulk) all() iter.Seq2[uint32, *person] {
	return func(yield func(uint32, *person) bool) {
		for i := range uint32(b.n) {
			if !yield(i, b.person(i)) {
				return
			}
		}
	}
}

// pairs yields who weighs enough; some more than once. Now and then it calls
// pause, so that whoever is at the counter is served first.
func (b *bulk) pairs(pause func()) iter.Seq[Pair] {
	hamlets := b.lex.places.list()
	return func(yield func(Pair) bool) {
		more := true
		try := func(i, j uint32) {
			p, q := b.person(i), b.person(j)
			if v := b.lex.weigh(p, q); more && v.Score >= Threshold {
				more = yield(pairUp(p.id, q.id, hamlets[p.hamlet], hamlets[q.hamlet], v.Score))
			}
		}
		b.byName(try, pause)
		b.byDoor(try)
		b.byPhone(try)
	}
}

func pairUp(a, b command.ID, hamletA, hamletB string, s Score) Pair {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b, hamletA, hamletB = b, a, hamletB, hamletA
	}
	return Pair{A: a, B: b, Score: s, Hamlets: [2]string{hamletA, hamletB}}
}

// byName compares who shares a kept block. What only shares its hash is seen by
// the year and costs nothing.
func (b *bulk) byName(try func(i, j uint32), pause func()) {
	c := newChains(b.n)
	for i, p := range b.all() {
		keys := b.keys(b.lex.words(p.name), p.birth)
		c.walk(keys, func(j uint32) {
			if b.person(j).birth.year() == p.birth.year() {
				try(i, j)
			}
		})
		c.add(keys)
		if i%betweenRests == 0 {
			pause()
		}
	}
	b.chains = c
}

// byDoor compares who lives together.
func (b *bulk) byDoor(try func(i, j uint32)) {
	heads, next := make([]uint32, len(b.lex.doors)+1), make([]uint32, b.n)
	for i, p := range b.all() {
		if p.door == 0 {
			continue
		}
		for j, n := heads[p.door], 0; j != 0 && n < mostWalked; j, n = next[j-1], n+1 {
			try(i, j-1)
		}
		next[i], heads[p.door] = heads[p.door], i+1
	}
}

// byPhone compares who shares a phone.
func (b *bulk) byPhone(try func(i, j uint32)) {
	type line struct {
		phone uint64
		row   uint32
	}
	var lines []line
	for i, p := range b.all() {
		for _, phone := range p.phones {
			if phone != 0 {
				lines = append(lines, line{phone, i})
			}
		}
	}
	slices.SortFunc(lines, func(x, y line) int { return cmp.Or(cmp.Compare(x.phone, y.phone), cmp.Compare(x.row, y.row)) })
	for i := range lines {
		for j := i - 1; j >= max(0, i-mostWalked) && lines[j].phone == lines[i].phone; j-- {
			if lines[i].row != lines[j].row {
				try(lines[i].row, lines[j].row)
			}
		}
	}
}
