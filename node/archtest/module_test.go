package archtest

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheTopLevelIsFixed(t *testing.T) {
	root := moduleRoot(t)
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	ignored, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	require.Empty(t, strayEntries(names, strings.Fields(string(ignored))))
}

// strayEntries returns the names that have no place at the top level.
func strayEntries(names, ignored []string) (stray []string) {
	for _, name := range names {
		made := slices.ContainsFunc(ignored, func(pattern string) bool {
			ok, _ := path.Match(strings.Trim(pattern, "/"), name)
			return ok
		})
		if !made && !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) {
			stray = append(stray, name)
		}
	}
	return stray
}

func TestAnEntryWithoutAPlaceAtTheTopLevelIsReported(t *testing.T) {
	ignored := []string{"/bin/", "*.test"}
	require.Equal(t, []string{"docs", "util.go"},
		strayEntries([]string{".ci", ".gitignore", "bin", "docs", "main.go", "node", "store.test", "util.go"}, ignored))
}

func TestTheEnginesStandAtTheirVersions(t *testing.T) {
	format := "{{.Path}} {{with .Replace}}replaced{{else}}{{.Version}}{{end}}"
	args := append([]string{"list", "-m", "-f", format}, slices.Sorted(maps.Keys(versions))...)
	listed := string(goTool(t, moduleRoot(t), args...))
	require.Empty(t, wrongVersions(listed))
}

// wrongVersions compares lines of "path version" with the pinned versions.
func wrongVersions(listed string) (wrong []string) {
	has := map[string]string{}
	for line := range strings.Lines(listed) {
		name, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		has[name] = version
	}
	for name, want := range versions {
		atLeast, open := strings.CutPrefix(want, "≥")
		if has[name] != want && !(open && slices.Compare(numbers(has[name]), numbers(atLeast)) >= 0) {
			wrong = append(wrong, fmt.Sprintf("%s is %s, must be %s", name, has[name], want))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// numbers is a version as something to compare; what is no version is lowest.
func numbers(version string) []int {
	var major, minor, patch int
	if _, err := fmt.Sscanf(version, "v%d.%d.%d", &major, &minor, &patch); err != nil {
		return nil
	}
	return []int{major, minor, patch}
}

func TestAnEngineAtAnotherVersionIsReported(t *testing.T) {
	require.Equal(t, []string{
		"github.com/dgraph-io/badger/v4 is v4.9.5, must be v4.9.6",
		"github.com/hashicorp/raft is replaced, must be v1.7.3",
		"go.etcd.io/bbolt is v1.3.12, must be ≥v1.4.3",
	}, wrongVersions(`github.com/dgraph-io/badger/v4 v4.9.5
github.com/gofiber/fiber/v2 v2.52.15
github.com/hashicorp/raft replaced
github.com/hashicorp/raft-boltdb/v2 v2.3.1
go.etcd.io/bbolt v1.3.12
`))
	require.Empty(t, wrongVersions(`github.com/dgraph-io/badger/v4 v4.9.6
github.com/gofiber/fiber/v2 v2.52.15
github.com/hashicorp/raft v1.7.3
github.com/hashicorp/raft-boltdb/v2 v2.3.1
go.etcd.io/bbolt v1.4.10
`))
}
