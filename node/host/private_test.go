//go:build unix

package host

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatOthersPutInTheDirectoryLeadsNowhere: an administrator's command works in a
// directory that belongs to whoever the service runs as. A link there must not have
// it empty, or give away, a file of the system.
func TestWhatOthersPutInTheDirectoryLeadsNowhere(t *testing.T) {
	dir, victim := t.TempDir(), filepath.Join(t.TempDir(), "shadow")
	whole := func() {
		t.Helper()
		raw, err := os.ReadFile(victim)
		require.NoError(t, err)
		require.Equal(t, "root's", string(raw))
	}
	require.NoError(t, os.WriteFile(victim, []byte("root's"), 0o600))

	require.NoError(t, os.Symlink(victim, filepath.Join(dir, lockFile)))
	_, err := Hold(dir)
	require.Error(t, err)
	whole()

	exe := filepath.Join(t.TempDir(), "downloaded")
	require.NoError(t, os.WriteFile(exe, []byte("program"), 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "bin"), 0o755))
	require.NoError(t, os.Symlink(victim, filepath.Join(dir, "bin", "gocua.part")))
	_, err = Settle(exe, dir)
	require.NoError(t, err)
	whole()

	require.NoError(t, os.Mkdir(filepath.Join(dir, "logs"), 0o700))
	require.NoError(t, os.Symlink(victim, filepath.Join(dir, "logs", "gocua.log")))
	_, err = OpenLog(filepath.Join(dir, "logs"), 100, 2)
	require.Error(t, err)
	whole()
}

// TestALinkInThePlaceOfTheProgramsFolderGivesNothingAway: on `sudo gocua service
// install` a folder of the system must not become the service's. Shown only where
// tests run as root.
func TestALinkInThePlaceOfTheProgramsFolderGivesNothingAway(t *testing.T) {
	dir, etc := t.TempDir(), t.TempDir()
	exe := filepath.Join(t.TempDir(), "downloaded")
	require.NoError(t, os.WriteFile(exe, []byte("program"), 0o700))
	if os.Geteuid() != 0 {
		return
	}
	const service = 65534
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
	require.NoError(t, os.Chown(dir, service, service))
	require.NoError(t, os.Symlink(etc, filepath.Join(dir, "bin")))
	_, err := Settle(exe, dir)
	require.ErrorIs(t, err, os.ErrPermission)
	left, err := os.ReadDir(etc)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Zero(t, owner(t, etc))

	require.NoError(t, os.Remove(filepath.Join(dir, "bin")))
	to, err := Settle(exe, dir)
	require.NoError(t, err)
	require.Equal(t, []uint32{service, service}, []uint32{owner(t, to), owner(t, filepath.Dir(to))}, "an update takes its place")
}

func owner(t *testing.T, path string) uint32 {
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Sys().(*syscall.Stat_t).Uid
}
