package lookup

import (
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/report"
)

// Signals are what is worth a look again in a unit (cần xem lại), and for each
// record behind them where it is found.
type Signals struct {
	Found  []report.Signal
	Behind map[command.Key]Behind
}

// Behind is the page on which a record is: a household's or a resident's.
type Behind struct {
	Household, Resident command.Key
	Text                string // the address, or the name
}

// FindSignals looks through what was captured in a unit since a moment, ms.
func FindSignals(src Source, unit string, since int64) Signals {
	s := Signals{Behind: map[command.Key]Behind{}}
	var captures []report.Capture
	var holders []report.Holder
	seen := map[command.Key]bool{}
	for _, hamlet := range civic.Subtree(src, unit) {
		for _, key := range src.Scan(civic.ResidentByName, civic.TermPrefix(hamlet)) {
			r, ok := civic.Load[civic.Resident](src, civic.TypeResident, key)
			if !ok {
				continue
			}
			for _, phone := range r.Phones {
				holders = append(holders, report.Holder{Key: key, Household: r.Household, Phone: phone})
				s.Behind[key] = Behind{Resident: key, Text: r.Name}
			}
			captures = append(captures, s.applications(src, key, r, since)...)
			if home, ok := householdOf(key, r); ok && !seen[home] {
				seen[home] = true
				captures = append(captures, s.visits(src, home, since)...)
			}
		}
	}
	s.Found = report.Signals(captures, holders, report.LoadThresholds(src))
	return s
}

func (s Signals) applications(src Source, resident command.Key, r civic.Resident, since int64) (list []report.Capture) {
	for _, key := range civic.Applications(src, resident) {
		if a, ok := civic.Load[civic.Application](src, civic.TypeApplication, key); ok && a.At >= since {
			list = append(list, report.Capture{Key: key, Officer: a.Officer, At: a.At})
			s.Behind[key] = Behind{Resident: resident, Text: r.Name}
		}
	}
	return list
}

func (s Signals) visits(src Source, home command.Key, since int64) (list []report.Capture) {
	h, _ := civic.Load[civic.Household](src, civic.TypeHousehold, home)
	for _, key := range civic.Visits(src, home) {
		if v, ok := civic.Load[civic.Visit](src, civic.TypeVisit, key); ok && v.At >= since {
			list = append(list, report.Capture{Key: key, Officer: v.Officer, Hamlet: v.Hamlet, At: v.At})
			s.Behind[key] = Behind{Household: home, Text: h.Address}
		}
	}
	return list
}
