package match

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// town is a register of residents in wards of 15,000.
func town(t require.TestingT, residents int) *register {
	r := newRegister(t)
	var wards []sample.Unit
	for i := range max(1, residents/15_000) {
		wards = append(wards, sample.Ward("001"+string(rune('a'+i)), "Phường", 30))
	}
	n := 0
	for p := range sample.Make(sample.Config{Seed: 11, Residents: residents, Units: wards}) {
		n++
		res := civic.Resident{ID: command.DerivedID("town", string(rune(n))), Name: p.Name, Birth: p.Birth, Sex: p.Sex, Number: p.Number, Hamlet: p.Hamlet,
			Household: command.DerivedID("door", p.Unit, p.HouseholdRef)}
		if p.Phone != "" {
			res.Phones = []string{p.Phone}
		}
		r.put(res)
	}
	r.feed = make([]command.FeedItem, len(r.feed))
	return r
}

func TestAResidentTakesLittleMemory(t *testing.T) {
	const residents = 10_000
	r := town(t, residents)
	before := heap()
	x := loaded(t, r)
	each := float64(heap()-before) / residents
	t.Logf("%.0f bytes a resident, %d words, %d pairs", each, len(x.now.lex.byRaw), len(x.now.pairs))
	require.Less(t, each, 80.0) // 40, heads for 32,000, and a dictionary that does not grow with the people
	runtime.KeepAlive(r)
	runtime.KeepAlive(x)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkLoad(b *testing.B) {
	r := town(b, 300_000)
	for b.Loop() {
		began := time.Now()
		x := loaded(b, r)
		b.ReportMetric(time.Since(began).Seconds(), "s/load")
		b.ReportMetric(float64(len(x.now.pairs)), "pairs")
	}
}
