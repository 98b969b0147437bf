package match

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Follow takes in what was agreed since, up to most items, and reports whether
// that was all: whoever changed is compared anew with those of the same blocks.
// Items the index has are passed over; ErrGap tells that some are missing.
func (x *Index) Follow(src Source, feed iter.Seq[command.FeedItem], most int) (all bool, err error) {
	x.writing.Lock()
	defer x.writing.Unlock()
	for item := range feed {
		if item.Seq <= x.head {
			continue
		}
		if most--; most < 0 {
			return false, nil
		}
		if item.Seq != x.head+1 {
			return false, fmt.Errorf("following the feed from %d to %d: %w", x.head, item.Seq, ErrGap)
		}
		if err := x.changed(src, item); err != nil {
			return false, err
		}
	}
	return true, src.Err()
}

func (x *Index) changed(src Source, item command.FeedItem) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.head = item.Seq
	switch c := item.Change; c.Type {
	case civic.TypePair:
		if p, ok := idsOf(c.Key); ok && c.Op == command.Put {
			x.now.apart[p] = true
		} else if ok {
			delete(x.now.apart, p)
		}
	case civic.TypeResident:
		id, err := command.ParseID(string(civic.Bare(c.Key)))
		if err != nil {
			return fmt.Errorf("following the feed at %d: %w", item.Seq, err)
		}
		x.order = nil
		x.now.part(id)
		if r, ok := load(src, id); ok {
			x.now.meet(src, r)
		}
	}
	return nil
}

func load(src View, id command.ID) (r civic.Resident, ok bool) {
	value := src.Get(civic.TypeResident, civic.KeyOf(id))
	return r, value != nil && command.Unmarshal(value, &r) == nil
}

// meet enters somebody in their blocks and pairs them with whom they may be one.
func (s *state) meet(src View, r civic.Resident) {
	lex := s.lex.scratch()
	p := lex.person(r, false)
	keys := s.keys(lex.words(p.name), p.birth)
	if !s.entered(keys, r.ID) {
		s.ids = append(s.ids, r.ID)
		s.chains.add(keys)
		lex.count(p.name)
		s.lex.people = lex.people
	}
	for _, c := range s.like(src, lex, p, r, nil) {
		if c.Score >= Threshold {
			s.pair(pairUp(r.ID, c.Resident.ID, r.Hamlet, c.Resident.Hamlet, c.Score))
		}
	}
}

// entered reports whether somebody stands in all their blocks; an edit that
// changes neither name nor birth leaves them there.
func (s *state) entered(keys [keptBlocks]uint64, id command.ID) bool {
	for i, key := range keys {
		only := [keptBlocks]uint64{}
		only[i] = key
		found := key == 0
		s.chains.walk(only, func(row uint32) { found = found || s.ids[row] == id })
		if !found {
			return false
		}
	}
	return true
}

// Candidate is somebody of the register who may be the person in question.
type Candidate struct {
	Resident civic.Resident
	Verdict
}

// Like finds, in the register, who may be somebody that is being written down,
// the likeliest first, from a score on. also are people to compare with besides:
// of whom the index may not know yet.
func (x *Index) Like(src View, r civic.Resident, from Score, also ...command.ID) []Candidate {
	x.mu.RLock()
	defer x.mu.RUnlock()
	lex := x.now.lex.apart()
	list := x.now.like(src, lex, lex.person(r, false), r, also)
	list = slices.DeleteFunc(list, func(c Candidate) bool { return c.Score < from })
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
	return list
}

// Compare weighs two residents of the register against each other.
func (x *Index) Compare(a, b civic.Resident) Verdict {
	x.mu.RLock()
	defer x.mu.RUnlock()
	lex := x.now.lex.apart()
	p, q := lex.person(a, false), lex.person(b, false)
	return lex.weigh(&p, &q)
}

// like weighs somebody against all who share a block.
func (s *state) like(src View, lex *lexicon, p person, r civic.Resident, also []command.ID) (list []Candidate) {
	seen := map[command.ID]bool{r.ID: true}
	try := func(id command.ID) {
		if seen[id] || len(seen) > mostWalked {
			return
		}
		seen[id] = true
		if other, ok := load(src, id); ok {
			q := lex.person(other, false)
			list = append(list, Candidate{other, lex.weigh(&p, &q)})
		}
	}
	for _, id := range also {
		try(id)
	}
	s.chains.walk(s.keys(lex.words(p.name), p.birth), func(row uint32) { try(s.ids[row]) })
	if !r.Household.IsZero() {
		for _, key := range src.Scan(civic.ResidentByHousehold, civic.TermPrefix(r.Household.String())) {
			tryKey(key, try)
		}
	}
	for _, phone := range r.Phones {
		for term, key := range src.Scan(civic.ResidentByPhone, phone) {
			if term == phone {
				tryKey(key, try)
			}
		}
	}
	return list
}

func tryKey(key command.Key, try func(command.ID)) {
	if id, err := command.ParseID(string(key)); err == nil { // at the province nobody is compared
		try(id)
	}
}
