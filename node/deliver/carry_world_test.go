package deliver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/command"
	"gocua/store/outbox"
)

var errDown = errors.New("nobody answers")

// world is a cluster of machines with everything of package deliver at work on
// real outboxes, and lines between them that the test cuts. The register is one
// list; a machine sees of it what it has caught up with.
type world struct {
	t      testing.TB
	dir    string
	log    strings.Builder
	logger *slog.Logger // to log, whichever machine it is

	mu       sync.Mutex
	leader   string // who leads; empty: nobody does
	cut      map[[2]string]bool
	moved    chan struct{}
	agreed   []command.Envelope // in the order in which they were decided
	outcomes map[command.ID]command.Outcome
	broken   string
	calls    []carry // that reached a carrier
	deny     string  // a machine whose commands nobody takes
	hosts    map[string]*host
}

// carry is one call to a carrier that answered.
type carry struct {
	from, to string
	hand     deliver.Hand
}

// host is one machine.
type host struct {
	w        *world
	name     string
	box      *outbox.Outbox
	held     *outbox.Outbox
	drain    *deliver.Drain
	carrier  *deliver.Carrier
	handover *deliver.Handover
	batcher  *deliver.Batcher
	seen     map[command.ID]command.Outcome // its register
	stop     func()
	on       bool
	blind    bool // it has not heard who leads
	hears    bool // who leads, whatever the line to it is like
	full     bool // its disk
}

func newWorld(t testing.TB, dir string, names ...string) *world {
	w := &world{t: t, dir: dir, cut: map[[2]string]bool{}, moved: make(chan struct{}), outcomes: map[command.ID]command.Outcome{}, hosts: map[string]*host{}}
	w.logger = slog.New(slog.NewTextHandler(&w.log, nil))
	for _, name := range names {
		w.hosts[name] = &host{w: w, name: name, seen: map[command.ID]command.Outcome{}}
		w.start(name)
	}
	return w
}

// inWorld runs a test in a bubble.
func inWorld(t *testing.T, test func(t *testing.T, w *world), names ...string) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, t.TempDir(), names...)
		defer w.close()
		synctest.Wait()
		test(t, w)
	})
}

func (w *world) close() {
	for name := range w.hosts {
		w.stop(name)
	}
	require.Empty(w.t, w.broken)
}

// start switches a machine on with what is on its disk.
func (w *world) start(name string) {
	h := w.hosts[name]
	w.mu.Lock()
	h.open()
	h.on = true
	w.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, work := range []func(context.Context){h.batcher.Run, h.drain.Run, h.carrier.Run, h.handover.Run} {
		running.Go(func() { work(ctx) })
	}
	h.stop = func() { cancel(); running.Wait() }
}

// open makes what works on a machine. The caller holds mu.
func (h *host) open() {
	w, name := h.w, h.name
	var err error
	h.box, err = outbox.Open(outbox.Config{Dir: filepath.Join(w.dir, name, "outbox"), Key: make([]byte, 32), Node: name})
	require.NoError(w.t, err)
	h.held, err = outbox.Open(outbox.Config{Dir: filepath.Join(w.dir, name, "carried"), Key: make([]byte, 32), Node: name,
		Carrier: &outbox.Carrier{Copies: 1000, Bytes: 1 << 20, Total: 2 << 20}})
	require.NoError(w.t, err)
	log := w.logger.With("host", name)
	h.batcher = deliver.NewBatcher(h, func() int64 { return 1 })
	sender := deliver.Sender{Leading: h, Local: h.batcher, Peers: h, Moved: w.next, Admit: readable}
	h.drain = &deliver.Drain{Outbox: h.box, Send: sender.Send, Wake: w.next, Known: h.known, Log: log}
	h.carrier = &deliver.Carrier{Box: h.held, Send: sender.Send, Leading: h, Wake: w.next, Known: h.known, Admit: w.admit, Room: h.roomy, Log: log}
	h.handover = &deliver.Handover{Outbox: h.box, Carriers: h, Wake: w.next, Log: log, Cut: func() bool {
		leader, _, self := h.Leader()
		return leader == "" || !self && h.drain.Unanswered()
	}}
}

// stop switches a machine off.
func (w *world) stop(name string) {
	h := w.hosts[name]
	if !h.on {
		return
	}
	w.mu.Lock()
	h.on = false
	w.mu.Unlock()
	h.stop()
	require.NoError(w.t, errors.Join(h.box.Close(), h.held.Close()))
}

func (w *world) next() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.moved
}

// change changes something and wakes everybody.
func (w *world) change(f func()) {
	w.mu.Lock()
	f()
	close(w.moved)
	w.moved = make(chan struct{})
	w.mu.Unlock()
}

func (w *world) elect(name string) { w.change(func() { w.leader = name }) }

// line cuts or heals the line between two machines.
func (w *world) line(a, b string, up bool) { w.change(func() { w.cut[pair(a, b)] = !up }) }

func pair(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// reaches reports whether a call from one gets to the other. The caller holds mu.
func (w *world) reaches(from, to string) bool {
	return w.hosts[from].on && w.hosts[to].on && !w.cut[pair(from, to)]
}

// shutOut has nobody take what a machine captured; empty: no machine.
func (w *world) shutOut(name string) { w.change(func() { w.deny = name }) }

// catchUp brings a machine's register up to date.
func (w *world) catchUp(name string) {
	w.change(func() {
		for id, out := range w.outcomes {
			w.hosts[name].seen[id] = out
		}
	})
}

func (w *world) admit(list []command.Envelope) *command.Error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.ContainsFunc(list, func(e command.Envelope) bool { return e.By.Node == w.deny }) {
		return command.Errorf(command.Forbidden, "bad_signature", "a command of machine %s is not signed by it", w.deny)
	}
	return nil
}

// readable is all that a leader asks before it proposes what is its own.
func readable([]command.Envelope) *command.Error { return nil }

// order lists what was decided of one machine's captures, by their place.
func (w *world) order(name string) (seqs []uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.agreed {
		if e.Origin.Node == name {
			seqs = append(seqs, e.Origin.Seq)
		}
	}
	return seqs
}

// carried lists the calls that handed something over, and counts the others.
func (w *world) carried() (hands []carry, asks int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if len(c.hand.Commands) > 0 {
			hands = append(hands, c)
		} else {
			asks++
		}
	}
	return hands, asks
}

func (h *host) roomy() *command.Error {
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	if h.full {
		return command.Errorf(command.Unavailable, "disk_low", "the disk of this machine has 5 MB left")
	}
	return nil
}

func (h *host) known(id command.ID) (command.Outcome, bool) {
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	out, ok := h.seen[id]
	return out, ok
}

// Leader is the one who leads, if this machine hears it.
func (h *host) Leader() (node, addr string, self bool) {
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	leader := h.w.leader
	if h.blind || leader == "" || leader != h.name && !h.hears && !h.w.reaches(h.name, leader) {
		return "", "", false
	}
	return leader, leader, leader == h.name
}

// Propose is agreement: the first outcome of an ID counts.
func (h *host) Propose(_ context.Context, raw []byte) (decided []command.Decided, _ error) {
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	entry, err := command.DecodeEntry(raw)
	if err != nil {
		h.w.broken = err.Error()
	}
	if h.w.leader != h.name || !h.on {
		return nil, errAway
	}
	for _, e := range entry.Commands {
		out, known := h.w.outcomes[e.ID]
		if !known {
			h.w.agreed = append(h.w.agreed, e)
			hash := e.Hash()
			out = command.Outcome{Status: command.Accepted, Index: uint64(len(h.w.agreed)), By: e.By, Hash: hash[:]}
			h.w.outcomes[e.ID] = out
		}
		h.seen[e.ID] = out
		decided = append(decided, command.Decided{ID: e.ID, Outcome: out})
	}
	return decided, nil
}

// Deliver is a call of this machine to the one it takes for the leader.
func (h *host) Deliver(ctx context.Context, node, _ string, d deliver.Delivery) ([]command.Decided, error) {
	h.w.mu.Lock()
	there := h.w.reaches(h.name, node)
	to := h.w.hosts[node].batcher
	h.w.mu.Unlock()
	if !there {
		return nil, errDown
	}
	if err := h.w.admit(d.Commands); err != nil {
		return nil, err
	}
	return to.Submit(ctx, d.Commands, d.Behind)
}

// Near lists the other machines by name.
func (h *host) Near() (names []string) {
	for name := range h.w.hosts {
		if name != h.name {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Carry is a call of this machine to a carrier.
func (h *host) Carry(ctx context.Context, node string, hand deliver.Hand) (deliver.Kept, error) {
	h.w.mu.Lock()
	there := h.w.reaches(h.name, node)
	to := h.w.hosts[node].carrier
	h.w.mu.Unlock()
	if !there {
		return deliver.Kept{}, errDown
	}
	kept, err := to.Take(ctx, h.name, hand)
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	if !h.w.reaches(h.name, node) {
		return deliver.Kept{}, errDown // the answer is lost
	}
	h.w.calls = append(h.w.calls, carry{h.name, node, hand})
	if err != nil {
		return kept, err
	}
	return kept, nil
}

// capture puts n commands into a machine's outbox.
func (h *host) capture(prefix string, n int) (ids []command.ID) {
	var seals []outbox.Seal
	for i := range n {
		body, err := json.Marshal(fmt.Sprint(prefix, i))
		require.NoError(h.w.t, err)
		id := command.DerivedID(h.name, prefix, fmt.Sprint(i))
		ids = append(ids, id)
		seals = append(seals, func(at command.Origin) command.Envelope {
			return command.Envelope{V: command.FormatVersion, ID: id, Kind: 9, Unit: "00166", By: command.Actor{Node: h.name}, Origin: at, Body: body}
		})
	}
	_, err := h.box.PutAll(context.Background(), seals)
	require.NoError(h.w.t, err)
	return ids
}

// waiting counts what a machine has not heard of.
func (h *host) waiting() int { return h.box.Stats().Waiting }

// keeps counts the undecided copies a machine holds.
func (h *host) keeps() (n int) {
	for _, held := range h.held.Held() {
		n += held.Copies
	}
	return n
}
