package rafttest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
)

// Options of a cluster. Voters are named v1, v2, …, standbys s1, s2, ….
type Options struct {
	Voters, Standbys int
	Profile          raft.Profile                   // zero: raft.LAN()
	Machine          func(name string) raft.Machine // nil: a *Machine for each
	Logger           *slog.Logger                   // nil: nothing is logged
	AddressOf        func(id string) string         // nil: addresses are those of the membership
	Seals            *raft.Seals                    // nil: Seals(1), since machines seal their logs and snapshots
}

// Cluster is some nodes on one Network.
type Cluster struct {
	Net   *Network
	Nodes []*Node

	t    testing.TB
	opts Options
	dir  string
}

// Node is one machine. Raft is replaced at each start; Machine stays.
type Node struct {
	Name    string
	Addr    string // the name, unless changed while stopped
	Dir     string
	Raft    *raft.Raft // nil while stopped
	Machine raft.Machine

	founders []raft.Member
}

// New starts a cluster and closes it when the test ends.
func New(t testing.TB, opts Options) *Cluster {
	t.Helper()
	if opts.Profile == (raft.Profile{}) {
		opts.Profile = raft.LAN()
	}
	if opts.Machine == nil {
		opts.Machine = func(string) raft.Machine { return &Machine{} }
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Seals == nil {
		opts.Seals = Seals(1)
	}
	c := &Cluster{Net: NewNetwork(), t: t, opts: opts, dir: t.TempDir()}
	var founders []raft.Member
	for i := range opts.Voters {
		name := fmt.Sprintf("v%d", i+1)
		founders = append(founders, raft.Member{ID: name, Addr: name, Voter: true})
	}
	for i := range opts.Standbys {
		name := fmt.Sprintf("s%d", i+1)
		founders = append(founders, raft.Member{ID: name, Addr: name})
	}
	t.Cleanup(c.Close)
	for _, m := range founders {
		c.Add(m.ID).founders = founders
		c.Start(c.Node(m.ID))
	}
	return c
}

// Add is a new node, not started and a member of nothing.
func (c *Cluster) Add(name string) *Node {
	n := &Node{Name: name, Addr: name, Dir: filepath.Join(c.dir, name), Machine: c.opts.Machine(name)}
	c.Nodes = append(c.Nodes, n)
	return n
}

// Node is the node of that name.
func (c *Cluster) Node(name string) *Node {
	c.t.Helper()
	for _, n := range c.Nodes {
		if n.Name == name {
			return n
		}
	}
	require.FailNow(c.t, "no such node", name)
	return nil
}

// Start starts a node that is stopped.
func (c *Cluster) Start(n *Node) {
	c.t.Helper()
	require.NoError(c.t, c.TryStart(n))
}

// TryStart starts a node that is stopped, and says why it could not.
func (c *Cluster) TryStart(n *Node) error {
	c.t.Helper()
	require.Nil(c.t, n.Raft, "%s runs already", n.Name)
	r, err := raft.Open(raft.Config{
		ID: n.Name, Dir: n.Dir, Profile: c.opts.Profile, Streams: c.Net.ListenAs(n.Name, n.Addr),
		Machine: n.Machine, Logger: c.opts.Logger.With("node", n.Name), Bootstrap: n.founders, AddressOf: c.opts.AddressOf, Seals: c.opts.Seals,
	})
	if err == nil {
		n.Raft = r
	}
	return err
}

// Recover makes a node that is stopped the only voter.
func (c *Cluster) Recover(n *Node) (raft.Recovered, error) {
	c.t.Helper()
	require.Nil(c.t, n.Raft, "%s runs", n.Name)
	streams := c.Net.Listen(n.Addr)
	defer streams.Close()
	return raft.Recover(raft.Config{ID: n.Name, Dir: n.Dir, Profile: c.opts.Profile, Streams: streams, Machine: n.Machine, Logger: c.opts.Logger, Seals: c.opts.Seals})
}

// Stop closes a node; its directory and machine stay.
func (c *Cluster) Stop(n *Node) {
	c.t.Helper()
	require.NoError(c.t, n.Raft.Close())
	n.Raft = nil
}

// Close stops all nodes.
func (c *Cluster) Close() {
	c.t.Helper()
	for _, n := range c.Nodes {
		if n.Raft != nil {
			c.Stop(n)
		}
	}
}

// Running are the nodes that are not stopped.
func (c *Cluster) Running() (nodes []*Node) {
	for _, n := range c.Nodes {
		if n.Raft != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// Leader waits for a leader that can commit, among these nodes or, if none are
// given, all that run.
func (c *Cluster) Leader(among ...*Node) *Node {
	c.t.Helper()
	if len(among) == 0 {
		among = c.Running()
	}
	var leader *Node
	c.Eventually("a leader", func() bool {
		for _, n := range among {
			ctx, cancel := context.WithTimeout(c.t.Context(), c.opts.Profile.Election)
			_, err := n.Raft.Barrier(ctx)
			cancel()
			if err == nil {
				leader = n
				return true
			}
		}
		return false
	})
	return leader
}

// Followers are all running nodes but that one.
func (c *Cluster) Followers(leader *Node) (nodes []*Node) {
	for _, n := range c.Running() {
		if n != leader {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// Propose has data agreed on, by whoever leads. It may come out twice: an
// answer that is lost is asked for again, as an outbox would.
func (c *Cluster) Propose(data string) {
	c.t.Helper()
	c.Eventually("agreement", func() bool {
		for _, n := range c.Running() {
			ctx, cancel := context.WithTimeout(c.t.Context(), 2*c.opts.Profile.Election)
			_, _, err := n.Raft.Propose(ctx, []byte(data))
			cancel()
			if err == nil {
				return true
			}
			require.True(c.t, errors.Is(err, raft.ErrNotLeader) || errors.Is(err, raft.ErrUnknown), "%v", err)
		}
		return false
	})
}

// Eventually waits until something is so, for a minute of real time or many
// rounds of the profile, whichever is longer, and fails the test otherwise.
func (c *Cluster) Eventually(what string, so func() bool) {
	c.t.Helper()
	until := time.Now().Add(max(time.Minute, 20*c.opts.Profile.Election))
	for !so() {
		if time.Now().After(until) {
			require.FailNow(c.t, "not reached: "+what)
		}
		time.Sleep(c.opts.Profile.Election / 50)
	}
}

// Greet has the running nodes that reach each other tell what they promised, as
// machines do every few seconds.
func (c *Cluster) Greet() {
	c.t.Helper()
	for _, from := range c.Running() {
		p, err := from.Raft.Promise()
		require.NoError(c.t, err)
		for _, to := range c.Running() {
			if to != from && c.Net.Reaches(from.Addr, to.Addr) {
				to.Raft.Remember(from.Name, p)
			}
		}
	}
}
