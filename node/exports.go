package node

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gocua/node/lookup"
	"gocua/store/command"
)

// exports makes large files of lists while whoever asked does something else (bản
// xuất). A file lies on the disk under a key that only this run of the machine
// knows: when it stops, nobody can read it any more, and the next start throws it
// away.
type exports struct {
	dir   string
	keep  drawer
	room  func() *command.Error // why files must wait, or nil
	clock func() time.Time
	log   *slog.Logger

	mu   sync.Mutex
	jobs []*exportJob // oldest first
	due  broadcast
}

// exportJob is one file. What it is made of, make knows.
type exportJob struct {
	lookup.ExportJob
	make lookup.MakeExport
	stop context.CancelFunc // nil: it is not being made
	file string
}

const (
	exportKept   = 24 * time.Hour
	mostExports  = 3 // that wait or are being made
	exportSweeps = time.Hour
)

func (n *Node) openExports() error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	keep, err := newDrawer(key, "exports")
	if err != nil {
		return err
	}
	n.exports = &exports{dir: n.path("exports"), keep: keep, clock: n.cfg.Clock, log: n.log, room: func() *command.Error { return n.disk.check(lowMark) }}
	if err := os.RemoveAll(n.exports.dir); err != nil {
		return fmt.Errorf("node: exports of an earlier run: %w", err)
	}
	return nil
}

// start takes a job in. The same one again is the first.
func (x *exports) start(job lookup.ExportJob, make lookup.MakeExport) error {
	if err := x.room(); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sweepLocked()
	open := 0
	for _, j := range x.jobs {
		if j.ID == job.ID {
			return nil
		}
		if j.State == jobRunning {
			open++
		}
	}
	if open >= mostExports {
		return command.Errorf(command.Unavailable, "exports_full", "%d exports are waiting to be made", mostExports)
	}
	job.State, job.Started = jobRunning, x.clock()
	x.jobs = append(x.jobs, &exportJob{ExportJob: job, make: make, file: filepath.Join(x.dir, job.ID)})
	x.due.shout()
	return nil
}

// list returns all jobs, newest first.
func (x *exports) list() (all []lookup.ExportJob) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sweepLocked()
	for _, j := range slices.Backward(x.jobs) {
		one := j.ExportJob
		one.Held = j.State == jobRunning && j.stop == nil
		all = append(all, one)
	}
	return all
}

// cancel stops a job that is not done, and forgets what was made of it.
func (x *exports) cancel(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, j := range x.jobs {
		if j.ID != id || j.State != jobRunning {
			continue
		}
		if j.stop != nil {
			j.stop()
			return
		}
		x.endLocked(j, errCancelled)
	}
}

// open reads a finished file, which stays as it is.
func (x *exports) open(id string) (io.ReadCloser, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sweepLocked()
	for _, j := range x.jobs {
		if j.ID == id && j.State == jobDone {
			return x.keep.open(j.file)
		}
	}
	return nil, command.Errorf(command.NotFound, "unknown_export", "there is no such export on this machine")
}

// run makes one after the other until ctx ends.
func (x *exports) run(ctx context.Context) {
	sweep := time.NewTicker(exportSweeps)
	defer sweep.Stop()
	for ctx.Err() == nil {
		due := x.due.next()
		if j, during := x.next(ctx); j != nil {
			err := x.work(during, j)
			x.mu.Lock()
			x.endLocked(j, err)
			x.mu.Unlock()
			continue
		}
		select {
		case <-ctx.Done():
		case <-due:
		case <-sweep.C:
			x.mu.Lock()
			x.sweepLocked()
			x.mu.Unlock()
		}
	}
}

func (x *exports) next(ctx context.Context) (*exportJob, context.Context) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, j := range x.jobs {
		if j.State == jobRunning {
			ctx, j.stop = context.WithCancel(ctx)
			return j, ctx
		}
	}
	return nil, nil
}

func (x *exports) work(ctx context.Context, j *exportJob) error {
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		return fmt.Errorf("node: exports: %w", err)
	}
	w, err := x.keep.create(j.file)
	if err != nil {
		return err
	}
	n, err := j.make(ctx, w, func(done int) {
		x.mu.Lock()
		defer x.mu.Unlock()
		j.Done = done
	})
	if ctx.Err() != nil {
		err = errCancelled
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	j.Done, j.Size = n, w.written
	return nil
}

// endLocked says how a job ended. Of one that did not come to its end nothing is
// kept.
func (x *exports) endLocked(j *exportJob, err error) {
	j.State, j.Ended, j.make = jobDone, x.clock(), nil
	j.Until = j.Ended.Add(exportKept)
	if j.stop != nil {
		j.stop()
	}
	if err == nil {
		return
	}
	j.State = jobCancelled
	if !errors.Is(err, errCancelled) {
		e := command.AsError(err)
		j.State, j.Code, j.Error = jobFailed, e.Code, e.Message
		x.log.Warn("an export ended early", "export", j.ID, "code", e.Code, "error", err)
	}
	x.throwAway(j)
}

// sweepLocked forgets what is older than a day.
func (x *exports) sweepLocked() {
	now := x.clock()
	x.jobs = slices.DeleteFunc(x.jobs, func(j *exportJob) bool {
		old := j.State != jobRunning && now.After(j.Until)
		if old {
			x.throwAway(j)
		}
		return old
	})
}

func (x *exports) throwAway(j *exportJob) {
	if err := os.Remove(j.file); err != nil && !errors.Is(err, os.ErrNotExist) {
		x.log.Warn("an export could not be thrown away", "error", err)
	}
}
