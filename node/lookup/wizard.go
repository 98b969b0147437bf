package lookup

import (
	"time"

	"gocua/store/civic"
	"gocua/store/roster"
)

// ImportChoice is how somebody says a list is to be read. Its zero value lets the
// reader find everything out.
type ImportChoice struct {
	Sheet    string           `json:"sheet,omitempty"`  // the one shown, and imported if Sheets names none
	Sheets   []string         `json:"sheets,omitempty"` // to import, each with the same columns where its titles are the same
	Titles   int              `json:"titles,omitempty"`
	Columns  []roster.Column  `json:"columns,omitempty"`
	Encoding roster.Encoding  `json:"encoding,omitempty"`
	Dates    roster.DateOrder `json:"dates,omitempty"`
	Hamlet   string           `json:"hamlet,omitempty"` // of rows that name none
}

// ImportDraft is a list that is kept and has not begun: what it looks like.
type ImportDraft struct {
	Job        ImportJob     `json:"job"`
	Survey     roster.Survey `json:"survey"`
	Remembered bool          `json:"remembered"` // its columns are read as those of the last list with these titles
}

// DryRun is what a list would do to the register as it is now. It is counted
// page by page on what is agreed and writes nothing, so it is an estimate: what
// others do before the list begins is not in it.
type DryRun struct {
	Rows    int `json:"rows"`
	New     int `json:"new"`
	Updated int `json:"updated"`
	Same    int `json:"same"`
	Review  int `json:"review"`
	Refused int `json:"refused"`
	Skipped int `json:"skipped"`
	Twice   int `json:"twice"` // of the same: they stand in the list twice

	Fields map[string]int `json:"fields,omitempty"` // of the updated: how many people each field would change of
	Notes  map[string]int `json:"notes,omitempty"`  // rows that go in with something left out or assumed, by code
	Stops  []DryStop      `json:"stops,omitempty"`  // the first rows that would not go in
	Lines  []int          `json:"lines,omitempty"`  // the first rows that would change somebody

	At    time.Time `json:"at"`
	Code  string    `json:"code,omitempty"` // why it cannot be read at all
	Error string    `json:"error,omitempty"`
	Line  int       `json:"line,omitempty"` // that the error is about
}

// DryStop is a row that would not go in.
type DryStop struct {
	Sheet  string `json:"sheet,omitempty"`
	Line   int    `json:"line"`
	Code   string `json:"code"`
	Review bool   `json:"review,omitempty"` // a person would have to compare it
}

// ImportUndo is how far an import has been taken back (hoàn tác).
type ImportUndo struct {
	State    string           `json:"state"` // running, done, failed
	Code     string           `json:"code,omitempty"`
	Error    string           `json:"error,omitempty"`
	Pages    int              `json:"pages"`
	Done     int              `json:"done"`
	Removed  int              `json:"removed"`
	Restored int              `json:"restored"`
	Kept     int              `json:"kept"` // somebody has built on them
	Notes    []civic.UndoNote `json:"notes,omitempty"`
	Started  time.Time        `json:"started"`
	Finished *time.Time       `json:"finished,omitempty"`
}
