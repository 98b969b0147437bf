package node

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/store/civic"
	"gocua/store/command"
)

// back closes a machine and starts it at another address, as after a night in
// which the office's router gave out others.
func back(t *testing.T, n *Node) *Node {
	t.Helper()
	old := n.PeerAddr()
	require.NoError(t, n.Close())
	fresh, err := Open(Config{Dir: n.cfg.Dir, Peer: "127.0.0.1:0"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, fresh.Close()) })
	require.NotEqual(t, old, fresh.PeerAddr())
	go func() { _ = fresh.Run(t.Context()) }()
	return fresh
}

// knownAt waits until a machine has heard of an officer.
func knownAt(t *testing.T, n *Node, by command.ID) command.ID {
	t.Helper()
	eventually(t, "the officer to be known there", func() bool {
		r := n.reg.Read()
		defer r.Close()
		_, ok := civic.Load[civic.Officer](r, civic.TypeOfficer, civic.KeyOf(by))
		return ok
	})
	return by
}

func at(n *Node, id string) string {
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == id {
			return m.Addr
		}
	}
	return ""
}

func TestAMachineThatComesBackAtAnotherAddressIsFoundWithoutAnybodysHelp(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	ward := joined(t, first, "ward-1", false, &offClock{})
	ward = back(t, ward)
	eventually(t, "its new address to be agreed", func() bool { return at(first, "ward-1") == ward.PeerAddr() && ward.settled() })
	settle(t, ward)
	activation(t, ward, knownAt(t, ward, supervisor(t, first)))
}

// TestVotersFindEachOtherAfterMostOfThemGotOtherAddresses: nobody leads, so no
// membership can be changed; the one that kept its address is told by the others.
func TestVotersFindEachOtherAfterMostOfThemGotOtherAddresses(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	second, third := joined(t, first, "ward-1", true, &offClock{}), joined(t, first, "ward-2", true, &offClock{})
	eventually(t, "three voters", func() bool { return voters(first.memberList()) == 3 })
	require.NoError(t, first.Close())
	require.NoError(t, second.Close()) // with two gone nobody can agree to where anybody is
	moved := []*Node{back(t, second), back(t, first)}
	for _, n := range moved {
		eventually(t, n.ID()+" to be known where it is now", func() bool { return at(third, n.ID()) == n.PeerAddr() })
	}
	officer := knownAt(t, third, supervisor(t, moved[1]))
	settle(t, third) // where nobody leads a capture is not waited for
	activation(t, third, officer)
	eventually(t, "nothing to be remembered beside the membership", func() bool {
		third.told.forget(third.memberList())
		return third.told.of("ward-1") == "" && third.told.of("district") == ""
	})
}

func TestWhatAMachineToldIsForgottenOnceTheMembershipHasMovedOn(t *testing.T) {
	var w whereabouts
	require.Empty(t, w.of("a"))
	w.note("a", told{addr: "new:1", was: "old:1"})
	w.forget([]raft.Member{{ID: "a", Addr: "old:1"}})
	require.Equal(t, "new:1", w.of("a"))
	w.forget([]raft.Member{{ID: "a", Addr: "newer:1"}})
	require.Empty(t, w.of("a"))
}

func TestHowOftenAMachineAnswersIsKeptForTwoWeeks(t *testing.T) {
	path := filepath.Join(t.TempDir(), uptimeFile)
	var u uptime
	u.load(path)
	now := time.Date(2026, 8, 6, 8, 0, 0, 0, time.UTC)
	for day := range 20 {
		u.note(civic.DayOf(now.AddDate(0, 0, day-19).UnixMilli()), map[string]bool{"a": day >= 13, "b": true})
	}
	share, of := u.share("a", now)
	require.Equal(t, []int{500, 14}, []int{share, of}, "the last 14 days, of which it answered on seven")
	require.True(t, u.due(now))
	require.Len(t, u.days["a"], 14, "older ones are dropped")
	require.False(t, u.due(now))
	u.save(path, nil)
	var again uptime
	again.load(path)
	share, of = again.share("b", now)
	require.Equal(t, []int{1000, 14}, []int{share, of})
	share, of = again.share("c", now)
	require.Equal(t, []int{0, 0}, []int{share, of})
}
