//go:build soak

package nodetest

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/release"
)

// TestSoakAMachineWithAPassphraseIsUpdatedOnceItIsUnlocked: the new program cannot be
// ready by itself, and is not undone for that.
func TestSoakAMachineWithAPassphraseIsUpdatedOnceItIsUnlocked(t *testing.T) {
	const passphrase = "cây đa bến nước\n"
	r := makeReleases(t)
	p := NewProcess(t, r.before, filepath.Join(t.TempDir(), "district"))
	p.exe = r.install(filepath.Join(r.dir, "pc"))
	p.Gocua("init", "--code", cluster, "--name", cluster, "--node", "district", "--password", password, "--http", anyAddr, "--peer", anyAddr, "--profile", "lan")
	typing := func(args ...string) {
		t.Helper()
		c := exec.Command(p.exe, append([]string{"--dir", p.Dir}, args...)...)
		c.Stdin = strings.NewReader(passphrase)
		said, err := c.CombinedOutput()
		require.NoError(t, err, string(said))
	}
	p.Start() // once, so that its ports stay
	p.AwaitReady(startsIn)
	p.Kill()
	typing("keys", "passphrase")
	sealed := func() bool {
		said, err := p.Try("status")
		return err != nil && strings.Contains(said, "sealed")
	}
	p.Start()
	Eventually(t, startsIn, "it to be sealed", sealed)
	typing("unlock")
	p.AwaitReady(startsIn)

	said, err := p.Try("update", r.update, "--within", "60s")
	require.NoError(t, err, said)
	require.Contains(t, said, "waits to be unlocked")
	trial, _, err := release.Load(p.Dir)
	require.NoError(t, err)
	require.Equal(t, release.Trying, trial.State)
	require.True(t, sealed())

	p.Kill() // a power cut: the next start tries it again, and is sealed again
	Eventually(t, startsIn, "nobody to answer", func() bool { said, err := p.Try("status"); return err != nil && !strings.Contains(said, "sealed") })
	p.Start()
	Eventually(t, startsIn, "it to be sealed", sealed)
	typing("unlock")
	Eventually(t, updatedWithin, "the update to be taken", func() bool {
		trial, _, err := release.Load(p.Dir)
		return err == nil && trial.State == release.Taken
	})
	p.AwaitReady(startsIn)
	require.Equal(t, "v1.1.0", statusOf(t, p).Version)
	require.Equal(t, 2, trial.Starts+1)
}
