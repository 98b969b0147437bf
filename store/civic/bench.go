package civic

import (
	"encoding/json"
	"reflect"

	"gocua/store/command"
)

// bench is where a person's decision about a review is carried out, and where
// what hangs on it is decided again. Each step sees what the steps before did.
type bench struct {
	table *command.Table
	v     *overlay
	e     command.Envelope // the review.resolve
	role  Role             // of whoever decides
}

func newBench(v command.View, e command.Envelope) *bench {
	t := Table()
	who, _ := Load[Officer](v, TypeOfficer, KeyOf(e.By.Officer))
	return &bench{table: t, v: newOverlay(v, t), e: e, role: who.Role}
}

// ruling is a person's word on a command that was stopped.
type ruling struct {
	decided bool   // what the officer saw does not matter any more
	notSame bool   // whoever holds the number is another person
	unit    string // on whose behalf the late command was asked
}

// overruler is a body that can go in against what stopped it. The envelope's
// unit is that of whoever decides, which may be above the late command's.
type overruler interface {
	overrule(command.View, command.Envelope, ruling) command.Decision
}

// keep sets the late side aside. Where the record exists all the same, under
// the late ID or as the holder of the number, others may build on that.
func (b *bench) keep(r Review) (command.Decision, string) {
	made, ok := r.creates()
	if !ok {
		return command.Accept(), CodeSetAside
	}
	if b.v.Get(made.typ, KeyOf(Follow(b.v, made.id))) != nil {
		return command.Accept(), CodeAgreed
	}
	if holder, held := Holder(b.v, r); held && r.Code == codeNumberTaken {
		into, _ := Load[Resident](b.v, TypeResident, holder)
		late := Resident{ID: made.id, Household: namesIn(r.Body).household()}
		return command.Accept(merge(b.v, b.e, late, into.ID)...), CodeMerged
	}
	return command.Accept(), CodeSetAside
}

// overrule decides the late command again under the authority of whoever
// decides the review.
func (b *bench) overrule(r Review, corrections []Edit, notSame bool) command.Decision {
	if !mayDecideFor(b.role, r.Kind) {
		return command.Reject(command.InvalidField("/choice", "not_this_choice", "a %s can only set this aside", b.role))
	}
	e := b.envelope(r)
	e.Unit = b.e.Unit
	if len(corrections) > 0 {
		var err *command.Error
		if e.Body, err = corrected(b.bodyType(r), e.Body, corrections); err != nil {
			return command.Reject(err)
		}
	}
	body, err := b.read(r, e.Body)
	if err != nil {
		return stop(err)
	}
	if o, ok := body.(overruler); ok {
		return o.overrule(b.v, e, ruling{decided: true, notSame: notSame, unit: r.Unit})
	}
	return body.Decide(b.v, e)
}

// mayDecideFor reports whether a role that decides reviews may let in what was
// asked for in one: field work, or what the role asks for itself.
func mayDecideFor(role Role, k command.Kind) bool {
	if secret(k) || k == KindGlassOpen { // an hour later there is nothing to look at
		return false
	}
	return k != KindReviewResolve && may(role, KindReviewResolve) && (may(RoleSupervisor, k) || may(role, k))
}

// envelope is the late command as it was asked for. What it changes is changed
// by the decision, so it carries the ID of that.
func (b *bench) envelope(r Review) command.Envelope {
	return command.Envelope{V: command.FormatVersion, ID: b.e.ID, Kind: r.Kind, CapturedAt: r.CapturedAt,
		By: command.Actor{Officer: r.Officer, Node: r.Node}, Unit: r.Unit, After: r.After, Body: r.Body}
}

// read reads the body of what is under review.
func (b *bench) read(r Review, body json.RawMessage) (command.Decider, *command.Error) {
	if len(body) == 0 {
		return nil, command.Errorf(command.Conflicting, "no_body", "the list is kept where it was imported: import it again")
	}
	if r.Line > 0 {
		return readRow(body)
	}
	canonical, err := b.table.Canonical(r.Kind, body)
	if err != nil {
		return nil, err
	}
	d, undecodable := b.table.Decode(r.Kind, canonical)
	if undecodable != nil {
		return nil, command.Errorf(command.Internal, "malformed", "the body cannot be read")
	}
	return d, nil
}

func (b *bench) bodyType(r Review) reflect.Type {
	if r.Line > 0 {
		return reflect.TypeFor[listedRow]()
	}
	spec, _ := b.table.Kind(r.Kind)
	return spec.Body
}

// close closes a review and decides again what waits for it.
func (b *bench) close(r Review, how Resolution, changes []command.Change) command.Decision {
	how.By, how.Node, how.At, how.Command = b.e.By.Officer, b.e.By.Node, b.v.Now(), b.e.ID
	r.State, r.Resolution = ReviewClosed, &how
	b.v.put(append(changes, put(TypeReview, KeyOf(r.ID), r))...)
	return b.goOn(r)
}

// goOn decides again what waits for a closed review, as far as one command may go.
func (b *bench) goOn(r Review) command.Decision {
	rest := b.follow(r.ID)
	if rest != r.Resolution.Rest {
		r.Resolution.Rest = rest
		b.v.put(put(TypeReview, KeyOf(r.ID), r))
	}
	return command.Accept(b.v.changes...)
}

// follow decides again everything below a closed review, children before
// grandchildren, and returns how many did not fit.
func (b *bench) follow(top command.ID) (rest int) {
	seen := map[command.ID]bool{top: true}
	for below := []command.ID{top}; len(below) > 0; below = below[1:] {
		for _, key := range children(b.v, below[0]) {
			r, ok := Load[Review](b.v, TypeReview, key)
			if !ok || seen[r.ID] {
				continue
			}
			if r.State == ReviewOpen && r.Code == codeParentOpen {
				if rest > 0 || !b.again(&r) {
					rest++
					continue
				}
			}
			if r.State == ReviewClosed {
				seen[r.ID] = true
				below = append(below, r.ID)
			}
		}
	}
	return rest
}

// children lists the reviews under another, in the order they were decided.
func children(v command.View, parent command.ID) (keys []command.Key) {
	for _, key := range v.Scan(ReviewByParent, TermPrefix(parent.String())) {
		keys = append(keys, key)
	}
	return keys
}

// again decides a command that waited, under its own asker's authority as it is
// today. It reports false, having done nothing, if it does not fit any more.
func (b *bench) again(r *Review) bool {
	after, changes := *r, []command.Change(nil)
	d, parent := underParents(b.v, b.envelope(*r), b.judge(*r))
	if d.Status == command.Accepted {
		changes = d.Changes
		after.State, after.Resolution = ReviewClosed, &Resolution{Choice: Followed, By: b.e.By.Officer, Node: b.e.By.Node,
			At: b.v.Now(), Command: b.e.ID, Status: command.Accepted}
	} else {
		after.stoppedBy(d, parent)
	}
	all := append(changes, put(TypeReview, KeyOf(r.ID), after))
	if !b.v.fits(all) {
		if len(b.v.changes) > 0 {
			return false
		}
		after = *r
		after.stoppedBy(command.Reject(command.Errorf(command.Invalid, "too_large", "this would change too many records at once")), command.ID{})
		all = []command.Change{put(TypeReview, KeyOf(r.ID), after)}
	}
	b.v.put(all...)
	*r = after
	return true
}

// judge decides a command of today, signature aside: that was checked when it came.
func (b *bench) judge(r Review) command.Decision {
	e := b.envelope(r)
	n, ok := Load[Node](b.v, TypeNode, command.Key(r.Node))
	if !ok || n.Denied {
		return command.Reject(command.Errorf(command.Forbidden, "denied_node", "machine %s has been shut out", r.Node))
	}
	spec, _ := b.table.Kind(r.Kind)
	if err := admitPerson(b.v, spec, e, n); err != nil {
		return command.Reject(err)
	}
	body, err := b.read(r, r.Body)
	if err != nil {
		return stop(err)
	}
	return body.Decide(b.v, e)
}

// stoppedBy notes why a review stays open.
func (r *Review) stoppedBy(d command.Decision, parent command.ID) {
	r.Status, r.Class, r.Code, r.Field, r.Message, r.Parent = d.Status, d.Err.Class, d.Err.Code, d.Err.Field, d.Err.Message, parent
}
