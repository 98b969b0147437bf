package web

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

func TestAWardOfThirteenThousandIsExportedInSecondsAndLittleMemory(t *testing.T) {
	people := make([]lookup.Person, 13_000)
	for i := range people {
		people[i] = lookup.Person{Resident: civic.Resident{ID: command.NewID(), Name: fmt.Sprintf("Nguyễn Thị Thu Hương %d", i), Number: fmt.Sprintf("001155%06d", i), Birth: "1955-03-17",
			Sex: civic.Female, Phones: []string{fmt.Sprintf("+84912%06d", i)}}, Household: &civic.Household{Address: fmt.Sprintf("Số %d, ngõ 68 Xuân Thuỷ", i)}}
	}
	mark := watermark{number: "may-1", who: "Vũ Mạnh Hùng", unit: "P. Dịch Vọng Hậu", at: time.Unix(1_700_000_000, 0), full: true}
	for name, write := range map[string]func() (int, error){
		"xlsx": func() (int, error) { b, err := workbook(mark, people); return len(b), err },
		"csv":  func() (int, error) { return len(csvSheet(mark, people)), nil },
	} {
		runtime.GC()
		var before, now runtime.MemStats
		runtime.ReadMemStats(&before)
		stop, most := make(chan struct{}), make(chan uint64)
		go func() {
			peak := uint64(0)
			tick := time.NewTicker(2 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-stop:
					most <- peak
					return
				case <-tick.C:
					runtime.ReadMemStats(&now)
					peak = max(peak, now.HeapAlloc)
				}
			}
		}()
		began := time.Now()
		n, err := write()
		took := time.Since(began)
		close(stop)
		grown := int64(<-most) - int64(before.HeapAlloc)
		require.NoError(t, err)
		t.Logf("%s: %d people, %d bytes in %v, heap grew by %d MiB at most", name, len(people), n, took.Round(time.Millisecond), grown>>20)
		require.Less(t, took, 5*time.Second)
		require.Less(t, grown, int64(64<<20))
	}
}
