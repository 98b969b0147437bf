package lookup

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
)

// crowd is a dozen people of two hamlets of whom everything a list is narrowed by
// is said in one line.
type crowd struct {
	name, birth, sex string
	number, phone    string
	household        uint16
}

var someCrowd = []crowd{
	{"Đỗ Bích An", "1955-03-17", civic.Female, "001155000428", "0912404318", 1},
	{"Bùi Văn An", "1961", civic.Male, "", "", 1},
	{"Trần Thị Ánh", "1990-01-02", civic.Female, "001190000429", "", 2},
	{"Lê Thị Ân", "", civic.Female, "", "0912404319", 0},
	{"Phạm Gia Bảo", "2020-05-06", civic.Male, "", "", 2},
	{"Ngô Mai Cúc", "1975", civic.Female, "", "", 3},
	{"Hồ Quang Đạt", "1975", civic.Male, "001075000430", "0912404320", 3},
}

// asListed puts Bùi Văn An before Đỗ Bích An: the given name is the same, so the
// family name decides.
func asListed(list []crowd) []crowd {
	out := slices.Clone(list)
	out[0], out[1] = out[1], out[0]
	return out
}

func crowded(t *testing.T) *bench {
	b := newBench(t)
	b.household(1, near, "Số 2, ngõ 68 Xuân Thuỷ")
	b.household(2, near, "Số 10, ngõ 68 Xuân Thuỷ")
	b.household(3, far, "Số 7 Trần Thái Tông")
	for i, c := range someCrowd {
		p := civic.PutResident{ID: id(uint16(100 + i)), Name: c.name, Birth: c.birth, Sex: c.sex, PersonalNumber: c.number}
		if c.birth == "" {
			p.Birth = "1980" // nobody is registered without one; a list may bring some
		}
		if c.phone != "" {
			p.Phones = []string{c.phone}
		}
		if c.household != 0 {
			p.Household = id(c.household)
		}
		b.must(b.ask(civic.KindResidentPut, ward, trang, p))
	}
	for n, v := range []civic.RecordVisit{{Household: id(1), Outcome: "nobody_home"}, {Household: id(1), Outcome: "nobody_home"}, {Household: id(2), Outcome: "will_come"}} {
		v.ID, v.At, v.Mode = id(uint16(50+n)), fmt.Sprintf("2026-08-0%dT13:00:00Z", n+3), civic.ModeDoor
		b.must(b.ask(civic.KindVisitRecord, ward, trang, v))
	}
	return b
}

var everywhere = []string{ward, near, far}

func TestAListIsNarrowedByEverythingThatIsKnown(t *testing.T) {
	src := crowded(t).source()
	for name, c := range map[string]struct {
		f    Filter
		want []string
	}{
		"women":                          {Filter{Traits: Traits{Sex: civic.Female}}, []string{"Đỗ Bích An", "Trần Thị Ánh", "Lê Thị Ân", "Ngô Mai Cúc"}},
		"born from and to":               {Filter{Traits: Traits{BornFrom: 1961, BornTo: 1975}}, []string{"Bùi Văn An", "Ngô Mai Cúc", "Hồ Quang Đạt"}},
		"without a number":               {Filter{Traits: Traits{Number: No}}, []string{"Bùi Văn An", "Lê Thị Ân", "Phạm Gia Bảo", "Ngô Mai Cúc"}},
		"with number and phone":          {Filter{Traits: Traits{Number: Yes, Phone: Yes}}, []string{"Đỗ Bích An", "Hồ Quang Đạt"}},
		"in no household":                {Filter{Traits: Traits{Household: No}}, []string{"Lê Thị Ân"}},
		"children":                       {Filter{Traits: Traits{Eligible: No}}, []string{"Phạm Gia Bảo"}},
		"visited twice":                  {Filter{Visits: Visited{AtLeast: 2}}, []string{"Bùi Văn An", "Đỗ Bích An"}},
		"never visited":                  {Filter{Visits: Visited{Never: true}}, []string{"Lê Thị Ân", "Ngô Mai Cúc", "Hồ Quang Đạt"}},
		"whose last visit":               {Filter{Visits: Visited{Outcome: "will_come"}}, []string{"Trần Thị Ánh", "Phạm Gia Bảo"}},
		"bucket, sex and visits at once": {Filter{Buckets: []civic.Bucket{civic.NotReached}, Traits: Traits{Sex: civic.Male}, Visits: Visited{AtLeast: 1}}, []string{"Bùi Văn An"}},
		"nobody":                         {Filter{Traits: Traits{BornFrom: 2025}}, nil},
	} {
		c.f.Units, c.f.Limit = everywhere, 10
		page, err := List(src, c.f)
		require.NoError(t, err)
		require.Equal(t, c.want, names(page.People), name)
		require.Empty(t, page.Next+page.Prev, name)
		n, all := Count(src, c.f, 100)
		require.Equal(t, len(c.want), n, name)
		require.True(t, all, name)
		for _, p := range page.People {
			require.True(t, c.f.Holds(p), name)
		}
	}
}

func TestACountGoesNoFurtherThanItIsAsked(t *testing.T) {
	src := crowded(t).source()
	f := Filter{Units: everywhere, Traits: Traits{Sex: civic.Female}}
	n, all := Count(src, f, 3)
	require.Equal(t, 3, n)
	require.False(t, all, "there is a fourth")
	n, all = Count(src, f, 4)
	require.Equal(t, 4, n)
	require.True(t, all)
}

func TestAListIsEnteredAtALetterOfTheGivenName(t *testing.T) {
	src := crowded(t).source()
	from := map[string]string{}
	for _, l := range civic.Letters() {
		from[l.Letter] = l.From
	}
	for letter, want := range map[string]string{"A": "Bùi Văn An", "Â": "Lê Thị Ân", "C": "Ngô Mai Cúc", "D": "Hồ Quang Đạt", "Đ": "Hồ Quang Đạt"} {
		page, err := List(src, Filter{Units: everywhere, From: from[letter], Limit: 1})
		require.NoError(t, err)
		require.Equal(t, []string{want}, names(page.People), letter)
	}
	page, err := List(src, Filter{Units: everywhere, From: from["E"], Limit: 1})
	require.NoError(t, err)
	require.Empty(t, page.People, "nobody stands behind Đ")
	page, err = List(src, Filter{Units: everywhere, From: from["C"], Limit: 3})
	require.NoError(t, err)
	page, err = List(src, Filter{Units: everywhere, Before: page.Prev, Limit: 3})
	require.NoError(t, err)
	require.Equal(t, []string{"Trần Thị Ánh", "Lê Thị Ân", "Phạm Gia Bảo"}, names(page.People), "the page before the letter")
}

// Somebody who goes on and back as they like always sees a piece of the whole
// list, and the same one again when they come back to it.
func TestGoingOnAndBackShowsPiecesOfOneList(t *testing.T) {
	src := crowded(t).source()
	var whole []string
	for _, c := range asListed(someCrowd) {
		whole = append(whole, c.name)
	}
	rapid.Check(t, func(t *rapid.T) {
		f := Filter{Units: everywhere, Limit: rapid.IntRange(1, 4).Draw(t, "limit")}
		if rapid.Bool().Draw(t, "narrowed") {
			f.Traits.Sex = civic.Female
		}
		var want []string
		for i, name := range whole {
			if f.Traits.Sex == "" || asListed(someCrowd)[i].sex == f.Traits.Sex {
				want = append(want, name)
			}
		}
		at, page := 0, PeoplePage{}
		for step := range 12 {
			var err error
			page, err = List(src, f)
			require.NoError(t, err)
			require.Equal(t, want[at:min(at+f.Limit, len(want))], names(page.People), "step %d", step)
			back := rapid.Bool().Draw(t, "back")
			switch {
			case back && page.Prev != "":
				f.After, f.Before, at = "", page.Prev, max(0, at-f.Limit)
			case !back && page.Next != "":
				f.After, f.Before, at = page.Next, "", at+len(page.People)
			}
		}
	})
}

func TestAFilterThatLetsNobodyThroughStopsAndGoesOn(t *testing.T) {
	b := newBench(t)
	b.household(1, near, "Số 2, ngõ 68 Xuân Thuỷ")
	for n := range 30 {
		b.resident(uint16(100+n), 1, fmt.Sprintf("Nguyễn Thị Bông %c", 'A'+n))
	}
	b.must(b.ask(civic.KindResidentPut, ward, trang, civic.PutResident{ID: id(200), Name: "Nguyễn Thị Bông Z", Birth: "1980", Sex: civic.Female, Phones: []string{"0912404318"}}))
	src := b.source()
	f := Filter{Units: everywhere, Traits: Traits{Phone: Yes}, Limit: 5}
	pages, found := 0, []string(nil)
	for {
		keys, last, more, short := f.pick(src, mustEnter(t, f, src), allowance{walked: 10, opened: 10})
		for _, k := range keys {
			p, _ := FindPerson(src, k)
			found = append(found, p.Resident.Name)
		}
		pages++
		require.False(t, more)
		if !short {
			break
		}
		f.After = string(last)
	}
	require.Equal(t, []string{"Nguyễn Thị Bông Z"}, found)
	require.Equal(t, 3, pages, "what was allowed is used up with the first sixteen, and with the rest")
}

func mustEnter(t *testing.T, f Filter, src Source) way {
	w, err := f.enter(src)
	require.NoError(t, err)
	return w
}

func TestPeopleWhoWaitHereStandInTheirPlaceInBothDirections(t *testing.T) {
	b := crowded(t)
	src := b.here(b.envelope(civic.KindResidentPut, ward, trang, civic.PutResident{ID: id(300), Household: id(3), Name: "Lê Văn Bính", Birth: "1970", Sex: civic.Male}))
	all, err := List(src, Filter{Units: everywhere, Limit: 20})
	require.NoError(t, err)
	require.Equal(t, []string{"Bùi Văn An", "Đỗ Bích An", "Trần Thị Ánh", "Lê Thị Ân", "Phạm Gia Bảo", "Lê Văn Bính", "Ngô Mai Cúc", "Hồ Quang Đạt"}, names(all.People))
	page, err := List(src, Filter{Units: everywhere, Before: string(key(105)), Limit: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"Phạm Gia Bảo", "Lê Văn Bính"}, names(page.People))
	require.True(t, page.People[1].Pending)
	page, err = List(src, Filter{Units: everywhere, After: string(key(300)), Limit: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"Ngô Mai Cúc", "Hồ Quang Đạt"}, names(page.People))
}
