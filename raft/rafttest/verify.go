package rafttest

import (
	"github.com/stretchr/testify/require"

	"gocua/raft"
)

// Agreed waits until all running machines have reached the same place. With
// *Machine it also demands that they hold the same entries.
func (c *Cluster) Agreed() {
	c.t.Helper()
	nodes := c.Running()
	c.Eventually("one place on all nodes", func() bool {
		index, term := nodes[0].Machine.Applied()
		for _, n := range nodes[1:] {
			if i, t := n.Machine.Applied(); i != index || t != term {
				return false
			}
		}
		return index > 0
	})
	c.SameMachines()
}

// SameMachines demands that any two machines hold the same entries up to where
// both are. Machines other than *Machine are for their own package to compare.
func (c *Cluster) SameMachines() {
	c.t.Helper()
	longest, whose := []raft.Entry{}, ""
	for _, n := range c.Nodes {
		m, ok := n.Machine.(*Machine)
		if !ok {
			continue
		}
		entries := m.Entries()
		for i := range min(len(entries), len(longest)) {
			require.Equal(c.t, longest[i], entries[i], "entry %d of %s and %s", i, whose, n.Name)
		}
		if len(entries) > len(longest) {
			longest, whose = entries, n.Name
		}
	}
}

// SameLogs stops all nodes and demands that their logs hold the same entry at
// each place up to which both machines have applied. It returns how many
// entries were compared with another node's.
func (c *Cluster) SameLogs() (compared int) {
	c.t.Helper()
	c.Close()
	known := map[uint64]raft.Entry{}
	for _, n := range c.Nodes {
		applied, _ := n.Machine.Applied()
		require.NoError(c.t, raft.ReadLog(n.Dir, c.opts.Seals, func(e raft.Entry) error {
			if e.Index > applied {
				return nil // not known to be agreed
			}
			if other, ok := known[e.Index]; ok {
				compared++
				require.Equal(c.t, other, e, "entry %d of %s", e.Index, n.Name)
			}
			known[e.Index] = e
			return nil
		}))
	}
	return compared
}
