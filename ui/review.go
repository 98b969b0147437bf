package ui

import "time"

// ReviewModel lists what waits for a person (cần đối chiếu), or what was decided,
// and shows one.
type ReviewModel struct {
	Shell  Shell
	Lists  []Count // those that wait, those that were decided
	Items  []ReviewItem
	Closed bool         // the list is of those that were decided
	One    *ReviewSides // nil: there is none
	Gap    *Gap
	More   string
}

// ReviewItem is one line of the margin.
type ReviewItem struct {
	Name    Name
	Why     string
	Href    string
	Current bool
	Pencil  bool // the command or the decision is only on this machine
}

// ReviewSides shows both sides of one review, as far as they are known.
type ReviewSides struct {
	Head     string
	Why      string // in words
	Since    time.Time
	Held     Side // what the cluster keeps
	Late     Side // what came after
	Rows     []SideRow
	Note     string
	Subject  Link
	Parent   Link         // the review it waits for, or was decided with
	Children []ReviewItem // those that wait for this one
	Decide   *Decide      // nil: there is nothing to decide, or not for this person
	WhyNot   string       // then why
	Decided  *Decided     // nil: nobody has
}

// Side says where one side comes from. An empty Head: not known.
type Side struct {
	Head, From string
}

// SideRow compares one field.
type SideRow struct {
	Name       string
	Held, Late string
	Differs    bool
	Masked     bool
}

// Decide is the form in which a person decides. It posts choice, reason and, for
// the choice edit, the fields of the late side.
type Decide struct {
	Form   Form
	Choice Input // every option says what will happen
	Fields []Correction
	Reason Input
}

// Correction is one field of the late side.
type Correction struct {
	ID, Label string
	Kind      string // as of the part "field"
	Mode      string // keyboard of a phone
	Note      string
	Input
}

// Decided is what a person made of a review.
type Decided struct {
	Say    string // what was chosen and what it did
	Reason string
	By     string
	At     time.Time
	Fixed  []Fact // what was corrected
	Rest   int    // what waits for it and has not been decided again yet
	Pencil bool   // the decision is only on this machine
	Dots   Dots
}
