package civic

import "gocua/store/command"

// Merged says that an ID under which somebody registered a person is another
// person of the register (một người, hai lần đăng ký): a person decided so. What
// was captured about the one lands on the other.
type Merged struct {
	ID   command.ID `json:"id"`   // never given to a resident
	Into command.ID `json:"into"` // the resident it turned out to be
}

// Follow is the resident a reference means: the one named, or the one it turned
// out to be.
func Follow(v command.View, resident command.ID) command.ID {
	if m, ok := Load[Merged](v, TypeMerged, KeyOf(resident)); ok {
		return m.Into
	}
	return resident
}

// merge makes what names the late registration mean into, also as the head of
// the household it was for.
func merge(v command.View, e command.Envelope, late Resident, into command.ID) []command.Change {
	changes := []command.Change{put(TypeMerged, KeyOf(late.ID), Merged{ID: late.ID, Into: into})}
	if h, ok := Load[Household](v, TypeHousehold, KeyOf(late.Household)); ok && h.Head == late.ID {
		h.Head, h.Rev = into, e.ID
		changes = append(changes, put(TypeHousehold, KeyOf(h.ID), h))
	}
	return changes
}

func merged() *command.Error {
	return command.Errorf(command.Conflicting, "merged", "this person was found to be another one of the register")
}
