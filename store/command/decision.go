package command

import "encoding/json"

// Status is what became of a command. The words are wire format.
type Status string

const (
	Accepted   Status = "accepted"
	Rejected   Status = "rejected" // a rule said no
	Conflicted Status = "conflict" // kept whole; a person decides
	Waiting    Status = "waiting"  // not decided yet; never stored as an outcome
)

// Op is what a change does to a record.
type Op uint8

const (
	Put    Op = 1
	Delete Op = 2
)

// RecordType numbers a kind of record on disk and on the wire. Never reused.
type RecordType uint8

// Key names a record within its type: an ID or a code. At the province the
// records of a cluster carry its code behind an at sign ("0197…@01CG"), so that
// clusters can never overwrite each other.
type Key string

// Change is one record as it is after a command (an after-image).
type Change struct {
	Type  RecordType      `json:"type"`
	Key   Key             `json:"key"`
	Op    Op              `json:"op"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Decision is what a rule made of a command. Its zero value is not valid; use
// Accept, Reject or Conflict.
type Decision struct {
	Status  Status
	Err     *Error // why, when rejected or in conflict
	Changes []Change
	Detail  json.RawMessage // kept with the outcome, e.g. the result of each row of a page
}

// Accept accepts with these changes; none means there was nothing left to do.
func Accept(changes ...Change) Decision { return Decision{Status: Accepted, Changes: changes} }

// Reject refuses for a reason the asker can act on.
func Reject(err *Error) Decision { return Decision{Status: Rejected, Err: err} }

// Conflict keeps the command whole for a person to decide. The changes, if
// any, are made all the same (a parcel that forks still records the alarm).
func Conflict(err *Error, changes ...Change) Decision {
	return Decision{Status: Conflicted, Err: err, Changes: changes}
}

// Outcome is a decision as the register keeps it, for ever, under the ID.
type Outcome struct {
	Status   Status          `json:"status"`
	Index    uint64          `json:"index"` // entry in which it was decided
	At       int64           `json:"at"`    // agreed time of that entry, ms
	Kind     Kind            `json:"kind"`
	Class    Class           `json:"class,omitempty"`
	Code     string          `json:"code,omitempty"`
	Field    string          `json:"field,omitempty"`
	Message  string          `json:"message,omitempty"`
	By       Actor           `json:"by,omitzero"`        // who asked, and on which machine
	Hash     []byte          `json:"hash"`               // Envelope.Hash
	FeedFrom uint64          `json:"feedFrom,omitempty"` // first place in the feed
	FeedTo   uint64          `json:"feedTo,omitempty"`   // last place; zero: changed nothing
	Detail   json.RawMessage `json:"detail,omitempty"`
}

// Err is the reason of an outcome that was not accepted, or nil.
func (o Outcome) Err() *Error {
	if o.Status == Accepted {
		return nil
	}
	return &Error{Class: o.Class, Code: o.Code, Field: o.Field, Message: o.Message}
}

// IDReused is the answer to a known ID with another body.
func IDReused() *Error {
	return Errorf(Conflicting, "id_reused", "this command ID was already used for something else")
}
