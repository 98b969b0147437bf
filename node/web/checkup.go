package web

import (
	"slices"
	"time"

	"gocua/node/auth"
	"gocua/node/doctor"
	"gocua/ui"
)

// checkup is what examining the machine found (khám máy); nil for who does not look
// after it. A machine that cannot be examined has a page all the same.
func (q *request) checkup() *ui.Checkup {
	if !q.may(auth.ManageMachines) {
		return nil
	}
	found, at, err := q.site.Checkup(q.Context(), string(q.lang))
	if err != nil {
		q.site.Log.Warn("the machine could not be examined", "error", err)
		return &ui.Checkup{Failed: true}
	}
	return checkupOf(found, at.In(ict), time.Now().In(ict))
}

// checkupOf puts what has to be done now before what has to be done this week; what is
// as it should be is only named.
func checkupOf(found []doctor.Finding, at, now time.Time) *ui.Checkup {
	c := &ui.Checkup{Now: now, At: at}
	for _, x := range found {
		if x.Level == doctor.OK {
			c.Fine = append(c.Fine, x.What)
			continue
		}
		c.Open = append(c.Open, ui.Finding{Bad: x.Level == doctor.Fail, What: x.What, Do: x.Do})
	}
	slices.SortStableFunc(c.Open, func(a, b ui.Finding) int {
		switch {
		case a.Bad == b.Bad:
			return 0
		case a.Bad:
			return -1
		}
		return 1
	})
	return c
}
