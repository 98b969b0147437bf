package web

import (
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// How long a cluster may send nothing. Nobody works at night, so a few quiet
// hours are no news; a whole day is.
const (
	quietAfter  = 3 * time.Hour
	silentAfter = 24 * time.Hour
)

// province is what the clusters send (các cụm gửi về).
func (s *site) province(q *request) error {
	if s.Machine.Tier != civic.TierProvince {
		return command.Errorf(command.NotFound, "not_found", "clusters send to the province, this is a machine of a cluster")
	}
	m := ui.ProvinceModel{Shell: q.shell(ui.SectionProvince)}
	err := q.read(func(src lookup.Source) error {
		m.AsOf = moment(src.Position().At)
		for _, c := range lookup.Clusters(src, m.Shell.Now.Format(time.DateOnly)) {
			if q.covers(src, c.Code) {
				m.Rows = append(m.Rows, q.cluster(c, m.Shell.Now))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range m.Rows {
		m.Total.Received += r.Received
		m.Total.Refused += r.Refused
		m.Total.Captured += r.Captured
		m.Total.Activated += r.Activated
		if r.Lag != "" || r.Fork {
			m.Late++
		}
	}
	m.Total.ActivatedOf = ui.RatioOf(m.Total.Activated, m.Total.Captured)
	return q.draw(ui.PageProvince, m)
}

// cluster is one line of the page.
func (q *request) cluster(c lookup.ClusterRow, now time.Time) ui.ClusterRow {
	row := ui.ClusterRow{Name: c.Name, Code: c.Code, Href: "/bao-cao?unit=" + c.Code, Fork: c.Fork != nil,
		Captured: int(c.Figures.Captured), Activated: int(c.Figures.Activated), ActivatedOf: ratio(c.Figures.ActivatedOfCaptured)}
	var last civic.LaneEnd
	for _, lane := range c.Lanes {
		row.Received += int(lane.Records)
		row.Refused += int(lane.Refused)
		if lane.At > last.At {
			last = lane
		}
	}
	row.Last, row.Seq = moment(last.At), int(last.Seq)
	switch silence := now.Sub(row.Last); {
	case row.Last.IsZero():
		row.Lag, row.Stale = "chưa gửi", true
	case silence > silentAfter:
		row.Lag, row.Stale = "im từ "+row.Last.Format("15:04 02/01"), true
	case silence > quietAfter:
		row.Lag = "im từ " + row.Last.Format("15:04")
	}
	if q.may(auth.SeePeople) {
		row.CapturedHref = peopleOf(c.Code, append(underway(), civic.Activated)...)
		row.ActivatedHref = peopleOf(c.Code, civic.Activated)
	}
	return row
}
