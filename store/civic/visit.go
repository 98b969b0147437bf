package civic

import (
	"slices"
	"time"

	"gocua/store/command"
)

// Visit is one attempt at one door (lượt đến nhà). It is a fact: it is accepted
// even when somebody else came by the same evening.
type Visit struct {
	ID        command.ID   `json:"id"`
	Household command.ID   `json:"household"`
	Hamlet    string       `json:"hamlet"`
	At        int64        `json:"at"` // ms, as the officer says
	Day       string       `json:"day"`
	Attempt   int          `json:"attempt"` // which time it was (lần)
	Mode      string       `json:"mode"`
	Outcome   string       `json:"outcome"`
	Reason    string       `json:"reason,omitempty"`
	Met       []command.ID `json:"met,omitempty"`
	Note      string       `json:"note,omitempty"`
	Officer   command.ID   `json:"officer,omitzero"`
	Late      bool         `json:"late,omitempty"` // a clock could not be believed: it counts on the day it was agreed
	Rev       command.ID   `json:"rev"`
}

func (x Visit) Derive(d *command.Derived) {
	d.Find(VisitByHousehold, term(x.Household.String(), time.UnixMilli(x.At).UTC().Format(time.RFC3339)))
	d.Count(CountVisits, term(x.Hamlet, x.Day), 1)
}

// Ways of coming to a household.
const (
	ModeDoor  = "door"  // at the door
	ModePhone = "phone" // by telephone
	ModePoint = "point" // at a community house or other meeting point
)

// contact says what an outcome means for the people of the household.
type contact uint8

const (
	nobody  contact = iota // a failed attempt never counts as coverage
	met                    // somebody was reached
	refusal                // somebody was reached and said no
)

func outcomes() map[string]contact {
	return map[string]contact{
		"registered": met, "already_has": met, "activated_on_site": met, "will_come": met,
		"nobody_home": nobody, "person_absent": nobody, "callback": nobody, "refused": refusal,
		"working_away": nobody, "abroad": nobody, "no_smartphone": met, "no_sim": met, "phone_not_own": met,
		"no_chip_card": met, "no_signal": met, "moved": nobody, "deceased": nobody, "not_at_address": nobody,
		"inaccessible": nobody,
	}
}

// RecordVisit takes down a visit.
type RecordVisit struct {
	ID        command.ID   `json:"id"`
	Household command.ID   `json:"household"`
	At        string       `json:"at,omitempty"` // RFC 3339; left out: when it was captured
	Mode      string       `json:"mode"`
	Outcome   string       `json:"outcome"`
	Reason    string       `json:"reason,omitempty"`
	Met       []command.ID `json:"met,omitempty"` // residents met; none named: whoever lives there
	Note      string       `json:"note,omitempty"`
}

func (p RecordVisit) Check() *command.Error {
	_, known := outcomes()[p.Outcome]
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the visit has no ID")
	case p.Household.IsZero():
		return command.InvalidField("/household", "required", "the visit names no household")
	case p.Mode != ModeDoor && p.Mode != ModePhone && p.Mode != ModePoint:
		return command.InvalidField("/mode", "bad_choice", "mode is door, phone or point")
	case !known:
		return command.InvalidField("/outcome", "bad_choice", "%q is not an outcome of a visit", p.Outcome)
	case p.Outcome == "refused" && CleanText(p.Reason) == "":
		return command.InvalidField("/reason", "required", "say why they refused")
	case len(p.Note) > 1000 || len(p.Reason) > 300:
		return command.InvalidField("/note", "too_long", "the note is longer than 1,000 bytes or the reason than 300")
	case len(p.Met) > 30:
		return command.InvalidField("/met", "too_many", "at most 30 people can be named")
	}
	if err := plainText("/note", p.Note); err != nil {
		return err
	}
	if err := plainText("/reason", p.Reason); err != nil {
		return err
	}
	if p.At == "" {
		return nil
	}
	_, err := parseTime("/at", p.At)
	return err
}

func (p RecordVisit) Decide(v command.View, e command.Envelope) command.Decision {
	if v.Get(TypeVisit, KeyOf(p.ID)) != nil {
		return command.Conflict(exists("visit"))
	}
	p.Household = FollowHousehold(v, p.Household)
	h, err := householdIn(v, p.Household, e.Unit, "/household")
	if err != nil {
		return stop(err)
	}
	p.Met = followAll(v, p.Met)
	at, moved, err := saidAt(v, e, p.At)
	if err != nil {
		return command.Reject(err)
	}
	on, late := countedOn(v, e)
	h.Visits++
	if at >= h.LastAt {
		h.Last, h.LastAt = p.Outcome, at
	}
	h.Rev = e.ID
	visit := Visit{ID: p.ID, Household: p.Household, Hamlet: h.Hamlet, At: at, Day: on, Attempt: h.Visits, Mode: p.Mode,
		Outcome: p.Outcome, Reason: CleanText(p.Reason), Met: p.Met, Note: CleanText(p.Note), Officer: e.By.Officer, Late: late || moved, Rev: e.ID}
	changes := []command.Change{put(TypeVisit, KeyOf(p.ID), visit), put(TypeHousehold, KeyOf(h.ID), h)}
	return command.Accept(append(changes, p.reach(v, e, on)...)...)
}

// reach notes on the people who were met that they were.
func (p RecordVisit) reach(v command.View, e command.Envelope, on string) (changes []command.Change) {
	what := outcomes()[p.Outcome]
	if what == nobody {
		return nil
	}
	for _, key := range Members(v, KeyOf(p.Household)) {
		r, ok := Load[Resident](v, TypeResident, key)
		if !ok || len(p.Met) > 0 && !slices.Contains(p.Met, r.ID) {
			continue
		}
		before := r.Progress
		if r.Progress.Reached == "" {
			r.Progress.Reached = on
		}
		r.Progress.Refused = what == refusal
		if r.Progress != before {
			r.Rev = e.ID
			changes = append(changes, put(TypeResident, key, r))
		}
	}
	return changes
}

func followAll(v command.View, named []command.ID) []command.ID {
	people := slices.Clone(named)
	for i, id := range people {
		people[i] = Follow(v, id)
	}
	return people
}

// Visits lists the keys of a household's visits, oldest first, and before them
// those at the doors of the households that were merged into it.
func Visits(v command.View, household command.Key) (keys []command.Key) {
	for _, before := range Joined(v, household) {
		keys = append(keys, related(v, VisitByHousehold, before)...)
	}
	return append(keys, related(v, VisitByHousehold, household)...)
}

// parseTime reads an RFC 3339 time; returns ms.
func parseTime(field, s string) (int64, *command.Error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0, command.InvalidField(field, "bad_time", "expected a time such as 2026-08-06T13:11:00Z")
	}
	return t.UnixMilli(), nil
}

// saidAt is when the body says something happened, ms; when it was captured if
// the body does not say. What cannot be, because it is to come or was before there
// were identities, is what a wrong clock says: then it is the agreed time, and moved.
func saidAt(v command.View, e command.Envelope, s string) (at int64, moved bool, err *command.Error) {
	if at = e.CapturedAt; s != "" {
		at, err = parseTime("/at", s)
	}
	at, moved = believed(v, at)
	return at, moved, err
}
