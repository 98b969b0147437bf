package civic

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"gocua/store/command"
)

// register is a View over maps: what store keeps on disk, small enough to read
// in one go. Terms and counts are those the table's records derive.
type register struct {
	table    *command.Table
	records  map[command.RecordType]map[command.Key][]byte
	terms    map[command.Index][]found // in the order of (term, key)
	tallies  map[command.Tally]map[string]int64
	outcomes map[command.ID]command.Outcome
	now      int64
	level    int // agreed: the one of this build, unless a test is about another
}

type found struct {
	term string
	key  command.Key
}

func newRegister(now int64) *register {
	return &register{table: Table(), records: map[command.RecordType]map[command.Key][]byte{}, terms: map[command.Index][]found{},
		tallies: map[command.Tally]map[string]int64{}, outcomes: map[command.ID]command.Outcome{}, now: now, level: KnownLevel}
}

func (r *register) Get(t command.RecordType, key command.Key) []byte { return r.records[t][key] }

func (r *register) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		all := r.terms[ix]
		from, _ := slices.BinarySearchFunc(all, found{term: prefix}, inOrder)
		for _, f := range all[from:] {
			if !strings.HasPrefix(f.term, prefix) || !yield(f.term, f.key) {
				return
			}
		}
	}
}

func (r *register) Outcome(id command.ID) (command.Outcome, bool) {
	out, ok := r.outcomes[id]
	return out, ok
}

func (r *register) Now() int64 { return r.now }
func (r *register) Level() int { return r.level }

// apply writes changes and moves what follows from them.
func (r *register) apply(changes []command.Change) error {
	for _, c := range changes {
		if old := r.records[c.Type][c.Key]; old != nil {
			if err := r.move(c.Type, c.Key, old, -1); err != nil {
				return err
			}
			delete(r.records[c.Type], c.Key)
		}
		if c.Op == command.Delete {
			continue
		}
		if err := r.move(c.Type, c.Key, c.Value, +1); err != nil {
			return err
		}
		if r.records[c.Type] == nil {
			r.records[c.Type] = map[command.Key][]byte{}
		}
		r.records[c.Type][c.Key] = c.Value
	}
	return nil
}

// move adds (+1) or takes away (-1) the terms and counts of one record.
func (r *register) move(t command.RecordType, key command.Key, value []byte, sign int64) error {
	rec, _ := r.table.Record(t)
	d, err := rec.Derive(value)
	if err != nil {
		return err
	}
	for _, text := range written(key, d) {
		if len(text) > 32<<10 || strings.Contains(text, "\x00") {
			return fmt.Errorf("record %d %q: a text of %d bytes the store cannot keep in a key", t, key, len(text))
		}
	}
	for _, term := range d.Terms {
		f := found{term.Value, key}
		all := r.terms[term.Index]
		i, there := slices.BinarySearchFunc(all, f, inOrder)
		switch {
		case sign > 0 && !there:
			r.terms[term.Index] = slices.Insert(all, i, f)
		case sign < 0 && there:
			r.terms[term.Index] = slices.Delete(all, i, i+1)
		}
	}
	for _, n := range d.Counts {
		if r.tallies[n.Tally] == nil {
			r.tallies[n.Tally] = map[string]int64{}
		}
		r.tallies[n.Tally][n.Key] += sign * n.N
	}
	return nil
}

// written are the texts that become part of keys. store stops at one it cannot
// keep, and with it every machine; so no rule may let one through.
func written(key command.Key, d command.Derived) []string {
	texts := []string{string(key)}
	for _, t := range d.Terms {
		texts = append(texts, t.Value)
	}
	for _, c := range d.Counts {
		texts = append(texts, c.Key)
	}
	return texts
}

func inOrder(a, b found) int {
	return cmp.Or(strings.Compare(a.term, b.term), strings.Compare(string(a.key), string(b.key)))
}

// sum adds up a tally over all keys.
func (r *register) sum(t command.Tally) (n int64) {
	for _, x := range r.tallies[t] {
		n += x
	}
	return n
}
