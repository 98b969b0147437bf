package report

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

const today = "2026-08-09"

// district is a small district; at is behind every key as the province keeps
// them ("@01CG"), or empty.
type district struct {
	*register
	at string
	n  int
}

func (d *district) id() command.ID {
	d.n++
	return command.DerivedID("report test", d.at, strconv.Itoa(d.n))
}

func (d *district) unit(code, kind, parent string) {
	d.put(civic.TypeUnit, command.Key(code+d.at), civic.Unit{Code: code, Name: "Đơn vị " + code, Kind: kind, Parent: parent})
}

// people lists n people of a hamlet who have come this far.
func (d *district) people(n int, hamlet string, p civic.Progress) {
	for range n {
		x := d.id()
		d.put(civic.TypeResident, command.Key(x.String()+d.at), civic.Resident{ID: x, Hamlet: hamlet, Name: "Ai Đó", Eligible: true, Progress: p})
	}
}

func (d *district) visit(hamlet, day string) {
	x := d.id()
	d.put(civic.TypeVisit, command.Key(x.String()+d.at), civic.Visit{ID: x, Hamlet: hamlet, Day: day})
}

func (d *district) review(unit, state string) {
	x := d.id()
	d.put(civic.TypeReview, command.Key(x.String()+d.at), civic.Review{ID: x, Unit: unit, State: state})
}

func (d *district) target(unit, indicator string, value int64) {
	d.put(civic.TypeTarget, command.Key(unit+"."+indicator+d.at), civic.Target{Unit: unit, Indicator: indicator, Period: "2026", Value: value})
}

// cauGiay is two wards and an evening's figures, to be counted on one's fingers.
func cauGiay(t require.TestingT, at string) *district {
	d := &district{register: newRegister(t), at: at}
	d.unit("01CG", civic.UnitCluster, "01")
	d.unit("00163", civic.UnitWard, "01CG")
	d.unit("00163-01", civic.UnitHamlet, "00163")
	d.unit("00163-02", civic.UnitHamlet, "00163")
	d.unit("00166", civic.UnitWard, "01CG")
	d.unit("00166-01", civic.UnitHamlet, "00166")

	d.put(civic.TypeResident, command.Key("child"+d.at), civic.Resident{Hamlet: "00163-01", Name: "Cháu", Progress: civic.Progress{Captured: today}})
	d.people(1, "00163-01", civic.Progress{Captured: "2026-08-07"})
	d.people(1, "00163-01", civic.Progress{Captured: today, Activated: today})
	d.people(1, "00163-01", civic.Progress{Reached: "2026-08-07"})
	d.people(1, "00163-01", civic.Progress{})
	d.people(1, "00163-02", civic.Progress{Captured: "2026-08-08", Activated: today})
	d.people(1, "00163-02", civic.Progress{Captured: "2026-08-10"})
	d.people(1, "00163-02", civic.Progress{Reached: "2026-08-08", Refused: true})
	d.people(1, "00163", civic.Progress{Captured: today}) // listed in the ward itself
	d.people(1, "00166-01", civic.Progress{Activated: today})
	d.people(1, "00166-01", civic.Progress{})

	d.visit("00163-01", "2026-08-07")
	d.visit("00163-01", "2026-08-07")
	d.visit("00163-01", today)
	d.visit("00166-01", "2026-08-10")
	d.review("00163", civic.ReviewOpen)
	d.review("00163", civic.ReviewOpen)
	d.review("00163", "resolved")
	d.target("00163", civic.IndicatorCaptured, 2)
	d.target("00166", civic.IndicatorCaptured, 10)
	d.target("00166", civic.IndicatorActivated, 4)
	return d
}

// on is the report of a unit that exists on a day.
func on(t require.TestingT, src Source, unit, day string) Report {
	r, ok := Daily(src, unit, day)
	require.True(t, ok)
	return r
}

func n(x int64) *int64 { return &x }

// row is a Row with all buckets present.
func row(r Row, buckets map[civic.Bucket]int64) Row {
	r.Buckets = map[civic.Bucket]int64{"not_reached": 0, "reached": 0, "l1_submitted": 0, "l1_approved": 0, "l2_invited": 0, "l2_captured": 0,
		"l2_approved": 0, "activated": 0, "blocked": 0, "handed_over": 0, "refused": 0, "excluded": 0}
	for b, x := range buckets {
		r.Buckets[b] = x
	}
	return r
}

func wardRows() []Row {
	return []Row{
		row(Row{Unit: "00163", Name: "Đơn vị 00163", Kind: "ward", People: 9, Eligible: 8, Visits: 3, VisitsDay: 1, Captured: 4, CapturedDay: 2,
			Activated: 2, ActivatedDay: 2, ReviewsOpen: 2, TargetCaptured: n(2),
			CapturedOfTarget:  n(2000), // twice the target, and not clamped
			ActivatedOfTarget: nil, ActivatedOfCaptured: n(500), Coverage: n(500)},
			map[civic.Bucket]int64{"excluded": 1, "l1_submitted": 3, "activated": 2, "reached": 1, "not_reached": 1, "refused": 1}),
		row(Row{Unit: "00166", Name: "Đơn vị 00166", Kind: "ward", People: 2, Eligible: 2, Activated: 1, ActivatedDay: 1,
			TargetCaptured: n(10), TargetActivated: n(4),
			CapturedOfTarget: n(0), ActivatedOfTarget: n(250), ActivatedOfCaptured: nil, Coverage: n(0)},
			map[civic.Bucket]int64{"activated": 1, "not_reached": 1}),
	}
}

func clusterTotal() Row {
	return row(Row{Unit: "01CG", Name: "Đơn vị 01CG", Kind: "cluster", People: 11, Eligible: 10, Visits: 3, VisitsDay: 1, Captured: 4, CapturedDay: 2,
		Activated: 3, ActivatedDay: 3, ReviewsOpen: 2, TargetCaptured: n(12), TargetActivated: n(4),
		CapturedOfTarget: n(333), ActivatedOfTarget: n(750), ActivatedOfCaptured: n(750), Coverage: n(400)},
		map[civic.Bucket]int64{"excluded": 1, "l1_submitted": 3, "activated": 3, "reached": 1, "not_reached": 2, "refused": 1})
}

func TestAClustersReportIsTheFiguresOfItsWards(t *testing.T) {
	d := cauGiay(t, "")
	require.Equal(t, Report{Unit: "01CG", Day: today, Rows: wardRows(), Total: clusterTotal()}, on(t, d, "01CG", today))
}

func TestAWardsReportIsTheFiguresOfItsHamlets(t *testing.T) {
	r := on(t, cauGiay(t, ""), "00163", today)
	require.Equal(t, []Row{
		row(Row{Unit: "00163-01", Name: "Đơn vị 00163-01", Kind: "hamlet", People: 5, Eligible: 4, Visits: 3, VisitsDay: 1, Captured: 2, CapturedDay: 1,
			Activated: 1, ActivatedDay: 1, ActivatedOfCaptured: n(500), Coverage: n(500)},
			map[civic.Bucket]int64{"excluded": 1, "l1_submitted": 1, "activated": 1, "reached": 1, "not_reached": 1}),
		row(Row{Unit: "00163-02", Name: "Đơn vị 00163-02", Kind: "hamlet", People: 3, Eligible: 3, Captured: 1,
			Activated: 1, ActivatedDay: 1, ActivatedOfCaptured: n(1000), Coverage: n(333)},
			map[civic.Bucket]int64{"activated": 1, "l1_submitted": 1, "refused": 1}),
		row(Row{Unit: "00163", Name: "Đơn vị 00163", Kind: "ward", Direct: true, People: 1, Eligible: 1, Captured: 1, CapturedDay: 1,
			ReviewsOpen: 2, ActivatedOfCaptured: n(0), Coverage: n(1000)},
			map[civic.Bucket]int64{"l1_submitted": 1}),
	}, r.Rows)
	require.Equal(t, wardRows()[0], r.Total)
}

func TestFiguresOfADayAreThoseUpToItsEnd(t *testing.T) {
	d := cauGiay(t, "")
	for _, c := range []struct {
		day                                                 string
		captured, capturedDay, activated, visits, visitsDay int64
	}{
		{"2026-08-06", 0, 0, 0, 0, 0},
		{"2026-08-07", 1, 1, 0, 2, 2},
		{"2026-08-08", 2, 1, 0, 2, 0},
		{"2026-08-09", 4, 2, 3, 3, 1},
		{"2026-08-10", 5, 1, 3, 4, 1},
		{"2026-12-31", 5, 0, 3, 4, 0},
	} {
		total := on(t, d, "01CG", c.day).Total
		require.Equal(t, []int64{c.captured, c.capturedDay, c.activated, c.visits, c.visitsDay},
			[]int64{total.Captured, total.CapturedDay, total.Activated, total.Visits, total.VisitsDay}, c.day)
	}
}

func TestAnOwnTargetCountsBeforeTheSumOfTheParts(t *testing.T) {
	d := cauGiay(t, "")
	d.target("01CG", civic.IndicatorCaptured, 8)
	d.target("00163-01", civic.IndicatorActivated, 3)
	r := on(t, d, "01CG", today)
	require.Equal(t, n(8), r.Total.TargetCaptured)
	require.Equal(t, n(500), r.Total.CapturedOfTarget)
	require.Equal(t, n(3), r.Rows[0].TargetActivated, "a ward without its own: the sum of its hamlets'")
	require.Equal(t, n(667), r.Rows[0].ActivatedOfTarget)
	require.Equal(t, n(7), r.Total.TargetActivated)

	next := on(t, d, "01CG", "2027-01-01").Total
	require.Nil(t, next.TargetCaptured, "no target holds next year")
	require.Nil(t, next.CapturedOfTarget)
}

func TestTheProvinceReportsOnItsClusters(t *testing.T) {
	d := cauGiay(t, "@01CG")
	d.put(civic.TypeUnit, "01", civic.Unit{Code: "01", Name: "Thành phố Hà Nội", Kind: civic.UnitProvince})
	d.unit("01", civic.UnitProvince, "") // the cluster's own record of the province
	d.at = "@01BD"
	d.unit("01", civic.UnitProvince, "")
	d.unit("01BD", civic.UnitCluster, "01")
	d.unit("00007", civic.UnitWard, "01BD")
	d.unit("00007-01", civic.UnitHamlet, "00007")
	d.unit("00166-01", civic.UnitHamlet, "00007") // a hamlet that both clusters claim
	d.people(3, "00007-01", civic.Progress{Captured: today})

	r := on(t, d, "01", today)
	require.Equal(t, "Thành phố Hà Nội", r.Total.Name)
	require.Len(t, r.Rows, 2)
	require.Equal(t, []string{"01BD", "01CG"}, []string{r.Rows[0].Unit, r.Rows[1].Unit})
	require.EqualValues(t, 14, r.Total.People, "11 and 3: nobody twice")
	require.EqualValues(t, 7, r.Total.Captured)
	require.Equal(t, n(12), r.Total.TargetCaptured)
	require.Equal(t, n(538), r.Total.Coverage) // 7 of 13

	ward := on(t, d, "00163", today)
	require.Equal(t, wardRows()[0], ward.Total, "a ward of a cluster is found by its code")
}

func TestAUnitThatDoesNotExistHasNoReport(t *testing.T) {
	_, ok := Daily(cauGiay(t, ""), "00999", today)
	require.False(t, ok)
}

func TestAUnitIsListedWhileItExistsOrIsCounted(t *testing.T) {
	d := cauGiay(t, "")
	ward := func(code, from, to string) {
		d.put(civic.TypeUnit, command.Key(code), civic.Unit{Code: code, Name: code, Kind: civic.UnitWard, Parent: "01CG", From: from, To: to})
	}
	ward("00170", "2025-07-01", "")
	ward("00171", "", today)
	ward("00172", "", "2026-08-08")
	ward("00173", "2026-08-10", "")
	ward("00174", "", "2026-08-08")
	d.people(1, "00174", civic.Progress{})
	var codes []string
	for _, row := range on(t, d, "01CG", today).Rows {
		codes = append(codes, row.Unit)
	}
	require.Equal(t, []string{"00163", "00166", "00170", "00171", "00174"}, codes)
}

func TestALoopOfUnitsEnds(t *testing.T) {
	d := cauGiay(t, "")
	d.unit("A1", civic.UnitWard, "B1")
	d.unit("B1", civic.UnitWard, "A1")
	d.people(2, "A1", civic.Progress{})
	d.people(3, "B1", civic.Progress{})
	require.EqualValues(t, 5, on(t, d, "A1", today).Total.People)
}

func TestRatiosRoundHalfUpAndOfNothingThereIsNone(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        *int64
	}{
		{1, 3, n(333)}, {2, 3, n(667)}, {1, 2000, n(1)}, {1, 2001, n(0)}, {0, 5, n(0)}, {5, 5, n(1000)}, {15, 5, n(3000)},
		{856, 1000, n(856)}, {5_330_114, 6_226_768, n(856)}, {7, 0, nil}, {0, 0, nil},
	} {
		require.Equal(t, c.want, perMille(c.part, c.whole), "%d of %d", c.part, c.whole)
	}
}

// The JSON is served to other programs: its names do not change.
func TestTheJSONOfAReport(t *testing.T) {
	d := &district{register: newRegister(t)}
	d.unit("00166", civic.UnitWard, "")
	d.target("00166", civic.IndicatorCaptured, 3)
	d.people(1, "00166", civic.Progress{Captured: today})
	b, err := json.Marshal(on(t, d, "00166", today))
	require.NoError(t, err)
	figures := `"people":1,"eligible":1,"buckets":{"activated":0,"blocked":0,"excluded":0,"handed_over":0,"l1_approved":0,"l1_submitted":1,` +
		`"l2_approved":0,"l2_captured":0,"l2_invited":0,"not_reached":0,"reached":0,"refused":0},` +
		`"visits":0,"visitsDay":0,"captured":1,"capturedDay":1,"activated":0,"activatedDay":0,"reviewsOpen":0,`
	require.Equal(t, `{"unit":"00166","day":"2026-08-09","rows":[{"unit":"00166","name":"Đơn vị 00166","kind":"ward","direct":true,`+figures+
		`"targetCaptured":null,"targetActivated":null,"capturedOfTarget_pm":null,"activatedOfTarget_pm":null,"activatedOfCaptured_pm":0,"coverage_pm":1000}],`+
		`"total":{"unit":"00166","name":"Đơn vị 00166","kind":"ward",`+figures+
		`"targetCaptured":3,"targetActivated":null,"capturedOfTarget_pm":333,"activatedOfTarget_pm":null,"activatedOfCaptured_pm":0,"coverage_pm":1000}}`, string(b))

	empty := &district{register: newRegister(t)}
	empty.unit("00166", civic.UnitWard, "")
	b, err = json.Marshal(on(t, empty, "00166", today).Rows)
	require.NoError(t, err)
	require.Equal(t, "[]", string(b), "no rows are a list, not null")
}

func TestAReportReadsNoMoreKeysForMorePeople(t *testing.T) {
	read := func(people int) int {
		d := cauGiay(t, "")
		d.people(people, "00163-01", civic.Progress{Captured: today})
		d.people(people, "00163-02", civic.Progress{})
		d.reads = 0
		on(t, d, "01CG", today)
		return d.reads
	}
	require.Equal(t, read(1), read(300))
	require.Less(t, read(1), 120, "3 wards' worth of keys")
}

func TestTheRowsAlwaysAddUpToTheTotal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := cauGiay(rt, "")
		units := []string{"01CG", "00163", "00163-01", "00163-02", "00166", "00166-01"}
		days := []string{"", "2026-08-08", today, "2026-08-10"}
		for range rapid.IntRange(0, 30).Draw(rt, "people") {
			d.people(1, rapid.SampledFrom(units).Draw(rt, "unit"), civic.Progress{Reached: rapid.SampledFrom(days).Draw(rt, "reached"),
				Captured: rapid.SampledFrom(days).Draw(rt, "captured"), Activated: rapid.SampledFrom(days).Draw(rt, "activated")})
		}
		for _, unit := range units {
			r := on(rt, d, unit, today)
			var sum Row
			sum.Buckets = map[civic.Bucket]int64{}
			for _, row := range r.Rows {
				sum.People += row.People
				sum.Eligible += row.Eligible
				sum.Captured += row.Captured
				sum.Activated += row.Activated
				sum.Visits += row.Visits
				sum.ReviewsOpen += row.ReviewsOpen
				require.LessOrEqual(rt, row.Captured, row.Eligible, "coverage never passes 100 %%")
				require.LessOrEqual(rt, row.CapturedDay, row.Captured)
			}
			total := r.Total
			require.Equal(rt, []int64{total.People, total.Eligible, total.Captured, total.Activated, total.Visits, total.ReviewsOpen},
				[]int64{sum.People, sum.Eligible, sum.Captured, sum.Activated, sum.Visits, sum.ReviewsOpen}, unit)
			var inBuckets int64
			for _, x := range total.Buckets {
				inBuckets += x
			}
			require.Equal(rt, total.People, inBuckets)
		}
	})
}
