package raft_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

// alone is a cluster of one with ten entries, a snapshot, ten more, and stopped.
func alone(t *testing.T, p raft.Profile) (*rafttest.Cluster, *rafttest.Node) {
	c := rafttest.New(t, rafttest.Options{Voters: 1, Profile: p})
	n := c.Leader()
	for i := range 10 {
		c.Propose(fmt.Sprint(i))
	}
	require.NoError(t, n.Raft.Snapshot(t.Context()))
	for i := range 10 {
		c.Propose(fmt.Sprint(10 + i))
	}
	c.Stop(n)
	return c, n
}

func TestARestartDoesNotRestoreWhatTheMachineHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := alone(t, raft.LAN())
		before := machine(n).Entries()
		c.Start(n)
		c.Leader()
		require.Zero(t, machine(n).Restores())
		require.Equal(t, before, machine(n).Entries()[:len(before)])
		require.Len(t, machine(n).Data(), 20)
	})
}

func TestAMachineBehindTheSnapshotIsRestored(t *testing.T) {
	for _, kept := range []int{0, 3} {
		t.Run(fmt.Sprintf("%d entries kept", kept), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, n := alone(t, short())
				before := machine(n).Data()
				machine(n).Forget(kept)
				c.Start(n)
				c.Leader()
				require.Equal(t, 1, machine(n).Restores())
				require.Equal(t, before, machine(n).Data())
			})
		})
	}
}

func TestAMachineThatLostItsTailGetsItFromTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := alone(t, short())
		entries := len(machine(n).Entries())
		before := machine(n).Data()
		machine(n).Forget(entries - 5) // still ahead of the snapshot
		c.Start(n)
		c.Leader()
		require.Zero(t, machine(n).Restores())
		require.Equal(t, before, machine(n).Data())
	})
}

func TestANodeWithAGapDoesNotTakePart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := alone(t, short())
		require.NoError(t, os.RemoveAll(filepath.Join(n.Dir, "snapshots")))
		require.ErrorIs(t, c.TryStart(n), raft.ErrGap)
		machine(n).Forget(0)
		require.ErrorIs(t, c.TryStart(n), raft.ErrGap)
	})
}

func TestANodeWithoutItsLogDoesNotTakePart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := alone(t, raft.LAN())
		require.NoError(t, os.Remove(filepath.Join(n.Dir, "raft.db")))
		require.ErrorIs(t, c.TryStart(n), raft.ErrAmnesia)
		require.NoError(t, os.RemoveAll(n.Dir))
		require.ErrorIs(t, c.TryStart(n), raft.ErrAmnesia, "a founder must not found again over a machine that has data")
	})
}

func TestANodeWithAnOldCopyOfItsLogDoesNotTakePart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		c.Propose("a")
		n := c.Followers(c.Leader())[0]
		c.Stop(n)
		old, err := os.ReadFile(filepath.Join(n.Dir, "raft.db"))
		require.NoError(t, err)
		c.Start(n)
		c.Propose("b")
		c.Agreed()
		c.Stop(n)
		require.NoError(t, os.WriteFile(filepath.Join(n.Dir, "raft.db"), old, 0o600))
		require.ErrorIs(t, c.TryStart(n), raft.ErrAmnesia)
		c.Propose("the others go on")
	})
}

// A leader that was cut off has entries nobody agreed on. After it installed a
// snapshot far beyond them it may lead again, and must not pass them on.
func TestEntriesNeverAgreedAreNotPassedOnAfterASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := raft.LAN()
		p.TrailingLogs, p.Batch = 40, 4
		c := rafttest.New(t, rafttest.Options{Voters: 3, Standbys: 1, Profile: p})
		old, far := c.Leader(), c.Node("s1")
		c.Agreed()
		c.Net.Isolate(far.Name)
		c.Net.Isolate(old.Name)
		for i := range 20 {
			go old.Raft.Propose(context.Background(), fmt.Appendf(nil, "lost %d", i))
		}
		fresh := c.Leader(c.Node("v1"), c.Node("v2"), c.Node("v3"))
		for i := range 100 {
			c.Propose(fmt.Sprint("kept ", i))
		}
		require.NoError(t, fresh.Raft.Snapshot(t.Context()))
		time.Sleep(time.Minute) // as above
		c.Net.Heal(old.Name, "v1")
		c.Net.Heal(old.Name, "v2")
		c.Net.Heal(old.Name, "v3")
		c.Eventually("the old leader has the snapshot", func() bool { return machine(old).Restores() == 1 })
		require.NoError(t, fresh.Raft.Transfer(t.Context(), old.Name))
		require.Equal(t, old, c.Leader(c.Node("v1"), c.Node("v2"), c.Node("v3")))

		machine(far).SetFail(func(e raft.Entry) error {
			if strings.HasPrefix(string(e.Data), "lost") {
				return errors.New("applied what was never agreed")
			}
			return nil
		})
		c.Net.HealAll()
		c.Agreed()
		require.NoError(t, far.Raft.Err())
		require.Len(t, machine(far).Data(), 100)
	})
}

func TestTheOnlyVoterLeadsAtOnceHoweverPatientTheProfile(t *testing.T) {
	for _, standbys := range []int{0, 2} {
		t.Run(fmt.Sprintf("%d standbys", standbys), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := rafttest.New(t, rafttest.Options{Voters: 1, Standbys: standbys, Profile: raft.WAN()})
				n := c.Leader()
				c.Propose("something")
				c.Stop(n)
				began := time.Now()
				c.Start(n)
				c.Leader()
				require.Less(t, time.Since(began), raft.WAN().Heartbeat/4, "it waits for somebody to be silent")
			})
		})
	}
}
