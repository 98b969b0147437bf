// Package report works out the figures leaders ask for (báo cáo): pure folds
// over the tallies the register keeps and the tree of units. A report reads
// keys in proportion to units and days, never to people.
//
// It must not know how figures are shown or sent, nor read a clock: the day is
// given. It counts what is agreed; what waits on a machine is not in it.
//
// Begin with daily.go. A new report is a new file.
package report

import (
	"iter"

	"gocua/store/command"
)

// Tallies are the running counts of a register.
type Tallies interface {
	// Tally is the count under one key, 0 if there is none.
	Tally(t command.Tally, key string) int64
	// Tallies yields the counts under the keys with this prefix, in key order.
	Tallies(t command.Tally, prefix string) iter.Seq2[string, int64]
}

// Source is one fixed point of the register: its records and its counts.
type Source interface {
	command.View
	Tallies
}
