package civic

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// A street is what people would say of a few doors and who lives behind them, kept
// beside the register and knowing none of its rules: a sentence for each command
// that went in.
type street struct {
	*history
	draw  *rapid.T
	lives map[command.ID]command.ID // person → household; zero: none
	at    map[command.ID]string     // person → hamlet listed in
	doors map[command.ID]*place
	marks map[command.ID]string // of each household as an officer saw it last
}

// place is a household: where it is, and into which one it went.
type place struct {
	hamlet string
	into   command.ID
}

// today is where a household's people are now.
func (s *street) today(home command.ID) command.ID {
	for s.doors[home] != nil && !s.doors[home].into.IsZero() {
		home = s.doors[home].into
	}
	return home
}

func TestWhateverMovesEverybodyLivesInOneHouseholdAtMostAndNobodyIsLost(t *testing.T) {
	done := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s := &street{history: founded(rt), draw: rt, lives: map[command.ID]command.ID{}, at: map[command.ID]string{}, doors: map[command.ID]*place{}, marks: map[command.ID]string{}}
		s.begin()
		for range rapid.IntRange(5, 30).Draw(rt, "commands") {
			done[s.step()]++
			s.isAsTold()
		}
	})
	t.Logf("%v", done)
	for _, what := range []string{"household.put", "resident.put", "moved", "left", "household moved", "split", "stands again", "merged", "refused"} {
		require.Positive(t, done[what], what)
	}
}

// begin is four doors and eight people behind them.
func (s *street) begin() {
	for i := range 4 {
		s.accept(KindHouseholdPut, PutHousehold{ID: id("h", i), Hamlet: hamlet, Address: "Số " + itoa(i)})
		s.doors[id("h", i)] = &place{hamlet: hamlet}
	}
	for i := range 8 {
		s.accept(KindResidentPut, PutResident{ID: id("r", i), Household: id("h", i%4), Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female})
		s.moves(id("r", i), id("h", i%4), "")
	}
}

func (s *street) one(what string, below int) command.ID {
	return id(what, rapid.IntRange(0, below-1).Draw(s.draw, what))
}

// step asks for one change and, if it went in, tells it the street.
func (s *street) step() string {
	home, person := s.standing(), s.one("r", 9)
	where := rapid.SampledFrom([]string{hamlet, hamlet2}).Draw(s.draw, "hamlet")
	switch rapid.IntRange(0, 9).Draw(s.draw, "kind") {
	case 0:
		home = s.one("h", 8)
		return s.told("household.put", s.doors[home] == nil, KindHouseholdPut, PutHousehold{ID: home, Hamlet: where, Address: "Số " + home.String()[:4]}, func() { s.doors[home] = &place{hamlet: where} })
	case 1:
		person = s.one("r", 12)
		body := PutResident{ID: person, Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female}
		if s.doors[home] != nil {
			body.Household = home
		}
		_, known := s.lives[person]
		return s.told("resident.put", !known, KindResidentPut, body, func() { s.moves(person, body.Household, ward) })
	case 2, 3:
		return s.told("moved", true, KindResidentEdit, edit(person, "household", s.lives[person], home), func() { s.moves(person, home, "") })
	case 4:
		return s.told("left", true, KindResidentEdit, edit(person, "household", s.lives[person], nil), func() { s.lives[person] = command.ID{} })
	case 5:
		was := ""
		if s.doors[home] != nil {
			was = s.doors[home].hamlet
		}
		return s.told("household moved", true, KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("hamlet", was, where)}}, func() { s.carries(home, where) })
	case 6, 7:
		return s.splits(home, where)
	}
	into := s.standing()
	return s.told("merged", true, KindHouseholdMerge, MergeHousehold{ID: home, Into: into, Seen: s.saw(home)}, func() {
		for person, in := range s.lives {
			if in == home {
				s.moves(person, into, "")
			}
		}
		s.doors[home].into = into
	})
}

// standing is mostly a household where people live, sometimes any.
func (s *street) standing() command.ID {
	var live []command.ID
	for h, p := range s.doors {
		if p.into.IsZero() {
			live = append(live, h)
		}
	}
	if rapid.IntRange(0, 7).Draw(s.draw, "any") == 7 {
		return s.one("h", 8)
	}
	slices.SortFunc(live, func(a, b command.ID) int { return slices.Compare(a[:], b[:]) })
	return rapid.SampledFrom(live).Draw(s.draw, "standing")
}

// saw is a mark of a household; now and then one from before.
func (s *street) saw(home command.ID) string {
	if old, ok := s.marks[home]; ok && rapid.IntRange(0, 3).Draw(s.draw, "late") == 2 {
		return old
	}
	s.marks[home] = SeenNow(s.reg, KeyOf(home))
	return s.marks[home]
}

func (s *street) splits(home command.ID, where string) string {
	p := SplitHousehold{ID: id("h", rapid.IntRange(0, 9).Draw(s.draw, "made")), From: home, Seen: s.saw(home), Hamlet: where, Address: "Số mới"}
	what := "split"
	if gone := s.mergedInto(home); len(gone) > 0 && rapid.IntRange(0, 3).Draw(s.draw, "again") > 0 {
		p.ID = rapid.SampledFrom(gone).Draw(s.draw, "which")
	}
	if s.doors[p.ID] != nil {
		what = "stands again"
	}
	inside := s.inside(home)
	p.Members = inside[:rapid.IntRange(0, len(inside)).Draw(s.draw, "go")]
	return s.told(what, true, KindHouseholdSplit, p, func() {
		s.doors[p.ID] = &place{hamlet: where}
		for _, person := range p.Members {
			s.moves(person, p.ID, "")
		}
	})
}

// mergedInto are the households whose people went to this one, in order.
func (s *street) mergedInto(home command.ID) (gone []command.ID) {
	for h, p := range s.doors {
		if !p.into.IsZero() && s.today(h) == home {
			gone = append(gone, h)
		}
	}
	slices.SortFunc(gone, func(a, b command.ID) int { return slices.Compare(a[:], b[:]) })
	return gone
}

// inside are the people of a household, in order.
func (s *street) inside(home command.ID) (people []command.ID) {
	for person, in := range s.lives {
		if in == home {
			people = append(people, person)
		}
	}
	slices.SortFunc(people, func(a, b command.ID) int { return slices.Compare(a[:], b[:]) })
	return people
}

// moves is somebody who lives in a household now, or is listed somewhere without one.
func (s *street) moves(person, home command.ID, without string) {
	home = s.today(home)
	s.lives[person] = home
	if home.IsZero() {
		s.at[person] = without
		return
	}
	s.at[person] = s.doors[home].hamlet
}

// carries is a household that moves with its people.
func (s *street) carries(home command.ID, to string) {
	s.doors[home].hamlet = to
	for person, in := range s.lives {
		if in == home {
			s.at[person] = to
		}
	}
}

// told asks, and tells what happened if it went in; news: there was something to do.
func (s *street) told(what string, news bool, kind command.Kind, body any, happened func()) string {
	d := s.do(kind, body)
	switch {
	case d.Status != command.Accepted:
		return "refused"
	case !news || len(d.Changes) == 0:
		return "the same"
	}
	happened()
	return what
}

// isAsTold compares the register with the street.
func (s *street) isAsTold() {
	people, standing, in := map[string]int64{}, map[string]int64{}, map[string]int{}
	require.Len(s.draw, s.reg.records[TypeResident], len(s.lives), "nobody is lost, nobody doubled")
	for person, home := range s.lives {
		r := s.person(person)
		require.Equal(s.draw, []any{home, s.at[person]}, []any{r.Household, r.Hamlet}, "%s", person)
		people[s.at[person]]++
		for h := range s.doors {
			if slices.Contains(Members(s.reg, KeyOf(h)), KeyOf(person)) {
				in[person.String()]++
				require.Equal(s.draw, home, h, "listed where they do not live")
			}
		}
		require.Equal(s.draw, map[bool]int{true: 0, false: 1}[home.IsZero()], in[person.String()], "in one household or in none")
	}
	require.Len(s.draw, s.reg.records[TypeHousehold], len(s.doors))
	for home, p := range s.doors {
		require.Equal(s.draw, p.into, must[Household](s.history, TypeHousehold, KeyOf(home)).MergedInto)
		if p.into.IsZero() {
			standing[p.hamlet]++
		} else {
			require.Empty(s.draw, Members(s.reg, KeyOf(home)), "a household that was merged is empty")
		}
	}
	for _, unit := range []string{ward, hamlet, hamlet2} {
		require.Equal(s.draw, []int64{people[unit], standing[unit]}, []int64{s.reg.tallies[CountPeople][unit], s.reg.tallies[CountHouseholds][unit]}, unit)
		require.Len(s.draw, scanned(s.reg, HouseholdByHamlet, TermPrefix(unit)), int(standing[unit]), fmt.Sprint("doors of ", unit))
	}
}
