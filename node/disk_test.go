package node

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/civic"
	"gocua/store/command"
)

const plenty = 1 << 40

// roomy is a disk with as much room as the test says.
type roomy struct{ free atomic.Int64 }

func (r *roomy) room() (int64, error) { return r.free.Load(), nil }

// foundOn makes a cluster of one machine on such a disk.
func foundOn(t testing.TB, r *roomy) *Node {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	return openOn(t, dir, r)
}

func openOn(t testing.TB, dir string, r *roomy) *Node {
	t.Helper()
	n, err := Open(Config{Dir: dir, Room: r.room})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	return n
}

func house() civic.PutHousehold {
	return civic.PutHousehold{ID: command.NewID(), Hamlet: hamletCode, Address: "Số 21"}
}

// enters captures a household and returns what is said at once.
func enters(t *testing.T, n *Node, by command.ID, wait time.Duration) command.Decided {
	t.Helper()
	decided, err := n.capture.Submit(t.Context(), command.Actor{Officer: by}, []command.Draft{draftOf(t, civic.KindHouseholdPut, wardCode, house())}, wait)
	require.NoError(t, err)
	return decided[0]
}

func TestListsStopFirstWhenTheDiskFillsUpAndGoOnWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	disk := &roomy{}
	disk.free.Store(plenty)
	n := foundOn(t, disk)
	sending(n, func(next send, ctx context.Context, d deliver.Delivery) ([]command.Decided, error) {
		defer disk.free.Store(lowMark - 1) // the first pages fill it
		return next(ctx, d)
	})
	run(t, n)
	by := supervisor(t, n)
	job, err := n.StartImport(command.Actor{}, wardCode, "danh-sach.csv", listOf(450))
	require.NoError(t, err)
	eventually(t, "the list to wait", func() bool { return n.Imports()[0].Code == diskLow })
	held := n.Imports()[0]
	require.Equal(t, jobRunning, held.State)
	require.Equal(t, 200, held.Done)
	require.Contains(t, held.Error, "191 MB left")

	_, err = n.StartImport(command.Actor{}, wardCode, "khac.csv", listOf(3))
	require.Equal(t, diskLow, command.AsError(err).Code)
	require.Len(t, n.Imports(), 1)
	require.NoDirExists(t, kept(n, "", "list"))
	require.Equal(t, command.Accepted, enters(t, n, by, patience).Outcome.Status, "people work on")
	require.Equal(t, diskLow, n.Status(false).Disk.Code)
	require.EqualValues(t, lowMark-1, n.Status(false).Disk.Free)
	require.Empty(t, n.Ready(), "it may be sent work")
	require.Equal(t, 200, n.Imports()[0].Done)

	n.imports.send = n.sender.Send // nothing fills it any more; the job waits and sends nothing now
	disk.free.Store(plenty)
	job = ended(t, n, job.ID)
	require.Equal(t, []any{jobDone, 450, ""}, []any{job.State, job.Done, job.Code})
	require.Equal(t, 450, people(n))
}

func TestAListThatWaitsForRoomCanBeCancelled(t *testing.T) {
	t.Parallel()
	disk := &roomy{}
	disk.free.Store(plenty)
	n := foundOn(t, disk)
	sending(n, func(send, context.Context, deliver.Delivery) ([]command.Decided, error) {
		disk.free.Store(0)
		return nil, deliver.ErrNoLeader
	})
	run(t, n)
	job, err := n.StartImport(command.Actor{}, wardCode, "danh-sach.csv", listOf(10))
	require.NoError(t, err)
	eventually(t, "the list to wait", func() bool { return n.Imports()[0].Code == diskLow })
	require.True(t, n.imports.stopJob(job.ID))
	job = ended(t, n, job.ID)
	require.Equal(t, []string{jobCancelled, ""}, []string{job.State, job.Code})
}

func TestNothingIsAppliedOnANearlyFullDiskAndEverythingIsCaptured(t *testing.T) {
	t.Parallel()
	disk := &roomy{}
	disk.free.Store(plenty)
	n := run(t, foundOn(t, disk))
	by := supervisor(t, n)
	eventually(t, "the reserve", func() bool { return n.box.Stats().Reserve })
	disk.free.Store(shortMark - 1)
	before, _ := n.reg.Applied()
	var waiting []command.ID
	for range 5 {
		d := enters(t, n, by, 0)
		require.Equal(t, command.Waiting, d.Outcome.Status)
		waiting = append(waiting, d.ID)
	}
	s := n.Status(false)
	require.Equal(t, diskShort, s.Disk.Code)
	require.Equal(t, 5, s.Outbox.Waiting)
	require.Empty(t, s.Failed)
	require.Len(t, n.Ready(), 1)
	late := enters(t, n, by, 1200*time.Millisecond) // longer than the machine looks away
	require.Equal(t, command.Waiting, late.Outcome.Status)
	after, _ := n.reg.Applied()
	require.Equal(t, before, after, "something was applied")

	disk.free.Store(plenty)
	eventually(t, "all to be agreed", func() bool { return n.box.Stats().Waiting == 0 })
	for _, id := range append(waiting, late.ID) {
		out, ok := n.here.Outcome(id)
		require.True(t, ok)
		require.Equal(t, command.Accepted, out.Status)
	}
	require.Empty(t, n.Ready())
}

func TestAMachineThatWaitsForRoomStopsInTimeAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	disk := &roomy{}
	disk.free.Store(plenty)
	n := run(t, foundOn(t, disk))
	by := supervisor(t, n)
	disk.free.Store(shortMark - 1)
	d := enters(t, n, by, 1200*time.Millisecond)
	require.Equal(t, command.Waiting, d.Outcome.Status)
	began := time.Now()
	require.NoError(t, n.Close())
	require.Less(t, time.Since(began), closesWithin)

	n = run(t, open(t, n.cfg.Dir))
	out, ok := n.here.Outcome(d.ID)
	require.True(t, ok)
	require.Equal(t, command.Accepted, out.Status)
}

func TestALeaderWithoutRoomLeavesLeadingToOthers(t *testing.T) {
	t.Parallel()
	disk := &roomy{}
	disk.free.Store(plenty)
	first := run(t, foundOn(t, disk))
	by := supervisor(t, first)
	dir := joinedBy(t, first, "ward-1", true)
	second := run(t, open(t, dir))
	eventually(t, "two voters", second.settled)
	disk.free.Store(shortMark - 1)
	eventually(t, "the other one to lead", func() bool { _, _, self := second.Leader(); return self })
	d := enters(t, first, by, 0)
	var agreed command.Outcome
	eventually(t, "the other one to agree on it", func() (ok bool) { agreed, ok = second.here.Outcome(d.ID); return ok })
	require.Equal(t, command.Accepted, agreed.Status, "captured where there is no room, agreed on where there is")
	_, applied := first.here.Outcome(d.ID)
	require.False(t, applied)
	disk.free.Store(plenty)
	eventually(t, "it to catch up", func() bool { _, ok := first.here.Outcome(d.ID); return ok })
}

func TestAMachineDoesNotStartOnAFullDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	disk := &roomy{}
	disk.free.Store(startMark - 1)
	_, err := Open(Config{Dir: dir, Room: disk.room})
	require.Equal(t, diskLow, command.AsError(err).Code)
	require.ErrorContains(t, err, "47 MB left; this needs 48 MB")
	require.NoDirExists(t, filepath.Join(dir, "register", "db-0"))
	disk.free.Store(startMark)
	openOn(t, dir, disk)
}

func TestNoSnapshotIsTakenOrTakenOverOnANearlyFullDisk(t *testing.T) {
	t.Parallel()
	disk := &roomy{}
	disk.free.Store(lowMark - 1)
	m := machine{disk: newDisk("", disk.room, nil)} // it does not get as far as the register
	_, err := m.Snapshot()
	require.Equal(t, diskLow, command.AsError(err).Code)
	require.Equal(t, diskLow, command.AsError(m.Restore(nil)).Code)
}

func TestTheDisksStateHasAName(t *testing.T) {
	for _, tc := range []struct {
		free    int64
		reserve bool
		code    string
	}{
		{lowMark, true, ""}, {lowMark, false, ""},
		{lowMark - 1, true, diskLow}, {shortMark, false, diskLow},
		{shortMark - 1, true, diskShort}, {0, true, diskShort},
		{shortMark - 1, false, diskFull}, {0, false, diskFull},
	} {
		require.Equal(t, tc.code, (&disk{}).state(tc.free, tc.reserve), "%d free", tc.free)
	}
}

func TestADiskThatSaysNothingIsTakenToHaveRoom(t *testing.T) {
	log := &logged{}
	d := newDisk("", func() (int64, error) { return 0, errors.New("no such call") }, log.logger())
	require.Nil(t, d.check(lowMark))
	require.Equal(t, 1, log.count("no such call"))
	free, err := freeBytes(t.TempDir())
	require.NoError(t, err)
	require.Positive(t, free)
	_, err = freeBytes(filepath.Join(t.TempDir(), "none"))
	require.Error(t, err)
}
