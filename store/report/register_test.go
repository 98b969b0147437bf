package report

import (
	"cmp"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// register is a Source over maps. It counts the keys that are read from it.
type register struct {
	t       require.TestingT
	table   *command.Table
	records map[command.RecordType]map[command.Key][]byte
	terms   map[command.Index][][2]string // term, key
	tallies map[command.Tally]map[string]int64
	reads   int
}

func newRegister(t require.TestingT) *register {
	return &register{t: t, table: civic.Table(), records: map[command.RecordType]map[command.Key][]byte{},
		terms: map[command.Index][][2]string{}, tallies: map[command.Tally]map[string]int64{}}
}

// put stores a record and what its type derives from it.
func (r *register) put(typ command.RecordType, key command.Key, rec any) {
	value, err := json.Marshal(rec)
	require.NoError(r.t, err)
	declared, ok := r.table.Record(typ)
	require.True(r.t, ok)
	d, err := declared.Derive(value)
	require.NoError(r.t, err)
	for _, term := range d.Terms {
		all := append(r.terms[term.Index], [2]string{term.Value, string(key)})
		slices.SortFunc(all, func(a, b [2]string) int { return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1])) })
		r.terms[term.Index] = all
	}
	for _, c := range d.Counts {
		if r.tallies[c.Tally] == nil {
			r.tallies[c.Tally] = map[string]int64{}
		}
		r.tallies[c.Tally][c.Key] += c.N
	}
	if r.records[typ] == nil {
		r.records[typ] = map[command.Key][]byte{}
	}
	r.records[typ][key] = value
}

func (r *register) Get(t command.RecordType, key command.Key) []byte {
	r.reads++
	return r.records[t][key]
}

func (r *register) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		for _, f := range r.terms[ix] {
			if strings.HasPrefix(f[0], prefix) {
				r.reads++
				if !yield(f[0], command.Key(f[1])) {
					return
				}
			}
		}
	}
}

func (r *register) Tally(t command.Tally, key string) int64 {
	r.reads++
	return r.tallies[t][key]
}

func (r *register) Tallies(t command.Tally, prefix string) iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		for _, key := range slices.Sorted(maps.Keys(r.tallies[t])) {
			if strings.HasPrefix(key, prefix) {
				r.reads++
				if !yield(key, r.tallies[t][key]) {
					return
				}
			}
		}
	}
}

func (r *register) Outcome(command.ID) (command.Outcome, bool) { return command.Outcome{}, false }
func (r *register) Now() int64                                 { return 0 }
func (r *register) Level() int                                 { return civic.KnownLevel }
