package raft

import (
	"errors"
	"fmt"
	"sync"

	hraft "github.com/hashicorp/raft"
)

// session is one run of the library on this node. There is one after the other
// on the same disk and the same layer, see Raft.again.
type session struct {
	raft    *hraft.Raft
	trans   *transport
	streams *vouching
	book    *addressBook
	fsm     *fsm
	once    sync.Once
}

// recentEntries is how many of the newest entries are kept in memory; each may
// have 64 KiB.
const recentEntries = 32

// begin follows the boot table and starts the library.
func (r *Raft) begin() (*session, error) {
	if err := r.disk.settle(r.cfg.Machine, r.log); err != nil {
		return nil, err
	}
	s := &session{fsm: newFSM(r.cfg.Machine, r.disk, r.verdict)}
	book := &addressBook{self: r.cfg.ID, own: r.cfg.Streams.Addr().String(), ask: r.cfg.AddressOf}
	s.book, s.streams = book, r.vouched(newStreams(r.layer.lend()))
	s.trans = newTransport(&hraft.NetworkTransportConfig{
		ServerAddressProvider: book, Stream: s.streams, Logger: r.log,
		MaxPool: 3, MaxRPCsInFlight: 2, Timeout: r.cfg.Profile.RPC,
	}, r.cfg.Profile)
	var err error
	if s.raft, err = start(r.cfg, r.cfg.library(r.log), s.fsm, r.disk, s.trans); err != nil {
		return nil, errors.Join(err, s.trans.Close())
	}
	book.raft.Store(s.raft)
	s.trans.raft.Store(s.raft)
	s.fsm.lib.Store(s.raft)
	return s, nil
}

// vouched is a stream layer on which others are believed only as far as their
// disks have what they promised.
func (r *Raft) vouched(inner *streams) *vouching {
	return &vouching{streams: inner, self: r.cfg.ID, patience: r.cfg.Profile.RPC, memory: r.memory,
		has: func() (h held, p Promise, err error) {
			if err := r.verdict.Err(); err != nil {
				return h, p, err // a node that stopped says nothing any more
			}
			h, err = r.disk.held()
			return h, r.promise(h), err
		},
		forgot: func(why *ForgottenError) { r.verdict.fail(why) }}
}

// start founds the cluster if asked to, and starts the library. The library
// panics when an entry it needs is missing or the term cannot be saved; to the
// node that is one more reason not to take part, not to die.
func start(cfg Config, lib *hraft.Config, f *fsm, d *disk, trans hraft.Transport) (r *hraft.Raft, err error) {
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
	recent, err := hraft.NewLogCache(recentEntries, d) // else each follower and the machine itself read every entry back
	if err != nil {
		return nil, fmt.Errorf("raft: starting: %w", err)
	}
	r, err = hraft.NewRaft(lib, f, recent, d, d.snapshots, trans)
	if err != nil {
		return nil, fmt.Errorf("raft: starting: %w", err)
	}
	return r, nil
}

// end shuts the library down and waits until it rests. Nothing may be under way
// any more: its futures would never resolve.
func (s *session) end() {
	s.once.Do(func() {
		down := s.raft.Shutdown()
		close(s.fsm.quit)
		s.trans.Close() // and with it every stream, or shutting down waits for them
		down.Error()
	})
}

// again starts the library anew on the same disk. What the boot table finds
// contradicting the newest snapshot is dropped on the way, term and vote stay.
// Meanwhile this node takes no proposals and knows no leader; to the others it
// is silent for a moment.
func (r *Raft) again() {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	if r.stopping.Load() {
		return
	}
	r.cfg.Logger.Warn("raft: a snapshot came for a log that contradicts it; starting anew without that log")
	r.gate.close()
	old := r.session.Load()
	r.remember(old.raft.LastContact())
	old.end()
	r.watch.look()
	fresh, err := r.begin()
	if err != nil {
		r.verdict.fail(fmt.Errorf("starting anew after a snapshot that contradicts the log: %w", err))
		return
	}
	r.session.Store(fresh)
	r.watch.attach(fresh.raft)
	r.gate.reopen()
}
