package civic

import (
	"encoding/json"
	"slices"

	"gocua/store/command"
)

// EditResident changes fields of a resident.
type EditResident struct {
	ID    command.ID `json:"id"`
	Edits []Edit     `json:"edits"`
}

func residentFields() map[string]field[Resident] {
	return map[string]field[Resident]{
		"name": {text(cleanName), func(r *Resident) any { return r.Name }, func(r *Resident, x any) { r.Name = x.(string) }},
		"birth": {func(raw json.RawMessage) (any, *command.Error) {
			return clean(raw, ParseBirth)
		}, func(r *Resident) any { return r.Birth }, func(r *Resident, x any) { r.Birth = x.(Birth) }},
		"sex":            {text(cleanSex), func(r *Resident) any { return r.Sex }, func(r *Resident, x any) { r.Sex = x.(string) }},
		"personalNumber": {text(optional(ParsePersonalNumber)), func(r *Resident) any { return r.Number }, func(r *Resident, x any) { r.Number = x.(string) }},
		"phones": {func(raw json.RawMessage) (any, *command.Error) {
			var list []string
			if json.Unmarshal(raw, &list) != nil {
				return nil, command.InvalidField("", "wrong_type", "expected a list of phone numbers")
			}
			phones, err := cleanPhones(list)
			return append([]string{}, phones...), err
		}, func(r *Resident) any { return append([]string{}, r.Phones...) }, func(r *Resident, x any) { r.Phones = x.([]string) }},
		"household": {refersTo("household"), func(r *Resident) any { return r.Household }, func(r *Resident, x any) { r.Household = x.(command.ID) }},
	}
}

func (p EditResident) Check() *command.Error {
	if p.ID.IsZero() {
		return command.InvalidField("/id", "required", "the resident has no ID")
	}
	return checkEdits("resident", residentFields(), p.Edits)
}

func (p EditResident) Decide(v command.View, e command.Envelope) command.Decision {
	r, err := residentIn(v, p.ID, e.Unit, "/id")
	switch {
	case err != nil:
		return stop(err)
	case r.ID != p.ID:
		return stop(merged())
	case r.Progress.Excluded != "":
		return stop(command.Errorf(command.Conflicting, "excluded", "this person has been taken out of the campaign"))
	}
	return p.write(v, e, r, ruling{})
}

// overrule writes the late values whatever the officer saw, on whoever the
// person turned out to be.
func (p EditResident) overrule(v command.View, e command.Envelope, how ruling) command.Decision {
	r, err := residentIn(v, p.ID, e.Unit, "/id")
	if err != nil {
		return stop(err)
	}
	how.decided = true
	return p.write(v, e, r, how)
}

func (p EditResident) write(v command.View, e command.Envelope, r Resident, how ruling) command.Decision {
	before := r
	changed, err := applyEdits(residentFields(), p.Edits, &r, how.decided)
	if err != nil {
		return stop(err)
	}
	if len(changed) == 0 {
		return command.Accept()
	}
	if taken := numberTaken(v, r.Number, KeyOf(r.ID)); taken != nil && !how.notSame {
		return stop(taken)
	} else if taken != nil {
		r.Number, r.Disputed = before.Number, r.Number
	} else if r.Number != before.Number {
		r.Disputed = ""
	}
	to := FollowHousehold(v, r.Household)
	r.Household = before.Household
	switch {
	case to.IsZero() && r.Household != to:
		r.leave(v, to)
	case !to.IsZero():
		hamlet, err := listedIn(v, to, e.Unit)
		if err != nil {
			return command.Reject(err)
		}
		r.move(v, Household{ID: to, Hamlet: hamlet})
	}
	r.touch(changed...)
	r.Eligible, r.Rev = eligible(v, r.Birth), e.ID
	return command.Accept(put(TypeResident, KeyOf(r.ID), r))
}

// touch notes fields that an officer has set.
func (r *Resident) touch(fields ...string) {
	r.Touched = slices.Concat(r.Touched, fields)
	slices.Sort(r.Touched)
	r.Touched = slices.Compact(r.Touched)
}

func cleanSex(s string) (string, *command.Error) {
	if s != Male && s != Female {
		return "", command.InvalidField("", "bad_choice", "sex is male or female")
	}
	return s, nil
}
