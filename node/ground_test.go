package node

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
)

// noStick is where a key file is to be made while the stick is not in.
func noStick(t *testing.T) string { return filepath.Join(t.TempDir(), "usb", "gocua.key") }

func TestWithoutAPlaceForItsKeyFileNoMachineIsFoundedAndNothingIsLeft(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"in a new directory": filepath.Join(t.TempDir(), "district"), "in one that was there": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			_, before := os.Stat(dir)
			f := founding(dir)
			f.KeyFile = noStick(t)
			require.ErrorContains(t, Init(f), "writing the key file")
			if before != nil {
				require.NoDirExists(t, dir)
			} else {
				left, err := os.ReadDir(dir)
				require.NoError(t, err)
				require.Empty(t, left)
			}
			require.NoError(t, os.Mkdir(filepath.Dir(f.KeyFile), 0o700))
			require.NoError(t, Init(f), "with the stick in, the same directory serves")
			require.FileExists(t, f.KeyFile)
		})
	}
}

func TestWithoutAPlaceForItsKeyFileNoTokenIsUsedUp(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	token, err := first.Invite("ward-1", wardCode, true)
	require.NoError(t, err)
	j := joining(filepath.Join(t.TempDir(), "ward"), token.String())
	j.KeyFile = noStick(t)
	_, err = Join(t.Context(), j)
	require.ErrorContains(t, err, "writing the key file")
	require.NoDirExists(t, j.Dir)
	require.Empty(t, first.Invitations()[0].Key, "nobody came with the token")

	require.NoError(t, os.Mkdir(filepath.Dir(j.KeyFile), 0o700))
	joined, err := Join(t.Context(), j)
	require.NoError(t, err, "with the stick in")
	require.Equal(t, "ward-1", joined.Node)
}

func TestAMachineThatIsNotLetInLeavesNoKeyBehind(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	token, err := first.Invite("ward-1", wardCode, true)
	require.NoError(t, err)
	token.Secret[0]++
	stick := t.TempDir()
	j := joining(t.TempDir(), token.String())
	j.KeyFile = filepath.Join(stick, "gocua.key")
	_, err = Join(t.Context(), j)
	require.ErrorContains(t, err, trust.ErrTokenUnknown.Error())
	for _, dir := range []string{j.Dir, stick} {
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	}

	old := []byte("of another machine")
	require.NoError(t, os.WriteFile(j.KeyFile, old, 0o600))
	_, err = Join(t.Context(), j)
	require.Error(t, err)
	kept, err := os.ReadFile(j.KeyFile)
	require.NoError(t, err)
	require.Equal(t, old, kept, "a key file that was there stays")
}
