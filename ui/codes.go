package ui

import "time"

// CodesModel lists the one-time codes of the past week (mã một lần đã cấp).
type CodesModel struct {
	Shell Shell
	Rows  []CodeRow
	More  bool // there may be older ones
	Gap   *Gap
}

// CodeRow is a code that was given, or one that was taken back; the register
// keeps no trace of which.
type CodeRow struct {
	At   time.Time
	Who  string // gave it
	For  string // whom
	Href string // the page of that officer; empty: not for who reads this
	Unit string // of that officer
	Node string // at which machine
}
