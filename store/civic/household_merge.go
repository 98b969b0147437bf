package civic

import (
	"gocua/store/command"
)

// MergeHousehold makes two households one (gộp hộ): everybody of the one moves to
// the other. The emptied one is kept, is listed no more and says where they went;
// what comes late about it lands there, or waits for a person.
type MergeHousehold struct {
	ID   command.ID `json:"id"`   // the one that is emptied
	Into command.ID `json:"into"` // the one they all live in
	Seen string     `json:"seen"` // mark of the emptied one, as it was shown
}

func (p MergeHousehold) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "say which household is merged")
	case p.Into.IsZero():
		return command.InvalidField("/into", "required", "say into which household")
	case p.ID == p.Into:
		return command.InvalidField("/into", "same_household", "the two households are one")
	case p.Seen == "" || len(p.Seen) > maxCode:
		return command.InvalidField("/seen", "required", "say what was seen of the household")
	}
	return nil
}

func (p MergeHousehold) Decide(v command.View, e command.Envelope) command.Decision {
	if old, ok := Load[Household](v, TypeHousehold, KeyOf(p.ID)); ok && old.MergedInto == p.Into && Covers(v, e.Unit, old.Hamlet) {
		return command.Accept() // two have seen the same
	}
	from, into, err := p.both(v, e)
	switch {
	case err != nil:
		return stop(err)
	case SeenNow(v, KeyOf(from.ID)) != p.Seen:
		return stop(unseen("the household"))
	}
	return p.write(v, e, from, into)
}

// overrule merges them whoever lives there by now.
func (p MergeHousehold) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	p.Into = FollowHousehold(v, p.Into)
	from, into, err := p.both(v, e)
	if err != nil {
		return stop(err)
	}
	return p.write(v, e, from, into)
}

func (p MergeHousehold) both(v command.View, e command.Envelope) (from, into Household, err *command.Error) {
	if from, err = householdIn(v, p.ID, e.Unit, "/id"); err != nil {
		return from, into, err
	}
	into, err = householdIn(v, p.Into, e.Unit, "/into")
	if err == nil && into.ID == from.ID {
		err = command.InvalidField("/into", "same_household", "the two households are one")
	}
	return from, into, err
}

func (p MergeHousehold) write(v command.View, e command.Envelope, from, into Household) command.Decision {
	movers := residentsOf(v, KeyOf(from.ID))
	if into.Head.IsZero() && holds(movers, from.Head) {
		into.Head = from.Head
	}
	from.MergedInto, from.Rev, into.Rev = into.ID, e.ID, e.ID
	changes := []command.Change{put(TypeHousehold, KeyOf(from.ID), from), put(TypeHousehold, KeyOf(into.ID), into)}
	return command.Accept(append(changes, moved(v, e, movers, into)...)...)
}
