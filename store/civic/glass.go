package civic

import (
	"unicode/utf8"

	"gocua/store/command"
)

// Glass is a look at one person or household outside the own unit, in an
// emergency and for half an hour (xem khẩn cấp). Nobody has to allow it; whoever
// looks after either side is told.
type Glass struct {
	ID      command.ID         `json:"id"`
	Officer command.ID         `json:"officer"`
	Type    command.RecordType `json:"type"` // resident or household
	Record  command.Key        `json:"record"`
	Ward    string             `json:"ward"` // whose record it is
	Unit    string             `json:"unit"` // of who looks
	Reason  string             `json:"reason"`
	From    int64              `json:"from"` // ms
	Until   int64              `json:"until"`
	Rev     command.ID         `json:"rev,omitzero"`
}

func (g Glass) Derive(d *command.Derived) {
	d.Find(GlassByOfficer, term(g.Officer.String(), itoa(int(g.Type)), string(g.Record), g.ID.String()))
	d.Find(GlassByDay, term(DayOf(g.From), g.ID.String()))
}

// OpenAt reports whether one may still look at a time, ms.
func (g Glass) OpenAt(ms int64) bool { return ms < g.Until }

const (
	glassLasts  = 30 * 60 * 1000 // ms
	leastReason = 10             // characters
	mostReason  = 500
)

// OpenGlass opens one.
type OpenGlass struct {
	ID     command.ID         `json:"id"`
	Type   command.RecordType `json:"type"`
	Record command.Key        `json:"record"`
	Reason string             `json:"reason"`
}

func (p OpenGlass) Check() *command.Error {
	n := utf8.RuneCountInString(CleanText(p.Reason))
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the look has no ID")
	case p.Type != TypeResident && p.Type != TypeHousehold:
		return command.InvalidField("/type", "bad_choice", "one looks at a resident or a household")
	case p.Record == "" || len(p.Record) > 100:
		return command.InvalidField("/record", "required", "the record is not named")
	case n < leastReason || n > mostReason:
		return command.InvalidField("/reason", "reason_short", "say why in %d to %d characters", leastReason, mostReason)
	}
	return plainText("/reason", p.Reason)
}

func (p OpenGlass) Decide(v command.View, e command.Envelope) command.Decision {
	key, hamlet, ok := p.find(v)
	switch {
	case !ok && p.Type == TypeResident:
		return command.Reject(unknown("/record", "resident", string(p.Record)))
	case !ok:
		return command.Reject(unknown("/record", "household", string(p.Record)))
	case Covers(v, e.Unit, hamlet):
		return command.Reject(&command.Error{Class: command.Invalid, Code: "inside_unit", Field: "/record", Message: "the record is of unit " + e.Unit + ": nothing has to be opened"})
	case v.Get(TypeGlass, KeyOf(p.ID)) != nil:
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "exists", Field: "/id", Message: "there is a look of that ID"})
	}
	// It begins when it was captured and ends by what is earlier of that and the
	// agreed time: decided late, or again and again while it waits, it is never
	// longer, and a moment to come opens nothing before it has come.
	until := min(v.Now(), e.CapturedAt) + glassLasts
	g := Glass{ID: p.ID, Officer: e.By.Officer, Type: p.Type, Record: key, Ward: WardOf(v, hamlet).Code, Unit: e.Unit,
		Reason: CleanText(p.Reason), From: e.CapturedAt, Until: until, Rev: e.ID}
	return command.Accept(put(TypeGlass, KeyOf(g.ID), g))
}

// find is the record and the hamlet it belongs to.
func (p OpenGlass) find(v command.View) (key command.Key, hamlet string, ok bool) {
	if p.Type == TypeHousehold {
		h, ok := Load[Household](v, TypeHousehold, p.Record)
		return p.Record, h.Hamlet, ok
	}
	key = followed(v, string(p.Record))
	r, ok := Load[Resident](v, TypeResident, key)
	return key, r.Hamlet, ok
}

// Looking reports whether an officer has a glass open for a record at a time, ms.
func Looking(v command.View, officer command.ID, t command.RecordType, key command.Key, ms int64) bool {
	for _, k := range v.Scan(GlassByOfficer, TermPrefix(officer.String(), itoa(int(t)), string(key))) {
		if g, ok := Load[Glass](v, TypeGlass, k); ok && g.From <= ms && g.OpenAt(ms) {
			return true
		}
	}
	return false
}

// GlassesOn lists what was opened on a day and concerns a unit: its people were
// looked at, or its officers looked.
func GlassesOn(v command.View, unit, day string) (list []Glass) {
	for _, k := range v.Scan(GlassByDay, TermPrefix(day)) {
		if g, ok := Load[Glass](v, TypeGlass, k); ok && (Covers(v, unit, g.Ward) || Covers(v, unit, g.Unit)) {
			list = append(list, g)
		}
	}
	return list
}
