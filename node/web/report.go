package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/report"
	"gocua/ui"
)

// daysBack is how many days before today the report offers.
const daysBack = 4

// report is the page for the morning meeting (giao ban): one unit, one day.
func (s *site) report(q *request) error {
	m := ui.ReportModel{Shell: q.shell(ui.SectionReport), Waiting: len(s.Machine.Waiting())}
	today := m.Shell.Now
	day, err := dayAsked(q.Query("day"), today)
	if err != nil {
		return err
	}
	err = q.read(func(src lookup.Source) error {
		unit, err := q.unitAsked(src)
		if err != nil {
			return err
		}
		f := figures{request: q, src: src, unit: unit, today: today}
		m.Unit, m.Day, m.AsOf = unit.Name, day, moment(src.Position().At)
		f.fill(&m)
		return nil
	})
	if err != nil {
		return err
	}
	if len(m.Rows) == 0 {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Chưa có con số nào của ngày này."}
	}
	return q.draw(ui.PageReport, m)
}

// dayAsked reads a day out of an address; empty is today.
func dayAsked(text string, today time.Time) (time.Time, error) {
	if text == "" {
		return today, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, ict)
	switch {
	case err != nil:
		return day, command.InvalidField("/day", "bad_time", "a day is written 2006-01-02")
	case day.After(today):
		return day, command.InvalidField("/day", "future", "that day has not come yet")
	}
	return day, nil
}

// figures is one report being put together.
type figures struct {
	*request
	src   lookup.Source
	unit  civic.Unit
	today time.Time
}

func (f figures) on(day time.Time) report.Report {
	r, _ := report.Daily(f.src, f.unit.Code, day.Format(time.DateOnly)) // the unit is known to exist
	return r
}

func (f figures) fill(m *ui.ReportModel) {
	daily, before := f.on(m.Day), f.on(m.Day.AddDate(0, 0, -1)).Total
	m.Total = f.row(daily.Total)
	m.Rows = f.rows(daily.Rows)
	m.Source = source(daily.Total)
	m.Gained = f.gained(daily.Total, before, m.Day)
	m.Days = f.days(daily.Total, before, m.Day)
	m.Bulletin = bulletin(*m)
}

// rows ranks what is directly below the unit by activated to target. Units
// without a target come after, as they stand.
func (f figures) rows(parts []report.Row) []ui.ReportRow {
	rows := make([]ui.ReportRow, 0, len(parts))
	for _, part := range parts {
		rows = append(rows, f.row(part))
	}
	slices.SortStableFunc(rows, func(a, b ui.ReportRow) int { return cmp.Compare(b.ActivatedOf, a.ActivatedOf) })
	for i := range rows {
		switch {
		case !rows[i].ActivatedOf.Known():
		case i > 0 && rows[i].ActivatedOf == rows[i-1].ActivatedOf:
			rows[i].Rank = rows[i-1].Rank
		default:
			rows[i].Rank = i + 1
		}
	}
	ui.ScaleBars(rows)
	return rows
}

// row is one unit with its ratios as the report works them out.
func (f figures) row(r report.Row) ui.ReportRow {
	row := ui.NewReportRow(r.Name, int(r.Captured), int(r.Activated), int(target(r)))
	row.CapturedOf, row.ActivatedOf, row.Through = ratio(r.CapturedOfTarget), ratio(r.ActivatedOfTarget), ratio(r.ActivatedOfCaptured)
	row.Bar.Captured, row.Bar.Activated = row.CapturedOf, row.ActivatedOf
	row.Bar.Scale = ui.BarScale(row.CapturedOf, row.ActivatedOf)
	row.Href = "/bao-cao?unit=" + url.QueryEscape(r.Unit)
	if r.Kind == civic.UnitHamlet {
		row.Href = f.people(r.Unit)
	}
	if r.Direct && r.Kind != civic.UnitHamlet { // the list of a unit would show those below it as well
		row.Unit = "Chưa rõ tổ, thôn"
		return row
	}
	row.CapturedHref = f.people(r.Unit, append(underway(), civic.Activated)...)
	row.ActivatedHref = f.people(r.Unit, civic.Activated)
	return row
}

// underway are the buckets of those who were captured and not activated yet.
func underway() []civic.Bucket {
	return []civic.Bucket{civic.L1Submitted, civic.L1Approved, civic.L2Invited, civic.L2Captured, civic.L2Approved}
}

// people is the list behind a figure; empty for whoever may see no people.
func (f figures) people(unit string, buckets ...civic.Bucket) string {
	if !f.may(auth.SeePeople) {
		return ""
	}
	return peopleOf(unit, buckets...)
}

// peopleOf is the address of the list of people of a unit who stand in one of
// these buckets; none: all of them.
func peopleOf(unit string, buckets ...civic.Bucket) string {
	href := "/nhan-khau?unit=" + url.QueryEscape(unit)
	if len(buckets) == 0 {
		return href
	}
	names := make([]string, len(buckets))
	for i, b := range buckets {
		names[i] = string(b)
	}
	return href + "&bucket=" + strings.Join(names, ",")
}

// gained is what the day before brought, and who is still missing. Who is
// missing is known of today only: people have no past buckets.
func (f figures) gained(total, before report.Row, day time.Time) ui.Gained {
	g := ui.Gained{Captured: int(before.CapturedDay), Activated: int(before.ActivatedDay)}
	if day.Format(time.DateOnly) != f.today.Format(time.DateOnly) {
		return g
	}
	for _, b := range underway() {
		g.Unactivated += int(total.Buckets[b])
	}
	g.UnactivatedHref = f.people(total.Unit, underway()...)
	if total.TargetActivated != nil {
		g.Missing = max(0, int(*total.TargetActivated-total.Activated))
		g.MissingHref = f.people(total.Unit, append([]civic.Bucket{civic.NotReached, civic.Reached, civic.Refused, civic.Blocked}, underway()...)...)
	}
	return g
}

// days lists the days that can be looked at. Of a province, whose figures are
// many keys, only the ratios at hand are shown.
func (f figures) days(total, before report.Row, chosen time.Time) (days []ui.DayLink) {
	known := map[string]report.Row{chosen.Format(time.DateOnly): total, chosen.AddDate(0, 0, -1).Format(time.DateOnly): before}
	list := []time.Time{}
	for i := range daysBack + 1 {
		list = append(list, f.today.AddDate(0, 0, -i))
	}
	if chosen.Before(list[daysBack]) && !sameDay(chosen, list[daysBack]) {
		list = append(list, chosen)
	}
	for _, day := range list {
		name := day.Format(time.DateOnly)
		row, ok := known[name]
		if !ok && f.site.Machine.Tier == civic.TierCluster {
			row = f.on(day).Total
		}
		days = append(days, ui.DayLink{Day: day, Ratio: ratio(row.ActivatedOfTarget), Current: sameDay(day, chosen),
			Href: "/bao-cao?unit=" + url.QueryEscape(f.unit.Code) + "&day=" + name})
	}
	return days
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

func ratio(pm *int64) ui.Ratio {
	if pm == nil {
		return ui.NoRatio
	}
	return ui.Ratio(*pm)
}

// target is the number in the target column: of activated, as units are ranked
// by it; of captured where that is the only one.
func target(r report.Row) int64 {
	switch {
	case r.TargetActivated != nil:
		return *r.TargetActivated
	case r.TargetCaptured != nil:
		return *r.TargetCaptured
	}
	return 0
}

// source names both targets, which may differ.
func source(r report.Row) string {
	var parts []string
	if r.TargetCaptured != nil {
		parts = append(parts, "Thu nhận "+count(int(*r.TargetCaptured)))
	}
	if r.TargetActivated != nil {
		parts = append(parts, "Kích hoạt "+count(int(*r.TargetActivated)))
	}
	return strings.Join(parts, " · ")
}

// bulletin is the report as a chat message (bản tin).
func bulletin(m ui.ReportModel) string {
	of := func(r ui.Ratio) string {
		if !r.Known() {
			return ""
		}
		return " (" + r.String() + " chỉ tiêu)"
	}
	lines := []string{m.Unit + ", " + m.AsOf.Format("15:04 02/01/2006"),
		"Thu nhận " + count(m.Total.Captured) + of(m.Total.CapturedOf),
		"Kích hoạt " + count(m.Total.Activated) + of(m.Total.ActivatedOf)}
	if m.Day.Format(time.DateOnly) != m.AsOf.Format(time.DateOnly) {
		lines[0] = m.Unit + ", hết ngày " + m.Day.Format("02/01/2006")
	}
	if m.Total.Through.Known() {
		lines = append(lines, "Kích hoạt trên thu nhận "+m.Total.Through.String())
	}
	lines = append(lines, "Hôm trước +"+count(m.Gained.Captured)+" thu nhận, +"+count(m.Gained.Activated)+" kích hoạt")
	var first []string
	for _, r := range m.Rows {
		if r.Rank > 0 && len(first) < 2 {
			first = append(first, r.Unit+" "+r.ActivatedOf.String())
		}
	}
	if len(first) == 2 {
		lines = append(lines, "Dẫn đầu: "+strings.Join(first, "; "))
	}
	if m.Waiting > 0 {
		lines = append(lines, "Chưa tính "+count(m.Waiting)+" việc chờ trên một máy")
	}
	return strings.Join(lines, "\n")
}
