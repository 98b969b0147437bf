package web

import (
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
)

const (
	codesPath  = "/ma-mot-lan"
	codesSince = 7 * 24 * time.Hour
	mostCodes  = 50
)

// codes are the one-time codes given in the units of who asks, newest first:
// what a ward that was cut off mended by itself is looked at from above once the
// link is back (mã một lần đã cấp).
func (s *site) codes(q *request) error {
	m := ui.CodesModel{Shell: q.shell("")}
	err := s.Machine.Trail(func(src lookup.Source, chain lookup.Chain) error {
		q.index = src.Position().Index
		page, err := lookup.Audit(src, chain, s.Table, lookup.AuditFilter{Kind: lookup.AuditChanges, Command: civic.KindOfficerReset,
			From: q.now().Add(-codesSince).UnixMilli(), Units: civic.Subtree(src, q.unit()), Limit: mostCodes})
		if err != nil {
			return err
		}
		m.More = page.Next != ""
		for _, l := range page.Lines {
			if l.Type == civic.TypeOfficer { // one that was refused changed nobody's account
				m.Rows = append(m.Rows, q.codeRow(src, l))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(m.Rows) == 0 {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "7 ngày qua chưa ai phải cấp mã một lần."}
	}
	return q.draw(ui.PageCodes, m)
}

func (q *request) codeRow(src lookup.Source, l lookup.AuditLine) ui.CodeRow {
	o, _ := civic.Load[civic.Officer](src, civic.TypeOfficer, l.Key)
	row := ui.CodeRow{At: moment(l.At), Who: nonEmpty(l.By, "Tại máy, bằng dòng lệnh"), For: o.Name, Unit: shortUnit(unitName(src, o.Unit)), Node: l.Node}
	if q.may(auth.ResetOfficers) {
		row.Href = officerHref(o)
	}
	return row
}
