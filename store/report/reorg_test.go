package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// merged is the district in which 00166 became part of 00163 on a day: the state a
// plan leaves, written down by hand.
func merged(t require.TestingT, from, until string) *district {
	d := &district{register: newRegister(t)}
	plan := command.DerivedID("plan")
	was := func(name, parent string) []civic.Past {
		return []civic.Past{{Plan: plan, Until: until, Name: name, Parent: parent}}
	}
	d.unit("01CG", civic.UnitCluster, "01")
	d.put(civic.TypeUnit, "00163", civic.Unit{Code: "00163", Name: "Phường Mới", Kind: civic.UnitWard, Parent: "01CG", Plan: plan, Past: was("Phường Một", "01CG")})
	d.unit("00163-01", civic.UnitHamlet, "00163")
	d.put(civic.TypeUnit, "00166", civic.Unit{Code: "00166", Name: "Phường Hai", Kind: civic.UnitWard, Parent: "00163", To: until, Joined: true, Past: was("Phường Hai", "01CG")})
	d.put(civic.TypeUnit, "00166-01", civic.Unit{Code: "00166-01", Name: "Tổ 1", Kind: civic.UnitHamlet, Parent: "00163", Plan: plan, Past: was("Tổ 1", "00166")})
	d.people(2, "00163-01", civic.Progress{Captured: until})
	d.people(3, "00166-01", civic.Progress{Captured: until})
	d.people(4, "00166-01", civic.Progress{Captured: from})
	d.people(5, "00166", civic.Progress{Captured: from})
	d.people(6, "00163", civic.Progress{})
	d.review("00166", civic.ReviewOpen)
	return d
}

func TestAReportNamesTheUnitsOfItsDay(t *testing.T) {
	d := merged(t, today, "2026-08-08")
	d.target("00163", civic.IndicatorCaptured, 100)
	d.target("00166", civic.IndicatorCaptured, 10)
	type line struct {
		unit, name       string
		people, captured int64
		target           *int64
	}
	lines := func(r Report) (list []line) {
		for _, x := range append(r.Rows, r.Total) {
			list = append(list, line{x.Unit, x.Name, x.People, x.Captured, x.TargetCaptured})
		}
		return list
	}
	require.Equal(t, []line{{"00163", "Phường Một", 8, 2, n(100)}, {"00166", "Phường Hai", 12, 3, n(10)}, {"01CG", "Đơn vị 01CG", 20, 5, n(110)}},
		lines(on(t, d, "01CG", "2026-08-08")))
	require.Equal(t, []line{{"00163", "Phường Mới", 20, 14, n(110)}, {"01CG", "Đơn vị 01CG", 20, 14, n(110)}}, lines(on(t, d, "01CG", today)))
	ward := []line{{"00163-01", "Đơn vị 00163-01", 2, 2, nil}, {"00166-01", "Tổ 1", 7, 7, nil}, {"00163", "Phường Mới", 11, 5, nil}, {"00163", "Phường Mới", 20, 14, n(110)}}
	require.Equal(t, ward, lines(on(t, d, "00163", today)))
	require.Equal(t, ward, lines(on(t, d, "00166", today)), "the old code finds what there is now")
	require.Equal(t, "Phường Hai", on(t, d, "00166", "2026-08-08").Total.Name)
	require.EqualValues(t, 1, on(t, d, "00163", today).Total.ReviewsOpen)
}

func TestTargetsOfMergedWardsAddUpUntilOneIsSetForAll(t *testing.T) {
	set := func(d *district, unit string, value int64) { d.target(unit, civic.IndicatorCaptured, value) }
	for name, c := range map[string]struct {
		set  func(*district)
		want *int64
	}{
		"none":                              {func(*district) {}, nil},
		"one ward's":                        {func(d *district) { set(d, "00166", 10) }, n(10)},
		"a ward's and the other's hamlets'": {func(d *district) { set(d, "00166", 10); set(d, "00163-01", 3) }, n(13)},
		"a ward's is not its hamlets' too":  {func(d *district) { set(d, "00166", 10); set(d, "00166-01", 9) }, n(10)},
		"hamlets'":                          {func(d *district) { set(d, "00163-01", 3); set(d, "00166-01", 9) }, n(12)},
		"half way, a hamlet is still below the ward it comes from": {func(d *district) {
			d.put(civic.TypeUnit, "00166-01", civic.Unit{Code: "00166-01", Name: "Tổ 1", Kind: civic.UnitHamlet, Parent: "00166"})
			set(d, "00163", 100)
			set(d, "00166-01", 9)
		}, n(109)},
		"set for all": {func(d *district) {
			set(d, "00166", 10)
			d.put(civic.TypeTarget, "00163.x", civic.Target{Unit: "00163", Indicator: civic.IndicatorCaptured, Period: "2026", Value: 50, Whole: true})
		}, n(50)},
	} {
		d := merged(t, today, "2026-08-08")
		c.set(d)
		require.Equal(t, c.want, on(t, d, "01CG", today).Total.TargetCaptured, name)
	}
}
