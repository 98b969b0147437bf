package civic

import "gocua/store/command"

// Fate is what finally became of a command: its outcome stands for ever, and
// where that left it to a person, the review says what the person decided.
type Fate struct {
	Outcome command.Outcome
	Review  *Review // nil: nobody had to decide
}

// FateOf finds what became of a command; ok is false if it is not decided yet.
func FateOf(v command.View, id command.ID) (f Fate, ok bool) {
	if f.Outcome, ok = v.Outcome(id); !ok {
		return f, false
	}
	if r, reviewed := Load[Review](v, TypeReview, KeyOf(id)); reviewed {
		f.Review = &r
	}
	return f, true
}

// Open reports whether a person still has to decide, about the command itself
// or about what it builds on.
func (f Fate) Open() bool { return f.Review != nil && f.Review.State == ReviewOpen }

// Stands reports whether others may build on the command: it was accepted, at
// once or by a person, or the record it speaks of is agreed in another form.
func (f Fate) Stands() bool {
	if f.Outcome.Status == command.Accepted {
		return true
	}
	return f.Review != nil && f.Review.Resolution != nil && f.Review.Resolution.stands()
}

// Resolution is what was decided about it, nil while nobody had to or has.
func (f Fate) Resolution() *Resolution {
	if f.Review == nil {
		return nil
	}
	return f.Review.Resolution
}

// underParents makes a command wait for those it builds on: the ones it names
// and the ones that would have made what it needs. What its asker may not do at
// all, and what was not signed, waits for nobody.
func underParents(v command.View, e command.Envelope, d command.Decision) (command.Decision, command.ID) {
	if d.Status == command.Rejected && d.Err.Class == command.Forbidden {
		return d, command.ID{}
	}
	for _, id := range e.After {
		f, known := FateOf(v, id)
		switch {
		case !known && d.Status == command.Accepted:
			return command.Reject(command.Errorf(command.NotFound, "unknown_parent", "the command it builds on is unknown")), command.ID{}
		case !known:
			return d, command.ID{}
		case !f.Stands():
			return waitsFor(f.Open()), id
		}
	}
	if d.Status == command.Rejected && d.Err.Class == command.NotFound {
		if maker, ok := missing(v, e); ok {
			return waitsFor(maker.State == ReviewOpen), maker.ID
		}
	}
	return d, command.ID{}
}

func waitsFor(open bool) command.Decision {
	if open {
		return command.Conflict(command.Errorf(command.Conflicting, codeParentOpen, "the command it builds on waits for a decision"))
	}
	return command.Conflict(command.Errorf(command.Conflicting, "parent_set_aside", "the command it builds on has been set aside"))
}

const codeParentOpen = "parent_open"
