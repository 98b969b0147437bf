package civic

import (
	"cmp"
	"encoding/json"

	"gocua/store/command"
)

// named is what the body of a command names, whatever its kind.
type named struct {
	ID, Resident, Household string
	Number                  string // of a row
	PersonalNumber          string `json:"personalNumber"`
	Edits                   []Edit
	Review                  string
	Type                    command.RecordType
	Record                  string // a glass is opened for
	Officer                 string
	From, Into              string // households that are split and merged
	Keep, Late              string // of a merge
	A, B                    string // of a pair
}

func namesIn(body json.RawMessage) (n named) {
	_ = json.Unmarshal(body, &n) // what cannot be read names nothing
	return n
}

// household is the one named, or none.
func (n named) household() command.ID {
	ref, _ := referenceTo(TypeHousehold, n.Household)
	return ref.id
}

// claimed is the personal number the command claims for somebody.
func (n named) claimed() (number string) {
	number = cmp.Or(n.PersonalNumber, n.Number)
	for _, ed := range n.Edits {
		if ed.Field == "personalNumber" {
			_ = json.Unmarshal(ed.Now, &number) // what is no text claims nothing
		}
	}
	parsed, err := ParsePersonalNumber(number)
	if err != nil {
		return ""
	}
	return parsed
}

// Holder finds the resident who holds the number that the command under review
// claims for somebody: the other side of a conflict over a number.
func Holder(v command.View, r Review) (command.Key, bool) {
	return ByNumber(v, namesIn(r.Body).claimed())
}

// subject finds the agreed record a command is about, by what its body names.
func subject(v command.View, e command.Envelope) (command.RecordType, command.Key) {
	names := namesIn(e.Body)
	switch e.Kind {
	case KindAppSubmit, KindActivation:
		return TypeResident, followed(v, names.Resident)
	case KindResend:
		var parked Ref
		_ = json.Unmarshal(e.Body, &parked) // it was read a moment ago
		return parked.Type, parked.Key
	case KindVisitRecord:
		return TypeHousehold, command.Key(names.Household)
	case KindHouseholdPut, KindHouseholdEdit:
		return TypeHousehold, command.Key(names.ID)
	case KindResidentEdit:
		return TypeResident, followed(v, names.ID)
	case KindResidentPut:
		if key, ok := ByNumber(v, names.claimed()); ok {
			return TypeResident, key
		}
		return TypeResident, followed(v, names.ID)
	case KindReviewResolve:
		return TypeReview, command.Key(names.Review)
	case KindGlassOpen:
		if names.Type == TypeResident {
			return TypeResident, followed(v, names.Record)
		}
		return names.Type, command.Key(names.Record)
	case KindOfficerSelf:
		return TypeOfficer, KeyOf(e.By.Officer)
	case KindOfficerReset:
		return TypeOfficer, command.Key(names.Officer)
	case KindTokenPut:
		return TypeToken, command.Key(names.ID)
	case KindTeamPut:
		return TypeTeam, command.Key(names.ID)
	case KindHouseholdSplit:
		return TypeHousehold, command.Key(names.From)
	case KindHouseholdMerge:
		return TypeHousehold, command.Key(names.ID)
	case KindResidentMerge:
		return TypeResident, followed(v, names.Keep)
	case KindResidentUnmerge:
		return TypeResident, followed(v, names.Late)
	case KindPairDismiss:
		return TypeResident, followed(v, names.A)
	case KindNodeDeny:
		return TypeNode, command.Key(names.ID)
	case KindUnitPlan:
		return TypeUnitPlan, command.Key(names.ID)
	case KindListSave:
		return TypeSavedList, command.Key(names.ID)
	}
	return 0, ""
}

func followed(v command.View, resident string) command.Key {
	id, err := command.ParseID(resident)
	if err != nil {
		return command.Key(resident)
	}
	return KeyOf(Follow(v, id))
}

// reference is a record that a command names.
type reference struct {
	typ command.RecordType
	id  command.ID
}

func referenceTo(t command.RecordType, id string) (reference, bool) {
	parsed, err := command.ParseID(id)
	return reference{t, parsed}, err == nil && !parsed.IsZero()
}

// creates is the record that the command under review would have made.
func (r Review) creates() (reference, bool) {
	switch {
	case r.Line > 0: // a row's ID is nobody's to name
		return reference{}, false
	case r.Kind == KindHouseholdPut || r.Kind == KindHouseholdSplit:
		return referenceTo(TypeHousehold, namesIn(r.Body).ID)
	case r.Kind == KindResidentPut:
		return referenceTo(TypeResident, namesIn(r.Body).ID)
	}
	return reference{}, false
}

// needs are the records without which a command cannot be.
func needs(e command.Envelope) (refs []reference) {
	add := func(t command.RecordType, id string) {
		if ref, ok := referenceTo(t, id); ok {
			refs = append(refs, ref)
		}
	}
	names := namesIn(e.Body)
	switch e.Kind {
	case KindAppSubmit, KindActivation:
		add(TypeResident, names.Resident)
	case KindVisitRecord, KindResidentPut:
		add(TypeHousehold, names.Household)
	case KindHouseholdEdit:
		add(TypeHousehold, names.ID)
	case KindHouseholdSplit:
		add(TypeHousehold, names.From)
	case KindHouseholdMerge:
		add(TypeHousehold, names.ID)
		add(TypeHousehold, names.Into)
	case KindResidentEdit:
		add(TypeResident, names.ID)
		for _, ed := range names.Edits {
			var household string
			if ed.Field == "household" && json.Unmarshal(ed.Now, &household) == nil {
				add(TypeHousehold, household)
			}
		}
	case KindResidentMerge:
		add(TypeResident, names.Keep)
		add(TypeResident, names.Late)
	case KindPairDismiss:
		add(TypeResident, names.A)
		add(TypeResident, names.B)
	}
	return refs
}

// missing is the review of the command that would have made a record which this
// one needs and the register lacks; one that is still open rather than one that
// was set aside.
func missing(v command.View, e command.Envelope) (maker Review, ok bool) {
	for _, ref := range needs(e) {
		if v.Get(ref.typ, KeyOf(ref.id)) != nil {
			continue
		}
		for _, key := range v.Scan(ReviewByCreated, TermPrefix(itoa(int(ref.typ)), ref.id.String())) {
			r, found := Load[Review](v, TypeReview, key)
			if found && (!ok || r.State == ReviewOpen) {
				maker, ok = r, true
			}
			if ok && maker.State == ReviewOpen {
				return maker, true
			}
		}
	}
	return maker, ok
}
