package node

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/raft"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/search"
)

// cutOff is a machine that knows no leader, with an officer and residents that
// were agreed on before and others that wait. The function makes it drain, until
// nothing waits any more.
func cutOff(t testing.TB, agreed, waiting int) (n *Node, by command.ID, heal func()) {
	t.Helper()
	n = found(t)
	drain, others := works(t, n.drain.Run), works(t, n.batcher.Run, n.watchLeader)
	settle(t, n)
	by = supervisor(t, n)
	for i := 0; i < agreed; i += 100 {
		must(t, n, by, people100(t, i, min(100, agreed-i))...)
	}
	drain()
	leader := n.leader.Swap(&raft.Leadership{})
	for i := 0; i < waiting; i += 100 {
		captured(t, n, by, people100(t, agreed+i, min(100, waiting-i))...)
	}
	return n, by, func() {
		t.Helper()
		n.leader.Store(leader)
		drain := works(t, n.drain.Run, n.here.follow)
		eventually(t, "nothing to wait", func() bool { return n.box.Stats().Waiting == 0 })
		drain()
		others()
	}
}

// works runs loops until it is told to stop, or the test ends.
func works(t testing.TB, loops ...func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, work := range loops {
		running.Go(func() { work(ctx) })
	}
	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	return stop
}

// people100 registers people, two to a household.
func people100(t testing.TB, from, count int) (drafts []command.Draft) {
	for i := from; len(drafts) < count; i++ {
		drafts = append(drafts, aPerson(t, i))
	}
	return drafts
}

func aPerson(t testing.TB, i int) command.Draft {
	names := []string{"Trần Thị Mẫu", "Nguyễn Văn Hùng", "Lê Thu Trang", "Phạm Minh Đức", "Vũ Thị Lan"}
	return draftOf(t, civic.KindResidentPut, wardCode, map[string]any{"id": command.NewID(),
		"name": fmt.Sprintf("%s %c%c", names[i%5], 'A'+i/26%26, 'A'+i%26), "birth": fmt.Sprint(1940 + i%60), "sex": "female",
		"phones": []string{fmt.Sprintf("09%08d", 10000000+i)}})
}

func captured(t testing.TB, n *Node, by command.ID, drafts ...command.Draft) {
	t.Helper()
	decided, err := n.capture.Submit(context.Background(), command.Actor{Officer: by}, drafts, 0)
	require.NoError(t, err)
	for _, d := range decided {
		require.Equal(t, command.Waiting, d.Outcome.Status)
	}
}

func benchmarkCapture(b *testing.B, waiting int) {
	n, by, _ := cutOff(b, 1000, waiting)
	var took []time.Duration
	i := 1000 + waiting
	for b.Loop() {
		draft := aPerson(b, i)
		i++
		began := time.Now()
		captured(b, n, by, draft)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

func BenchmarkCaptureWith600Waiting(b *testing.B)  { benchmarkCapture(b, 600) }
func BenchmarkCaptureWith5000Waiting(b *testing.B) { benchmarkCapture(b, 5000) }

// benchmarkPage reads what the list of people shows, after something was
// captured: the worst case, for nobody has laid it over the register yet.
func benchmarkPage(b *testing.B, waiting int) {
	n, _, _ := cutOff(b, 1000, waiting)
	for b.Loop() {
		require.NoError(b, n.read(func(src lookup.Source) error {
			page, err := lookup.List(src, lookup.Filter{Units: civic.Subtree(src, wardCode), Limit: 50})
			require.Len(b, page.People, 50)
			return err
		}))
		n.waiting.list()
	}
}

func BenchmarkPageWith600Waiting(b *testing.B)  { benchmarkPage(b, 600) }
func BenchmarkPageWith5000Waiting(b *testing.B) { benchmarkPage(b, 5000) }

func benchmarkSearch(b *testing.B, waiting int) {
	n, _, _ := cutOff(b, 1000, waiting)
	for b.Loop() {
		require.NotEmpty(b, n.find(search.Query{Text: "tran mau", Limit: 10}).Hits)
	}
}

func BenchmarkSearchWith600Waiting(b *testing.B)  { benchmarkSearch(b, 600) }
func BenchmarkSearchWith5000Waiting(b *testing.B) { benchmarkSearch(b, 5000) }

// BenchmarkDrain has one machine that leads itself agree to what waits, while
// what is left is laid anew over the register.
func BenchmarkDrainOf10000(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		n, _, heal := cutOff(b, 0, 10_000)
		b.StartTimer()
		began := time.Now()
		heal()
		b.ReportMetric(time.Since(began).Seconds(), "s")
		require.Len(b, n.waiting.list(), 0)
	}
}

// BenchmarkMemoryOf10000 tells what the overlay of a long cut holds, beside what
// the outbox holds anyway, and at most while it is laid anew.
func BenchmarkMemoryOf10000(b *testing.B) {
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	for b.Loop() {
		n, _, _ := cutOff(b, 0, 10_000)
		full := heap()
		laid := n.here.now.Swap(&overlay{found: search.New()})
		b.ReportMetric(full-heap(), "MB")
		n.here.now.Store(laid)
		agree(b, n, laid.list[0])
		began := time.Now()
		n.here.rebuild(context.Background())
		b.ReportMetric(time.Since(began).Seconds(), "s-to-lay-anew")
		require.Len(b, n.here.now.Load().list, 9_999)
	}
}
