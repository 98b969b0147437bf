package lookup

import (
	"gocua/store/civic"
	"gocua/store/command"
)

// Application is a request for an identity, whose it is and who took it down.
type Application struct {
	Key command.Key
	civic.Application
	Name        string // of the resident
	OfficerName string
	Pending     bool
}

// FindApplication finds an application by key.
func FindApplication(src Source, key command.Key) (Application, bool) {
	a, ok := civic.Load[civic.Application](src, civic.TypeApplication, key)
	if !ok {
		return Application{}, false
	}
	r, _ := civic.Load[civic.Resident](src, civic.TypeResident, civic.Sibling(key, a.Resident.String()))
	return Application{Key: key, Application: a, Name: r.Name, OfficerName: OfficerName(src, a.Officer), Pending: Pending(src, a.Rev)}, true
}

// ApplicationFilter says which applications to list.
type ApplicationFilter struct {
	Units []string // those of people listed in one of these units themselves: pass civic.Subtree
	State string
	After string // Next of the page before
	Limit int    // at least 1
}

// Applications lists applications in one state by the day they count on, those
// that have waited longest first. Its error is a cursor that leads nowhere.
func Applications(src Source, f ApplicationFilter) (list []Application, next string, err error) {
	var after spot
	if f.After != "" {
		a, ok := civic.Load[civic.Application](src, civic.TypeApplication, command.Key(f.After))
		if !ok {
			return nil, "", badCursor()
		}
		after = spot{by: a.Day, key: command.Key(f.After)}
	}
	var prefixes []string
	for _, unit := range f.Units {
		prefixes = append(prefixes, civic.TermPrefix(f.State, unit))
	}
	keys, next := cut(way{along: stretches(civic.ApplicationByState, nil, prefixes...), at: after}.first(src, f.Limit+1), f.Limit)
	for _, key := range keys {
		if a, ok := FindApplication(src, key); ok {
			list = append(list, a)
		}
	}
	return list, next, nil
}
