package ui

import "time"

// ReportModel is the page for the morning meeting (giao ban).
type ReportModel struct {
	Shell    Shell
	Unit     string
	Day      time.Time
	AsOf     time.Time
	Heard    string // "7 trong 8 phường đã gửi"
	Deadline string // "hạn chiến dịch 30/09, còn 52 ngày"
	Days     []DayLink
	Source   string // where the targets come from
	Total    ReportRow
	Gained   Gained
	Rows     []ReportRow
	Waiting  int // on this machine, not counted
	Bulletin string
	Export   string
	Gap      *Gap
}

// DayLink is another day's report.
type DayLink struct {
	Day     time.Time
	Ratio   Ratio
	Href    string
	Current bool
}

// Gained is what the day before brought, and what is still needed.
type Gained struct {
	Captured, Activated int
	Needed, Pace        int // a day
	Missing             int // not yet activated, to the target
	MissingHref         string
	Unactivated         int // captured, not activated
	UnactivatedHref     string
	HasTarget           bool
}

// ReportRow is one unit. Figures open their people.
type ReportRow struct {
	Rank          int // 0: not ranked
	Unit          string
	Href          string
	Captured      int
	Activated     int
	Target        int // 0: none set
	CapturedHref  string
	ActivatedHref string
	CapturedOf    Ratio // of the target
	ActivatedOf   Ratio // of the target
	Through       Ratio // activated of captured
	Bar           Bar
	Stale         string // "dừng từ 21:40 hôm qua"; empty: fresh
}

// NewReportRow works out the three ratios, which must never be mixed up.
// Scale is set for the whole table by ScaleBars.
func NewReportRow(unit string, captured, activated, target int) ReportRow {
	r := ReportRow{Unit: unit, Captured: captured, Activated: activated, Target: target,
		CapturedOf: RatioOf(captured, target), ActivatedOf: RatioOf(activated, target), Through: RatioOf(activated, captured)}
	r.Bar = Bar{Captured: r.CapturedOf, Activated: r.ActivatedOf, Scale: BarScale(r.CapturedOf, r.ActivatedOf)}
	return r
}

// ScaleBars gives all bars of a table one scale and dashes the stale ones.
func ScaleBars(rows []ReportRow) {
	var ratios []Ratio
	for _, r := range rows {
		ratios = append(ratios, r.CapturedOf, r.ActivatedOf)
	}
	scale := BarScale(ratios...)
	for i := range rows {
		rows[i].Bar.Scale, rows[i].Bar.Stale = scale, rows[i].Stale != ""
	}
}
