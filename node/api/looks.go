package api

import (
	"context"

	"gocua/node/auth"
	"gocua/store/command"
)

// looked writes down that the asker looks at people's data. After an error
// nothing may be answered.
func (a *api) looked(q *call, l command.Look) error {
	if a.Machine.Looked == nil { // a desk without a machine, in tests
		return nil
	}
	l.Officer = q.session.Officer.ID
	return a.Machine.Looked(context.Background(), l) // also when the asker has gone: it may have been sent already
}

// listed writes down that a list of people was answered: which, and how many were
// on it; never what was searched for.
func (a *api) listed(q *call, act command.LookAct, what, unit string, n int) error {
	if n == 0 {
		return nil
	}
	return a.looked(q, command.Look{Act: act, Query: what, Unit: unit, Count: n})
}

// showsNumbers reports whether the asker may see whole numbers of a record. That
// they did, or that they saw it without, is written down.
func (a *api) showsNumbers(q *call, t command.RecordType, key command.Key, unit string) (bool, error) {
	l := command.Look{Act: command.LookView, Type: t, Key: key, Unit: unit}
	full := auth.May(q.session, auth.SeeNumbers)
	if full {
		l.Act, l.Query = command.LookReveal, "numbers"
	}
	return full, a.looked(q, l)
}
