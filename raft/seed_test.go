package raft_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

// planted is a new node whose directory and machine begin with a copy.
func planted(t *testing.T, c *rafttest.Cluster, name string, copy []raft.Entry, members ...raft.Member) *rafttest.Node {
	n := c.Add(name)
	source := &rafttest.Machine{}
	var held bytes.Buffer
	_, err := source.Apply(copy)
	require.NoError(t, err)
	snap, err := source.Snapshot()
	require.NoError(t, err)
	_, err = snap.WriteTo(&held)
	require.NoError(t, err)

	last := copy[len(copy)-1]
	seed, err := raft.Plant(raft.Seeding{Dir: n.Dir, Seals: rafttest.Seals(1), Index: last.Index, Term: last.Term, Members: members})
	require.NoError(t, err)
	_, err = seed.Write(held.Bytes())
	require.NoError(t, err)
	require.NoError(t, seed.Commit())
	require.NoError(t, machine(n).Restore(&held))
	return n
}

func TestAStandbyThatBringsACopyIsSentOnlyWhatCameAfter(t *testing.T) {
	for _, brings := range []bool{true, false} {
		t.Run(fmt.Sprintf("brings one: %v", brings), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := rafttest.New(t, rafttest.Options{Voters: 1, Profile: short()})
				leader := c.Leader()
				for i := range 10 {
					c.Propose(fmt.Sprint(i))
				}
				require.NoError(t, leader.Raft.Snapshot(t.Context())) // what is before it is gone from the log
				copy := machine(leader).Entries()
				for i := range 10 {
					c.Propose(fmt.Sprint(10 + i))
				}
				joiner := c.Add("s1")
				if brings {
					joiner = planted(t, c, "s2", copy)
				}
				had := machine(joiner).Restores()
				c.Start(joiner)
				_, base := leader.Raft.Members()
				_, err := leader.Raft.AddStandby(t.Context(), joiner.Name, joiner.Addr, base)
				require.NoError(t, err)
				c.Eventually("the standby to have everything", func() bool { return len(machine(joiner).Data()) == 20 })
				require.Equal(t, machine(leader).Data(), machine(joiner).Data())
				sent := machine(joiner).Restores() - had
				if !brings {
					require.Equal(t, 1, sent, "the control: it is sent the whole snapshot")
					return
				}
				require.Zero(t, sent)
				entries := 0
				for _, n := range machine(joiner).Batches() {
					entries += n
				}
				require.LessOrEqual(t, entries, 12, "ten entries and two changes of membership")
			})
		})
	}
}

// One that began at term 1 again would write entries that look older than the
// copy it began with.
func TestAClusterMadeAgainGoesOnInALaterTerm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 0, Profile: short()})
		copy := []raft.Entry{{Index: 3, Term: 2, Data: []byte("a")}, {Index: 7, Term: 9, Data: []byte("b")}}
		n := planted(t, c, "v1", copy, raft.Member{ID: "v1", Addr: "v1", Voter: true})
		c.Start(n)
		c.Leader()
		c.Propose("c")
		entries := machine(n).Entries()
		require.Equal(t, []string{"a", "b", "c"}, machine(n).Data())
		require.Greater(t, entries[len(entries)-1].Index, uint64(7))
		for _, e := range entries[2:] {
			require.Greater(t, e.Term, uint64(9))
		}
		c.Stop(n)
		c.Start(n)
		c.Leader()
		require.Equal(t, []string{"a", "b", "c"}, machine(n).Data())
	})
}

func TestASeedIsPlantedOnlyWhereNothingWasAgreed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := alone(t, short())
		_, err := raft.Plant(raft.Seeding{Dir: n.Dir, Seals: rafttest.Seals(1), Index: 5, Term: 1})
		require.ErrorContains(t, err, "taken part already")
		c.Start(n)
		c.Leader()

		fresh := filepath.Join(t.TempDir(), "fresh")
		seed, err := raft.Plant(raft.Seeding{Dir: fresh, Seals: rafttest.Seals(1), Index: 5, Term: 1})
		require.NoError(t, err)
		_, err = seed.Write([]byte("half"))
		require.NoError(t, err)
		require.NoError(t, seed.Cancel())
		left, err := os.ReadDir(filepath.Join(fresh, "snapshots"))
		require.NoError(t, err)
		require.Empty(t, left)
	})
}
