package ui

// ListFormModel gives a filter a name, or changes one that has one (lưu danh sách).
type ListFormModel struct {
	Shell  Shell
	Form   Form
	New    bool
	Name   Input
	Shared bool
	Unit   string // with whose people it is shared
	Scope  string // the filter in words
	Hidden []Hidden
	Typed  bool   // something was typed into the search box, which is not kept
	Was    string // Rev of the one that was shown
	Open   string // where the list is
	Remove *Form  // nil: it is new
}

// SheetModel is a sheet to take along from door to door (phiếu tuyến), with room
// for a pen.
type SheetModel struct {
	Shell  Shell
	Scope  string // "24 người ở 9 hộ"
	Who    string // who printed it
	Groups []SheetGroup
	Back   string
}

// Add puts a door below its hamlet: behind the last, or below a new head.
func (m *SheetModel) Add(hamlet string, door SheetDoor) {
	if n := len(m.Groups); n == 0 || m.Groups[n-1].Hamlet != hamlet {
		m.Groups = append(m.Groups, SheetGroup{Hamlet: hamlet})
	}
	last := &m.Groups[len(m.Groups)-1]
	last.Doors = append(last.Doors, door)
}

// SheetGroup are the doors of one hamlet.
type SheetGroup struct {
	Hamlet string
	Doors  []SheetDoor
}

// SheetDoor is a household and whom to ask for there.
type SheetDoor struct {
	Address string
	Tag     string // "lần 3"
	Late    bool
	People  []SheetPerson
}

// SheetPerson is one line below a door. Numbers and phones are not printed: paper
// gets lost.
type SheetPerson struct {
	Name  Name
	About string // "1958 · nữ"
	Chip  Chip
}

// SeveralModel asks what is to be done to several people at once (việc cho nhiều
// người).
type SeveralModel struct {
	Shell   Shell
	Form    Form
	Hidden  []Hidden // the list, and who of it was chosen
	Head    string   // "Ghi một lượt cho 9 hộ"
	Do      string   // the button
	Doors   []Fact   // address and names, one line each
	Left    []string // who stays out, since they live in no household
	Move    bool     // asks for a hamlet; else for a visit
	Hamlet  Input
	Outcome Input
	Mode    Input
	Reason  Input
	Note    Input
}

// DoneModel says what became of it, one line for each.
type DoneModel struct {
	Shell   Shell
	Head    string
	Done    []DoneRow
	Refused []DoneRow
	Waiting int // of Done, not agreed yet
	Back    string
}

// DoneRow is one household or person.
type DoneRow struct {
	Text, Href string
	Note       string // why not, or whom
	Pencil     bool   // waits on this machine
}

// ExportsModel are the exports somebody has asked for at this machine (các bản
// xuất).
type ExportsModel struct {
	Shell Shell
	Jobs  []ExportJob
	Live  bool // one is being made
}

// ExportJob is one of them.
type ExportJob struct {
	ID, Name string
	Scope    string
	State    JobState
	Done     int
	Why      string // it failed
	File     string // where it is fetched; empty: not yet
	Size     string
	Until    string // when it is thrown away
	Token    string
}

// Running and the others let a template ask without comparing.
func (j ExportJob) Running() bool { return j.State == JobRunning || j.State == JobWaiting }
func (j ExportJob) Held() bool    { return j.State == JobWaiting }
func (j ExportJob) Failed() bool  { return j.State == JobFailed }
func (j ExportJob) Stopped() bool { return j.State == JobStopped }
