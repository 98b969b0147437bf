package raft_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

// copied is a node's directory and machine at one time, as a disk image keeps them.
type copied struct {
	node    *rafttest.Node
	dir     string
	entries int
}

// image takes a copy of a node that is stopped.
func image(t *testing.T, n *rafttest.Node) copied {
	dir := filepath.Join(t.TempDir(), "image")
	require.NoError(t, os.CopyFS(dir, os.DirFS(n.Dir)))
	return copied{n, dir, len(machine(n).Entries())}
}

// putBack replaces the directory of a node that is stopped by the copy.
func (c copied) putBack(t *testing.T) {
	require.NoError(t, os.RemoveAll(c.node.Dir))
	require.NoError(t, os.CopyFS(c.node.Dir, os.DirFS(c.dir)))
	machine(c.node).Forget(c.entries)
}

// forgot waits until a node has stopped because somebody remembers more.
func forgot(t *testing.T, c *rafttest.Cluster, n *rafttest.Node) *raft.ForgottenError {
	t.Helper()
	c.Eventually(n.Name+" notices that it has forgotten", func() bool { return n.Raft.Err() != nil })
	require.ErrorIs(t, n.Raft.Err(), raft.ErrAmnesia)
	var why *raft.ForgottenError
	require.ErrorAs(t, n.Raft.Err(), &why)
	return why
}

// TestADirectoryPutBackFromAnOldCopyHasNoVote: what only the leader and one other
// voter have is agreed. The leader is away, the other voter's disk is put back to the
// morning. With the third it would make a majority that has never heard of it.
func TestADirectoryPutBackFromAnOldCopyHasNoVote(t *testing.T) {
	for name, lose := range map[string]func(*testing.T, copied){
		"put back": func(t *testing.T, old copied) { old.putBack(t) },
		"emptied": func(t *testing.T, old copied) { // and a founder would found again
			require.NoError(t, os.RemoveAll(old.node.Dir))
			machine(old.node).Forget(0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := rafttest.New(t, rafttest.Options{Voters: 3})
				c.Propose("in the morning")
				c.Agreed()
				leader := c.Leader()
				third, victim := c.Followers(leader)[0], c.Followers(leader)[1]
				c.Stop(victim)
				old := image(t, victim)
				c.Start(victim)

				c.Agreed()
				leader = c.Leader()
				if leader == victim {
					require.NoError(t, leader.Raft.Transfer(t.Context(), ""))
					leader = c.Leader()
				}
				for _, n := range c.Followers(leader) {
					if n != victim {
						third = n
					}
				}
				c.Net.Cut(leader.Name, third.Name)
				c.Propose("promised")
				c.Eventually("the victim has it", func() bool { return len(machine(victim).Data()) == 2 })
				c.Greet()
				c.Net.Isolate(leader.Name) // a plug is pulled: nobody hands over
				c.Net.Isolate(victim.Name)
				c.Stop(leader)
				c.Stop(victim)
				require.Len(t, machine(third).Data(), 1)
				lose(t, old)
				c.Net.HealAll()
				c.Start(victim)

				why := forgot(t, c, victim)
				require.Equal(t, third.Name, why.Witness)
				for range 100 { // in which a vote would have made it leader long ago
					require.False(t, third.Raft.IsLeader())
					time.Sleep(time.Second)
				}
				c.Start(leader)
				c.Propose("in the evening")
				require.Equal(t, []string{"in the morning", "promised", "in the evening"}, machine(c.Leader()).Data())

				takeInAnew(t, c, victim)
				require.Equal(t, machine(c.Leader()).Data(), machine(victim).Data())
				c.Stop(third) // now it is needed, and has a vote again
				c.Propose("the next day")
				require.Equal(t, []string{"in the morning", "promised", "in the evening", "the next day"}, machine(c.Leader()).Data())
			})
		})
	}
}

// takeInAnew does what the leader and the machine do about a node that has forgotten.
func takeInAnew(t *testing.T, c *rafttest.Cluster, n *rafttest.Node) {
	t.Helper()
	leader := c.Leader()
	_, base := leader.Raft.Members()
	base, err := leader.Raft.Demote(t.Context(), n.Name, base)
	require.NoError(t, err)
	known := leader.Raft.Remembered(n.Name)
	require.ErrorIs(t, leader.Raft.Renew(1, 1), raft.ErrNotForgotten)
	require.NoError(t, n.Raft.Renew(known.Life+1, known.Term))
	require.Error(t, n.Raft.Renew(known.Life+1, known.Term), "a life is begun once")
	c.Stop(n)
	c.Start(n)
	c.Agreed()
	require.NoError(t, n.Raft.Err())
	p, err := n.Raft.Promise()
	require.NoError(t, err)
	require.Equal(t, known.Life+1, p.Life)
	require.GreaterOrEqual(t, p.Term, known.Term)
	_, err = leader.Raft.Promote(t.Context(), n.Name, base)
	require.NoError(t, err)
	c.Agreed()
}

func TestTheOnlyVoterThatHasForgottenTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 1, Standbys: 2})
		voter := c.Node("v1")
		c.Propose("in the morning")
		c.Agreed()
		c.Stop(voter)
		old := image(t, voter)
		c.Start(voter)
		c.Propose("promised")
		c.Agreed()
		c.Greet()
		c.Stop(voter)
		old.putBack(t)
		c.Stop(c.Node("s2"))                   // one that does not answer is not waited for
		c.Net.Throttle(voter.Name, "s1", 2000) // what they tell each other takes a while
		c.Start(voter)
		for voter.Raft.Err() == nil {
			_, _, err := voter.Raft.Propose(t.Context(), []byte("on an older copy"))
			require.ErrorIs(t, err, raft.ErrNotLeader)
			time.Sleep(10 * time.Millisecond)
		}
		require.Equal(t, "s1", forgot(t, c, voter).Witness)
		_, _, err := voter.Raft.Propose(t.Context(), []byte("on an older copy"))
		require.ErrorIs(t, err, raft.ErrNotLeader)
		require.Equal(t, []string{"in the morning"}, machine(voter).Data())
		require.Equal(t, []string{"in the morning", "promised"}, machine(c.Node("s1")).Data())
	})
}

// TestWhatIsRememberedOutlastsAStart: the witness was switched off as well.
func TestWhatIsRememberedOutlastsAStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3})
		c.Propose("in the morning")
		c.Agreed()
		victim := c.Followers(c.Leader())[0]
		c.Stop(victim)
		old := image(t, victim)
		c.Start(victim)
		c.Propose("promised")
		c.Agreed()
		c.Greet()
		for _, n := range c.Running() {
			c.Stop(n)
		}
		old.putBack(t)
		for _, n := range c.Nodes {
			c.Start(n)
		}
		forgot(t, c, victim)
		c.Propose("the others go on")
	})
}

func TestAnOrdinaryRestartBreaksNoPromise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3, Standbys: 1, Profile: short()})
		for i := range 12 {
			c.Propose("form")
			c.Greet()
			n := c.Nodes[i%len(c.Nodes)]
			c.Stop(n)
			if i%3 == 0 {
				machine(n).Forget(len(machine(n).Entries()) / 2) // a power cut: the log has it
			}
			c.Start(n)
		}
		c.Agreed()
		for _, n := range c.Nodes {
			require.NoError(t, n.Raft.Err())
		}
	})
}
