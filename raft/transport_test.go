package raft_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

func TestALinkThatWasAwayForLongIsUsedAtOnceWhenItReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3, Standbys: 1})
		leader, standby := c.Leader(), c.Node("s1")
		for range 10 {
			c.Net.Refuse(leader.Name, standby.Name)
			c.Propose("while it is away")
			time.Sleep(10*time.Minute + 700*time.Millisecond)
			require.NotEqual(t, machine(leader).Data(), machine(standby).Data())
			c.Net.Heal(leader.Name, standby.Name)
			began := time.Now()
			c.Eventually("the standby to catch up", func() bool { return len(machine(standby).Data()) == len(machine(leader).Data()) })
			require.LessOrEqual(t, time.Since(began), time.Second)
		}
	})
}

// TestALineThatKeepsBreakingCarriesALongLogAllTheSame breaks a line of 64 kbit/s
// more often than it could carry as many entries as one message may hold.
func TestALineThatKeepsBreakingCarriesALongLogAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const entries, size, rate = 64, 20 << 10, 8_000
		c := rafttest.New(t, rafttest.Options{Voters: 3, Standbys: 1, Profile: raft.WAN()})
		leader, standby := c.Leader(), c.Node("s1")
		c.Net.Cut(leader.Name, standby.Name)
		for range entries {
			c.Propose(string(bytes.Repeat([]byte("x"), size)))
		}
		c.Net.Throttle(leader.Name, standby.Name, rate)
		began := time.Now()
		for len(machine(standby).Data()) < entries {
			require.Less(t, time.Since(began), 2*entries*size/rate*time.Second, "at %d of %d", len(machine(standby).Data()), entries)
			c.Net.Heal(leader.Name, standby.Name)
			time.Sleep(30 * time.Second)
			c.Net.Cut(leader.Name, standby.Name)
			time.Sleep(time.Second)
		}
		require.Same(t, leader, c.Leader())
	})
}
