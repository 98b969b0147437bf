package search

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

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
