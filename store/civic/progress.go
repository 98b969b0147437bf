package civic

import "gocua/store/command"

// Progress is how far the campaign has come with one person. Days are those of
// the first time.
type Progress struct {
	Reached     string     `json:"reached,omitempty"`  // somebody of the household was met
	Captured    string     `json:"captured,omitempty"` // first application taken down
	Application command.ID `json:"application,omitzero"`
	Activated   string     `json:"activated,omitempty"`
	Refused     bool       `json:"refused,omitempty"`
	Excluded    string     `json:"excluded,omitempty"` // why the person does not count
}

// Bucket is where a person stands; everybody is in exactly one.
type Bucket string

// Buckets, in the order of the ladder and then those outside it.
const (
	NotReached  Bucket = "not_reached"
	Reached     Bucket = "reached"
	L1Submitted Bucket = "l1_submitted"
	L1Approved  Bucket = "l1_approved"
	L2Invited   Bucket = "l2_invited"
	L2Captured  Bucket = "l2_captured"
	L2Approved  Bucket = "l2_approved"
	Activated   Bucket = "activated"
	Blocked     Bucket = "blocked"
	HandedOver  Bucket = "handed_over"
	Refused     Bucket = "refused"
	Excluded    Bucket = "excluded"
)

// Buckets lists all, in order.
func Buckets() []Bucket {
	return []Bucket{NotReached, Reached, L1Submitted, L1Approved, L2Invited, L2Captured, L2Approved, Activated,
		Blocked, HandedOver, Refused, Excluded}
}

// Bucket derives where the person stands. The furthest step wins; a refusal
// counts only while nothing was taken down.
func (r Resident) Bucket() Bucket {
	p := r.Progress
	switch {
	case p.Excluded != "" || !r.Eligible:
		return Excluded
	case p.Activated != "":
		return Activated
	case p.Captured != "":
		return L1Submitted
	case p.Refused:
		return Refused
	case p.Reached != "":
		return Reached
	}
	return NotReached
}

const (
	day            = 24 * 60 * 60 * 1000 // ms
	lateAfter      = 45 * day
	earlyAfter     = 1 * day
	firstMoment    = 1577836800000  // 2020-01-01, ms: before the first identity
	flagLate       = "late"         // captured too long ago or in the future: counted on the agreed day
	flagPhoneTaken = "phone_shared" // the number belongs to somebody else too
)

// countedOn is the day an event counts on: the day it was captured, unless the
// capturing clock cannot be believed.
func countedOn(v command.View, e command.Envelope) (on string, late bool) {
	if e.CapturedAt < v.Now()-lateAfter || e.CapturedAt > v.Now()+earlyAfter {
		return DayOf(v.Now()), true
	}
	return DayOf(e.CapturedAt), false
}

// believed is a moment somebody's clock claims, ms; moved: it cannot be, and the
// agreed time stands in for it.
func believed(v command.View, at int64) (_ int64, moved bool) {
	if at < firstMoment || at > v.Now()+earlyAfter {
		return v.Now(), true
	}
	return at, false
}
