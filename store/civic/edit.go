package civic

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"gocua/store/command"
)

// EditResident changes fields of a resident. Each edit names what the officer
// saw: a field nobody else touched meanwhile is written, one that already has
// the new value needs nothing, any other difference is a conflict for a person.
type EditResident struct {
	ID    command.ID `json:"id"`
	Edits []Edit     `json:"edits"`
}

// Edit is one field: what it was on the officer's screen and what it is now.
type Edit struct {
	Field string          `json:"field"`
	Was   json.RawMessage `json:"was"`
	Now   json.RawMessage `json:"now"`
}

// editable is a field of a resident that officers may change: how its value is
// cleaned and where it lives.
type editable struct {
	clean func(json.RawMessage) (any, *command.Error)
	get   func(*Resident) any
	set   func(*Resident, any)
}

func editableFields() map[string]editable {
	return map[string]editable{
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
		"household": {func(raw json.RawMessage) (any, *command.Error) {
			return clean(raw, parseHousehold)
		}, func(r *Resident) any { return r.Household }, func(r *Resident, x any) { r.Household = x.(command.ID) }},
	}
}

func (p EditResident) Check() *command.Error {
	if p.ID.IsZero() {
		return command.InvalidField("/id", "required", "the resident has no ID")
	}
	if len(p.Edits) == 0 {
		return command.InvalidField("/edits", "required", "there is nothing to change")
	}
	fields := editableFields()
	var seen []string
	for i, ed := range p.Edits {
		where := "/edits/" + itoa(i)
		f, ok := fields[ed.Field]
		if !ok {
			return command.InvalidField(where+"/field", "unknown_field", "a resident has no field %s to edit", ed.Field)
		}
		if slices.Contains(seen, ed.Field) {
			return command.InvalidField(where+"/field", "twice", "field %s is edited twice", ed.Field)
		}
		seen = append(seen, ed.Field)
		if _, err := f.clean(ed.Now); err != nil {
			return at(where+"/now", err)
		}
	}
	return nil
}

func (p EditResident) Decide(v command.View, e command.Envelope) command.Decision {
	r, err := residentIn(v, p.ID, e.Unit, "/id")
	if err != nil {
		return command.Reject(err)
	}
	fields := editableFields()
	changed := false
	for i, ed := range p.Edits {
		f, where := fields[ed.Field], "/edits/"+itoa(i)
		now, err := f.clean(ed.Now)
		if err != nil {
			return command.Reject(at(where+"/now", err))
		}
		agreed := f.get(&r)
		switch {
		case same(agreed, now):
			continue
		case !f.saw(ed.Was, agreed):
			return command.Conflict(&command.Error{Class: command.Conflicting, Code: "changed_meanwhile", Field: where + "/was",
				Message: "somebody changed " + ed.Field + " meanwhile"})
		}
		f.set(&r, now)
		changed = true
		if !slices.Contains(r.Touched, ed.Field) {
			r.Touched = append(r.Touched, ed.Field)
			slices.Sort(r.Touched)
		}
	}
	if !changed {
		return command.Accept()
	}
	return p.settle(v, e, r)
}

// settle checks what the edited record says as a whole.
func (p EditResident) settle(v command.View, e command.Envelope, r Resident) command.Decision {
	if err := numberTaken(v, r.Number, KeyOf(r.ID)); err != nil {
		return command.Conflict(err)
	}
	if !r.Household.IsZero() {
		hamlet, err := listedIn(v, r.Household, e.Unit)
		if err != nil {
			return command.Reject(err)
		}
		r.Hamlet = hamlet
	}
	r.Eligible, r.Rev = eligible(v, r.Birth), e.ID
	return command.Accept(put(TypeResident, KeyOf(r.ID), r))
}

// saw reports whether what the officer saw is what is agreed. What was seen is
// cleaned the way a new value is, so that "0912…" and "+84912…" are the same.
func (f editable) saw(was json.RawMessage, agreed any) bool {
	if len(was) == 0 || bytes.Equal(was, []byte("null")) {
		was = json.RawMessage(`""`)
		if _, list := agreed.([]string); list {
			was = json.RawMessage(`[]`)
		}
	}
	if same(json.RawMessage(was), agreed) {
		return true
	}
	seen, err := f.clean(was)
	return err == nil && same(seen, agreed)
}

func same(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(x, y)
}

func clean[T any](raw json.RawMessage, parse func(string) (T, *command.Error)) (any, *command.Error) {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil, command.InvalidField("", "wrong_type", "expected a text")
	}
	v, err := parse(s)
	return v, err
}

func text(parse func(string) (string, *command.Error)) func(json.RawMessage) (any, *command.Error) {
	return func(raw json.RawMessage) (any, *command.Error) { return clean(raw, parse) }
}

func optional(parse func(string) (string, *command.Error)) func(string) (string, *command.Error) {
	return func(s string) (string, *command.Error) {
		if s == "" {
			return "", nil
		}
		return parse(s)
	}
}

func cleanSex(s string) (string, *command.Error) {
	if s != Male && s != Female {
		return "", command.InvalidField("", "bad_choice", "sex is male or female")
	}
	return s, nil
}

func parseHousehold(s string) (command.ID, *command.Error) {
	if s == "" {
		return command.ID{}, nil
	}
	id, err := command.ParseID(s)
	if err != nil {
		return id, command.InvalidField("", "bad_id", "that is not the ID of a household")
	}
	return id, nil
}

func itoa(i int) string { return strconv.Itoa(i) }
