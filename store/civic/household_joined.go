package civic

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"gocua/store/command"
)

// mostJoins is how many merges, one after the other, a reference is followed
// through; more is a loop in the data.
const mostJoins = 64

// FollowHousehold is the household a reference means today: the one named, or the
// one it was merged into (hộ đã gộp).
func FollowHousehold(v command.View, household command.ID) command.ID {
	if h, _, ok := HouseholdNow(v, KeyOf(household)); ok {
		return h.ID
	}
	return household
}

// HouseholdNow finds the household a key means today, and its own key; the key may
// be a cluster's.
func HouseholdNow(v command.View, key command.Key) (h Household, at command.Key, ok bool) {
	at = key
	for range mostJoins {
		h, ok = Load[Household](v, TypeHousehold, at)
		if !ok || h.MergedInto.IsZero() {
			return h, at, ok
		}
		at = Sibling(at, h.MergedInto.String())
	}
	return Household{}, key, false
}

// home is the household of somebody who comes back, where its people live today.
func home(v command.View, household command.ID) (Household, bool) {
	if v.Level() < levelHomes {
		return Load[Household](v, TypeHousehold, KeyOf(household))
	}
	h, _, ok := HouseholdNow(v, KeyOf(household))
	return h, ok
}

// Joined lists the keys of the households that were merged into another (các hộ
// đã gộp vào), also those that were merged into one of these.
func Joined(v command.View, household command.Key) (keys []command.Key) {
	for next := []command.Key{household}; len(next) > 0 && len(keys) < mostJoins; next = next[1:] {
		found := related(v, HouseholdByMerged, next[0])
		keys, next = append(keys, found...), append(next, found...)
	}
	return keys
}

// Seen marks what a page showed of a household: where it is, who heads it and who
// lives there. A command that carries the mark is a conflict if that is no longer so.
func Seen(h Household, members []command.ID) string {
	names := make([]string, len(members))
	for i, id := range members {
		names[i] = id.String()
	}
	slices.Sort(names)
	sum := sha256.Sum256([]byte(term(h.Hamlet, h.Address, h.Head.String(), strings.Join(names, " "))))
	return hex.EncodeToString(sum[:12])
}

// SeenNow is the mark of a household as it is.
func SeenNow(v command.View, key command.Key) string {
	h, _ := Load[Household](v, TypeHousehold, key)
	return Seen(h, memberIDs(v, key))
}

func memberIDs(v command.View, household command.Key) (ids []command.ID) {
	for _, r := range residentsOf(v, household) {
		ids = append(ids, r.ID)
	}
	return ids
}

// residentsOf are the residents of a household, in the order of their IDs.
func residentsOf(v command.View, household command.Key) (list []Resident) {
	for _, key := range Members(v, household) {
		if r, ok := Load[Resident](v, TypeResident, key); ok {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b Resident) int { return cmp.Compare(a.ID.String(), b.ID.String()) })
	return list
}

// unseen is a conflict: what an officer decided about was no longer so.
func unseen(what string) *command.Error {
	return &command.Error{Class: command.Conflicting, Code: codeUnseen, Field: "/seen", Message: "somebody changed " + what + " meanwhile"}
}

const codeUnseen = "household_changed"

// joined is a conflict: the household stands for itself no more.
func joined(field string) *command.Error {
	return &command.Error{Class: command.Conflicting, Code: "household_merged", Field: field, Message: "this household was merged into another one"}
}

// move makes somebody live in a household. What the list says they are to the head
// of the old one is kept, and told again once they are back.
func (r *Resident) move(v command.View, to Household) {
	if r.Household != to.ID {
		r.leave(v, to.ID)
	}
	r.list(v, to.Hamlet)
}

// leave makes somebody live in another household, or in none. Where a list has
// them is kept, so that it makes them no second time.
func (r *Resident) leave(v command.View, to command.ID) {
	always := v.Level() >= levelHomes
	switch {
	case r.ListedIn == to && !(always && to.IsZero()):
		r.ListedIn = command.ID{}
	case r.ListedIn.IsZero() && (always || r.Relation != ""):
		r.ListedIn = r.Household
	}
	r.Household = to
	r.touch("household")
}

// relate says what somebody is to the head of a household, and of which one: what
// is known of the first of these of whom anything is.
func (r *Resident) relate(of ...Resident) {
	from := of[max(0, slices.IndexFunc(of, func(o Resident) bool { return o.Relation != "" }))]
	r.Relation, r.ListedIn = from.Relation, cmp.Or(from.ListedIn, from.Household)
	if r.ListedIn == r.Household {
		r.ListedIn = command.ID{}
	}
}
