package ui

import "slices"

// PlansModel lists changes of wards: merged, split, renamed (sắp xếp đơn vị hành chính).
type PlansModel struct {
	Shell Shell
	Kinds []Link // what can be drafted
	Rows  []PlanRow
	Gap   *Gap
}

// PlanRow is one plan in the list.
type PlanRow struct {
	Href   string
	Name   string // "Nhập P. Quan Hoa vào P. Dịch Vọng"
	From   string // first day, dd/mm/yyyy
	State  LinkState
	By     string // who drafted it, who agreed
	Pencil bool   // only on this machine
}

// PlanFormModel drafts a plan or changes one: unit.plan. Fields: wards, parts
// (hamlets) and goers (several), target, code (of a new ward), ward-name, from, and as it was
// shown: kind, was.
type PlanFormModel struct {
	Shell    Shell
	Form     Form
	New      bool
	Kind     string // one of those below; what it is not about is not asked
	Kinds    []Count
	Was      string
	Wards    Input // Options: merged whole
	Parts    []PlanPart
	Hamlets  Input // parts: its Error alone
	Officers Input // goers, Options: who goes along with hamlets
	Into     Input // target, Options: the ward that is there afterwards; the first one: a new ward
	Code     Input
	Name     Input
	From     Input
	Gap      *Gap
}

// What a plan is drafted for.
const (
	PlanMerge  = "nhap" // wards merged whole, and parts of others
	PlanSplit  = "chia" // hamlets given to another ward, or to a new one
	PlanRename = "ten"
)

// Merge, Split and Rename let a template ask.
func (m PlanFormModel) Merge() bool  { return m.Kind == PlanMerge }
func (m PlanFormModel) Split() bool  { return m.Kind == PlanSplit }
func (m PlanFormModel) Rename() bool { return m.Kind == PlanRename }

// HasParts reports whether hamlets have been chosen, or wrongly so.
func (m PlanFormModel) HasParts() bool {
	return m.Hamlets.Error != "" || m.Officers.Error != "" || slices.ContainsFunc(m.Parts, func(p PlanPart) bool { return p.Chosen > 0 })
}

// PlanPart is the hamlets of one ward, to choose from.
type PlanPart struct {
	Ward    string
	Chosen  int
	Options []Option
}

// PlanModel is one plan: how far it is, and what it moves (danh sách tác động).
type PlanModel struct {
	Shell  Shell
	Name   string
	Pencil bool
	Live   string // where to ask for what has moved meanwhile; empty: nothing moves
	Steps  []PlanStep
	Say    Banner // what comes next
	Facts  []Fact
	Agree  Action
	Edit   string
	Drop   string
	Undo   Action
	Impact *PlanImpact // nil: not theirs to see, or nobody is moved
	Only   string      // in place of it
}

// PlanStep is one step of the way.
type PlanStep struct {
	Text          string
	Done, Current bool
}

// PlanImpact is what moves, and whom it concerns. Figures are agreed ones.
type PlanImpact struct {
	Figures []Figure
	Parts   []PlanGive
	Buckets []Count // where the people stand
	Before  bool    // it is not carried out: what follows is known
	Grants  []PlanGrant
	Targets []Fact
	Teams   []Fact
	Nodes   []Fact // machines that may leave
	Waiting []Fact // captures that have not been agreed, as far as is known here
}

// PlanGive is what one ward gives.
type PlanGive struct {
	Ward       string
	Whole      bool
	Hamlets    []string
	Households int
	Residents  int
}

// PlanGrant is an officer who will work elsewhere, or see more or less.
type PlanGrant struct {
	Name, User string
	Role, Unit string
	What       string
}

// Leaving is of a machine whose ward was merged into another: when it may leave.
type Leaving struct {
	Into    string
	May     bool
	Waiting int    // captures that still wait on this machine
	Carried int    // machines it holds captures for
	Node    string // its name, for the command
	Admin   bool   // whoever looks may take it out
}
