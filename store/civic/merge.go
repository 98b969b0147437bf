package civic

import (
	"cmp"
	"slices"

	"gocua/store/command"
)

// MergeResidents says that two residents are one person (gộp): one record stays
// and takes what it is told from the other, which is kept for an undo. No machine
// ever asks for it.
type MergeResidents struct {
	Keep    command.ID `json:"keep"`
	Late    command.ID `json:"late"`
	KeepRev command.ID `json:"keepRev"`        // of both, as whoever decided saw them
	LateRev command.ID `json:"lateRev"`        //
	Take    []string   `json:"take,omitempty"` // fields whose value comes from the late one
	Reason  string     `json:"reason,omitempty"`
}

// allPhones keeps the phones of both.
const allPhones = "allPhones"

// takers copy one field of the late record; what an officer decided about is
// nothing a list may overwrite, so it is touched.
func takers() map[string]func(kept *Resident, late Resident) {
	return map[string]func(*Resident, Resident){
		"name":           func(r *Resident, l Resident) { r.Name = l.Name },
		"birth":          func(r *Resident, l Resident) { r.Birth = l.Birth },
		"sex":            func(r *Resident, l Resident) { r.Sex = l.Sex },
		"personalNumber": func(r *Resident, l Resident) { r.Number, r.Disputed = l.Number, l.Disputed },
		"phones":         func(r *Resident, l Resident) { r.Phones = l.Phones },
		"household":      func(r *Resident, l Resident) { r.Household = l.Household },
		allPhones: func(r *Resident, l Resident) {
			r.Phones = slices.Clone(r.Phones)
			for _, p := range l.Phones {
				if !slices.Contains(r.Phones, p) && len(r.Phones) < 5 {
					r.Phones = append(r.Phones, p)
				}
			}
		},
	}
}

func (p MergeResidents) Check() *command.Error {
	switch {
	case p.Keep.IsZero():
		return command.InvalidField("/keep", "required", "say which record stays")
	case p.Late.IsZero():
		return command.InvalidField("/late", "required", "say which record it takes in")
	case p.Keep == p.Late:
		return command.InvalidField("/late", "same_resident", "these are not two residents")
	case len(p.Reason) > maxReason:
		return command.InvalidField("/reason", "too_long", "the reason is longer than %d bytes", maxReason)
	}
	for i, field := range p.Take {
		where := "/take/" + itoa(i)
		if takers()[field] == nil {
			return command.InvalidField(where, "unknown_field", "a resident has no field %s to take", field)
		}
		if slices.Contains(p.Take[:i], field) {
			return command.InvalidField(where, "twice", "field %s is taken twice", field)
		}
	}
	return plainText("/reason", p.Reason)
}

func (p MergeResidents) Decide(v command.View, e command.Envelope) command.Decision {
	return p.merge(v, e, false)
}

// overrule merges whatever became of the two since they were looked at.
func (p MergeResidents) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	return p.merge(v, e, true)
}

func (p MergeResidents) merge(v command.View, e command.Envelope, decided bool) command.Decision {
	gone := v.Get(TypeMerged, KeyOf(p.Late)) != nil
	switch {
	case gone && Follow(v, p.Late) == Follow(v, p.Keep):
		return command.Accept() // somebody did so before
	case gone || v.Get(TypeMerged, KeyOf(p.Keep)) != nil:
		return command.Conflict(merged())
	}
	kept, err := residentIn(v, p.Keep, e.Unit, "/keep")
	if err != nil {
		return stop(err)
	}
	late, err := residentIn(v, p.Late, e.Unit, "/late")
	if err != nil {
		return stop(err)
	}
	if !decided && (kept.Rev != p.KeepRev || late.Rev != p.LateRev) {
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "changed_meanwhile", Field: "/keepRev",
			Message: "one of the two was changed since they were looked at"})
	}
	m := Merged{ID: late.ID, Into: kept.ID, Late: &late, Before: &kept, Officer: e.By.Officer, At: v.Now()}
	after, err := p.onto(v, e, kept, late)
	if err != nil {
		return stop(err)
	}
	m.After = &after
	changes := []command.Change{{Type: TypeResident, Key: KeyOf(late.ID), Op: command.Delete}, put(TypeResident, KeyOf(after.ID), after)}
	changes = append(changes, m.relink(v, e)...)
	return command.Accept(append(changes, put(TypeMerged, KeyOf(m.ID), m))...)
}

// onto is the record that stays, as it is to be.
func (p MergeResidents) onto(v command.View, e command.Envelope, kept, late Resident) (Resident, *command.Error) {
	after := kept
	for _, field := range p.Take {
		takers()[field](&after, late)
	}
	if late.Disputed == after.Number { // it was their own
		late.Disputed = ""
	}
	if after.Disputed == after.Number {
		after.Disputed = ""
	}
	after.Ethnic, after.Relation = cmp.Or(kept.Ethnic, late.Ethnic), cmp.Or(kept.Relation, late.Relation)
	if v.Level() >= levelHomes {
		after.Old = withOld(kept.Old, late.Old)
		after.relate(p.believed(kept, late)...)
	}
	after.Progress = furthest(v, kept.Progress, late.Progress)
	for _, field := range p.Take {
		if field == allPhones {
			field = "phones"
		}
		after.touch(field)
	}
	if !after.Household.IsZero() {
		hamlet, err := listedIn(v, after.Household, e.Unit)
		if err != nil {
			return after, err
		}
		after.list(v, hamlet)
	}
	after.Eligible, after.Rev = eligible(v, after.Birth), e.ID
	return after, nil
}

// believed are the two, first the one whose household it is from now on: what they
// are to its head is what they are.
func (p MergeResidents) believed(kept, late Resident) []Resident {
	if slices.Contains(p.Take, "household") {
		return []Resident{late, kept}
	}
	return []Resident{kept, late}
}

// furthest is how far a person has come of whom there were two records: the
// first day of each step, and of two applications the later.
func furthest(v command.View, kept, late Progress) Progress {
	p := kept
	p.Reached, p.Captured, p.Activated = earlier(kept.Reached, late.Reached), earlier(kept.Captured, late.Captured), earlier(kept.Activated, late.Activated)
	p.Refused = (kept.Refused || late.Refused) && p.Captured == ""
	a, hasA := Load[Application](v, TypeApplication, KeyOf(kept.Application))
	b, hasB := Load[Application](v, TypeApplication, KeyOf(late.Application))
	if hasB && (!hasA || b.At > a.At) {
		p.Application = late.Application
	}
	return p
}

func earlier(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// relink makes what hangs on the late record hang on the one that stays, and
// notes what that was.
func (m *Merged) relink(v command.View, e command.Envelope) (changes []command.Change) {
	move := func(t command.RecordType, key command.Key, rec any) {
		m.Moved = append(m.Moved, Ref{Type: t, Key: key})
		changes = append(changes, put(t, key, rec))
	}
	for _, key := range Applications(v, KeyOf(m.ID)) {
		if a, ok := Load[Application](v, TypeApplication, key); ok {
			a.Resident, a.Rev = m.Into, e.ID
			if m.retires(a.ID, m.Late.Progress.Application) {
				a.State = AppDuplicate
			}
			move(TypeApplication, key, a)
		}
	}
	if first, ok := Load[Application](v, TypeApplication, KeyOf(m.Before.Progress.Application)); ok && m.retires(first.ID, first.ID) {
		first.State, first.Rev = AppDuplicate, e.ID
		changes = append(changes, put(TypeApplication, KeyOf(first.ID), first))
	}
	for _, key := range Activations(v, KeyOf(m.ID)) {
		if a, ok := Load[Activation](v, TypeActivation, key); ok {
			a.Resident, a.Rev = m.Into, e.ID
			move(TypeActivation, key, a)
		}
	}
	for _, key := range v.Scan(ReviewByRecord, TermPrefix(m.ID.String())) {
		if r, ok := Load[Review](v, TypeReview, key); ok {
			r.Record = KeyOf(m.Into)
			move(TypeReview, key, r)
		}
	}
	if h, ok := headed(v, *m.Late); ok {
		h.Head, h.Rev, m.Head = m.Into, e.ID, true
		changes = append(changes, put(TypeHousehold, KeyOf(h.ID), h))
	}
	return changes
}

// retires reports, and notes, that the current application of one of the two is
// not the one that goes on.
func (m *Merged) retires(application, current command.ID) bool {
	if application != current || m.After.Progress.Application == application || m.After.Progress.Application.IsZero() {
		return false
	}
	m.Retired = application
	return true
}
