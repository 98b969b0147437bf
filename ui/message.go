package ui

import "gocua/ui/messages"

// MessageModel says one thing: not found, forbidden, an error, not now.
type MessageModel struct {
	Shell   Shell
	Kind    MessageKind
	Head    string // of MessageOther
	Text    string // beside or instead of the usual words
	Code    string // for the administrator
	Retry   string // where trying again leads; empty: no such link
	Back    string // where back leads
	Drafted bool   // something was being written: say that it is kept
	Glass   *Glass // it may be opened in an emergency; nil: not
}

// Glass is the form that opens somebody of another unit for half an hour (mở
// khẩn cấp). Field: glass-reason.
type Glass struct {
	Form   Form
	Reason Input
}

// MessageKind chooses the words; "message.<kind>".
type MessageKind string

const (
	MessageNoPage      MessageKind = "no_page"   // the address leads nowhere
	MessageNotFound    MessageKind = "not_found" // there is no such record
	MessageForbidden   MessageKind = "forbidden"
	MessageInternal    MessageKind = "internal"
	MessageUnavailable MessageKind = "unavailable"
	MessageExpired     MessageKind = "expired" // the CSRF token has
	MessageOther       MessageKind = ""
)

// Key is the key of the head; KeySay of the text.
func (k MessageKind) Key() string    { return "message." + string(k) }
func (k MessageKind) KeySay() string { return "message." + string(k) + ".say" }

// TrustModel explains how a device comes to trust the cluster (tin cậy).
type TrustModel struct {
	Shell       Shell
	Cluster     string
	Address     string // where the pages are over HTTPS; empty: nowhere yet, say how
	Download    string // DER
	Fingerprint string // SHA-256, in groups
	File        string // name of the file
	Poster      string // where the sheet to hang up is
}

// HelpModel is the guide (hướng dẫn). Role opens the part that concerns one.
type HelpModel struct {
	Shell Shell
	Role  HelpRole
}

// HelpRole is a part of the guide.
type HelpRole string

const (
	HelpOfficer    HelpRole = "officer"
	HelpSupervisor HelpRole = "supervisor"
	HelpLeader     HelpRole = "leader"
)

// Officer and the others let a template ask without comparing.
func (r HelpRole) Officer() bool    { return r == HelpOfficer || r == "" }
func (r HelpRole) Supervisor() bool { return r == HelpSupervisor }
func (r HelpRole) Leader() bool     { return r == HelpLeader }

// PartsModel shows every part in every state (các phần).
type PartsModel struct {
	Shell    Shell
	Links    []LinkState
	Groups   []NamedRow
	Rows     []ResidentRow
	Pager    Pager
	Form     Form
	Plain    Input
	Bad      Input
	Heed     Input
	Choice   Input
	Several  Input
	Pick     Input
	Area     Input
	Scan     Input
	Chips    []Chip
	Dots     []Dots
	Deliver  [][]Step
	Figures  []Figure
	Bars     []NamedBar
	Ruler    Bar
	Banners  []Banner
	Gaps     []Gap
	Jobs     []Job
	Outcomes []messages.OutcomeGroup
	History  []Event
	Facts    []Fact
}

// NamedBar is a bar with what it shows.
type NamedBar struct {
	Name string
	Bar  Bar
}

// NamedRow is a row of the sample table with the class it shows.
type NamedRow struct {
	Class, Name, Note string
	N                 int
}

// People are the rows as the part "people" takes them.
func (m PartsModel) People() People { return People{Rows: m.Rows} }
