package civic

import "gocua/store/command"

// Merged says that an ID is another person of the register (một người, hai lần
// đăng ký): a person decided so. What names the one means the other. Of an ID
// under which there was a record it keeps what is needed to undo that.
type Merged struct {
	ID   command.ID `json:"id"`   // of no resident as long as this is here
	Into command.ID `json:"into"` // the resident it turned out to be

	Late    *Resident  `json:"late,omitempty"`   // the record there was, as it was
	Before  *Resident  `json:"before,omitempty"` // the one that stayed, as it was …
	After   *Resident  `json:"after,omitempty"`  // … and as the merge left it
	Moved   []Ref      `json:"moved,omitempty"`  // what hung on the one and now hangs on the other
	Head    bool       `json:"head,omitempty"`   // was head of its household
	Retired command.ID `json:"retired,omitzero"` // the application that became a duplicate by it
	Officer command.ID `json:"officer,omitzero"`
	At      int64      `json:"at,omitempty"` // agreed, ms
}

func (m Merged) Derive(d *command.Derived) {
	d.Find(MergedByInto, term(m.Into.String(), m.ID.String()))
	if m.Late != nil {
		d.Find(MergedByRow, rowTerm(*m.Late))
	}
}

func rowTerm(r Resident) string { return term(ToneFreeKey(r.Name), string(r.Birth)) }

// mergedAs finds whom a row of a list means whose record was merged: the same
// list again makes nobody twice.
func mergedAs(v command.View, want Resident) (command.Key, bool) {
	at := rowTerm(want)
	for t, key := range v.Scan(MergedByRow, at) {
		if t != at {
			break
		}
		m, ok := Load[Merged](v, TypeMerged, key)
		if !ok || m.Late == nil || want.Number != "" && m.Late.Number != "" && want.Number != m.Late.Number {
			continue
		}
		lived, _ := home(v, m.Late.Household)
		if want.Number != "" && want.Number == m.Late.Number || !want.Household.IsZero() && want.Household == lived.ID {
			return KeyOf(Follow(v, m.ID)), true
		}
	}
	return "", false
}

// anyMerged reports whether anybody was merged at all.
func anyMerged(v command.View) bool {
	for range v.Scan(MergedByRow, "") {
		return true
	}
	return false
}

// deepestMerge bounds how often an ID can turn out to be another.
const deepestMerge = 16

// Follow is the resident a reference means: the one named, or the one it turned
// out to be.
func Follow(v command.View, resident command.ID) command.ID {
	for range deepestMerge {
		m, ok := Load[Merged](v, TypeMerged, KeyOf(resident))
		if !ok {
			break
		}
		resident = m.Into
	}
	return resident
}

// MergedInto lists who turned out to be a resident, and who turned out to be
// one of those.
func MergedInto(v command.View, resident command.ID) (all []Merged) {
	for below := []command.ID{resident}; len(below) > 0 && len(all) < 256; below = below[1:] {
		for _, key := range v.Scan(MergedByInto, TermPrefix(below[0].String())) {
			if m, ok := Load[Merged](v, TypeMerged, key); ok {
				all, below = append(all, m), append(below, m.ID)
			}
		}
	}
	return all
}

// merge makes what names the late registration mean into, also as the head of
// the household it was for.
func merge(v command.View, e command.Envelope, late Resident, into command.ID) []command.Change {
	changes := []command.Change{put(TypeMerged, KeyOf(late.ID), Merged{ID: late.ID, Into: into})}
	if h, ok := headed(v, late); ok {
		h.Head, h.Rev = into, e.ID
		changes = append(changes, put(TypeHousehold, KeyOf(h.ID), h))
	}
	return changes
}

// headed is the household somebody lives in, if they are its head.
func headed(v command.View, r Resident) (Household, bool) {
	h, ok := Load[Household](v, TypeHousehold, KeyOf(r.Household))
	return h, ok && h.Head == r.ID
}

func merged() *command.Error {
	return command.Errorf(command.Conflicting, "merged", "this person was found to be another one of the register")
}
