package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/trust"
)

func TestAMachineIsSealedWithAPassphraseUnlockedAndRotated(t *testing.T) {
	dir, stick := filepath.Join(t.TempDir(), "district"), filepath.Join(t.TempDir(), "gocua.key")
	t.Setenv("GOCUA_PASSWORD", "mot cau dai de nho")
	answer[map[string]any](t, dir, "init", "--code", "01CG", "--name", "Cụm Cầu Giấy", "--node", "district", "--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan")
	require.Equal(t, filepath.Join(dir, "storage.key"), answer[trust.KeyStatus](t, dir, "keys", "status").File)

	answer[map[string]int](t, dir, "keys", "rotate", "--key-file", stick)
	s := answer[trust.KeyStatus](t, dir, "keys", "status")
	require.Equal(t, []any{stick, 2}, []any{s.File, s.Generations})
	code, _ := start(t, "--dir", dir, "--json", "serve").stop()
	require.Equal(t, exitOK, code, "the stick is there")

	require.Contains(t, say(t, "", "--dir", dir, "keys", "passphrase").err, "no passphrase was given")
	require.Contains(t, say(t, "ngắn\n", "--dir", dir, "keys", "passphrase").err, "12 characters")
	set := say(t, "cây đa bến nước\n", "--dir", dir, "keys", "passphrase")
	require.Equal(t, exitOK, set.code, set.err)
	require.NoFileExists(t, stick)
	require.Contains(t, say(t, "", "--dir", dir, "keys", "status").out, "argon2id, 256 MiB, 3 passes")
	require.Contains(t, say(t, "", "--dir", dir, "verify").err, "it takes its passphrase")

	started := make(chan running, 1)
	go func() { started <- start(t, "--dir", dir, "--json", "serve") }()
	require.Eventually(t, func() bool { _, err := node.LoadControl(dir); return err == nil }, patience, patience/1000)
	require.Contains(t, say(t, "", "--dir", dir, "status").err, "sealed")
	wrong := say(t, "cây đa bến sông\n", "--dir", dir, "unlock")
	require.Equal(t, exitFailed, wrong.code)
	require.Contains(t, wrong.err, "wrong")
	right := say(t, "cây đa bến nước\n", "--dir", dir, "unlock")
	require.Equal(t, exitOK, right.code, right.err)
	serving := <-started
	require.Contains(t, say(t, "", "--dir", dir, "unlock").err, "open already")
	code, _ = serving.stop()
	require.Equal(t, exitOK, code)

	require.Equal(t, exitOK, say(t, "cây đa bến nước\n", "--dir", dir, "keys", "passphrase", "--remove").code)
	require.FileExists(t, filepath.Join(dir, "storage.key"))
	require.Contains(t, say(t, "", "--dir", dir, "keys", "passphrase", "--remove").err, "no passphrase is set")
	raw, err := os.ReadFile(filepath.Join(dir, "keyring.json"))
	require.NoError(t, err)
	require.NotContains(t, string(raw), "salt")
}
