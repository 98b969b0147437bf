package node

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

func TestWhatIsDecidedButNotYetAppliedHereIsStillSeen(t *testing.T) {
	n := run(t, found(t))
	hamlet := civic.PutUnit{Code: "00166-9", Name: "Tổ 9", Kind: civic.UnitHamlet, Parent: wardCode}
	e, err := n.envelope(civic.KindUnitPut, command.NewID(), hamlet)
	require.NoError(t, err)
	seen := func() (found bool) {
		require.NoError(t, n.read(func(src lookup.Source) error {
			_, found = civic.FindUnit(src, hamlet.Code)
			return nil
		}))
		return found
	}
	require.False(t, seen())

	applied, _ := n.reg.Applied()
	n.here.settling(e, command.Outcome{Status: command.Accepted, Index: applied})
	require.False(t, seen(), "what has been applied is the register's to show")
	n.here.settling(e, command.Outcome{Status: command.Accepted, Index: applied + 1})
	require.True(t, seen(), "between its outcome and its entry it is seen nowhere")
}
