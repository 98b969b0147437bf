//go:build unix

package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node"
)

const service = 65534

// given makes a machine's directory one of somebody else, as a service has it.
func given(t *testing.T, dir string) {
	require.NoError(t, os.Chmod(filepath.Dir(filepath.Dir(dir)), 0o755))
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		require.NoError(t, err)
		return os.Lchown(path, service, service)
	}))
}

// stays says that all of it is still theirs.
func stays(t *testing.T, dir, after string) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := e.Info()
		require.NoError(t, err)
		require.Equal(t, uint32(service), info.Sys().(*syscall.Stat_t).Uid, "after %s the service cannot open %s any more", after, path)
		return nil
	}))
}

// TestWhatAnAdministratorDoesLeavesTheServiceItsFiles: root's commands work in the
// directory of whoever the service runs as. Shown only where tests run as root.
func TestWhatAnAdministratorDoesLeavesTheServiceItsFiles(t *testing.T) {
	t.Setenv("GOCUA_PASSWORD", "mot cau dai de nho")
	dir := filepath.Join(t.TempDir(), "district")
	answer[map[string]any](t, dir, "init", "--code", "01CG", "--name", "Cụm Cầu Giấy", "--node", "district", "--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan")
	serving := start(t, "--dir", dir, "--json", "serve")
	answer[map[string]any](t, dir, "user", "add", "trang", "--name", "Trang", "--role", "officer", "--unit", "01CG")
	code, _ := serving.stop()
	require.Equal(t, exitOK, code)
	if os.Geteuid() != 0 {
		return
	}
	given(t, dir)

	require.True(t, answer[node.Verification](t, dir, "verify").OK)
	stays(t, dir, "verify")
	_, err := node.AgreedLevel(dir)
	require.NoError(t, err)
	stays(t, dir, "update")
	answer[map[string]any](t, dir, "backup", "recipients", "--at", "20:00")
	stays(t, dir, "backup recipients")
	require.Equal(t, 0, os.Geteuid(), "root goes on as root")
	groups, err := os.Getgroups()
	require.NoError(t, err)
	require.NotContains(t, groups, service)
}

// TestALinkInTheRegisterEmptiesNothing: whoever the service runs as may put links among
// the files of the register, and root's commands open them to write.
func TestALinkInTheRegisterEmptiesNothing(t *testing.T) {
	t.Setenv("GOCUA_PASSWORD", "mot cau dai de nho")
	dir, victim := filepath.Join(t.TempDir(), "district"), filepath.Join(t.TempDir(), "shadow")
	answer[map[string]any](t, dir, "init", "--code", "01CG", "--name", "Cụm Cầu Giấy", "--node", "district", "--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan")
	start(t, "--dir", dir, "--json", "serve").stop()
	if os.Geteuid() != 0 {
		return
	}
	require.NoError(t, os.WriteFile(victim, []byte("root's"), 0o600))
	given(t, dir)
	logs, err := filepath.Glob(filepath.Join(dir, "register", "*", "*.vlog"))
	require.NoError(t, err)
	require.NotEmpty(t, logs)
	for _, log := range logs {
		require.NoError(t, os.Remove(log))
		require.NoError(t, os.Symlink(victim, log))
	}
	got := say(t, "", "--dir", dir, "verify")
	raw, err := os.ReadFile(victim)
	require.NoError(t, err)
	require.Equal(t, "root's", string(raw))
	require.Equal(t, exitFailed, got.code)
}
