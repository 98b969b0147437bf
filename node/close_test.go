package node

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"gocua/node/deliver"
	"gocua/store/civic"
	"gocua/store/command"
)

const closesWithin = 5 * time.Second

// ends checks that a machine stops in time and leaves nothing running.
func ends(t *testing.T, before goleak.Option, nodes ...*Node) {
	t.Helper()
	for _, n := range nodes {
		began := time.Now()
		require.NoError(t, n.Close())
		require.Less(t, time.Since(began), closesWithin)
	}
	require.NoError(t, leftOver(before))
}

// leftOver finds what runs that did not before, without two of the HTTP
// server's: one looks every ten seconds whether it is over, one keeps the time
// of day for all servers of the process.
func leftOver(before goleak.Option) error {
	return goleak.Find(before, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"))
}

func TestAMachineInTheMiddleOfEverythingStopsInTime(t *testing.T) {
	before := goleak.IgnoreCurrent()
	n := run(t, found(t))
	by := supervisor(t, n)

	half, err := net.Dial("tcp", strings.TrimPrefix(n.URL(), "http://")) // somebody who never finishes asking
	require.NoError(t, err)
	defer half.Close()
	_, err = half.Write([]byte("POST /api/v1/commands HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"))
	require.NoError(t, err)

	captured := make(chan error, 1)
	go func() { // a form that is never decided
		_, err := n.capture.Submit(context.Background(), command.Actor{Officer: by},
			[]command.Draft{draftOf(t, civic.KindHouseholdPut, wardCode, civic.PutHousehold{ID: command.NewID(), Hamlet: hamletCode, Address: "Số 21"})}, time.Second)
		captured <- err
	}()
	n.imports.send = func(ctx context.Context, _ deliver.Delivery) ([]command.Decided, error) { // a list under way
		<-ctx.Done()
		return nil, ctx.Err()
	}
	_, err = n.StartImport(command.Actor{}, wardCode, "list.csv", listOf(150))
	require.NoError(t, err)
	require.NoError(t, <-captured)
	began := time.Now()
	require.NoError(t, n.Close())
	require.Less(t, time.Since(began), closesWithin)
	require.NoError(t, half.Close())
	ends(t, before, n)
	_, err = n.capture.Submit(context.Background(), command.Actor{Officer: by},
		[]command.Draft{draftOf(t, civic.KindHouseholdPut, wardCode, civic.PutHousehold{ID: command.NewID(), Hamlet: hamletCode, Address: "Số 22"})}, time.Minute)
	require.Error(t, err, "nothing is told to be saved any more")
}

// comes opens a connection to where pages are, as a browser does that expects to need
// one, and says so much on it.
func comes(t *testing.T, base, saying string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	_, err = io.WriteString(c, saying)
	require.NoError(t, err)
	require.Equal(t, 200, ask(t, window(t), "GET", base+"/livez", "").status) // who came later is in, so this one is
	return c
}

// saysMore says more on a connection and returns what is answered until it ends.
func saysMore(t *testing.T, c net.Conn, saying string) string {
	t.Helper()
	require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
	_, _ = io.WriteString(c, saying) // fails when it has been hung up on already
	answer, err := io.ReadAll(c)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
	return string(answer)
}

func TestAClosedMachineAnswersNobodyWhoHadCome(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	early := comes(t, n.URL(), "")
	half := comes(t, n.URL(), "POST /api/v1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{")
	require.NoError(t, n.Close())
	again := run(t, open(t, n.cfg.Dir))
	require.Equal(t, n.URL(), again.URL(), "it is the next one that answers here")
	require.Empty(t, saysMore(t, early, "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
	require.Empty(t, saysMore(t, half, "}"))
}

func TestAMachineStopsWhateverItHasComeTo(t *testing.T) {
	for rule, start := range map[string]func(*Node){
		"never run":        func(*Node) {},
		"just started":     func(n *Node) { go func() { _ = n.Run(context.Background()) }() },
		"stopped by Run":   func(n *Node) { ctx, stop := context.WithCancel(context.Background()); stop(); _ = n.Run(ctx) },
		"closed by others": func(n *Node) { go n.Close() },
	} {
		t.Run(rule, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			n := found(t)
			start(n)
			began := time.Now()
			require.NoError(t, n.Close())
			require.NoError(t, n.Close(), "closing again is harmless")
			require.NoError(t, n.Run(context.Background()), "and it does not run any more")
			require.Less(t, time.Since(began), closesWithin)
			require.Eventually(t, func() bool { return leftOver(before) == nil }, patience, 10*time.Millisecond)
		})
	}
}

func TestALeaderThatLostItsMajorityStopsInTime(t *testing.T) {
	before := goleak.IgnoreCurrent()
	first := run(t, found(t))
	dir := joinedBy(t, first, "ward-1", true)
	second := run(t, open(t, dir))
	eventually(t, "two voters", second.settled)
	require.NoError(t, second.Close())

	decided, err := first.capture.Submit(t.Context(), command.Actor{},
		[]command.Draft{draftOf(t, civic.KindUnitPut, clusterCode, civic.PutUnit{Code: "00166-9", Name: "Tổ 9", Kind: civic.UnitHamlet, Parent: wardCode})}, 0)
	require.NoError(t, err)
	require.Equal(t, command.Waiting, decided[0].Outcome.Status)
	ends(t, before, first)

	again := open(t, first.cfg.Dir)
	require.Equal(t, 1, again.box.Stats().Waiting, "what was captured is still there")
}
