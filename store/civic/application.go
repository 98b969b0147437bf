package civic

import (
	"slices"

	"gocua/store/command"
)

// Application is a request for a digital identity (hồ sơ), taken down by an
// officer on the person's behalf.
type Application struct {
	ID       command.ID `json:"id"`
	Resident command.ID `json:"resident"`
	Hamlet   string     `json:"hamlet,omitempty"`
	Level    int        `json:"level"`
	Phone    string     `json:"phone"` // E.164, the number the identity will hang on
	Relation string     `json:"relation,omitempty"`
	State    string     `json:"state"`
	Day      string     `json:"day"`
	At       int64      `json:"at"` // captured, ms; where that clock could not be believed, agreed
	Officer  command.ID `json:"officer,omitzero"`
	Flags    []string   `json:"flags,omitempty"`
	Rev      command.ID `json:"rev"`
}

// States of an application.
const (
	AppCaptured  = "captured"
	AppDuplicate = "duplicate" // a later one was decided for
)

// Relations of the person to whoever owns the SIM.
func relations() []string {
	return []string{"self", "spouse", "child", "parent", "sibling", "relative", "other"}
}

func (a Application) Derive(d *command.Derived) {
	d.Find(ApplicationByPerson, term(a.Resident.String(), a.Day))
	d.Find(ApplicationByState, term(a.State, a.Hamlet, a.Day))
}

// SubmitApplication takes down an application.
type SubmitApplication struct {
	ID       command.ID `json:"id"`
	Resident command.ID `json:"resident"`
	Level    int        `json:"level"`
	Phone    string     `json:"phone"`
	Relation string     `json:"relation,omitempty"`
}

func (p SubmitApplication) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the application has no ID")
	case p.Resident.IsZero():
		return command.InvalidField("/resident", "required", "the application names no resident")
	case p.Level != 1:
		return command.InvalidField("/level", "bad_choice", "only level 1 is taken down here")
	case p.Relation != "" && !slices.Contains(relations(), p.Relation):
		return command.InvalidField("/relation", "bad_choice", "%q does not say whose SIM it is", p.Relation)
	}
	if _, err := ParsePhone(p.Phone); err != nil {
		return at("/phone", err)
	}
	return nil
}

func (p SubmitApplication) Decide(v command.View, e command.Envelope) command.Decision {
	return p.submit(v, e, false)
}

// overrule lets the late application stand in the place of the one there is.
func (p SubmitApplication) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	return p.submit(v, e, true)
}

func (p SubmitApplication) submit(v command.View, e command.Envelope, decided bool) command.Decision {
	if v.Get(TypeApplication, KeyOf(p.ID)) != nil {
		return command.Conflict(exists("application"))
	}
	r, err := residentIn(v, p.Resident, e.Unit, "/resident")
	if err != nil {
		return stop(err)
	}
	var changes []command.Change
	if first, ok := Load[Application](v, TypeApplication, KeyOf(r.Progress.Application)); ok {
		if !decided {
			return command.Conflict(command.Errorf(command.Conflicting, "already_submitted", "this person already has an application"))
		}
		first.State, first.Rev = AppDuplicate, e.ID
		changes = append(changes, put(TypeApplication, KeyOf(first.ID), first))
	}
	phone, err := ParsePhone(p.Phone)
	if err != nil {
		return command.Reject(at("/phone", err))
	}
	on, late := countedOn(v, e)
	at, _ := believed(v, e.CapturedAt)
	a := Application{ID: p.ID, Resident: r.ID, Hamlet: r.Hamlet, Level: p.Level, Phone: phone, Relation: p.Relation,
		State: AppCaptured, Day: on, At: at, Officer: e.By.Officer, Flags: flagsOf(v, r.ID, phone, late), Rev: e.ID}
	r.Progress.Application, r.Progress.Refused, r.Rev = p.ID, false, e.ID
	if r.Progress.Captured == "" {
		r.Progress.Captured = on
	}
	if r.Progress.Reached == "" {
		r.Progress.Reached = on
	}
	return command.Accept(append(changes, put(TypeApplication, KeyOf(p.ID), a), put(TypeResident, KeyOf(r.ID), r))...)
}

func flagsOf(v command.View, resident command.ID, phone string, late bool) (flags []string) {
	if late {
		flags = append(flags, flagLate)
	}
	for t, key := range v.Scan(ResidentByPhone, phone) {
		if t == phone && key != KeyOf(resident) {
			return append(flags, flagPhoneTaken)
		}
	}
	return flags
}

// Applications lists the keys of a person's applications, oldest first.
func Applications(v command.View, resident command.Key) []command.Key {
	return related(v, ApplicationByPerson, resident)
}
