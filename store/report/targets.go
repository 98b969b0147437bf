package report

import "gocua/store/civic"

// assign fills in the targets of a unit: its own, else the sum of those below it.
// A ward that others were merged into has what they had as well, until a target is
// set for all of it.
func (d daily) assign(u civic.Unit, parts []Row, row *Row) {
	var joined []civic.Unit
	for _, w := range civic.JoinedTo(d.src, u.Code) {
		if w.On(d.day).Joined {
			joined = append(joined, w)
		}
	}
	for indicator, at := range map[string]func(*Row) **int64{
		civic.IndicatorCaptured:  func(r *Row) **int64 { return &r.TargetCaptured },
		civic.IndicatorActivated: func(r *Row) **int64 { return &r.TargetActivated },
	} {
		own, ok := civic.TargetOn(d.src, u.Code, indicator, d.day)
		switch {
		case ok && (own.Whole || len(joined) == 0):
			*at(row) = &own.Value
		case len(joined) > 0:
			*at(row) = d.together(u, joined, parts, indicator, func(r Row) *int64 { return *at(&r) })
		}
	}
}

// together adds up what each ward had that makes up the unit: what was set for the
// ward, else for its hamlets. A target set for wards that were one already stands
// for all of them.
func (d daily) together(u civic.Unit, joined []civic.Unit, parts []Row, indicator string, of func(Row) *int64) (sum *int64) {
	whole := func(wards []string) bool {
		for _, w := range wards {
			if t, ok := civic.TargetOn(d.src, w, indicator, d.day); ok && t.Whole {
				return true
			}
		}
		return false
	}
	for _, w := range append(joined, u) {
		if t, ok := civic.TargetOn(d.src, w.Code, indicator, d.day); ok && !whole(w.CameFrom(d.src)) {
			sum = plus(sum, &t.Value)
		}
	}
	for _, part := range parts {
		below, ok := civic.FindUnit(d.src, part.Unit)
		if part.Direct || !ok || of(part) == nil {
			continue
		}
		line := append(below.CameFrom(d.src), u.Code)
		if _, set := civic.TargetOn(d.src, line[0], indicator, d.day); !set && !whole(line[1:]) {
			sum = plus(sum, of(part))
		}
	}
	return sum
}
