package outbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFrameOpensOnlyInItsPlaceAndWithItsKey(t *testing.T) {
	seal, err := newSealer(testKey)
	require.NoError(t, err)
	raw := seal.encode(3, kindPut, 9, hash{1}, []byte("payload"))
	f, ok := decode(append(bytes.Clone(raw), "rest"...), 40)
	require.True(t, ok)
	require.Equal(t, frame{kindPut, 9, hash{1}, raw[headerSize:], raw, 40}, f)
	plain, err := seal.open(3, f)
	require.NoError(t, err)
	require.Equal(t, "payload", string(plain))
	_, err = seal.open(4, f)
	require.Error(t, err)
	other, err := newSealer([]byte("another key, also 32 bytes long!"))
	require.NoError(t, err)
	_, err = other.open(3, f)
	require.Error(t, err)
	for at := range raw {
		bad := bytes.Clone(raw)
		bad[at] ^= 0x10
		_, ok := decode(bad, 0)
		require.False(t, ok, "byte %d", at)
	}
	for n := range raw {
		_, ok := decode(raw[:n], 0)
		require.False(t, ok, "%d bytes", n)
	}
}

func FuzzScanCoversEveryByteOnce(f *testing.F) {
	seal, err := newSealer(testKey)
	require.NoError(f, err)
	one := seal.encode(1, kindPut, 1, hash{}, []byte("one"))
	two := seal.encode(1, kindSettle, 1, hash{}, []byte("two"))
	f.Add([]byte{})
	f.Add(bytes.Join([][]byte{one, []byte("SCH\x01"), two}, nil))
	f.Add(bytes.Join([][]byte{one[:30], two, one[5:]}, nil))
	f.Add([]byte("SCH\x01SCH\x01\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		frames, holes := scan(b)
		covered := make([]int, len(b))
		for _, fr := range frames {
			require.Equal(t, b[fr.at:fr.end()], fr.raw)
			for i := fr.at; i < fr.end(); i++ {
				covered[i]++
			}
		}
		for _, h := range holes {
			require.Less(t, h.from, h.to)
			for i := h.from; i < h.to; i++ {
				covered[i]++
			}
		}
		for i, n := range covered {
			require.Equal(t, 1, n, "byte %d", i)
		}
	})
}

func FuzzAnyBytesForASegmentAndAMarkOpen(f *testing.F) {
	seal, err := newSealer(testKey)
	require.NoError(f, err)
	head := seal.encode(1, kindHead, 1, hash{}, []byte(`{"node":"ward-1","epoch":5,"first":1}`))
	f.Add(head, []byte{})
	f.Add(append(bytes.Clone(head), seal.encode(1, kindPut, 1, hash{}, []byte(`{}`))...),
		seal.encode(0, kindMark, 1, hash{}, []byte(`{"node":"ward-1","epoch":5,"acked":7,"segment":1,"size":900,"first":1}`)))
	f.Add([]byte("SCH\x01"), seal.encode(0, kindMark, 1, hash{}, []byte(`{"node":"ward-1","segment":9,"first":4}`)))
	f.Fuzz(func(t *testing.T, segment, mark []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, seg1), segment, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, markName), mark, 0o600))
		o, err := open(config(dir), segmentSize, quickDisk())
		if err != nil {
			require.ErrorContains(t, err, "outbox: ")
			return
		}
		it := put(t, o, 1)
		require.NoError(t, o.Close())
		o, err = open(config(dir), segmentSize, quickDisk())
		require.NoError(t, err)
		again, ok := o.Get(numbered(1))
		require.True(t, ok, fmt.Sprint(o.Damage()))
		require.Equal(t, it, again)
		require.NoError(t, o.Close())
	})
}
