package raft_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

func TestAStandbyIsAddedCatchesUpAndIsPromoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 1})
		founder := c.Leader()
		c.Propose("before")
		fresh := c.Add("v2")
		c.Start(fresh)
		require.Equal(t, raft.Outside, fresh.Raft.Stats().Role)

		members, base := founder.Raft.Members()
		require.Equal(t, []raft.Member{{ID: "v1", Addr: "v1", Voter: true}}, members)
		next, err := founder.Raft.AddStandby(t.Context(), "v2", "v2", base)
		require.NoError(t, err)
		require.Greater(t, next, base)
		c.Agreed()
		require.Equal(t, raft.Standby, fresh.Raft.Stats().Role)
		require.Equal(t, []string{"before"}, machine(fresh).Data())

		_, err = founder.Raft.Promote(t.Context(), "v2", base)
		require.ErrorIs(t, err, raft.ErrChanged, "based on the membership before")
		_, err = founder.Raft.Promote(t.Context(), "v2", 0)
		require.ErrorIs(t, err, raft.ErrChanged, "based on nothing")
		_, err = founder.Raft.Promote(t.Context(), "v9", next)
		require.ErrorIs(t, err, raft.ErrNoMember)
		require.ErrorIs(t, founder.Raft.Transfer(t.Context(), "v2"), raft.ErrNoMember, "a standby cannot lead")
		_, err = fresh.Raft.AddStandby(t.Context(), "v3", "v3", next)
		require.ErrorIs(t, err, raft.ErrNotLeader)

		next, err = founder.Raft.Promote(t.Context(), "v2", next)
		require.NoError(t, err)
		c.Agreed()
		members, base = fresh.Raft.Members()
		require.Equal(t, next, base)
		require.Equal(t, []raft.Member{{ID: "v1", Addr: "v1", Voter: true}, {ID: "v2", Addr: "v2", Voter: true}}, members)
		require.Equal(t, raft.Following, fresh.Raft.Stats().Role)

		require.NoError(t, founder.Raft.Transfer(t.Context(), ""))
		require.Equal(t, fresh, c.Leader())
	})
}

func TestALeaderThatIsDemotedLivesOnAsAStandby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		old := c.Leader()
		_, base := old.Raft.Members()
		_, err := old.Raft.Demote(t.Context(), old.Name, base)
		require.NoError(t, err)
		fresh := c.Leader(c.Followers(old)...)
		c.Propose("x")
		c.Agreed()
		require.Equal(t, raft.Standby, old.Raft.Stats().Role)
		require.Equal(t, []string{"x"}, machine(old).Data())

		_, base = fresh.Raft.Members()
		_, err = fresh.Raft.Remove(t.Context(), old.Name, base)
		require.NoError(t, err)
		members, _ := fresh.Raft.Members()
		require.Len(t, members, 2)
		c.Eventually("it hears of it", func() bool { return old.Raft.Stats().Role == raft.Outside })
		c.Propose("y")
		c.Propose("z")
		require.NotContains(t, machine(old).Data(), "y")
	})
}

func TestTheLastVoterCannotBeDemoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 1, Standbys: 1})
		leader := c.Leader()
		_, base := leader.Raft.Members()
		_, err := leader.Raft.Demote(t.Context(), "v1", base)
		require.ErrorContains(t, err, "at least one voter")
		c.Propose("still there")
	})
}

func TestTheBaseOfTheMembershipSurvivesSnapshotsAndRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 1, Profile: short()})
		founder := c.Leader()
		_, base := founder.Raft.Members()
		base, err := founder.Raft.AddStandby(t.Context(), "v2", "v2", base)
		require.NoError(t, err)
		for range 30 {
			c.Propose("x")
		}
		require.NoError(t, founder.Raft.Snapshot(t.Context()))
		fresh := c.Add("v2") // gets the membership only by the snapshot
		c.Start(fresh)
		c.Agreed()
		require.Equal(t, 1, machine(fresh).Restores())
		_, got := fresh.Raft.Members()
		require.Equal(t, base, got)

		c.Stop(fresh)
		c.Start(fresh)
		members, got := fresh.Raft.Members()
		require.Equal(t, base, got)
		require.Len(t, members, 2)
	})
}

func TestAMemberMayMoveToAnotherAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var moved atomic.Value
		moved.Store("")
		c := rafttest.New(t, rafttest.Options{Voters: 3, AddressOf: func(id string) string {
			if id == "v3" {
				return moved.Load().(string)
			}
			return ""
		}})
		c.Leader()
		third := c.Node("v3")
		c.Stop(third)
		third.Addr = "elsewhere"
		moved.Store("elsewhere")
		c.Start(third)
		leader := c.Leader()
		c.Propose("found by the address book")
		c.Agreed()

		_, base := leader.Raft.Members()
		_, err := leader.Raft.AddStandby(t.Context(), "v3", "elsewhere", base)
		require.NoError(t, err)
		moved.Store("")
		members, _ := leader.Raft.Members()
		require.Contains(t, members, raft.Member{ID: "v3", Addr: "elsewhere", Voter: true}, "it keeps its vote")
		c.Net.Isolate("elsewhere")
		time.Sleep(time.Minute)
		c.Net.Rejoin("elsewhere")
		c.Propose("found by the membership")
		c.Agreed()
	})
}

func TestANodeThatComesBackDisturbsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		leader := c.Leader()
		away := c.Followers(leader)[0]
		term := leader.Raft.Stats().Term
		c.Net.Isolate(away.Name)
		time.Sleep(10 * time.Minute)
		require.Equal(t, raft.Candidate, away.Raft.Stats().Role)
		c.Net.Rejoin(away.Name)
		c.Propose("x")
		c.Agreed()
		require.True(t, leader.Raft.IsLeader())
		require.Equal(t, term, leader.Raft.Stats().Term, "pre-vote: it asked before it raised the term")
	})
}

// TestOneNodeIsNeverCountedForTwo: the office's router has given the address of a
// PC that is off to another voter. Whoever answers there for both would make two
// of five a majority.
func TestOneNodeIsNeverCountedForTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var away, at atomic.Value
		away.Store("")
		at.Store("")
		c := rafttest.New(t, rafttest.Options{Voters: 5, AddressOf: func(id string) string {
			if id == away.Load().(string) {
				return at.Load().(string)
			}
			return ""
		}})
		leader := c.Leader()
		others := c.Followers(leader)
		for _, n := range others[:3] {
			c.Stop(n)
		}
		at.Store(others[3].Addr)
		away.Store(others[0].Name)
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, _, err := leader.Raft.Propose(ctx, []byte("x"))
		require.Error(t, err, "two of five have agreed")
		for _, n := range c.Running() {
			require.False(t, n.Raft.IsLeader(), "two of five have elected %s", n.Name)
		}
	})
}
