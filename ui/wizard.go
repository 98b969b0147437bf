package ui

import "strconv"

// WizardModel is a list that is kept on this machine and has not begun (xem thử
// trước khi nhập): how it will be read, and what it would do. Form changes the
// reading; Begin imports; Drop forgets the list.
type WizardModel struct {
	Shell      Shell
	Form       Form // fields: sheets, sheet, titles, encoding, dates, hamlet and c0, c1 … for the columns
	Begin      Form
	Drop       Form
	ID         string
	Name       string
	Unit       string
	Remembered bool   // read as the last list with these titles was
	Problem    string // why it cannot be read like this; empty: it can
	Ask        bool   // nobody can tell whether the day or the month comes first
	Letters    string // what they are written in, in words

	Sheet, Sheets, Titles, Encoding, Dates, Hamlet Input

	Columns []WizardColumn
	Rows    []WizardRow
	Top     []WizardLine // the first lines as they stand, where no titles were found
	Dry     Dry
}

// WizardColumn is one column and what it is taken for.
type WizardColumn struct {
	ID    string // of its field
	Label string // "C · Ngày sinh"
	Field Input
}

// ColumnName is what a spreadsheet calls a column, from 0: A, B … AA.
func ColumnName(i int) (name string) {
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// ColumnID is the field of a column in the form.
func ColumnID(i int) string { return "c" + strconv.Itoa(i) }

// WizardRow is a line before and after. Numbers and phones are masked in both.
type WizardRow struct {
	Line   int
	Before string
	Name   string
	Birth  string
	Sex    string
	Number string
	Phone  string
	Place  string
	Note   string
	Stop   bool // it would not go in
	Skip   bool // it is nobody
}

// WizardLine is a line as it stands.
type WizardLine struct {
	Line int
	Text string
}

// Dry is what a list would do. It asks for itself again while it is counted.
type Dry struct {
	Pending string // address of the part, while it is being counted
	Failed  string // why it could not be
	Rows    int
	Figures []Figure
	Twice   int
	Changes []string // "điện thoại của 12 người"
	Lines   string   // of the first who would change: "2, 7, 9"
	Notes   []DryNote
	Stops   []DryStop
	More    int // stops that are not shown
}

// DryNote counts rows that go in with something left out or assumed.
type DryNote struct {
	Text string
	N    int
}

// DryStop is a row that would not go in.
type DryStop struct {
	Where string // "dòng 12", with its sheet
	Why   string
}

// Undone is how far an import has been taken back.
type Undone struct {
	Running  bool
	Done, Of int // pages
	Why      string
	Removed  int
	Restored int
	Kept     int
	Stayed   []Stayed // the first of those kept
}

// Stayed is somebody or something that was not taken back.
type Stayed struct {
	Link Link
	Why  string
}
