package lookup

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"gocua/store/command"
)

// FieldChange is one field of a record: JSON before and after; nil where it
// had no value. Personal values are whole; whoever shows them masks them.
type FieldChange struct {
	Field    string
	Was, Now json.RawMessage
}

// changeOf compares what a record was with what a change made of it.
func changeOf(kind command.Record, c command.Change, before []byte) RecordChange {
	return RecordChange{Type: c.Type, Record: kind.Name, Key: c.Key, Created: before == nil, Value: c.Value, Fields: diff(before, c.Value)}
}

// diff lists the fields two forms of one record differ in, by name. The command
// that made the change is no field of anybody's.
func diff(before, after []byte) (list []FieldChange) {
	was, now := fields(before), fields(after)
	names := maps.Clone(was)
	maps.Copy(names, now)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if name != "rev" && !bytes.Equal(was[name], now[name]) {
			list = append(list, FieldChange{Field: name, Was: was[name], Now: now[name]})
		}
	}
	return list
}

func fields(record []byte) map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	if record != nil {
		_ = json.Unmarshal(record, &m) // the register holds JSON objects only; anything else has no fields
	}
	return m
}

// revOf is the command that last changed a record.
func revOf(value []byte) command.ID {
	var r struct {
		Rev command.ID `json:"rev"`
	}
	_ = json.Unmarshal(value, &r) // zero where there is none
	return r.Rev
}

// touchedOf is how many fields of a person officers have set.
func touchedOf(value []byte) int {
	var r struct {
		Touched []string `json:"touched"`
	}
	_ = json.Unmarshal(value, &r) // none where there are none
	return len(r.Touched)
}

// officerOf is the officer a record names.
func officerOf(value []byte) command.ID {
	var r struct {
		Officer command.ID `json:"officer"`
	}
	_ = json.Unmarshal(value, &r) // zero where there is none
	return r.Officer
}
