package node

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/raft"
	"gocua/store/civic"
)

func TestAMachineIsTheSameAfterItsKeysWereRotated(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	require.Equal(t, "done", imported(t, n, listOf(7)).State)
	require.NoError(t, n.raft.Snapshot(t.Context()))
	require.Equal(t, "done", imported(t, n, listOf(9)).State)
	people := func(n *Node) (names int) {
		r := n.reg.Read()
		defer r.Close()
		for range r.Records(civic.TypeResident, "") {
			names++
		}
		return names
	}
	before := people(n)
	require.NotZero(t, before)
	dir := n.cfg.Dir
	for range 2 {
		require.NoError(t, n.Close())
		require.NoError(t, trust.Rotate(dir, trust.Way{}, "", trust.StandardCost(), time.Now()))
		n = run(t, open(t, dir))
		require.Equal(t, before, people(n))
		require.Equal(t, "done", imported(t, n, listOf(7)).State, "and it goes on")
	}
	require.NoError(t, n.Close())

	keys, err := trust.OpenKeys(dir, trust.Way{})
	require.NoError(t, err)
	require.Len(t, keys.Register(), 3)
	seals, err := LogSeals(keys)
	require.NoError(t, err)
	entries := 0
	require.NoError(t, raft.ReadLog(filepath.Join(dir, "raft"), seals, func(raft.Entry) error { entries++; return nil }))
	require.Greater(t, entries, 3, "of three generations, in one log")

	require.NoError(t, Rebuild(dir), "the register is made again from snapshot and log, both of the first generation at their beginning")
	n = run(t, open(t, dir))
	eventually(t, "the register to be made again", func() bool { return people(n) == before })
}

func TestNoFreshKeyIsMadeBesideDataWhoseKeyIsLost(t *testing.T) {
	t.Parallel()
	n := found(t)
	dir := n.cfg.Dir
	require.NoError(t, n.Close())
	ring := filepath.Join(dir, "keyring.json")
	raw, err := os.ReadFile(ring)
	require.NoError(t, err)
	require.NoError(t, os.Remove(ring))
	_, err = Open(Config{Dir: dir})
	require.ErrorContains(t, err, "holds data (outbox) but no keyring")
	require.NoFileExists(t, ring)
	require.NoError(t, os.WriteFile(ring, raw, 0o600))
	require.NoError(t, open(t, dir).Close())
}

func TestAMachineWhoseKeyFileIsAwayDoesNotOpen(t *testing.T) {
	t.Parallel()
	n := found(t)
	dir := n.cfg.Dir
	require.NoError(t, n.Close())
	require.NoError(t, os.Rename(filepath.Join(dir, "storage.key"), filepath.Join(t.TempDir(), "stick.key")))
	_, err := Open(Config{Dir: dir})
	var locked *trust.LockedError
	require.ErrorAs(t, err, &locked)
	require.NotEmpty(t, locked.File)
}
