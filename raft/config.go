package raft

import (
	"errors"
	"log/slog"
	"net"
	"time"

	hraft "github.com/hashicorp/raft"
)

// Config is what Open needs. All but Seals, Bootstrap and AddressOf are required.
type Config struct {
	ID      string       // of this node, for ever; never reused after a wipe
	Dir     string       // holds raft.db and snapshots/; made when missing
	Profile Profile      // LAN() or WAN(), the same on all nodes
	Streams StreamLayer  // owned by Open from the call on, also when Open fails
	Machine Machine      // what agreed entries are applied to
	Logger  *slog.Logger // a dead link is reported once a minute, not per heartbeat
	Seals   *Seals       // what log and snapshots are sealed with; nil, in tests of agreement alone: in the clear

	// Bootstrap founds a cluster of these members. Given on the founding node
	// only; ignored once the node has any history.
	Bootstrap []Member

	// AddressOf may know a newer address of a node than the membership does.
	// It answers "" when it does not. It must be quick and never block.
	AddressOf func(id string) string
}

// StreamLayer carries bytes between nodes. It authenticates the other side
// before Accept or Dial return: raft itself trusts every stream. Addr is the
// address others dial. Close ends Accept and dials under way.
type StreamLayer interface {
	net.Listener
	// Dial connects to that node and no other: one that answered at the address
	// of another would be counted for both.
	Dial(node, addr string, timeout time.Duration) (net.Conn, error)
}

// Profile is how patient a cluster is. Take LAN or WAN; tests shorten the
// snapshot settings.
type Profile struct {
	Heartbeat time.Duration // silence after which a follower asks for an election
	Election  time.Duration // one round of it; also bounds a transfer of leadership
	Lease     time.Duration // silence of the majority after which a leader steps down
	Commit    time.Duration // idle time after which followers are told what is committed
	RPC       time.Duration // a stream that makes no progress for so long is given up
	Batch     int           // entries in one message and in one call of Machine.Apply

	SnapshotInterval  time.Duration // how often to look whether a snapshot is due
	SnapshotThreshold uint64        // entries since the last one that make it due
	TrailingLogs      uint64        // entries kept behind a snapshot for stragglers
}

// LAN is for one building and the demo: a dead leader is replaced in seconds.
func LAN() Profile {
	return Profile{
		Heartbeat: time.Second,
		Election:  time.Second,
		Lease:     time.Second,
		Commit:    50 * time.Millisecond,
		RPC:       2 * time.Second,
		Batch:     64,

		SnapshotInterval:  10 * time.Minute,
		SnapshotThreshold: 16_384,
		TrailingLogs:      262_144,
	}
}

// WAN is for wards on thin lines: an idle follower costs less than 15 MB a day,
// followers lag by seconds when idle, a dead leader is replaced in a minute.
func WAN() Profile {
	p := LAN()
	p.Heartbeat = 20 * time.Second
	p.Election = 20 * time.Second
	p.Lease = 10 * time.Second
	p.Commit = 3 * time.Second
	p.RPC = 10 * time.Second
	p.Batch = 32
	return p
}

func (c Config) check() error {
	switch {
	case c.ID == "":
		return errors.New("raft: no node ID")
	case c.Dir == "":
		return errors.New("raft: no directory")
	case c.Streams == nil, c.Machine == nil, c.Logger == nil:
		return errors.New("raft: stream layer, machine and logger are required")
	}
	return nil
}

// library is the configuration of the library. ShutdownOnRemove stays off: it
// would stop raft also when the leader merely gives up its vote, and would
// leave proposals without an answer. Snapshots are restored by settle, before.
func (c Config) library(log *logger) *hraft.Config {
	return &hraft.Config{
		ProtocolVersion:          hraft.ProtocolVersionMax,
		LocalID:                  hraft.ServerID(c.ID),
		HeartbeatTimeout:         c.Profile.Heartbeat,
		ElectionTimeout:          c.Profile.Election,
		LeaderLeaseTimeout:       c.Profile.Lease,
		CommitTimeout:            c.Profile.Commit,
		MaxAppendEntries:         c.Profile.Batch,
		BatchApplyCh:             true,
		SnapshotInterval:         c.Profile.SnapshotInterval,
		SnapshotThreshold:        c.Profile.SnapshotThreshold,
		TrailingLogs:             c.Profile.TrailingLogs,
		NoSnapshotRestoreOnStart: true,
		NoLegacyTelemetry:        true,
		Logger:                   log,
	}
}
