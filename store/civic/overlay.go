package civic

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"gocua/store/command"
)

// overlay is a view with the changes of a decision under way on top, so that the
// next step of that decision finds them.
type overlay struct {
	command.View
	table   *command.Table
	changes []command.Change // one for each record, the latest, in the order of the first
	at      map[recordName]int
	gone    map[command.Index]map[spot]bool // terms below that are no more
	added   map[command.Index][]spot        // terms on top, sorted
}

type recordName struct {
	typ command.RecordType
	key command.Key
}

// spot is a place in an index.
type spot struct {
	term string
	key  command.Key
}

func (a spot) compare(b spot) int {
	return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.key, b.key))
}

func newOverlay(v command.View, t *command.Table) *overlay {
	return &overlay{View: v, table: t, at: map[recordName]int{}, gone: map[command.Index]map[spot]bool{}, added: map[command.Index][]spot{}}
}

// put lays changes on top.
func (o *overlay) put(changes ...command.Change) {
	for _, c := range changes {
		for _, t := range o.terms(c.Type, o.Get(c.Type, c.Key)) {
			o.remove(t.Index, spot{t.Value, c.Key})
		}
		for _, t := range o.terms(c.Type, c.Value) {
			o.add(t.Index, spot{t.Value, c.Key})
		}
		name := recordName{c.Type, c.Key}
		if i, ok := o.at[name]; ok {
			o.changes[i] = c
			continue
		}
		o.at[name] = len(o.changes)
		o.changes = append(o.changes, c)
	}
}

// terms are those of a record; none if there is no record.
func (o *overlay) terms(t command.RecordType, value []byte) []command.Term {
	rec, ok := o.table.Record(t)
	if !ok || len(value) == 0 {
		return nil
	}
	d, err := rec.Derive(value)
	if err != nil { // no rule has written that
		return nil
	}
	return d.Terms
}

func (o *overlay) add(ix command.Index, s spot) {
	if i, there := slices.BinarySearchFunc(o.added[ix], s, spot.compare); !there {
		o.added[ix] = slices.Insert(o.added[ix], i, s)
	}
}

func (o *overlay) remove(ix command.Index, s spot) {
	if i, there := slices.BinarySearchFunc(o.added[ix], s, spot.compare); there {
		o.added[ix] = slices.Delete(o.added[ix], i, i+1)
	}
	if o.gone[ix] == nil {
		o.gone[ix] = map[spot]bool{}
	}
	o.gone[ix][s] = true
}

// fits reports whether a command may make these changes too.
func (o *overlay) fits(more []command.Change) bool {
	const rest = 1 << 10 // the review that is decided may grow by a few bytes
	return len(o.changes)+len(more) < command.MaxChanges && command.Size(o.changes)+command.Size(more) < command.MaxEffect-rest
}

func (o *overlay) Get(t command.RecordType, key command.Key) []byte {
	if i, ok := o.at[recordName{t, key}]; ok {
		return o.changes[i].Value
	}
	return o.View.Get(t, key)
}

func (o *overlay) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		from, _ := slices.BinarySearchFunc(o.added[ix], spot{term: prefix}, spot.compare)
		mine := slices.Clone(o.added[ix][from:]) // a rule may decide while it scans
		mine = slices.DeleteFunc(mine, func(s spot) bool { return !strings.HasPrefix(s.term, prefix) })
		for t, key := range o.View.Scan(ix, prefix) {
			below := spot{t, key}
			if o.gone[ix][below] {
				continue
			}
			for len(mine) > 0 && mine[0].compare(below) < 0 {
				if !yield(mine[0].term, mine[0].key) {
					return
				}
				mine = mine[1:]
			}
			if !yield(t, key) {
				return
			}
		}
		for _, s := range mine {
			if !yield(s.term, s.key) {
				return
			}
		}
	}
}
