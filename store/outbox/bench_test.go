package outbox

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gocua/store/command"
)

// BenchmarkPut reports what a capture of about 1 kB costs, alone and with 50
// at once, beside the floor: the same bytes written and synced, one by one.
func BenchmarkPut(b *testing.B) {
	text, length := strings.Repeat("x", 600), int64(0)
	for _, people := range []int{1, 50} {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			dir := b.TempDir()
			o, err := Open(config(dir))
			if err != nil {
				b.Fatal(err)
			}
			defer o.Close()
			id := command.NewID()
			if _, err := o.Put(context.Background(), draft(id, text)); err != nil {
				b.Fatal(err)
			}
			length = o.byID[id].at.length
			spread(b, people, func() {
				if _, err := o.Put(context.Background(), draft(command.NewID(), text)); err != nil {
					b.Error(err)
				}
			})
		})
	}
	b.Run("floor", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		record := make([]byte, length) // a frame of the above
		spread(b, 1, func() {
			if _, err := f.Write(record); err != nil {
				b.Error(err)
			}
			if err := f.Sync(); err != nil {
				b.Error(err)
			}
		})
	})
}

// spread runs b.N times work, by so many at once, and reports how long each took.
func spread(b *testing.B, people int, work func()) {
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range people {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				start := time.Now()
				work()
				took[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}
