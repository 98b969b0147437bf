package lookup

import (
	"gocua/store/civic"
	"gocua/store/command"
)

// GapFilter says of whom something is missing.
type GapFilter struct {
	Index command.Index // civic.ResidentByNoNumber or civic.ResidentByNowhere
	Units []string      // pass civic.Subtree
	After string        // Next of the page before
	Limit int           // at least 1
}

// Gaps lists the people about whom something is missing, in the order of their
// names. Its error is a cursor that leads nowhere.
func Gaps(src Source, f GapFilter) (PeoplePage, error) {
	after, err := placeOf(src, f.After, civic.Resident.ListedBy)
	if err != nil {
		return PeoplePage{}, err
	}
	return peopleAt(src, way{along: stretches(f.Index, nil, prefixesOf(f.Units)...), at: after}.first(src, f.Limit+1), f.Limit), nil
}

// TurningFilter says whose coming of age to list.
type TurningFilter struct {
	Units    []string
	From, To string // the first and last day on which it is, YYYY-MM-DD
	After    string
	Limit    int
}

// Turning lists who comes of age in a span of days, the first first. Its error is a
// cursor that leads nowhere.
func Turning(src Source, f TurningFilter) (PeoplePage, error) {
	after := spot{by: f.From}
	if f.After != "" {
		var err error
		if after, err = placeOf(src, f.After, func(r civic.Resident) string { return r.Birth.Turns(civic.EligibleAge) }); err != nil {
			return PeoplePage{}, err
		}
	}
	found := way{along: stretches(civic.ResidentByTurning, nil, prefixesOf(f.Units)...), at: after}.first(src, f.Limit+1)
	for i, s := range found {
		if s.by > f.To {
			found = found[:i]
			break
		}
	}
	return peopleAt(src, found, f.Limit), nil
}

// placeOf is where a list goes on after a record; the beginning if none is named.
func placeOf(src Source, after string, by func(civic.Resident) string) (spot, error) {
	if after == "" {
		return spot{}, nil
	}
	r, ok := civic.Load[civic.Resident](src, civic.TypeResident, command.Key(after))
	if !ok {
		return spot{}, badCursor()
	}
	return spot{by: by(r), key: command.Key(after)}, nil
}

func prefixesOf(units []string) (prefixes []string) {
	for _, unit := range units {
		prefixes = append(prefixes, civic.TermPrefix(unit))
	}
	return prefixes
}

func peopleAt(src Source, found []spot, limit int) (page PeoplePage) {
	keys, next := cut(found, limit)
	page.Next = next
	for _, key := range keys {
		if p, ok := FindPerson(src, key); ok {
			page.People = append(page.People, p)
		}
	}
	return page
}

// CountTurning counts who comes of age in a span of days, at most Limit.
func CountTurning(src Source, f TurningFilter) (n int) {
	for _, prefix := range prefixesOf(f.Units) {
		for term := range src.Scan(civic.ResidentByTurning, prefix) {
			day := civic.TermParts(term)[1]
			if day > f.To || n == f.Limit {
				break
			}
			if day >= f.From {
				n++
			}
		}
	}
	return n
}
