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

// merge makes what names late mean into.
func merge(late, into command.ID) command.Change {
	return put(TypeMerged, KeyOf(late), Merged{ID: late, Into: into})
}
