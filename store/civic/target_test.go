package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestOfSeveralTargetsTheShortestPeriodCounts(t *testing.T) {
	h := founded(t)
	for period, value := range map[string]int64{
		"2026":                  13000,
		"2026-08":               900,
		"2026-01-01/2026-12-31": 12000,
		"2026-08-01/2026-08-15": 500,
		"2026-08-03/2026-08-17": 520,
	} {
		h.accept(KindTargetSet, SetTarget{Unit: ward, Indicator: IndicatorCaptured, Period: period, Value: value})
	}
	h.accept(KindTargetSet, SetTarget{Unit: ward, Indicator: IndicatorActivated, Period: "2026", Value: 7})
	for day, want := range map[string]int64{
		"2026-08-02": 500,   // half a month beats the month
		"2026-08-09": 520,   // two of 15 days: the one that begins last
		"2026-08-17": 520,   // its last day
		"2026-08-18": 900,   // the month
		"2026-09-01": 12000, // an interval of 365 days beats the year
	} {
		got, ok := TargetFor(h.reg, ward, IndicatorCaptured, day)
		require.True(t, ok, day)
		require.Equal(t, want, got, day)
	}
	_, ok := TargetFor(h.reg, ward, IndicatorCaptured, "2027-01-01")
	require.False(t, ok)
	_, ok = TargetFor(h.reg, ward2, IndicatorCaptured, today)
	require.False(t, ok)
}

func TestATargetSetAgainReplacesTheOld(t *testing.T) {
	h := founded(t)
	for _, value := range []int64{900, 0} {
		h.accept(KindTargetSet, SetTarget{Unit: ward, Indicator: IndicatorCaptured, Period: "2026-08", Value: value})
		got, ok := TargetFor(h.reg, ward, IndicatorCaptured, today)
		require.True(t, ok, "none asked for is a number too")
		require.Equal(t, value, got)
	}
	require.Len(t, h.reg.records[TypeTarget], 1)
}

func TestATargetIsSetInsideTheUnitForAPeriodThatExists(t *testing.T) {
	h := founded(t)
	good := SetTarget{Unit: ward, Indicator: IndicatorCaptured, Period: "2026", Value: 1}
	h.refuse(command.Rejected, "outside_unit", "/unit", KindTargetSet, SetTarget{Unit: ward2, Indicator: good.Indicator, Period: good.Period})
	for _, period := range []string{"", "26", "2026-13", "2026-08-01", "----", "2026-08-01/", "2026-08-01/2026-07-31",
		"2026-02-30/2026-03-01", "2026-08/2026-09", "2026/2027", "2026-01-01/2026-02-01/2026-03-01", "２０２６"} {
		bad := good
		bad.Period = period
		require.Equal(t, "/period", h.do(KindTargetSet, bad).Err.Field, period)
	}
	for _, period := range []string{"2026", "2026-02", "2026-08-01/2026-08-01", "2025-12-01/2026-02-28"} {
		fine := good
		fine.Period = period
		h.accept(KindTargetSet, fine)
	}
	for _, value := range []int64{-1, 100_000_001} {
		bad := good
		bad.Value = value
		h.refuse(command.Rejected, "out_of_range", "/value", KindTargetSet, bad)
	}
	bad := good
	bad.Indicator = "visited"
	h.refuse(command.Rejected, "bad_choice", "/indicator", KindTargetSet, bad)
}
