package web

import (
	"time"

	"gocua/node/lookup"
	"gocua/store/command"
	"gocua/store/report"
	"gocua/ui"
	"gocua/ui/messages"
)

const (
	signalDays  = 7
	mostSignals = 100
	mostBehind  = 30 // records named behind one signal
)

// signals is what a supervisor may want to look at again (cần xem lại).
func (s *site) signals(q *request) error {
	m := ui.SignalsModel{Shell: q.shell(ui.SectionReport), Days: signalDays}
	err := q.read(func(src lookup.Source) error {
		unit, err := q.unitAsked(src)
		if err != nil {
			return err
		}
		m.Unit = unit.Name
		found := lookup.FindSignals(src, unit.Code, m.Shell.Now.AddDate(0, 0, -signalDays).UnixMilli())
		for _, sig := range found.Found[:min(len(found.Found), mostSignals)] {
			m.Rows = append(m.Rows, q.signalRow(src, sig, found))
		}
		m.More = len(found.Found) - len(m.Rows)
		return nil
	})
	if err != nil {
		return err
	}
	if err := q.listed(command.LookList, "signals", q.unit(), len(m.Rows)); err != nil {
		return err
	}
	if len(m.Rows) == 0 {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Bảy ngày qua không có gì cần xem lại."}
	}
	return q.draw(ui.PageSignals, m)
}

func (q *request) signalRow(src lookup.Source, sig report.Signal, found lookup.Signals) ui.SignalRow {
	row := ui.SignalRow{Head: messages.Signal(string(sig.Kind)), Who: lookup.OfficerName(src, sig.Officer), N: len(sig.Records)}
	if sig.From > 0 {
		row.When = when(sig.From)
		if sig.Until > sig.From {
			row.When += " đến " + moment(sig.Until).Format("15:04") + " · " + (time.Duration(sig.Until-sig.From) * time.Millisecond).Round(time.Second).String()
		}
	}
	seen := map[string]bool{}
	for _, key := range sig.Records {
		b := found.Behind[key]
		link := ui.Link{Text: b.Text, Href: residentHref(b.Resident)}
		if b.Household != "" {
			link.Href = "/ho/" + string(b.Household)
		}
		if !seen[link.Href] && len(row.Behind) < mostBehind {
			seen[link.Href] = true
			row.Behind = append(row.Behind, link)
		}
	}
	return row
}
