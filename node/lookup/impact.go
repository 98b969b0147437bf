package lookup

import (
	"slices"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// Impact is what a plan of wards moves (danh sách tác động): for whoever agrees to
// it, before. What a ward gives can be asked for afterwards, too; whom it concerns
// is known only until it is carried out.
type Impact struct {
	Parts      []WardPart // what each ward gives
	Households int64
	Residents  int64
	Buckets    map[civic.Bucket]int64 // where those people stand, applications among it
	Reviews    int64                  // open, of what moves
	Then       int64                  // people of the ward that is there afterwards

	Officers []civic.Officer // whose grant follows; without anything to sign in with
	Sees     []civic.Officer // who works in the ward that is there already, and will see more
	Loses    []civic.Officer // who stays in a ward that gives hamlets away, and will see less
	Targets  []civic.Target  // of wards that are merged: added to the new ward's; of hamlets given away: for a person to look at
	Teams    []civic.Team    // that go along
	Machines []civic.Node    // of merged wards: they drain, and may leave
}

// WardPart is what one ward gives: all of it, or some hamlets.
type WardPart struct {
	Ward       civic.Unit
	Whole      bool
	Hamlets    []civic.Unit
	Households int64
	Residents  int64
}

// ImpactOf works out what a plan moves. What waits on other machines is not known
// here.
func ImpactOf(src Source, p civic.UnitPlan) Impact {
	i := Impact{Buckets: map[civic.Bucket]int64{}}
	for _, w := range p.Wards {
		units := movedFrom(src, p, w)
		ward, _ := civic.FindUnit(src, w)
		i.part(src, WardPart{Ward: ward, Whole: true, Hamlets: hamletsIn(units)}, append(units, ward))
		i.ofWard(src, w)
	}
	for _, giver := range Givers(src, p) {
		part := WardPart{Hamlets: Given(src, p, giver)}
		part.Ward, _ = civic.FindUnit(src, giver)
		i.part(src, part, part.Hamlets)
		for _, t := range civic.TeamsOf(src, giver) {
			if p.TakesTeam(t) {
				i.Teams = append(i.Teams, t)
			}
		}
	}
	for _, code := range p.Hamlets {
		i.aims(src, code)
	}
	i.Then = i.after(src, p)
	i.people(src, p)
	return i
}

// part adds what is counted for some units.
func (i *Impact) part(src Source, part WardPart, units []civic.Unit) {
	for _, u := range units {
		part.Households += src.Tally(civic.CountHouseholds, u.Code)
		part.Residents += src.Tally(civic.CountPeople, u.Code)
		i.Reviews += src.Tally(civic.CountReviews, u.Code)
		for key, n := range src.Tallies(civic.CountBucket, civic.TermPrefix(u.Code)) {
			i.Buckets[civic.Bucket(civic.TermParts(key)[1])] += n
		}
	}
	i.Households, i.Residents = i.Households+part.Households, i.Residents+part.Residents
	i.Parts = append(i.Parts, part)
}

// after is how many people the ward has once all is moved, and has now if it is.
func (i *Impact) after(src Source, p civic.UnitPlan) (n int64) {
	for _, code := range civic.Subtree(src, p.Into) {
		n += src.Tally(civic.CountPeople, code)
	}
	if p.State == civic.PlanDone {
		return n
	}
	return n + i.Residents
}

// movedFrom lists what comes over with a ward that is merged whole: what lies below
// it, and what the plan has already taken from there.
func movedFrom(src Source, p civic.UnitPlan, ward string) []civic.Unit {
	list := civic.Children(src, ward)
	for _, u := range civic.Children(src, p.Into) {
		if was, ok := u.Until(p.ID); ok && was.Parent == ward {
			list = append(list, u)
		}
	}
	return list
}

func hamletsIn(units []civic.Unit) (hamlets []civic.Unit) {
	for _, u := range units {
		if u.Kind == civic.UnitHamlet {
			hamlets = append(hamlets, u)
		}
	}
	return hamlets
}

// Givers are the wards that give the hamlets of a plan away and stay, also once it
// is carried out.
func Givers(src Source, p civic.UnitPlan) (wards []string) {
	for _, code := range p.Hamlets {
		u, _ := civic.FindUnit(src, code)
		if w := giverOf(src, p, u); w != "" && !slices.Contains(wards, w) {
			wards = append(wards, w)
		}
	}
	return wards
}

// Given are the hamlets a ward gives away.
func Given(src Source, p civic.UnitPlan, giver string) (hamlets []civic.Unit) {
	for _, code := range p.Hamlets {
		if u, ok := civic.FindUnit(src, code); ok && giverOf(src, p, u) == giver {
			hamlets = append(hamlets, u)
		}
	}
	return hamlets
}

func giverOf(src Source, p civic.UnitPlan, hamlet civic.Unit) string {
	if was, ok := hamlet.Until(p.ID); ok {
		return was.Parent
	}
	return civic.WardOf(src, hamlet.Code).Code
}

// ofWard is what belongs to a ward that is merged whole.
func (i *Impact) ofWard(src Source, ward string) {
	i.Teams = append(i.Teams, civic.TeamsOf(src, ward)...)
	i.aims(src, ward)
	for _, key := range src.Scan(civic.NodeByUnit, civic.TermPrefix(ward)) {
		if n, ok := civic.Load[civic.Node](src, civic.TypeNode, key); ok && !n.Denied && !n.Gone {
			i.Machines = append(i.Machines, n)
		}
	}
}

// aims adds the targets that were set for a unit.
func (i *Impact) aims(src Source, unit string) {
	for _, key := range src.Scan(civic.TargetByUnit, civic.TermPrefix(unit)) {
		if t, ok := civic.Load[civic.Target](src, civic.TypeTarget, key); ok {
			i.Targets = append(i.Targets, t)
		}
	}
}

// people are the officers whose grant follows, and those who will see more or less.
func (i *Impact) people(src Source, p civic.UnitPlan) {
	givers := Givers(src, p)
	for _, key := range src.Scan(civic.OfficerByUser, "") {
		o, ok := civic.Load[civic.Officer](src, civic.TypeOfficer, key)
		if !ok || o.Disabled {
			continue
		}
		named := slices.ContainsFunc(p.Officers, func(one civic.PlanOfficer) bool { return one.ID == o.ID })
		switch unit := civic.Standing(src, o.Unit); {
		case named || slices.Contains(p.Wards, unit):
			i.Officers = append(i.Officers, o.Redacted())
		case !o.Role.SeesPeople():
		case unit == p.Into && len(p.Wards)+len(p.Hamlets) > 0:
			i.Sees = append(i.Sees, o.Redacted())
		case slices.Contains(givers, unit):
			i.Loses = append(i.Loses, o.Redacted())
		}
	}
}

// PlanNamed is a plan by its ID.
func PlanNamed(src Source, id command.ID) (civic.UnitPlan, bool) {
	return civic.Load[civic.UnitPlan](src, civic.TypeUnitPlan, civic.KeyOf(id))
}

// PlansOf lists the plans about units that a unit covers: those under way, then
// drafts, then what is over, the latest first.
func PlansOf(src Source, unit string) (list []civic.UnitPlan) {
	add := func(plans []civic.UnitPlan) {
		for _, p := range plans {
			if slices.ContainsFunc(p.Units(), func(code string) bool { return civic.Covers(src, unit, code) }) {
				list = append(list, p)
			}
		}
	}
	add(civic.Plans(src, civic.PlanMoving, civic.PlanUndoing, civic.PlanAgreed, civic.PlanDraft))
	over := civic.Plans(src, civic.PlanDone, civic.PlanUndone, civic.PlanDropped)
	slices.SortStableFunc(over, func(a, b civic.UnitPlan) int { return strings.Compare(b.From, a.From) })
	add(over)
	return list
}
