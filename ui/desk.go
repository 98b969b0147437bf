package ui

import "time"

// HomeModel is what to do today (hôm nay).
type HomeModel struct {
	Shell   Shell
	Figures []Figure
	Tasks   []Task
	Gap     *Gap
	Buckets []Count
	Waiting Waiting
	Own     Captures   // of the officer, where a person had to decide
	Import  *Job       // the latest; nil: none
	Glass   []GlassRow // who opened somebody of another unit in an emergency, for a supervisor
	Search  bool       // may look people up
	New     string     // where a new household is registered; empty: may not
	Signals string     // where what is unusual is listed; empty: may not
	Codes   string     // where one-time codes given below are listed; empty: may not
	Plans   string     // where changes of wards are planned; empty: may not
}

// GlassRow is one look at somebody outside one's own unit (mở khẩn cấp).
type GlassRow struct {
	At, Until time.Time
	Who       string // opened it
	Unit      string // of the one who opened it
	About     string // whom
	Href      string // empty: not for who reads this
	Reason    string
	Open      bool // still
}

// Figure is a number that opens its people.
type Figure struct {
	Name  string
	N     int
	Href  string
	Note  string
	First bool // a double rule before it
	Late  bool
	Stale bool
}

// Task is one list to work through. Do names what to do with it.
type Task struct {
	Text, Note string
	N          int
	Href       string
	Do         string
	Late       bool
}

// Waiting is what is only on this machine.
type Waiting struct {
	N      int
	Oldest time.Time
}

// OutboxModel is the book of what was captured on this machine (sổ chờ): what
// waits, what became of the rest, and whether it adds up.
type OutboxModel struct {
	Shell   Shell
	Waiting Waiting
	Head    string   // of one list, when the address names it; empty: the book
	States  []Count  // of the day, each opening its list
	Days    []Count  // each with how many were captured
	Balance *Balance // of the day; nil: nothing was captured
	Lists   []Captures
	Parked  []ParkedRow
	Gap     *Gap
}

// Captures is a list of commands captured here.
type Captures struct {
	ID         string // of its head, for links
	Head, Note string
	Rows       []CaptureRow
	Pager      Pager
	Now        time.Time
}

// CaptureRow is one command captured here.
type CaptureRow struct {
	At     time.Time
	Kind   string // in words
	About  string // whom
	Href   string
	By     string
	Note   string // "Đang gửi sang máy 1", "Cần đối chiếu: …"
	Reason string // why somebody decided so
	See    Link   // where what became of it is shown
	Stop   bool   // it was not taken as it is
	Pencil bool   // only on this machine
	Dots   Dots
}

// ParkedRow is a record the province refused (để riêng). Form posts to
// /so-cho/gui-lai and carries type and key beside its own fields; without a
// command ID there is nothing this person can send.
type ParkedRow struct {
	Kind, About string // what record of whom
	Href        string
	Why         string
	At          time.Time
	Edit        string // where it is corrected; that sends it again
	Form        Form
	Type, Key   string
}

// ImportModel takes lists in and shows how far they have come. Fields: file,
// unit. The form is multipart/form-data.
type ImportModel struct {
	Shell Shell
	Form  Form
	File  Input
	Unit  Input // Options
	Jobs  []Job
	Gap   *Gap
	Live  bool // something runs: the page asks again
}

// Job is long work that goes on when the browser is closed.
type Job struct {
	Name    string
	By      string
	Started time.Time
	Ended   time.Time
	State   JobState
	Done    int
	Of      int // 0: not known yet
	New     int
	Updated int
	Same    int
	Review  int
	Refused int
	Result  string // where the result file is; empty: none
	Reviews string // where its reviews are
	Stop    string // ID to stop it by (job, posted to /nhap/dung); empty: cannot
	Token   string // CSRF, for Stop
	Why     string // why it failed
	Open    string // where a list that has not begun is looked through
	Undo    string // where it can be taken back; empty: it cannot
	Undone  *Undone
}

// JobState is how a job stands.
type JobState string

const (
	JobRunning JobState = "running"
	JobWaiting JobState = "waiting" // for the link
	JobDone    JobState = "done"
	JobFailed  JobState = "failed"
	JobStopped JobState = "stopped"
	JobDraft   JobState = "draft" // has not begun
)

// Running and the others let a template ask without comparing.
func (j Job) Running() bool { return j.State == JobRunning || j.State == JobWaiting }
func (j Job) Held() bool    { return j.State == JobWaiting }
func (j Job) Failed() bool  { return j.State == JobFailed }
func (j Job) Stopped() bool { return j.State == JobStopped }
func (j Job) Draft() bool   { return j.State == JobDraft }
