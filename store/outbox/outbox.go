package outbox

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"gocua/store/command"
)

// Errors of Open that a person must be told about in words.
var (
	ErrLocked    = errors.New("outbox: another process uses this outbox")
	ErrWrongKey  = errors.New("outbox: the key does not open this outbox")
	ErrWrongNode = errors.New("outbox: this outbox belongs to another node")
)

// Config says where an outbox is and whose it is.
type Config struct {
	Dir  string
	Key  []byte // 32 bytes; the sealing key is derived from it
	Node string
	Log  *slog.Logger // nil: silent
	// Carrier makes it one that keeps copies for other machines (hold.go).
	Carrier *Carrier
}

// State is how far an item has come.
type State uint8

const (
	Undecided State = 1 // captured; nobody has said yet what became of it
	Settled   State = 2 // its outcome is known
)

// Item is one capture. Its byte slices are shared: read them only.
type Item struct {
	Envelope command.Envelope
	State    State
	Outcome  *command.Outcome // nil while undecided
	PutAt    int64            // ms since 1970 UTC by this machine's clock; for display
}

// Stats is the outbox in figures.
type Stats struct {
	Waiting int    // undecided items
	Oldest  int64  // PutAt of the first undecided one, ms; 0 if none waits
	NextSeq uint64 // the next capture gets it
	Epoch   uint32
	Reserve bool // there is room kept for a full disk: see Replenish
}

// Seal finishes an envelope once its place in the outbox is known: it sets the
// given Origin and signs. It may be called for a command that turns out to be
// here already; it must not call the outbox.
type Seal func(command.Origin) command.Envelope

// Outbox is the sổ chờ of one node. Its methods may be called concurrently.
type Outbox struct {
	dir  string
	seal sealer
	log  *slog.Logger
	lock *os.File
	room *Carrier // nil: not a carrier's

	mu      sync.RWMutex // guards what follows; held while a body is read back
	byID    map[command.ID]*entry
	entries []*entry         // by seq
	waiting []*entry         // the undecided ones, by seq
	sizes   map[uint64]int64 // bytes by segment
	next    uint64
	epoch   uint32
	changed chan struct{}
	damage  []Damage

	compacting   sync.Mutex
	replenishing sync.Mutex
	inbox        *inbox
	journal      *journal      // only the loop may touch it
	stopped      chan struct{} // closed when the loop has ended
	closeOnce    sync.Once
	closeErr     error
}

// entry is an item in memory. The body of a settled item stays on the disk.
type entry struct {
	id      command.ID
	hash    [32]byte // Envelope.Hash
	seq     uint64
	putAt   int64
	body    *command.Envelope // nil once settled
	outcome *command.Outcome
	at      where // of its put or keep frame
}

// Open reads the journal in cfg.Dir, or begins one with a new epoch. It fails
// with ErrLocked, ErrWrongKey or ErrWrongNode, and never because of damage:
// that is what Damage lists.
func Open(cfg Config) (*Outbox, error) {
	return open(cfg, segmentSize, realDisk())
}

func open(cfg Config, maxSize int64, d disk) (_ *Outbox, err error) {
	seal, err := newSealer(cfg.Key)
	if err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Carrier != nil {
		cfg.Node = carrierNode + cfg.Node
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	if err := d.syncDir(filepath.Dir(cfg.Dir)); err != nil {
		return nil, err
	}
	lock, err := lockFile(filepath.Join(cfg.Dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("outbox: locking: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, unlockFile(lock))
		}
	}()
	r, err := recoverJournal(cfg, seal)
	if err != nil {
		return nil, err
	}
	j, err := r.resume(cfg, maxSize, d)
	if err != nil {
		return nil, err
	}
	o := &Outbox{dir: cfg.Dir, seal: seal, log: cfg.Log, lock: lock, room: cfg.Carrier, journal: j,
		byID: map[command.ID]*entry{}, sizes: r.sizes, damage: r.damage,
		next: j.mark.Acked + 1, epoch: j.mark.Epoch, changed: make(chan struct{}), inbox: newInbox(), stopped: make(chan struct{})}
	for _, e := range r.items() {
		o.add(e)
	}
	go o.loop()
	return o, nil
}

// add takes an entry into the index; entries come in the order of seq.
func (o *Outbox) add(e *entry) {
	o.byID[e.id] = e
	o.entries = append(o.entries, e)
	if e.outcome == nil {
		o.waiting = append(o.waiting, e)
	}
}

// Damage lists what was missing or unreadable when the outbox was opened.
func (o *Outbox) Damage() []Damage { return slices.Clone(o.damage) }

// Get finds an item by the ID of its command.
func (o *Outbox) Get(id command.ID) (Item, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	e, ok := o.byID[id]
	if !ok {
		return Item{}, false
	}
	return o.show(e), true
}

// Undecided returns the first limit items without an outcome, in the order of
// capture; all of them if limit is not positive.
func (o *Outbox) Undecided(limit int) []Item {
	o.mu.RLock()
	defer o.mu.RUnlock()
	n := bounded(limit, len(o.waiting))
	items := make([]Item, n)
	for i, e := range o.waiting[:n] {
		items[i] = o.show(e)
	}
	return items
}

// Recent returns the last limit items, newest first; all of them if limit is
// not positive. Settled ones are read from the disk.
func (o *Outbox) Recent(limit int) []Item {
	o.mu.RLock()
	defer o.mu.RUnlock()
	n := bounded(limit, len(o.entries))
	items := make([]Item, 0, n)
	for _, e := range slices.Backward(o.entries[len(o.entries)-n:]) {
		items = append(items, o.show(e))
	}
	return items
}

func bounded(limit, n int) int {
	if limit <= 0 || limit > n {
		return n
	}
	return limit
}

// Stats returns the figures as they are now.
func (o *Outbox) Stats() Stats {
	o.mu.RLock()
	defer o.mu.RUnlock()
	s := Stats{Waiting: len(o.waiting), NextSeq: o.next, Epoch: o.epoch, Reserve: o.journal.reserve.Load()}
	if len(o.waiting) > 0 {
		s.Oldest = o.waiting[0].putAt
	}
	return s
}

// Changed returns a channel that is closed at the next Put or Settle.
func (o *Outbox) Changed() <-chan struct{} {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.changed
}

// notify wakes who waits on Changed. The caller holds mu.
func (o *Outbox) notify() {
	close(o.changed)
	o.changed = make(chan struct{})
}

// Settle notes what became of an item. It is written without waiting for the
// disk: losing it only means asking again. The same outcome twice is one; a
// later outcome replaces an earlier one (a register that was refilled decides
// anew). An ID that is not here is a command.NotFound error.
func (o *Outbox) Settle(id command.ID, out command.Outcome) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	e, ok := o.byID[id]
	if !ok {
		return command.Errorf(command.NotFound, "unknown_command", "the outbox does not hold command %s", id)
	}
	if e.outcome != nil && sameOutcome(*e.outcome, out) {
		return nil
	}
	if e.outcome == nil {
		i, _ := slices.BinarySearchFunc(o.waiting, e.seq, bySeq)
		o.waiting = slices.Delete(o.waiting, i, i+1)
	}
	e.outcome, e.body = &out, nil
	o.notify()
	return o.inbox.add(&request{plan: func(b *batch) error {
		b.lines = append(b.lines, line{kind: kindSettle, seq: e.seq, body: body{Outcome: &out}})
		return nil
	}})
}

func bySeq(e *entry, seq uint64) int {
	switch {
	case e.seq < seq:
		return -1
	case e.seq > seq:
		return 1
	}
	return 0
}

func sameOutcome(a, b command.Outcome) bool {
	return a.Status == b.Status && a.Index == b.Index && a.Code == b.Code && a.FeedTo == b.FeedTo
}

// show makes an entry an item. The caller holds mu. A body that cannot be read
// back any more leaves an item with its ID and nothing else.
func (o *Outbox) show(e *entry) Item {
	it, err := o.item(e)
	if err != nil {
		o.log.Error("outbox: an item cannot be read back", "command", e.id, "error", err)
	}
	return it
}

func (o *Outbox) item(e *entry) (Item, error) {
	it := Item{State: Undecided, Outcome: e.outcome, PutAt: e.putAt}
	if e.outcome != nil {
		it.State = Settled
	}
	if e.body != nil {
		it.Envelope = *e.body
		return it, nil
	}
	it.Envelope.ID = e.id
	env, err := o.readBack(e)
	if err == nil {
		it.Envelope = env
	}
	return it, err
}

// readBack reads the envelope of a settled item from the disk.
func (o *Outbox) readBack(e *entry) (command.Envelope, error) {
	f, err := os.Open(segmentPath(o.dir, e.at.segment))
	if err != nil {
		return command.Envelope{}, fmt.Errorf("outbox: reading back: %w", err)
	}
	defer f.Close()
	raw := make([]byte, e.at.length)
	if _, err := f.ReadAt(raw, e.at.at); err != nil {
		return command.Envelope{}, fmt.Errorf("outbox: reading back: %w", err)
	}
	fr, ok := decode(raw, e.at.at)
	if !ok {
		return command.Envelope{}, fmt.Errorf("outbox: record %d is damaged", e.seq)
	}
	_, env, err := readItem(o.seal, e.at.segment, fr)
	return env, err
}

// Close writes what is waiting, makes it durable and lets go of the directory.
func (o *Outbox) Close() error {
	o.closeOnce.Do(func() {
		o.inbox.close()
		<-o.stopped
		o.closeErr = errors.Join(o.journal.close(), unlockFile(o.lock))
	})
	return o.closeErr
}
