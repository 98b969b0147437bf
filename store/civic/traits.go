package civic

import (
	"strconv"
	"strings"
)

// Traits is what a list of residents can be narrowed by without reading one of
// them (đặc điểm để lọc): it stands at the end of the terms they are listed by,
// so that a filter which lets few through walks keys only.
type Traits struct {
	Born     int // year, 0: unknown
	Sex      string
	Number   bool // has a personal number
	Phone    bool
	Housed   bool // lives in a household
	Eligible bool
}

// Traits are those of one resident.
func (r Resident) Traits() Traits {
	return Traits{Born: r.Birth.Year(), Sex: r.Sex, Number: r.Number != "", Phone: len(r.Phones) > 0, Housed: !r.Household.IsZero(), Eligible: r.Eligible}
}

// code is the form in a term: "1955fnphe". Whoever has the same name is listed
// the elder first.
func (t Traits) code() string {
	flags := []byte("-----")
	for i, f := range []struct {
		mark byte
		is   bool
	}{{sexMark(t.Sex), t.Sex != ""}, {'n', t.Number}, {'p', t.Phone}, {'h', t.Housed}, {'e', t.Eligible}} {
		if f.is {
			flags[i] = f.mark
		}
	}
	year := strconv.Itoa(t.Born)
	return "0000"[min(4, len(year)):] + year + string(flags)
}

func sexMark(sex string) byte {
	if sex == Male {
		return 'm'
	}
	return 'f'
}

// TraitsIn reads the traits off a term of ResidentByName or ResidentByBucket;
// one that has none says nothing of anybody.
func TraitsIn(t string) (out Traits) {
	code := t[strings.LastIndexByte(t, '\x1f')+1:]
	if len(code) != len("1955fnphe") {
		return out
	}
	out = Traits{Born: smallNumber(code[:4]), Number: code[5] == 'n', Phone: code[6] == 'p', Housed: code[7] == 'h', Eligible: code[8] == 'e'}
	switch code[4] {
	case 'm':
		out.Sex = Male
	case 'f':
		out.Sex = Female
	}
	return out
}

// ListedBy is where a resident stands among those of a unit, or of a bucket: by
// name, and after it what a list is narrowed by.
func (r Resident) ListedBy() string { return term(SortKey(r.Name), r.Traits().code()) }

// Letters are those a list of names can be entered at, in order, and for each
// what SortKey writes of a given name that begins with it.
func Letters() (list []struct{ Letter, From string }) {
	for i, l := range []rune(letters) {
		if !strings.ContainsRune("fjwz", l) { // no Vietnamese name begins with these
			list = append(list, struct{ Letter, From string }{strings.ToUpper(string(l)), string(rune('A' + i))})
		}
	}
	return list
}
