package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// shown is the line a demonstration prints for programs, as the architecture
// fixes it.
type shown struct {
	Ready    bool    `json:"ready"`
	Province place   `json:"province"`
	District place   `json:"district"`
	Wards    []place `json:"wards"`
}

type place struct {
	Unit, Name, Node, URL string
	Users                 []struct{ Role, User, Password string }
}

func (p place) roles() (all []string) {
	for _, u := range p.Users {
		all = append(all, u.Role)
	}
	return all
}

func TestADemonstrationTellsProgramsWhereToGoAndLeavesNothing(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	demo := start(t, "--json", "--log", "error", "demo", "--port", "0", "--residents", "40", "--wards", "2")
	var line shown
	require.NoError(t, json.Unmarshal([]byte(demo.first), &line), demo.first)
	require.True(t, line.Ready)
	require.Equal(t, "01", line.Province.Unit)
	require.Equal(t, "01CG", line.District.Unit)
	require.Len(t, line.Wards, 2)
	require.Contains(t, line.Province.roles(), "province")
	for _, p := range append(line.Wards, line.District) {
		require.Subset(t, p.roles(), []string{"officer", "supervisor"}, p.Node)
	}
	urls := map[string]bool{}
	for _, p := range append(line.Wards, line.District, line.Province) {
		require.Regexp(t, `^http://127\.0\.0\.1:[1-9]\d*$`, p.URL)
		require.NotEmpty(t, p.Name)
		require.NotEmpty(t, p.Node)
		urls[p.URL] = true
		for _, u := range p.Users {
			require.NotEmpty(t, u.User)
			require.GreaterOrEqual(t, len(u.Password), 12)
		}
	}
	require.Len(t, urls, 4, "each has its own door")
	entries, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Len(t, entries, 1)

	code, rest := demo.stop()
	require.Equal(t, exitOK, code, demo.err)
	require.Empty(t, rest, "exactly one line")
	entries, err = os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestADemonstrationBrokenOffIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "unfinished"), nil, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "province"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "province", "node.json"), []byte("half"), 0o600))
	args := []string{"demo", "--data", dir, "--port", "0", "--residents", "0", "--wards", "1"}

	demo := start(t, args...)
	code, told := demo.stop()
	require.Equal(t, exitOK, code, demo.err)
	require.Contains(t, told, "Ready after")
	require.Contains(t, told, "province     tinh ")
	require.Contains(t, told, "Ctrl-C stops everything.")
	require.NoFileExists(t, filepath.Join(dir, "unfinished"))
	require.FileExists(t, filepath.Join(dir, "demo.log"))
	before, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	require.NoError(t, err)

	demo = start(t, args...)
	code, _ = demo.stop()
	require.Equal(t, exitOK, code, demo.err)
	after, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "kept, with its passwords")
}
