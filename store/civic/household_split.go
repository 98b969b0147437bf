package civic

import (
	"slices"

	"gocua/store/command"
)

// SplitHousehold makes a household of its own out of some people of another
// (tách hộ). It also takes back a merge: the ID is then that of the household
// that was merged, which stands again with its history.
type SplitHousehold struct {
	ID       command.ID   `json:"id"`   // of the household they move to
	From     command.ID   `json:"from"` // the one they leave
	Seen     string       `json:"seen"` // mark of that one, as it was shown
	Hamlet   string       `json:"hamlet"`
	Address  string       `json:"address"`
	Members  []command.ID `json:"members"`           // who moves
	Head     command.ID   `json:"head,omitzero"`     // of them
	HeadLeft command.ID   `json:"headLeft,omitzero"` // of those who stay; none named: as it was
}

// mostMovers is how many may be named. It is part of the format.
const mostMovers = 200

func (p SplitHousehold) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the household has no ID")
	case p.From.IsZero():
		return command.InvalidField("/from", "required", "say which household they leave")
	case p.ID == p.From:
		return command.InvalidField("/id", "same_household", "the two households are one")
	case p.Seen == "" || len(p.Seen) > maxCode:
		return command.InvalidField("/seen", "required", "say what was seen of the household")
	case len(p.Members) == 0 || slices.ContainsFunc(p.Members, command.ID.IsZero):
		return command.InvalidField("/members", "nobody_moves", "say who moves")
	case len(p.Members) > mostMovers:
		return command.InvalidField("/members", "too_many", "at most %d people move at once", mostMovers)
	case !p.Head.IsZero() && !slices.Contains(p.Members, p.Head):
		return command.InvalidField("/head", "not_member", "the head is one of those who move")
	case slices.Contains(p.Members, p.HeadLeft):
		return command.InvalidField("/headLeft", "not_member", "the head is one of those who stay")
	}
	if _, err := cleanHamlet(p.Hamlet); err != nil {
		return at("/hamlet", err)
	}
	if _, err := cleanAddress(p.Address); err != nil {
		return at("/address", err)
	}
	return nil
}

func (p SplitHousehold) Decide(v command.View, e command.Envelope) command.Decision {
	from, err := householdIn(v, p.From, e.Unit, "/from")
	switch {
	case err != nil:
		return stop(err)
	case SeenNow(v, KeyOf(from.ID)) != p.Seen:
		return stop(unseen("the household"))
	}
	return p.write(v, e, from, false)
}

// overrule moves those of the named who still live there, whoever else does.
func (p SplitHousehold) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	from, err := householdIn(v, FollowHousehold(v, p.From), e.Unit, "/from")
	if err != nil {
		return stop(err)
	}
	return p.write(v, e, from, true)
}

func (p SplitHousehold) write(v command.View, e command.Envelope, from Household, decided bool) command.Decision {
	if err := hamletIn(v, p.Hamlet, e.Unit); err != nil {
		return stop(err)
	}
	to, err := p.made(v, from)
	if err != nil {
		return stop(err)
	}
	movers, stay := p.parted(v, from)
	switch {
	case len(movers) == 0 && decided:
		return stop(unseen("the household")) // nobody of them is left there
	case len(movers) < len(p.Members) && !decided:
		return command.Reject(command.InvalidField("/members", "not_member", "somebody named does not live in the household"))
	case len(stay) == 0:
		return command.Reject(command.InvalidField("/members", "nobody_stays", "somebody has to stay; the household as a whole is moved instead"))
	case !p.HeadLeft.IsZero() && !holds(stay, Follow(v, p.HeadLeft)):
		return command.Reject(command.InvalidField("/headLeft", "not_member", "the head is one of those who stay"))
	}
	was := to
	to.Hamlet, to.Address, to.Head, to.Rev = p.Hamlet, CleanText(p.Address), Follow(v, p.Head), e.ID
	to = to.formerly(v, was)
	changes := []command.Change{put(TypeHousehold, KeyOf(to.ID), to)}
	from.Head, from.Rev = from.headAfter(v, stay, p.HeadLeft), e.ID
	changes = append(changes, put(TypeHousehold, KeyOf(from.ID), from))
	return command.Accept(append(changes, moved(v, e, movers, to)...)...)
}

// made is the household they move to: a new one, or one that was merged into the
// one they leave.
func (p SplitHousehold) made(v command.View, from Household) (Household, *command.Error) {
	old, known := Load[Household](v, TypeHousehold, KeyOf(p.ID))
	switch {
	case !known:
		return Household{ID: p.ID, SplitFrom: from.ID}, nil
	case old.MergedInto.IsZero() || FollowHousehold(v, p.ID) != from.ID:
		return old, exists("household")
	}
	if crossed(v, old.Hamlet, p.Hamlet) {
		old.Left = old.Hamlet
	}
	old.MergedInto = command.ID{}
	return old, nil
}

// parted are the people of the household: those who move and those who stay.
func (p SplitHousehold) parted(v command.View, from Household) (movers, stay []Resident) {
	named := followAll(v, p.Members)
	for _, r := range residentsOf(v, KeyOf(from.ID)) {
		if slices.Contains(named, r.ID) {
			movers = append(movers, r)
		} else {
			stay = append(stay, r)
		}
	}
	return movers, stay
}

// headAfter is who heads the household of those who stay: who was named, or who
// did before. A head who moves heads it no more.
func (h Household) headAfter(v command.View, stay []Resident, named command.ID) command.ID {
	switch {
	case !named.IsZero():
		return Follow(v, named)
	case holds(stay, h.Head):
		return h.Head
	}
	return command.ID{}
}

func holds(people []Resident, id command.ID) bool {
	return slices.ContainsFunc(people, func(r Resident) bool { return r.ID == id })
}

// moved are people as they are once they live in a household.
func moved(v command.View, e command.Envelope, people []Resident, to Household) (changes []command.Change) {
	for _, r := range people {
		r.move(v, to)
		r.Rev = e.ID
		changes = append(changes, put(TypeResident, KeyOf(r.ID), r))
	}
	return changes
}
