package ui

import "time"

// Machines is who is in the cluster and who votes (thành viên), for whoever looks
// after the machines.
type Machines struct {
	Say     string // the advice in words
	Warn    bool   // as things are, too little may fail
	Do      Link   // the next step; empty: none
	Rows    []MachineRow
	Invite  string // where new machines are invited; empty: not here
	Invited []InvitedRow
	Yield   *Form  // this machine leads and another may: hands over
	Why     string // why nothing is changed here; empty: it may be
}

// MachineRow is one machine of the cluster as a member.
type MachineRow struct {
	Name, Unit string
	Role       string
	Href       string
	Here       bool
	To         string // what it is about to become; empty: it is as it should be
	Link       LinkState
	Share      string // how often it answered, "98,4 %"; empty: not looked at yet
	Key        string // in groups, as both screens showed it when it joined
	Days       string // "512 ngày", "hết hạn"; empty: it has not said
	Soon       bool   // the certificate ends soon
}

// InvitedRow is one invitation of the last day.
type InvitedRow struct {
	Name  string
	State LinkState
	Key   string // of the machine that came; to be compared with its screen
}

// MemberModel is one machine of the cluster and what may be done about it.
type MemberModel struct {
	Shell Shell
	Row   MachineRow
	Facts []Fact
	Acts  []MemberAct
	Yield *Form // it is this machine, it leads and another may
	Why   string
}

// MemberAct is one change somebody may ask for.
type MemberAct struct {
	Text, Note string
	Href       string
	Warn       bool   // it cannot be taken back
	Why        string // why not now; empty: it may be done
}

// InviteModel invites a new machine (mời máy mới). Fields: node, unit, voter,
// password.
type InviteModel struct {
	Shell Shell
	Form  Form
	Node  Input
	Unit  Input // Options
	Voter Input // Options: one box
	Sure  Input
	Shown *Invitation // the new one, once
	Rows  []InvitedRow
	Why   string // why nobody is invited here; empty: one may be
}

// Invitation is a token and what to type with it, shown once.
type Invitation struct {
	Node     string
	Commands []string // on the new machine, in this order
	Until    time.Time
	Root     string // fingerprint of the cluster's root
	Near     bool   // the address in the token reaches this computer only
}

// PosterModel is the sheet that hangs in the office (tờ dán): where the pages are
// and how a device comes to trust them.
type PosterModel struct {
	Shell       Shell
	Cluster     string
	Address     string // of the pages; empty: nowhere yet
	Trust       string // of the page that hands the certificate out
	Fingerprint string // SHA-256 of the root, in groups
	Codes       PosterCodes
	Back        string
}

// PosterCodes are the three pictures a phone reads.
type PosterCodes struct{ Address, Trust, Fingerprint QR }
