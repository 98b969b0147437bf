package lookup

import (
	"encoding/json"
	"gocua/store/civic"
	"gocua/store/command"
)

// Review is what waits for a person, or was decided by one, with the record it
// is about.
type Review struct {
	Key command.Key
	civic.Review
	UnitName    string
	OfficerName string           // who asked
	DeciderName string           // who decided; empty while nobody has
	Person      *Person          // the resident it is about, if it is about one
	Household   *civic.Household // or the household
	Pending     bool             // the command itself waits here
	Deciding    bool             // the decision waits here
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
	if how := r.Resolution; how != nil {
		v.DeciderName, v.Deciding = OfficerName(src, how.By), Pending(src, how.Command)
	}
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

// AsDecided shows a closed review with the record as it was when the late
// command came to it: what a decision has changed since is no longer two sides.
func (r Review) AsDecided(src Source) Review {
	out, ok := src.Outcome(r.ID)
	if r.State != civic.ReviewClosed || !ok {
		return r
	}
	var then []byte
	for item := range src.History(r.Type, r.Record) {
		if out.Index > 0 && item.Index >= out.Index {
			break
		}
		then = item.Change.Value
	}
	switch {
	case r.Person != nil:
		person := *r.Person
		person.Resident = civic.Resident{}
		if then == nil || json.Unmarshal(then, &person.Resident) != nil {
			r.Person = nil
			return r
		}
		r.Person = &person
	case r.Household != nil:
		var h civic.Household
		if then == nil || json.Unmarshal(then, &h) != nil {
			r.Household = nil
			return r
		}
		r.Household = &h
	}
	return r
}

// Children lists the reviews that wait for this one, or were decided with it, in
// the order in which they came.
func (r Review) Children(src Source) (list []Review) {
	for _, key := range src.Scan(civic.ReviewByParent, civic.TermPrefix(r.ID.String())) {
		if child, ok := FindReview(src, key); ok {
			list = append(list, child)
		}
	}
	return list
}

// ReviewFilter says which reviews to list.
type ReviewFilter struct {
	Units  []string // those captured on behalf of one of these units itself: pass civic.Subtree
	Closed bool     // those that were decided, the last captured first
	After  string   // Next of the page before
	Limit  int      // at least 1
}

// Reviews lists what waits for a person, first captured first; or what was
// decided, last captured first.
func Reviews(src Source, f ReviewFilter) (list []Review, next string) {
	state := civic.ReviewOpen
	if f.Closed {
		state = civic.ReviewClosed
	}
	var prefixes []string
	for _, unit := range f.Units {
		prefixes = append(prefixes, civic.TermPrefix(state, unit))
	}
	after := spot{by: string(civic.Bare(command.Key(f.After))), key: command.Key(f.After)}
	way := way{along: stretches(civic.ReviewByState, nil, prefixes...), at: after, back: f.Closed}
	keys, next := cut(way.first(src, f.Limit+1), f.Limit)
	for _, key := range keys {
		if r, ok := FindReview(src, key); ok {
			list = append(list, r)
		}
	}
	return list, next
}

// reviewsAbout lists the reviews about one record, first captured first: the
// open ones, and those that were decided.
func reviewsAbout(src Source, key command.Key) (open, closed []Review) {
	for _, at := range src.Scan(civic.ReviewByRecord, civic.TermPrefix(string(key))) {
		r, ok := FindReview(src, at)
		switch {
		case !ok:
		case r.State == civic.ReviewOpen:
			open = append(open, r)
		default:
			closed = append(closed, r)
		}
	}
	return open, closed
}
