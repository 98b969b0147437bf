package civic

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"gocua/store/command"
)

// Choice is what a person makes of a review.
type Choice string

// Choices.
const (
	ChoiceKeep    Choice = "keep"     // giữ: the agreed side stays, the late one is set aside
	ChoiceTake    Choice = "take"     // lấy: the late side goes in, against what stopped it
	ChoiceEdit    Choice = "edit"     // sửa: the late side goes in with corrections
	ChoiceNotSame Choice = "not_same" // khác người: the number is somebody else's; the late person goes in without
	Followed      Choice = "followed" // nobody's choice: decided again after what it builds on was
)

// Resolution is how a review was closed. It is never changed but for Rest.
type Resolution struct {
	Choice  Choice         `json:"choice"`
	Reason  string         `json:"reason,omitempty"`
	Edits   []Edit         `json:"edits,omitempty"` // corrections, with choice edit
	By      command.ID     `json:"by,omitzero"`
	Node    string         `json:"node"`
	At      int64          `json:"at"`      // agreed, ms
	Command command.ID     `json:"command"` // the review.resolve that closed it
	Status  command.Status `json:"status"`  // what the late command became: accepted or rejected
	Code    string         `json:"code,omitempty"`
	Rest    int            `json:"rest,omitempty"` // dependents that did not fit: the same choice once more goes on
}

// Codes of a resolution that keeps the agreed side.
const (
	CodeSetAside = "set_aside" // the late side is kept in the review and nowhere else
	CodeMerged   = "merged"    // the same person: what names the late ID means the agreed one
	CodeAgreed   = "agreed"    // the record exists under that ID, as it was agreed
)

func (r Resolution) stands() bool {
	return r.Status == command.Accepted || r.Code == CodeMerged || r.Code == CodeAgreed
}

// maxReason and maxCorrections are part of the format.
const maxReason, maxCorrections = 500, 32

// ResolveReview is a person's decision about what only a person can decide.
type ResolveReview struct {
	Review command.ID `json:"review"`
	Choice Choice     `json:"choice"`
	Edits  []Edit     `json:"edits,omitempty"` // with choice edit: fields of the late body and their new values
	Reason string     `json:"reason"`
}

func (p ResolveReview) Check() *command.Error {
	switch {
	case p.Review.IsZero():
		return command.InvalidField("/review", "required", "say which review is decided")
	case !slices.Contains([]Choice{ChoiceKeep, ChoiceTake, ChoiceEdit, ChoiceNotSame}, p.Choice):
		return command.InvalidField("/choice", "bad_choice", "choice is keep, take, edit or not_same")
	case CleanText(p.Reason) == "":
		return command.InvalidField("/reason", "required", "say why")
	case len(p.Reason) > maxReason:
		return command.InvalidField("/reason", "too_long", "the reason is longer than %d bytes", maxReason)
	case p.Choice == ChoiceEdit && len(p.Edits) == 0:
		return command.InvalidField("/edits", "required", "there is nothing to correct")
	case p.Choice != ChoiceEdit && len(p.Edits) > 0:
		return command.InvalidField("/edits", "not_this_choice", "corrections go with choice edit")
	case len(p.Edits) > maxCorrections:
		return command.InvalidField("/edits", "too_many", "at most %d corrections", maxCorrections)
	}
	if err := plainText("/reason", p.Reason); err != nil {
		return err
	}
	for i, ed := range p.Edits {
		where := "/edits/" + itoa(i) + "/field"
		switch {
		case ed.Field == "" || ed.Field == "id" || ed.Field == "edits":
			return command.InvalidField(where, "unknown_field", "this cannot be corrected")
		case slices.ContainsFunc(p.Edits[:i], func(o Edit) bool { return o.Field == ed.Field }):
			return command.InvalidField(where, "twice", "field %s is corrected twice", ed.Field)
		}
	}
	return plainEdits(p.Edits)
}

func (p ResolveReview) Decide(v command.View, e command.Envelope) command.Decision {
	r, ok := Load[Review](v, TypeReview, KeyOf(p.Review))
	switch {
	case !ok:
		return command.Reject(unknown("/review", "review", p.Review.String()))
	case !Covers(v, e.Unit, r.Unit):
		return command.Reject(outside("/review", "the review", e.Unit))
	}
	b := newBench(v, e)
	if r.State == ReviewClosed {
		return p.onceMore(b, r)
	}
	d, code := p.rule(b, r)
	if d.Status != command.Accepted {
		return command.Reject(p.blame(d.Err))
	}
	closed := Resolution{Choice: p.Choice, Reason: CleanText(p.Reason), Edits: p.Edits, Status: command.Accepted, Code: code}
	if p.Choice == ChoiceKeep {
		closed.Status = command.Rejected
	}
	return b.close(r, closed, d.Changes)
}

// rule decides about the late command. The code says in which other form it
// stands, or that it does not.
func (p ResolveReview) rule(b *bench, r Review) (command.Decision, string) {
	if p.Choice == ChoiceKeep {
		return b.keep(r)
	}
	if p.Choice == ChoiceNotSame && r.Code != codeNumberTaken {
		return command.Reject(command.InvalidField("/choice", "not_this_choice", "nobody else's number is in question")), ""
	}
	d := b.overrule(r, p.Edits, p.Choice == ChoiceNotSame)
	if slices.ContainsFunc(d.Changes, func(c command.Change) bool { return c.Type == TypeMerged && c.Op == command.Put }) {
		return d, CodeMerged
	}
	return d, ""
}

// onceMore is a decision about what has been decided already: the same one is
// no harm, and goes on with dependents that did not fit; another one is kept.
func (p ResolveReview) onceMore(b *bench, r Review) command.Decision {
	was := *r.Resolution
	if p.Choice != was.Choice && !(was.Choice == Followed && p.Choice == ChoiceTake) || !same(p.Edits, was.Edits) {
		who, _ := Load[Officer](b.v, TypeOfficer, KeyOf(was.By))
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "already_resolved", Field: "/choice",
			Message: who.User + " has decided this already: " + string(was.Choice)})
	}
	if was.Rest == 0 {
		return command.Accept()
	}
	return b.goOn(r)
}

// blame points a rule's answer at what the person who decides has filled in.
func (p ResolveReview) blame(err *command.Error) *command.Error {
	placed := *err
	if strings.HasPrefix(err.Field, "/choice") {
		return &placed
	}
	placed.Field = "/choice"
	for i, ed := range p.Edits {
		if len(p.Edits) == 1 || err.Field == "/"+ed.Field || strings.HasPrefix(err.Field, "/"+ed.Field+"/") {
			placed.Field = "/edits/" + itoa(i) + "/now"
			break
		}
	}
	return &placed
}

// corrected is a late body with corrections: to its fields, or, where it is a
// list of edits, to the edit of that field.
func corrected(of reflect.Type, body json.RawMessage, corrections []Edit) (json.RawMessage, *command.Error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, command.Errorf(command.Conflicting, "no_body", "there is nothing to correct")
	}
	if _, ok := fields["edits"]; ok {
		fields["edits"] = mustJSON(correctedEdits(namesIn(body).Edits, corrections))
		return mustJSON(fields), nil
	}
	for _, c := range corrections {
		if !hasField(of, c.Field) { // encoding/json would find "Name" good enough for "name"
			return nil, command.InvalidField("/"+c.Field, "unknown_field", "there is no such field")
		}
		if len(c.Now) == 0 || string(c.Now) == "null" {
			delete(fields, c.Field)
		} else {
			fields[c.Field] = c.Now
		}
	}
	return mustJSON(fields), nil
}

func hasField(of reflect.Type, name string) bool {
	return slices.ContainsFunc(reflect.VisibleFields(of), func(f reflect.StructField) bool {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return tag == name
	})
}

func correctedEdits(edits, corrections []Edit) []Edit {
	edits = slices.Clone(edits)
	for _, c := range corrections {
		i := slices.IndexFunc(edits, func(ed Edit) bool { return ed.Field == c.Field })
		if i < 0 {
			edits = append(edits, c)
		} else {
			edits[i].Now = c.Now
		}
	}
	return edits
}

func mustJSON(x any) json.RawMessage {
	b, err := json.Marshal(x)
	if err != nil {
		panic("civic: a value that cannot be encoded: " + err.Error())
	}
	return b
}
