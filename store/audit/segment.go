package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gocua/store/command"
	"gocua/store/frame"
)

const (
	layout  = frame.Magic("SLK\x01")
	purpose = "gocua looks 1"

	kindHead byte = 1 // first frame of a segment: whose journal this is
	kindLook byte = 2
	kindMark byte = 3 // a slot of the mark file
)

// head is the payload of the first frame of a segment, whose seq is that of the
// first look behind it.
type head struct {
	Node string `json:"node"`
	Life int64  `json:"life"`
}

func segmentPath(dir string, first uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%016x.looks", first))
}

// segments lists the segments of a directory by their first look.
func segments(dir string) (firsts []uint64, err error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.looks"))
	if err != nil {
		return nil, fmt.Errorf("looks: %w", err)
	}
	for _, name := range names {
		n, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(name), ".looks"), 16, 64)
		if err == nil {
			firsts = append(firsts, n)
		}
	}
	slices.Sort(firsts)
	return firsts, nil
}

// Fault is a place of the journal that is not as it was written.
type Fault struct {
	Seq  uint64 `json:"seq"` // of the first wrong look
	What string `json:"what"`
}

// line is a look as it was read back, at its place.
type line struct {
	seq    uint64
	before frame.Hash
	look   command.Look
}

// reading walks a journal and notes what is wrong with it.
type reading struct {
	seal   frame.Sealer
	head   head
	first  uint64 // of the first look that is kept
	next   uint64 // of the look that should come next; 0: nothing was read yet
	last   frame.Hash
	faults []Fault
	size   int64 // of the segment read last, up to the last whole frame
	torn   int64 // bytes behind it
}

// read reads a segment from the disk and hands on each look that can be read.
// Damage is noted and does not hide what follows.
func (r *reading) read(dir string, first uint64, take func(line)) error {
	b, err := os.ReadFile(segmentPath(dir, first))
	if err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	frames, holes := layout.Scan(b)
	r.size, r.torn = int64(len(b)), 0
	if n := len(holes); n > 0 && holes[n-1].To == r.size {
		r.size, r.torn = holes[n-1].From, r.size-holes[n-1].From
	}
	if r.next == 0 {
		r.first, r.next = first, first
		if len(frames) > 0 {
			r.last = frames[0].Prev // of what was let go
		}
	}
	if len(frames) == 0 || frames[0].Kind != kindHead || frames[0].At != 0 {
		r.wrong(r.next, "the head of a segment is missing or damaged")
	}
	holed := 0
	for i, f := range frames {
		for holed < len(holes) && holes[holed].From < f.At {
			r.wrong(r.next, fmt.Sprintf("%d bytes are damaged", holes[holed].To-holes[holed].From))
			holed++
		}
		r.frame(first, i, f, take)
	}
	return nil
}

func (r *reading) frame(segment uint64, i int, f frame.Frame, take func(line)) {
	plain, err := r.seal.Open(segment, f)
	switch {
	case err != nil:
		r.wrong(r.next, "a record was put here from elsewhere")
		return
	case f.Kind == kindHead && i == 0 && f.Seq == segment:
		var h head
		if json.Unmarshal(plain, &h) != nil {
			r.wrong(r.next, "the head of a segment cannot be read")
		} else if r.head.Life != 0 && r.head != h {
			r.wrong(r.next, "a segment is from another journal")
		}
		r.head = h
		if f.Seq != r.next || f.Prev != r.last {
			r.wrong(r.next, "a segment does not follow on the one before it")
			r.goOn(f.Seq, f.Prev)
		}
		return
	case f.Kind != kindLook:
		r.wrong(r.next, "a record does not belong here")
		return
	case f.Seq < r.next:
		r.wrong(r.next, fmt.Sprintf("record %d stands here again", f.Seq))
		return
	}
	var l command.Look
	if json.Unmarshal(plain, &l) != nil || !bytes.Equal(l.Encode(), plain) {
		r.wrong(r.next, "a record cannot be read")
		return
	}
	if f.Seq > r.next {
		r.wrong(r.next, fmt.Sprintf("looks are missing up to record %d", f.Seq))
	} else if f.Prev != r.last {
		r.wrong(r.next, "the record is not the one that was chained here")
	}
	r.goOn(f.Seq, f.Prev)
	take(line{f.Seq, f.Prev, l})
	r.next, r.last = f.Seq+1, command.ChainLook(f.Prev, f.Seq, l)
}

// goOn goes on where a whole frame says it stands, after something was wrong.
func (r *reading) goOn(seq uint64, prev frame.Hash) { r.next, r.last = seq, prev }

// wrong notes a fault, once for each place.
func (r *reading) wrong(seq uint64, what string) {
	if n := len(r.faults); n == 0 || r.faults[n-1].Seq != seq {
		r.faults = append(r.faults, Fault{seq, what})
	}
}

// all reads a whole journal.
func (r *reading) all(dir string, take func(line)) error {
	firsts, err := segments(dir)
	if err != nil {
		return err
	}
	for i, first := range firsts {
		if err := r.read(dir, first, take); err != nil {
			return err
		}
		if r.torn > 0 && i < len(firsts)-1 {
			r.wrong(r.next, fmt.Sprintf("%d bytes at the end of a segment are damaged", r.torn))
		}
	}
	return nil
}
