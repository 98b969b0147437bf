package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/command"
)

const (
	maxCommands = 500 // in one request
	maxNamed    = 20  // errors named in one answer
	maxWait     = 10 * time.Second
)

// commandsBody is what is handed in; commandIn is one of it.
type commandsBody struct {
	Commands []commandIn `json:"commands" minItems:"1" maxItems:"500" nullable:"false"`
}

type commandIn struct {
	ID         string          `json:"id" format:"uuid" doc:"minted by whoever asks, once: a retry carries the same"`
	Kind       string          `json:"kind" doc:"one of /api/v1/kinds"`
	CapturedAt string          `json:"capturedAt,omitempty" format:"date-time" doc:"when it happened; without it, now"`
	Unit       string          `json:"unit,omitempty" doc:"on whose behalf; without it, the officer's own unit"`
	After      []string        `json:"after,omitempty" maxItems:"16" nullable:"false" doc:"commands it builds on"`
	Body       json.RawMessage `json:"body" doc:"see the kind's schema"`
}

type outcomesAnswer struct {
	Outcomes []Outcome `json:"outcomes" nullable:"false" doc:"in the order of the commands"`
}

type Outcome struct {
	ID      string `json:"id" format:"uuid"`
	Status  string `json:"status" enum:"accepted,rejected,conflict,waiting"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Field   string `json:"field,omitempty" doc:"JSON pointer into the command's body"`
	Index   uint64 `json:"index,omitempty" doc:"place in the agreed order"`
}

func outcomeOf(d command.Decided) Outcome {
	o := d.Outcome
	return Outcome{ID: d.ID.String(), Status: string(o.Status), Code: o.Code, Message: o.Message, Field: o.Field, Index: o.Index}
}

// postCommands takes commands in: all of them or none.
func (a *api) postCommands(q *call) error {
	wait, err := waitOf(q)
	if err != nil {
		return err
	}
	if err := q.wantsJSON(); err != nil {
		return err
	}
	drafts, err := a.drafts(q)
	if err != nil {
		return err
	}
	for i, d := range drafts {
		if why := auth.MayAsk(q.session, d.Kind); why != nil {
			return &refusal{http.StatusForbidden, []FieldError{{at(i) + "/kind", why.Code, why.Message}}}
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait+maxWait)
	defer cancel()
	decided, err := a.Machine.Submit(ctx, command.Actor{Officer: q.session.Officer.ID}, drafts, wait)
	var problem *command.Problem
	if errors.As(err, &problem) {
		return refusedByRule(problem)
	}
	if err != nil {
		return err
	}
	return replyOutcomes(q, decided)
}

func replyOutcomes(q *call, decided []command.Decided) error {
	answer, status := outcomesAnswer{Outcomes: []Outcome{}}, http.StatusOK
	index := uint64(0)
	for _, d := range decided {
		answer.Outcomes = append(answer.Outcomes, outcomeOf(d))
		index = max(index, d.Outcome.Index)
		if d.Outcome.Status == command.Waiting {
			status = http.StatusAccepted
		}
	}
	q.Set(headerIndex, strconv.FormatUint(index, 10))
	return q.reply(status, answer)
}

func waitOf(q *call) (time.Duration, error) {
	ms, err := strconv.Atoi(q.Query("wait_ms", "2000"))
	wait := time.Duration(ms) * time.Millisecond
	if err != nil || wait < 0 || wait > maxWait {
		return 0, badParam("wait_ms", "it lies between 0 and 10000")
	}
	return wait, nil
}

// drafts reads the commands of a request. If any is malformed, all that are
// (of the first few) are named, and nothing is kept.
func (a *api) drafts(q *call) ([]command.Draft, error) {
	var body struct {
		Commands []json.RawMessage `json:"commands"`
	}
	if e := strictJSON(q.Body(), &body); e != nil {
		return nil, malformed(*e)
	}
	if n := len(body.Commands); n < 1 || n > maxCommands {
		return nil, malformed(FieldError{"/commands", "out_of_range", "a request carries 1 to 500 commands"})
	}
	var wrong []FieldError
	drafts := make([]command.Draft, len(body.Commands))
	first := map[command.ID]int{}
	for i, raw := range body.Commands {
		d, e := a.draft(raw, q.session.Officer.Unit)
		if before, twice := first[d.ID]; twice && e == nil {
			e = &FieldError{"/id", "twice", "command " + strconv.Itoa(before) + " has the same ID"}
		}
		if e != nil && len(wrong) < maxNamed {
			wrong = append(wrong, FieldError{at(i) + e.Pointer, e.Code, e.Message})
		}
		drafts[i], first[d.ID] = d, i
	}
	if wrong != nil {
		return nil, malformed(wrong...)
	}
	return drafts, nil
}

func malformed(wrong ...FieldError) error { return &refusal{http.StatusBadRequest, wrong} }

func at(i int) string { return "/commands/" + strconv.Itoa(i) }

// draft reads one command; the error's pointer is within it.
func (a *api) draft(raw []byte, unit string) (d command.Draft, _ *FieldError) {
	var in commandIn
	if e := strictJSON(raw, &in); e != nil {
		return d, e
	}
	var err error
	if d.ID, err = command.ParseID(in.ID); err != nil {
		return d, &FieldError{"/id", "bad_id", "a command is named by a UUID of 36 characters"}
	}
	spec, ok := a.Table.Named(in.Kind)
	if !ok {
		return d, &FieldError{"/kind", "unknown_kind", "this machine knows no such kind; see /api/v1/kinds"}
	}
	d.Kind, d.Unit = spec.Kind, in.Unit
	if d.Unit == "" {
		d.Unit = unit
	}
	if in.CapturedAt != "" {
		t, err := time.Parse(time.RFC3339, in.CapturedAt)
		if err != nil || t.UnixMilli() <= 0 {
			return d, &FieldError{"/capturedAt", "bad_time", "expected a time such as 2026-08-06T13:11:00.000Z"}
		}
		d.CapturedAt = t.UnixMilli()
	}
	if len(in.After) > command.MaxAfter {
		return d, &FieldError{"/after", "too_many", "a command builds on at most 16 others"}
	}
	for i, parent := range in.After {
		id, err := command.ParseID(parent)
		if err != nil {
			return d, &FieldError{"/after/" + strconv.Itoa(i), "bad_id", "a command is named by a UUID of 36 characters"}
		}
		d.After = append(d.After, id)
	}
	return a.checked(d, spec, in.Body)
}

// checked adds the body, if it is one of the kind's.
func (a *api) checked(d command.Draft, spec command.Spec, body []byte) (command.Draft, *FieldError) {
	switch {
	case len(body) == 0:
		return d, &FieldError{"/body", "required", "the command has no body"}
	case len(body) > spec.Limit():
		return d, &FieldError{"/body", "too_large", "the command is larger than " + strconv.Itoa(spec.Limit()) + " bytes"}
	}
	if _, err := a.Table.Canonical(spec.Kind, body); err != nil {
		return d, &FieldError{"/body" + err.Field, err.Code, err.Message}
	}
	d.Body = body
	return d, nil
}

// refusedByRule is the answer when a rule turned a command away: nothing of the
// request was kept.
func refusedByRule(p *command.Problem) error {
	status := http.StatusUnprocessableEntity
	place := at(p.Item)
	switch {
	case p.Why.Code == "id_reused":
		status, place = http.StatusConflict, place+"/id"
	case p.Why.Class == command.Forbidden:
		status = http.StatusForbidden
	}
	switch {
	case p.Why.Field != "":
		place += "/body" + p.Why.Field
	case p.Why.Code == "outside_unit":
		place += "/unit"
	case p.Why.Code == "role", p.Why.Code == "machine_only":
		place += "/kind"
	}
	return &refusal{status, []FieldError{{place, p.Why.Code, p.Why.Message}}}
}

// commandAnswer is what became of one command and how far it has come.
type commandAnswer struct {
	Outcome
	Kind     string          `json:"kind"`
	Stage    int             `json:"stage" minimum:"1" maximum:"5" doc:"of the five: saved here, agreed, sent, received by the province, decided"`
	Stages   int             `json:"stages" doc:"how many of the five this kind goes through"`
	Delivery deliveryAnswer  `json:"delivery"`
	Detail   json.RawMessage `json:"detail,omitempty" doc:"such as the result of each row of a roster page"`
}

// deliveryAnswer says when a command came how far.
type deliveryAnswer struct {
	Here     *string `json:"here" format:"date-time" doc:"captured on this machine; null: on another"`
	Agreed   *string `json:"agreed" format:"date-time"`
	Sent     *string `json:"sent" format:"date-time"`
	Received *string `json:"received" format:"date-time" doc:"by the province"`
	Decided  *string `json:"decided" format:"date-time" doc:"by the province"`
}

func (a *api) getCommand(q *call) error {
	id, err := command.ParseID(q.Params("id"))
	if err != nil {
		return badParam("id", "it is not a UUID")
	}
	return a.read(q, func(src lookup.Source) (any, error) {
		d, here, ok := a.Machine.Command(id)
		if !ok {
			return nil, command.Errorf(command.NotFound, "unknown_command", "this machine has not heard of that command")
		}
		d.ID = id
		dl := lookup.DeliveryOf(src, a.Table, d, here)
		spec, _ := a.Table.Kind(d.Outcome.Kind)
		return commandAnswer{Outcome: outcomeOf(d), Kind: spec.Name, Stage: int(dl.Stage), Stages: dl.Stages, Detail: d.Outcome.Detail,
			Delivery: deliveryAnswer{Here: moment(dl.Here), Agreed: moment(dl.Agreed), Sent: moment(dl.Sent), Received: moment(dl.Received), Decided: moment(dl.Decided)}}, nil
	})
}

// moment is a time in ms since 1970 UTC, or null for zero.
func moment(ms int64) *string {
	if ms == 0 {
		return nil
	}
	s := stamp(ms)
	return &s
}
