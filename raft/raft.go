package raft

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	hraft "github.com/hashicorp/raft"
)

// Raft is this node's part in a cluster. All methods may be called at any time
// from any goroutine, also after a failure and after Close.
type Raft struct {
	cfg   Config
	raft  *hraft.Raft
	trans *hraft.NetworkTransport
	disk  *disk
	fsm   *fsm

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
	log := newLogger(cfg.Logger)
	streams := newStreams(cfg.Streams)
	disk, err := openDisk(cfg.Dir, log)
	if err != nil {
		return nil, errors.Join(err, streams.Close())
	}
	if err := disk.settle(cfg.Machine, log); err != nil {
		return nil, errors.Join(err, streams.Close(), disk.Close())
	}

	r := &Raft{cfg: cfg, disk: disk, stopped: make(chan struct{})}
	r.fsm = newFSM(cfg.Machine, disk.snapshots, cfg.Logger)
	book := &addressBook{self: cfg.ID, own: cfg.Streams.Addr().String(), ask: cfg.AddressOf}
	r.trans = hraft.NewNetworkTransportWithConfig(&hraft.NetworkTransportConfig{
		ServerAddressProvider: book, Stream: streams, Logger: log,
		MaxPool: 3, MaxRPCsInFlight: 2, Timeout: cfg.Profile.RPC,
	})
	if r.raft, err = start(cfg, cfg.library(log), r.fsm, disk, r.trans); err != nil {
		return nil, errors.Join(err, r.trans.Close(), disk.Close())
	}
	book.raft.Store(r.raft)
	r.watch = newWatch(r)
	go r.stopOnFailure()
	if me, known := r.member(cfg.ID); known && me.Suffrage == hraft.Voter && r.voters() == 1 {
		go r.stand()
	}
	return r, nil
}

// stand makes the only voter lead at once: it has nobody's silence to wait for,
// which on a wan is half a minute. It tells itself what a leader that hands over
// tells its successor; should that fail, the heartbeat's timeout does it later.
func (r *Raft) stand() {
	self, addr := hraft.ServerID(r.cfg.ID), r.trans.LocalAddr()
	now := &hraft.TimeoutNowRequest{RPCHeader: hraft.RPCHeader{ProtocolVersion: hraft.ProtocolVersionMax,
		ID: []byte(self), Addr: r.trans.EncodePeer(self, addr)}}
	if err := r.trans.TimeoutNow(self, addr, now, &hraft.TimeoutNowResponse{}); err != nil {
		r.cfg.Logger.Debug("raft: the only voter waits for its timeout", "error", err)
	}
}

// start founds the cluster if asked to, and starts the library. The library
// panics when an entry it needs is missing or the term cannot be saved; to the
// node that is one more reason not to take part, not to die.
func start(cfg Config, lib *hraft.Config, f *fsm, d *disk, trans *hraft.NetworkTransport) (r *hraft.Raft, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, fmt.Errorf("raft: starting: %v", p)
		}
	}()
	if len(cfg.Bootstrap) > 0 {
		var founders hraft.Configuration
		for _, m := range cfg.Bootstrap {
			founders.Servers = append(founders.Servers, m.server())
		}
		err := hraft.BootstrapCluster(lib, d, d, d.snapshots, trans, founders)
		if err != nil && !errors.Is(err, hraft.ErrCantBootstrap) {
			return nil, fmt.Errorf("raft: founding the cluster: %w", err)
		}
	}
	r, err = hraft.NewRaft(lib, f, d, d, d.snapshots, trans)
	if err != nil {
		return nil, fmt.Errorf("raft: starting: %w", err)
	}
	return r, nil
}

// Failed is closed when the Machine failed. From then on this node applies
// nothing, takes no snapshot and takes no part in the cluster; the others go
// on. Err says why. A new start is the only way back.
func (r *Raft) Failed() <-chan struct{} { return r.fsm.failed }

// Err is the failure of the Machine, or nil.
func (r *Raft) Err() error { return r.fsm.Err() }

func (r *Raft) stopOnFailure() {
	select {
	case <-r.fsm.failed:
		r.stop()
	case <-r.stopped:
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
	r.gate.close()
	r.handOver()
	down := r.raft.Shutdown()
	close(r.fsm.quit)
	r.trans.Close() // and with it every stream, or shutting down waits for them
	down.Error()
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
		r.raft.LeadershipTransfer().Error() // failing is fine: they hold an election
	}()
	patience := time.NewTimer(min(r.cfg.Profile.Election, 2*time.Second))
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
	}
}
