package civic

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"gocua/store/command"
)

// Edit is one field: what it was on the officer's screen and what it is now. A
// field nobody else touched meanwhile is written, one that already has the new
// value needs nothing, any other difference is a conflict for a person.
type Edit struct {
	Field string          `json:"field"`
	Was   json.RawMessage `json:"was"`
	Now   json.RawMessage `json:"now"`
}

// maxSeen is more than any field holds, in bytes of JSON.
const maxSeen = 4 << 10

// field is a field of an R that officers may change: how its value is cleaned
// and where it lives.
type field[R any] struct {
	clean func(json.RawMessage) (any, *command.Error)
	get   func(*R) any
	set   func(*R, any)
}

// checkEdits says what is wrong with edits of a what, whatever is agreed.
func checkEdits[R any](what string, fields map[string]field[R], edits []Edit) *command.Error {
	if len(edits) == 0 {
		return command.InvalidField("/edits", "required", "there is nothing to change")
	}
	var seen []string
	for i, ed := range edits {
		where := "/edits/" + itoa(i)
		f, ok := fields[ed.Field]
		if !ok {
			return command.InvalidField(where+"/field", "unknown_field", "a %s has no field %s to edit", what, ed.Field)
		}
		if slices.Contains(seen, ed.Field) {
			return command.InvalidField(where+"/field", "twice", "field %s is edited twice", ed.Field)
		}
		seen = append(seen, ed.Field)
		if len(ed.Was) > maxSeen {
			return command.InvalidField(where+"/was", "too_long", "no field holds so much")
		}
		if _, err := f.clean(ed.Now); err != nil {
			return at(where+"/now", err)
		}
	}
	return nil
}

// applyEdits writes edits into rec and tells which fields that changed. Where a
// person has decided, what the officer saw does not matter any more.
func applyEdits[R any](fields map[string]field[R], edits []Edit, rec *R, decided bool) (changed []string, _ *command.Error) {
	for i, ed := range edits {
		f, where := fields[ed.Field], "/edits/"+itoa(i)
		now, err := f.clean(ed.Now)
		if err != nil {
			return nil, at(where+"/now", err)
		}
		agreed := f.get(rec)
		switch {
		case same(agreed, now):
			continue
		case !decided && !f.saw(ed.Was, agreed):
			return nil, &command.Error{Class: command.Conflicting, Code: "changed_meanwhile", Field: where + "/was",
				Message: "somebody changed " + ed.Field + " meanwhile"}
		}
		f.set(rec, now)
		changed = append(changed, ed.Field)
	}
	return changed, nil
}

// saw reports whether what the officer saw is what is agreed. What was seen is
// cleaned the way a new value is, so that "0912…" and "+84912…" are the same.
func (f field[R]) saw(was json.RawMessage, agreed any) bool {
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

// refersTo reads the ID of another record; empty is none.
func refersTo(what string) func(json.RawMessage) (any, *command.Error) {
	return func(raw json.RawMessage) (any, *command.Error) {
		return clean(raw, func(s string) (command.ID, *command.Error) {
			if s == "" {
				return command.ID{}, nil
			}
			id, err := command.ParseID(s)
			if err != nil {
				return id, command.InvalidField("", "bad_id", "that is not the ID of a %s", what)
			}
			return id, nil
		})
	}
}

func optional(parse func(string) (string, *command.Error)) func(string) (string, *command.Error) {
	return func(s string) (string, *command.Error) {
		if s == "" {
			return "", nil
		}
		return parse(s)
	}
}

func itoa(i int) string { return strconv.Itoa(i) }
