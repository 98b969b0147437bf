package lookup

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Impact is what a plan of wards would move if it were carried out now (danh sách
// tác động): for whoever agrees to it, before.
type Impact struct {
	Hamlets    []civic.Unit // that change wards
	Households int64
	Residents  int64
	Buckets    map[civic.Bucket]int64 // where those people stand, applications among it
	Officers   []civic.Officer        // whose grant follows; without anything to sign in with
	Sees       []civic.Officer        // who works in the ward that is there already, and will see more
	Targets    []civic.Target         // of wards that are merged: added to the new ward's
	Teams      []civic.Team           // that go along
	Machines   []civic.Node           // of merged wards: they drain, and may leave
	Reviews    int64                  // open, of merged wards
}

// ImpactOf works out what a plan would move. What waits on other machines is not
// known here.
func ImpactOf(src Source, p civic.UnitPlan) Impact {
	i := Impact{Buckets: map[civic.Bucket]int64{}}
	codes := slices.Clone(p.Hamlets)
	for _, w := range p.Wards {
		codes = append(codes, civic.Subtree(src, w)...)
		i.ofWard(src, w)
	}
	for _, code := range codes {
		if u, ok := civic.FindUnit(src, code); ok && u.Kind == civic.UnitHamlet {
			i.Hamlets = append(i.Hamlets, u)
		}
		i.Households += src.Tally(civic.CountHouseholds, code)
		i.Residents += src.Tally(civic.CountPeople, code)
		i.Reviews += src.Tally(civic.CountReviews, code)
		for key, n := range src.Tallies(civic.CountBucket, civic.TermPrefix(code)) {
			i.Buckets[civic.Bucket(civic.TermParts(key)[1])] += n
		}
	}
	i.people(src, p)
	return i
}

// ofWard is what belongs to a ward that is merged whole.
func (i *Impact) ofWard(src Source, ward string) {
	i.Teams = append(i.Teams, civic.TeamsOf(src, ward)...)
	for _, key := range src.Scan(civic.TargetByUnit, civic.TermPrefix(ward)) {
		if t, ok := civic.Load[civic.Target](src, civic.TypeTarget, key); ok {
			i.Targets = append(i.Targets, t)
		}
	}
	for _, key := range src.Scan(civic.NodeByUnit, civic.TermPrefix(ward)) {
		if n, ok := civic.Load[civic.Node](src, civic.TypeNode, key); ok && !n.Denied {
			i.Machines = append(i.Machines, n)
		}
	}
}

// people are the officers whose grant follows, and those who will see more.
func (i *Impact) people(src Source, p civic.UnitPlan) {
	for _, key := range src.Scan(civic.OfficerByUser, "") {
		o, ok := civic.Load[civic.Officer](src, civic.TypeOfficer, key)
		if !ok || o.Disabled {
			continue
		}
		named := slices.ContainsFunc(p.Officers, func(one civic.PlanOfficer) bool { return one.ID == o.ID })
		switch unit := civic.Standing(src, o.Unit); {
		case named || slices.Contains(p.Wards, unit):
			i.Officers = append(i.Officers, o.Redacted())
		case unit == p.Into && o.Role.SeesPeople():
			i.Sees = append(i.Sees, o.Redacted())
		}
	}
}

// PlanNamed is a plan by its ID.
func PlanNamed(src Source, id command.ID) (civic.UnitPlan, bool) {
	return civic.Load[civic.UnitPlan](src, civic.TypeUnitPlan, civic.KeyOf(id))
}
