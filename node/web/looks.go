package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/command"
	"gocua/ui"
)

// looked writes down that whoever is signed in looks at people's data. After an
// error nothing may be shown.
func (q *request) looked(l command.Look) error {
	if q.site.Machine.Looked == nil { // a desk without a machine, in tests
		return nil
	}
	l.Officer = q.session.Officer.ID
	return q.site.Machine.Looked(context.Background(), l) // also when the browser has gone: it may have been sent already
}

// viewed writes down a look at one person or household, and whether it was one in
// an emergency. A form that is posted is no other look than the one before it, if
// there was one lately.
func (q *request) viewed(src lookup.Source, t command.RecordType, key command.Key, unit string) error {
	act := command.LookView
	if !q.covers(src, unit) {
		act = command.LookGlass
	}
	one := glance{q.session.ID, act, t, key}
	if q.Method() != fiber.MethodGet && q.site.glances.lately(one, q.now()) {
		return nil
	}
	if err := q.looked(command.Look{Act: act, Type: t, Key: key, Unit: unit}); err != nil {
		return err
	}
	q.site.glances.note(one, q.now())
	return nil
}

// listed writes down that a list of people was shown: which, and how many were on
// it; never what was searched for.
func (q *request) listed(act command.LookAct, what, unit string, n int) error {
	if n == 0 {
		return nil
	}
	return q.looked(command.Look{Act: act, Query: what, Unit: unit, Count: n})
}

// recognised writes down that a form has named people of the register, by what was
// typed into it: those who may be the same, and whose number or phone it is. It is a
// search like any other.
func (q *request) recognised(alike int, fields ...ui.Input) error {
	for _, in := range fields {
		if in.HeedLink.Href != "" {
			alike++
		}
	}
	return q.listed(command.LookSearch, "alike", q.unit(), alike)
}
