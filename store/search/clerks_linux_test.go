package search

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"gocua/store/civic"
)

// BenchmarkClerks asks a cluster of 300,000 everything clerks typed (all) and the
// dearest there is (nguyen), and tells the middle and the 99th of 100 in time of
// the processor, so that other work on the machine does not count. The floor is
// one look at one number of every row.
func BenchmarkClerks(b *testing.B) {
	before := heap()
	x, _ := goldenTown(b, 300_000)
	each := float64(heap()-before) / 300_000
	var texts []string
	for _, w := range readGolden(b) {
		texts = append(texts, w.text)
	}
	for _, c := range []struct {
		name string
		q    Query
		of   []string
	}{{"all", Query{}, texts}, {"all/residents", Query{Only: civic.TypeResident, Limit: 200}, texts}, {"all/exact", Query{Exact: true}, texts},
		{"nguyen", Query{}, []string{"nguyen"}}, {"n", Query{}, []string{"n"}}, {"nguyen thi", Query{}, []string{"nguyen thi"}}, {"slip", Query{}, []string{"ngueyn thi lan"}}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			var took []time.Duration
			n := 0
			for b.Loop() {
				c.q.Text = c.of[n%len(c.of)]
				n++
				began := worked(b)
				x.Search(c.q)
				took = append(took, worked(b)-began)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(each, "B/resident")
		})
	}
	b.Run("floor", func(b *testing.B) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		sum, began, n := uint32(0), worked(b), 0
		for b.Loop() {
			for _, hamlet := range x.t.people.hamlet {
				sum += hamlet
			}
			n++
		}
		b.ReportMetric(float64((worked(b)-began).Microseconds())/float64(n), "p50-µs")
		require.NotZero(b, sum)
	})
}

// worked is the time the processor has given to this thread.
func worked(t testing.TB) time.Duration {
	var at unix.Timespec
	require.NoError(t, unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &at))
	return time.Duration(at.Nano())
}
