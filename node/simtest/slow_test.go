//go:build sim

package simtest

import (
	"bytes"
	"log/slog"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// What the list has to hold, and what a follower behind a thin line may cost.
const (
	listRows  = 13_000
	formsEach = 10  // at each machine while the list travels
	promised  = 1.3 // bytes sent to it, to bytes of the log
	squeezed  = 0.5 // the same: a fifth is usual, so more means that compression has stopped
)

// TestAfterALongListFollowersBehindThinLinesCatchUpAtNoMoreThanTheLog has the
// whole list agreed in a moment, which is the worst case: every message to who
// is behind is as large as messages get.
func TestAfterALongListFollowersBehindThinLinesCatchUpAtNoMoreThanTheLog(t *testing.T) {
	whole := func(*slowStory, int) {}
	for _, c := range []struct {
		name   string
		arrive func(*slowStory)
		during func(s *slowStory, second int)
		limits
	}{
		{"all the time", (*slowStory).list, whole, limits{again: 1.3, answer: 5 * time.Second}},
		{"back from a cut", (*slowStory).listWhileCut, whole, limits{again: 1.3, answer: 2 * time.Minute}},
		// Some 50 connections are made, of 3 to 4 KB before they carry anything.
		{"breaking every ten seconds", (*slowStory).list, (*slowStory).breakNowAndThen, limits{again: 1.6, answer: time.Minute}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSlowStory(t)
				defer s.world.close()
				s.forms()
				c.arrive(s)
				s.catchUp(c.during)
				s.quietAgain()
				s.account(c.limits)
			})
		})
	}
}

// newSlowStory is a district of which two standbys are behind thin lines.
func newSlowStory(t *testing.T) *slowStory {
	log := slog.New(slog.DiscardHandler)
	if os.Getenv("GOCUA_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	s := &slowStory{story: newStory(t, 1, node.ProfileWAN, log)}
	s.good = s.world.cluster[2]
	for _, f := range []*thin{{machine: s.world.cluster[3], rate: 125_000}, {machine: s.world.cluster[4], rate: 8_000}} {
		s.thin = append(s.thin, f)
		s.cables(f, func(a, b string) { s.world.net.Throttle(a, b, f.rate) })
	}
	s.world.await("all to agree", s.level)
	s.from = s.lead().node.Status(false).Digest.Index
	s.before = map[*machine]reading{}
	for _, m := range s.world.cluster {
		s.before[m] = s.world.meter.read(addressOf(m.name))
	}
	return s
}

// list has a ward's people imported at its own machine, to the last row.
func (s *slowStory) list() {
	const ward = 1
	var list bytes.Buffer
	people := sample.Config{Seed: 7, Residents: listRows, Units: []sample.Unit{sample.Ward(wardCode(ward), "", hamletsEach)}}
	written, err := sample.WriteXLSX(&list, sample.Make(people), sample.Messy(7))
	require.NoError(s.t, err)
	m := s.world.cluster[ward]
	_, err = m.node.StartImport(command.Actor{Officer: s.chief}, m.unit, "danh-sach.xlsx", list.Bytes())
	require.NoError(s.t, err)
	s.world.await("the list to be decided", func() bool { return m.node.Imports()[0].Finished != nil })
	job := m.node.Imports()[0]
	require.Equal(s.t, "done", job.State, job.Error)
	require.Equal(s.t, len(written.Lines)+len(written.Copies), job.Rows, "a row went missing")
	require.GreaterOrEqual(s.t, job.Done, listRows)
	s.rows, s.listed, s.began = job.Done, s.lead().node.Status(false).Digest.Index, time.Now()
}

// listWhileCut has the list imported while those behind thin lines hear nothing.
func (s *slowStory) listWhileCut() {
	for _, f := range s.thin {
		s.cables(f, s.world.net.Cut)
	}
	s.list()
	time.Sleep(time.Minute)
	for _, f := range s.thin {
		s.cables(f, s.world.net.Heal)
	}
	s.began = time.Now()
}

// forms has people take down households everywhere and wait for the answers.
func (s *slowStory) forms() {
	s.slowest = map[*machine]time.Duration{}
	for _, m := range s.world.cluster {
		s.clerks.Go(func() {
			for i := range formsEach {
				list, _ := s.people(1+i%4, 3)
				s.asks(m, list)
				time.Sleep(tick)
			}
		})
	}
}

// asks saves a form and waits for its answer, but not, as a page does, for this
// machine to have applied it.
func (s *slowStory) asks(m *machine, list []*capture) {
	var drafts []command.Draft
	for _, c := range list {
		drafts = append(drafts, s.ledger.note(c, m).draft)
	}
	asked := time.Now()
	_, err := m.node.Desk().Submit(s.t.Context(), list[0].by, drafts, 0)
	require.NoError(s.t, err)
	for m.waiting() > 0 {
		time.Sleep(100 * time.Millisecond)
	}
	s.answered(m, time.Since(asked))
}

// catchUp waits until the whole list is with those behind; something may happen
// to their lines meanwhile.
func (s *slowStory) catchUp(during func(s *slowStory, second int)) {
	for second := 1; ; second++ {
		time.Sleep(time.Second)
		behind := 0
		for _, f := range s.thin {
			switch {
			case f.node.Status(false).Digest.Index < s.listed:
				behind++
			case f.took == 0:
				f.took = time.Since(s.began)
			}
		}
		if behind == 0 {
			return
		}
		require.Less(s.t, second, 3600, "the list does not get through")
		during(s, second)
	}
}

// breakNowAndThen leaves the thin lines whole for ten seconds of each fifteen.
func (s *slowStory) breakNowAndThen(second int) {
	for _, f := range s.thin {
		switch second % 15 {
		case 10:
			s.cables(f, s.world.net.Cut)
		case 0:
			s.cables(f, s.world.net.Heal)
		}
	}
}
