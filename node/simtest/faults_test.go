package simtest

import (
	"slices"
	"time"
)

// part cuts the two off from everybody, each other included.
func (s *story) part() {
	for _, m := range s.cut {
		for _, other := range s.world.machines() {
			if other != m {
				s.sever(m, other)
			}
		}
	}
}

// sever cuts the cable between two machines, in one of the ways cables fail.
func (s *story) sever(a, b *machine) {
	one, two := addressOf(a.name), addressOf(b.name)
	if s.rnd.IntN(2) == 0 {
		s.world.net.Cut(one, two)
	} else {
		s.world.net.Refuse(one, two)
	}
}

// faults is what breaks, and what is mended, at the beginning of a step.
func (s *story) faults(i int) {
	for p, until := range s.broken {
		if until <= i {
			s.world.net.Heal(addressOf(p.a.name), addressOf(p.b.name))
			delete(s.broken, p)
		}
	}
	for m, until := range s.off {
		if until <= i {
			m.start()
			delete(s.off, m)
		}
	}
	if i == steps/4 {
		s.mend()
		s.withdraw()
		return
	}
	x := s.rnd.IntN(100)
	if s.leaders < minLeaders*i/steps {
		x = 24 // too quiet a day: whoever leads is switched off
	}
	switch {
	case x < 12: // a cable between two who are not cut off
		a, b := s.rnd.IntN(len(s.left)), s.rnd.IntN(len(s.left))
		s.breaks(s.left[a], s.left[b], i+1+s.rnd.IntN(6))
	case x < 24: // whoever leads is heard by one other only
		s.besiege(i)
	case x < 36: // whoever leads is switched off and on
		if m := s.leading(); m != nil {
			m.stop()
			s.pass(time.Minute)
			m.start()
			s.restarts++
		}
	case x < 46: // anybody is switched off for a while
		m := s.world.cluster[s.rnd.IntN(len(s.world.cluster))]
		if m.node != nil && len(s.off) == 0 {
			m.stop()
			s.restarts++
			s.off[m] = i + 1 + s.rnd.IntN(6)
		}
	case x < 56: // the line to the province
		s.breaks(s.left[s.rnd.IntN(len(s.left))], s.world.province, i+1+s.rnd.IntN(20))
	}
}

func (s *story) breaks(a, b *machine, until int) {
	if a == b {
		return
	}
	s.sever(a, b)
	s.cuts++
	s.broken[pair{a, b}] = until
}

func (s *story) besiege(i int) {
	m := s.leading()
	if m == nil {
		return
	}
	others := slices.DeleteFunc(slices.Clone(s.left), func(o *machine) bool { return o == m })
	s.breaks(m, others[s.rnd.IntN(len(others))], i+2)
}

// leading is the machine that leads those who are not cut off; nil: none does.
func (s *story) leading() *machine {
	for _, m := range s.left {
		if m.leads() {
			return m
		}
	}
	return nil
}

// mend switches everything on and puts back every cable but those of the two.
func (s *story) mend() {
	for m := range s.off {
		m.start()
		delete(s.off, m)
	}
	for p := range s.broken {
		s.world.net.Heal(addressOf(p.a.name), addressOf(p.b.name))
		delete(s.broken, p)
	}
	s.world.await("the others to agree", func() bool {
		for _, m := range s.left {
			if m.waiting() > 0 {
				return false
			}
		}
		return s.leading() != nil
	})
}

// heal gives the two their cables back: first one to a machine that does not
// lead, so that it has to carry, and then all.
func (s *story) heal() {
	s.work(steps) // what is left of the day's work
	s.mend()
	for _, m := range s.cut {
		for _, other := range s.left {
			if !other.leads() && !other.voter {
				s.world.net.Heal(addressOf(m.name), addressOf(other.name))
			}
		}
	}
	s.pass(3 * step)
	s.world.net.HealAll()
}
