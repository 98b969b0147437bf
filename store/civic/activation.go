package civic

import "gocua/store/command"

// Activation says that a person has started using the identity (kích hoạt).
type Activation struct {
	ID       command.ID `json:"id"`
	Resident command.ID `json:"resident"`
	Hamlet   string     `json:"hamlet,omitempty"`
	Way      string     `json:"way"`
	At       int64      `json:"at"` // ms, as the officer says
	Day      string     `json:"day"`
	Officer  command.ID `json:"officer,omitzero"`
	Late     bool       `json:"late,omitempty"` // a clock could not be believed: it counts on the day it was agreed
	Rev      command.ID `json:"rev"`
}

// Ways of activating.
const (
	WayApp      = "app"      // in the VNeID application
	WayWeb      = "web"      // on the web, without a smartphone
	WayAssisted = "assisted" // with a helper's device
)

func (a Activation) Derive(d *command.Derived) {
	d.Find(ActivationByPerson, term(a.Resident.String(), a.Day))
}

// RecordActivation takes down that a person activated. A fact: a second one is
// kept too, the first day counts.
type RecordActivation struct {
	ID       command.ID `json:"id"`
	Resident command.ID `json:"resident"`
	Way      string     `json:"way"`
	At       string     `json:"at"` // RFC 3339
}

func (p RecordActivation) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the activation has no ID")
	case p.Resident.IsZero():
		return command.InvalidField("/resident", "required", "the activation names no resident")
	case p.Way != WayApp && p.Way != WayWeb && p.Way != WayAssisted:
		return command.InvalidField("/way", "bad_choice", "way is app, web or assisted")
	}
	_, err := parseTime("/at", p.At)
	return err
}

func (p RecordActivation) Decide(v command.View, e command.Envelope) command.Decision {
	if v.Get(TypeActivation, KeyOf(p.ID)) != nil {
		return command.Conflict(exists("activation"))
	}
	r, err := residentIn(v, p.Resident, e.Unit, "/resident")
	if err != nil {
		return stop(err)
	}
	at, moved, err := saidAt(v, e, p.At)
	if err != nil {
		return command.Reject(err)
	}
	on, late := countedOn(v, e)
	a := Activation{ID: p.ID, Resident: r.ID, Hamlet: r.Hamlet, Way: p.Way, At: at, Day: on, Officer: e.By.Officer, Late: late || moved, Rev: e.ID}
	changes := []command.Change{put(TypeActivation, KeyOf(p.ID), a)}
	if r.Progress.Activated == "" {
		r.Progress.Activated, r.Rev = on, e.ID
		if r.Progress.Reached == "" {
			r.Progress.Reached = on
		}
		changes = append(changes, put(TypeResident, KeyOf(r.ID), r))
	}
	return command.Accept(changes...)
}

// Activations lists the keys of a person's activations, oldest first.
func Activations(v command.View, resident command.Key) []command.Key {
	return related(v, ActivationByPerson, resident)
}
