package raft_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

// TestTheLastVoterGoesOnAloneWithAllItHas: two of three voters are lost with
// entries the third never saw.
func TestTheLastVoterGoesOnAloneWithAllItHas(t *testing.T) {
	for name, kept := range map[string]func(*testing.T, *rafttest.Node){
		"from its log":                     func(*testing.T, *rafttest.Node) {},
		"from a snapshot and its log":      func(t *testing.T, n *rafttest.Node) { require.NoError(t, n.Raft.Snapshot(t.Context())) },
		"with a machine that lost its end": func(_ *testing.T, n *rafttest.Node) { machine(n).Forget(2) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := rafttest.New(t, rafttest.Options{Voters: 3, Standbys: 1})
				for range 5 {
					c.Propose("known to all")
				}
				c.Agreed()
				left := c.Node("v1")
				kept(t, left)
				c.Net.Isolate(left.Name)
				c.Leader(c.Node("v2"), c.Node("v3"))
				proposeAmong(t, c.Followers(left), "known to the lost ones")
				for _, n := range c.Running() {
					c.Stop(n)
				}
				rec, err := c.Recover(left)
				require.NoError(t, err)
				require.GreaterOrEqual(t, rec.Last, rec.Applied)
				_, err = c.Recover(left)
				require.NoError(t, err, "once more is harmless")
				began := time.Now()
				c.Start(left)
				require.Same(t, left, c.Leader())
				require.Less(t, time.Since(began), 10*time.Second)
				c.Propose("after")
				require.Equal(t, []string{"known to all", "known to all", "known to all", "known to all", "known to all", "after"}, machine(left).Data())
				members, base := left.Raft.Members()
				require.Equal(t, []raft.Member{{ID: "v1", Addr: "v1", Voter: true}}, members)

				fresh := c.Add("v9") // the cluster grows again
				c.Start(fresh)
				_, err = left.Raft.AddStandby(t.Context(), "v9", "v9", base)
				require.NoError(t, err)
				c.Eventually("it to have everything", func() bool { return len(machine(fresh).Data()) == len(machine(left).Data()) })
				require.Equal(t, machine(left).Data(), machine(fresh).Data())
			})
		})
	}
}

func TestANodeThatForgotIsNotRecoveredFrom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := alone(t, short())
		entries := machine(n).Entries()
		require.NotEmpty(t, entries)
		never := c.Add("v9")
		_, err := c.Recover(never)
		require.ErrorIs(t, err, raft.ErrNoHistory)
		never.Machine = n.Machine // a machine without its log
		_, err = c.Recover(never)
		require.ErrorIs(t, err, raft.ErrAmnesia)
	})
}

// proposeAmong has data agreed by some of the nodes.
func proposeAmong(t *testing.T, nodes []*rafttest.Node, data string) {
	t.Helper()
	for range 100 {
		for _, n := range nodes {
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
			_, _, err := n.Raft.Propose(ctx, []byte(data))
			cancel()
			if err == nil {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	require.FailNow(t, "not agreed")
}
