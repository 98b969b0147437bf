package lookup

import (
	"time"

	"gocua/node/voting"
)

// Membership is the cluster's machines as one of them knows them, and what it
// would advise.
type Membership struct {
	Leader  string        `json:"leader"`
	Members []MemberLine  `json:"members"`
	Advice  voting.Advice `json:"advice"`
	Invites bool          `json:"invites"` // this machine holds the authority, so new ones are invited here
}

// MemberLine is one machine.
type MemberLine struct {
	MemberStatus
	Role  string `json:"role"`            // leader, voter, standby
	Share int    `json:"share"`           // per mille of the last 14 days at which it answered this machine
	Looks int    `json:"looks"`           // how many looks that is
	To    string `json:"to"`              // what it is about to become: voter, standby, out; empty: it is as it should be
	Key   string `json:"key,omitempty"`   // fingerprint of its key, as both screens showed it when it joined
	Until string `json:"until,omitempty"` // when its certificate ends, as it last said, RFC 3339; empty: not heard
}

// Member finds a machine by its name.
func (m Membership) Member(node string) (MemberLine, bool) {
	for _, line := range m.Members {
		if line.Node == node {
			return line, true
		}
	}
	return MemberLine{}, false
}

// CertificateDays is how many days the certificate of a machine still holds;
// false: it has not said.
func (m MemberLine) CertificateDays(now time.Time) (days int, ok bool) {
	end, err := time.Parse(time.RFC3339, m.Until)
	if err != nil {
		return 0, false
	}
	return int(end.Sub(now) / (24 * time.Hour)), true
}

// Invitation is what the person who invites hands on, and reads to the other side.
type Invitation struct {
	Node  string    `json:"node"`
	Token string    `json:"token"`
	Until time.Time `json:"until"`
	Root  string    `json:"fingerprint"` // of the cluster's root
	Far   bool      `json:"far"`         // other computers reach the address in the token
}

// Invited is one invitation of the last day and what came of it.
type Invited struct {
	Node  string    `json:"node"`
	Unit  string    `json:"unit"`
	Voter bool      `json:"voter,omitempty"`
	Until time.Time `json:"until"`
	Key   string    `json:"key,omitempty"` // fingerprint of the key that used it; empty: nobody has
	Used  time.Time `json:"used,omitzero"`
}
