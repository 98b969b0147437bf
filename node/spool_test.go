package node

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/node/lookup"
	"gocua/store/command"
	"log/slog"
)

func spoolDrawer(t require.TestingT) drawer {
	d, err := newDrawer(bytes.Repeat([]byte{3}, 32), "exports")
	require.NoError(t, err)
	return d
}

func TestASpoolIsReadAsItWasWrittenAndNotOtherwise(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		d, path := spoolDrawer(t), filepath.Join(dir, "file")
		size := rapid.SampledFrom([]int{0, 1, spoolPart - 1, spoolPart, spoolPart + 1, 3*spoolPart + 17}).Draw(t, "size")
		want := bytes.Repeat([]byte("Trần Thị Mẫu "), size/10+1)[:size]
		w, err := d.create(path)
		require.NoError(t, err)
		for rest := want; len(rest) > 0; {
			n := min(rapid.IntRange(1, 2*spoolPart).Draw(t, "write"), len(rest))
			_, err := w.Write(rest[:n])
			require.NoError(t, err)
			rest = rest[n:]
		}
		require.NoError(t, w.Close())
		require.EqualValues(t, size, w.written)
		read := func() ([]byte, error) {
			r, err := d.open(path)
			require.NoError(t, err)
			defer r.Close()
			return io.ReadAll(r)
		}
		got, err := read()
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got))

		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		require.False(t, size > 100 && bytes.Contains(raw, []byte("Mẫu")), "it lies on the disk in the clear")
		at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
		bad := bytes.Clone(raw)
		bad[at] ^= 0x41
		if rapid.Bool().Draw(t, "cut short") {
			bad = raw[:at]
		}
		require.NoError(t, os.WriteFile(path, bad, 0o600))
		_, err = read()
		require.Error(t, err)
	})
}

// newExports is the part of a machine that makes exports, at work until the test
// ends.
func newExports(t *testing.T) *exports {
	x := &exports{dir: filepath.Join(t.TempDir(), "exports"), keep: spoolDrawer(t), clock: time.Now, room: func() *command.Error { return nil }, log: slog.New(slog.DiscardHandler)}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { x.run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	return x
}

func stateOf(x *exports, id string) func() bool {
	return func() bool {
		for _, j := range x.list() {
			if j.ID == id {
				return j.State != jobRunning
			}
		}
		return false
	}
}

func TestAnExportIsMadeWhileNobodyWaitsAndReadAsOftenAsOneLikes(t *testing.T) {
	x := newExports(t)
	require.NoError(t, x.start(lookup.ExportJob{ID: "1", Name: "a.csv"}, func(_ context.Context, w io.Writer, progress func(int)) (int, error) {
		progress(1)
		_, err := io.WriteString(w, "Trần Thị Mẫu")
		return 2, err
	}))
	require.Eventually(t, stateOf(x, "1"), 5*time.Second, time.Millisecond)
	job := x.list()[0]
	require.Equal(t, []any{jobDone, 2, int64(len("Trần Thị Mẫu"))}, []any{job.State, job.Done, job.Size})
	for range 2 {
		r, err := x.open("1")
		require.NoError(t, err)
		got, err := io.ReadAll(r)
		require.NoError(t, errors.Join(err, r.Close()))
		require.Equal(t, "Trần Thị Mẫu", string(got))
	}
	x.clock = func() time.Time { return time.Now().Add(25 * time.Hour) }
	require.Empty(t, x.list(), "after a day it is gone")
	_, err := os.Stat(filepath.Join(x.dir, "1"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = x.open("1")
	require.Equal(t, "unknown_export", command.AsError(err).Code)
}

func TestAnExportThatIsStoppedOrFailsLeavesNothing(t *testing.T) {
	x := newExports(t)
	began := make(chan struct{})
	endless := func(ctx context.Context, w io.Writer, _ func(int)) (int, error) {
		close(began)
		<-ctx.Done()
		return 0, ctx.Err()
	}
	never := func(context.Context, io.Writer, func(int)) (int, error) { panic("it was stopped before its turn") }
	require.NoError(t, x.start(lookup.ExportJob{ID: "1"}, endless))
	require.NoError(t, x.start(lookup.ExportJob{ID: "1"}, never), "the same again is the first")
	require.NoError(t, x.start(lookup.ExportJob{ID: "2"}, never))
	<-began
	require.True(t, x.list()[0].Held, "one at a time")
	require.NoError(t, x.start(lookup.ExportJob{ID: "3"}, func(context.Context, io.Writer, func(int)) (int, error) {
		return 0, command.Errorf(command.Unavailable, "disk_low", "no room")
	}))
	require.Equal(t, "exports_full", command.AsError(x.start(lookup.ExportJob{ID: "4"}, never)).Code)
	x.cancel("2")
	x.cancel("1")
	require.Eventually(t, func() bool { return stateOf(x, "1")() && stateOf(x, "3")() }, 5*time.Second, time.Millisecond)
	states := map[string]string{}
	for _, j := range x.list() {
		states[j.ID] = j.State + " " + j.Code
	}
	require.Equal(t, map[string]string{"1": jobCancelled + " ", "2": jobCancelled + " ", "3": jobFailed + " disk_low"}, states)
	left, err := os.ReadDir(x.dir)
	require.NoError(t, err)
	require.Empty(t, left)
	_, err = x.open("1")
	require.Equal(t, "unknown_export", command.AsError(err).Code)
}
