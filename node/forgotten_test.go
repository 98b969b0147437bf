package node

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/store/command"
)

// TestAMachinePutBackFromAnImageHasNoVoteUntilItIsTakenInAnew: a whole directory is
// put back to the morning, which nothing in it can tell.
func TestAMachinePutBackFromAnImageHasNoVoteUntilItIsTakenInAnew(t *testing.T) {
	t.Parallel()
	nodes, by := cluster(t)
	victim, others := ward(t, nodes)
	dir := victim.cfg.Dir
	eventually(t, "it to know the officer", func() bool { return agreedAt(victim) >= agreedAt(leaderOf(t, others...)) })
	require.NoError(t, victim.Close())
	image := filepath.Join(t.TempDir(), "image")
	duplicate(t, dir, image)

	victim = again(t, victim, nil)
	leader := leaderOf(t, others...)
	must(t, leader, by, household(t), household(t))
	promised := agreedAt(leader)
	for _, n := range others {
		eventually(t, n.ID()+" to remember", func() bool { return n.raft.Remembered(victim.ID()).Agreed >= promised })
	}
	require.NoError(t, victim.Close())
	require.NoError(t, os.RemoveAll(dir))
	duplicate(t, image, dir)

	witness := others[0]
	if witness == leader {
		witness = others[1]
	}
	require.NoError(t, leader.Close())
	victim = again(t, victim, nil)
	forgotten := func() bool { return victim.Status(false).FailedCode == stopForgot }
	eventually(t, "the other one to remind it", forgotten)
	require.Contains(t, victim.Ready()[0], "forgotten")
	q, err := witness.LostQuorum(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{witness.ID()}, q.Answering, "a machine that has forgotten is no quorum")
	d := household(t)
	decided, err := victim.capture.Submit(t.Context(), command.Actor{Officer: by}, []command.Draft{d}, 0)
	require.NoError(t, err)
	require.Equal(t, command.Waiting, decided[0].Outcome.Status, "it goes on capturing")

	require.NoError(t, victim.Close())
	require.NoError(t, witness.Close())
	ended := make(chan bool, 1)
	victim, err = Open(Config{Dir: dir, End: func(again bool) { ended <- again }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, victim.Close()) })
	go func() { _ = victim.Run(t.Context()) }()
	eventually(t, "it to know after a start, with nobody there", forgotten)

	leader, witness = again(t, leader, nil), again(t, witness, nil)
	select {
	case runsAgain := <-ended:
		require.True(t, runsAgain)
	case <-time.After(time.Minute):
		require.Fail(t, "nobody took it in anew")
	}
	chief := leaderOf(t, leader, witness)
	require.False(t, votes(chief, victim.ID()), "its vote was taken before")
	require.NoError(t, victim.Close())

	victim = again(t, victim, nil)
	eventually(t, "it to vote again", func() bool { return votes(chief, victim.ID()) && victim.settled() })
	eventually(t, "what it captured to be agreed", func() bool { _, ok := chief.here.Outcome(d.ID); return ok })
	eventually(t, "it to have everything", func() bool { return agreedAt(victim) >= agreedAt(chief) })
	require.Empty(t, victim.Status(false).FailedCode)
	p, err := victim.raft.Promise()
	require.NoError(t, err)
	require.EqualValues(t, 1, p.Life)
}

// duplicate copies a directory as a disk image would: what was its owner's stays so.
func duplicate(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, os.CopyFS(to, os.DirFS(from)))
	require.NoError(t, filepath.WalkDir(to, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	}))
}

func votes(n *Node, id string) bool {
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == id {
			return m.Voter
		}
	}
	return false
}

func TestALifeIsGivenOnceAndNotToTwoOfOneMachine(t *testing.T) {
	var l lives
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	told := forgotten{Known: raft.Promise{Term: 3, Agreed: 100}}
	first, err := l.next("ward-1", told, raft.Promise{Term: 3, Agreed: 100}, at)
	require.NoError(t, err)
	require.EqualValues(t, 1, first)
	again, err := l.next("ward-1", told, raft.Promise{Term: 3, Agreed: 100}, at.Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, first, again, "the answer was lost on the way")

	_, err = l.next("ward-1", told, raft.Promise{Life: 1, Term: 4, Agreed: 120}, at.Add(2*time.Minute))
	require.Error(t, err, "the one that was taken in has begun, and here comes another")
	_, err = l.next("ward-1", forgotten{Life: 1, Known: raft.Promise{Life: 2}}, raft.Promise{}, at.Add(2*time.Minute))
	require.Error(t, err, "it has forgotten again")
	later, err := l.next("ward-1", told, raft.Promise{Life: 1, Term: 4, Agreed: 120}, at.Add(livesApart))
	require.NoError(t, err)
	require.EqualValues(t, 2, later)
	other, err := l.next("ward-2", forgotten{Life: 4, Known: raft.Promise{Life: 6}}, raft.Promise{Life: 2}, at)
	require.NoError(t, err)
	require.EqualValues(t, 7, other, "beyond all anybody knows")
}
