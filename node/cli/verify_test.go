package cli

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/storetest"
)

func TestVerifyEndsWithOneWhenARecordWasAltered(t *testing.T) {
	t.Setenv("GOCUA_PASSWORD", "mot cau dai de nho")
	dir := filepath.Join(t.TempDir(), "district")
	require.Equal(t, exitFailed, say(t, "", "--dir", dir, "verify").code)
	answer[map[string]any](t, dir, "init", "--code", "01CG", "--name", "Cụm Cầu Giấy", "--node", "district", "--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan")
	require.Contains(t, say(t, "", "--dir", dir, "verify").err, "there is no register")
	serving := start(t, "--dir", dir, "--json", "serve")
	answer[map[string]any](t, dir, "user", "add", "trang", "--name", "Trang", "--role", "officer", "--unit", "01CG")
	running := answer[node.Verification](t, dir, "verify")
	require.True(t, running.OK)
	code, _ := serving.stop()
	require.Equal(t, exitOK, code)
	still := answer[node.Verification](t, dir, "verify")
	require.Equal(t, []any{true, running.Head}, []any{still.OK, still.Head}, "on the directory, the same")

	keys, err := trust.OpenKeys(dir, trust.Way{})
	require.NoError(t, err)
	key := keys.Base()
	require.NoError(t, storetest.Alter(filepath.Join(dir, "register"), key, civic.TypeNode, "district", func([]byte) []byte { return []byte(`{"id":"district"}`) }))
	got := say(t, "", "--dir", dir, "verify")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.out, "WRONG at record 3 district")
	require.Contains(t, say(t, "", "--dir", dir, "verify", "--head", "7").err, "is no head")
}
