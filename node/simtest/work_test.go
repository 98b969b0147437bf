package simtest

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// resident is somebody the story knows.
type resident struct {
	id        command.ID
	household command.ID
	unit      string // ward
	phone     string
}

// serial numbers what must not repeat.
type serial struct{ n atomic.Int64 }

func (s *serial) phone() string  { return fmt.Sprintf("+8491%07d", s.n.Add(1)) }
func (s *serial) number() string { return fmt.Sprintf("001080%06d", s.n.Add(1)) }

// job is what one officer does without getting up.
type job func(m *machine)

// people registers a household of some people and remembers them.
func (s *story) people(ward, count int) (list []*capture, persons []resident) {
	unit, household := wardCode(ward), command.NewID()
	list = append(list, s.says(civic.KindHouseholdPut, unit, civic.PutHousehold{ID: household,
		Hamlet: hamletCode(ward, 1+int(s.serial.n.Add(1))%hamletsEach), Address: fmt.Sprint("Số ", s.serial.n.Add(1))}, agreed))
	for range count {
		p := resident{id: command.NewID(), household: household, unit: unit, phone: s.serial.phone()}
		persons = append(persons, p)
		list = append(list, s.registers(p, s.serial.number(), agreed))
		s.ledger.set(s.ledger.phones, p.id, p.phone)
		s.ledger.set(s.ledger.names, p.id, "Trần Thị Mẫu")
	}
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	s.ledger.visits[household] += 0
	return list, persons
}

// born is a day of birth that goes with a personal number. Were it everybody's, each
// machine would compare everybody with everybody, which no district has to do.
func born(number string) string {
	n, _ := strconv.Atoi(number[6:])
	return time.Date(1930, 1, 1+n*97%25_000, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func (s *story) registers(p resident, number string, want verdict) *capture {
	return s.says(civic.KindResidentPut, p.unit, civic.PutResident{ID: p.id, Household: p.household, PersonalNumber: number,
		Name: "Trần Thị Mẫu", Birth: born(number), Sex: civic.Female, Phones: []string{p.phone}}, want)
}

func (s *story) visits(household command.ID, unit string, want verdict) *capture {
	if want == agreed {
		s.ledger.add(s.ledger.visits, household)
	}
	return s.says(civic.KindVisitRecord, unit, civic.RecordVisit{ID: command.NewID(), Household: household,
		At: time.Now().UTC().Format(time.RFC3339), Mode: civic.ModeDoor, Outcome: "nobody_home"}, want)
}

func (s *story) applies(p resident, want verdict) *capture {
	return s.says(civic.KindAppSubmit, p.unit, civic.SubmitApplication{ID: command.NewID(), Resident: p.id, Level: 1, Phone: p.phone, Relation: "self"}, want)
}

func (s *story) activates(p resident, want verdict) *capture {
	return s.says(civic.KindActivation, p.unit, civic.RecordActivation{ID: command.NewID(), Resident: p.id, Way: civic.WayApp,
		At: time.Now().UTC().Format(time.RFC3339)}, want)
}

// family is a whole evening at one door: eight captures, each on top of the one
// before, all agreed in the end.
func (s *story) family(ward int) job {
	return func(m *machine) {
		list, persons := s.people(ward, 3)
		s.saves(m, list...)
		first, second := s.serial.phone(), s.serial.phone()
		s.saves(m, s.visits(persons[0].household, persons[0].unit, agreed), s.applies(persons[0], agreed))
		s.saves(m, s.edit(persons[1], "phones", persons[1].phone, first, agreed))
		s.saves(m, s.edit(persons[1], "phones", first, second, agreed))
		s.ledger.set(s.ledger.phones, persons[1].id, second)
	}
}

const familySize = 8

// visit is one more attempt at a known door. Some are handed in again at another
// machine, by somebody who got no answer.
func (s *story) visit(p resident, again *machine) job {
	return func(m *machine) {
		c := s.visits(p.household, p.unit, agreed)
		s.saves(m, c)
		if again != nil && again.node != nil {
			s.saves(again, c)
		}
	}
}

// clash is one field of one person changed on both sides. The late one brings an
// activation along in some cases.
func (s *story) clash(p resident, child bool) (here, there job, captures int) {
	agreedOn := s.serial.phone()
	rival, late := s.edit(p, "phones", p.phone, agreedOn, agreed), s.edit(p, "phones", p.phone, s.serial.phone(), changed)
	against(late, rival)
	s.ledger.set(s.ledger.phones, p.id, agreedOn)
	list := []*capture{late}
	if child {
		list = append(list, s.activates(p, parentOpen).after(late))
	}
	return s.each(list), s.each([]*capture{rival}), len(list)
}

// meet is two fields of one person changed on both sides, which is no conflict.
func (s *story) meet(p resident) (here, there job) {
	phone, name := s.serial.phone(), "Trần Thị Mẫu Hai"
	s.ledger.set(s.ledger.phones, p.id, phone)
	s.ledger.set(s.ledger.names, p.id, name)
	return s.each([]*capture{s.edit(p, "name", "Trần Thị Mẫu", name, agreed)}), s.each([]*capture{s.edit(p, "phones", p.phone, phone, agreed)})
}

// namesakes is one personal number registered twice. Upon the late one an
// application and an activation follow.
func (s *story) namesakes(p resident) (here, there job, captures int) {
	number := s.serial.number()
	one := resident{id: command.NewID(), household: p.household, unit: p.unit, phone: s.serial.phone()}
	two := resident{id: command.NewID(), household: p.household, unit: p.unit, phone: s.serial.phone()}
	rival, late := s.registers(one, number, agreed), s.registers(two, number, taken)
	against(late, rival)
	s.ledger.set(s.ledger.phones, one.id, one.phone)
	list := []*capture{late, s.applies(two, parentOpen).after(late), s.activates(two, parentOpen).after(late)}
	return s.each(list), s.each([]*capture{rival}), len(list)
}

// twice is an application taken down on both sides.
func (s *story) twice(p resident) (here, there job) {
	rival, late := s.applies(p, agreed), s.applies(p, submitted)
	against(late, rival)
	return s.each([]*capture{late}), s.each([]*capture{rival})
}

// race is one field changed at both machines that are cut: who is heard first is
// right.
func (s *story) race(p resident) (here, there job) {
	one, two := s.edit(p, "phones", p.phone, s.serial.phone(), changed), s.edit(p, "phones", p.phone, s.serial.phone(), changed)
	against(one, two)
	one.even, two.even = true, true
	s.ledger.set(s.ledger.phones, p.id, "")
	return s.each([]*capture{one}), s.each([]*capture{two})
}

// gone is a visit by an officer whose grant is withdrawn meanwhile.
func (s *story) gone(p resident, officer command.ID) job {
	return func(m *machine) {
		c := s.visits(p.household, p.unit, withdrawn)
		c.by.Officer = officer
		s.saves(m, c)
	}
}

// each saves captures one by one.
func (s *story) each(list []*capture) job {
	return func(m *machine) {
		for _, c := range list {
			s.saves(m, c)
		}
	}
}
