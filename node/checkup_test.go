package node

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/doctor"
)

// levels is the worst level each check came to.
func levels(list []doctor.Finding) map[string]doctor.Level {
	worst := map[string]doctor.Level{}
	for _, x := range list {
		if worst[x.Check] != doctor.Fail && x.Level != doctor.OK || worst[x.Check] == "" {
			worst[x.Check] = x.Level
		}
	}
	return worst
}

func TestAMachineIsExaminedAsItIsNowAndItsComputerOnceAMinute(t *testing.T) {
	t.Parallel()
	disk := &roomy{}
	disk.free.Store(plenty)
	n := run(t, foundOn(t, disk))
	eventually(t, "a leader", func() bool { return n.raft.IsLeader() })
	list, at, err := n.Checkup(t.Context(), doctor.Vietnamese)
	require.NoError(t, err)
	got := levels(list)
	for _, check := range []string{"running", "register", "clock", "disk", "ports", "certificates", "leader"} {
		require.Equal(t, doctor.OK, got[check], "%s: %+v", check, list)
	}

	disk.free.Store(100 << 20) // the machine knows at once
	list, again, err := n.Checkup(t.Context(), doctor.Vietnamese)
	require.NoError(t, err)
	require.Equal(t, doctor.Fail, levels(list)["disk"])
	require.Equal(t, at, again, "the computer was not asked again")

	n.checkup.at = n.checkup.at.Add(-checkupFor)
	_, again, err = n.Checkup(t.Context(), doctor.English)
	require.NoError(t, err)
	require.True(t, again.After(at))
}
