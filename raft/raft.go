package raft

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	hraft "github.com/hashicorp/raft"
)

// Raft is this node's part in a cluster. All methods may be called at any time
// from any goroutine, also after a failure and after Close.
type Raft struct {
	cfg     Config
	log     *logger
	layer   *layer
	disk    *disk
	verdict *verdict
	memory  *memory // of what others promised

	session atomic.Pointer[session] // the run of the library that counts
	turn    chan struct{}           // holds one while one run ends and perhaps another begins; no mutex, since simulated time passes meanwhile
	heard   atomic.Int64            // LastContact of the runs before, ns since 1970; 0: never

	gate     gate
	barriers barriers
	watch    *watch

	stopping atomic.Bool
	stopped  chan struct{} // closed when raft no longer runs
	closed   atomic.Bool
}

// Open starts this node's part in the cluster. It follows the boot table: it
// restores the newest snapshot if the Machine is behind it, and refuses with
// ErrAmnesia or ErrGap if taking part would endanger what is agreed. Without
// history and without Bootstrap the node waits to be added by the leader.
//
// The caller calls Close in the end, also after a failure of the Machine.
func Open(cfg Config) (*Raft, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	r := &Raft{cfg: cfg, log: newLogger(cfg.Logger), layer: newLayer(cfg.Streams), verdict: newVerdict(cfg.Logger),
		turn: make(chan struct{}, 1), stopped: make(chan struct{})}
	var err error
	if r.disk, err = openDisk(cfg.Dir, cfg.Seals, r.log); err != nil {
		return nil, errors.Join(err, r.layer.Close())
	}
	if r.memory, err = openMemory(cfg.Dir, r.log); err != nil {
		return nil, errors.Join(err, r.layer.Close(), r.disk.Close())
	}
	s, err := r.begin()
	if err != nil {
		return nil, errors.Join(err, r.layer.Close(), r.disk.Close())
	}
	r.session.Store(s)
	r.watch = newWatch(r)
	r.watch.attach(s.raft)
	if me, known := r.member(cfg.ID); known && me.Suffrage == hraft.Voter && r.voters() == 1 {
		r.gate.close()
		go r.callRoll()
	}
	go r.tend()
	return r, nil
}

// rollCall is how long the only voter waits, at its start, for others to remember
// more than it has.
const rollCall = 2 * time.Second

// callRoll has the only voter hear from all who answer before it takes anything:
// it needs nobody's vote, so nobody else would ever tell it that its directory is
// an older copy. Then it leads.
func (r *Raft) callRoll() {
	s := r.session.Load()
	var asking sync.WaitGroup
	for _, m := range r.servers() {
		if string(m.ID) == r.cfg.ID {
			continue
		}
		asking.Go(func() {
			if addr, err := s.book.ServerAddr(m.ID); err == nil {
				if c, err := s.streams.Dial(addr, min(rollCall, r.cfg.Profile.RPC)); err == nil {
					c.Close()
				}
			}
		})
	}
	asking.Wait()
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	if r.stopping.Load() || r.Err() != nil {
		return
	}
	r.gate.reopen()
	r.stand()
}

// lib is the library as it runs now, or as it last ran.
func (r *Raft) lib() *hraft.Raft { return r.session.Load().raft }

// stand makes the only voter lead at once: it has nobody's silence to wait for,
// which on a wan is half a minute. It tells itself what a leader that hands over
// tells its successor; should that fail, the heartbeat's timeout does it later.
func (r *Raft) stand() {
	self, trans := hraft.ServerID(r.cfg.ID), r.session.Load().trans
	addr := trans.LocalAddr()
	now := &hraft.TimeoutNowRequest{RPCHeader: hraft.RPCHeader{ProtocolVersion: hraft.ProtocolVersionMax,
		ID: []byte(self), Addr: trans.EncodePeer(self, addr)}}
	if err := trans.TimeoutNow(self, addr, now, &hraft.TimeoutNowResponse{}); err != nil {
		r.cfg.Logger.Debug("raft: the only voter waits for its timeout", "error", err)
	}
}

// Failed is closed when the Machine failed, or Fail was called. From then on
// this node applies nothing, takes no snapshot and takes no part in the cluster;
// the others go on. Err says why. A new start is the only way back.
func (r *Raft) Failed() <-chan struct{} { return r.verdict.spoken }

// Err is the failure, or nil.
func (r *Raft) Err() error { return r.verdict.Err() }

// Fail ends this node's part as a failure of the Machine does: whoever compares
// machines has found that this one's is wrong. A leader hands over first. Only
// the first reason counts. It does not wait.
func (r *Raft) Fail(reason error) { r.verdict.fail(reason) }

// tend stops or starts anew when that has to be.
func (r *Raft) tend() {
	for {
		select {
		case <-r.verdict.spoken:
			r.stop()
			return
		case <-r.stopped:
			return
		case <-r.session.Load().fsm.circling:
			r.again()
		}
	}
}

// Close ends this node's part: proposals under way are awaited (a leader that
// is cut off gives them up when its lease ends), leadership is handed over, and
// raft.db is closed. Closing again is harmless.
func (r *Raft) Close() error {
	r.stop()
	if r.closed.Swap(true) {
		return nil
	}
	r.memory.save()
	if err := r.disk.Close(); err != nil {
		return fmt.Errorf("raft: closing the log: %w", err)
	}
	return nil
}

func (r *Raft) stop() {
	if r.stopping.Swap(true) {
		<-r.stopped
		return
	}
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	r.gate.close()
	r.handOver()
	r.layer.Close() // ends dialling, or shutting down waits for it
	r.session.Load().end()
	r.watch.stop()
	close(r.stopped)
}

// handOver spares the others an election, if that is quickly done.
func (r *Raft) handOver() {
	if !r.IsLeader() || r.voters() < 2 {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.lib().LeadershipTransfer().Error() // failing is fine: they hold an election
	}()
	patience := time.NewTimer(min(r.cfg.Profile.Election, 2*time.Second))
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
	}
}
