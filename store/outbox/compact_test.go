package outbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func all(Item) bool { return true }

func bytesIn(t *testing.T, dir string) (n int) {
	for name, text := range contents(t, dir) {
		if filepath.Ext(name) == ".seg" {
			n += len(text)
		}
	}
	return n
}

func TestCompactDropsWhatItMayAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	o := openTest(t, dir, 16<<10, quickDisk())
	for n := 1; n <= 200; n++ {
		put(t, o, n)
		if n%10 != 0 { // every tenth waits
			require.NoError(t, o.Settle(numbered(n), accepted(uint64(n))))
		}
	}
	before := bytesIn(t, dir)
	went, err := o.Compact(context.Background(), func(it Item) bool { return it.Outcome.Index%10 != 1 })
	require.NoError(t, err)
	require.Equal(t, 160, went)
	require.Less(t, bytesIn(t, dir), before/3)
	var want []uint64
	for n := uint64(200); n > 0; n-- {
		if n%10 <= 1 {
			want = append(want, n)
		}
	}
	require.Equal(t, want, seqs(o.Recent(0)))
	require.NoError(t, o.Close())

	o = openTest(t, dir, 16<<10, quickDisk())
	require.Empty(t, o.Damage())
	require.Equal(t, want, seqs(o.Recent(0)))
	require.Equal(t, 20, o.Stats().Waiting)
	require.Equal(t, uint64(201), put(t, o, 201).Envelope.Origin.Seq)
	it, _ := o.Get(numbered(11))
	require.Equal(t, uint64(11), it.Outcome.Index)
	require.Contains(t, string(it.Envelope.Body), "note 11")
}

func TestWhatWasPutHereLaterIsNotAskedAboutWhenRoomIsMade(t *testing.T) {
	o := openTest(t, t.TempDir(), 16<<10, quickDisk())
	for n := 1; n <= 200; n++ {
		put(t, o, n)
		require.NoError(t, o.Settle(numbered(n), accepted(uint64(n))))
	}
	first, _ := o.Get(numbered(1))
	asked := 0
	count := func(Item) bool { asked++; return true }
	went, err := o.CompactBefore(context.Background(), first.PutAt, count)
	require.NoError(t, err)
	require.Zero(t, went)
	require.Zero(t, asked, "all of it was put here since")

	last, _ := o.Get(numbered(200))
	went, err = o.CompactBefore(context.Background(), last.PutAt+1, count)
	require.NoError(t, err)
	require.Equal(t, 200, went)
	require.Equal(t, 200, asked)
}

func TestCompactLeavesAloneWhatIsMostlyOfUse(t *testing.T) {
	dir := t.TempDir()
	o := openTest(t, dir, 1<<20, quickDisk())
	for n := 1; n <= 20; n++ {
		put(t, o, n)
	}
	require.NoError(t, o.Settle(numbered(1), accepted(1)))
	before := contents(t, dir)[seg1]
	went, err := o.Compact(context.Background(), all)
	require.NoError(t, err)
	require.Zero(t, went)
	require.Contains(t, contents(t, dir)[seg1], before)
}

func TestCompactingAnEmptyOutboxDoesNothing(t *testing.T) {
	dir := t.TempDir()
	o := openTest(t, dir, segmentSize, quickDisk())
	went, err := o.Compact(context.Background(), all)
	require.NoError(t, err)
	require.Zero(t, went)
	put(t, o, 1)
	require.NoError(t, o.Settle(numbered(1), accepted(1)))
	for _, want := range []int{1, 0, 0} {
		went, err = o.Compact(context.Background(), all)
		require.NoError(t, err)
		require.Equal(t, want, went)
	}
	ids, err := listSegments(dir)
	require.NoError(t, err)
	require.Equal(t, []uint64{2}, ids)
	require.NoError(t, o.Close())
	o = openTest(t, dir, segmentSize, quickDisk())
	require.Empty(t, o.Damage())
	require.Equal(t, uint64(2), put(t, o, 2).Envelope.Origin.Seq)
}

// TestACompactionCutShortLosesNothing lets each write and each fsync of a
// compaction fail in turn, for good, and opens what is left.
func TestACompactionCutShortLosesNothing(t *testing.T) {
	base := t.TempDir()
	reopen(t, base, 8<<10, func(o *Outbox) {
		for n := 1; n <= 60; n++ {
			put(t, o, n)
			if n%4 != 0 {
				require.NoError(t, o.Settle(numbered(n), accepted(uint64(n))))
			}
		}
	})
	files := contents(t, base)
	for step := 1; ; step++ {
		require.Less(t, step, 100)
		dir := lay(t, files, func(map[string]string) {})
		var mu sync.Mutex
		armed, left := false, step
		fails := func() error {
			mu.Lock()
			defer mu.Unlock()
			if armed {
				left--
			}
			if armed && left <= 0 {
				return errors.New("input/output error")
			}
			return nil
		}
		d := quickDisk()
		d.write = func(f *os.File, b []byte, at int64) (int, error) {
			if err := fails(); err != nil {
				return 0, err
			}
			return f.WriteAt(b, at)
		}
		d.sync = func(*os.File) error { return fails() }
		d.syncDir = func(string) error { return fails() }
		o, err := open(config(dir), 8<<10, d)
		require.NoError(t, err)
		mu.Lock()
		armed = true
		mu.Unlock()
		_, err = o.Compact(context.Background(), all)
		failed := err != nil
		mu.Lock()
		armed = false
		mu.Unlock()
		o.Close()
		reopen(t, dir, 8<<10, func(o *Outbox) {
			require.Empty(t, o.Damage(), "step %d", step)
			require.Equal(t, []uint64{4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60}, seqs(o.Undecided(0)), "step %d", step)
			put(t, o, 61)
		})
		reopen(t, dir, 8<<10, func(o *Outbox) { require.Empty(t, o.Damage()) })
		if !failed {
			require.Greater(t, step, 8, "there were that many ways to fail")
			return
		}
	}
}

func TestPeopleMayCaptureAndSettleDuringACompaction(t *testing.T) {
	dir := t.TempDir()
	o := openTest(t, dir, 16<<10, quickDisk())
	for n := 1; n <= 300; n++ {
		put(t, o, n)
	}
	for n := 1; n <= 300; n++ {
		if n%3 != 0 {
			require.NoError(t, o.Settle(numbered(n), accepted(1)))
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := 301; n <= 400; n++ {
			if _, err := o.Put(context.Background(), draft(numbered(n), "")); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Go(func() {
		for n := 3; n <= 300; n += 3 {
			if err := o.Settle(numbered(n), command.Outcome{Status: command.Conflicted, Index: 2}); err != nil {
				t.Error(err)
			}
			o.Get(numbered(n))
		}
	})
	for range 5 {
		_, err := o.Compact(context.Background(), func(it Item) bool { return it.Outcome.Status == command.Accepted })
		require.NoError(t, err)
	}
	wg.Wait()
	require.NoError(t, o.Close())
	o = openTest(t, dir, 16<<10, quickDisk())
	require.Empty(t, o.Damage())
	require.Equal(t, 100, o.Stats().Waiting)
	for n := 3; n <= 300; n += 3 {
		it, ok := o.Get(numbered(n))
		require.True(t, ok)
		require.Equal(t, command.Conflicted, it.Outcome.Status)
	}
}
