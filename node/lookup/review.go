package lookup

import (
	"gocua/store/civic"
	"gocua/store/command"
)

// Review is what waits for a person, with the record it is about.
type Review struct {
	Key command.Key
	civic.Review
	UnitName    string
	OfficerName string           // who asked
	Person      *Person          // the resident it is about, if it is about one
	Household   *civic.Household // or the household
	Pending     bool
}

// FindReview finds one by key.
func FindReview(src Source, key command.Key) (Review, bool) {
	r, ok := civic.Load[civic.Review](src, civic.TypeReview, key)
	if !ok {
		return Review{}, false
	}
	v := Review{Key: key, Review: r, OfficerName: OfficerName(src, r.Officer), Pending: Pending(src, r.ID)}
	unit, _ := civic.FindUnit(src, r.Unit)
	v.UnitName = unit.Name
	switch r.Type {
	case civic.TypeResident:
		if p, ok := FindPerson(src, r.Record); ok {
			v.Person = &p
		}
	case civic.TypeHousehold:
		if h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, r.Record); ok {
			v.Household = &h
		}
	}
	return v, true
}

// ReviewFilter says which open reviews to list.
type ReviewFilter struct {
	Units []string // those captured on behalf of one of these units itself: pass civic.Subtree
	After string   // Next of the page before
	Limit int      // at least 1
}

// Reviews lists what waits for a person, first captured first.
func Reviews(src Source, f ReviewFilter) (list []Review, next string) {
	var prefixes []string
	for _, unit := range f.Units {
		prefixes = append(prefixes, civic.TermPrefix(civic.ReviewOpen, unit))
	}
	after := spot{by: string(civic.Bare(command.Key(f.After))), key: command.Key(f.After)}
	keys, next := cut(firstAfter(src, civic.ReviewByState, prefixes, after, f.Limit+1), f.Limit)
	for _, key := range keys {
		if r, ok := FindReview(src, key); ok {
			list = append(list, r)
		}
	}
	return list, next
}

// reviewsAbout lists the open reviews about one record, first captured first.
func reviewsAbout(src Source, key command.Key) (list []Review) {
	for _, at := range src.Scan(civic.ReviewByRecord, civic.TermPrefix(string(key))) {
		if r, ok := FindReview(src, at); ok && r.State == civic.ReviewOpen {
			list = append(list, r)
		}
	}
	return list
}
