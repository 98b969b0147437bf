package peer

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var errTimeout = os.ErrDeadlineExceeded

// streams is one compressed connection, both ends, closed when the test ends.
func streams(t testing.TB) (out, in net.Conn) {
	t.Helper()
	district, ward := pair(t)
	return connect(t, ward.Stream(), district.Stream())
}

func connect(t testing.TB, from, to *StreamLayer) (out, in net.Conn) {
	t.Helper()
	out, err := from.Dial("", to.Addr().String(), 2*time.Second)
	require.NoError(t, err)
	in, err = to.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { out.Close(); in.Close() })
	return out, in
}

func noise(n int) []byte {
	r := rand.NewChaCha8([32]byte{1})
	b := make([]byte, n)
	_, _ = r.Read(b)
	return b
}

func TestEachWriteCanBeReadAtOnceHoweverItIsCut(t *testing.T) {
	t.Parallel()
	out, in := streams(t)
	ends := [2]net.Conn{out, in}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, 1).Draw(t, "from")
		message := bytes.Repeat(
			rapid.SliceOfN(rapid.Byte(), 1, 3000).Draw(t, "message"),
			rapid.IntRange(1, 60).Draw(t, "times"))
		piece := rapid.IntRange(1, len(message)).Draw(t, "read size")

		written := make(chan error, 1)
		go func() {
			_, err := ends[from].Write(message)
			written <- err
		}()
		// No more is ever written before this has been read whole.
		var got []byte
		for len(got) < len(message) {
			b := make([]byte, min(piece, len(message)-len(got)))
			_ = ends[1-from].SetReadDeadline(time.Now().Add(2 * time.Second))
			n, err := ends[1-from].Read(b)
			require.NoError(t, err)
			got = append(got, b[:n]...)
		}
		require.NoError(t, <-written)
		require.True(t, bytes.Equal(message, got))
	})
}

func TestRepeatedMessagesTravelCompressed(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	out, in := connect(t, ward.Stream(), district.Stream())
	before := ward.Traffic(Raft).Out
	message := noise(1000) // compressible only by remembering the last one
	for range 100 {
		_, err := out.Write(message)
		require.NoError(t, err)
		_, err = io.ReadFull(in, make([]byte, len(message)))
		require.NoError(t, err)
	}
	sent := ward.Traffic(Raft).Out - before
	t.Logf("100 messages of 1000 bytes took %d bytes", sent)
	require.Less(t, sent, uint64(10_000))
}

func TestASlowTransferOutlastsItsDeadlineAndAStalledOneDoesNot(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	out, in := connect(t, ward.Stream(), district.Stream())
	const deadline = 300 * time.Millisecond
	ward.cfg.Link.Throttle(ToPeers, 100_000)
	message := noise(150_000)

	began := time.Now()
	require.NoError(t, out.SetDeadline(time.Now().Add(deadline)))
	require.NoError(t, in.SetDeadline(time.Now().Add(deadline)))
	written := make(chan error, 1)
	go func() {
		_, err := out.Write(message)
		written <- err
	}()
	got := make([]byte, len(message))
	_, err := io.ReadFull(in, got)
	require.NoError(t, err)
	require.NoError(t, <-written)
	require.Equal(t, message, got)
	require.Greater(t, time.Since(began), 3*deadline, "else nothing was shown")

	ward.cfg.Link.Throttle(ToPeers, 0)
	began = time.Now()
	_, err = in.Read(got)
	require.ErrorIs(t, err, errTimeout, "nobody writes")
	require.NoError(t, out.SetDeadline(time.Now().Add(deadline)))
	_, err = out.Write(noise(8 << 20))
	require.ErrorIs(t, err, errTimeout, "nobody reads")
	require.Less(t, time.Since(began), 10*deadline)
	began = time.Now()
	out.Close()
	require.Less(t, time.Since(began), 2*goodbye, "nor does it keep us waiting at the door")
}

func TestADeadlineThatHasPassedStaysPassed(t *testing.T) {
	t.Parallel()
	out, in := streams(t)
	require.NoError(t, in.SetReadDeadline(time.Now().Add(time.Minute)))
	reading := make(chan error, 1)
	go func() {
		_, err := in.Read(make([]byte, 1))
		reading <- err
	}()
	require.NoError(t, in.SetReadDeadline(time.Unix(1, 0)))
	require.ErrorIs(t, <-reading, errTimeout)
	_, err := in.Write([]byte("moving the other way"))
	require.NoError(t, err)
	_, err = io.ReadFull(out, make([]byte, 20))
	require.NoError(t, err)
	_, err = in.(*stream).wire.Read(make([]byte, 1))
	require.ErrorIs(t, err, errTimeout)
}

func TestAConnectionCostsLessThanSevenTenthsOfAMegabyte(t *testing.T) {
	district, ward := pair(t)
	from, to := ward.Stream(), district.Stream()
	const pairs = 20
	before := heap()
	for range pairs {
		out, in := connect(t, from, to)
		for _, way := range [][2]net.Conn{{out, in}, {in, out}} {
			message := noise(100_000)
			go func() { _, _ = way[0].Write(message) }()
			_, err := io.ReadFull(way[1], make([]byte, len(message)))
			require.NoError(t, err)
		}
	}
	each := (heap() - before) / (2 * pairs)
	t.Logf("%d KiB per connection end", each>>10)
	require.Less(t, each, uint64(700_000))
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkStream(b *testing.B) {
	out, in := streams(b)
	message := noise(256 << 10)
	b.SetBytes(int64(len(message)))
	go func() {
		for b.Loop() {
			if _, err := out.Write(message); err != nil {
				break
			}
		}
		out.Close()
	}()
	_, err := io.Copy(io.Discard, in)
	require.NoError(b, err)
}
