package civic

import "gocua/store/command"

// scope refuses a record in a hamlet that is not the unit's. If it was once, it
// is a conflict: whoever captured that could not know. Nobody writes into
// another ward's record, so facts wait for a person too.
func scope(v command.View, unit, field, what, hamlet, left string) *command.Error {
	switch {
	case Covers(v, unit, hamlet):
		return nil
	case Covers(v, unit, left) || covered(v, unit, hamlet):
		return &command.Error{Class: command.Conflicting, Code: "moved", Field: field, Message: what + " has moved out of unit " + unit}
	}
	return outside(field, what, unit)
}

// covered reports whether code once lay below ancestor.
func covered(v command.View, ancestor, code string) bool {
	for range deepest {
		u, ok := FindUnit(v, code)
		if !ok {
			return false
		}
		for _, parent := range u.Before {
			if Covers(v, ancestor, parent) {
				return true
			}
		}
		code = u.Parent
	}
	return false
}

// crossed reports whether a move led into another ward.
func crossed(v command.View, from, to string) bool {
	return from != "" && WardOf(v, from).Code != WardOf(v, to).Code
}

// stop refuses, or leaves it to a person where the asker is not to blame.
func stop(err *command.Error) command.Decision {
	if err.Class == command.Conflicting {
		return command.Conflict(err)
	}
	return command.Reject(err)
}
