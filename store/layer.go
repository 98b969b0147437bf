package store

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"gocua/store/command"
)

// Layer is a view with changes on top that are not (yet) in the register: the
// preview of what waits on this machine, and what Apply decides on while a
// transaction fills. It implements command.View; what is put into it is found
// by Get and Scan exactly as if it had been applied.
//
// Values are kept, not copied. Goroutines may share a layer while nobody
// changes it.
type Layer struct {
	base  source
	table *command.Table
	now   int64 // 0: the base's
	sheet Sheet // what is on top
	moved bool  // the base may know commands of the sheet
}

// layered is a record as the layer shows it. It never changes.
type layered struct {
	value   []byte // nil: deleted
	derived derived
	by      command.ID // the record gives way when the base knows this command; zero: never
}

// source is a view whose scans also tell the type of the record found.
type source interface {
	command.View
	terms(w walk) iter.Seq[string] // term keys, in the walk's order
	levelRule() func(command.View) int
}

// NewLayer puts an empty layer over a view. The view must stay open as long as
// the layer is used.
func NewLayer(base command.View, table *command.Table) *Layer {
	own, ok := base.(source)
	if !ok {
		own = foreign{base, table}
	}
	l := &Layer{base: own, table: table}
	if r, ok := base.(*Reader); ok {
		l.sheet.since = r.moment()
	}
	return l
}

// Put makes the changes visible, in order. After an error some may be.
func (l *Layer) Put(changes []command.Change) error {
	for _, c := range changes {
		if _, _, err := l.put(c); err != nil {
			return err
		}
	}
	return nil
}

// put makes one change visible and returns what followed from the record
// before and what follows from it now.
func (l *Layer) put(c command.Change) (was, now derived, err error) {
	of := ref{c.Type, c.Key}
	value, err := l.check(c)
	if err != nil {
		return was, now, err
	}
	if old, ok := l.sheet.records.get(of.name()); ok {
		was = old.derived
	} else if was, err = derive(l.table, of, l.base.Get(c.Type, c.Key)); err != nil {
		return was, now, err
	}
	if now, err = derive(l.table, of, value); err != nil {
		return was, now, err
	}
	l.replace(of, &layered{value: value, derived: now})
	return was, now, nil
}

// replace puts a record in the place of what the layer had of it.
func (l *Layer) replace(of ref, r *layered) {
	if old, ok := l.sheet.records.get(of.name()); ok {
		for _, x := range old.derived.terms {
			l.sheet.found.remove(x)
		}
	}
	for _, x := range r.derived.terms {
		l.sheet.found.put(x, struct{}{})
	}
	l.sheet.records.put(of.name(), r)
}

// record finds a record that the layer shows instead of the base's.
func (l *Layer) record(of ref) (*layered, bool) {
	r, ok := l.sheet.records.get(of.name())
	if ok && l.moved && !r.by.IsZero() {
		_, overtaken := l.base.Outcome(r.by)
		ok = !overtaken
	}
	return r, ok
}

// check refuses what cannot be stored, and returns the value to store.
func (l *Layer) check(c command.Change) ([]byte, error) {
	if _, ok := l.table.Record(c.Type); !ok {
		return nil, fmt.Errorf("a change to record type %d, which this build does not know", c.Type)
	}
	if err := checkKey(c.Key); err != nil {
		return nil, err
	}
	switch {
	case c.Op == command.Put && len(c.Value) > 0:
		return c.Value, nil
	case c.Op == command.Delete && len(c.Value) == 0:
		return nil, nil
	}
	return nil, errors.New("a change must put a value or delete without one")
}

// SetOutcome makes an outcome visible.
func (l *Layer) SetOutcome(id command.ID, o command.Outcome) { l.sheet.outcomes.put(string(id[:]), &o) }

// Get returns the record's value, or nil.
func (l *Layer) Get(t command.RecordType, k command.Key) []byte {
	if r, ok := l.record(ref{t, k}); ok {
		return r.value
	}
	return l.base.Get(t, k)
}

// Scan yields term and key of the records found under a prefix of an index.
func (l *Layer) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	return pairs(l.terms(walk{ix: ix, prefix: prefix}))
}

// ScanFrom yields what Scan does, from behind a place on.
func (l *Layer) ScanFrom(ix command.Index, prefix string, after command.Place) iter.Seq2[string, command.Key] {
	return pairs(l.terms(walk{ix: ix, prefix: prefix, at: after}))
}

// ScanBack yields what Scan does, from before a place back to the beginning.
func (l *Layer) ScanBack(ix command.Index, prefix string, before command.Place) iter.Seq2[string, command.Key] {
	return pairs(l.terms(walk{ix: ix, prefix: prefix, at: before, back: true}))
}

// terms merges what the base has, less the records changed here, with the
// terms of those.
func (l *Layer) terms(w walk) iter.Seq[string] {
	return func(yield func(string) bool) {
		mine, more := l.nextTerm(w, w.start())
		for x := range l.base.terms(w) {
			if l.covers(x) {
				continue
			}
			for more && w.sooner(mine, x) {
				if !yield(mine) {
					return
				}
				mine, more = l.nextTerm(w, w.past(mine))
			}
			if !yield(x) {
				return
			}
		}
		for more && yield(mine) {
			mine, more = l.nextTerm(w, w.past(mine))
		}
	}
}

// nextTerm finds the next term of a record that the layer shows.
func (l *Layer) nextTerm(w walk, at string) (string, bool) {
	next := l.sheet.found.from
	if w.back {
		next = l.sheet.found.below
	}
	for {
		x, _, ok := next(at)
		if !ok || !strings.HasPrefix(x, w.under()) {
			return "", false
		}
		if !l.moved || l.covers(x) {
			return x, true
		}
		at = w.past(x)
	}
}

// covers reports whether the record a term is of is shown by the layer.
func (l *Layer) covers(term string) bool {
	_, of := splitTerm(term)
	_, ok := l.record(of)
	return ok
}

// Outcome returns what became of a command.
func (l *Layer) Outcome(id command.ID) (command.Outcome, bool) {
	mine, here := l.sheet.outcomes.get(string(id[:]))
	if !here || l.moved {
		if o, ok := l.base.Outcome(id); ok || !here {
			return o, ok
		}
	}
	return *mine, true
}

// Now is the agreed time, ms since 1970 UTC.
func (l *Layer) Now() int64 {
	if l.now != 0 {
		return l.now
	}
	return l.base.Now()
}

// Level is the feature level agreed on, with the changes counted in.
func (l *Layer) Level() int { return l.base.levelRule()(l) }

func (l *Layer) levelRule() func(command.View) int { return l.base.levelRule() }

// foreign lets a layer lie over a view that is not of this package. Its scans
// do not tell the type of what they find, so every type is asked: correct, and
// fast enough for the small views of tests.
type foreign struct {
	command.View
	table *command.Table
}

func (f foreign) levelRule() func(command.View) int {
	return func(command.View) int { return f.View.Level() }
}

func (f foreign) terms(w walk) iter.Seq[string] {
	if w.back {
		all := slices.Collect(f.terms(walk{ix: w.ix, prefix: w.prefix}))
		slices.Reverse(all)
		return w.beyond(slices.Values(all))
	}
	return w.beyond(func(yield func(string) bool) {
		for term, key := range f.View.Scan(w.ix, w.prefix) {
			for _, r := range f.table.Records() {
				if x := termKey(w.ix, term, r.Type, key); f.derives(x, ref{r.Type, key}) && !yield(x) {
					return
				}
			}
		}
	})
}

// derives reports whether a record of the view has the term.
func (f foreign) derives(x string, of ref) bool {
	d, err := derive(f.table, of, f.View.Get(of.kind, of.key))
	if err != nil {
		return false // it was never put there by us, and nobody finds it
	}
	return slices.Contains(d.terms, x)
}

var (
	_ source = (*Reader)(nil)
	_ source = (*Layer)(nil)
)
