package lookup

import (
	"cmp"
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Home is a household with the people in it and who knocked.
type Home struct {
	Key       command.Key
	Household civic.Household
	Unit      civic.Unit // hamlet
	Ward      civic.Unit
	Members   []Person
	Visits    []Visit // oldest first
	Pending   bool
	Into      *Beside  // what it was merged into; nil: it stands
	Joined    []Beside // those that were merged into it
	SplitFrom *Beside  // what it was made out of, as long as that stands; nil: nothing
}

// FindHome finds a household by key.
func FindHome(src Source, key command.Key) (Home, bool) {
	h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, key)
	if !ok {
		return Home{}, false
	}
	home := Home{Key: key, Household: h, Ward: civic.WardOf(src, h.Hamlet), Members: members(src, key),
		Visits: Visits(src, key), Pending: Pending(src, h.Rev)}
	home.Unit, _ = civic.FindUnit(src, h.Hamlet)
	home.beside(src)
	return home, true
}

// Visit is one attempt at a door and who made it.
type Visit struct {
	Key command.Key
	civic.Visit
	OfficerName string
	Pending     bool
}

// Visits lists the visits of a household, oldest first.
func Visits(src Source, household command.Key) (visits []Visit) {
	for _, key := range civic.Visits(src, household) {
		if v, ok := civic.Load[civic.Visit](src, civic.TypeVisit, key); ok {
			for i, id := range v.Met {
				v.Met[i] = civic.Follow(src, id) // who was merged since
			}
			visits = append(visits, Visit{Key: key, Visit: v, OfficerName: OfficerName(src, v.Officer), Pending: Pending(src, v.Rev)})
		}
	}
	slices.SortStableFunc(visits, func(a, b Visit) int { return cmp.Compare(a.At, b.At) }) // of several doors, once two became one
	return visits
}

// HomeFilter says which households to list.
type HomeFilter struct {
	Hamlet string
	After  string // Next of the page before
	Limit  int    // at least 1
}

// HomeRow is one household of a list.
type HomeRow struct {
	Key       command.Key
	Household civic.Household
	People    int
	Pending   bool
}

// Homes lists the households of a hamlet by address. Its error is a cursor
// that leads nowhere.
func Homes(src Source, f HomeFilter) (rows []HomeRow, next string, err error) {
	var after spot
	if f.After != "" {
		h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, command.Key(f.After))
		if !ok {
			return nil, "", badCursor()
		}
		after = spot{by: civic.Fold(h.Address), key: command.Key(f.After)}
	}
	way := way{along: stretches(civic.HouseholdByHamlet, nil, civic.TermPrefix(f.Hamlet)), at: after}
	keys, next := cut(way.first(src, f.Limit+1), f.Limit)
	for _, key := range keys {
		if h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, key); ok {
			rows = append(rows, HomeRow{Key: key, Household: h, People: len(civic.Members(src, key)), Pending: Pending(src, h.Rev)})
		}
	}
	return rows, next, nil
}
