package node

import (
	"context"
	"log/slog"
	"math"
	"time"

	"gocua/store/command"
)

// How much of the disk must be free, in bytes. When it fills up, work stops in
// this order: lists and snapshots; what others agreed on; what people enter.
//
// Badger maps its files into memory, and writing to a mapped file on a full disk
// ends the process (badger#1682). So applying stops well before the edge: three
// memtables of 16 MiB may be on their way to the disk, and one compaction of
// about as much. What is captured meanwhile takes about a kilobyte each, and in
// the end the outbox goes on in its reserve.
const (
	lowMark   = 192 << 20 // below: no lists, no snapshots
	shortMark = 96 << 20  // below: nothing is applied
	startMark = 48 << 20  // below: a machine does not start, since opening the register writes too
)

// What a page says about the disk, in the order in which it gets worse.
const (
	diskLow   = "disk_low"   // lists wait
	diskShort = "disk_short" // what is agreed waits too
	diskFull  = "disk_full"  // and the reserve of the outbox has been broken into
)

// How long room may have been there, or gone, before somebody notices.
const (
	lookEvery  = time.Second // who waits for it
	watchEvery = 5 * time.Second
)

// disk is the disk this machine's directory is on.
type disk struct {
	room  func() (int64, error) // bytes free for us
	log   *slog.Logger
	ended context.Context // done when nobody may wait for room any more
	end   context.CancelFunc
}

func newDisk(dir string, room func() (int64, error), log *slog.Logger) *disk {
	if room == nil {
		room = func() (int64, error) { return freeBytes(dir) }
	}
	d := &disk{room: room, log: log}
	d.ended, d.end = context.WithCancel(context.Background())
	return d
}

// free is how many bytes are free; plenty, if the system cannot say.
func (d *disk) free() int64 {
	n, err := d.room()
	if err != nil {
		d.log.Warn("how much of the disk is free is unknown", "error", err)
		return math.MaxInt64
	}
	return n
}

// check refuses what must wait until more than the mark is free.
func (d *disk) check(mark int64) *command.Error {
	if n := d.free(); n < mark {
		return command.Errorf(command.Unavailable, diskLow, "the disk of this machine has %d MB left; this needs %d MB", n>>20, mark>>20)
	}
	return nil
}

// await returns once more than the mark is free, or with an error when the
// machine is being closed.
func (d *disk) await(mark int64) error {
	if d.check(mark) == nil {
		return nil
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for d.check(mark) != nil {
		select {
		case <-d.ended.Done():
			return command.Errorf(command.Unavailable, "closing", "this machine is being stopped while its disk is full")
		case <-look.C:
		}
	}
	return nil
}

// state is the code for how things stand; empty: there is room.
func (d *disk) state(free int64, reserve bool) string {
	switch {
	case free >= lowMark:
		return ""
	case free >= shortMark:
		return diskLow
	case reserve:
		return diskShort
	}
	return diskFull
}

// watchDisk keeps the outbox's reserve, says in the log when the disk fills up,
// and leaves leading to others while this machine cannot apply, until ctx ends.
func (n *Node) watchDisk(ctx context.Context) {
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	for before := ""; ; {
		free := n.disk.free()
		if free >= lowMark {
			n.replenish(ctx)
		}
		now := n.disk.state(free, n.box.Stats().Reserve)
		if now != before && now != "" {
			n.log.Warn("the disk of this machine fills up", "code", now, "free_bytes", free)
		} else if now != before {
			n.log.Warn("the disk of this machine has room again", "free_bytes", free)
		}
		before = now
		if free < shortMark {
			n.raft.Yield()
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// replenish makes the reserve if there is none.
func (n *Node) replenish(ctx context.Context) {
	if err := n.box.Replenish(ctx); err != nil && ctx.Err() == nil {
		n.log.Warn("the outbox has no reserve for a full disk", "error", err)
	}
}
