package store

import (
	"fmt"
	"slices"

	"gocua/store/command"
)

// derived is what follows from one value, as the keys under which it is kept.
type derived struct {
	terms  []string         // term keys, each once
	counts map[string]int64 // tally key → what the record adds to it
}

// derive finds what follows from a value; nothing follows from nil. An error
// is a mistake in the program, or a value that should have been refused: it
// stops the node.
func derive(table *command.Table, of ref, value []byte) (d derived, err error) {
	if value == nil {
		return d, nil
	}
	record, ok := table.Record(of.kind)
	if !ok {
		return d, fmt.Errorf("this build knows no record type %d", of.kind)
	}
	all, err := record.Derive(value)
	if err != nil {
		return d, err
	}
	for _, t := range all.Terms {
		if err := checkTerm(t.Value); err != nil {
			return d, fmt.Errorf("record %s, index %d: %w", record.Name, t.Index, err)
		}
		if x := termKey(t.Index, t.Value, of.kind, of.key); !slices.Contains(d.terms, x) {
			d.terms = append(d.terms, x)
		}
	}
	for _, c := range all.Counts {
		if err := checkTerm(c.Key); err != nil {
			return d, fmt.Errorf("record %s, tally %d: %w", record.Name, c.Tally, err)
		}
		if d.counts == nil {
			d.counts = map[string]int64{}
		}
		d.counts[string(tallyKey(c.Tally, c.Key))] += c.N
	}
	return d, nil
}
