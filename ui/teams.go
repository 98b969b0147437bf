package ui

// TeamRow is one team in the list beside the officers (tổ công tác).
type TeamRow struct {
	Href     string
	Name     string
	Kind     string
	Unit     string
	Members  []string // names
	Hamlets  []string // names
	Disabled bool
	Pencil   bool // only on this machine
}

// TeamFormModel makes a team or changes one. Fields: team (its name), kind,
// members and hamlets (several), and as they were shown: unit, was.
type TeamFormModel struct {
	Shell   Shell
	Form    Form
	New     bool
	Who     string // which, when it is changed
	Units   Input  // Options: whose team a new one is; none: there is one unit only
	Unit    string // code
	In      string // what that unit is called
	Was     string
	Name    Input
	Kind    Input  // Options
	Members Input  // Options
	Hamlets Input  // Options
	Off     Action // to the confirmation of ending it
	On      *Form  // takes one that was ended up again
	Pencil  bool
}
