package lookup

import (
	"container/heap"
	"iter"
	"slices"

	"gocua/store/command"
)

// way is a walk through several parts of an index at once, in the order of what
// follows their prefixes: on from a place, or back from before it. It reads of
// each part what it needs and no part before the place, so a page deep in a list
// costs what the first one does.
type way struct {
	along []stretch
	at    spot // the zero one: from the edge
	back  bool
	left  *allowance // what is read is taken off it; nil: no matter
}

// stretch is a part of an index, and who is asked for of those that stand in it.
// The stretches of a way have nobody in common.
type stretch struct {
	ix     command.Index
	prefix string
	only   func(by string) bool // nil: everybody
	unsure bool                 // who is let through has to be looked up, too
}

func (s stretch) admits(term string) bool { return s.only == nil || s.only(term) }

// stretches are several parts of one index, each once.
func stretches(ix command.Index, only func(by string) bool, prefixes ...string) (all []stretch) {
	for _, prefix := range slices.Compact(slices.Sorted(slices.Values(prefixes))) {
		all = append(all, stretch{ix: ix, prefix: prefix, only: only})
	}
	return all
}

// first are the first spots of the way.
func (w way) first(src Source, limit int) (page []spot) {
	for s := range w.walk(src, limit) {
		if page = append(page, s); len(page) == limit {
			break
		}
	}
	return page
}

// mostAtOnce is how much of one part is read ahead.
const mostAtOnce = 512

// sparse is how much of a part is read at first where a filter lets only some of it
// through, and faster how many times more each time: of a filter that half of
// everybody passes, a page needs little of each of hundreds of hamlets; of one that
// hardly anybody does, all.
const (
	sparse = 16
	faster = 4
)

// walk yields the spots of the way; some says how many are likely to be taken.
// Between those asked for it says now and then how far it has come.
func (w way) walk(src Source, some int) iter.Seq[spot] {
	return func(yield func(spot) bool) {
		m := merging{way: w}
		for _, along := range w.along {
			p := &part{stretch: along, ask: min(some/len(w.along)+2, mostAtOnce)}
			if p.only != nil {
				p.ask = sparse
			}
			if w.fill(src, p, w.at); len(p.read) > 0 {
				m.parts = append(m.parts, p)
			}
		}
		heap.Init(&m)
		for len(m.parts) > 0 {
			p := m.parts[0]
			s := p.read[0]
			if !yield(s) {
				return
			}
			if p.read = p.read[1:]; len(p.read) == 0 && p.more {
				w.fill(src, p, s)
			}
			if len(p.read) == 0 {
				heap.Pop(&m)
			} else {
				heap.Fix(&m, 0)
			}
		}
	}
}

// part is what was read ahead of one part of the index.
type part struct {
	stretch
	read []spot
	more bool // there may be more behind it
	ask  int  // how much to read next
}

// fill reads on in a part from a spot.
func (w way) fill(src Source, p *part, from spot) {
	place := command.Place{}
	if from.by+string(from.key) != "" {
		place = command.Place{Term: p.prefix + from.by, Key: from.key}
	}
	found := src.ScanFrom(p.ix, p.prefix, place)
	if w.back {
		found = src.ScanBack(p.ix, p.prefix, place)
	}
	p.read, p.more = nil, false
	n, last := 0, spot{}
	for term, key := range found {
		if n == p.ask {
			p.more = true
			break
		}
		n++
		last = spot{by: term[len(p.prefix):], key: key, past: true}
		if p.admits(last.by) {
			last.past, last.unsure = false, p.unsure
			p.read = append(p.read, last)
		}
	}
	if p.more && last.past {
		p.read = append(p.read, last)
	}
	if w.left != nil {
		w.left.walked -= n
	}
	p.ask = min(faster*p.ask, mostAtOnce)
}

// merging holds the parts in the order of what is next in each.
type merging struct {
	way
	parts []*part
}

func (m *merging) Len() int { return len(m.parts) }

func (m *merging) Less(i, j int) bool {
	if c := m.parts[i].read[0].compare(m.parts[j].read[0]); m.back {
		return c > 0
	} else {
		return c < 0
	}
}

func (m *merging) Swap(i, j int) { m.parts[i], m.parts[j] = m.parts[j], m.parts[i] }

func (m *merging) Push(x any) { m.parts = append(m.parts, x.(*part)) }

func (m *merging) Pop() any {
	last := m.parts[len(m.parts)-1]
	m.parts = m.parts[:len(m.parts)-1]
	return last
}
