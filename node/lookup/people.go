package lookup

import (
	"iter"
	"math"
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// PeoplePage is one page of a list of residents.
type PeoplePage struct {
	People []Person
	Next   string // cursor of the page after; empty: this is the last
	Prev   string // cursor of the page before; empty: this is the first
	Short  bool   // it ends where enough had been looked at: more may follow
}

// allowance is how much one page may cost when few are let through: terms walked,
// and people looked at. Where that ends the page ends, and goes on from there
// when asked.
type allowance struct{ walked, opened int }

func forOnePage() allowance { return allowance{walked: 100_000, opened: MostOpened} }

// MostOpened is how many people are looked up for one page of a list, or of a search
// with a filter beside it.
const MostOpened = 1_200

// forCounting is what counting may cost beside the page.
func forCounting() allowance { return allowance{walked: 60_000, opened: 600} }

// spent reports whether nothing is left.
func (a *allowance) spent() bool { return a.walked <= 0 || a.opened <= 0 }

// List lists residents in the order of their names. Its error is a cursor that
// leads nowhere.
func List(src Source, f Filter) (PeoplePage, error) {
	w, err := f.enter(src)
	if err != nil {
		return PeoplePage{}, err
	}
	keys, last, more, short := f.pick(src, w, forOnePage())
	if w.back && !more && !short { // the beginning is near: then the first page, and whole
		f.Before, f.From = "", ""
		return List(src, f)
	}
	if w.back {
		slices.Reverse(keys)
	}
	page := PeoplePage{Short: short}
	for _, key := range keys {
		if p, ok := FindPerson(src, key); ok {
			page.People = append(page.People, p)
		}
	}
	ahead, behind := &page.Next, &page.Prev
	if w.back {
		ahead, behind = behind, ahead
	}
	if more || short {
		*ahead = string(last)
	}
	if n := len(keys); n > 0 && w.at != (spot{}) {
		*behind = string(keys[0])
		if w.back {
			*behind = string(keys[n-1])
		}
	}
	return page, nil
}

// pick walks until a page is full, and says at whom the next one begins: whoever
// was taken last, or walked past last if the walk got too long.
func (f Filter) pick(src Source, w way, left allowance) (keys []command.Key, last command.Key, more, short bool) {
	w.left = &left
	for s := range w.walk(src, f.Limit+1) {
		in := !s.past && f.opened(src, s, &left)
		if in && len(keys) == f.Limit {
			return keys, keys[f.Limit-1], true, false
		}
		if in {
			keys = append(keys, s.key)
		}
		if last = s.key; left.spent() {
			return keys, last, false, true
		}
	}
	return keys, last, false, false
}

// opened reports whether the filter lets somebody through of whom that has to be
// looked up: it does not stand in the term they were met by.
func (f Filter) opened(src Source, s spot, left *allowance) bool {
	if !s.unsure && f.Visits == (Visited{}) {
		return true
	}
	left.opened--
	r, _ := civic.Load[civic.Resident](src, civic.TypeResident, s.key)
	if s.unsure && !f.inBuckets(r.Bucket()) {
		return false
	}
	return f.Visits == (Visited{}) || f.Visits.admits(homeOf(src, s.key, r))
}

// homeOf is the household somebody lives in, or nil.
func homeOf(src Source, key command.Key, r civic.Resident) *civic.Household {
	if at, ok := householdOf(key, r); ok {
		if h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, at); ok {
			return &h
		}
	}
	return nil
}

// Count says how many a filter lets through, and whether that is all of them:
// it goes no further than most, nor than its allowance.
func Count(src Source, f Filter, most int) (n int, all bool) {
	left := forCounting()
	for _, along := range f.way(src).along {
		for term, key := range src.Scan(along.ix, along.prefix) {
			if left.walked--; left.spent() {
				return n, false
			}
			in := along.admits(term) && f.opened(src, spot{key: key, unsure: along.unsure}, &left)
			if in && n == most {
				return n, false
			}
			if in {
				n++
			}
		}
	}
	return n, true
}

// Everybody yields whomever a filter lets through, in the order of their names,
// however many: what must go through them all, as a job does. Cursors and limit
// of the filter are not looked at.
func Everybody(src Source, f Filter) iter.Seq[Person] {
	return func(yield func(Person) bool) {
		left := allowance{walked: math.MaxInt, opened: math.MaxInt}
		for s := range f.way(src).walk(src, mostAtOnce) {
			if s.past || !f.opened(src, s, &left) {
				continue
			}
			if p, ok := FindPerson(src, s.key); ok && !yield(p) {
				return
			}
		}
	}
}
