//go:build unix

package release

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnUpdateIsTriedAsWhoeverItBelongsTo: root applies it, in a folder in which the
// service may put another program between the check and the trial. Shown only where
// tests run as root.
func TestAnUpdateIsTriedAsWhoeverItBelongsTo(t *testing.T) {
	dir := t.TempDir()
	next := filepath.Join(dir, "gocua-next")
	require.NoError(t, os.WriteFile(next, []byte("#!/bin/sh\nid -u > \"$0.by\"\n"), 0o755))
	by := "0"
	if os.Geteuid() == 0 {
		by = "65534"
		require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
		require.NoError(t, os.Chown(dir, 65534, 65534))
	}
	require.NoError(t, Trial{Next: next}.Sound(t.Context()))
	if os.Geteuid() != 0 {
		return
	}
	raw, err := os.ReadFile(next + ".by")
	require.NoError(t, err)
	require.Equal(t, by+"\n", string(raw))
}
