package report

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// atlas is the same wards kept another way: who owns a hamlet, what a ward was merged
// into, where an officer's grant is. What officers see is worked out from it.
type atlas struct {
	first  map[string]string // owner of hamlets before any plan
	owner  map[string]string // now
	joined map[string]string // of wards
	grants map[command.ID]string
}

func newAtlas(hamlets map[string]string, officers []civic.Officer) atlas {
	a := atlas{maps.Clone(hamlets), hamlets, map[string]string{}, map[command.ID]string{}}
	for _, o := range officers {
		a.grants[o.ID] = o.Unit
	}
	return a
}

func (a atlas) standing(ward string) string {
	for a.joined[ward] != "" {
		ward = a.joined[ward]
	}
	return ward
}

// carryOut moves what a plan moves, and returns what takes it back.
func (a atlas) carryOut(p civic.UnitPlan) (back func()) {
	was := atlas{a.first, maps.Clone(a.owner), maps.Clone(a.joined), maps.Clone(a.grants)}
	var hamlets, wards []string
	for _, w := range p.Wards {
		for h, owner := range a.owner {
			if owner == w {
				hamlets = append(hamlets, h)
			}
		}
		for x, into := range a.joined {
			if into == w {
				wards = append(wards, x)
			}
		}
	}
	for _, h := range append(hamlets, p.Hamlets...) {
		a.owner[h] = p.Into
	}
	for _, w := range append(wards, p.Wards...) {
		a.joined[w] = p.Into
	}
	for _, o := range p.Officers {
		a.grants[o.ID] = p.Into
	}
	return func() {
		for _, h := range append(hamlets, p.Hamlets...) {
			a.owner[h] = was.owner[h]
		}
		for _, w := range append(wards, p.Wards...) {
			a.joined[w] = was.joined[w]
		}
		for _, o := range p.Officers {
			a.grants[o.ID] = was.grants[o.ID]
		}
	}
}

// sees reports whether an officer works with a hamlet or a ward.
func (a atlas) sees(officer command.ID, unit string) bool {
	ward := unit
	if owner, hamlet := a.owner[unit]; hamlet {
		ward = owner
	}
	return a.standing(ward) == a.standing(a.grants[officer])
}

// between are the wards a plan is about: nobody else gains by it.
func (a atlas) between(p civic.UnitPlan) (wards []string) {
	for _, h := range p.Hamlets {
		wards = append(wards, a.standing(a.owner[h]))
	}
	for _, w := range append(p.Wards, p.Into) {
		wards = append(wards, w, a.standing(w))
	}
	return wards
}

// follow moves the atlas with a plan that has come to an end, and holds what every
// officer sees to it.
func (r *reform) follow(p civic.UnitPlan) {
	switch p.State {
	case civic.PlanDone:
		r.backs[p.ID] = r.atlas.carryOut(p)
		r.goers += len(p.Officers)
	case civic.PlanUndone:
		r.backs[p.ID]()
	default:
		return // half way: whoever is to see it sees a part
	}
	for i, sees := range r.sight() {
		for _, unit := range slices.Concat(r.hamlets, r.wards) {
			require.Equal(r.t, r.atlas.sees(r.officers[i].ID, unit), sees[unit], "officer %d of %s and %s, once the plan is %s", i, r.officers[i].Unit, unit, p.State)
		}
	}
}

// rows holds each row of today's report, and of the day before everything, to who was
// accepted where: in today's wards, and in those of that day.
func (r *reform) rows() {
	if len(civic.Plans(r, civic.PlanMoving, civic.PlanUndoing)) > 0 {
		return
	}
	now, then := map[string]int64{}, map[string]int64{}
	for unit, n := range r.listed {
		ward, before := unit, unit
		if owner, hamlet := r.atlas.owner[unit]; hamlet {
			ward, before = owner, r.atlas.first[unit]
		}
		now[r.atlas.standing(ward)] += n
		then[before] += n
	}
	for day, want := range map[string]map[string]int64{r.today(): now, "2026-08-08": then} {
		got := map[string]int64{}
		for _, row := range on(r.t, r, "01CG", day).Rows {
			if row.People > 0 {
				got[row.Unit] = row.People
			}
		}
		require.Equal(r.t, want, got, "people of each ward on %s", day)
	}
}
