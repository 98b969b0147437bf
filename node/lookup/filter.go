package lookup

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Filter says which residents to list, and from where.
type Filter struct {
	Units   []string       // only people listed in one of these units themselves: pass civic.Subtree
	Buckets []civic.Bucket // only people standing in one of these; none: everybody
	Traits  Traits
	Visits  Visited
	After   string // Next of the page before
	Before  string // Prev of the page after
	From    string // of a civic.Letters: the first page from there
	Limit   int    // most people on a page, at least 1
}

// Say is what a filter asks of something that is so or not.
type Say string

// Answers; empty asks nothing.
const (
	Yes Say = "yes"
	No  Say = "no"
)

func (s Say) admits(is bool) bool { return s == "" || (s == Yes) == is }

// Traits narrow a list by what stands in the terms people are listed by: none of
// them is read for it. The zero value lets everybody through.
type Traits struct {
	Sex                      string
	BornFrom, BornTo         int // years, both included; 0: no matter. Who has none is in neither
	Number, Phone, Household Say
	Eligible                 Say
}

func (f Traits) admits(t civic.Traits) bool {
	return (f.Sex == "" || f.Sex == t.Sex) &&
		(f.BornFrom == 0 || t.Born >= f.BornFrom) && (f.BornTo == 0 || t.Born > 0 && t.Born <= f.BornTo) &&
		f.Number.admits(t.Number) && f.Phone.admits(t.Phone) && f.Household.admits(t.Housed) && f.Eligible.admits(t.Eligible)
}

// Visited narrows a list by the visits to people's households. That is not in
// the terms of the people: each of them is looked at.
type Visited struct {
	Never   bool   // nobody has been there, or there is no household
	AtLeast int    // so many times
	Outcome string // of the last visit
}

func (f Visited) admits(h *civic.Household) bool {
	if h == nil {
		h = &civic.Household{}
	}
	return (!f.Never || h.Visits == 0) && h.Visits >= f.AtLeast && (f.Outcome == "" || h.Last == f.Outcome)
}

// Holds reports whether the filter lets a person through, who stands where its
// units say.
func (f Filter) Holds(p Person) bool {
	return f.inBuckets(p.Bucket) && f.Traits.admits(p.Resident.Traits()) && f.Visits.admits(p.Household)
}

// inBuckets reports whether the filter lets a bucket through.
func (f Filter) inBuckets(b civic.Bucket) bool {
	return len(f.Buckets) == 0 || slices.Contains(f.Buckets, b)
}

// enter puts the walk where the page begins, or where the one after it does.
func (f Filter) enter(src Source) (w way, err error) {
	w = f.way(src)
	cursor := f.After
	if f.Before != "" {
		cursor, w.back = f.Before, true
	}
	if cursor == "" {
		w.at = spot{by: f.From}
		return w, nil
	}
	key := command.Key(cursor)
	r, ok := civic.Load[civic.Resident](src, civic.TypeResident, key)
	if !ok {
		return w, badCursor()
	}
	w.at = spot{by: r.ListedBy(), key: key}
	return w, nil
}
