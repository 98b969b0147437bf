package raft_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

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
