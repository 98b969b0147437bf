package raft

import (
	"sync"
	"time"

	hraft "github.com/hashicorp/raft"
)

// Leadership is who leads, as far as this node knows.
type Leadership struct {
	ID   string // empty: nobody known
	Addr string
	Self bool   // this node leads
	Term uint64 // a leader that lost and regained leadership has another term
}

// Leader is the leader as far as this node knows; empty if it knows none.
func (r *Raft) Leader() (id, addr string) {
	l := r.leadership()
	return l.ID, l.Addr
}

// IsLeader reports whether this node believes to lead. It may be wrong for as
// long as the lease, longer if the machine slept: fit for choosing whom to ask,
// never for reading what must be current (see Barrier).
func (r *Raft) IsLeader() bool { return r.lib().State() == hraft.Leader }

// Watch returns who leads now, and a channel that is closed when that has
// changed. Whoever looks again each time never misses the last state.
func (r *Raft) Watch() (Leadership, <-chan struct{}) { return r.watch.get() }

func (r *Raft) leadership() Leadership {
	addr, id := r.lib().LeaderWithID()
	l := Leadership{ID: string(id), Addr: string(addr), Term: r.lib().CurrentTerm()}
	if r.IsLeader() { // the library sets the state a moment before the name
		l.Self, l.ID, l.Addr = true, r.cfg.ID, r.cfg.Streams.Addr().String()
	}
	return l
}

// LastContact is when this node last heard from a leader: now if it leads, zero
// if never since the start. It says how fresh what is read here may be.
func (r *Raft) LastContact() time.Time {
	if r.IsLeader() {
		return time.Now()
	}
	if t := r.lib().LastContact(); !t.IsZero() {
		return t
	}
	if ns := r.heard.Load(); ns != 0 {
		return time.Unix(0, ns)
	}
	return time.Time{}
}

// remember keeps a contact beyond the run of the library that had it.
func (r *Raft) remember(contact time.Time) {
	if !contact.IsZero() {
		r.heard.Store(contact.UnixNano())
	}
}

// watch turns the library's observations, which may be dropped, into a state
// that can be looked at and a signal that it changed. It outlives a run of the
// library.
type watch struct {
	of   *Raft
	wake chan hraft.Observation
	quit chan struct{}
	done chan struct{}

	mu      sync.Mutex
	now     Leadership
	changed chan struct{}
}

func newWatch(r *Raft) *watch {
	w := &watch{of: r, wake: make(chan hraft.Observation, 1), quit: make(chan struct{}),
		done: make(chan struct{}), changed: make(chan struct{})}
	go w.run()
	return w
}

// attach makes a run of the library wake the watch. It needs no end: the
// library forgets its observers when it is shut down.
func (w *watch) attach(lib *hraft.Raft) {
	// Dropping is harmless: a full channel means that run has yet to look.
	lib.RegisterObserver(hraft.NewObserver(w.wake, false, func(o *hraft.Observation) bool {
		switch o.Data.(type) {
		case hraft.LeaderObservation, hraft.RaftState:
			return true
		}
		return false
	}))
	w.look()
}

func (w *watch) look() { w.set(w.of.leadership()) }

func (w *watch) run() {
	defer close(w.done)
	for {
		select {
		case <-w.wake:
			w.look()
		case <-w.quit:
			w.set(Leadership{})
			return
		}
	}
}

func (w *watch) set(l Leadership) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if l != w.now {
		w.now = l
		close(w.changed)
		w.changed = make(chan struct{})
	}
}

func (w *watch) get() (Leadership, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now, w.changed
}

func (w *watch) stop() {
	close(w.quit)
	<-w.done
}
