package report

import (
	"cmp"

	"gocua/store/civic"
)

// Report is the figures of one unit on one day (báo cáo ngày, giao ban).
type Report struct {
	Unit  string `json:"unit"` // code
	Day   string `json:"day"`  // YYYY-MM-DD at UTC+7
	Rows  []Row  `json:"rows"` // what is directly below, by kind and code; their sum is Total
	Total Row    `json:"total"`
}

// Row is the figures of one unit with everything below it.
//
// A figure of the day counts what happened up to and with that day. People,
// Eligible, Buckets and ReviewsOpen have no days: they are as agreed now. Ratios
// are in per mille, rounded half up, never clamped; null where there is nothing
// to compare with.
type Row struct {
	Unit   string `json:"unit"` // code
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Direct bool   `json:"direct,omitempty"` // only what is listed in the unit itself, not below it

	People   int64                  `json:"people"`
	Eligible int64                  `json:"eligible"` // of 14 and over
	Buckets  map[civic.Bucket]int64 `json:"buckets"`  // all twelve; their sum is People

	Visits       int64 `json:"visits"`
	VisitsDay    int64 `json:"visitsDay"` // on the day alone
	Captured     int64 `json:"captured"`  // thu nhận
	CapturedDay  int64 `json:"capturedDay"`
	Activated    int64 `json:"activated"` // kích hoạt
	ActivatedDay int64 `json:"activatedDay"`
	ReviewsOpen  int64 `json:"reviewsOpen"`

	// Targets (chỉ tiêu) that hold on the day; null where none was set. A unit
	// without its own has the sum of those below it.
	TargetCaptured  *int64 `json:"targetCaptured"`
	TargetActivated *int64 `json:"targetActivated"`

	CapturedOfTarget    *int64 `json:"capturedOfTarget_pm"`
	ActivatedOfTarget   *int64 `json:"activatedOfTarget_pm"`
	ActivatedOfCaptured *int64 `json:"activatedOfCaptured_pm"`
	Coverage            *int64 `json:"coverage_pm"` // captured ÷ eligible
}

// Daily reports on a unit and what is directly below it, as the units were on that
// day. ok is false if there is no such unit. Of a ward that was merged before that
// day it is the ward it became. Units that did not exist on the day are left out
// unless something is counted there.
func Daily(src Source, unit, day string) (r Report, ok bool) {
	top, ok := civic.FindUnit(src, unit)
	for range civic.Deepest {
		if top = top.On(day); !ok || !top.Joined {
			break
		}
		top, ok = civic.FindUnit(src, top.Parent)
	}
	if !ok {
		return Report{}, false
	}
	d := daily{src: src, day: day, counted: map[string]bool{top.Code: true}}
	r = Report{Unit: top.Code, Day: day, Rows: d.parts(top)}
	r.Total = d.whole(top, r.Rows)
	return r, true
}

// daily is one report being worked out.
type daily struct {
	src     Source
	day     string
	counted map[string]bool // units already in a row: none is counted twice
}

// parts are the rows a unit is made of: each unit below it, then whoever is
// listed in the unit itself.
func (d daily) parts(u civic.Unit) []Row {
	direct := newRow(u)
	rows := d.below(u, u.Code, &direct)
	if !direct.empty() {
		direct.Direct = true
		direct.ratios()
		rows = append(rows, direct)
	}
	return rows
}

// below are the rows of what is below a code of the unit: its own, or that of a ward
// that was merged into it. What is listed under the code itself goes into direct.
func (d daily) below(u civic.Unit, code string, direct *Row) []Row {
	rows := []Row{}
	for _, child := range civic.ChildrenOn(d.src, code, d.day) {
		if d.counted[child.Code] {
			continue
		}
		d.counted[child.Code] = true
		if child.Joined {
			rows = append(rows, d.below(u, child.Code, direct)...)
			continue
		}
		if row := d.whole(child, d.parts(child)); existed(child, d.day) || !row.empty() {
			rows = append(rows, row)
		}
	}
	d.count(code, direct)
	return rows
}

// whole is the row of a unit made of these parts.
func (d daily) whole(u civic.Unit, parts []Row) Row {
	row := newRow(u)
	for _, part := range parts {
		row.add(part)
	}
	d.assign(u, parts, &row)
	row.ratios()
	return row
}

// count adds what is listed under a code itself.
func (d daily) count(code string, row *Row) {
	below := civic.TermPrefix(code)
	row.People += d.src.Tally(civic.CountPeople, code)
	row.Eligible += d.src.Tally(civic.CountEligible, code)
	row.ReviewsOpen += d.src.Tally(civic.CountReviews, code)
	for key, n := range d.src.Tallies(civic.CountBucket, below) {
		row.Buckets[civic.Bucket(civic.TermParts(key)[1])] += n
	}
	for key, n := range d.src.Tallies(civic.CountVisits, below) {
		d.upTo(civic.TermParts(key)[1], n, &row.Visits, &row.VisitsDay)
	}
	for key, n := range d.src.Tallies(civic.CountCaptured, below) {
		d.upTo(civic.TermParts(key)[1], n, &row.Captured, &row.CapturedDay)
	}
	for key, n := range d.src.Tallies(civic.CountActivated, below) {
		d.upTo(civic.TermParts(key)[1], n, &row.Activated, &row.ActivatedDay)
	}
}

// upTo adds the count of one day to the figures it belongs to.
func (d daily) upTo(day string, n int64, all, onTheDay *int64) {
	if day <= d.day {
		*all += n
	}
	if day == d.day {
		*onTheDay += n
	}
}

func newRow(u civic.Unit) Row {
	row := Row{Unit: u.Code, Name: u.Name, Kind: u.Kind, Buckets: map[civic.Bucket]int64{}}
	for _, b := range civic.Buckets() {
		row.Buckets[b] = 0
	}
	return row
}

func (r Row) empty() bool {
	return r.People == 0 && r.Visits == 0 && r.Captured == 0 && r.Activated == 0 && r.ReviewsOpen == 0
}

// add adds the figures and targets of a part.
func (r *Row) add(part Row) {
	r.People += part.People
	r.Eligible += part.Eligible
	r.Visits += part.Visits
	r.VisitsDay += part.VisitsDay
	r.Captured += part.Captured
	r.CapturedDay += part.CapturedDay
	r.Activated += part.Activated
	r.ActivatedDay += part.ActivatedDay
	r.ReviewsOpen += part.ReviewsOpen
	for b, n := range part.Buckets {
		r.Buckets[b] += n
	}
	r.TargetCaptured = plus(r.TargetCaptured, part.TargetCaptured)
	r.TargetActivated = plus(r.TargetActivated, part.TargetActivated)
}

// plus adds numbers of which either may be missing.
func plus(a, b *int64) *int64 {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	sum := *a + *b
	return &sum
}

// ratios works out the ratios, which must never be mixed up.
func (r *Row) ratios() {
	r.CapturedOfTarget = ofTarget(r.Captured, r.TargetCaptured)
	r.ActivatedOfTarget = ofTarget(r.Activated, r.TargetActivated)
	r.ActivatedOfCaptured = perMille(r.Activated, r.Captured)
	r.Coverage = perMille(r.Captured, r.Eligible)
}

func ofTarget(part int64, target *int64) *int64 {
	if target == nil {
		return nil
	}
	return perMille(part, *target)
}

// perMille divides, rounding half up. Of nothing there is no ratio.
func perMille(part, whole int64) *int64 {
	if whole <= 0 {
		return nil
	}
	pm := (part*2000 + whole) / (2 * whole)
	return &pm
}

func existed(u civic.Unit, day string) bool {
	return u.From <= day && (u.To == "" || day <= u.To)
}
