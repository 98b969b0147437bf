package civic

import "gocua/store/command"

// Household is a household (hộ): the people behind one door of a hamlet.
type Household struct {
	ID      command.ID `json:"id"`
	Hamlet  string     `json:"hamlet"`
	Left    string     `json:"left,omitempty"` // hamlet of another ward where it was before
	Address string     `json:"address"`
	Head    command.ID `json:"head,omitzero"`    // chủ hộ; may be registered after the household
	Visits  int        `json:"visits,omitempty"` // attempts so far (lần)
	Last    string     `json:"last,omitempty"`   // outcome of the latest visit
	LastAt  int64      `json:"lastAt,omitempty"` // when that was, ms
	Rev     command.ID `json:"rev"`

	MergedInto command.ID `json:"mergedInto,omitzero"` // where its people live; the household stands for itself no more
	SplitFrom  command.ID `json:"splitFrom,omitzero"`  // the household it was made out of
	Former     []Door     `json:"former,omitempty"`    // where a list may have it still, the first place first
}

// Derive lists a household among its neighbours; one that was merged is found only
// by what it was merged into and by where it was.
func (h Household) Derive(d *command.Derived) {
	at := h.door().at()
	for _, p := range h.Former {
		d.Find(HouseholdWasAt, p.at())
	}
	if !h.MergedInto.IsZero() {
		d.Find(HouseholdByMerged, term(h.MergedInto.String(), at))
		d.Find(HouseholdWasAt, at)
		return
	}
	d.Find(HouseholdByHamlet, at)
	d.Count(CountHouseholds, h.Hamlet, 1)
}

// maxAddress is the longest address, in bytes. It is part of the format.
const maxAddress = 300

// PutHousehold registers a household.
type PutHousehold struct {
	ID      command.ID `json:"id"`
	Hamlet  string     `json:"hamlet"`
	Address string     `json:"address"`
	Head    command.ID `json:"head,omitzero"`
}

func (p PutHousehold) Check() *command.Error {
	if p.ID.IsZero() {
		return command.InvalidField("/id", "required", "the household has no ID")
	}
	if _, err := cleanHamlet(p.Hamlet); err != nil {
		return at("/hamlet", err)
	}
	if _, err := cleanAddress(p.Address); err != nil {
		return at("/address", err)
	}
	return nil
}

func (p PutHousehold) Decide(v command.View, e command.Envelope) command.Decision {
	if err := hamletIn(v, p.Hamlet, e.Unit); err != nil {
		return stop(err)
	}
	h := Household{ID: p.ID, Hamlet: p.Hamlet, Address: CleanText(p.Address), Head: Follow(v, p.Head), Rev: e.ID}
	if old, ok := Load[Household](v, TypeHousehold, KeyOf(p.ID)); ok {
		if old.Hamlet == h.Hamlet && old.Address == h.Address && old.Head == h.Head {
			return command.Accept()
		}
		return command.Conflict(exists("household"))
	}
	return command.Accept(put(TypeHousehold, KeyOf(h.ID), h))
}

// overrule writes the late values onto the household that is registered.
func (p PutHousehold) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	if v.Get(TypeHousehold, KeyOf(p.ID)) == nil {
		return p.Decide(v, e)
	}
	before, err := householdIn(v, p.ID, e.Unit, "/id")
	if err != nil {
		return stop(err)
	}
	if err := hamletIn(v, p.Hamlet, e.Unit); err != nil {
		return command.Reject(err)
	}
	h := before
	h.Hamlet, h.Address, h.Head = p.Hamlet, CleanText(p.Address), p.Head
	return command.Accept(h.become(v, e, before)...)
}

// Members lists the keys of a household's residents.
func Members(v command.View, household command.Key) []command.Key {
	return related(v, ResidentByHousehold, household)
}

// membersBorn lists the keys of a household's residents of one date of birth, or
// of none.
func membersBorn(v command.View, household command.Key, birth Birth) []command.Key {
	return bornIn(v, ResidentByHousehold, household, birth)
}

// bornIn lists those of one date of birth whom an index has under a household.
func bornIn(v command.View, ix command.Index, household command.Key, birth Birth) (keys []command.Key) {
	at := term(string(Bare(household)), string(birth))
	if command.Lacks(v, ix, at) {
		return nil
	}
	for t, k := range v.Scan(ix, at) {
		if t != at {
			break // a year alone comes before its days
		}
		if k[len(Bare(k)):] == household[len(Bare(household)):] {
			keys = append(keys, k)
		}
	}
	return keys
}

// householdIn finds a household that the unit may change, under its own ID.
func householdIn(v command.View, id command.ID, unit, field string) (Household, *command.Error) {
	h, ok := Load[Household](v, TypeHousehold, KeyOf(id))
	if !ok {
		return h, unknown(field, "household", id.String())
	}
	if err := scope(v, unit, field, "the household", h.Hamlet, h.Left); err != nil {
		return h, err
	}
	if !h.MergedInto.IsZero() {
		return h, joined(field)
	}
	return h, nil
}

// hamletIn checks that a hamlet exists and lies in the unit.
func hamletIn(v command.View, hamlet, unit string) *command.Error {
	u, ok := Load[Unit](v, TypeUnit, command.Key(hamlet))
	if !ok || u.Kind != UnitHamlet {
		return unknown("/hamlet", "hamlet", hamlet)
	}
	switch {
	case Covers(v, unit, hamlet):
		return nil
	case !u.Plan.IsZero() && covered(v, unit, hamlet): // given away by a plan: whoever captured that could not know
		return &command.Error{Class: command.Conflicting, Code: "moved", Field: "/hamlet", Message: "the hamlet has moved out of unit " + unit}
	}
	return outside("/hamlet", "the hamlet", unit)
}

func exists(what string) *command.Error {
	return command.Errorf(command.Conflicting, "exists", "this %s is already registered differently", what)
}
