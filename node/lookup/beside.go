package lookup

import (
	"encoding/json"
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Beside is a household that another was split from or merged with.
type Beside struct {
	Key       command.Key
	Household civic.Household
}

// beside finds the households this one was split from or merged with.
func (h *Home) beside(src Source) {
	if !h.Household.MergedInto.IsZero() {
		if into, at, ok := civic.HouseholdNow(src, h.Key); ok {
			h.Into = &Beside{at, into}
		}
	}
	for _, key := range civic.Joined(src, h.Key) {
		if joined, ok := civic.Load[civic.Household](src, civic.TypeHousehold, key); ok {
			h.Joined = append(h.Joined, Beside{key, joined})
		}
	}
	if h.Household.SplitFrom.IsZero() || h.Into != nil {
		return
	}
	from, at, ok := civic.HouseholdNow(src, civic.Sibling(h.Key, h.Household.SplitFrom.String()))
	if ok && at != h.Key {
		h.SplitFrom = &Beside{at, from}
	}
}

// CameFrom are the people of a home who lived in a household that was merged into
// it: who the merge moved, or who once lived there.
func CameFrom(src Source, home Home, joined Beside) []Person {
	return slices.DeleteFunc(slices.Clone(home.Members), func(p Person) bool {
		if p.Resident.Rev == joined.Household.Rev {
			return false
		}
		for item := range src.History(civic.TypeResident, p.Key) {
			var then civic.Resident
			if json.Unmarshal(item.Change.Value, &then) == nil && then.Household == joined.Household.ID {
				return false
			}
		}
		return true
	})
}
