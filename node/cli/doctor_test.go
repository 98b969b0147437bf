package cli

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/doctor"
)

// examined runs the doctor and returns its findings by what they look at.
func examined(t *testing.T, dir string) (found map[string]doctor.Finding, code int) {
	told := say(t, "", "--dir", dir, "--json", "doctor")
	var list []doctor.Finding
	require.NoError(t, json.Unmarshal([]byte(told.out), &list), told.out+told.err)
	found = map[string]doctor.Finding{}
	for _, x := range list {
		if before, ok := found[x.Check]; !ok || before.Level == doctor.OK {
			found[x.Check] = x
		}
	}
	return found, told.code
}

func TestTheDoctorExaminesAMachineWhetherItRunsOrNot(t *testing.T) {
	t.Setenv("GOCUA_PASSWORD", "mot cau dai de nho")
	dir := filepath.Join(t.TempDir(), "district")
	require.Contains(t, say(t, "", "--dir", dir, "doctor").err, "holds no machine yet")
	answer[map[string]any](t, dir, "init", "--code", "01CG", "--name", "Cụm", "--node", "district", "--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan")
	found, code := examined(t, dir)
	require.Equal(t, exitOK, code)
	require.Equal(t, doctor.Warn, found["running"].Level)
	require.Equal(t, doctor.OK, found["ports"].Level)

	serving := start(t, "--dir", dir, "--json", "serve")
	found, code = examined(t, dir)
	require.Equal(t, exitOK, code)
	for _, check := range []string{"running", "register", "clock", "ports", "certificates", "versions"} {
		require.Equal(t, doctor.OK, found[check].Level, "%+v", found[check])
	}
	require.Contains(t, say(t, "", "--dir", dir, "doctor", "--lang", "en").out, "ok    Machine district runs")
	var addr struct{ Peer string }
	require.NoError(t, json.Unmarshal([]byte(serving.first), &addr))
	ended, _ := serving.stop()
	require.Equal(t, exitOK, ended)

	other := start(t, "--dir", second(t, addr.Peer), "--json", "serve") // somebody else takes its place
	found, code = examined(t, dir)
	require.Equal(t, exitFailed, code, "a door that cannot be had keeps it from starting")
	require.Equal(t, doctor.Fail, found["ports"].Level)
	require.Contains(t, found["ports"].What, addr.Peer)
	other.stop()
}

// second is another machine on this computer, at an address.
func second(t *testing.T, peer string) string {
	dir := filepath.Join(t.TempDir(), "other")
	answer[map[string]any](t, dir, "init", "--code", "01CG", "--name", "Cụm", "--node", "other", "--http", "127.0.0.1:0", "--peer", peer, "--profile", "lan")
	return dir
}
