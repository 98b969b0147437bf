package node

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

func TestWhatTheProvinceLacksIsCountedFromTheOldestOfIt(t *testing.T) {
	n := quietly(t, found(t))
	hamlets(t, n, 1, 5, "Tổ")
	r := n.reg.Read()
	defer r.Close()
	var units []store.FeedItem
	for f := range r.Feed(0) {
		if f.Change.Type == civic.TypeUnit {
			units = append(units, f)
		}
	}
	last, head := len(units)-1, r.Position().FeedHead
	inLane := func(c command.Change) bool { return c.Type == civic.TypeUnit }

	var c lagCounter
	for _, step := range []struct {
		name     string
		received uint64
		count    int
		since    int64
	}{
		{"nothing was received", 0, last + 1, units[0].At},
		{"asked again", 0, last + 1, units[0].At},
		{"the first was received", units[0].Seq, last, units[1].At},
		{"all but one", units[last-1].Seq, 1, units[last].At},
		{"everything", head, 0, 0},
		{"the province was put back in time", units[1].Seq, last - 1, units[2].At},
	} {
		count, since := c.at(r, inLane, step.received, head)
		require.EqualValues(t, step.count, count, step.name)
		require.Equal(t, step.since, since, step.name)
	}

	hamlets(t, n, 6, 1, "Tổ")
	later := n.reg.Read()
	defer later.Close()
	c.at(r, inLane, head, head)
	count, since := c.at(later, inLane, head, later.Position().FeedHead)
	require.EqualValues(t, 1, count)
	require.NotZero(t, since)
}

// What the province has received long ago is not read again after a start.
func TestAfterAStartWhatWasReceivedIsNotRead(t *testing.T) {
	n := quietly(t, found(t))
	hamlets(t, n, 1, 5, "Tổ")
	r := n.reg.Read()
	defer r.Close()
	head, read := r.Position().FeedHead, 0
	var c lagCounter
	count, _ := c.at(r, func(command.Change) bool { read++; return true }, head-2, head)
	require.EqualValues(t, 2, count)
	require.Equal(t, 2, read)
}

// A page that asks while somebody counts is answered at once.
func TestNobodyWaitsForWhoeverIsCounting(t *testing.T) {
	n := quietly(t, found(t))
	r := n.reg.Read()
	defer r.Close()
	head := r.Position().FeedHead
	all := func(command.Change) bool { return true }
	var c lagCounter
	c.mu.Lock()
	count, since := c.at(r, all, 1, head)
	require.Equal(t, head-1, count, "at most so many")
	require.Zero(t, since)
	c.mu.Unlock()
	known, at := c.at(r, all, 1, head)
	require.NotZero(t, at)
	c.mu.Lock()
	defer c.mu.Unlock()
	count, since = c.at(r, all, 1, head)
	require.Equal(t, known, count, "what was said last")
	require.Equal(t, at, since)
}

// What takes seconds to count is left to whoever has the time.
func TestNobodyWhoAsksCountsAWholeRegister(t *testing.T) {
	n := quietly(t, found(t))
	r := n.reg.Read()
	defer r.Close()
	read := 0
	all := func(command.Change) bool { read++; return true }
	var c lagCounter
	count, _ := c.at(r, all, 0, lagAtOnce+1)
	require.EqualValues(t, lagAtOnce+1, count, "at most so many")
	require.Zero(t, read)
	count, _ = c.catchUp(r, all, 0, r.Position().FeedHead)
	require.Equal(t, r.Position().FeedHead, count)
	require.Positive(t, read)
}
