package civic

import (
	"bytes"
	"encoding/json"
	"slices"

	"gocua/store/command"
)

// UnmergeResidents undoes a merge: the second record comes back with its own
// fields and what hung on it. What came to the one that stayed since stays with it.
type UnmergeResidents struct {
	Late   command.ID `json:"late"`
	Reason string     `json:"reason,omitempty"`
}

func (p UnmergeResidents) Check() *command.Error {
	if p.Late.IsZero() {
		return command.InvalidField("/late", "required", "say which record is to come back")
	}
	if len(p.Reason) > maxReason {
		return command.InvalidField("/reason", "too_long", "the reason is longer than %d bytes", maxReason)
	}
	return plainText("/reason", p.Reason)
}

func (p UnmergeResidents) Decide(v command.View, e command.Envelope) command.Decision {
	m, ok := Load[Merged](v, TypeMerged, KeyOf(p.Late))
	if !ok {
		if _, err := residentIn(v, p.Late, e.Unit, "/late"); err != nil {
			return stop(err)
		}
		return command.Accept() // it is there
	}
	if m.Late == nil {
		return command.Reject(command.InvalidField("/late", "never_a_record", "there was no record under that ID"))
	}
	kept, ok := Load[Resident](v, TypeResident, KeyOf(m.Into))
	if !ok {
		return command.Conflict(command.Errorf(command.Conflicting, "merged_again", "the record that stayed was merged itself: undo that first"))
	}
	if err := scope(v, e.Unit, "/late", "the resident", kept.Hamlet, kept.Left); err != nil {
		return stop(err)
	}
	if err := scope(v, e.Unit, "/late", "the resident", m.Late.Hamlet, m.Late.Left); err != nil {
		return stop(err)
	}
	kept, late := m.apart(v, e, kept)
	if err := m.within(v, e, kept, late); err != nil {
		return stop(err)
	}
	if late.Number != "" && late.Number == kept.Number {
		return command.Conflict(numberOfTheKept())
	}
	for _, number := range []string{late.Number, kept.Number} {
		if err := numberTaken(v, number, KeyOf(kept.ID)); err != nil {
			return command.Conflict(err)
		}
	}
	changes := []command.Change{{Type: TypeMerged, Key: KeyOf(m.ID), Op: command.Delete}, put(TypeResident, KeyOf(kept.ID), kept), put(TypeResident, KeyOf(late.ID), late)}
	return command.Accept(append(changes, m.unlink(v, e, kept)...)...)
}

// within refuses to put either of the two where the unit writes nothing: a
// household may have been merged into one of another ward.
func (m Merged) within(v command.View, e command.Envelope, both ...Resident) *command.Error {
	if v.Level() < levelHomes {
		return nil
	}
	for _, r := range both {
		if err := scope(v, e.Unit, "/late", "the resident", r.Hamlet, r.Left); err != nil {
			return err
		}
	}
	return nil
}

func numberOfTheKept() *command.Error {
	return &command.Error{Class: command.Conflicting, Code: codeNumberTaken, Field: "/late", Message: "the record that stayed was given that number since"}
}

// apart is the two records as they are to be: each field the merge set goes back
// to what it was, unless somebody has changed it since.
func (m Merged) apart(v command.View, e command.Envelope, now Resident) (kept, late Resident) {
	kept, late = now, *m.Late
	before, after := *m.Before, *m.After
	kept.Name, kept.Birth, kept.Sex = back(now.Name, after.Name, before.Name), back(now.Birth, after.Birth, before.Birth), back(now.Sex, after.Sex, before.Sex)
	kept.Number, kept.Disputed = back(now.Number, after.Number, before.Number), back(now.Disputed, after.Disputed, before.Disputed)
	kept.Ethnic, kept.Relation = back(now.Ethnic, after.Ethnic, before.Ethnic), back(now.Relation, after.Relation, before.Relation)
	kept.Eligible = eligible(v, kept.Birth)
	if slices.Equal(now.Phones, after.Phones) {
		kept.Phones = before.Phones
	}
	kept.Old = slices.DeleteFunc(slices.Clone(now.Old), func(n string) bool { return slices.Contains(after.Old, n) && !slices.Contains(before.Old, n) })
	if slices.Equal(now.Touched, after.Touched) {
		kept.Touched = before.Touched
	}
	if now.Household == after.Household && now.Hamlet == after.Hamlet {
		kept.Household, kept.Hamlet, kept.Left = before.Household, before.Hamlet, before.Left
		kept.at(v)
	}
	if now.Relation == after.Relation && v.Level() >= levelHomes {
		kept.relate(before)
	}
	p, q, r := now.Progress, after.Progress, before.Progress
	kept.Progress = Progress{Reached: back(p.Reached, q.Reached, r.Reached), Captured: p.Captured, Application: p.Application,
		Activated: back(p.Activated, q.Activated, r.Activated), Refused: back(p.Refused, q.Refused, r.Refused), Excluded: p.Excluded}
	if p.Application == q.Application { // who has one was captured on some day
		kept.Progress.Captured, kept.Progress.Application = r.Captured, r.Application
	}
	late.at(v)
	kept.Rev, late.Rev, late.Eligible = e.ID, e.ID, eligible(v, late.Birth)
	return kept, late
}

// back is what a value was before, if it is still what was made of it.
func back[T comparable](now, after, before T) T {
	if now == after {
		return before
	}
	return now
}

// at lists somebody where the household is today; it may have moved since, or have
// been merged into another.
func (r *Resident) at(v command.View) {
	if h, ok := home(v, r.Household); ok {
		r.move(v, h)
	}
}

// unlink gives back what the merge made hang on the one that stayed, as far as
// it still does.
func (m Merged) unlink(v command.View, e command.Envelope, kept Resident) (changes []command.Change) {
	apps := slices.DeleteFunc(slices.Clone(m.Moved), func(ref Ref) bool { return ref.Type != TypeApplication })
	if retired := KeyOf(m.Retired); !m.Retired.IsZero() && !slices.ContainsFunc(apps, func(ref Ref) bool { return ref.Key == retired }) {
		apps = append(apps, Ref{Type: TypeApplication, Key: retired}) // of the one that stayed
	}
	for _, ref := range apps {
		if a, ok := Load[Application](v, TypeApplication, ref.Key); ok && a.Resident == m.Into {
			if slices.Contains(m.Moved, ref) {
				a.Resident = m.ID
			}
			if a.ID == m.Late.Progress.Application || a.ID == kept.Progress.Application {
				a.State = AppCaptured // it is the one of its person again
			}
			a.Rev = e.ID
			changes = append(changes, put(ref.Type, ref.Key, a))
		}
	}
	for _, ref := range m.Moved {
		switch ref.Type {
		case TypeActivation:
			if a, ok := Load[Activation](v, ref.Type, ref.Key); ok && a.Resident == m.Into {
				a.Resident, a.Rev = m.ID, e.ID
				changes = append(changes, put(ref.Type, ref.Key, a))
			}
		case TypeReview:
			if r, ok := Load[Review](v, ref.Type, ref.Key); ok && r.Record == KeyOf(m.Into) {
				r.Record = KeyOf(m.ID)
				changes = append(changes, put(ref.Type, ref.Key, r))
			}
		}
	}
	if h, ok := m.headed(v, kept); ok {
		h.Head, h.Rev = m.ID, e.ID
		changes = append(changes, put(TypeHousehold, KeyOf(h.ID), h))
	}
	return changes
}

// headed is the household that the late one headed, if the one that stayed does so
// in their place: of one that was merged since, the one that took it in, unless
// they live there themselves.
func (m Merged) headed(v command.View, kept Resident) (Household, bool) {
	h, ok := home(v, m.Late.Household)
	return h, ok && m.Head && h.Head == m.Into && (h.ID == m.Late.Household || h.ID != kept.Household)
}

// Since reports what has become of the record that stayed since the merge, by
// field: what an undo leaves with it.
func (m Merged) Since(v command.View) (fields []string) {
	now, ok := Load[Resident](v, TypeResident, KeyOf(m.Into))
	if !ok || m.After == nil {
		return nil
	}
	for _, f := range []struct {
		name     string
		now, was any
	}{
		{"name", now.Name, m.After.Name}, {"birth", now.Birth, m.After.Birth}, {"sex", now.Sex, m.After.Sex},
		{"personalNumber", now.Number, m.After.Number}, {"phones", now.Phones, m.After.Phones}, {"household", now.Household, m.After.Household},
		{"progress", now.Progress, m.After.Progress},
	} {
		a, _ := json.Marshal(f.now) // both were read from JSON
		b, _ := json.Marshal(f.was)
		if !bytes.Equal(a, b) {
			fields = append(fields, f.name)
		}
	}
	return fields
}
