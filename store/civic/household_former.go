package civic

import (
	"slices"

	"gocua/store/command"
)

// Door is where a household is, or was (nơi ở cũ).
type Door struct {
	Hamlet  string `json:"hamlet"`
	Address string `json:"address"`
}

// mostFormer is how many doors a household keeps in mind. The first stays: it is
// what the list says. It is part of the format.
const mostFormer = 8

// at is how a list finds the place, however the address is written.
func (p Door) at() string { return term(p.Hamlet, Fold(p.Address)) }

func (h Household) door() Door { return Door{Hamlet: h.Hamlet, Address: h.Address} }

// formerly is the household with the place in mind where it was before it was
// corrected: a list that has it there still means this one, and makes no other.
func (h Household) formerly(v command.View, before Household) Household {
	if before.Address == "" || h.door().at() == before.door().at() || v.Level() < levelHomes { // new, or written otherwise
		return h
	}
	known := func(p Door) bool { return p.at() == before.door().at() || p.at() == h.door().at() }
	former := append(slices.DeleteFunc(slices.Clone(before.Former), known), before.door())
	if len(former) > mostFormer {
		former = slices.Delete(former, 1, len(former)-mostFormer+1)
	}
	h.Former = former
	return h
}
