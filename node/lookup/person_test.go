package lookup

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

func names(people []Person) (list []string) {
	for _, p := range people {
		list = append(list, p.Resident.Name)
	}
	return list
}

// street is two households near, one far, and somebody without any.
func street(t *testing.T) *bench {
	b := newBench(t)
	b.household(1, near, "Số 2, ngõ 68 Xuân Thuỷ")
	b.household(2, near, "Số 10, ngõ 68 Xuân Thuỷ")
	b.household(3, far, "Số 7 Trần Thái Tông")
	b.resident(11, 1, "Nguyễn Văn Hùng")
	b.resident(12, 1, "Trần Thị Ánh")
	b.resident(13, 2, "Đỗ Bích An")
	b.resident(14, 3, "Lê Thị Ân")
	b.resident(15, 0, "Phạm Gia Bảo")
	return b
}

func TestPeopleOfSeveralHamletsAreListedByNameAcrossThem(t *testing.T) {
	src := street(t).source()
	f := Filter{Units: []string{ward, near, far}, Limit: 2}
	first, err := List(src, f)
	require.NoError(t, err)
	require.Equal(t, []string{"Đỗ Bích An", "Trần Thị Ánh"}, names(first.People))
	f.After = first.Next
	second, err := List(src, f)
	require.NoError(t, err)
	require.Equal(t, []string{"Lê Thị Ân", "Phạm Gia Bảo"}, names(second.People))
	f.After = second.Next
	third, err := List(src, f)
	require.NoError(t, err)
	require.Equal(t, []string{"Nguyễn Văn Hùng"}, names(third.People))
	require.Empty(t, third.Next)
}

func TestAPageThatEndsWithTheListHasNoNext(t *testing.T) {
	page, err := List(street(t).source(), Filter{Units: []string{near}, Limit: 3})
	require.NoError(t, err)
	require.Equal(t, []string{"Đỗ Bích An", "Trần Thị Ánh", "Nguyễn Văn Hùng"}, names(page.People))
	require.Empty(t, page.Next)
}

func TestAListHoldsOnlyTheUnitsAskedFor(t *testing.T) {
	src := street(t).source()
	for unit, want := range map[string][]string{ward: {"Phạm Gia Bảo"}, far: {"Lê Thị Ân"}, elsewhere: nil, "99999": nil} {
		page, err := List(src, Filter{Units: []string{unit}, Limit: 10})
		require.NoError(t, err)
		require.Equal(t, want, names(page.People), unit)
	}
}

func TestAListCanBeOfSomeBuckets(t *testing.T) {
	b := street(t)
	b.must(b.ask(civic.KindAppSubmit, ward, trang, civic.SubmitApplication{ID: id(21), Resident: id(13), Level: 1, Phone: "0912404318"}))
	b.must(b.ask(civic.KindVisitRecord, ward, hung, civic.RecordVisit{ID: id(22), Household: id(3), At: "2026-08-06T13:00:00Z", Mode: "door", Outcome: "will_come"}))
	src := b.source()
	for _, want := range []struct {
		buckets []civic.Bucket
		names   []string
	}{
		{[]civic.Bucket{civic.L1Submitted}, []string{"Đỗ Bích An"}},
		{[]civic.Bucket{civic.Reached, civic.L1Submitted}, []string{"Đỗ Bích An", "Lê Thị Ân"}},
		{[]civic.Bucket{civic.NotReached}, []string{"Trần Thị Ánh", "Phạm Gia Bảo", "Nguyễn Văn Hùng"}},
		{[]civic.Bucket{civic.Activated}, nil},
	} {
		page, err := List(src, Filter{Units: []string{ward, near, far}, Buckets: want.buckets, Limit: 10})
		require.NoError(t, err)
		require.Equal(t, want.names, names(page.People), want.buckets)
	}
}

func TestACursorThatLeadsNowhereIsRefused(t *testing.T) {
	_, err := List(street(t).source(), Filter{Units: []string{near}, After: "nowhere", Limit: 10})
	require.Equal(t, "bad_cursor", command.AsError(err).Code)
}

// counting counts what is read of indexes.
type counting struct {
	Source
	terms *int
}

func (c counting) ScanFrom(ix command.Index, prefix string, after command.Place) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		for term, key := range c.Source.ScanFrom(ix, prefix, after) {
			*c.terms++
			if !yield(term, key) {
				return
			}
		}
	}
}

func TestAPageOverManyHamletsReadsLittleMoreThanItself(t *testing.T) {
	b := newBench(t)
	var hamlets []string
	for h := range 10 {
		code := fmt.Sprintf("00163-9%d", h)
		hamlets = append(hamlets, code)
		b.must(b.ask(civic.KindUnitPut, ward, command.ID{}, civic.PutUnit{Code: code, Name: code, Kind: civic.UnitHamlet, Parent: ward}))
		household := uint16(1000 + h)
		b.household(household, code, "Số 1")
		for n := range 30 {
			b.resident(uint16(2000+100*h+n), household, fmt.Sprintf("Nguyễn %c%c", 'A'+n%26, 'a'+n/26))
		}
	}
	read := 0
	var prefixes []string
	for _, code := range hamlets[:6] {
		prefixes = append(prefixes, civic.TermPrefix(code))
	}
	found := way{along: stretches(civic.ResidentByName, nil, prefixes...)}.first(counting{b.source(), &read}, 5)
	require.Len(t, found, 5)
	require.LessOrEqual(t, read, 6*6) // of 180
}

func TestPagesPutTogetherAreTheWholeList(t *testing.T) {
	b := street(t)
	src := b.source()
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{ward, near, far, elsewhere}), 1, 4, rapid.ID[string]).Draw(t, "units")
		limit := rapid.IntRange(1, 6).Draw(t, "limit")
		var got []string
		for f := (Filter{Units: units, Limit: limit}); ; {
			page, err := List(src, f)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.People), limit)
			got = append(got, names(page.People)...)
			if f.After = page.Next; f.After == "" {
				break
			}
		}
		var want []string
		for _, p := range []struct{ name, unit string }{{"Đỗ Bích An", near}, {"Trần Thị Ánh", near}, {"Lê Thị Ân", far}, {"Phạm Gia Bảo", ward}, {"Nguyễn Văn Hùng", near}} {
			if slices.Contains(units, p.unit) {
				want = append(want, p.name)
			}
		}
		require.Equal(t, want, got)
	})
}

func TestAProfileHoldsHouseholdMembersApplicationsAndReviews(t *testing.T) {
	b := street(t)
	b.must(b.ask(civic.KindAppSubmit, ward, trang, civic.SubmitApplication{ID: id(21), Resident: id(12), Level: 1, Phone: "0912404318"}))
	again := b.ask(civic.KindAppSubmit, ward, hung, civic.SubmitApplication{ID: id(22), Resident: id(12), Level: 1, Phone: "0912404318"})
	require.Equal(t, command.Conflicted, again.Outcome.Status)
	b.must(b.ask(civic.KindActivation, ward, hung, civic.RecordActivation{ID: id(23), Resident: id(12), Way: "app", At: "2026-08-06T13:00:00Z"}))

	p, ok := FindProfile(b.source(), key(12))
	require.True(t, ok)
	require.Equal(t, "Trần Thị Ánh", p.Resident.Name)
	require.Equal(t, civic.Activated, p.Bucket)
	require.Equal(t, "Tổ 1", p.Unit.Name)
	require.Equal(t, "Dịch Vọng Hậu", p.Ward.Name)
	require.Equal(t, "Số 2, ngõ 68 Xuân Thuỷ", p.Household.Address)
	require.Equal(t, key(1), p.HouseholdKey())
	require.False(t, p.Head)
	require.ElementsMatch(t, []string{"Nguyễn Văn Hùng", "Trần Thị Ánh"}, names(p.Members))
	require.Len(t, p.Applications, 1)
	require.Equal(t, id(21), p.Application().ID)
	require.Equal(t, "Lê Thu Trang", p.Application().OfficerName)
	require.Equal(t, "Trần Thị Ánh", p.Application().Name)
	require.Len(t, p.Activations, 1)
	require.Equal(t, "app", p.Activations[0].Way)
	require.Len(t, p.Reviews, 1)
	require.Equal(t, again.ID, p.Reviews[0].ID)
	require.Equal(t, "Vũ Mạnh Hùng", p.Reviews[0].OfficerName)
	require.Equal(t, "Trần Thị Ánh", p.Reviews[0].Person.Resident.Name)
}

func TestSomebodyWithoutAHouseholdIsListedInTheWard(t *testing.T) {
	p, ok := FindProfile(street(t).source(), key(15))
	require.True(t, ok)
	require.Nil(t, p.Household)
	require.Empty(t, p.HouseholdKey())
	require.Equal(t, "Dịch Vọng Hậu", p.Unit.Name)
	require.Equal(t, ward, p.Ward.Code)
	require.Empty(t, p.Members)
	require.Nil(t, p.Application())
}

func TestNobodyIsFoundUnderAStrangeKey(t *testing.T) {
	src := street(t).source()
	_, person := FindPerson(src, key(99))
	_, profile := FindProfile(src, key(99))
	_, home := FindHome(src, key(99))
	_, application := FindApplication(src, key(99))
	_, review := FindReview(src, key(99))
	require.Equal(t, []bool{false, false, false, false, false}, []bool{person, profile, home, application, review})
}
