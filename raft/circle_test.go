package raft_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

// diverged is a cluster of three whose old leader was cut off with entries of
// its own, beyond a snapshot the others have made meanwhile, from which it must
// start again when it is healed (raft#697).
func diverged(t *testing.T) (c *rafttest.Cluster, old, fresh *rafttest.Node) {
	p := short()
	p.TrailingLogs = 20
	c = rafttest.New(t, rafttest.Options{Voters: 3, Profile: p})
	old = c.Leader()
	c.Propose("before")
	c.Net.Isolate(old.Name)
	for i := range 60 { // stay in its log only, in one term
		go old.Raft.Propose(context.Background(), fmt.Appendf(nil, "lost %d", i))
	}
	synctest.Wait()
	last := old.Raft.Stats().Last
	fresh = c.Leader(c.Followers(old)...)
	for i := 0; fresh.Raft.Stats().Last < last-10; i++ {
		c.Propose(fmt.Sprint("kept ", i))
	}
	kept, _ := fresh.Machine.Applied()
	for _, n := range c.Followers(old) {
		c.Eventually("the same snapshot at both", func() bool { applied, _ := n.Machine.Applied(); return applied == kept })
		require.NoError(t, n.Raft.Snapshot(t.Context()))
	}
	// The leader keeps sending what it tried to send first, which may be from
	// before the snapshot and would end the contradiction. Its successor begins
	// where the snapshot ends, and soon the first one has given up.
	for _, n := range c.Followers(old) {
		if n != fresh {
			require.NoError(t, fresh.Raft.Transfer(t.Context(), n.Name))
			fresh = n
			break
		}
	}
	require.Same(t, fresh, c.Leader(fresh))
	time.Sleep(time.Minute)
	require.Less(t, fresh.Raft.Stats().Last, last, "inside what the old leader has of its own")
	c.Net.Throttle(old.Name, fresh.Name, 100_000) // else no time passes while they go round
	return c, old, fresh
}

var errDiffers = errors.New("differs from the others")

// joined checks that the node which went in circles has what the others agreed. A
// node that goes on going round is seen by counting: each round takes next to no
// simulated time, so that waiting for the end of a wait would take an hour.
func joined(t *testing.T, c *rafttest.Cluster, old *rafttest.Node) {
	installs := machine(old).Restores()
	c.Propose("after")
	c.Eventually("it to have what the others agreed", func() bool {
		require.LessOrEqual(t, machine(old).Restores(), installs+20, "it goes round and round")
		return slices.Contains(machine(old).Data(), "after")
	})
	c.Agreed()
	require.NotContains(t, machine(old).Data(), "lost 0")
	require.Contains(t, machine(old).Data(), "after")
	require.NoError(t, old.Raft.Err())
}

func TestALogThatContradictsTheSnapshotIsDroppedWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, old, _ := diverged(t)
		before := old.Raft
		c.Net.HealAll()
		c.Eventually("the snapshot", func() bool { return machine(old).Restores() > 0 })
		joined(t, c, old)
		require.Same(t, before, old.Raft, "to the node it is the same part in the cluster")
		require.LessOrEqual(t, machine(old).Restores(), 2, "one install shows the contradiction; another may be on its way")

		old.Raft.Transfer(t.Context(), "") // it has a vote and may lead again
		fresh := c.Leader()
		require.NoError(t, fresh.Raft.Transfer(t.Context(), func() string {
			if fresh == old {
				return "v2"
			}
			return old.Name
		}()))
		c.Propose("under another leader")
		c.Agreed()
		c.SameLogs()
	})
}

func TestWithoutTheWatchdogASnapshotIsInstalledForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, old, fresh := diverged(t)
		release := sync.OnceFunc(old.Raft.HoldRepairs())
		t.Cleanup(release) // or a failure here is never told: closing waits for it
		c.Net.HealAll()
		c.Eventually("going round in circles", func() bool { return machine(old).Restores() >= 20 })
		stuck, _ := old.Machine.Applied()
		require.Equal(t, fresh.Raft.Stats().Snapshot, stuck)
		c.Propose("it cannot get this")
		c.Eventually("more of the same", func() bool { return machine(old).Restores() >= 40 })
		still, _ := old.Machine.Applied()
		require.Equal(t, stuck, still)
		t.Logf("%d installs of the snapshot at %d", machine(old).Restores(), stuck)

		release()
		installs := machine(old).Restores()
		joined(t, c, old)
		require.LessOrEqual(t, machine(old).Restores(), installs+2)
		c.SameLogs()
	})
}

func TestALogThatContradictsTheSnapshotIsDroppedAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, old, _ := diverged(t)
		release := sync.OnceFunc(old.Raft.HoldRepairs())
		t.Cleanup(release) // or a failure here is never told: closing waits for it
		c.Net.HealAll()
		c.Eventually("going round in circles", func() bool { return machine(old).Restores() >= 10 })
		c.Net.Isolate(old.Name)
		time.Sleep(time.Second) // what was on the way has arrived
		go release()
		c.Stop(old)
		installs := machine(old).Restores()
		c.Start(old)
		require.Equal(t, old.Raft.Stats().Snapshot, old.Raft.Stats().Last, "the tail is gone before anybody is heard")
		c.Net.HealAll()
		joined(t, c, old)
		require.LessOrEqual(t, machine(old).Restores(), installs+1, "what contradicts is gone before anything runs")
		c.SameLogs()
	})
}

// While the library is started anew the node answers as one without a leader,
// and whoever watches sees leader, nobody, leader.
func TestTheNodeNoticesOnlyAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, old, fresh := diverged(t)
		var seen []string
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for {
				l, changed := old.Raft.Watch()
				seen = append(seen, l.ID)
				select {
				case <-changed:
				case <-t.Context().Done():
					return
				}
				if l.ID == fresh.Name && machine(old).Restores() > 0 && len(machine(old).Data()) > 0 && old.Raft.Stats().Last > old.Raft.Stats().Snapshot {
					return
				}
			}
		}()
		asked := make(chan struct{})
		go func() {
			defer close(asked)
			for i := range 3000 {
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				_, _, err := old.Raft.Propose(ctx, fmt.Appendf(nil, "asked %d", i))
				cancel()
				if err != nil && i > 0 {
					require.ErrorIs(t, err, raft.ErrNotLeader)
				}
				old.Raft.Stats()
				old.Raft.Members()
				old.Raft.LastContact()
				time.Sleep(time.Millisecond)
			}
		}()
		c.Net.HealAll()
		<-asked
		joined(t, c, old)
		require.False(t, old.Raft.LastContact().IsZero())
		require.Equal(t, raft.Following, old.Raft.Stats().Role)
		select {
		case <-old.Raft.Failed():
			require.Fail(t, "a new start is no failure")
		default:
		}
		_, changed := old.Raft.Watch()
		require.NoError(t, fresh.Raft.Transfer(t.Context(), "")) // and watching goes on
		<-changed
		<-ended
		require.Contains(t, seen, fresh.Name)
	})
}

func TestANodeThatFailsByOrderStopsLikeOneWhoseMachineFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		leader := c.Leader()
		c.Propose("before")
		c.Agreed()
		leader.Raft.Fail(errDiffers)
		leader.Raft.Fail(context.Canceled)
		<-leader.Raft.Failed()
		require.ErrorIs(t, leader.Raft.Err(), errDiffers)
		fresh := c.Leader(c.Followers(leader)...)
		c.Propose("after")
		require.Equal(t, []string{"before"}, machine(leader).Data())
		require.Contains(t, machine(fresh).Data(), "after")
		require.Equal(t, raft.Stopped, leader.Raft.Stats().Role)
	})
}
