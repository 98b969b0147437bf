package raft_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

// history is what clients were told about each attempt; every attempt has data
// of its own.
type history struct {
	attempts                int
	acked, refused, unknown []string

	leader                      string
	changes, restarts, restores int
}

// TestHoursOfFlakyLinks lets three voters and two standbys live through hours
// of links that come and go, one way or both, and of machines restarted.
// Nothing acknowledged may be missing or come twice, nothing refused may
// appear, and in the end all are the same.
func TestHoursOfFlakyLinks(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				p := raft.WAN()
				p.SnapshotThreshold, p.SnapshotInterval, p.TrailingLogs = 20, 10*time.Minute, 5
				c := rafttest.New(t, rafttest.Options{Voters: 3, Standbys: 2, Profile: p})
				h := &history{}
				h.live(t, c, rand.New(rand.NewPCG(seed, 0)), 4*time.Hour)

				c.Net.HealAll()
				c.Leader()
				c.Propose("end")
				c.Agreed()
				h.check(t, machine(c.Nodes[0]).Data())
				for _, n := range c.Nodes {
					h.restores += machine(n).Restores()
				}
				compared := c.SameLogs()
				t.Logf("%v simulated: %d acknowledged, %d unknown, %d refused; %d changes of leader, %d restarts, %d snapshots restored, %d log entries compared",
					time.Since(start).Round(time.Minute), len(h.acked), len(h.unknown), len(h.refused), h.changes, h.restarts, h.restores, compared)
				require.Greater(t, len(h.acked), 100)
				require.Greater(t, len(h.unknown), 1)
				require.Greater(t, h.changes, 2)
				require.Greater(t, h.restarts, 3)
				require.Positive(t, h.restores)
				require.Positive(t, compared)
			})
		})
	}
}

// live changes the network every few minutes and proposes meanwhile.
func (h *history) live(t *testing.T, c *rafttest.Cluster, rnd *rand.Rand, span time.Duration) {
	for end := time.Now().Add(span); time.Now().Before(end); {
		shuffle(c, rnd)
		if rnd.Float64() < 0.25 && h.leader != "" {
			c.Net.Isolate(h.leader)
			h.propose(t, c, rnd)
		}
		if n := c.Nodes[rnd.IntN(len(c.Nodes))]; rnd.Float64() < 0.4 {
			c.Stop(n)
			h.propose(t, c, rnd)
			c.Start(n)
			h.restarts++
		}
		for until := time.Now().Add(time.Duration(1+rnd.IntN(15)) * time.Minute); time.Now().Before(until); {
			h.propose(t, c, rnd)
			time.Sleep(time.Duration(1+rnd.IntN(90)) * time.Second)
		}
	}
}

// shuffle gives every link a new state.
func shuffle(c *rafttest.Cluster, rnd *rand.Rand) {
	for i, a := range c.Nodes {
		for _, b := range c.Nodes[:i] {
			c.Net.Heal(a.Name, b.Name)
			switch x := rnd.Float64(); {
			case x < 0.25:
				c.Net.Cut(a.Name, b.Name)
			case x < 0.30:
				c.Net.CutOneWay(a.Name, b.Name)
			case x < 0.35:
				c.Net.CutOneWay(b.Name, a.Name)
			}
		}
	}
}

// propose makes one attempt at each node that believes to lead.
func (h *history) propose(t *testing.T, c *rafttest.Cluster, rnd *rand.Rand) {
	for _, n := range c.Running() {
		if !n.Raft.IsLeader() && rnd.Float64() < 0.9 {
			continue
		}
		h.attempts++
		data := fmt.Sprintf("attempt %d at %s", h.attempts, n.Name)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, _, err := n.Raft.Propose(ctx, []byte(data))
		cancel()
		switch {
		case err == nil:
			h.acked = append(h.acked, data)
			if n.Name != h.leader {
				h.leader = n.Name
				h.changes++
			}
		case errors.Is(err, raft.ErrUnknown):
			h.unknown = append(h.unknown, data)
		default:
			require.ErrorIs(t, err, raft.ErrNotLeader)
			h.refused = append(h.refused, data)
		}
	}
}

func (h *history) check(t *testing.T, applied []string) {
	times := map[string]int{}
	for _, d := range applied {
		times[d]++
	}
	for _, d := range h.acked {
		require.Equal(t, 1, times[d], "acknowledged: %s", d)
	}
	for _, d := range h.refused {
		require.Zero(t, times[d], "refused: %s", d)
	}
	for _, d := range h.unknown {
		require.LessOrEqual(t, times[d], 1, "unknown: %s", d)
	}
}
