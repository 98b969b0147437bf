package store

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// resident is as heavy as a record gets: three terms, two counts, 350 bytes.
type resident struct {
	Name  string `json:"name"`
	Town  string `json:"town"`
	Phone string `json:"phone"`
	Note  string `json:"note"`
}

func (r resident) Derive(d *command.Derived) {
	d.Find(1, r.Town)
	d.Find(2, r.Name)
	d.Find(3, r.Phone)
	d.Count(1, r.Town, 1)
	d.Count(2, r.Town+"/phones", 1)
}

// rosterPage puts 100 residents and looks each up first, as an import does.
type rosterPage struct {
	Page int `json:"page"`
}

func (c rosterPage) Decide(v command.View, _ command.Envelope) command.Decision {
	var changes []command.Change
	for i := range 100 {
		n := c.Page*100 + i
		phone := fmt.Sprintf("09%08d", n)
		for range v.Scan(3, phone) {
			return command.Reject(command.Errorf(command.Conflicting, "there", "there"))
		}
		id := command.DerivedID("r", fmt.Sprint(n)).String()
		changes = append(changes, put(personType, id, resident{Name: fmt.Sprintf("nguyen thi %d", n%5000),
			Town: fmt.Sprintf("town %02d", n%40), Phone: phone, Note: fmt.Sprintf("%0200d", n)}))
	}
	return command.Accept(changes...)
}

// BenchmarkApplyPages applies page commands of 100 records, one per entry, and
// reports records per second.
func BenchmarkApplyPages(b *testing.B) {
	table := command.NewTable(openPolicy{}, []command.Spec{command.Of[rosterPage](6, "roster.page")},
		[]command.Record{command.RecordOf[resident](personType, "resident", command.Routine, 1)})
	s, err := Open(Config{Dir: b.TempDir(), Key: testKey, Table: table})
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	n := 0
	for b.Loop() {
		e := command.Envelope{V: 1, ID: command.DerivedID(fmt.Sprint(n)), Kind: 6, Body: value(rosterPage{n})}
		n++
		apply(b, s, entry(b, uint64(n), int64(n), e))
	}
	b.ReportMetric(float64(n*100)/b.Elapsed().Seconds(), "records/s")
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapInuse)/(1<<20), "heap-MB")
}

// BenchmarkApplyOne applies one small command per entry.
func BenchmarkApplyOne(b *testing.B) {
	s := openAt(b, b.TempDir())
	defer func() { require.NoError(b, s.Close()) }()
	n := 0
	for b.Loop() {
		n++
		apply(b, s, entry(b, uint64(n), int64(n), ask(fmt.Sprint(n), putPerson{fmt.Sprint(n % 9000), person{"Lan", "Hue", int64(n % 90)}})))
	}
}
