package raft_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"gocua/raft"
	"gocua/raft/rafttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// within is a context for calls that must answer at all.
func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func machine(n *rafttest.Node) *rafttest.Machine { return n.Machine.(*rafttest.Machine) }

func TestThreeNodesAgree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		leader := c.Leader()
		for i := range 200 {
			result, index, err := leader.Raft.Propose(t.Context(), fmt.Appendf(nil, "entry %d", i))
			require.NoError(t, err)
			applied, _ := leader.Machine.Applied()
			require.LessOrEqual(t, index, applied, "a proposal returns after it is applied here")
			require.Positive(t, result)
		}
		c.Agreed()
		for _, n := range c.Nodes {
			data := machine(n).Data()
			require.Len(t, data, 200)
			require.Equal(t, "entry 0", data[0])
			require.Equal(t, "entry 199", data[199])
		}
		require.Greater(t, c.SameLogs(), 400)
	})
}

func TestAMachineGetsItsEntriesInBatchesOfAtMostTheProfile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 1})
		leader := c.Leader()
		errs := make(chan error)
		for i := range 500 {
			go func() {
				_, _, err := leader.Raft.Propose(t.Context(), fmt.Appendf(nil, "%d", i))
				errs <- err
			}()
		}
		for range 500 {
			require.NoError(t, <-errs)
		}
		most := 0
		for _, n := range machine(leader).Batches() {
			most = max(most, n)
		}
		require.LessOrEqual(t, most, 64)
		require.Greater(t, most, 1)
	})
}

func TestALeaderCutOffStepsDownAndCatchesUpWhenHealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		old := c.Leader()
		c.Propose("before")
		c.Net.Isolate(old.Name)

		_, _, err := old.Raft.Propose(t.Context(), []byte("into the void"))
		require.ErrorIs(t, err, raft.ErrUnknown, "it is in the log of the old leader")
		require.NotErrorIs(t, err, raft.ErrNotLeader)
		require.False(t, old.Raft.IsLeader())
		_, _, err = old.Raft.Propose(t.Context(), []byte("too late"))
		require.ErrorIs(t, err, raft.ErrNotLeader)
		require.NotErrorIs(t, err, raft.ErrUnknown)

		fresh := c.Leader(c.Followers(old)...)
		require.NotEqual(t, old, fresh)
		c.Propose("meanwhile")
		require.Equal(t, []string{"before"}, machine(old).Data())

		c.Net.Rejoin(old.Name)
		c.Propose("after")
		c.Agreed()
		require.Equal(t, []string{"before", "meanwhile", "after"}, machine(old).Data())
		c.SameLogs()
	})
}

func TestAProposalWhoseAnswerIsLostIsUnknownAndMayBeAgreed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		old := c.Leader()
		for _, n := range c.Followers(old) {
			c.Net.CutOneWay(n.Name, old.Name) // they get it, it never hears so
		}
		_, _, err := old.Raft.Propose(t.Context(), []byte("got through"))
		require.ErrorIs(t, err, raft.ErrUnknown)
		c.Leader(c.Followers(old)...)
		c.Net.HealAll()
		c.Agreed()
		require.Equal(t, []string{"got through"}, machine(old).Data())
	})
}

func TestAContextThatEndsLeavesAProposalUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		leader := c.Leader()
		c.Net.Isolate(leader.Name)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, _, err := leader.Raft.Propose(ctx, []byte("x"))
		require.ErrorIs(t, err, raft.ErrUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		_, _, err = leader.Raft.Propose(ctx, []byte("y"))
		require.ErrorIs(t, err, raft.ErrNotLeader, "a context already over: nothing was proposed")
		require.NotErrorIs(t, err, raft.ErrUnknown)
	})
}

func TestAProposalOfNothingOrTooMuchIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 1})
		leader := c.Leader()
		for _, size := range []int{0, raft.MaxEntry + 1} {
			_, _, err := leader.Raft.Propose(t.Context(), make([]byte, size))
			require.Error(t, err)
			require.NotErrorIs(t, err, raft.ErrNotLeader)
			require.NotErrorIs(t, err, raft.ErrUnknown)
		}
		_, _, err := leader.Raft.Propose(t.Context(), make([]byte, raft.MaxEntry))
		require.NoError(t, err)
	})
}

func TestAFollowerCatchesUpAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		follower := c.Followers(c.Leader())[0]
		c.Propose("a")
		c.Stop(follower)
		c.Propose("b")
		c.Start(follower)
		c.Propose("c")
		c.Agreed()
		require.Equal(t, []string{"a", "b", "c"}, machine(follower).Data())
		require.Zero(t, machine(follower).Restores())
	})
}

// short keeps so few entries that whoever misses some needs a snapshot.
func short() raft.Profile {
	p := raft.LAN()
	p.TrailingLogs = 5
	return p
}

func TestAFollowerTooFarBehindInstallsASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3, Profile: short()})
		leader := c.Leader()
		follower := c.Followers(leader)[0]
		c.Net.Isolate(follower.Name)
		for i := range 100 {
			c.Propose(fmt.Sprint(i))
		}
		require.NoError(t, leader.Raft.Snapshot(t.Context()))
		require.Equal(t, leader.Raft.Stats().Applied, leader.Raft.Stats().Snapshot)
		c.Net.Rejoin(follower.Name)
		c.Propose("last")
		c.Agreed()
		require.Equal(t, 1, machine(follower).Restores())
		require.Len(t, machine(follower).Data(), 101)

		t.Log("and goes on from it after a restart, without restoring again")
		c.Stop(follower)
		c.Start(follower)
		c.Propose("after restart")
		c.Agreed()
		require.Equal(t, 1, machine(follower).Restores())
	})
}

func TestASlowLineIsSlowNotStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3, Profile: raft.WAN()})
		leader := c.Leader()
		follower := c.Followers(leader)[0]
		c.Net.Isolate(follower.Name)
		for i := range 40 { // 40 × 60 KB: 5 minutes at 64 kbit/s, the RPC timeout is 10 s
			_, _, err := leader.Raft.Propose(t.Context(), fmt.Appendf(nil, "%060000d", i))
			require.NoError(t, err)
		}
		c.Net.Throttle(leader.Name, follower.Name, 8000)
		c.Net.Rejoin(follower.Name)
		start := time.Now()
		c.Eventually("all entries there", func() bool { return len(machine(follower).Data()) == 40 })
		require.Greater(t, time.Since(start), 4*time.Minute)
		require.Less(t, time.Since(start), 9*time.Minute)
	})
}

func TestLeadershipIsHandedOverWhenALeaderCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3, Profile: raft.WAN()})
		leader := c.Leader()
		c.Agreed()
		start := time.Now()
		c.Stop(leader)
		c.Leader()
		require.Less(t, time.Since(start), 5*time.Second, "an election would take at least 20 s")
	})
}

func TestACloseWaitsForProposalsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		leader := c.Leader()
		c.Net.Isolate(leader.Name)
		errs := make(chan error)
		for i := range 100 {
			go func() {
				_, _, err := leader.Raft.Propose(context.Background(), fmt.Appendf(nil, "%d", i))
				errs <- err
			}()
		}
		synctest.Wait()
		closed := make(chan error)
		go func() { closed <- leader.Raft.Close() }()
		for range 100 {
			require.ErrorIs(t, <-errs, raft.ErrUnknown)
		}
		require.NoError(t, <-closed)
		require.NoError(t, leader.Raft.Close(), "closing again is harmless")
		_, _, err := leader.Raft.Propose(t.Context(), []byte("x"))
		require.ErrorIs(t, err, raft.ErrNotLeader)
		_, err = leader.Raft.Barrier(t.Context())
		require.ErrorIs(t, err, raft.ErrNotLeader)
		require.Equal(t, raft.Stopped, leader.Raft.Stats().Role)
	})
}

func TestAWatcherNeverMissesTheLastState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		first := c.Leader()
		follower := c.Followers(first)[0]
		terms := make(chan uint64, 100)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		last := make(chan raft.Leadership, 1)
		go func() {
			for {
				l, changed := follower.Raft.Watch()
				terms <- l.Term
				select {
				case <-changed:
				case <-ctx.Done():
					last <- l
					return
				}
			}
		}()
		require.NoError(t, first.Raft.Transfer(t.Context(), follower.Name))
		c.Leader(follower)
		c.Net.Isolate(follower.Name)
		second := c.Leader(c.Followers(follower)...)
		c.Net.HealAll()
		c.Agreed()
		synctest.Wait()
		cancel()
		l := <-last
		require.Equal(t, second.Name, l.ID)
		require.Equal(t, second.Name, l.Addr)
		require.False(t, l.Self)
		require.GreaterOrEqual(t, len(terms), 3)
		id, addr := follower.Raft.Leader()
		require.Equal(t, second.Name, id)
		require.Equal(t, second.Name, addr)
		require.Less(t, time.Since(follower.Raft.LastContact()), time.Second)
	})
}

func TestAFailureOfTheMachineStopsOnlyThisNode(t *testing.T) {
	broken := errors.New("cannot decode")
	for _, who := range []string{"leader", "follower"} {
		t.Run(who, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := rafttest.New(t, rafttest.Options{Voters: 3})
				leader := c.Leader()
				ill := leader
				if who == "follower" {
					ill = c.Followers(leader)[0]
				}
				c.Propose("good")
				c.Agreed()
				machine(ill).SetFail(func(e raft.Entry) error {
					if string(e.Data) == "bad" {
						return broken
					}
					return nil
				})
				require.NoError(t, ill.Raft.Err())
				_, _, err := leader.Raft.Propose(t.Context(), []byte("bad"))
				if who == "leader" {
					require.ErrorIs(t, err, raft.ErrUnknown, "the others may have it")
					require.ErrorIs(t, err, broken)
				} else {
					require.NoError(t, err)
				}
				<-ill.Raft.Failed()
				require.ErrorIs(t, ill.Raft.Err(), broken)
				c.Eventually("the node is stopped", func() bool { return ill.Raft.Stats().Role == raft.Stopped })

				c.Leader(c.Followers(ill)...)
				for _, n := range c.Followers(ill) {
					require.NoError(t, n.Raft.Err())
				}
				c.Propose("on without it")
				require.Equal(t, []string{"good"}, machine(ill).Data(), "nothing is skipped, nothing applied after")
				require.Error(t, ill.Raft.Snapshot(t.Context()))
				_, _, err = ill.Raft.Propose(t.Context(), []byte("x"))
				require.ErrorIs(t, err, raft.ErrNotLeader)

				t.Log("a new start with a machine that can goes on where it stopped")
				machine(ill).SetFail(nil)
				c.Stop(ill)
				c.Start(ill)
				c.Agreed()
				require.Equal(t, []string{"good", "bad", "on without it"}, machine(ill).Data())
			})
		})
	}
}

func TestAPanicOfTheMachineIsAFailureAndTellsNothingPersonal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 1})
		leader := c.Leader()
		machine(leader).SetFail(func(raft.Entry) error { panic("Nguyễn Thị Lan") })
		_, _, err := leader.Raft.Propose(t.Context(), []byte("x"))
		require.ErrorIs(t, err, raft.ErrUnknown)
		require.ErrorContains(t, leader.Raft.Err(), "panic of type string")
		require.NotContains(t, leader.Raft.Err().Error(), "Lan")
	})
}

func TestConcurrentBarriersShareOneEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		leader := c.Leader()
		time.Sleep(time.Second)
		before := leader.Raft.Stats().Last
		indexes := make(chan uint64)
		for range 1000 {
			go func() {
				index, err := leader.Raft.Barrier(t.Context())
				if err != nil {
					index = 0
				}
				indexes <- index
			}()
		}
		for range 1000 {
			index := <-indexes
			require.Greater(t, index, before)
			require.LessOrEqual(t, index, before+2, "the first may start alone, the rest share one")
		}
		require.LessOrEqual(t, leader.Raft.Stats().Last, before+2)

		t.Log("a barrier is current: it comes after everything proposed before it")
		_, proposed, err := leader.Raft.Propose(t.Context(), []byte("x"))
		require.NoError(t, err)
		index, err := leader.Raft.Barrier(t.Context())
		require.NoError(t, err)
		require.Greater(t, index, proposed)
		_, err = c.Followers(leader)[0].Raft.Barrier(t.Context())
		require.ErrorIs(t, err, raft.ErrNotLeader)
	})
}

func TestABarrierOfALeaderCutOffFailsEvenWithStandbys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3, Standbys: 2})
		old := c.Leader()
		for _, n := range c.Followers(old) {
			if n.Name[0] == 'v' {
				c.Net.Cut(old.Name, n.Name)
			}
		}
		_, err := old.Raft.Barrier(t.Context())
		require.ErrorIs(t, err, raft.ErrUnknown, "standbys must not count, though they answer")
	})
}
