package search

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

func decode(value []byte) (p civic.Resident) {
	if err := json.Unmarshal(value, &p); err != nil {
		panic(err)
	}
	return p
}

// asked are the kinds of things typed at a counter, the dearest included.
var asked = []string{"nguyen", "nguyen van", "n", "nguyen thi thu ha", "tran van 1955", "hà vân", "nguyen ha v", "0428", "404318",
	"0912404318", "001155000428", "1955", "ngo 68 xuan thuy", "van xuan thuy", "nguyen trai", "ntvh", "quang thi mai"}

func BenchmarkSearch(b *testing.B) {
	for _, residents := range []int{13_000, 300_000} {
		x := town(residents).load(b)
		for _, text := range asked {
			b.Run(fmt.Sprintf("%d/%s", residents, text), func(b *testing.B) {
				for b.Loop() {
					x.Search(Query{Text: text})
				}
			})
		}
	}
}

// The bound is far above what is measured: it finds a search that reads every
// record, not a busy machine.
func TestAWardIsSearchedInAMoment(t *testing.T) {
	x := town(13_000).load(t)
	var took []time.Duration
	for range 20 {
		for _, text := range asked {
			began := time.Now()
			x.Search(Query{Text: text})
			took = append(took, time.Since(began))
		}
	}
	slices.Sort(took)
	t.Logf("13,000 residents: p50 %v, p99 %v", took[len(took)/2], took[len(took)*99/100])
	require.Less(t, took[len(took)/2], 15*time.Millisecond)
}

func TestAResidentTakesLittleMemory(t *testing.T) {
	const residents = 30_000
	r := town(residents)
	before := heap()
	x := r.load(t)
	each := float64(heap()-before) / residents
	t.Logf("%.0f bytes a resident, household included; %d words, %d households", each, len(x.t.words.words), len(x.t.doors.ids))
	require.Less(t, each, 150.0)
	require.Equal(t, 1, min(1, x.Search(Query{Text: "nguyen"}).Total))
	runtime.KeepAlive(r)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
