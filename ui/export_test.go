package ui

import "reflect"

// Pages lists all pages.
func Pages() []Page {
	var all []Page
	for p := range table {
		all = append(all, p)
	}
	return all
}

// Empty is the zero model of a page.
func Empty(p Page) any { return reflect.Zero(table[p].model).Interface() }

// Formatting, as templates see it.
var (
	Number, Signed, Moment, Day, Weekday, Upper, FieldOf = number, signed, moment, day, weekday, upper, field
)

// Templates are the sources.
var Templates = templates

func (r Ratio) Bare() string { return r.bare() }
