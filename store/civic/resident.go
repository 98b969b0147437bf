package civic

import (
	"cmp"
	"slices"

	"gocua/store/command"
)

// Resident is a person of the roster (nhân khẩu).
type Resident struct {
	ID        command.ID `json:"id"`
	Household command.ID `json:"household,omitzero"`
	Hamlet    string     `json:"hamlet,omitempty"`   // where the household is, or where the person is listed
	Left      string     `json:"left,omitempty"`     // hamlet of another ward where the person was listed before
	Number    string     `json:"number,omitempty"`   // personal number (số định danh), 12 digits, may be unknown
	Disputed  string     `json:"disputed,omitempty"` // the number was claimed for this person, and another holds it
	Name      string     `json:"name"`
	Birth     Birth      `json:"birth,omitempty"`
	Sex       string     `json:"sex,omitempty"`
	Phones    []string   `json:"phones,omitempty"` // E.164
	Ethnic    string     `json:"ethnic,omitempty"`
	Relation  string     `json:"relation,omitempty"` // to the head of household, as listed
	Eligible  bool       `json:"eligible,omitempty"` // 14 or over when last looked at
	Touched   []string   `json:"touched,omitempty"`  // fields an officer has set: an import leaves them alone
	Progress  Progress   `json:"progress,omitzero"`
	Rev       command.ID `json:"rev"`
	ListedIn  command.ID `json:"listedIn,omitzero"` // household where a list has them, whose head Relation is about; none: the one they live in
	Old       []string   `json:"old,omitempty"`     // numbers of old identity cards (số CMND), 9 digits: they find people and prove nothing
}

// Sexes.
const (
	Male   = "male"
	Female = "female"
)

// eligibleAge is the age from which the campaign counts a person.
const eligibleAge = 14

func (r Resident) Derive(d *command.Derived) {
	listed := r.ListedBy()
	if !r.Household.IsZero() {
		d.Find(ResidentByHousehold, term(r.Household.String(), string(r.Birth)))
	}
	if !r.ListedIn.IsZero() {
		d.Find(ResidentByListed, term(r.ListedIn.String(), string(r.Birth)))
	}
	if r.Number != "" {
		d.Find(ResidentByNumber, r.Number)
	}
	if r.Disputed != "" {
		d.Find(ResidentByDisputed, r.Disputed)
	}
	r.deriveGaps(d, listed)
	for _, p := range r.Phones {
		d.Find(ResidentByPhone, p)
	}
	for _, n := range r.Old {
		d.Find(ResidentByOld, n)
	}
	bucket := r.Bucket()
	d.Find(ResidentByBucket, term(r.Hamlet, string(bucket), listed))
	d.Find(ResidentByName, term(r.Hamlet, listed))
	d.Count(CountPeople, r.Hamlet, 1)
	d.Count(CountBucket, term(r.Hamlet, string(bucket)), 1)
	if !r.Eligible {
		d.Find(ResidentByComing, r.Birth.Turns(eligibleAge))
		return // figures are of those the campaign counts, so coverage cannot pass 100 %
	}
	d.Count(CountEligible, r.Hamlet, 1)
	if r.Progress.Captured != "" {
		d.Count(CountCaptured, term(r.Hamlet, r.Progress.Captured), 1)
	}
	if r.Progress.Activated != "" {
		d.Count(CountActivated, term(r.Hamlet, r.Progress.Activated), 1)
	}
}

// PutResident registers a person.
type PutResident struct {
	ID             command.ID `json:"id"`
	Household      command.ID `json:"household,omitzero"`
	PersonalNumber string     `json:"personalNumber,omitempty"`
	Name           string     `json:"name"`
	Birth          string     `json:"birth"`
	Sex            string     `json:"sex"`
	Phones         []string   `json:"phones,omitempty"`
}

func (p PutResident) Check() *command.Error {
	if p.ID.IsZero() {
		return command.InvalidField("/id", "required", "the resident has no ID")
	}
	_, err := p.resident()
	return err
}

// resident is the record the body describes, cleaned.
func (p PutResident) resident() (Resident, *command.Error) {
	r := Resident{ID: p.ID, Household: p.Household, Touched: []string{"birth", "household", "name", "personalNumber", "phones", "sex"}}
	var err *command.Error
	if r.Name, err = cleanName(p.Name); err != nil {
		return r, at("/name", err)
	}
	if r.Birth, err = ParseBirth(p.Birth); err != nil {
		return r, at("/birth", err)
	}
	if p.Sex != Male && p.Sex != Female {
		return r, command.InvalidField("/sex", "bad_choice", "sex is male or female")
	}
	r.Sex = p.Sex
	if p.PersonalNumber != "" {
		if r.Number, err = ParsePersonalNumber(p.PersonalNumber); err != nil {
			return r, at("/personalNumber", err)
		}
	}
	if r.Phones, err = cleanPhones(p.Phones); err != nil {
		return r, at("/phones", err)
	}
	return r, nil
}

func (p PutResident) Decide(v command.View, e command.Envelope) command.Decision {
	r, err := p.listed(v, e, e.Unit)
	if err != nil {
		return command.Reject(err)
	}
	if old, ok := Load[Resident](v, TypeResident, KeyOf(Follow(v, p.ID))); ok {
		if old.samePerson(r) && old.Household == r.Household && slices.Equal(old.Phones, r.Phones) {
			return command.Accept()
		}
		return command.Conflict(exists("resident"))
	}
	if err := numberTaken(v, r.Number, KeyOf(r.ID)); err != nil {
		return command.Conflict(err)
	}
	return command.Accept(put(TypeResident, KeyOf(r.ID), r))
}

// listed is the record the body describes, placed in the register. Who has no
// household is listed in the unit on whose behalf it was asked.
func (p PutResident) listed(v command.View, e command.Envelope, unit string) (Resident, *command.Error) {
	r, err := p.resident()
	if err != nil {
		return r, err
	}
	r.Hamlet, r.Rev, r.Eligible, r.Household = unit, e.ID, eligible(v, r.Birth), FollowHousehold(v, r.Household)
	if !r.Household.IsZero() {
		r.Hamlet, err = listedIn(v, r.Household, e.Unit)
	}
	return r, err
}

// overrule writes the late values onto the person registered under that ID or
// number; where the number is somebody else's, the late person goes in without.
func (p PutResident) overrule(v command.View, e command.Envelope, how ruling) command.Decision {
	late, err := p.listed(v, e, how.unit)
	if err != nil {
		return stop(err)
	}
	d, into := late.goIn(v, e, how)
	if d.Status == command.Accepted && into != Follow(v, p.ID) {
		d.Changes = append(d.Changes, merge(v, e, late, into)...)
	}
	return d
}

// goIn is how a late registration enters the register once a person has decided
// for it, and as whom.
func (r Resident) goIn(v command.View, e command.Envelope, how ruling) (command.Decision, command.ID) {
	holder, taken := ByNumber(v, r.Number)
	if taken && how.notSame && holder != KeyOf(r.ID) {
		r.Number, r.Disputed, taken = "", r.Number, false
	}
	agreed, known := Load[Resident](v, TypeResident, KeyOf(Follow(v, r.ID)))
	if !known && taken {
		agreed, known = Load[Resident](v, TypeResident, holder)
	}
	if !known {
		return command.Accept(put(TypeResident, KeyOf(r.ID), r)), r.ID
	}
	return r.writeOnto(v, e, agreed), agreed.ID
}

// writeOnto gives the person of the register what the late registration knows.
func (r Resident) writeOnto(v command.View, e command.Envelope, agreed Resident) command.Decision {
	if err := scope(v, e.Unit, "/id", "the resident", agreed.Hamlet, agreed.Left); err != nil {
		return stop(err)
	}
	if err := numberTaken(v, r.Number, KeyOf(agreed.ID)); err != nil {
		return stop(err)
	}
	into := agreed
	into.Name, into.Rev = r.Name, e.ID
	into.Number, into.Sex, into.Birth = cmp.Or(r.Number, agreed.Number), cmp.Or(r.Sex, agreed.Sex), cmp.Or(r.Birth, agreed.Birth)
	into.Disputed, into.Ethnic, into.Relation = cmp.Or(r.Disputed, agreed.Disputed), cmp.Or(r.Ethnic, agreed.Ethnic), cmp.Or(r.Relation, agreed.Relation)
	into.Eligible = eligible(v, into.Birth)
	if len(r.Phones) > 0 {
		into.Phones = r.Phones
	}
	into.Old = withOld(agreed.Old, r.Old)
	if !r.Household.IsZero() {
		into.Household = r.Household
		into.list(v, r.Hamlet)
	}
	into.touch(r.Touched...)
	return command.Accept(put(TypeResident, KeyOf(into.ID), into))
}

// list moves the person to a hamlet.
func (r *Resident) list(v command.View, hamlet string) {
	if crossed(v, r.Hamlet, hamlet) {
		r.Left = r.Hamlet
	}
	r.Hamlet = hamlet
}

// samePerson compares who the two records say the person is.
func (r Resident) samePerson(o Resident) bool {
	return r.Number == o.Number && r.Name == o.Name && r.Birth == o.Birth && r.Sex == o.Sex
}

// ByNumber finds the resident with a personal number.
func ByNumber(v command.View, number string) (command.Key, bool) {
	if command.Lacks(v, ResidentByNumber, number) {
		return "", false
	}
	for t, key := range v.Scan(ResidentByNumber, number) {
		if t == number {
			return key, true
		}
		break
	}
	return "", false
}

const codeNumberTaken = "number_taken"

// numberTaken reports a personal number that another resident holds: two
// registrations of one number are never merged by a machine.
func numberTaken(v command.View, number string, self command.Key) *command.Error {
	if number == "" {
		return nil
	}
	if key, ok := ByNumber(v, number); ok && key != self {
		return &command.Error{Class: command.Conflicting, Code: codeNumberTaken, Field: "/personalNumber",
			Message: "this personal number already belongs to another resident"}
	}
	return nil
}

// listedIn finds the hamlet a resident of the household is listed in, which
// must lie in the unit. A person without a household is listed in the unit.
func listedIn(v command.View, household command.ID, unit string) (string, *command.Error) {
	if household.IsZero() {
		return unit, nil
	}
	h, ok := Load[Household](v, TypeHousehold, KeyOf(household))
	if !ok {
		return "", unknown("/household", "household", household.String())
	}
	if !Covers(v, unit, h.Hamlet) {
		return "", outside("/household", "the household", unit)
	}
	return h.Hamlet, nil
}

// residentIn finds a resident that the unit may change, under an ID that may
// have turned out to be another's.
func residentIn(v command.View, id command.ID, unit, field string) (Resident, *command.Error) {
	r, ok := Load[Resident](v, TypeResident, KeyOf(Follow(v, id)))
	if !ok {
		return r, unknown(field, "resident", id.String())
	}
	return r, scope(v, unit, field, "the resident", r.Hamlet, r.Left)
}

func eligible(v command.View, b Birth) bool { return b == "" || b.AgeOn(DayOf(v.Now())) >= eligibleAge }

func cleanName(raw string) (string, *command.Error) {
	name := CleanName(raw)
	switch {
	case name == "":
		return "", command.InvalidField("", "required", "the name is empty")
	case len(name) > 120:
		return "", command.InvalidField("", "too_long", "the name is longer than 120 bytes")
	}
	return name, nil
}

func cleanPhones(raw []string) (phones []string, _ *command.Error) {
	if len(raw) > 5 {
		return nil, command.InvalidField("", "too_many", "a person has at most 5 phones")
	}
	for i, p := range raw {
		phone, err := ParsePhone(p)
		if err != nil {
			return nil, at("/"+itoa(i), err)
		}
		if !slices.Contains(phones, phone) {
			phones = append(phones, phone)
		}
	}
	return phones, nil
}

// at places an error on a field.
func at(field string, err *command.Error) *command.Error {
	placed := *err
	placed.Field = field + err.Field
	return &placed
}
