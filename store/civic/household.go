package civic

import "gocua/store/command"

// Household is a household (hộ): the people behind one door of a hamlet.
type Household struct {
	ID      command.ID `json:"id"`
	Hamlet  string     `json:"hamlet"`
	Address string     `json:"address"`
	Head    command.ID `json:"head,omitzero"`    // chủ hộ; may be registered after the household
	Visits  int        `json:"visits,omitempty"` // attempts so far (lần)
	Last    string     `json:"last,omitempty"`   // outcome of the latest visit
	LastAt  int64      `json:"lastAt,omitempty"` // when that was, ms
	Rev     command.ID `json:"rev"`
}

func (h Household) Derive(d *command.Derived) {
	d.Find(HouseholdByHamlet, term(h.Hamlet, Fold(h.Address)))
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
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the household has no ID")
	case p.Hamlet == "":
		return command.InvalidField("/hamlet", "required", "choose the hamlet")
	case CleanText(p.Address) == "":
		return command.InvalidField("/address", "required", "the address is empty")
	case len(p.Address) > maxAddress:
		return command.InvalidField("/address", "too_long", "the address is longer than %d bytes", maxAddress)
	}
	return nil
}

func (p PutHousehold) Decide(v command.View, e command.Envelope) command.Decision {
	if err := hamletIn(v, p.Hamlet, e.Unit); err != nil {
		return command.Reject(err)
	}
	h := Household{ID: p.ID, Hamlet: p.Hamlet, Address: CleanText(p.Address), Head: p.Head, Rev: e.ID}
	if old, ok := Load[Household](v, TypeHousehold, KeyOf(p.ID)); ok {
		if old.Hamlet == h.Hamlet && old.Address == h.Address && old.Head == h.Head {
			return command.Accept()
		}
		return command.Conflict(exists("household"))
	}
	return command.Accept(put(TypeHousehold, KeyOf(h.ID), h))
}

// Members lists the keys of a household's residents.
func Members(v command.View, household command.Key) []command.Key {
	return related(v, ResidentByHousehold, household)
}

// hamletIn checks that a hamlet exists and lies in the unit.
func hamletIn(v command.View, hamlet, unit string) *command.Error {
	u, ok := Load[Unit](v, TypeUnit, command.Key(hamlet))
	if !ok || u.Kind != UnitHamlet {
		return unknown("/hamlet", "hamlet", hamlet)
	}
	if !Covers(v, unit, hamlet) {
		return outside("/hamlet", "the hamlet", unit)
	}
	return nil
}

func exists(what string) *command.Error {
	return command.Errorf(command.Conflicting, "exists", "this %s is already registered differently", what)
}
