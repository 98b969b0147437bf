package host

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheUnitRunsTheMachineOfItsDirectoryAsItsOwner(t *testing.T) {
	unit := Service{Dir: "/var/lib/gocua", Exe: "/var/lib/gocua/bin/gocua", User: "gocua", Logs: true}.SystemdUnit()
	for _, line := range []string{
		"ExecStart=/var/lib/gocua/bin/gocua --dir /var/lib/gocua serve --logs\n",
		"User=gocua\n", "Restart=on-failure\n", "KillMode=mixed\n", "ReadWritePaths=/var/lib/gocua\n", "LimitCORE=0\n", "WantedBy=multi-user.target\n",
	} {
		require.Contains(t, unit, line)
	}
	for _, line := range []string{"PrivateTmp", "ProtectSystem=strict", "ProtectHome"} {
		require.NotContains(t, unit, line, "backups go to a stick, another disk, or /tmp, where people say")
	}
	plain := Service{Dir: "/d", Exe: "/d/bin/gocua"}.SystemdUnit()
	require.NotContains(t, plain, "User=")
	require.NotContains(t, plain, "--logs")
}

func TestPathsWithSignsOfSystemdStayPaths(t *testing.T) {
	unit := Service{Dir: `/srv/gõ cửa/100%/$x`, Exe: `/srv/a"b/gocua`}.SystemdUnit()
	require.Contains(t, unit, `ExecStart="/srv/a\"b/gocua" --dir "/srv/gõ cửa/100%%/$$x" serve`)
	require.Contains(t, unit, `ReadWritePaths="/srv/gõ cửa/100%%/$x"`)
}

// systemd itself says whether it understands the unit, where it is installed.
func TestSystemdUnderstandsTheUnit(t *testing.T) {
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // the lines are checked above
	}
	exe := filepath.Join(t.TempDir(), "gocua")
	require.NoError(t, os.WriteFile(exe, []byte("#!/bin/sh\n"), 0o755))
	unit := filepath.Join(t.TempDir(), serviceName+".service")
	require.NoError(t, os.WriteFile(unit, []byte(Service{Dir: "/var/lib/gocua", Exe: exe, User: "root"}.SystemdUnit()), 0o600))
	out, err := exec.Command(verify, "verify", unit).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Empty(t, string(out))
}

func TestTheServiceRunsACopyInTheMachinesDirectory(t *testing.T) {
	exe, dir := filepath.Join(t.TempDir(), "downloaded"), t.TempDir()
	require.NoError(t, os.WriteFile(exe, []byte("one"), 0o755))
	to, err := Settle(exe, dir)
	require.NoError(t, err)
	raw, err := os.ReadFile(to)
	require.NoError(t, err)
	require.Equal(t, "one", string(raw))
	if info, err := os.Stat(to); runtime.GOOS != "windows" {
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o755), info.Mode().Perm())
	}
	again, err := Settle(to, dir)
	require.NoError(t, err)
	require.Equal(t, to, again, "a program that is there already is left alone")

	require.NoError(t, os.WriteFile(exe, []byte("two"), 0o755))
	_, err = Settle(exe, dir)
	require.NoError(t, err)
	raw, err = os.ReadFile(to)
	require.NoError(t, err)
	require.Equal(t, "two", string(raw))
}
