//go:build sim

package simtest

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/trust"
	"gocua/raft"
)

// slowStory is one long list and who is slow to hear of it.
type slowStory struct {
	*story
	thin   []*thin
	good   *machine // a follower on a good line, to compare with
	before map[*machine]reading
	from   uint64 // where the log was before
	to     uint64 // and where it was when all were level
	listed uint64 // where it was when the list was in it
	rows   int
	began  time.Time // when nothing but the thin lines stood in the way

	clerks  sync.WaitGroup
	asking  sync.Mutex
	slowest map[*machine]time.Duration // answer to a form
}

// thin is a machine behind a thin line.
type thin struct {
	*machine
	rate int           // bytes a second, each way, to each other machine
	took time.Duration // until it had the list
}

// limits are what a case may cost.
type limits struct {
	again  float64       // bytes sent, to bytes sent to a follower on a good line
	answer time.Duration // to a form
}

// cables does something to all the links of a machine.
func (s *slowStory) cables(f *thin, do func(a, b string)) {
	for _, other := range s.world.machines() {
		if other != f.machine {
			do(addressOf(f.name), addressOf(other.name))
		}
	}
}

// lead is whoever leads.
func (s *slowStory) lead() *machine {
	i := slices.IndexFunc(s.world.cluster, (*machine).leads)
	require.GreaterOrEqual(s.t, i, 0, "nobody leads")
	return s.world.cluster[i]
}

func (s *slowStory) answered(m *machine, took time.Duration) {
	s.asking.Lock()
	defer s.asking.Unlock()
	s.slowest[m] = max(s.slowest[m], took)
}

// quietAgain waits until every form is answered and all are level.
func (s *slowStory) quietAgain() {
	s.clerks.Wait()
	s.world.await("all to be level", s.level)
	s.to = s.lead().node.Status(false).Digest.Index
}

// kept is what a machine's log holds of the story.
type kept struct {
	entries, bytes int
	first, last    uint64 // terms
	sum            [sha256.Size]byte
}

func (s *slowStory) log(m *machine) (k kept) {
	sum := sha256.New()
	keys, err := trust.OpenKeys(m.dir(), trust.Way{})
	require.NoError(s.t, err)
	seals, err := node.LogSeals(keys)
	require.NoError(s.t, err)
	err = raft.ReadLog(filepath.Join(m.dir(), "raft"), seals, func(e raft.Entry) error {
		if e.Index <= s.from || e.Index > s.to {
			return nil
		}
		if k.first == 0 {
			k.first = e.Term
		}
		k.entries, k.bytes, k.last = k.entries+1, k.bytes+len(e.Data), e.Term
		fmt.Fprintf(sum, "%d %d %x\n", e.Index, e.Term, e.Data)
		return nil
	})
	require.NoError(s.t, err, m.name)
	k.sum = [sha256.Size]byte(sum.Sum(nil))
	return k
}

// account compares what went over each thin line with what had to, and then
// what all have on their disks.
func (s *slowStory) account(most limits) {
	spent := map[*machine]reading{}
	for m, before := range s.before {
		spent[m] = s.world.meter.read(addressOf(m.name)).since(before)
	}
	s.world.close()
	log := s.log(s.world.cluster[0])
	s.t.Logf("%d rows, %d entries of %d bytes, %d to a follower on a good line; the slowest answer to a form %v there; terms %d to %d",
		s.rows, log.entries, log.bytes, spent[s.good].to, s.slowest[s.good], log.first, log.last)
	require.EqualValues(s.t, s.to-s.from, log.entries)
	require.Equal(s.t, log.first, log.last, "a thin line cost the leader its place")
	for _, f := range s.thin {
		share := float64(spent[f.machine].to) / float64(log.bytes)
		s.t.Logf("%s, %d bytes a second: %+v, %.3f of the log; the list was there after %v; the slowest answer to a form %v",
			f.name, f.rate, spent[f.machine], share, f.took.Round(time.Second), s.slowest[f.machine])
		require.LessOrEqual(s.t, share, promised)
		require.LessOrEqual(s.t, share, squeezed)
		require.LessOrEqual(s.t, float64(spent[f.machine].to), most.again*float64(spent[s.good].to), "sent more than once")
		require.LessOrEqual(s.t, s.slowest[f.machine], most.answer)
		require.Equal(s.t, log, s.log(f.machine), "entries of %s", f.name)
		snapshots, err := filepath.Glob(filepath.Join(f.dir(), "raft", "snapshots", "*"))
		require.NoError(s.t, err)
		require.Empty(s.t, snapshots, "%s did not catch up from the log", f.name)
	}
	s.same()
}

// same looks at the disks of all: chain, content, each form once.
func (s *slowStory) same() {
	var first *disk
	for _, m := range s.world.cluster {
		d := m.disk(s.t)
		defer d.close(s.t)
		if first == nil {
			first = d
		}
		s.sameEverywhere(first, d)
		s.outbox(m, d)
	}
	s.decided(first)
	s.once(first)
}
