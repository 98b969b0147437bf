package host

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// files reads a folder: names and what they hold.
func files(t *testing.T, dir string) map[string]string {
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	found := map[string]string{}
	for _, e := range list {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		found[e.Name()] = string(raw)
	}
	return found
}

func TestALogKeepsTheNewestLinesAndNoMore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	l, err := OpenLog(dir, 10, 3)
	require.NoError(t, err)
	for i := range 8 {
		_, err := fmt.Fprintf(l, "line%d\n", i) // six bytes: one to a file
		require.NoError(t, err)
	}
	require.NoError(t, l.Close())
	require.Equal(t, map[string]string{"gocua.log": "line7\n", "gocua.log.1": "line6\n", "gocua.log.2": "line5\n"}, files(t, dir))

	_, err = l.Write([]byte("late\n"))
	require.ErrorIs(t, err, os.ErrClosed)
	l, err = OpenLog(dir, 20, 3)
	require.NoError(t, err)
	_, err = fmt.Fprintln(l, "after a start")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	require.Equal(t, "line7\nafter a start\n", files(t, dir)["gocua.log"])
}

func TestALineIsNeverCutAndOneThatIsTooLongStandsAlone(t *testing.T) {
	dir := t.TempDir()
	l, err := OpenLog(dir, 10, 2)
	require.NoError(t, err)
	long := strings.Repeat("x", 40) + "\n"
	for _, line := range []string{"a\n", long, "b\n"} {
		n, err := l.Write([]byte(line))
		require.NoError(t, err)
		require.Equal(t, len(line), n)
	}
	require.NoError(t, l.Close())
	require.Equal(t, map[string]string{"gocua.log": "b\n", "gocua.log.1": long}, files(t, dir))
}

func TestManyWriteToOneLog(t *testing.T) {
	dir := t.TempDir()
	l, err := OpenLog(dir, 1000, 100)
	require.NoError(t, err)
	var writing sync.WaitGroup
	for w := range 8 {
		writing.Go(func() {
			for i := range 100 {
				fmt.Fprintf(l, "writer %d line %d\n", w, i)
			}
		})
	}
	writing.Wait()
	require.NoError(t, l.Close())
	var all strings.Builder
	for _, text := range files(t, dir) {
		require.LessOrEqual(t, len(text), 1000)
		all.WriteString(text)
	}
	for w := range 8 {
		for i := range 100 {
			require.Contains(t, all.String(), fmt.Sprintf("writer %d line %d\n", w, i))
		}
	}
}
