package node

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestLooksOnAMachineThatFollowsAreMergedOnEveryMachine(t *testing.T) {
	t.Parallel()
	nodes, by := cluster(t)
	one, _ := ward(t, nodes)
	for range 3 {
		require.NoError(t, one.looked(t.Context(), command.Look{Officer: by, Act: command.LookReveal, Type: civic.TypeResident, Key: civic.KeyOf(command.NewID()), Unit: wardCode}))
	}
	written, _ := one.looks.Written()
	require.GreaterOrEqual(t, written, uint64(3))
	refused := 0
	one.bringNow(t.Context(), &refused)
	require.Zero(t, refused)
	for _, n := range nodes {
		eventually(t, "the looks to be known at "+n.ID(), func() bool {
			r := n.reg.Read()
			defer r.Close()
			head, _ := civic.Load[civic.LookHead](r, civic.TypeLookHead, command.Key(one.ID()))
			return head.Seq >= written
		})
	}
}
