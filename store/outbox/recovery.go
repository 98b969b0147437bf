package outbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"

	"gocua/store/command"
)

// recovery reads a directory without changing anything in it.
type recovery struct {
	dir  string
	seal sealer
	log  *slog.Logger
	held bool // copies of other machines' captures, which keep the origin they had

	mark       mark
	generation uint64 // of the mark
	marked     bool   // a mark was found
	ids        []uint64

	bySeq   map[uint64]*entry
	byID    map[command.ID]*entry
	sizes   map[uint64]int64  // of the segments that count
	firsts  map[uint64]uint64 // what their heads say
	damage  []Damage
	expect  uint64 // seq of the next capture; 0: any
	open    bool   // the last damage may have swallowed captures
	node    string // as the first head says
	epoch   uint32
	opened  int // frames the key opened
	refused int // whole frames it did not

	lastID uint64 // the last segment; 0: there is none
	last   tip    // where it ends, without a torn end; the last frame that counts
	torn   int64  // bytes behind it that never counted
}

func recoverJournal(cfg Config, seal sealer) (*recovery, error) {
	r := &recovery{dir: cfg.Dir, seal: seal, log: cfg.Log, held: cfg.Carrier != nil,
		bySeq: map[uint64]*entry{}, byID: map[command.ID]*entry{},
		sizes: map[uint64]int64{}, firsts: map[uint64]uint64{}}
	var err error
	r.mark, r.generation, r.marked, r.refused, err = readMark(cfg.Dir, seal)
	if err != nil {
		return nil, err
	}
	if r.marked {
		r.opened, r.node, r.epoch, r.expect = 1, r.mark.Node, r.mark.Epoch, r.mark.FirstSeq
	}
	if r.ids, err = listSegments(cfg.Dir); err != nil {
		return nil, err
	}
	if err := r.replayAll(); err != nil {
		return nil, err
	}
	switch {
	case r.opened == 0 && r.refused > 0:
		return nil, ErrWrongKey
	case r.node != "" && r.node != cfg.Node:
		return nil, fmt.Errorf("%w: %s", ErrWrongNode, r.node)
	case !r.marked && len(r.ids) > 0:
		r.damage = append(r.damage, Damage{Reason: "the mark is missing or damaged"})
	}
	if r.expect = max(r.expect, 1); r.expect <= r.mark.Acked {
		r.lost(r.mark.Acked+1, Damage{Segment: r.lastID, Offset: r.last.size, Reason: "the end of the journal is missing"})
	}
	return r, nil
}

func listSegments(dir string) (ids []uint64, err error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".seg")
		if id, err := strconv.ParseUint(name, 16, 64); ok && err == nil && len(name) == 16 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// scanned is one segment split into frames.
type scanned struct {
	id     uint64
	size   int64 // without room behind it
	frames []frame
	holes  []span
	tail   string // what is wrong with its end, if anything
}

// scanSegment splits a segment. Zeros at its end are no damage but room: it was
// the reserve.
func scanSegment(id uint64, b []byte) *scanned {
	s := &scanned{id: id, size: int64(len(bytes.TrimRight(b, "\x00")))}
	s.frames, s.holes = scan(b)
	if n := len(s.frames); n > 0 {
		s.size = max(s.size, s.frames[n-1].end()) // a frame may end in zeros
	}
	if n := len(s.holes); n > 0 && s.holes[n-1].to > s.size {
		s.holes[n-1].to = s.size
		if s.holes[n-1].from >= s.size {
			s.holes = s.holes[:n-1]
		}
	}
	return s
}

func (r *recovery) replayAll() error {
	// What lies before the first segment that counts was being removed.
	ids := slices.DeleteFunc(slices.Clone(r.ids), func(id uint64) bool { return id < r.mark.First })
	var cur *scanned
	for i, id := range ids {
		want := id
		if i > 0 {
			want = ids[i-1] + 1
		} else if r.marked {
			want = r.mark.First
		}
		if want != id {
			r.damaged(Damage{Segment: want, Reason: fmt.Sprintf("%d segments are missing", id-want)})
		}
		b, err := os.ReadFile(segmentPath(r.dir, id))
		if err != nil {
			return fmt.Errorf("outbox: reading a segment: %w", err)
		}
		next := scanSegment(id, b)
		if cur != nil {
			r.join(cur, next)
			r.replay(cur)
		}
		cur = next
	}
	if cur != nil {
		r.end(cur)
		r.replay(cur)
	}
	return nil
}

// join drops from cur what next does not follow on: those frames were left
// behind by a failed fsync, or are the rest of a torn end.
func (r *recovery) join(cur, next *scanned) {
	if next.id != cur.id+1 || len(next.frames) == 0 {
		return
	}
	first := next.frames[0]
	if _, err := r.seal.open(next.id, first); err != nil || first.kind != kindHead {
		return
	}
	for i, f := range slices.Backward(cur.frames) {
		if f.hash() == first.prev {
			cur.cut(i + 1)
			return
		}
	}
	cur.tail = "a segment lost its end"
}

// cut leaves the first n frames and the holes before them.
func (s *scanned) cut(n int) {
	end := int64(0)
	if n > 0 {
		end = s.frames[n-1].end()
	}
	s.frames = s.frames[:n]
	s.holes = slices.DeleteFunc(s.holes, func(h span) bool { return h.from >= end })
}

// end finds where the last segment ends. What the mark does not vouch for ends
// at its first hole, and before a request that is not whole.
func (r *recovery) end(s *scanned) {
	vouched := s.size
	switch {
	case r.marked && r.mark.Segment == s.id:
		vouched = r.mark.Size
	case r.marked && r.mark.Segment < s.id:
		vouched = 0
	case r.marked:
		s.tail = "the segments after this one are missing"
	}
	n := len(s.frames)
	for _, h := range s.holes {
		if h.from >= vouched {
			n, _ = slices.BinarySearchFunc(s.frames, h.from, func(f frame, at int64) int { return cmp.Compare(f.at, at) })
			break
		}
	}
	for n > 0 && s.frames[n-1].kind == kindPutMore && s.frames[n-1].at >= vouched {
		n--
	}
	dropped := len(s.frames) - n
	if size := s.size; n < len(s.frames) || len(s.holes) > 0 && s.holes[len(s.holes)-1].from >= vouched {
		s.cut(n)
		s.size = 0
		if n > 0 {
			s.size = s.frames[n-1].end()
		}
		r.torn = size - s.size
		r.log.Warn("outbox: the end of the journal was never confirmed and is cut off",
			"segment", s.id, "bytes", r.torn, "frames", dropped)
	}
	r.lastID, r.last.size = s.id, s.size
	if s.size < vouched {
		s.tail = "a segment lost its end"
	}
}

// replay takes the frames of a segment into the index, and its holes, and
// whatever is missing between frames, into the damage.
func (r *recovery) replay(s *scanned) {
	r.sizes[s.id] = s.size
	holes := s.holes
	end, prev := int64(0), hash{}
	for i, f := range s.frames {
		for len(holes) > 0 && holes[0].from < f.at {
			r.hole(s.id, holes[0])
			holes = holes[1:]
		}
		if i > 0 && f.at == end && f.prev != prev {
			r.damaged(Damage{Segment: s.id, Offset: f.at, Reason: "frames are missing or out of place"})
		}
		end, prev = f.end(), f.hash()
		if err := r.take(s.id, f); err != nil {
			r.damaged(Damage{Segment: s.id, Offset: f.at, Length: int64(len(f.raw)), Reason: err.Error()})
		}
	}
	for _, h := range holes {
		r.hole(s.id, h)
	}
	if s.tail != "" && end == s.size { // else the hole there says it
		r.damaged(Damage{Segment: s.id, Offset: s.size, Reason: s.tail})
	}
	if len(s.frames) > 0 {
		r.last.last = prev
	}
}

func (r *recovery) hole(segment uint64, h span) {
	r.damaged(Damage{Segment: segment, Offset: h.from, Length: h.to - h.from, Reason: "not a valid frame"})
}

func (r *recovery) damaged(d Damage) {
	r.damage = append(r.damage, d)
	r.open = true
}

// lost notes that the captures up to before are missing: to the damage that
// was just met, or else to a new one.
func (r *recovery) lost(before uint64, otherwise Damage) {
	if !r.open {
		r.damaged(otherwise)
	}
	d := &r.damage[len(r.damage)-1]
	d.From, d.To = r.expect, before-1
	r.open = false
	r.expect = before
}

// take reads one frame. An error says why it is damage although its CRC fits.
func (r *recovery) take(segment uint64, f frame) error {
	if f.kind == kindHead {
		return r.takeHead(segment, f)
	}
	b, env, err := readItem(r.seal, segment, f)
	if err != nil {
		r.refused++
		return err
	}
	r.opened++
	if r.node == "" && f.kind != kindSettle && !r.held {
		r.node, r.epoch = env.Origin.Node, env.Origin.Epoch
	}
	e := r.bySeq[f.seq]
	switch f.kind {
	case kindSettle:
		if e != nil { // else its capture is gone: dropped, or reported as damage
			e.outcome, e.body = b.Outcome, nil
		}
		return nil
	case kindPut, kindPutMore:
		if r.expect != 0 && f.seq > r.expect {
			r.lost(f.seq, Damage{Segment: segment, Offset: f.at, Reason: "captures are missing"})
		}
		r.expect, r.open = max(r.expect, f.seq+1), false
	}
	if known := r.byID[env.ID]; env.Origin.Seq != f.seq && !r.held || known != e {
		return fmt.Errorf("a capture contradicts another one")
	}
	e = &entry{id: env.ID, hash: env.Hash(), seq: f.seq, putAt: b.PutAt, body: &env, outcome: b.Outcome,
		at: where{segment, f.at, int64(len(f.raw))}}
	if e.outcome != nil {
		e.body = nil
	}
	r.bySeq[e.seq], r.byID[e.id] = e, e
	return nil
}

func (r *recovery) takeHead(segment uint64, f frame) error {
	plain, err := r.seal.open(segment, f)
	if err != nil {
		r.refused++
		return fmt.Errorf("a head does not open: %w", err)
	}
	r.opened++
	var h head
	if err := json.Unmarshal(plain, &h); err != nil {
		return fmt.Errorf("a head cannot be read: %w", err)
	}
	if r.node == "" {
		r.node, r.epoch = h.Node, h.Epoch
	}
	if h.Node != r.node || h.Epoch != r.epoch {
		return fmt.Errorf("a segment of another outbox")
	}
	r.firsts[segment] = h.First
	if r.expect == 0 {
		r.expect = h.First
	}
	if h.First > r.expect {
		r.lost(h.First, Damage{Segment: segment, Offset: f.at, Reason: "captures are missing"})
	}
	return nil
}

// readItem opens a put, keep or settle frame; the envelope of a settlement is empty.
func readItem(seal sealer, segment uint64, f frame) (b body, env command.Envelope, err error) {
	plain, err := seal.open(segment, f)
	if err != nil {
		return b, env, fmt.Errorf("a record does not open: %w", err)
	}
	if err := json.Unmarshal(plain, &b); err != nil {
		return b, env, fmt.Errorf("a record cannot be read: %w", err)
	}
	switch f.kind {
	case kindPut, kindPutMore, kindKeep:
		env, err = command.DecodeEnvelope(b.Envelope)
	case kindSettle:
		if b.Outcome == nil {
			err = fmt.Errorf("a settlement without outcome")
		}
	default:
		err = fmt.Errorf("a record of unknown kind %d", f.kind)
	}
	return b, env, err
}

// items returns what was found, in the order of capture.
func (r *recovery) items() []*entry {
	all := make([]*entry, 0, len(r.bySeq))
	for _, e := range r.bySeq {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *entry) int { return cmp.Compare(a.seq, b.seq) })
	return all
}
