package ui

// PairsModel lists residents who may be in the register twice (nghi trùng), or
// who were said to be two people.
type PairsModel struct {
	Shell   Shell
	Lists   []Count
	Apart   bool     // the list is of those said to be two
	Units   []Option // the first one, with value "", is all of them; none: there is nothing to choose
	Scope   string
	Compare bool // the register is still being compared
	Rows    []PairRow
	Gap     *Gap // instead of rows
	Pager   Pager
}

// PairRow is one pair of a list.
type PairRow struct {
	Href string
	A, B PairMember
	Why  string // "cùng tên, khác dấu · cùng năm sinh"
}

// PairMember is one of the two, in short.
type PairMember struct {
	Name  Name
	About string // "1955 · nữ"
	Place string
	Has   string // "•••• 0428 · 09•• ••• 318", masked
	Chip  Chip
}

// PairModel is two entries side by side: what differs, what is to stay of each,
// or what was decided. Its form posts do (merge, apart, again, split), keep (a,
// b) and, for each field that differs, what is to stay of it (a, b, both).
type PairModel struct {
	Shell  Shell
	Form   Form
	Head   string
	Why    string
	State  PairState
	Say    string // what was decided, by whom and when
	After  string // what an undo leaves with the record that stayed; empty: nothing came since
	Pencil bool   // the decision is only on this machine
	WhyNot string // why there is nothing to decide here; empty: there is
	A, B   PairSide
	Rows   []PairField
	Reason Input
}

// PairState is what was said of two entries.
type PairState string

// States.
const (
	PairOpen   PairState = ""
	PairApart  PairState = "apart"  // two people
	PairMerged PairState = "merged" // one person; it can be undone
)

// PairSide is one entry.
type PairSide struct {
	Name    string
	Href    string // empty: it is no more
	From    string // "Vào sổ từ danh sách · 02/08 09:12"
	Rev     string // as it was seen
	Chip    Chip
	Keep    bool // the one to stay, unless somebody says otherwise
	History []Event
}

// PairField compares one field.
type PairField struct {
	ID, Name string // an empty ID is shown only
	A, B     string
	Masked   bool
	Differs  bool
	Choice   string // a, b or both
	Both     bool   // there may be both
}

// PairValue is one entry's value of a field.
type PairValue struct {
	Text   string
	Masked bool
}

// Left is the first entry's value.
func (f PairField) Left() PairValue { return PairValue{f.A, f.Masked} }

// Right is the second's.
func (f PairField) Right() PairValue { return PairValue{f.B, f.Masked} }
