package match

import "strings"

// What agreement takes from, or adds to, the rarity of a part of a name, in
// tenths of a bit, by level: how much less often people than mistakes do that.
// A given name that differs in its tone only is mostly another name.
var (
	familyTakes = [...]Score{same: 0, unmarked: 8, regional: 15, retoned: 30, near: 25}
	givenTakes  = [...]Score{same: 0, unmarked: 10, regional: 15, retoned: 60, near: 30}
)

// What it says that a part is wholly different: of one person's two entries the
// family name differs in one of 60, the given name in one of 150.
const (
	otherFamily Score = -50
	otherGiven  Score = -75
	otherMiddle Score = -35
	mostRare    Score = 70 // no part of a name says more: 1 in 128
)

// weighName compares two names. Under one roof relatives share family and middle
// names, so those say little there.
func (x *lexicon) weighName(a, b []*word, home bool) (v Verdict) {
	if len(a) == 0 || len(b) == 0 {
		return v
	}
	if len(a) != len(b) && joined(a) == joined(b) { // two words written as one, which is rarer than it should be
		v.add(min(x.whole(a, home), x.whole(b, home)), SameName)
		return v
	}
	family, given := compare(a[0], b[0]), compare(a[len(a)-1], b[len(b)-1])
	worst := max(family, given)
	v.Score += x.part(family, familyTakes, otherFamily, x.pair(a[0], b[0])) / roof(home)
	v.Score += x.part(given, givenTakes, otherGiven, x.pair(a[len(a)-1], b[len(b)-1]))
	middle, missing := x.weighMiddle(inner(a), inner(b))
	v.Score += middle.Score / roof(home)
	v.add(0, nameReason(max(worst, middle.worst), worst, missing))
	return v
}

// roof is what family and middle names are divided by under one.
func roof(home bool) Score {
	if home {
		return 3
	}
	return 1
}

func (x *lexicon) part(l level, takes [near + 1]Score, other, rare Score) Score {
	if l == apart {
		return other
	}
	return rare - takes[l]
}

// pair is how rare the commoner of two words is.
func (x *lexicon) pair(a, b *word) Score { return min(x.rare(a), x.rare(b)) }

func (x *lexicon) rare(w *word) Score { return min(mostRare, rarity(w.n, x.people)) }

func (x *lexicon) whole(a []*word, home bool) (s Score) {
	for i, w := range a {
		if i == len(a)-1 {
			s += x.rare(w)
		} else {
			s += x.rare(w) / roof(home)
		}
	}
	return s
}

type middles struct {
	Score
	worst level
}

// weighMiddle compares what stands between; missing: one lacks it, or part of
// it, or has only its first letter.
func (x *lexicon) weighMiddle(a, b []*word) (m middles, missing bool) {
	if len(a) > len(b) {
		a, b = b, a
	}
	for i, w := range a {
		other := b[i]
		l := compare(w, other)
		if tail := b[len(b)-len(a)+i]; compare(w, tail) < l {
			l, other = compare(w, tail), tail
		}
		switch {
		case l != apart:
			m.Score += max(0, x.pair(w, other)-familyTakes[l])
		case initialOf(w.fold, b[i].fold) || initialOf(b[i].fold, w.fold):
			l, missing = same, true
		default:
			m.Score += otherMiddle
		}
		m.worst = max(m.worst, l)
	}
	return m, missing || len(a) != len(b)
}

// initialOf reports whether a is the first letter of b. A word may have no letter
// at all: marks alone, out of a broken file.
func initialOf(a, b string) bool { return len(a) == 1 && strings.HasPrefix(b, a) }

func inner(name []*word) []*word {
	if len(name) < 3 {
		return nil
	}
	return name[1 : len(name)-1]
}

func joined(name []*word) (s string) {
	for _, w := range name {
		s += w.fold
	}
	return s
}

// nameReason says how the names agree: all is the worst of all parts, ends that
// of family and given name.
func nameReason(all, ends level, missing bool) Reason {
	switch {
	case ends == apart:
		return ""
	case all == apart || missing:
		return OtherMiddle
	case all == same:
		return SameName
	case all == regional:
		return OtherSpelling
	case all == near:
		return TypedName
	}
	return OtherTone
}
