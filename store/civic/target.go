package civic

import (
	"strings"
	"time"

	"gocua/store/command"
)

// Target is a number assigned to a unit (chỉ tiêu). It is not the population:
// a ratio to a target may pass 100 %.
type Target struct {
	Unit      string     `json:"unit"`
	Indicator string     `json:"indicator"`
	Period    string     `json:"period"` // YYYY, YYYY-MM, or first/last day YYYY-MM-DD/YYYY-MM-DD
	Value     int64      `json:"value"`
	Rev       command.ID `json:"rev"`

	// Whole: it was set after wards were merged into the unit, and stands for them too.
	Whole bool `json:"whole,omitempty"`
}

// Indicators of the daily report.
const (
	IndicatorCaptured  = "captured"  // thu nhận
	IndicatorActivated = "activated" // kích hoạt
)

func (t Target) Derive(d *command.Derived) {
	d.Find(TargetByUnit, term(t.Unit, t.Indicator, t.Period))
}

// covers reports whether a day lies in the target's period.
func (t Target) covers(day string) bool {
	first, last, interval := strings.Cut(t.Period, "/")
	if interval {
		return first <= day && day <= last
	}
	return strings.HasPrefix(day, t.Period)
}

// days is how long the period is; a year and a month count as their longest.
func (t Target) days() int {
	first, last, interval := strings.Cut(t.Period, "/")
	if !interval {
		return map[int]int{len("2026"): 366, len("2026-07"): 31}[len(t.Period)]
	}
	from, _ := time.Parse(time.DateOnly, first)
	to, _ := time.Parse(time.DateOnly, last)
	return int(to.Sub(from)/(24*time.Hour)) + 1
}

// SetTarget assigns a number.
type SetTarget struct {
	Unit      string `json:"unit"`
	Indicator string `json:"indicator"`
	Period    string `json:"period"`
	Value     int64  `json:"value"`
}

func (p SetTarget) Check() *command.Error {
	switch {
	case len(p.Unit) > maxCode:
		return command.InvalidField("/unit", "too_long", "no unit has such a long code")
	case p.Indicator != IndicatorCaptured && p.Indicator != IndicatorActivated:
		return command.InvalidField("/indicator", "bad_choice", "indicator is captured or activated")
	case !goodPeriod(p.Period):
		return command.InvalidField("/period", "bad_period", "a period is 2026, 2026-07 or 2026-07-01/2026-09-30")
	case p.Value < 0 || p.Value > 100_000_000:
		return command.InvalidField("/value", "out_of_range", "a target lies between 0 and 100 million")
	}
	return nil
}

func (p SetTarget) Decide(v command.View, e command.Envelope) command.Decision {
	if !Covers(v, e.Unit, p.Unit) {
		return command.Reject(outside("/unit", p.Unit, e.Unit))
	}
	t := Target{Unit: p.Unit, Indicator: p.Indicator, Period: p.Period, Value: p.Value, Rev: e.ID, Whole: len(JoinedTo(v, p.Unit)) > 0}
	return command.Accept(put(TypeTarget, command.Key(p.Unit+"."+p.Indicator+"."+p.Period), t))
}

// TargetFor finds the number assigned to a unit for a day.
func TargetFor(v command.View, unit, indicator, day string) (int64, bool) {
	t, ok := TargetOn(v, unit, indicator, day)
	return t.Value, ok
}

// TargetOn finds the target of a unit for a day: of several periods the shortest
// counts, of equally long ones the one that begins last.
func TargetOn(v command.View, unit, indicator, day string) (Target, bool) {
	var best *Target
	for _, key := range v.Scan(TargetByUnit, TermPrefix(unit, indicator)) {
		if t, ok := Load[Target](v, TypeTarget, key); ok && t.covers(day) && (best == nil || t.days() <= best.days()) {
			best = &t
		}
	}
	if best == nil {
		return Target{}, false
	}
	return *best, true
}

func goodPeriod(s string) bool {
	first, last, interval := strings.Cut(s, "/")
	switch {
	case interval:
		return validDay(first) && validDay(last) && first <= last
	case len(s) == len("2026"):
		return validDay(s + "-01-01")
	}
	return validDay(s + "-01")
}
