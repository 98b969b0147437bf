package civic

import (
	"slices"
	"strings"

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

// SetTarget assigns a number.
type SetTarget struct {
	Unit      string `json:"unit"`
	Indicator string `json:"indicator"`
	Period    string `json:"period"`
	Value     int64  `json:"value"`
}

func (p SetTarget) Check() *command.Error {
	switch {
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
	t := Target{Unit: p.Unit, Indicator: p.Indicator, Period: p.Period, Value: p.Value, Rev: e.ID}
	return command.Accept(put(TypeTarget, command.Key(p.Unit+"."+p.Indicator+"."+p.Period), t))
}

// TargetFor finds the number assigned to a unit for a day: of several periods
// the shortest counts.
func TargetFor(v command.View, unit, indicator, day string) (int64, bool) {
	var best *Target
	for _, key := range v.Scan(TargetByUnit, TermPrefix(unit, indicator)) {
		if t, ok := Load[Target](v, TypeTarget, key); ok && t.covers(day) && (best == nil || len(t.Period) >= len(best.Period)) {
			best = &t
		}
	}
	if best == nil {
		return 0, false
	}
	return best.Value, true
}

func goodPeriod(s string) bool {
	parts := strings.Split(s, "/")
	lengths := []int{len(parts[0])}
	if len(parts) == 2 {
		lengths = append(lengths, len(parts[1]))
	}
	digits := strings.IndexFunc(strings.NewReplacer("-", "", "/", "").Replace(s), func(r rune) bool { return r < '0' || r > '9' }) < 0
	if !digits || len(parts) > 2 {
		return false
	}
	if len(parts) == 2 {
		return lengths[0] == 10 && lengths[1] == 10 && parts[0] <= parts[1]
	}
	return slices.Contains([]int{4, 7}, lengths[0])
}
