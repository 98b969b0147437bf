package outbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"

	"gocua/store/command"
)

// segmentSize is where a segment ends, in bytes; the last batch may exceed it.
const segmentSize = 8 << 20

// disk is what tests replace to count fsyncs and to let writes fail.
type disk struct {
	write   func(f *os.File, b []byte, at int64) (int, error)
	sync    func(f *os.File) error
	syncDir func(dir string) error
}

func realDisk() disk {
	return disk{write: (*os.File).WriteAt, sync: (*os.File).Sync, syncDir: syncDir}
}

// line is one frame to be written.
type line struct {
	kind  kind
	seq   uint64
	body  body
	entry *entry // whose place this is; nil for a settlement
}

// body is the payload of put, keep and settle frames.
type body struct {
	PutAt    int64            `json:"at,omitempty"`
	Envelope json.RawMessage  `json:"env,omitempty"`
	Outcome  *command.Outcome `json:"out,omitempty"`
}

// head is the payload of the first frame of a segment.
type head struct {
	Node  string `json:"node"`
	Epoch uint32 `json:"epoch"`
	First uint64 `json:"first"` // the next capture gets this seq
}

// where says where a frame stands.
type where struct {
	segment uint64
	at      int64
	length  int64
}

// tip is the end of a segment: how long it is and its last frame.
type tip struct {
	size int64
	last hash
}

// segment is the one being written.
type segment struct {
	id     uint64
	f      *os.File
	end    tip // written
	synced tip // durable
}

// journal writes frames; it knows no items. One goroutine owns it.
type journal struct {
	dir     string
	seal    sealer
	disk    disk
	log     *slog.Logger
	maxSize int64

	active *segment          // nil: the next write begins one
	nextID uint64            // of the segment begun next
	prev   hash              // the last frame that counts before it
	firsts map[uint64]uint64 // by segment: the First of its head
	mark   mark
	marks  *markFile

	reserve atomic.Bool // there is one; also read by others
}

func segmentPath(dir string, id uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%016x.seg", id))
}

// append writes the lines in order, all or none. If durable is set they are
// on the disk when it returns. After a failed fsync nobody knows what a file
// holds, so the lines go once more, into a new segment; captures that find the
// disk full go into the reserve.
func (j *journal) append(lines []line, durable bool) ([]where, error) {
	places, err := j.try(lines, durable)
	switch {
	case err != nil && isDiskFull(err) && j.reserve.Load() && forPeople(lines):
		if err = j.takeReserve(); err == nil {
			places, err = j.try(lines, durable)
		}
	case err != nil && !isDiskFull(err) && j.active == nil:
		j.log.Warn("outbox: leaving a segment that failed", "next", j.nextID, "error", err)
		places, err = j.try(lines, durable)
	}
	switch {
	case err == nil:
		return places, nil
	case isDiskFull(err):
		return nil, fmt.Errorf("%w: %w", command.Errorf(command.Unavailable, "disk_full",
			"the disk of this machine is full"), err)
	}
	return nil, fmt.Errorf("%w: %w", command.Errorf(command.Unavailable, "disk_failed",
		"the disk of this machine does not take what was entered"), err)
}

func (j *journal) try(lines []line, durable bool) ([]where, error) {
	if j.active != nil && j.active.end.size >= j.maxSize {
		if err := j.finish(); err != nil {
			return nil, err
		}
	}
	if j.active == nil {
		if err := j.begin(newSegment); err != nil {
			return nil, err
		}
	}
	s := j.active
	places, buf, last := make([]where, 0, len(lines)), []byte(nil), s.end.last
	for _, l := range lines {
		plain, err := json.Marshal(l.body)
		if err != nil {
			return nil, fmt.Errorf("outbox: encoding a record: %w", err)
		}
		raw := j.seal.encode(s.id, l.kind, l.seq, last, plain)
		places = append(places, where{s.id, s.end.size + int64(len(buf)), int64(len(raw))})
		buf, last = append(buf, raw...), frame{raw: raw}.hash()
	}
	if _, err := j.disk.write(s.f, buf, s.end.size); err != nil {
		if cut := s.f.Truncate(s.end.size); cut != nil {
			j.abandon()
		}
		return nil, fmt.Errorf("outbox: writing: %w", err)
	}
	s.end = tip{s.end.size + int64(len(buf)), last}
	if !durable {
		return places, nil
	}
	if err := j.sync(); err != nil {
		return nil, err
	}
	for _, l := range lines {
		if l.kind == kindPut || l.kind == kindPutMore {
			j.mark.Acked = l.seq
		}
	}
	return places, nil
}

// sync makes all that was written durable. If that fails the segment is left.
func (j *journal) sync() error {
	if s := j.active; s != nil && s.synced != s.end {
		if err := j.disk.sync(s.f); err != nil {
			j.abandon()
			return fmt.Errorf("outbox: syncing: %w", err)
		}
		s.synced = s.end
	}
	return nil
}

// newSegment is how the file of a segment that is not the reserve is opened.
const newSegment = os.O_RDWR | os.O_CREATE | os.O_TRUNC

// begin starts a segment that follows on the last frame that counts.
func (j *journal) begin(how int) error {
	path := segmentPath(j.dir, j.nextID)
	f, err := os.OpenFile(path, how, 0o600)
	if err != nil {
		return fmt.Errorf("outbox: beginning a segment: %w", err)
	}
	plain, err := json.Marshal(head{j.mark.Node, j.mark.Epoch, j.mark.Acked + 1})
	if err != nil {
		return errors.Join(fmt.Errorf("outbox: encoding a head: %w", err), f.Close())
	}
	raw := j.seal.encode(j.nextID, kindHead, j.mark.Acked+1, j.prev, plain)
	_, err = j.disk.write(f, raw, 0)
	if err == nil {
		err = j.disk.sync(f)
	}
	if err == nil {
		err = j.disk.syncDir(j.dir)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("outbox: beginning a segment: %w", err), f.Close(), os.Remove(path))
	}
	end := tip{int64(len(raw)), frame{raw: raw}.hash()}
	j.firsts[j.nextID] = j.mark.Acked + 1
	j.active = &segment{id: j.nextID, f: f, end: end, synced: end}
	return nil
}

// finish ends the active segment, whole. Room that is left in one that was the
// reserve is given back.
func (j *journal) finish() error {
	if err := j.sync(); err != nil {
		return err
	}
	if err := j.active.f.Truncate(j.active.end.size); err != nil {
		j.log.Warn("outbox: giving room back", "segment", j.active.id, "error", err)
	}
	j.abandon()
	return nil
}

// abandon leaves the active segment: what was synced counts, what follows does
// not, because the next head names the last synced frame.
func (j *journal) abandon() {
	s := j.active
	if err := s.f.Close(); err != nil {
		j.log.Warn("outbox: closing a segment", "segment", s.id, "error", err)
	}
	j.active, j.nextID, j.prev = nil, s.id+1, s.synced.last
}

// writeMark notes how far the journal is durable.
func (j *journal) writeMark() error {
	if s := j.active; s != nil {
		j.mark.Segment, j.mark.Size = s.id, s.synced.size
	}
	return j.marks.write(j.mark)
}

// settleDown makes everything durable, the mark too.
func (j *journal) settleDown() error {
	return errors.Join(j.sync(), j.writeMark(), j.marks.sync())
}

func (j *journal) close() error { return errors.Join(j.settleDown(), j.closeFiles()) }

func (j *journal) closeFiles() (err error) {
	if j.active != nil {
		err = j.active.f.Close()
	}
	if j.marks != nil {
		err = errors.Join(err, j.marks.f.Close())
	}
	return err
}
