package match

import (
	"math/bits"
	"slices"
)

// Score is how much speaks for two entries being one person, in tenths of a bit.
type Score int

// Threshold is the score from which a person should look. Among pairs that
// somebody has a reason to compare, about one in a thousand is one person (10
// bits), and to be asked should be right nine times in ten; the rest is for the
// fields not being as independent as adding them up says. Held against
// testdata/pairs.csv and hard.csv.
const Threshold Score = 185

// Verdict is what comparing two entries came to.
type Verdict struct {
	Score   Score
	Reasons []Reason // what agrees or nearly does, the name first
}

// Reason says in a word, of a closed list, how a field agrees.
type Reason string

// Reasons. The page has the Vietnamese for each.
const (
	SameName      Reason = "same_name"
	OtherTone     Reason = "other_tone"     // the same letters, another tone or mark
	OtherSpelling Reason = "other_spelling" // as another region says it
	TypedName     Reason = "typed_name"     // a typing mistake apart
	OtherMiddle   Reason = "other_middle"   // family and given name agree, what is between does not
	SameBirth     Reason = "same_birth"
	SwappedBirth  Reason = "swapped_birth" // day and month changed places
	NearBirth     Reason = "near_birth"    // a digit apart
	SameYear      Reason = "same_year"
	SameNumber    Reason = "same_number"
	NearNumber    Reason = "near_number" // a digit apart
	SamePhone     Reason = "same_phone"
	NearPhone     Reason = "near_phone"
	SameHousehold Reason = "same_household"
	SameHamlet    Reason = "same_hamlet"
)

// weigh adds up what the fields say.
func (x *lexicon) weigh(a, b *person) Verdict {
	home := a.door != 0 && a.door == b.door
	v := x.weighName(x.words(a.name), x.words(b.name), home)
	v.weighBirth(a.birth, b.birth)
	v.weighSex(a.sex, b.sex)
	v.weighNumber(a.number, b.number, home)
	if a.denied != 0 && a.denied == b.number || b.denied != 0 && b.denied == a.number {
		v.add(-300, "") // a person has compared them: not the same
	}
	v.weighPhones(a, b, home)
	switch {
	case home:
		v.add(40, SameHousehold) // one hamlet of 30 and then one door; but relatives share it, too
	case a.hamlet == b.hamlet:
		v.add(20, SameHamlet) // one in 20 to 30, of whom some have moved
	default:
		v.add(-10, "") // m 0.3 of those who moved, u 0.96, and half of that
	}
	return v
}

func (v *Verdict) add(s Score, why Reason) {
	v.Score += s
	if why != "" {
		v.Reasons = append(v.Reasons, why)
	}
}

// weighBirth compares two packed births.
func (v *Verdict) weighBirth(a, b birth) {
	switch {
	case a == 0 || b == 0:
	case a == b && a.day() != 0 && !a.newYear():
		v.add(130, SameBirth) // m 0.8, u 1 of 25,000 less those who choose a day
	case a == b || a.year() == b.year() && (a.day() == 0 || b.day() == 0 || a.newYear() || b.newYear()):
		v.add(50, SameYear) // one in 60; 1 January is written where the day is not known
	case a.year() == b.year() && a.day() == b.month() && a.month() == b.day():
		v.add(110, SwappedBirth)
	case a.oneDigit(b):
		v.add(80, NearBirth) // some 40 days are a digit away
	case a.year() == b.year():
		v.add(-30, SameYear) // two days of one year: namesakes far more often than a mistake
	default:
		v.add(-80, "")
	}
}

func (v *Verdict) weighSex(a, b byte) {
	switch {
	case a == 0 || b == 0:
	case a == b:
		v.add(9, "")
	default:
		v.add(-50, "") // ticked wrong for one in sixty
	}
}

// weighNumber compares two personal numbers. In the register no two are equal;
// of who is being written down one may be.
func (v *Verdict) weighNumber(a, b uint64, home bool) {
	switch {
	case a == 0 || b == 0:
	case a == b:
		v.add(150, SameNumber)
	case home && (a-b <= 3 || b-a <= 3):
		v.add(-80, "") // twins: their births were entered one after the other
	case slip(a, b):
		v.add(120, NearNumber) // a hundred of a million are a digit away
	default:
		v.add(-80, "") // two good numbers: the register's best evidence that they are two
	}
}

// weighPhones compares what phones there are; within a home they share them.
func (v *Verdict) weighPhones(a, b *person, home bool) {
	same, near := false, false
	for _, p := range a.phones {
		for _, q := range b.phones {
			if p != 0 && q != 0 {
				same, near = same || p == q, near || slip(p, q)
			}
		}
	}
	switch {
	case same && home:
		v.add(35, SamePhone)
	case same:
		v.add(100, SamePhone)
	case near:
		v.add(50, NearPhone)
	case a.phones[0] != 0 && b.phones[0] != 0:
		v.add(-10, "") // people change them
	}
}

// slip reports whether one digit was typed wrong or two neighbours swapped.
func slip(a, b uint64) bool {
	var at []int
	var x, y [20]uint64
	for i := 0; a != 0 || b != 0; i++ {
		x[i], y[i] = a%10, b%10
		if x[i] != y[i] {
			at = append(at, i)
		}
		a, b = a/10, b/10
	}
	switch len(at) {
	case 1:
		return true
	case 2:
		return at[1] == at[0]+1 && x[at[0]] == y[at[1]] && x[at[1]] == y[at[0]]
	}
	return false
}

// rarity is log2(all/n) in tenths of a bit: what it says that two share what n
// of all have.
func rarity(n, all uint32) Score {
	const shrunk = 200 // people nobody has seen: in a small register nothing is known to be rare
	return tenths(uint64(all)+shrunk) - tenths(uint64(n)+shrunk/64)
}

// tenths is ten times the binary logarithm of n, at least of 1.
func tenths(n uint64) Score {
	whole := bits.Len64(max(n, 1)) - 1
	rest := max(n, 1)<<(63-whole)>>59 - 16 // the four digits behind the first
	return Score(10*whole) + fractions[rest]
}

// fractions are 10·log2(1 + i/16), rounded.
var fractions = [16]Score{0, 1, 2, 2, 3, 4, 5, 5, 6, 6, 7, 8, 8, 9, 9, 10}

// Names reports whether the names agree at least nearly: without that somebody
// is of the same household or has the same phone, and is not shown as the same.
func (v Verdict) Names() bool {
	return slices.ContainsFunc(v.Reasons, func(why Reason) bool {
		return why == SameName || why == OtherTone || why == OtherSpelling || why == TypedName || why == OtherMiddle || why == SameNumber
	})
}
