package lookup

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// way is the walk on which everybody the filter may let through is met. There is
// often more than one: that of everybody, by name; that of some buckets; that of
// whom something is missing. All are in one order, so a list may go on along
// another one than it began on.
func (f Filter) way(src Source) way {
	f, nobody := f.young()
	if nobody {
		return way{}
	}
	if g, ok := f.gap(); ok && 2*f.alongGap(src, g) < f.standing(src, f.Buckets) {
		return way{along: f.overGap(src, g)}
	}
	return way{along: f.over(f.Buckets)}
}

// young uses that whoever is too young for the campaign is in one bucket,
// whatever else is known of them. It reports whether nobody can be in both.
func (f Filter) young() (_ Filter, nobody bool) {
	if f.Traits.Eligible != No {
		return f, false
	}
	nobody = !f.inBuckets(civic.Excluded)
	f.Buckets = []civic.Bucket{civic.Excluded}
	return f, nobody
}

// over is who stands in some buckets; none: everybody.
func (f Filter) over(buckets []civic.Bucket) []stretch {
	if len(buckets) == 0 {
		return stretches(civic.ResidentByName, f.only(), prefixesOf(f.Units)...)
	}
	var prefixes []string
	for _, unit := range f.Units {
		for _, b := range buckets {
			prefixes = append(prefixes, civic.TermPrefix(unit, string(b)))
		}
	}
	return stretches(civic.ResidentByBucket, f.only(), prefixes...)
}

// only is who is asked for of those that stand in an index; nil: everybody.
func (f Filter) only() func(by string) bool {
	if f.Traits == (Traits{}) {
		return nil
	}
	return func(by string) bool { return f.Traits.admits(civic.TraitsIn(by)) }
}

// gap is an index of those about whom something is missing, and their number.
type gap struct {
	ix    command.Index
	count command.Tally
}

func (f Filter) gap() (g gap, ok bool) {
	switch {
	case f.Traits.Household == No:
		return gap{civic.ResidentByNowhere, civic.CountNowhere}, true
	case f.Traits.Number == No:
		return gap{civic.ResidentByNoNumber, civic.CountNoNumber}, true
	}
	return g, false
}

// overGap is who stands in the index of a gap. It does not say in which bucket,
// but the young are all in the one they are asked for in.
func (f Filter) overGap(src Source, g gap) []stretch {
	prefixes := prefixesOf(f.Units)
	for range src.Scan(g.ix, civic.Apart("")) { // mostly there is none
		for _, unit := range f.Units {
			prefixes = append(prefixes, civic.TermPrefix(civic.Apart(unit)))
		}
		break
	}
	along := stretches(g.ix, f.only(), prefixes...)
	for i := range along {
		along[i].unsure = f.mustOpen()
	}
	return along
}

func (f Filter) mustOpen() bool { return len(f.Buckets) > 0 && f.Traits.Eligible != No }

// opening is how many steps of a walk cost what looking somebody up does.
const opening = 80

// alongGap is about how many steps the walk over a gap takes.
func (f Filter) alongGap(src Source, g gap) (steps int64) {
	for _, n := range Sums(src, g.count, f.Units) {
		steps += n
	}
	if f.mustOpen() {
		steps *= opening
	}
	return steps
}

// standing counts who stands in some buckets; none: everybody.
func (f Filter) standing(src Source, buckets []civic.Bucket) (people int64) {
	for key, n := range Sums(src, civic.CountBucket, f.Units) {
		parts := civic.TermParts(key)
		if len(buckets) == 0 || slices.Contains(buckets, civic.Bucket(parts[len(parts)-1])) {
			people += n
		}
	}
	return people
}
