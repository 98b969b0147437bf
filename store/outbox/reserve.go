package outbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The reserve is a segment that is not begun yet: a file of zeros, as long as a
// segment, whose place on the disk is taken. When the disk is full the journal
// goes on in it, so that people can still capture after everything else had to
// stop. It becomes the segment as it is, since room that is given back first
// may be taken by somebody else.
const reserveName = "reserve"

// Replenish sees to it that there is a reserve, on the disk when it returns. It
// costs a segment's worth of writing if there is none, and nothing otherwise.
// Call it when the disk has room to spare: on one that is nearly full it would
// take the last of it.
func (o *Outbox) Replenish(ctx context.Context) error {
	o.replenishing.Lock()
	defer o.replenishing.Unlock()
	if o.journal.reserve.Load() {
		return nil
	}
	path := filepath.Join(o.dir, reserveName)
	if err := o.journal.disk.fill(path+".new", o.journal.maxSize); err != nil {
		return errors.Join(fmt.Errorf("outbox: making the reserve: %w", err), os.Remove(path+".new"))
	}
	return o.inbox.do(ctx, func(*batch) error {
		if err := os.Rename(path+".new", path); err != nil {
			return fmt.Errorf("outbox: making the reserve: %w", err)
		}
		o.journal.reserve.Store(true)
		return o.journal.disk.syncDir(o.dir)
	})
}

// fill writes a file of zeros, durably. Zeros that are written take their place;
// a file that is only made longer takes none.
func (d disk) fill(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	zeros := make([]byte, min(size, 1<<20))
	for at := int64(0); at < size && err == nil; at += int64(len(zeros)) {
		_, err = d.write(f, zeros[:min(size-at, int64(len(zeros)))], at)
	}
	if err == nil {
		err = d.sync(f)
	}
	return errors.Join(err, f.Close())
}

// hasReserve reports whether an earlier life left one behind.
func hasReserve(dir string, size int64) bool {
	info, err := os.Stat(filepath.Join(dir, reserveName))
	return err == nil && info.Size() == size
}

// takeReserve goes on in the reserve. Whatever becomes of it, it is spent.
func (j *journal) takeReserve() error {
	if j.active != nil {
		if err := j.finish(); err != nil {
			j.log.Warn("outbox: leaving a segment for the reserve", "next", j.nextID, "error", err)
		}
	}
	j.reserve.Store(false)
	path := segmentPath(j.dir, j.nextID)
	if err := os.Rename(filepath.Join(j.dir, reserveName), path); err != nil {
		return fmt.Errorf("outbox: taking the reserve: %w", err)
	}
	j.log.Warn("outbox: the disk is full, captures go into the reserve", "segment", j.nextID)
	return j.begin(os.O_RDWR)
}

// forPeople reports whether somebody waits for one of the lines to be captured:
// only for that the reserve is there.
func forPeople(lines []line) bool {
	for _, l := range lines {
		if l.kind == kindPut || l.kind == kindPutMore {
			return true
		}
	}
	return false
}
