package civic

import (
	"slices"

	"gocua/store/command"
)

// UnitPlan is a change of wards that is prepared, agreed and carried out on a day
// (phương án sắp xếp đơn vị hành chính): wards merged whole into one, hamlets given
// to one, or one that gets another name. What is recorded about people points to
// hamlets and is not rewritten.
type UnitPlan struct {
	ID       command.ID    `json:"id"`
	Into     string        `json:"into"`             // the ward that is there afterwards
	Name     string        `json:"name"`             // what it is called then
	Parent   string        `json:"parent,omitempty"` // of one that is new
	From     string        `json:"from"`             // the first day, YYYY-MM-DD at UTC+7
	Wards    []string      `json:"wards,omitempty"`  // merged whole
	Hamlets  []string      `json:"hamlets,omitempty"`
	Officers []PlanOfficer `json:"officers,omitempty"` // who goes along with hamlets
	State    PlanState     `json:"state"`
	Made     bool          `json:"made,omitempty"`  // Into is there because of the plan
	Pages    int           `json:"pages,omitempty"` // carried out so far, there and back
	Used     command.ID    `json:"used,omitzero"`   // the first thing asked for under the new unit: no way back
	By       command.ID    `json:"by,omitzero"`     // who drafted it
	Agreed   command.ID    `json:"agreed,omitzero"` // who agreed; none: the machine's console
	At       int64         `json:"at"`              // agreed time of the last change, ms
	Rev      command.ID    `json:"rev"`
}

// PlanOfficer is somebody whose grant moves to the ward that gets the hamlets.
type PlanOfficer struct {
	ID  command.ID `json:"id"`
	Was string     `json:"was,omitempty"` // unit before, once moved
}

// PlanState is how far a plan is.
type PlanState string

// States of a plan, in the order they come.
const (
	PlanDraft   PlanState = "draft"
	PlanAgreed  PlanState = "agreed"  // waits for its day
	PlanMoving  PlanState = "moving"  // page after page
	PlanDone    PlanState = "done"    // the new units hold
	PlanUndoing PlanState = "undoing" // page after page, back
	PlanUndone  PlanState = "undone"
	PlanDropped PlanState = "dropped"
)

// Acting reports whether the plan is agreed and not at its end.
func (s PlanState) Acting() bool {
	return s == PlanAgreed || s == PlanMoving || s == PlanUndoing
}

func (p UnitPlan) Derive(d *command.Derived) {
	d.Find(PlanByState, term(string(p.State), p.From, p.ID.String()))
}

// Units are the codes the plan is about, but for those that go along with a ward.
func (p UnitPlan) Units() []string { return slices.Concat([]string{p.Into}, p.Wards, p.Hamlets) }

// Plans lists the plans in some states, each by its first day.
func Plans(v command.View, states ...PlanState) (list []UnitPlan) {
	for _, s := range states {
		for _, key := range v.Scan(PlanByState, TermPrefix(string(s))) {
			if p, ok := Load[UnitPlan](v, TypeUnitPlan, key); ok {
				list = append(list, p)
			}
		}
	}
	return list
}

// What a plan may say. It is part of the format.
const (
	mostPlanWards    = 20
	mostPlanHamlets  = 200
	mostPlanOfficers = 100
	maxUnitName      = 120 // bytes
	planAhead        = 366 // days
)

// What PlanUnits does.
const (
	PlanDoDraft = "draft" // writes the plan, or writes it anew
	PlanDoAgree = "agree"
	PlanDoDrop  = "drop" // before it is carried out
	PlanDoUndo  = "undo" // after
)

// PlanUnits drafts a plan, agrees to it, drops it or has it undone. Was is the Rev
// of the plan that was seen; a new one has none.
type PlanUnits struct {
	ID       command.ID   `json:"id"`
	Do       string       `json:"do"`
	Was      command.ID   `json:"was,omitzero"`
	Into     string       `json:"into,omitempty"`
	Name     string       `json:"name,omitempty"`
	Parent   string       `json:"parent,omitempty"`
	From     string       `json:"from,omitempty"`
	Wards    []string     `json:"wards,omitempty"`
	Hamlets  []string     `json:"hamlets,omitempty"`
	Officers []command.ID `json:"officers,omitempty"`
}

func (p PlanUnits) Check() *command.Error {
	bad := func(code string) bool { return !goodCode(code) }
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the plan has no ID")
	case !slices.Contains([]string{PlanDoDraft, PlanDoAgree, PlanDoDrop, PlanDoUndo}, p.Do):
		return command.InvalidField("/do", "bad_choice", "do is one of draft, agree, drop, undo")
	case p.Do != PlanDoDraft:
		return nil
	case bad(p.Into):
		return command.InvalidField("/into", "bad_code", "a code has 2 to 24 letters, digits, dots and dashes")
	case CleanText(p.Name) == "":
		return command.InvalidField("/name", "required", "the ward has no name")
	case len(p.Name) > maxUnitName:
		return command.InvalidField("/name", "too_long", "the name has at most %d bytes", maxUnitName)
	case len(p.Parent) > maxCode:
		return command.InvalidField("/parent", "too_long", "no unit has such a long code")
	case !validDay(p.From):
		return command.InvalidField("/from", "bad_date", "the first day is written YYYY-MM-DD")
	case len(p.Wards) > mostPlanWards || len(p.Hamlets) > mostPlanHamlets || len(p.Officers) > mostPlanOfficers:
		return command.InvalidField("/wards", "plan_large", "a plan has at most %d wards, %d hamlets and %d officers", mostPlanWards, mostPlanHamlets, mostPlanOfficers)
	case slices.ContainsFunc(p.Wards, bad):
		return command.InvalidField("/wards", "bad_code", "a code has 2 to 24 letters, digits, dots and dashes")
	case slices.ContainsFunc(p.Hamlets, bad):
		return command.InvalidField("/hamlets", "bad_code", "a code has 2 to 24 letters, digits, dots and dashes")
	case slices.ContainsFunc(p.Officers, command.ID.IsZero):
		return command.InvalidField("/officers", "required", "an officer is not named")
	}
	return nil
}

func (p PlanUnits) Decide(v command.View, e command.Envelope) command.Decision {
	old, known := Load[UnitPlan](v, TypeUnitPlan, KeyOf(p.ID))
	switch {
	case !known && p.Do != PlanDoDraft:
		return command.Reject(unknown("/id", "plan", p.ID.String()))
	case known && !Covers(v, e.Unit, old.home()):
		return command.Reject(outside("/id", "the plan", e.Unit))
	case known && old.Rev != p.Was:
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "changed_meanwhile", Field: "/was", Message: "somebody has changed the plan meanwhile"})
	}
	next := old
	next.ID, next.At, next.Rev = p.ID, v.Now(), e.ID
	var err *command.Error
	switch p.Do {
	case PlanDoDraft:
		err = p.draft(v, e, &next)
	case PlanDoAgree:
		err = next.agree(v, e)
	case PlanDoDrop:
		err = next.drop()
	case PlanDoUndo:
		err = next.undo(v, e)
	}
	if err != nil {
		return command.Reject(err)
	}
	return command.Accept(append(next.overtakes(v), put(TypeUnitPlan, KeyOf(next.ID), next))...)
}

// overrule decides again by what there is now; what a rule refuses stays refused.
func (p PlanUnits) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	if old, known := Load[UnitPlan](v, TypeUnitPlan, KeyOf(p.ID)); known {
		p.Was = old.Rev
	}
	return p.Decide(v, e)
}

// home is the unit a plan is filed under: one that is there before it.
func (p UnitPlan) home() string {
	if p.Parent != "" {
		return p.Parent
	}
	return p.Into
}

func (p PlanUnits) draft(v command.View, e command.Envelope, next *UnitPlan) *command.Error {
	if next.State != "" && next.State != PlanDraft {
		return planState(next.State)
	}
	next.Into, next.Name, next.Parent, next.From = p.Into, CleanText(p.Name), p.Parent, p.From
	next.Wards, next.Hamlets = sortedOnce(p.Wards), sortedOnce(p.Hamlets)
	next.Officers = nil
	for i, o := range p.Officers {
		if !slices.Contains(p.Officers[:i], o) {
			next.Officers = append(next.Officers, PlanOfficer{ID: o})
		}
	}
	if v.Get(TypeUnit, command.Key(p.Into)) != nil {
		next.Parent = ""
	}
	next.State, next.By = PlanDraft, e.By.Officer
	return next.sound(v, e)
}

// agree is for whoever stands above the wards: none decides on its own borders.
func (p *UnitPlan) agree(v command.View, e command.Envelope) *command.Error {
	if p.State != PlanDraft {
		return planState(p.State)
	}
	if by, _ := Load[Officer](v, TypeOfficer, KeyOf(e.By.Officer)); !e.By.Officer.IsZero() && by.Role != RoleLeader {
		return command.Errorf(command.Forbidden, "leader_agrees", "a leader agrees to a plan")
	}
	if err := p.above(v, e); err != nil {
		return err
	}
	if err := p.sound(v, e); err != nil {
		return err
	}
	if err := p.alone(v); err != nil {
		return err
	}
	p.State, p.Agreed = PlanAgreed, e.By.Officer
	return nil
}

func (p *UnitPlan) drop() *command.Error {
	if p.State != PlanDraft && p.State != PlanAgreed {
		return planState(p.State)
	}
	p.State = PlanDropped
	return nil
}

// undo is possible while nothing was asked for under the new unit: what would
// become of that, nobody could say.
func (p *UnitPlan) undo(v command.View, e command.Envelope) *command.Error {
	switch {
	case p.State != PlanDone:
		return planState(p.State)
	case !p.Used.IsZero():
		return command.Errorf(command.Conflicting, "plan_used", "the new unit has been worked under")
	}
	if err := p.above(v, e); err != nil {
		return err
	}
	if err := p.alone(v); err != nil {
		return err
	}
	p.State = PlanUndoing
	return nil
}

func planState(s PlanState) *command.Error {
	return command.Errorf(command.Conflicting, "plan_state", "the plan is %s", s)
}

func sortedOnce(codes []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(codes)))
}
