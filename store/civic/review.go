package civic

import (
	"encoding/json"

	"gocua/store/command"
)

// Review is what only a person can decide (cần đối chiếu): a command that
// contradicts what is agreed, or was refused after the officer had been told
// "saved". It is kept whole, also when it is closed; nothing is dropped or
// forced by time.
type Review struct {
	ID         command.ID         `json:"id"` // of the command
	State      string             `json:"state"`
	Status     command.Status     `json:"status"` // conflict or rejected
	Class      command.Class      `json:"class"`
	Code       string             `json:"code"`
	Field      string             `json:"field,omitempty"`
	Message    string             `json:"message"`
	Kind       command.Kind       `json:"kind"`
	Unit       string             `json:"unit"`
	Officer    command.ID         `json:"officer,omitzero"`
	Node       string             `json:"node"`
	Seq        uint64             `json:"seq,omitempty"` // its place among what that machine captured
	CapturedAt int64              `json:"capturedAt"`
	DecidedAt  int64              `json:"decidedAt"`
	Type       command.RecordType `json:"type,omitempty"` // the record it is about
	Record     command.Key        `json:"record,omitempty"`
	Parent     command.ID         `json:"parent,omitzero"` // the review it waits for, or was decided with
	Line       int                `json:"line,omitempty"`  // row of an imported list
	Body       json.RawMessage    `json:"body,omitempty"`
	After      []command.ID       `json:"after,omitempty"`      // commands it builds on
	Resolution *Resolution        `json:"resolution,omitempty"` // once it is closed
}

// States of a review.
const (
	ReviewOpen   = "open"   // waits for a person, or for its parent
	ReviewClosed = "closed" // Resolution says what became of it
)

func (r Review) Derive(d *command.Derived) {
	d.Find(ReviewByState, term(r.State, r.Unit, r.ID.String()))
	if r.Record != "" {
		d.Find(ReviewByRecord, term(string(r.Record), r.ID.String()))
	}
	if !r.Parent.IsZero() {
		d.Find(ReviewByParent, term(r.Parent.String(), padded(uint64(max(0, r.DecidedAt))), padded(r.Seq), r.ID.String()))
	}
	if made, ok := r.creates(); ok {
		d.Find(ReviewByCreated, term(itoa(int(made.typ)), made.id.String(), r.ID.String()))
	}
	if r.State == ReviewOpen {
		d.Count(CountReviews, r.Unit, 1)
	}
}

// reviewOf keeps a command that was not accepted.
func reviewOf(v command.View, s command.Spec, e command.Envelope, d command.Decision) Review {
	r := Review{ID: e.ID, State: ReviewOpen, Status: d.Status, Class: d.Err.Class, Code: d.Err.Code, Field: d.Err.Field,
		Message: d.Err.Message, Kind: e.Kind, Unit: filedUnder(v, e), Officer: e.By.Officer, Node: e.By.Node, Seq: e.Origin.Seq,
		CapturedAt: e.CapturedAt, DecidedAt: v.Now(), After: e.After}
	if !s.Page && !secret(e.Kind) { // a page's durable copy is the file it came from; secrets are set anew
		r.Body = e.Body
	}
	r.Type, r.Record = subject(v, e)
	return r
}

// filedUnder is the unit in whose list a review waits: the one it was asked
// for, or that of the machine if there is no such unit.
func filedUnder(v command.View, e command.Envelope) string {
	if _, ok := FindUnit(v, e.Unit); ok {
		return e.Unit
	}
	n, _ := Load[Node](v, TypeNode, command.Key(e.By.Node))
	return n.Unit
}
