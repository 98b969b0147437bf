package ui

import "time"

// OfficersModel lists the officers of a unit and those below it (cán bộ). Its
// filter: q, role, unit, state; the teams below follow unit only.
type OfficersModel struct {
	Shell  Shell
	Query  string
	Role   Input // Options
	Unit   Input // Options; none: there is one unit only
	State  string
	States []Count
	Scope  string // how many of whom
	Rows   []OfficerRow
	Pager  Pager
	New    string // where a grant is given; empty: may not
	Gap    *Gap

	Codes   string // the one-time codes that were given; empty: may not
	Teams   []TeamRow
	NewTeam string // where a team is made; empty: may not see teams
}

// OfficerRow is one officer in the list.
type OfficerRow struct {
	Href     string
	Name     Name
	User     string
	Role     string
	Unit     string
	Grant    string // "đến 31/12/2026"; empty: no end
	State    LinkState
	NoSecond bool // should have a second factor and has none
	Me       bool
	Pencil   bool // only on this machine
}

// OfficerModel is one officer (một cán bộ): grant, state, what a supervisor or
// an administrator may do about them.
type OfficerModel struct {
	Shell    Shell
	Name     string
	About    string
	State    LinkState
	Facts    []Fact
	Edit     string    // where the grant is changed; empty: may not
	Off      Action    // to the confirmation of disabling
	On       *Form     // lets a disabled officer in again
	Once     *OnceForm // gives a one-time code; nil: may not
	Shown    *OnceShown
	Sessions *SessionsModel // on this machine; nil: not for who reads this
	Pencil   bool
}

// OnceForm gives a one-time code (mã một lần). Fields: lost ("password" or
// "second") and password, of the one who gives it.
type OnceForm struct {
	Form Form
	Lost Input  // Options
	Sure Input  // the own password
	Open string // until when an earlier one is valid; empty: none
	End  *Form  // ends that one
}

// OnceShown is the code just given, shown once.
type OnceShown struct {
	Code  string
	Until time.Time
	For   string // what it stands for
	Say   string // what to do with it
}

// OfficerFormModel gives a grant or changes one. Fields: name, user, role, unit,
// from, until (dd/mm/yyyy).
type OfficerFormModel struct {
	Shell Shell
	Form  Form
	New   bool
	Who   string // whose, when it is changed
	Back  string
	Name  Input
	User  Input
	Role  Input // Options
	Unit  Input // Options
	From  Input
	Until Input
}
