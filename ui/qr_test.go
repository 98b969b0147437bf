package ui_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/ui"
)

func TestACodeIsDrawnAsStrokesOfDarkModules(t *testing.T) {
	code := ui.DrawQR([][]bool{{false, true, true, false}, {true, false, false, true}, {false, false, false, false}, {true, true, true, true}})
	require.Equal(t, 4, code.Size)
	require.Equal(t, "M1 0h2v1h-2zM0 1h1v1h-1zM3 1h1v1h-1zM0 3h4v1h-4z", code.Path)
	require.Equal(t, ui.QR{}, ui.DrawQR(nil))
}

func TestASecretIsWrittenInGroupsOfFour(t *testing.T) {
	require.Equal(t, "JBSW Y3DP EHPK 3PXP", ui.Groups("JBSWY3DPEHPK3PXP"))
	require.Equal(t, "JBSW Y3", ui.Groups("JBSWY3"))
	require.Equal(t, "", ui.Groups(""))
}
