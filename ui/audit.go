package ui

import "time"

// AuditModel is the audit log (nhật ký): who changed and who looked at what. It
// names records by the beginning of their IDs and shows nobody's data. The
// filters are the fields of a GET form: tu and den (dd/mm/yyyy), can-bo (user
// name or ID), ho-so (ID of a person or household), gio, loai, unit.
type AuditModel struct {
	Shell   Shell
	From    string
	To      string // that day included
	Officer string
	Record  string
	Hours   []Option
	Kinds   []Option
	Units   []Option
	Wrong   string // what cannot be asked for; empty: nothing
	Scope   string // in words, what is listed; also on paper
	Rows    []AuditRow
	Pager   Pager
	Head    string // of the chain, shortened, to compare with another machine
	Entries int
	Gap     *Gap
}

// AuditRow is one line: who, what, where, when, on which machine.
type AuditRow struct {
	At     time.Time
	Who    string
	Href   string // to all that officer did; empty: a machine
	What   string
	Note   string // why refused, the reason given, how many
	Late   bool   // refused, or a look that needs a second one
	Record string // "Nhân khẩu 0198c7a2"
	Trace  string // href: who else dealt with it
	Unit   string
	Node   string
}
