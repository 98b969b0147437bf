package civic

import (
	"encoding/json"
	"slices"

	"gocua/store/command"
)

// Decide takes back what is still as the page left it. What each row finds is told
// in the detail; roster_undo_body.go says what the letters mean.
func (p UndoPage) Decide(v command.View, e command.Envelope) command.Decision {
	if p.Unit != e.Unit {
		return command.Reject(outside("/unit", p.Unit, e.Unit))
	}
	if out, ok := v.Outcome(p.Page); !ok || out.Kind != KindRosterPage || out.Status != command.Accepted {
		return command.Reject(unknown("/page", "page", p.Page.String()))
	}
	u := undoing{page: p.Page, e: e, v: newOverlay(v, Table())}
	var result UndoResult
	for _, row := range p.Rows {
		letter, note := u.row(row)
		result.Rows += string(letter)
		if note.Code != "" {
			result.Kept = append(result.Kept, note)
		}
	}
	detail, err := json.Marshal(result)
	if err != nil {
		panic("civic: a result that cannot be encoded: " + err.Error())
	}
	d := command.Accept(u.v.changes...)
	d.Detail = detail
	return d
}

// undoing is one part being taken back; later rows see what earlier ones did.
type undoing struct {
	page command.ID
	e    command.Envelope
	v    *overlay
}

func (u undoing) row(row UndoRow) (rune, UndoNote) {
	key := KeyOf(row.ID)
	if row.Line > 0 {
		key = KeyOf(row.MadeBy(u.page))
	}
	if u.v.Get(row.Type, key) == nil {
		return UndoNothing, UndoNote{}
	}
	if row.Was != nil {
		return u.told(row, key, UndoRestored, u.restore(key, *row.Was))
	}
	code := ""
	switch row.Type {
	case TypeResident:
		code = u.resident(key)
	case TypeHousehold:
		code = u.household(key)
	case TypeReview:
		code = u.review(key)
	}
	if code == "" {
		u.v.put(command.Change{Type: row.Type, Key: key, Op: command.Delete})
	}
	return u.told(row, key, UndoRemoved, code)
}

func (u undoing) told(row UndoRow, key command.Key, done rune, code string) (rune, UndoNote) {
	if code == "" {
		return done, UndoNote{}
	}
	return UndoKept, UndoNote{Type: row.Type, Key: key, Code: code}
}

// resident tells why somebody the page made must stay, or "".
func (u undoing) resident(key command.Key) string {
	r, _ := Load[Resident](u.v, TypeResident, key)
	switch {
	case r.Rev != u.page || len(r.Touched) > 0:
		return KeptChanged
	case !Covers(u.v, u.e.Unit, r.Hamlet):
		return KeptElsewhere
	case r.Progress != Progress{} || referredTo(u.v, r):
		return KeptReferred
	}
	return ""
}

// referredTo reports whether something in the register names the resident.
func referredTo(v command.View, r Resident) bool {
	key := KeyOf(r.ID)
	for _, ix := range []command.Index{ApplicationByPerson, ActivationByPerson, ReviewByRecord} {
		if len(related(v, ix, key)) > 0 {
			return true
		}
	}
	h, ok := Load[Household](v, TypeHousehold, KeyOf(r.Household))
	return ok && h.Head == r.ID
}

// household tells why a household the page made must stay, or "".
func (u undoing) household(key command.Key) string {
	h, _ := Load[Household](u.v, TypeHousehold, key)
	switch {
	case h.Rev != u.page:
		return KeptChanged
	case !Covers(u.v, u.e.Unit, h.Hamlet):
		return KeptElsewhere
	case h.Visits > 0 || len(related(u.v, VisitByHousehold, key)) > 0 || len(related(u.v, ReviewByRecord, key)) > 0:
		return KeptReferred
	case len(Members(u.v, key)) > 0:
		return KeptInhabited
	}
	return ""
}

// review tells why a row that waits for a person must stay, or "": somebody has
// decided about it.
func (u undoing) review(key command.Key) string {
	switch r, _ := Load[Review](u.v, TypeReview, key); {
	case r.State != ReviewOpen:
		return KeptChanged
	case r.Unit != u.e.Unit:
		return KeptElsewhere
	}
	return ""
}

// restore puts back what the page changed, unless somebody changed it since.
func (u undoing) restore(key command.Key, was Before) string {
	r, _ := Load[Resident](u.v, TypeResident, key)
	switch {
	case r.Rev != u.page:
		return KeptChanged
	case !Covers(u.v, u.e.Unit, r.Hamlet) || !Covers(u.v, u.e.Unit, was.Hamlet):
		return KeptElsewhere
	case !was.fits():
		return KeptUnfit
	case numberTaken(u.v, was.Number, key) != nil:
		return KeptNumber
	}
	h, ok := home(u.v, was.Household)
	if !was.Household.IsZero() && (!ok || h.Hamlet != was.Hamlet) {
		return KeptHome
	}
	r.Number, r.Disputed, r.Old, r.Name, r.Birth, r.Sex = was.Number, was.Disputed, was.Old, was.Name, was.Birth, was.Sex
	r.Phones, r.Household, r.Hamlet, r.Ethnic, r.Relation = was.Phones, was.Household, was.Hamlet, was.Ethnic, was.Relation
	r.Eligible, r.Rev = eligible(u.v, r.Birth), was.Rev
	if ok && h.ID != was.Household { // it was merged meanwhile, so they are not quite as they were
		r.move(u.v, h)
		r.Rev = u.e.ID
	}
	u.v.put(put(TypeResident, key, r))
	return ""
}

// fits reports whether every field is one that a rule may have written: no body
// gets past the forms by way of an undo.
func (b Before) fits() bool {
	name, err := cleanName(b.Name)
	if err != nil || name != b.Name || len(b.Ethnic) > 300 || len(b.Relation) > 300 || CleanText(b.Ethnic) != b.Ethnic || CleanText(b.Relation) != b.Relation {
		return false
	}
	if b.Birth != "" {
		if birth, err := ParseBirth(string(b.Birth)); err != nil || birth != b.Birth {
			return false
		}
	}
	numbers, err := cleanPhones(b.Phones)
	if err != nil || !slices.Equal(numbers, b.Phones) || b.Sex != "" && b.Sex != Male && b.Sex != Female || len(b.Old) > mostOld {
		return false
	}
	for _, n := range []string{b.Number, b.Disputed} {
		if parsed, err := ParsePersonalNumber(n); n != "" && (err != nil || parsed != n) {
			return false
		}
	}
	return !slices.ContainsFunc(b.Old, func(n string) bool { parsed, err := ParseOldNumber(n); return err != nil || parsed != n })
}
