package raft

import (
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// piped are two ends of a connection, the near one as raft sees it.
func piped(t *testing.T) (near *stream, far net.Conn, of *streams) {
	a, b := net.Pipe()
	of = newStreams(closing{})
	c, err := of.keep(a)
	require.NoError(t, err)
	t.Cleanup(func() { b.Close() })
	return c.(*stream), b, of
}

type closing struct{}

func (closing) Accept() (net.Conn, error)                            { return nil, net.ErrClosed }
func (closing) Close() error                                         { return nil }
func (closing) Addr() net.Addr                                       { return &net.TCPAddr{} }
func (closing) Dial(string, string, time.Duration) (net.Conn, error) { return nil, net.ErrClosed }

func TestADeadlineIsIdleTimeReArmedByProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far, of := piped(t)
		defer of.Close()
		near.SetDeadline(time.Now().Add(10 * time.Second))
		go func() { // 10 pieces, one every 9 seconds
			buf := make([]byte, pieceSize)
			for range 10 {
				time.Sleep(9 * time.Second)
				io.ReadFull(far, buf)
			}
		}()
		start := time.Now()
		n, err := near.Write(make([]byte, 11*pieceSize))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.Equal(t, 10*pieceSize, n)
		require.Equal(t, 100*time.Second, time.Since(start), "90 s of progress, then 10 s of none")
	})
}

func TestProgressOneWayReArmsTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far, of := piped(t)
		defer of.Close()
		near.SetReadDeadline(time.Now().Add(10 * time.Second))
		go func() {
			time.Sleep(8 * time.Second)
			far.Read(make([]byte, 4))
			time.Sleep(8 * time.Second)
			far.Write([]byte("late"))
		}()
		go near.Write([]byte("ping"))
		n, err := near.Read(make([]byte, 4))
		require.NoError(t, err, "16 s, but never 10 s of silence")
		require.Equal(t, 4, n)
	})
}

func TestADeadlineCanBeTakenBackAndCanBePast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far, of := piped(t)
		defer of.Close()
		near.SetDeadline(time.Now().Add(time.Second))
		near.SetDeadline(time.Time{})
		go func() {
			time.Sleep(time.Hour)
			far.Write([]byte("x"))
		}()
		_, err := near.Read(make([]byte, 1))
		require.NoError(t, err)
		near.SetWriteDeadline(time.Now().Add(-time.Second))
		_, err = near.Write([]byte("x"))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	})
}

func TestClosingTheStreamsClosesEveryConnection(t *testing.T) {
	near, far, of := piped(t)
	require.NoError(t, of.Close())
	require.NoError(t, of.Close())
	_, err := near.Write([]byte("x"))
	require.ErrorIs(t, err, io.ErrClosedPipe)
	_, err = far.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	a, b := net.Pipe()
	_, err = of.keep(a)
	require.ErrorIs(t, err, net.ErrClosed, "none is taken in after that")
	_, err = b.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	require.NoError(t, near.Close())
}
