package node

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// level is what a machine's register says was agreed on.
func level(n *Node) int {
	r := n.reg.Read()
	defer r.Close()
	return r.Level()
}

// openAs opens a machine of a build that knows a level.
func openAs(t testing.TB, dir string, knows int) *Node {
	t.Helper()
	n, err := Open(Config{Dir: dir, Level: knows})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	return n
}

func TestTheFeatureLevelRisesOnceEveryVoterKnowsIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	first := run(t, openAs(t, dir, 1))
	hamlets(t, first, 10, 1, "founded")
	other := joinedBy(t, first, "ward-1", true)
	old := run(t, openAs(t, other, 1))
	eventually(t, "the ward to have its vote", old.settled)

	require.NoError(t, first.Close()) // a newer build on one of two
	first = run(t, openAs(t, dir, 2))
	eventually(t, "the newer one to have heard the older", func() bool {
		h, ok := first.near.of("ward-1")
		return ok && h.said.Level == 1
	})
	eventually(t, "a leader", func() bool { _, _, self := first.Leader(); return self || old.raft.IsLeader() })
	hamlets(t, first, 20, 1, "mixed")
	require.Equal(t, []int{1, 1}, []int{level(first), level(old)})

	require.NoError(t, old.Close())
	newer := run(t, openAs(t, other, 2))
	eventually(t, "both to go by level 2", func() bool { return level(first) == 2 && level(newer) == 2 })
	hamlets(t, newer, 30, 1, "raised")
}
