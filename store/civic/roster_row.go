package civic

import (
	"bytes"
	"encoding/json"

	"gocua/store/command"
)

// listedRow is a row of a list that a person decides about on its own.
type listedRow RosterRow

func readRow(body json.RawMessage) (command.Decider, *command.Error) {
	var row listedRow
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&row); err != nil {
		return nil, command.Errorf(command.Invalid, "malformed", "this is no row of a list")
	}
	return row, nil
}

// Decide takes the row in as a page does.
func (row listedRow) Decide(v command.View, e command.Envelope) command.Decision {
	return row.overrule(v, e, ruling{unit: e.Unit})
}

// overrule takes the row in as the holder of its number, or as somebody else
// who has no number yet.
func (row listedRow) overrule(v command.View, e command.Envelope, how ruling) command.Decision {
	asked := e
	asked.Unit = how.unit
	k := newDesk(v, asked)
	want, err := k.wanted(RosterRow(row))
	if err != nil {
		return stop(err)
	}
	holder, taken := ByNumber(v, want.Number)
	if taken && how.decided && !how.notSame {
		agreed, _ := Load[Resident](v, TypeResident, holder)
		d := want.writeOnto(v, e, agreed)
		d.Changes = append(k.changes(), d.Changes...)
		return d
	}
	if taken && how.notSame {
		want.Number, want.Disputed = "", want.Number
	}
	if _, _, clash := k.enter(want); clash != nil {
		return stop(clash)
	}
	return command.Accept(k.changes()...)
}
