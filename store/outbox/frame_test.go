package outbox

import (
	"bytes"
	"log/slog"
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

func TestATornMarkLeavesTheLastSyncedOne(t *testing.T) {
	seal, err := newSealer(testKey)
	require.NoError(t, err)
	dir := t.TempDir()
	marks, err := openMark(dir, seal, quickDisk(), 0)
	require.NoError(t, err)
	for acked := uint64(1); acked <= 6; acked++ {
		require.NoError(t, marks.write(mark{Acked: acked}))
		require.NoError(t, marks.sync())
		require.NoError(t, marks.write(mark{Acked: 100}))
		_, err := marks.f.WriteAt([]byte("torn"), marks.slot*slotSize+80)
		require.NoError(t, err)
		m, _, found, refused, err := readMark(dir, seal)
		require.NoError(t, err)
		require.True(t, found)
		require.Zero(t, refused)
		require.Equal(t, acked, m.Acked)
	}
	require.NoError(t, marks.f.Close())
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

// FuzzRecoveryOfAnythingSealedHere lets recovery read frames that this node
// sealed but would never write: any kind, seq and payload, and any mark.
func FuzzRecoveryOfAnythingSealedHere(f *testing.F) {
	seal, err := newSealer(testKey)
	require.NoError(f, err)
	const headText = `{"node":"ward-1","epoch":5,"first":1}`
	f.Add([]byte("\x01\x01"+headText), []byte("\x04\x01{\"out\":{\"status\":\"accepted\"}}"), []byte("\x02\x02{}"), uint32(7), uint32(900), uint8(1))
	f.Add([]byte("\x01\x09"+headText), []byte("\x05\x01{\"env\":{\"v\":1,\"origin\":{\"seq\":1}}}"), []byte("SCH\x01"), uint32(0), uint32(10), uint8(2))
	f.Fuzz(func(t *testing.T, one, two, three []byte, acked, size uint32, segment uint8) {
		dir := t.TempDir()
		var b []byte
		var prev hash
		for _, script := range [][]byte{one, two, three} {
			if len(script) < 2 || script[0] == 0 {
				b = append(b, script...) // not a frame at all
				continue
			}
			raw := seal.encode(1, kind(script[0]), uint64(script[1]), prev, script[2:])
			b, prev = append(b, raw...), frame{raw: raw}.hash()
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, seg1), b, 0o600))
		marks, err := openMark(dir, seal, quickDisk(), 0)
		require.NoError(t, err)
		require.NoError(t, marks.write(mark{Node: "ward-1", Epoch: 5, Acked: uint64(acked), Segment: uint64(segment), Size: int64(size), First: 1, FirstSeq: 1}))
		require.NoError(t, marks.f.Close())

		cfg := config(dir)
		cfg.Log = slog.New(slog.DiscardHandler)
		for range 2 { // what the first opening left must open as well
			r, err := recoverJournal(cfg, seal)
			require.NoError(t, err)
			require.GreaterOrEqual(t, r.expect, uint64(acked)+1, "no seq is given twice")
			j, err := r.resume(cfg, segmentSize, quickDisk())
			require.NoError(t, err)
			_, err = j.append([]line{{kind: kindPut, seq: r.expect, body: body{Envelope: []byte(`{}`)}}}, true)
			require.NoError(t, err)
			acked = uint32(r.expect)
			require.NoError(t, j.close())
		}
	})
}
