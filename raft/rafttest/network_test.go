package rafttest_test

import (
	"context"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft/rafttest"
)

// joined are both ends of a connection from a to b.
func joined(t *testing.T, n *rafttest.Network) (near, far net.Conn) {
	a, b := n.Listen("a"), n.Listen("b")
	t.Cleanup(func() { a.Close(); b.Close() })
	near, err := a.Dial("", "b", time.Second)
	require.NoError(t, err)
	far, err = b.Accept()
	require.NoError(t, err)
	return near, far
}

func read(t *testing.T, c net.Conn, n int) string {
	buf := make([]byte, n)
	_, err := io.ReadFull(c, buf)
	require.NoError(t, err)
	return string(buf)
}

func TestBytesArriveInOrderBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := joined(t, rafttest.NewNetwork())
		big := make([]byte, 1<<20)
		for i := range big {
			big[i] = byte(i * 7)
		}
		go near.Write(big)
		require.Equal(t, string(big), read(t, far, len(big)))
		go far.Write([]byte("back"))
		require.Equal(t, "back", read(t, near, 4))
		require.NoError(t, near.Close())
		_, err := far.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		_, err = far.Write([]byte("x"))
		require.ErrorIs(t, err, io.ErrClosedPipe)
	})
}

func TestACutResetsConnectionsAndDialsTimeOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := rafttest.NewNetwork()
		a, b, other := n.Listen("a"), n.Listen("b"), n.Listen("c")
		defer a.Close()
		defer b.Close()
		defer other.Close()
		c, err := a.Dial("", "b", time.Second)
		require.NoError(t, err)
		n.Cut("a", "b")
		_, err = c.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		start := time.Now()
		_, err = b.Dial("", "a", 3*time.Second)
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.Equal(t, 3*time.Second, time.Since(start))
		_, err = a.Dial("", "c", time.Second)
		require.NoError(t, err, "other links are as they were")

		time.AfterFunc(time.Second, func() { n.Heal("a", "b") })
		start = time.Now()
		_, err = a.Dial("", "b", 3*time.Second)
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(start))
		_, err = a.Dial("", "nobody", time.Second)
		require.ErrorContains(t, err, "nobody listens")
	})
}

func TestARefusingLinkResetsConnectionsAndFailsDialsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := rafttest.NewNetwork()
		c, _ := joined(t, n)
		n.Refuse("a", "b")
		_, err := c.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		start := time.Now()
		_, err = n.Host("a").Dial(t.Context(), "b")
		require.ErrorContains(t, err, "the link is cut")
		require.Equal(t, start, time.Now())
		n.Heal("a", "b")
		_, err = n.Host("a").Dial(t.Context(), "b")
		require.NoError(t, err)
	})
}

func TestAHostListensUnderItsOwnNameAndDialsUntilItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := rafttest.NewNetwork()
		_, err := n.Host("a").Listen("b")
		require.ErrorContains(t, err, "cannot listen")
		l, err := n.Host("a").Listen("a")
		require.NoError(t, err)
		defer l.Close()
		n.Cut("a", "b")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = n.Host("b").Dial(ctx, "a")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		n.HealAll()
		c, err := n.Host("b").Dial(t.Context(), "a")
		require.NoError(t, err)
		require.Equal(t, "b", c.LocalAddr().String())
	})
}

func TestAOneWayCutStallsOneDirectionAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := rafttest.NewNetwork()
		near, far := joined(t, n)
		n.CutOneWay("a", "b")
		go far.Write([]byte("this way"))
		require.Equal(t, "this way", read(t, near, 8))

		near.SetWriteDeadline(time.Now().Add(time.Second))
		_, err := near.Write([]byte("not that"))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		near.SetWriteDeadline(time.Time{})
		go near.Write([]byte("later"))
		far.SetReadDeadline(time.Now().Add(time.Minute))
		_, err = far.Read(make([]byte, 5))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		far.SetReadDeadline(time.Time{})
		n.HealAll()
		require.Equal(t, "later", read(t, far, 5))
	})
}

func TestAThrottledLinkCarriesWhatItShould(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := rafttest.NewNetwork()
		near, far := joined(t, n)
		n.Throttle("a", "b", 1000)
		start := time.Now()
		go near.Write(make([]byte, 60_000))
		read(t, far, 60_000)
		require.Equal(t, time.Minute, time.Since(start))
		n.Throttle("a", "b", 0)
		start = time.Now()
		go near.Write(make([]byte, 60_000))
		read(t, far, 60_000)
		require.Zero(t, time.Since(start))
	})
}

func TestAnIsolatedEndpointReachesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := rafttest.NewNetwork()
		a, b, c := n.Listen("a"), n.Listen("b"), n.Listen("c")
		defer a.Close()
		defer b.Close()
		n.Isolate("a")
		for _, to := range []string{"b", "c"} {
			_, err := a.Dial("", to, time.Second)
			require.Error(t, err)
		}
		n.Rejoin("a")
		_, err := a.Dial("", "b", time.Second)
		require.NoError(t, err)
		require.NoError(t, c.Close())
		_, err = c.Accept()
		require.ErrorIs(t, err, net.ErrClosed)
		n.Listen("c").Close() // the name is free again
	})
}
