//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/release"
)

// The command line lies elsewhere than the service's program, which is the one that a
// stopped machine is started with.
func TestAnUpdateOfAStoppedServiceIsForTheServicesProgram(t *testing.T) {
	dir := t.TempDir()
	at := filepath.Join(dir, "bin", "gocua")
	e := env{ctx: t.Context(), dir: dir}
	own := []string{release.Version(), release.Program()}
	runs := func(service bool) []string {
		version, program, err := e.atRest(service)
		require.NoError(t, err)
		return []string{version, program}
	}
	require.Equal(t, own, runs(true), "the service is of another machine")

	require.NoError(t, os.Mkdir(filepath.Dir(at), 0o755))
	require.NoError(t, os.WriteFile(at, []byte("#!/bin/sh\n[ \"$1 $2\" = \"--json version\" ] && echo '{\"version\":\"v1.4.0\",\"os\":\"linux\"}'\n"), 0o755))
	require.Equal(t, []string{"v1.4.0", at}, runs(true))
	require.Equal(t, own, runs(false), "what a service left behind is not started by anybody")
	require.Equal(t, "the service starts", e.starting(at))
	require.Equal(t, "the machine starts: gocua serve --dir "+dir, e.starting(release.Program()))

	require.NoError(t, os.WriteFile(at, []byte("#!/bin/sh\necho damaged\n"), 0o755))
	_, _, err := e.atRest(true)
	require.ErrorContains(t, err, at+" does not say which version it is")
}
