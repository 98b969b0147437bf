package match

import (
	"strconv"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// person is a resident as it is compared, a few numbers long, so that all of a
// register fit in memory while they are compared.
type person struct {
	id     command.ID
	name   uint32 // of the lexicon
	door   uint32 // the household, numbered by the lexicon; 0: none
	hamlet uint32
	birth  birth
	number uint64
	denied uint64    // a number that was claimed for this person and is another's: a person has said so
	phones [2]uint64 // the first two; few have more
	sex    byte
}

// birth is a packed date of birth: year, month, day; without a day those are 0.
type birth uint32

func packBirth(b civic.Birth) birth {
	packed := birth(b.Year()) << 9
	if len(b) == 10 {
		packed |= birth(digits(string(b[5:7])))<<5 | birth(digits(string(b[8:])))
	}
	return packed
}

func (b birth) year() birth   { return b >> 9 }
func (b birth) month() birth  { return b >> 5 & 15 }
func (b birth) day() birth    { return b & 31 }
func (b birth) newYear() bool { return b.day() == 1 && b.month() == 1 }

// oneDigit reports whether two dates with a day are one digit apart, or a year
// or a decade.
func (b birth) oneDigit(o birth) bool {
	if b.day() == 0 || o.day() == 0 {
		return false
	}
	if b.day() == o.day() && b.month() == o.month() {
		d := int(b.year()) - int(o.year())
		return d == 1 || d == -1 || d%10 == 0
	}
	return b.year() == o.year() && slip(uint64(b.month()*100+b.day()), uint64(o.month()*100+o.day()))
}

func digits(s string) uint64 {
	n, _ := strconv.ParseUint(s, 10, 64) // 0 if it is none
	return n
}

// person packs a resident; the words of the name are counted if it is to be one
// of the register.
func (x *lexicon) person(r civic.Resident, counted bool) person {
	p := person{id: r.ID, birth: packBirth(r.Birth), number: digits(r.Number), denied: digits(r.Disputed), hamlet: x.places.number(r.Hamlet)}
	p.name = x.name(r.Name, counted)
	if !r.Household.IsZero() {
		p.door = x.doors.number(r.Household)
	}
	for i, phone := range r.Phones[:min(len(r.Phones), len(p.phones))] {
		p.phones[i] = digits(strings.TrimPrefix(phone, "+84"))
	}
	switch r.Sex {
	case civic.Male:
		p.sex = 1
	case civic.Female:
		p.sex = 2
	}
	return p
}

// lexicon numbers names, doors and hamlets, and knows how common words are.
type lexicon struct {
	byRaw  map[string]*word
	byTone map[string]*word
	people uint32   // counted
	known  *lexicon // whose words are looked up and never added to; or nil

	phrases numbers[string]
	spelled [][]*word // by phrase
	doors   numbers[command.ID]
	places  numbers[string]
}

func newLexicon() *lexicon {
	return &lexicon{byRaw: map[string]*word{}, byTone: map[string]*word{}, spelled: [][]*word{nil},
		phrases: numbers[string]{}, doors: numbers[command.ID]{}, places: numbers[string]{}}
}

// scratch shares what x knows of words and can be thrown away with the names and
// doors that were numbered in it.
func (x *lexicon) scratch() *lexicon {
	s := newLexicon()
	s.byRaw, s.byTone, s.people = x.byRaw, x.byTone, x.people
	return s
}

// apart is scratch that leaves what x knows as it is, for whoever only reads.
func (x *lexicon) apart() *lexicon {
	s := newLexicon()
	s.known, s.people = x, x.people
	return s
}

// numbers gives each different value a number, from 1.
type numbers[T comparable] map[T]uint32

func (n numbers[T]) number(v T) uint32 {
	if i, ok := n[v]; ok {
		return i
	}
	i := uint32(len(n) + 1)
	n[v] = i
	return i
}

func (x *lexicon) words(name uint32) []*word { return x.spelled[name] }

func (x *lexicon) name(raw string, counted bool) uint32 {
	n, known := x.phrases[raw]
	if !known {
		n = x.phrases.number(strings.Clone(raw))
		var words []*word
		for _, s := range split(raw) {
			words = append(words, x.word(s))
		}
		x.spelled = append(x.spelled, words)
	}
	if counted {
		x.count(n)
	}
	return n
}

// count counts one more person of that name.
func (x *lexicon) count(name uint32) {
	x.people++
	for _, w := range x.spelled[name] {
		w.n++
	}
}

func (x *lexicon) word(raw string) *word {
	if w, ok := x.byRaw[raw]; ok {
		return w
	}
	if x.known != nil {
		if w, ok := x.known.byRaw[raw]; ok {
			return w
		}
	}
	w := newWord(raw)
	if known, ok := x.byTone[w.tone]; ok {
		w = known
	} else if known := x.known; known != nil && known.byTone[w.tone] != nil {
		w = known.byTone[w.tone]
	} else {
		x.byTone[w.tone] = w
	}
	x.byRaw[strings.Clone(raw)] = w
	return w
}

// list is the values by their numbers; none has 0.
func (n numbers[T]) list() []T {
	list := make([]T, len(n)+1)
	for v, i := range n {
		list[i] = v
	}
	return list
}
