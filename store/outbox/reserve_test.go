package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// smallDisk is one that holds so many bytes and no more. A write into what a
// file has already takes nothing.
func smallDisk(dir string, room *atomic.Int64) disk {
	d := quickDisk()
	d.write = func(f *os.File, b []byte, at int64) (int, error) {
		used, length := int64(0), int64(0)
		files, err := os.ReadDir(dir)
		if err != nil {
			return 0, err
		}
		for _, entry := range files {
			info, err := entry.Info()
			if err != nil {
				return 0, err
			}
			used += info.Size()
			if entry.Name() == filepath.Base(f.Name()) {
				length = info.Size()
			}
		}
		fits := max(length, length+room.Load()-used) - at
		if int64(len(b)) <= fits {
			return f.WriteAt(b, at)
		}
		n, err := f.WriteAt(b[:max(0, fits)], at)
		if err != nil {
			return n, err
		}
		return n, &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return d
}

// fillUp captures until the disk is full and returns how many were taken.
func fillUp(t *testing.T, o *Outbox, from int) (taken int) {
	t.Helper()
	for n := from; n < from+10_000; n++ {
		_, err := o.Put(context.Background(), draft(numbered(n), fmt.Sprintf("note %d", n)))
		if err != nil {
			require.Equal(t, "disk_full", command.AsError(err).Code, "%v", err)
			require.Equal(t, command.Unavailable, command.AsError(err).Class)
			_, there := o.Get(numbered(n))
			require.False(t, there, "what was refused is not kept")
			return n - from
		}
	}
	require.FailNow(t, "the disk never was full")
	return 0
}

const reserveOfTest = 64 << 10

func TestOnAFullDiskCapturesGoOnIntoTheReserve(t *testing.T) {
	t.Parallel()
	for rule, reserve := range map[string]bool{"with a reserve": true, "without": false} {
		t.Run(rule, func(t *testing.T) {
			dir := t.TempDir()
			var room atomic.Int64
			room.Store(1 << 20)
			d := smallDisk(dir, &room)
			o, err := open(config(dir), reserveOfTest, d)
			require.NoError(t, err)
			if reserve {
				require.NoError(t, o.Replenish(context.Background()))
			}
			require.Equal(t, reserve, o.Stats().Reserve)
			put(t, o, 1)
			room.Store(0) // somebody else took all there was
			taken := fillUp(t, o, 2)
			require.NoError(t, o.Close())
			if !reserve {
				require.Zero(t, taken)
				return
			}
			require.Greater(t, taken, 60, "a reserve holds that many")
			require.Less(t, taken, 200)

			var log strings.Builder
			cfg := config(dir)
			cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
			o, err = open(cfg, reserveOfTest, d)
			require.NoError(t, err)
			require.Empty(t, o.Damage())
			require.Empty(t, log.String(), "room is neither damage nor a torn end")
			require.Len(t, o.Undecided(0), taken+1)
			require.False(t, o.Stats().Reserve)
			require.Zero(t, fillUp(t, o, taken+2), "it is used up")

			room.Store(1 << 20) // somebody made room
			put(t, o, taken+2)
			require.NoError(t, o.Replenish(context.Background()))
			require.True(t, o.Stats().Reserve)
			require.NoError(t, o.Close())
			reopen(t, dir, reserveOfTest, func(o *Outbox) {
				require.Empty(t, o.Damage())
				require.True(t, o.Stats().Reserve, "it lasts")
				require.Len(t, o.Undecided(0), taken+2)
				requireGapFree(t, o)
			})
		})
	}
}

func TestTheReserveOutlivesAKillInTheMiddleOfIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var room atomic.Int64
	room.Store(1 << 20)
	d := smallDisk(dir, &room)
	o, err := open(config(dir), reserveOfTest, d)
	require.NoError(t, err)
	require.NoError(t, o.Replenish(context.Background()))
	put(t, o, 1)
	room.Store(0)
	total := 1
	for range 20 { // three captures and a kill, while the disk stays full
		for range 3 {
			total++
			put(t, o, total)
		}
		o.inbox.close()
		<-o.stopped
		require.NoError(t, o.journal.closeFiles())
		require.NoError(t, unlockFile(o.lock))
		o, err = open(config(dir), reserveOfTest, d)
		require.NoError(t, err)
		require.Empty(t, o.Damage())
		require.Len(t, o.Undecided(0), total)
		requireGapFree(t, o)
	}
	require.NoError(t, o.Close())
}

func TestOutcomesAndCompactionDoNotUseUpTheReserve(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var room atomic.Int64
	room.Store(1 << 20)
	o := openTest(t, dir, reserveOfTest, smallDisk(dir, &room))
	require.NoError(t, o.Replenish(context.Background()))
	for n := 1; n <= 100; n++ {
		put(t, o, n)
	}
	room.Store(0)
	for n := 1; n <= 100; n++ {
		require.NoError(t, o.Settle(numbered(n), accepted(uint64(n))))
	}
	_, err := o.Compact(context.Background(), func(Item) bool { return true })
	require.ErrorIs(t, err, syscall.ENOSPC, "it needs a new segment before it may remove one")
	require.True(t, o.Stats().Reserve)
	put(t, o, 101)
	require.False(t, o.Stats().Reserve)
}

func TestAReserveThatDoesNotFitLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var room atomic.Int64
	room.Store(reserveOfTest / 2)
	o := openTest(t, dir, reserveOfTest, smallDisk(dir, &room))
	require.ErrorIs(t, o.Replenish(context.Background()), syscall.ENOSPC)
	require.False(t, o.Stats().Reserve)
	put(t, o, 1)
	require.NotContains(t, contents(t, dir), reserveName)
	require.NotContains(t, contents(t, dir), reserveName+".new")
}

func TestTheReserveTakesItsPlaceOnTheDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o, err := Open(config(dir))
	require.NoError(t, err)
	defer o.Close()
	require.NoError(t, o.Replenish(context.Background()))
	info, err := os.Stat(filepath.Join(dir, reserveName))
	require.NoError(t, err)
	require.EqualValues(t, 8<<20, info.Size())
	require.GreaterOrEqual(t, allocated(info), int64(8<<20), "a sparse file keeps nothing free")
}
