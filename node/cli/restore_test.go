package cli

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARegisterIsMadeAgainOnlyWhereNoMachineRuns(t *testing.T) {
	t.Setenv("GOCUA_PASSWORD", "mot cau dai de nho")
	dir := filepath.Join(t.TempDir(), "district")
	none := say(t, "", "--dir", dir, "restore", "--rebuild")
	require.Equal(t, said{exitFailed, "", "gocua: there is no register in " + dir + "\n"}, none)
	answer[map[string]any](t, dir, "init", "--code", "01CG", "--name", "Cụm Cầu Giấy", "--node", "district", "--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan")
	serving := start(t, "--dir", dir, "--json", "serve")
	answer[map[string]any](t, dir, "user", "add", "trang", "--name", "Trang", "--role", "officer", "--unit", "01CG")
	early := say(t, "", "--dir", dir, "restore", "--rebuild")
	require.Equal(t, said{exitFailed, "", "gocua: machine district is running in " + dir + "; stop it first\n"}, early)
	code, _ := serving.stop()
	require.Equal(t, exitOK, code)

	require.True(t, answer[map[string]bool](t, dir, "restore", "--rebuild")["setAside"])
	require.DirExists(t, filepath.Join(dir, "register.differed"))
	require.NoDirExists(t, filepath.Join(dir, "register"))
	start(t, "--dir", dir, "--json", "serve")
	type officer struct{ User string }
	require.Equal(t, []officer{{"quantri"}, {"trang"}}, answer[[]officer](t, dir, "user", "list"), "all that was agreed, from the log")
}
