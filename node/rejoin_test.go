package node

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/host"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

func (n *Node) hasHamlet(code string) bool {
	r := n.reg.Read()
	defer r.Close()
	_, ok := civic.Load[civic.Unit](r, civic.TypeUnit, command.Key(wardCode+"-"+code))
	return ok
}

// TestWhatIsRefusedKeepsNothingElseFromBeingHandedInAgain: the first that is missing
// was captured on a machine that was shut out since. What others captured goes in.
func TestWhatIsRefusedKeepsNothingElseFromBeingHandedInAgain(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	keeps, stolen := joinedBy(t, first, "ward-1", false), joinedBy(t, first, "ward-2", false)
	ward, thief := run(t, open(t, keeps)), run(t, open(t, stolen))
	key, to := keyFile(t)
	made, err := first.Backup(t.Context(), BackupOrder{File: filepath.Join(t.TempDir(), "a.gocua"), To: []string{to}})
	require.NoError(t, err)
	hamlets(t, thief, 20, 2, "captured on the machine that is stolen later")
	hamlets(t, first, 30, 3, "captured in the office")
	eventually(t, "the ward to have it", func() bool { return ward.hasHamlet("21") && ward.hasHamlet("32") })
	require.NoError(t, errors.Join(first.Close(), ward.Close(), thief.Close()))

	r := restoring(t, made.File, key)
	_, err = Restore(t.Context(), r)
	require.NoError(t, err)
	office := run(t, open(t, r.Dir))
	eventually(t, "the new generation to be agreed on", func() bool { return office.generation() == 2 })
	require.NoError(t, office.Ask(t.Context(), civic.KindNodeDeny, clusterCode, civic.DenyNode{ID: "ward-2", Reason: civic.DenyStolen}))
	back := filepath.Join(t.TempDir(), "ward-1.back")
	text, err := office.Readmit("ward-1")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(back, text, 0o600))
	require.NoError(t, Rejoin(keeps, back))
	again := run(t, open(t, keeps))

	done, err := again.HandInMissing(t.Context())
	require.NoError(t, err)
	require.Equal(t, HandedIn{Sent: 3, Refused: 2}, done)
	require.True(t, office.hasHamlet("30") && office.hasHamlet("31") && office.hasHamlet("32"))
	require.False(t, office.hasHamlet("20"), "nothing that a stolen machine signed is taken")
}

// TestARepairLeavesWhatWasSetAsideOfTheOldGeneration: it may hold what is nowhere else.
func TestARepairLeavesWhatWasSetAsideOfTheOldGeneration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old := filepath.Join(dir, "register"+aside, "only-here")
	for range 2 { // the second time, one that differed lies there already
		for _, file := range []string{old, filepath.Join(dir, "register", "differs")} {
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
			require.NoError(t, os.WriteFile(file, nil, 0o600))
		}
		require.NoError(t, Rebuild(dir))
		require.FileExists(t, old)
		require.NoDirExists(t, filepath.Join(dir, "register"))
		require.FileExists(t, filepath.Join(dir, differed, "differs"))
	}
}

func TestAMachineThatIsHeldByAProcessDoesNotComeBack(t *testing.T) {
	t.Parallel()
	n := found(t)
	dir := n.cfg.Dir
	require.NoError(t, n.Close())
	ca, err := trust.LoadCA(dir)
	require.NoError(t, err)
	ca.Generation++
	with, err := ca.Certify("district", publicKey(n.id), time.Now())
	require.NoError(t, err)
	back := filepath.Join(t.TempDir(), "district.back")
	text, err := trust.Readmission{Cert: with, Peers: []string{"127.0.0.1:1"}, From: 1}.Text("district")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(back, text, 0o600))
	lock, err := host.Hold(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, lock.Release()) })
	var busy *host.BusyError
	require.ErrorAs(t, Rejoin(dir, back), &busy)
	require.DirExists(t, filepath.Join(dir, "register"), "and nothing was changed")
}
