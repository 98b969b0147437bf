package store

import "gocua/store/command"

// Sheet is what commands would change that are not in the register yet, without
// the register under it. It never changes; any number of goroutines may lay it
// over readers of their own, and one that goes on with it pays for what it adds.
//
// A command gives way to the register: over a reader that knows it, neither its
// outcome nor the records it was the last to change are shown, for what the
// register says of them is newer. Records that a later command of the sheet
// changed as well are still shown as that one left them.
type Sheet struct {
	records  sorted[*layered] // by ref.name
	found    sorted[struct{}] // term keys
	outcomes sorted[*command.Outcome]
	since    moment // none of its commands was known then
}

// moment is a state of the register; the zero one is no state.
type moment struct {
	vol *volume
	txn uint64
}

func (r *Reader) moment() moment { return moment{r.vol, r.place.Txn} }

// Over lays the sheet over a reader.
func (s Sheet) Over(r *Reader, table *command.Table) *Layer {
	return &Layer{base: r, table: table, sheet: s, moved: !s.Fresh(r)}
}

// Fresh reports whether the register is as it was when the sheet was begun.
func (s Sheet) Fresh(r *Reader) bool { return s.since == r.moment() }

// Sheet is what lies on top so far.
func (l *Layer) Sheet() Sheet {
	l.sheet.records.freeze()
	l.sheet.found.freeze()
	l.sheet.outcomes.freeze()
	return l.sheet
}

// Take makes visible what became of a command, until the base knows it itself:
// it must not know it yet. After an error nothing is.
func (l *Layer) Take(id command.ID, o command.Outcome, changes []command.Change) error {
	taken := make([]*layered, len(changes))
	for i, c := range changes {
		value, err := l.check(c)
		if err != nil {
			return err
		}
		now, err := derive(l.table, ref{c.Type, c.Key}, value)
		if err != nil {
			return err
		}
		taken[i] = &layered{value: value, derived: derived{terms: now.terms}, by: id} // nothing is counted before it is agreed
	}
	for i, c := range changes {
		l.replace(ref{c.Type, c.Key}, taken[i])
	}
	l.SetOutcome(id, o)
	return nil
}
