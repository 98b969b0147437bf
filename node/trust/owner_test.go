//go:build unix

package trust

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestWhatAnAdministratorChangesTheServiceCanStillRead: root's command works in the
// directory of whoever the service runs as. Shown only where tests run as root.
func TestWhatAnAdministratorChangesTheServiceCanStillRead(t *testing.T) {
	dir := t.TempDir()
	_, err := CreateKeys(dir, "", time.Now())
	require.NoError(t, err)
	if os.Geteuid() != 0 {
		return
	}
	const service = 65534
	require.NoError(t, os.Chown(dir, service, service))
	require.NoError(t, Rotate(dir, Way{}, "", Cost{Memory: 64, Passes: 1, Lanes: 1}, time.Now()))
	for _, name := range []string{ringFile, keyFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, uint32(service), info.Sys().(*syscall.Stat_t).Uid, "the service cannot read %s any more", name)
	}
}
