package web

import (
	"net/url"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// What a page is about: found by its address, and only if this session may look.

// named finds the record the address names. At the province the key may be
// given without the cluster it came from.
func (q *request) named(src lookup.Source, t command.RecordType, name string) (command.Key, error) {
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	key, ok := civic.Resolve(src, t, name)
	if !ok {
		return "", command.Errorf(command.NotFound, "not_found", "there is nothing by that name")
	}
	return key, nil
}

// profile finds the resident of /nhan-khau/:id, to write about.
func (q *request) profile(src lookup.Source) (p lookup.Profile, err error) {
	if p, err = q.profileSeen(src); err == nil {
		err = q.scope(src, p.Resident.Hamlet)
	}
	return p, err
}

// profileSeen finds the resident to look at, also in an emergency.
func (q *request) profileSeen(src lookup.Source) (p lookup.Profile, err error) {
	key, err := q.named(src, civic.TypeResident, q.Params("id"))
	if err != nil {
		return p, err
	}
	p, _ = lookup.FindProfile(src, key)
	if err := q.seen(src, p.Resident.Hamlet, civic.TypeResident, key); err != nil {
		return p, err
	}
	return p, q.viewed(src, civic.TypeResident, key, p.Resident.Hamlet)
}

// household finds the household of /ho/:id, to write about.
func (q *request) household(src lookup.Source, name string) (h lookup.Home, err error) {
	if h, err = q.householdSeen(src, name); err == nil {
		err = q.scope(src, h.Household.Hamlet)
	}
	return h, err
}

// householdSeen finds the household to look at, also in an emergency.
func (q *request) householdSeen(src lookup.Source, name string) (h lookup.Home, err error) {
	key, err := q.named(src, civic.TypeHousehold, name)
	if err != nil {
		return h, err
	}
	h, _ = lookup.FindHome(src, key)
	if err := q.seen(src, h.Household.Hamlet, civic.TypeHousehold, key); err != nil {
		return h, err
	}
	return h, q.viewed(src, civic.TypeHousehold, key, h.Household.Hamlet)
}

// seen refuses a look at what belongs to another unit and is not open to the
// officer in an emergency.
func (q *request) seen(src lookup.Source, unit string, t command.RecordType, key command.Key) error {
	if err := auth.ScopeOf(src, q.session, unit, t, key); err != nil {
		return err
	}
	return nil
}

// scope refuses what belongs to another unit.
func (q *request) scope(src lookup.Source, unit string) error {
	if err := auth.Scope(src, q.session, unit); err != nil {
		return err
	}
	return nil
}

// onBehalf is the unit a command about somebody listed in a unit is for: their
// ward, also when the district's officer writes it, or the officer's own unit
// within that ward.
func (q *request) onBehalf(src lookup.Source, listed string) string {
	ward := civic.WardOf(src, listed).Code
	if ward == "" || civic.Covers(src, ward, q.unit()) {
		return q.unit()
	}
	return ward
}
