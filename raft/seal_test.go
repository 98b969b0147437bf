package raft_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"gocua/raft"
	"gocua/raft/rafttest"
)

const marker = "Nguyễn Thị Đào 079203004005"

// filesWith are the files below dir that hold the marker, as it is or in base64,
// as the machine of these tests writes its snapshots.
func filesWith(t *testing.T, dir string) (found []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(marker)) || bytes.Contains(raw, []byte(base64.StdEncoding.EncodeToString([]byte(marker)))) {
			found = append(found, filepath.Base(path))
		}
		return err
	}))
	return found
}

// told is a node alone that was told the marker before and after a snapshot, and
// was stopped.
func told(t *testing.T, seals *raft.Seals) (*rafttest.Cluster, *rafttest.Node) {
	c := rafttest.New(t, rafttest.Options{Voters: 1, Seals: seals})
	n := c.Leader()
	c.Propose(marker)
	require.NoError(t, n.Raft.Snapshot(t.Context()))
	c.Propose(marker)
	c.Stop(n)
	return c, n
}

func TestNeitherLogNorSnapshotCanBeReadWithoutTheKey(t *testing.T) {
	for _, c := range []struct {
		name  string
		seals *raft.Seals
		found []string
	}{
		{"sealed", rafttest.Seals(1), nil},
		{"in the clear, to see that the search finds it", rafttest.Clear(), []string{"raft.db", "state.bin"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, n := told(t, c.seals)
				require.Equal(t, c.found, filesWith(t, n.Dir))
			})
		})
	}
}

func TestALogSealedWithAnotherKeyIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, n := told(t, nil)
		_, err := raft.OpenFloor(n.Dir, rafttest.Seals(2))
		require.ErrorIs(t, err, raft.ErrWrongKey)
		_, err = raft.OpenFloor(n.Dir, nil)
		require.ErrorIs(t, err, raft.ErrWrongKey, "without a key, likewise")
		require.ErrorIs(t, raft.ReadLog(n.Dir, rafttest.Seals(2), func(raft.Entry) error { return nil }), raft.ErrWrongKey)
	})
}

func TestALogFromBeforeSealingIsRefusedAtOnce(t *testing.T) {
	dir := t.TempDir()
	f, err := raft.OpenFloor(dir, nil)
	require.NoError(t, err)
	require.NoError(t, f.Append(raft.Entry{Index: 1, Term: 1, Data: []byte(marker)}))
	require.NoError(t, f.Close())
	_, err = raft.OpenFloor(dir, rafttest.Seals(1))
	require.ErrorIs(t, err, raft.ErrUnsealed)
}

// Whoever has the disk but no key could put an agreed entry in another's place.
func TestAnEntryOpensOnlyWhereItWasSealed(t *testing.T) {
	dir := t.TempDir()
	f, err := raft.OpenFloor(dir, rafttest.Seals(1))
	require.NoError(t, err)
	for i := range uint64(3) {
		require.NoError(t, f.Append(raft.Entry{Index: i + 1, Term: 1, Data: fmt.Appendf(nil, "entry %d", i+1)}))
	}
	require.NoError(t, f.Close())
	read := func() (texts []string, err error) {
		err = raft.ReadLog(dir, rafttest.Seals(1), func(e raft.Entry) error {
			texts = append(texts, string(e.Data))
			return nil
		})
		return texts, err
	}
	texts, err := read()
	require.NoError(t, err)
	require.Equal(t, []string{"entry 1", "entry 2", "entry 3"}, texts)

	alter(t, dir, func(b *bbolt.Bucket) error { // the third says it is the second
		third := bytes.Clone(b.Get([]byte{0, 0, 0, 0, 0, 0, 0, 3}))
		return b.Put([]byte{0, 0, 0, 0, 0, 0, 0, 2}, third)
	})
	_, err = read()
	require.ErrorContains(t, err, "entry 3 stands at the place of entry 2")

	alter(t, dir, func(b *bbolt.Bucket) error { // and says so in its head, too
		third := bytes.Clone(b.Get([]byte{0, 0, 0, 0, 0, 0, 0, 3}))
		at := bytes.Index(third, []byte("Index")) + len("Index") // a number in msgpack, behind its name; what is sealed may hold a 3 too
		require.EqualValues(t, 3, third[at])
		third[at] = 2
		return b.Put([]byte{0, 0, 0, 0, 0, 0, 0, 2}, third)
	})
	_, err = read()
	require.ErrorContains(t, err, "does not open")
}

func alter(t *testing.T, dir string, change func(*bbolt.Bucket) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, "raft.db"), 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error { return change(tx.Bucket([]byte("logs"))) }))
	require.NoError(t, db.Close())
}

func TestASnapshotOfAnyLengthIsReadBackWhole(t *testing.T) {
	const part = 64 << 10
	for _, size := range []int{0, 1, part - 1, part, part + 1, 2 * part, 3*part + 5} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			data := []byte(strings.Repeat("0123456789abcdef", size/16+1)[:size])
			v := raft.NewVault(t, t.TempDir(), rafttest.Seals(1))
			id := v.Write(data)
			got, told, err := v.Read(id)
			require.NoError(t, err)
			require.True(t, bytes.Equal(data, got))
			require.EqualValues(t, size, told, "the library sends so many bytes")
		})
	}
}

func TestASnapshotThatWasAlteredCutOrMovedIsNotRead(t *testing.T) {
	const part = 64<<10 + 28
	data := bytes.Repeat([]byte("gõ cửa "), 30_000) // four parts
	for _, c := range []struct {
		name  string
		alter func(file []byte) []byte
	}{
		{"one bit", func(b []byte) []byte { b[part+100] ^= 1; return b }},
		{"cut in a part", func(b []byte) []byte { return b[:len(b)-1] }},
		{"cut between parts", func(b []byte) []byte { return b[:8+2*part] }},
		{"nothing but its head", func(b []byte) []byte { return b[:8] }},
		{"a part twice", func(b []byte) []byte { return append(b[:8+part], b[8:]...) }},
		{"two parts changed places", func(b []byte) []byte {
			first := bytes.Clone(b[8 : 8+part])
			copy(b[8:], b[8+part:8+2*part])
			copy(b[8+part:], first)
			return b
		}},
		{"something behind it", func(b []byte) []byte { return append(b, 0) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := raft.NewVault(t, t.TempDir(), rafttest.Seals(1))
			id := v.Write(data)
			v.Alter(id, c.alter)
			_, _, err := v.Read(id)
			require.ErrorContains(t, err, "damaged, cut short")
		})
	}
	t.Run("another snapshot's content", func(t *testing.T) {
		v := raft.NewVault(t, t.TempDir(), rafttest.Seals(1))
		one, other := v.Write(data), v.Write(data)
		require.NotEqual(t, one, other)
		v.Alter(one, func([]byte) []byte { return v.File(other) })
		_, _, err := v.Read(one)
		require.ErrorContains(t, err, "damaged, cut short")
	})
	t.Run("written in the clear", func(t *testing.T) {
		v := raft.NewVault(t, t.TempDir(), rafttest.Seals(1))
		id := v.Write(data)
		v.Alter(id, func([]byte) []byte { return data })
		_, _, err := v.Read(id)
		require.ErrorIs(t, err, raft.ErrUnsealed)
	})
}

// The entries of an import are about 20 KiB, those of forms about 600 bytes.
func BenchmarkAppending(b *testing.B) {
	for _, size := range []int{600, 20 << 10} {
		for _, c := range []struct {
			name  string
			seals *raft.Seals
		}{{"clear", nil}, {"sealed", rafttest.Seals(1)}} {
			b.Run(fmt.Sprintf("%d bytes/%s", size, c.name), func(b *testing.B) {
				f, err := raft.OpenFloor(b.TempDir(), c.seals)
				require.NoError(b, err)
				data, n := bytes.Repeat([]byte{7}, size), uint64(0)
				for b.Loop() {
					n++
					require.NoError(b, f.Append(raft.Entry{Index: n, Term: 1, Data: data}))
				}
				require.NoError(b, f.Close())
			})
		}
	}
}
