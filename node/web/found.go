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

// profile finds the resident of /nhan-khau/:id.
func (q *request) profile(src lookup.Source) (p lookup.Profile, err error) {
	key, err := q.named(src, civic.TypeResident, q.Params("id"))
	if err != nil {
		return p, err
	}
	p, _ = lookup.FindProfile(src, key)
	if err := q.scope(src, p.Resident.Hamlet); err != nil {
		return p, err
	}
	return p, q.viewed(civic.TypeResident, key, p.Resident.Hamlet)
}

// household finds the household of /ho/:id.
func (q *request) household(src lookup.Source, name string) (h lookup.Home, err error) {
	key, err := q.named(src, civic.TypeHousehold, name)
	if err != nil {
		return h, err
	}
	h, _ = lookup.FindHome(src, key)
	if err := q.scope(src, h.Household.Hamlet); err != nil {
		return h, err
	}
	return h, q.viewed(civic.TypeHousehold, key, h.Household.Hamlet)
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
