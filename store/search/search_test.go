package search

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// street is a small register of people made up for these tests.
func street() *register {
	r := newRegister()
	for n, h := range []civic.Household{
		{Hamlet: "00163-12", Address: "Số 21, ngõ 68 Xuân Thuỷ"},
		{Hamlet: "00163-12", Address: "Số 123 Nguyễn Trãi"},
		{Hamlet: "00163-07", Address: "P. 1205 nhà 12A, Duy Tân"},
	} {
		h.ID = householdID(n)
		r.household(h)
	}
	for n, p := range []struct {
		name, birth, number string
		door                int
		phones              []string
	}{
		0:  {"Nguyễn Hà Vân", "1955-03-17", "001155000428", 0, []string{"+84912404318"}},
		1:  {"Nguyễn Văn Hà", "1955", "001055001999", 0, nil},
		2:  {"Nguyễn Vân Hạ", "1986-01-02", "001186004318", 1, nil},
		3:  {"Trần Thị Vân", "1955-12-01", "001155777001", 1, []string{"+84987654321", "+84362000428"}},
		4:  {"Lê Văn Nguyên", "2001-05-05", "001201123456", 2, nil},
		5:  {"Đỗ Thuỷ", "1990", "", 2, nil},
		6:  {"Hờ A Páo", "1977-07-07", "011077000007", 2, nil},
		7:  {"H'Bia Niê", "1968", "066168000001", 2, nil},
		8:  {"Nguyễn Trãi", "1960-06-06", "001060121212", 2, []string{"+842438251234"}},
		9:  {"Phạm Hoà Hòa", "1999-09-09", "001199565656", 0, nil},
		10: {"Phạm Hoa", "1999-01-09", "001199575757", 0, nil},
		11: {"Nguyễn Nguyên Nguyễn", "1950", "", 1, nil},
	} {
		h := []string{"00163-12", "00163-12", "00163-07"}[p.door]
		r.resident(civic.Resident{ID: residentID(n), Household: householdID(p.door), Hamlet: h,
			Name: p.name, Birth: civic.Birth(p.birth), Number: p.number, Phones: p.phones})
	}
	return r
}

// short names residents 0, 1, … and households h0, h1, …
func short(t *testing.T, r Result) string {
	var s []string
	for _, h := range r.Hits {
		name := "?"
		for n := range 30 {
			switch h.Key {
			case civic.KeyOf(residentID(n)):
				name = fmt.Sprint(n)
			case civic.KeyOf(householdID(n)):
				name = fmt.Sprint("h", n)
			}
		}
		require.NotEqual(t, "?", name)
		s = append(s, name)
	}
	return strings.Join(s, " ")
}

func TestWhatPeopleTypeFindsWhomTheyMean(t *testing.T) {
	x := street().load(t)
	for _, c := range []struct{ text, first, rest string }{ // in this order; in any order
		{"nguyen ha van 1955", "0 1", ""},
		{"nguyen ha van", "0", "1 2"},
		{"Nguyễn Hà Vân", "0 1 2", ""}, // the given name Hà before Hạ
		{"van nguyen ha 1955", "", "0 1"},
		{"ha van 1955", "0 1", ""}, // the order decides between equals
		{"nguyen vân hạ", "2", "0 1"},
		{"van ngu", "", "0 1 2 3 4"}, // 3 lives in Nguyễn Trãi
		{"NGUYEN HA VAN", "0", "1 2"},
		{"  hà   vân ", "0 1 2", ""},
		{"ng h v", "0", "1 2"},
		{"nhv", "0", "1 2"},
		{"vân", "0", "1 2 3 4"},
		{"van", "", "0 1 2 3 4"},
		{"nguyen", "", "0 1 2 4 8 11 h1"},
		{"nguyên", "4", "0 1 2 8 11 h1"},
		{"nguyen nguyen", "11", "2"},        // 2 has it once and lives in Nguyễn Trãi; 4 has it once
		{"nguyen nguyen nguyen", "11", "2"}, // a word of the address serves for several
		{"do thuy", "5", ""},
		{"đỗ thủy", "5", ""}, // thuỷ and thủy are one word
		{"hoa", "", "9 10"},
		{"pham hòa", "9", "10"},
		{"ho a pao", "6", ""},
		{"h'bia", "7", ""},
		{"bia nie", "7", ""},
		{"1977", "6", ""},
		{"7/7/1977", "6", ""},
		{"07-07-1977", "6", ""},
		{"1977-07-07", "6", ""},
		{"17/3/1955", "0 1", ""}, // of 1 only the year is known
		{"17/4/1955", "1", ""},
		{"0912404318", "0", ""},
		{"0912 404 318", "0", ""},
		{"0912.404.318", "0", ""},
		{"+84 912 404 318", "0", ""},
		{"84912404318", "0", ""},
		{"912404318", "0", ""},
		{"0166 2000 428", "3", ""}, // as it was before 2018
		{"024 3825 1234", "8", ""},
		{"09124", "0", ""},
		{"4318", "", "0 2"},
		{"04318", "", "0 2"},
		{"404318", "0", ""},
		{"000428", "", "0 3"}, // last of a number and of a second phone
		{"001155000428", "0", ""},
		{"001 155 000 428", "0", ""},
		{"001155", "", "0 3"},
		{"van 4318", "", "0 2"},
		{"nguyen ha van 4318 1955", "0", ""},
		{"xuan thuy", "h0", ""},
		{"ngo 68", "h0", ""},
		{"68 xuan thuy", "h0", ""},
		{"nguyen trai", "8 h1", "2 11"}, // the man, the street, who lives there
		{"123 nguyen trai", "h1", "2 11"},
		{"12", "h2", ""}, // 12A, not 123 or 1205
		{"12a duy tan", "h2", ""},
		{"1205", "h2", ""},
		{"van xuan thuy", "", "0 1"},
		{"nguyen 21 68", "", "0 1"},
		{"tran van 1955 trai", "3", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			got := short(t, x.Search(Query{Text: c.text, Exact: true}))
			require.True(t, strings.HasPrefix(got+" ", c.first+" ") || c.first == "", "%s: first %q, got %q", c.text, c.first, got)
			require.ElementsMatch(t, strings.Fields(c.first+" "+c.rest), strings.Fields(got), "%s: got %q", c.text, got)
		})
	}
}

func TestWhatNobodyIsCalledFindsNobody(t *testing.T) {
	x := street().load(t)
	for _, text := range []string{"", "   ", "…", "!!", "nguyen ha van 1956", "xyz", "nguyen xyz", "van van van", "999999999999",
		"31/2/1955", "0912404319", "00115500043", "h1", "1955 1955 1986", "+", "'", "\xff\xfe", "a\u0301\u0301 zzz"} {
		require.Zero(t, x.Search(Query{Text: text}).Total, text)
	}
}

func TestEqualHitsOfOnesOwnUnitComeFirst(t *testing.T) {
	x := street().load(t)
	got := short(t, x.Search(Query{Text: "nguyen", Own: []string{"00163-07"}, Only: civic.TypeResident}))
	require.True(t, strings.HasPrefix(got, "4 11 8"), "the given name counts more than the unit: %s", got)
}

func TestNothingIsFoundOutsideTheUnitsAllowed(t *testing.T) {
	x := street().load(t)
	require.ElementsMatch(t, []string{"4", "8"}, strings.Fields(short(t, x.Search(Query{Text: "nguyen", Units: []string{"00163-07"}}))))
	require.Equal(t, 0, x.Search(Query{Text: "nguyen", Units: []string{}}).Total)
	require.Equal(t, 0, x.Search(Query{Text: "nguyen", Units: []string{"00166-01", ""}}).Total)
	require.Equal(t, 0, x.Search(Query{Text: "001155000428", Units: []string{"00163-07"}}).Total)
	require.Equal(t, 0, x.Search(Query{Text: "xuan thuy", Units: []string{"00163-07"}}).Total)
}

func TestOnlyOneTypeOfRecordMayBeAskedFor(t *testing.T) {
	x := street().load(t)
	require.Equal(t, "h1", short(t, x.Search(Query{Text: "nguyen trai", Only: civic.TypeHousehold})))
	require.Equal(t, []string{"8", "2", "11"}[0], strings.Fields(short(t, x.Search(Query{Text: "nguyen trai", Only: civic.TypeResident})))[0])
	require.Equal(t, 3, x.Search(Query{Text: "nguyen trai", Only: civic.TypeResident, Exact: true}).Total)
}

func TestTheLimitKeepsTheBestAndTheTotal(t *testing.T) {
	x := street().load(t)
	all := x.Search(Query{Text: "van"})
	two := x.Search(Query{Text: "van", Limit: 2})
	require.Equal(t, all.Hits[:2], two.Hits)
	require.Equal(t, 5, two.Total)

	crowd := town(3000).load(t)
	require.Len(t, crowd.Search(Query{Text: "n"}).Hits, 20)
	require.Len(t, crowd.Search(Query{Text: "n", Limit: 5000}).Hits, maxLimit)
}

func TestHitsSayWhatWasMeant(t *testing.T) {
	x := street().load(t)
	h := x.Search(Query{Text: "v nguyen 1955 4318 thuy"}).Hits[0]
	require.Equal(t, civic.TypeResident, h.Type)
	require.Equal(t, civic.KeyOf(residentID(0)), h.Key)
	require.Equal(t, "00163-12", h.Hamlet)
	require.Equal(t, ByName|ByBirth|ByPhone|ByAddress, h.By)
	require.Equal(t, []Mark{{0, 6}, {2, 1}}, h.Words)

	const name = "Nguyễn Hà Vân"
	var bold []string
	for _, s := range h.Spans(name) {
		bold = append(bold, name[s[0]:s[1]])
	}
	require.Equal(t, []string{"Nguyễn", "V"}, bold)

	h = x.Search(Query{Text: "duy 12a"}).Hits[0]
	require.Equal(t, civic.TypeHousehold, h.Type)
	require.Equal(t, ByAddress, h.By)
	const address = "P. 1205 nhà 12A, Duy Tân"
	bold = nil
	for _, s := range h.Spans(address) {
		bold = append(bold, address[s[0]:s[1]])
	}
	require.Equal(t, []string{"12A", "Duy"}, bold)
}

func TestMarksCoverLettersWithTheirTones(t *testing.T) {
	h := Hit{Words: []Mark{{Word: 1, Letters: 2}}}
	const decomposed = "Ha\u0300 Va\u0302\u0301n"
	require.Equal(t, [][2]int{{5, 11}}, h.Spans(decomposed)) // V, a and its two marks
	require.Empty(t, h.Spans("Hà"), "the name has changed meanwhile")
}

func TestAtTheProvinceRecordsKeepTheirCluster(t *testing.T) {
	r := newRegister()
	for _, cluster := range []string{"01CG", "11MA"} {
		door := civic.Household{ID: householdID(1), Hamlet: cluster + "-1", Address: "Bản " + cluster}
		r.change(civic.TypeHousehold, civic.Scoped(civic.KeyOf(door.ID), cluster), door)
		r.change(civic.TypeResident, civic.Scoped(civic.KeyOf(residentID(1)), cluster),
			civic.Resident{ID: residentID(1), Household: door.ID, Hamlet: door.Hamlet, Name: "Lò Thị Mẫu"})
	}
	x := r.load(t)
	require.Equal(t, 2, x.Search(Query{Text: "lo mau"}).Total)
	hits := x.Search(Query{Text: "lo mau 11MA"}).Hits
	require.Len(t, hits, 1)
	require.Equal(t, command.Key(residentID(1).String()+"@11MA"), hits[0].Key)
	require.Equal(t, "11MA-1", hits[0].Hamlet)
}

func TestAHouseholdMayComeAfterItsPeople(t *testing.T) {
	r := newRegister()
	r.resident(civic.Resident{ID: residentID(1), Household: householdID(1), Hamlet: "00163-12", Name: "Lò Thị Mẫu"})
	r.household(civic.Household{ID: householdID(1), Hamlet: "00163-12", Address: "Số 5 Duy Tân"})
	x := New()
	require.NoError(t, x.Follow(r.since(0)))
	require.Equal(t, "1", short(t, x.Search(Query{Text: "mau duy tan"})))
}

func TestTheIndexFollowsTheFeed(t *testing.T) {
	r := street()
	x := r.load(t)
	head := x.Head()
	r.change(civic.TypeUnit, "00163", civic.Unit{Code: "00163"}) // nothing to find it by
	r.resident(civic.Resident{ID: residentID(0), Household: householdID(2), Hamlet: "00163-07", Name: "Trịnh Công Mẫu", Birth: "1939"})
	r.change(civic.TypeResident, civic.KeyOf(residentID(3)), nil)
	r.change(civic.TypeHousehold, civic.KeyOf(householdID(1)), nil)
	require.NoError(t, x.Follow(r.since(head)))
	require.Equal(t, head+4, x.Head())

	require.Equal(t, "0", short(t, x.Search(Query{Text: "trinh cong mau 1939 duy tan"})))
	require.Zero(t, x.Search(Query{Text: "0912404318"}).Total, "the old phone is gone")
	require.Zero(t, x.Search(Query{Text: "tran thi van"}).Total)
	require.Equal(t, "8", short(t, x.Search(Query{Text: "nguyen trai"})), "the street is gone")

	require.NoError(t, x.Follow(r.since(0)), "what is known is passed over")
	require.Equal(t, head+4, x.Head())
}

func TestAGapInTheFeedIsNotPassedOver(t *testing.T) {
	r := street()
	x := New()
	require.ErrorIs(t, x.Follow(r.since(3)), ErrGap)
	require.Zero(t, x.Head())
}

func TestAFailedLoadLeavesTheIndexAsItWas(t *testing.T) {
	r := street()
	x := r.load(t)
	broken := newRegister()
	broken.err = errors.New("the disk is gone")
	require.ErrorIs(t, x.Load(broken), broken.err)
	bad := newRegister()
	bad.records[civic.TypeResident][civic.KeyOf(residentID(1))] = []byte("{")
	require.Error(t, x.Load(bad))
	bad = newRegister()
	bad.records[civic.TypeResident]["no id"] = []byte("{}")
	require.Error(t, x.Load(bad))
	require.Equal(t, 3, x.Search(Query{Text: "nguyen ha van"}).Total)
}

func TestWhatWaitsHereIsFoundBesideWhatIsAgreed(t *testing.T) {
	r := street()
	x := r.load(t)
	waiting := newRegister()
	waiting.resident(civic.Resident{ID: residentID(20), Hamlet: "00163-12", Name: "Nguyễn Hà Vân"})
	waiting.resident(civic.Resident{ID: residentID(2), Hamlet: "00163-12", Name: "Nguyễn Vân Hà"})
	var changes []command.Change
	for _, f := range waiting.feed {
		changes = append(changes, f.Change)
	}
	overlay, err := Of(changes)
	require.NoError(t, err)
	q := Query{Text: "nguyễn hà vân"}
	got := Merge(0, overlay.Search(q), x.Search(q))
	require.Len(t, got.Hits, 4)
	require.Equal(t, 4, got.Total)
	require.ElementsMatch(t, []string{"20", "0"}, strings.Fields(short(t, got))[:2])
	require.Len(t, Merge(3, overlay.Search(q), x.Search(q)).Hits, 3)
}

func TestSearchingGoesOnWhileTheIndexFollows(t *testing.T) {
	r := town(2000)
	x := New()
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					x.Search(Query{Text: "nguyen van 1955 duy tan"})
				}
			}
		})
	}
	require.NoError(t, x.Follow(r.since(0)))
	require.NoError(t, x.Load(r))
	close(stop)
	wg.Wait()
	require.EqualValues(t, len(r.feed), x.Head())
}

func TestTheEndOfAPhoneAndAYearAreNotOnePhone(t *testing.T) {
	digits, fields := joined([]string{"84064", "1944"})
	require.Equal(t, "84064", digits)
	require.Equal(t, 1, fields)
	digits, fields = joined([]string{"84", "912", "404318"})
	require.Equal(t, "84912404318", digits)
	require.Equal(t, 3, fields)
}
