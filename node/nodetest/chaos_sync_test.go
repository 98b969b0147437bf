//go:build (chaos || soak) && linux

package nodetest

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	cutsWithoutSync = 2
	answersPerCut   = 1000
)

// TestAPowerCutTakesWhatWasNeverSynced is the control of the one above: the same
// disks and the same cuts, with an outbox that syncs and with one that does not.
// If nothing were lost without syncing, the tests would show nothing.
func TestAPowerCutTakesWhatWasNeverSynced(t *testing.T) {
	if !mayMount(t) {
		return
	}
	child := buildOutboxTest(t)
	for _, c := range []struct {
		rule   string
		noSync string
	}{{"synced", ""}, {"never synced", "1"}} {
		answered, lost := 0, 0
		for range cutsWithoutSync {
			acked, held := cutOutbox(t, child, c.noSync)
			answered += len(acked)
			for _, name := range acked {
				if !held[name] {
					lost++
				}
			}
		}
		t.Logf("%s: %d power cuts, %d captures answered, %d lost", c.rule, cutsWithoutSync, answered, lost)
		require.GreaterOrEqual(t, answered, cutsWithoutSync*answersPerCut)
		if c.noSync == "" {
			require.Zero(t, lost)
		} else {
			require.Positive(t, lost, "a cut that takes nothing shows nothing")
		}
	}
}

// buildOutboxTest builds the tests of the outbox: as a child they capture
// without end, and only they can leave syncing out.
func buildOutboxTest(t *testing.T) string {
	exe := filepath.Join(t.TempDir(), "outbox.test")
	out, err := exec.Command("go", "test", "-c", "-o", exe, "gocua/store/outbox").CombinedOutput()
	require.NoError(t, err, string(out))
	return exe
}

// cutOutbox lets an outbox answer for captures on a disk of its own and cuts the
// power. It returns what was answered and what is left.
func cutOutbox(t *testing.T, exe, noSync string) (acked []string, held map[string]bool) {
	t.Helper()
	disk := newImage(t)
	child := exec.Command(exe)
	child.Env = append(os.Environ(), "OUTBOX_TEST_KILL_DIR="+filepath.Join(disk.mount, "outbox"), "OUTBOX_TEST_KILL_NO_SYNC="+noSync)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	defer func() { _ = child.Wait() }()
	defer child.Process.Kill()
	lines := bufio.NewScanner(out)
	for len(acked) < answersPerCut && lines.Scan() {
		name, ok := strings.CutPrefix(lines.Text(), "acked ")
		require.True(t, ok, lines.Text())
		acked = append(acked, name)
	}
	require.NoError(t, child.Process.Signal(syscall.SIGSTOP))
	left := disk.afterPowerCut()
	require.NoError(t, child.Process.Kill())
	disk.pullOut()
	left.plugIn()

	look := exec.Command(exe)
	look.Env = append(os.Environ(), "OUTBOX_TEST_KILL_DIR="+filepath.Join(left.mount, "outbox"), "OUTBOX_TEST_KILL_LIST=1")
	text, err := look.Output()
	require.NoError(t, err, string(text))
	held = map[string]bool{}
	for line := range bytes.Lines(text) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(string(line)), "held "); ok {
			held[name] = true
		} else {
			require.NotEmpty(t, noSync, "%s", line)
		}
	}
	left.pullOut()
	return acked, held
}
