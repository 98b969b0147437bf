package lookup

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

// counted is a register to which people were added that nobody agreed on, with
// the counts they would add to.
type counted struct {
	hereSource
	sums map[command.Tally]map[string]int64
}

func (c counted) Tally(t command.Tally, key string) int64 { return c.sums[t][key] }

func (c counted) Tallies(t command.Tally, prefix string) iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		for _, key := range slices.Sorted(maps.Keys(c.sums[t])) {
			if strings.HasPrefix(key, prefix) && !yield(key, c.sums[t][key]) {
				return
			}
		}
	}
}

// peopled is a bench's register with people and households put straight into it.
func peopled(t require.TestingT, b *bench, people []civic.Resident, households []civic.Household) counted {
	src := counted{b.here().(hereSource), map[command.Tally]map[string]int64{}}
	var changes []command.Change
	put := func(t2 command.RecordType, id command.ID, v any) {
		raw, err := json.Marshal(v)
		require.NoError(t, err)
		changes = append(changes, command.Change{Type: t2, Key: civic.KeyOf(id), Op: command.Put, Value: raw})
	}
	for _, h := range households {
		put(civic.TypeHousehold, h.ID, h)
	}
	for _, r := range people {
		put(civic.TypeResident, r.ID, r)
		var d command.Derived
		r.Derive(&d)
		for _, c := range d.Counts {
			if src.sums[c.Tally] == nil {
				src.sums[c.Tally] = map[string]int64{}
			}
			src.sums[c.Tally][c.Key] += c.N
		}
	}
	require.NoError(t, src.Layer.Put(changes))
	return src
}

// somePeople draws residents of whom everything a filter asks for is so or not,
// also being taken out of the campaign, which no command does yet.
func somePeople(t *rapid.T) (people []civic.Resident, households []civic.Household) {
	for n, hamlet := range everywhere {
		households = append(households, civic.Household{ID: id(uint16(1 + n)), Hamlet: hamlet, Address: "Số 1", Visits: n})
	}
	seldom := func(name string) bool { return rapid.IntRange(0, 9).Draw(t, name) == 0 }
	for n := range rapid.IntRange(0, 60).Draw(t, "people") {
		r := civic.Resident{ID: id(uint16(100 + n)), Hamlet: rapid.SampledFrom(everywhere).Draw(t, "unit"), Sex: rapid.SampledFrom([]string{"", civic.Male, civic.Female}).Draw(t, "sex"),
			Name: rapid.SampledFrom([]string{"Lê An", "Bùi Ánh", "Hồ Bảo", "Lý Cúc"}).Draw(t, "name"), Birth: "1980", Eligible: true}
		if !seldom("no number") {
			r.Number = fmt.Sprintf("0011800%05d", n)
		}
		if !seldom("nowhere") {
			r.Household = households[slices.Index(everywhere, r.Hamlet)].ID
		}
		if seldom("young") {
			r.Birth, r.Eligible = "2020", false
		}
		if seldom("excluded") {
			r.Progress.Excluded = "moved_out"
		}
		if seldom("reached") {
			r.Progress.Reached = "2026-08-01"
		}
		people = append(people, r)
	}
	return people, households
}

func someFilter(t *rapid.T) Filter {
	say := rapid.SampledFrom([]Say{"", "", Yes, No})
	f := Filter{Limit: rapid.IntRange(1, 9).Draw(t, "limit"), Units: rapid.SliceOfNDistinct(rapid.SampledFrom(everywhere), 1, 3, rapid.ID[string]).Draw(t, "units"),
		Buckets: rapid.SliceOfNDistinct(rapid.SampledFrom([]civic.Bucket{civic.NotReached, civic.Reached, civic.Excluded}), 0, 2, rapid.ID[civic.Bucket]).Draw(t, "buckets"),
		Traits: Traits{Sex: rapid.SampledFrom([]string{"", "", civic.Female}).Draw(t, "of sex"), BornFrom: rapid.SampledFrom([]int{0, 0, 1990}).Draw(t, "from"),
			Number: say.Draw(t, "number"), Household: say.Draw(t, "household"), Eligible: say.Draw(t, "eligible")}}
	f.Visits.AtLeast = rapid.SampledFrom([]int{0, 0, 1}).Draw(t, "visits")
	return f
}

// Whichever index a filter walks, it finds whom one finds who asks everybody, in
// the same order, page by page on and back.
func TestEveryIndexAnswersAFilterAsLookingAtEverybodyDoes(t *testing.T) {
	b := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		people, households := somePeople(t)
		src, f := peopled(t, b, people, households), someFilter(t)
		var all []spot
		for _, r := range people {
			if p, _ := FindPerson(src, civic.KeyOf(r.ID)); slices.Contains(f.Units, r.Hamlet) && f.Holds(p) {
				all = append(all, spot{by: r.ListedBy(), key: p.Key})
			}
		}
		slices.SortFunc(all, spot.compare)
		var want []command.Key
		for _, s := range all {
			want = append(want, s.key)
		}
		ways := map[string][]stretch{"buckets": f.over(f.Buckets)}
		if g, ok := f.gap(); ok && (f.Traits.Eligible != No || f.inBuckets(civic.Excluded)) {
			ways["gap"] = f.overGap(src, g)
		}
		for name, along := range ways {
			left := allowance{math.MaxInt, math.MaxInt}
			var got []command.Key
			for s := range (way{along: along}).walk(src, f.Limit) {
				if !s.past && f.opened(src, s, &left) {
					got = append(got, s.key)
				}
			}
			require.Equal(t, want, got, name)
		}
		var got []command.Key
		for p := range Everybody(src, f) {
			got = append(got, p.Key)
		}
		require.Equal(t, want, got, "everybody")
		n, whole := Count(src, f, 100)
		require.Equal(t, len(want), n)
		require.True(t, whole)
		require.Equal(t, want, leafed(t, src, f), "pages")
	})
}

// leafed is who is on the pages of a list, each of which is the one before the
// next one, too.
func leafed(t *rapid.T, src Source, f Filter) (all []command.Key) {
	keysOf := func(page PeoplePage) (keys []command.Key) {
		for _, p := range page.People {
			keys = append(keys, p.Key)
		}
		return keys
	}
	page, err := List(src, f)
	require.NoError(t, err)
	for {
		keys := keysOf(page)
		all = append(all, keys...)
		if page.Next == "" {
			return all
		}
		next := f
		next.After = page.Next
		page, err = List(src, next)
		require.NoError(t, err)
		back := f
		back.Before = page.Prev
		before, err := List(src, back)
		require.NoError(t, err)
		require.Equal(t, keys, keysOf(before), "the page before")
	}
}

// One in a thousand without a number among those not reached: a page reads them,
// not the thousand. Each time more is read ahead, one term more is looked at.
func TestAFilterThatLetsFewThroughReadsLittleMoreThanThese(t *testing.T) {
	b := newBench(t)
	var people []civic.Resident
	for n := range 3_000 {
		r := civic.Resident{ID: command.DerivedID("person", fmt.Sprint(n)), Hamlet: near, Name: "Lê An", Birth: "1980", Eligible: n%10 != 0, Number: fmt.Sprintf("0011800%05d", n)}
		if n%1000 == 1 {
			r.Number = ""
		}
		people = append(people, r)
	}
	src := peopled(t, b, people, nil)
	for name, c := range map[string]struct {
		f          Filter
		find, most int
	}{
		"without a number":                    {Filter{Traits: Traits{Number: No}}, 3, 5},
		"without a number, of the grown":      {Filter{Traits: Traits{Number: No}, Buckets: []civic.Bucket{civic.NotReached}}, 3, 5},
		"the young":                           {Filter{Traits: Traits{Eligible: No}}, 300, 305},
		"the young who are not excluded":      {Filter{Traits: Traits{Eligible: No}, Buckets: []civic.Bucket{civic.NotReached}}, 0, 0},
		"nowhere, which everybody here is":    {Filter{Traits: Traits{Household: No}, Buckets: []civic.Bucket{civic.NotReached}}, 2_700, 2_720},
		"with a number, of whom no index is":  {Filter{Traits: Traits{Number: Yes}}, 2_997, 3_020},
		"nowhere, without a number and young": {Filter{Traits: Traits{Household: No, Number: No, Eligible: No}}, 0, 305},
	} {
		read := 0
		c.f.Units, c.f.Limit = everywhere, 5_000
		page, err := List(counting{src, &read}, c.f)
		require.NoError(t, err)
		require.Len(t, page.People, c.find, name)
		require.LessOrEqual(t, read, c.most, name)
	}
}

// unread is a register whose feed nobody is to read.
type unread struct {
	Source
	t *testing.T
}

func (u unread) Feed(uint64) iter.Seq[command.FeedItem] {
	u.t.Error("the feed is read")
	return func(func(command.FeedItem) bool) {}
}

func TestHowFarACommandIsThatNoParcelReachesIsToldWithoutReadingTheFeed(t *testing.T) {
	b := newBench(t)
	b.household(1, near, "Số 2, ngõ 68 Xuân Thuỷ")
	d := b.resident(100, 1, "Lê Thị Ân")
	require.Equal(t, Delivery{Agreed: b.now - 1000, Stage: civic.StageAgreed, Stages: 4}, DeliveryOf(unread{b.source(), t}, b.table, d, 0))
}
