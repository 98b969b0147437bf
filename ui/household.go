package ui

// HouseholdKin is what a household was made of: split from another, merged with
// others (tách, gộp). Each link leads to the household or to the form, filled in,
// that takes it back.
type HouseholdKin struct {
	Into   Link // it was merged into that one; its own page only tells what was
	From   Link // it was split from that one
	Rejoin Link // takes the split back
	Joined []JoinedHome
}

// JoinedHome is a household that was merged into this one.
type JoinedHome struct {
	Home   Link
	Resume Link // takes the merge back
}

// HouseholdActs are where a household is changed; empty: may not.
type HouseholdActs struct{ Edit, Split, Merge string }

// HouseholdEditModel changes a household: household.edit. Each field posts what it
// was as "was-<name>" and what it is now as "<name>": hamlet, address, head.
type HouseholdEditModel struct {
	Shell   Shell
	Form    Form
	House   Subject
	Hamlet  EditField // Options
	Address EditField
	Head    EditField // Options
}

// HouseholdSplitModel makes a household of its own of some people: household.split.
// Fields: movers (one for each who goes), address, hamlet, head, headLeft; seen as
// it was shown.
type HouseholdSplitModel struct {
	Shell    Shell
	Form     Form
	House    Subject
	Back     string // address of the household that stands again: this takes a merge back
	Seen     string
	HeadWas  string // ID, as it was shown
	Movers   Input  // Options
	Address  Input
	Hamlet   Input // Options
	Head     Input // Options
	HeadLeft Input // Options
	Gap      *Gap  // instead of the form
}

// HouseholdMergeModel makes two households one: household.merge. Fields: into; seen
// as it was shown.
type HouseholdMergeModel struct {
	Shell   Shell
	Form    Form
	House   Subject
	Back    bool // it takes a split back
	Seen    string
	Members []Member // who moves
	Into    Input    // Options
	Gap     *Gap     // instead of the form
}
