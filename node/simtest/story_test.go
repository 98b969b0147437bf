package simtest

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/store/civic"
	"gocua/store/command"
)

// What a day has to hold at least.
const (
	capturesEach   = 600 // at each of the two machines that are cut
	capturesOthers = 40  // at each of the others, and their side of the conflicts
	minConflicts   = 100 // of which nobody waits under another
	minLeaders     = 10
)

// story is one day: who is cut, what people do, what breaks.
type story struct {
	t      testing.TB
	seed   uint64
	rnd    *rand.Rand // of the story's own goroutine
	click  sync.Mutex // and this one of whoever presses a button
	hand   *rand.Rand
	world  *world
	ledger *ledger
	serial serial
	chief  command.ID

	cut   []*machine // one voter, one standby
	left  []*machine // two voters, one standby
	queue map[*machine][]job
	base  []resident // not used yet
	leave map[*machine]command.ID

	leader         string
	leaders        int
	broken         map[pair]int // until which step
	off            map[*machine]int
	restarts, cuts int
}

type pair struct{ a, b *machine }

const (
	step  = 10 * time.Minute
	steps = int(24 * time.Hour / step)
	tick  = 5 * time.Second
)

// aDay plays one seed's day, heals, waits until all is quiet and checks what is
// on the disks.
func aDay(t testing.TB, seed uint64, log *slog.Logger) {
	s := newStory(t, seed, node.ProfileWAN, log)
	defer s.world.close()
	s.choose()
	s.populate()
	s.plan()
	s.part()
	for i := range steps {
		s.faults(i)
		s.work(i)
		s.pass(step)
	}
	s.mend()
	s.heal()
	s.quiet()
	s.check()
}

// newStory is a district at seven in the morning, before anything has happened.
func newStory(t testing.TB, seed uint64, profile string, log *slog.Logger) *story {
	time.Sleep(time.Until(time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC)))
	s := &story{t: t, seed: seed, rnd: rand.New(rand.NewPCG(seed, 1)), hand: rand.New(rand.NewPCG(seed, 2)), ledger: newLedger(),
		queue: map[*machine][]job{}, leave: map[*machine]command.ID{}, broken: map[pair]int{}, off: map[*machine]int{}}
	skews := make([]time.Duration, 5)
	for i := range skews {
		skews[i] = time.Duration(s.rnd.IntN(2400)-1200) * time.Second
	}
	s.world = newWorld(t, profile, skews, log)
	s.chief = s.officer("hung", clusterCode, civic.RoleSupervisor)
	s.world.await("the officer everywhere", s.level)
	return s
}

// choose says who is cut.
func (s *story) choose() {
	s.cut, s.left = nil, nil
	voter, standby := s.rnd.IntN(3), 3+s.rnd.IntN(2)
	for i, m := range s.world.cluster {
		if i == voter || i == standby {
			s.cut = append(s.cut, m)
		} else {
			s.left = append(s.left, m)
		}
	}
}

// populate has officers and people agreed before anything breaks.
func (s *story) populate() {
	for i, m := range s.cut {
		if unit := s.desertable(m); unit != "" {
			s.leave[m] = s.officer(fmt.Sprint("kien", i), unit, civic.RoleOfficer)
		}
	}
	s.world.await("the officers everywhere", s.level)
	for ward, m := range s.world.cluster {
		for range 10 {
			if ward == 0 {
				break
			}
			list, persons := s.people(ward, 3)
			s.saves(m, list...)
			s.base = append(s.base, persons...)
		}
	}
	s.world.await("the first people everywhere", s.level)
	s.rnd.Shuffle(len(s.base), func(i, j int) { s.base[i], s.base[j] = s.base[j], s.base[i] })
}

func (s *story) officer(user, unit string, role civic.Role) command.ID {
	o := civic.PutOfficer{ID: command.NewID(), User: user, Name: user, Role: role, Unit: unit}
	require.NoError(s.t, s.world.cluster[0].node.Ask(s.t.Context(), civic.KindOfficerPut, clusterCode, o))
	return o.ID
}

// desertable is the unit of an officer who works at a machine that will be cut
// and whom a machine that will not be can withdraw; "": there is none.
func (s *story) desertable(m *machine) string {
	office := s.world.cluster[0]
	switch {
	case m == office:
		return s.left[0].unit
	case s.cut[0] != office:
		return m.unit
	}
	return ""
}

func (s *story) withdraw() {
	for m, officer := range s.leave {
		by := s.world.cluster[0]
		if m == by {
			by = s.left[0]
		}
		require.NoError(s.t, by.node.Ask(s.t.Context(), civic.KindOfficerPut, by.unit,
			civic.PutOfficer{ID: officer, User: "gone" + m.name, Name: "gone", Role: civic.RoleOfficer, Unit: s.desertable(m), Disabled: true}))
	}
}

// plan makes everybody's work for the day.
func (s *story) plan() {
	for i, m := range s.cut {
		n := 0
		add := func(here, there job, captures int) {
			s.queue[m] = append(s.queue[m], here)
			if other := s.left[s.rnd.IntN(len(s.left))]; there != nil {
				s.queue[other] = append(s.queue[other], there)
			}
			n += captures
		}
		for k := range 25 {
			add(s.clash(s.next(), k%2 == 0))
		}
		for range 13 {
			add(s.namesakes(s.anyone()))
		}
		for range 10 {
			here, there := s.twice(s.next())
			add(here, there, 1)
		}
		for range 10 {
			here, there := s.meet(s.next())
			add(here, there, 1)
		}
		for range 5 {
			if officer, ok := s.leave[m]; ok {
				add(s.gone(s.at(m), officer), nil, 1)
			}
		}
		if i == 0 {
			for range 5 {
				here, there := s.race(s.next())
				s.queue[s.cut[1]] = append(s.queue[s.cut[1]], there)
				add(here, nil, 1)
			}
		} else {
			n += 5
		}
		for n+familySize <= capturesEach-50 {
			add(s.family(1+s.rnd.IntN(4)), nil, familySize)
		}
		for n < capturesEach {
			var again *machine
			if n%7 == 0 {
				again = s.left[s.rnd.IntN(len(s.left))]
			}
			add(s.visit(s.anyone(), again), nil, 1)
		}
	}
	for _, m := range s.left {
		for range capturesOthers / 2 / familySize {
			s.queue[m] = append(s.queue[m], s.family(1+s.rnd.IntN(4)))
		}
		for range capturesOthers / 2 {
			s.queue[m] = append(s.queue[m], s.visit(s.anyone(), nil))
		}
	}
	for _, m := range s.world.cluster {
		q := s.queue[m]
		s.rnd.Shuffle(len(q), func(i, j int) { q[i], q[j] = q[j], q[i] })
	}
}

// next is a person nobody else in the story touches.
func (s *story) next() resident {
	p := s.base[0]
	s.base = s.base[1:]
	return p
}

// anyone is a person whose door may be knocked at by all.
func (s *story) anyone() resident { return s.base[len(s.base)-1-s.rnd.IntN(20)] }

// at is a person of the ward that an officer of the machine may visit.
func (s *story) at(m *machine) resident {
	unit := s.desertable(m)
	for _, p := range s.base {
		if p.unit == unit {
			return p
		}
	}
	panic("simtest: nobody left in " + unit)
}

func (s *story) clicks() int {
	s.click.Lock()
	defer s.click.Unlock()
	if s.hand.IntN(20) == 0 {
		return 1
	}
	return 0
}

// work lets everybody do what is due by now.
func (s *story) work(i int) {
	var people sync.WaitGroup
	for _, m := range s.world.cluster {
		if m.node == nil {
			continue
		}
		q := s.queue[m]
		due := min(len(q), 1+len(q)/max(1, steps-8-i))
		s.queue[m] = q[due:]
		people.Go(func() {
			for _, do := range q[:due] {
				do(m)
			}
		})
	}
	people.Wait()
}

// pass lets time go by and counts who leads.
func (s *story) pass(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(tick) {
		for _, m := range s.world.cluster {
			if m.leads() && m.name != s.leader {
				s.leader, s.leaders = m.name, s.leaders+1
			}
		}
	}
}

// level reports whether all machines that are on have agreed to the same and
// nothing waits.
func (s *story) level() bool {
	first := s.world.cluster[0].node.Status(false).Digest
	for _, m := range s.world.cluster {
		st := m.node.Status(false)
		if st.Outbox.Waiting > 0 || st.Digest != first || st.Leader == "" {
			return false
		}
	}
	return true
}
