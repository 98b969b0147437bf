package ui

import (
	"strings"
	"time"
)

// SecurityModel is one's own account (bảo mật): what it may do and until when,
// the password, the second factor. Fields: old, password, again.
type SecurityModel struct {
	Shell    Shell
	Facts    []Fact
	Form     Form // of the password
	Old      Input
	Password Input
	Again    Input
	NoOld    bool // signed in by a one-time code: the old password is not known
	Second   SecondBox
	Sessions int // open, this one included
	Tokens   int // valid
	Gap      *Gap
}

// SecondBox is how one's second factor stands.
type SecondBox struct {
	On       bool
	Since    time.Time // zero: not known
	Needed   bool      // the role requires it
	Recovery int       // codes left
	Closed   bool      // the password comes first
}

// Few reports whether new recovery codes should be made.
func (s SecondBox) Few() bool { return s.On && s.Recovery < 4 }

// SecondModel sets the second factor up, or puts another in its place. Field:
// code, as the phone shows it.
type SecondModel struct {
	Shell    Shell
	Form     Form
	QR       QR
	Secret   string // in groups of four, to be typed
	Account  string // what the phone will show
	Code     Input
	Replaces bool // there is one already: on another phone
	Gap      *Gap
}

// RecoveryModel shows recovery codes once (mã dự phòng); F8 prints them.
type RecoveryModel struct {
	Shell Shell
	Codes []string
	Who   string // officer and unit, on the print sheet
	Made  time.Time
	Again bool // earlier codes are worth nothing from now on
	Next  string
}

// ConfirmModel asks once more before what cannot be taken back. Fields:
// password and reason, where they are asked for.
type ConfirmModel struct {
	Shell    Shell
	Form     Form
	Head     string
	Says     []string // what will happen, a sentence each
	Warn     string   // what is awkward about it; empty: nothing
	Facts    []Fact
	Reason   *Input // Options
	Password *Input
	Do       string // what the button says; empty: it cannot be done now
	Calm     bool   // nothing is lost: the button is no warning
	Was      string // what was seen of the record, sent back as "was"; empty: no matter
}

// SessionsModel is where somebody is signed in on this machine (phiên).
type SessionsModel struct {
	Shell Shell
	Form  Form // ends all others
	Rows  []SessionRow
	Gap   *Gap
}

// Others reports whether there is anything to end.
func (m SessionsModel) Others() bool { return len(m.Rows) > 1 }

// SessionRow is one session. Its form posts "session".
type SessionRow struct {
	ID      string
	Device  string // "Chrome trên Windows"
	From    string // address
	Since   time.Time
	Seen    time.Time
	Current bool
}

// TokensModel are one's tokens for programs (thẻ). Fields of a new one: name,
// scope (several), until, password; to revoke: token-id.
type TokensModel struct {
	Shell Shell
	Form  Form
	Name  Input
	Scope Input  // Options
	Until Input  // dd/mm/yyyy
	Sure  Input  // the own password
	Shown string // the new one, once
	Rows  []TokenRow
	Gap   *Gap
}

// TokenRow is one token; what it is nobody knows any more.
type TokenRow struct {
	ID, Name string
	Scope    string // in words
	Made     time.Time
	Until    string
	State    LinkState
	Live     bool // may still be revoked
	Form     Form // revokes it
	Pencil   bool
}

// Groups writes a secret in groups of four, to be typed or read aloud.
func Groups(secret string) string {
	var groups []string
	for len(secret) > 4 {
		groups, secret = append(groups, secret[:4]), secret[4:]
	}
	return strings.Join(append(groups, secret), " ")
}
