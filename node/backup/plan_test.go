package backup

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// The plan is saved by an administrator, in a directory of whoever the service runs as.
func TestAPlanIsNotWrittenThroughALink(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // only an administrator makes links
	}
	dir, victim := t.TempDir(), filepath.Join(t.TempDir(), "shadow")
	require.NoError(t, os.WriteFile(victim, []byte("root's"), 0o600))
	require.NoError(t, os.Symlink(victim, filepath.Join(dir, planFile+".new")))
	require.NoError(t, Plan{At: "20:00"}.Save(dir))
	raw, err := os.ReadFile(victim)
	require.NoError(t, err)
	require.Equal(t, "root's", string(raw))
	p, err := LoadPlan(dir)
	require.NoError(t, err)
	require.Equal(t, "20:00", p.At)
}
