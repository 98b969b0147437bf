package lookup

import (
	"iter"
	"time"

	"gocua/store/command"
	"gocua/store/report"
)

// Source is the register at one fixed point of the agreed order, with what waits
// on this machine laid over its records: a command whose Outcome has index 0 is
// such a preview. Figures, history, feed and position are the agreed ones.
type Source interface {
	report.Source
	command.Seeker
	// History yields the agreed changes of one record, oldest first.
	History(t command.RecordType, key command.Key) iter.Seq[command.FeedItem]
	// Feed yields the agreed changes after a place.
	Feed(after uint64) iter.Seq[command.FeedItem]
	Position() command.Position
}

// Chain is what was decided, in order: the audit chain of the register, as far as
// the source beside it reaches.
type Chain interface {
	// AuditEntry is one entry, from 1 to the source's Position().Audit.Seq.
	AuditEntry(seq uint64) (command.AuditEntry, bool)
	// AuditSince is the first entry at or after an agreed time (ms), or the place
	// behind the last.
	AuditSince(at int64) uint64
	// AuditOf finds the entry of a command decided at an index.
	AuditOf(index uint64, id command.ID) (command.AuditEntry, bool)
}

// Status is the state of one machine, as /api/v1/status and the machine's page
// show it. It holds no personal data.
type Status struct {
	Node        string          `json:"node"`
	Unit        string          `json:"unit"`
	UnitName    string          `json:"unitName"`
	Tier        string          `json:"tier"`
	Cluster     string          `json:"cluster"`
	Version     string          `json:"version"`
	Level       int             `json:"level"` // of the rules the cluster has agreed on (mức tính năng)
	Role        string          `json:"role"`  // leader, voter, standby, alone (no leader is known), removed (no member any more; it goes on capturing)
	Leader      string          `json:"leader"`
	Members     []MemberStatus  `json:"members"`
	Digest      DigestStatus    `json:"digest"`
	LastContact int64           `json:"lastContact_ms"` // since a leader was heard; -1: never
	Outbox      OutboxStatus    `json:"outbox"`
	Disk        DiskStatus      `json:"disk"`
	Leave       *LeaveStatus    `json:"leave,omitempty"`   // the machine's ward was merged into another
	Carried     []CarriedStatus `json:"carried,omitempty"` // copies held for other machines
	Upstream    LineStatus      `json:"upstream"`
	Backup      BackupStatus    `json:"backup"`
	Clock       ClockStatus     `json:"clock"`
	Update      *UpdateStatus   `json:"update,omitempty"`      // the last one, unless it is in place
	Failed      string          `json:"failed,omitempty"`      // why this machine stopped applying
	FailedCode  string          `json:"failedCode,omitempty"`  // differs, unknown_kind, unreadable, cannot_apply, agreement
	FailedIndex uint64          `json:"failedIndex,omitempty"` // the entry it could not apply, or at which it differs; 0: not about one
}

// LeaveStatus is of a machine whose ward is no more: once everything it captured is
// agreed, an administrator may take it out of the cluster.
type LeaveStatus struct {
	Into     string `json:"into"` // code of the ward that came of it
	IntoName string `json:"intoName"`
	May      bool   `json:"may"` // nothing waits here any more
}

// MemberStatus is one machine of the cluster.
type MemberStatus struct {
	Node  string `json:"node"`
	Unit  string `json:"unit"`
	Addr  string `json:"addr"`
	Voter bool   `json:"voter"`
	Self  bool   `json:"self"`

	LastContact int64  `json:"lastContact_ms"` // since this machine heard it itself; -1: never
	Index       uint64 `json:"index"`          // how far it was then
	Digest      string `json:"digest"`         // DigestEqual, DigestDiffers; empty: not to be compared
	Marked      uint64 `json:"marked"`         // entry at which the whole content was compared too; 0: not yet
	Version     string `json:"version"`
	Stopped     string `json:"stopped,omitempty"` // it said that it applies nothing any more: a code as in failedCode
	Skew        int64  `json:"skew_ms"`           // its clock against the cluster's time, when it was heard; positive: ahead
	Clock       string `json:"clock,omitempty"`   // ClockSkew, when that is too much
}

// ClockStatus is this machine's clock beside the time the cluster goes by.
type ClockStatus struct {
	Time string `json:"time"`           // the cluster's, as this machine reckons it, RFC 3339
	Skew int64  `json:"skew_ms"`        // this machine's clock against it; positive: ahead
	Code string `json:"code,omitempty"` // one of those below; empty: nothing to say
}

// What may be wrong with a clock, the worst first.
const (
	ClockJump     = "clock_jump"     // the leader's ran more than a day ahead of every other: nobody counts by it until a person confirms it
	ClockUnjudged = "clock_unjudged" // time went on by more than a day and no other machine was there to compare
	ClockSkew     = "clock_skew"     // more than MaxSkew off
)

// MaxSkew is how far a clock may be off before somebody should set it, ms.
const MaxSkew = 5 * 60 * 1000

// What comparing another machine's chain with one's own at the same index shows.
const (
	DigestEqual   = "equal"
	DigestDiffers = "differs"
)

// DigestStatus proves what a machine has agreed to: equal index, equal chain.
type DigestStatus struct {
	Index   uint64 `json:"index"`
	Chain   string `json:"chain"`             // hex
	Content string `json:"content,omitempty"` // hex, when asked for: reads everything
	Records uint64 `json:"records,omitempty"` // with content
}

// OutboxStatus is what waits on this machine.
type OutboxStatus struct {
	Waiting int    `json:"waiting"`
	Oldest  int64  `json:"oldest_ms"`         // age of the oldest, 0 if none waits
	Refused string `json:"refused,omitempty"` // why the leader will not have the oldest decided: all behind it wait
	// While the leader is out of reach another machine may hold copies.
	HandedTo string `json:"handedTo,omitempty"` // its name
	Handed   int    `json:"handed,omitempty"`   // how many of those that wait, from the oldest on
}

// CarriedStatus is what this machine holds for one that cannot reach the leader.
type CarriedStatus struct {
	For     string `json:"for"` // the machine they were captured on
	Waiting int    `json:"waiting"`
	Oldest  int64  `json:"oldest_ms"` // since the oldest came here
}

// DiskStatus is the disk the machine keeps everything on.
type DiskStatus struct {
	Free    int64  `json:"free_bytes"`
	Reserve bool   `json:"reserve"`        // there is room kept for captures on a full disk
	Code    string `json:"code,omitempty"` // disk_low: lists wait; disk_short: nothing is applied either; disk_full: captures may be refused at any time
}

// UpdateStatus is a newer program that is on trial, or did not work.
type UpdateStatus struct {
	To    string `json:"to"`            // its version
	State string `json:"state"`         // trying, undone
	Why   string `json:"why,omitempty"` // exited, not_ready, locked, damaged, replaced, swap
}

// LineStatus is the line to the province, or at the province what came in.
type LineStatus struct {
	Enrolled    bool   `json:"enrolled"`
	Cursor      uint64 `json:"cursor"` // place in the feed the province has received
	Head        uint64 `json:"head"`
	Lag         uint64 `json:"lag_records"` // records that go upstream and have not been received
	LagSince    int64  `json:"lagSince_ms"` // agreed time, ms since 1970 UTC, of the oldest of these; 0: none
	LastReceipt string `json:"lastReceipt,omitempty"`
	Parked      int    `json:"parked"`
	Reached     bool   `json:"reached"` // the last try got an answer
	Stopped     string `json:"stopped,omitempty"`
}

// ImportJob is one roster import on this machine.
type ImportJob struct {
	ID       string     `json:"id"` // SHA-256 of the file, hex
	Name     string     `json:"name"`
	Unit     string     `json:"unit"`
	State    string     `json:"state"` // draft, running, done, failed, cancelled
	Error    string     `json:"error,omitempty"`
	Code     string     `json:"code,omitempty"`
	Line     int        `json:"line,omitempty"` // of the file, that the error is about
	Started  time.Time  `json:"started"`
	Finished *time.Time `json:"finished,omitempty"`
	Rows     int        `json:"rows"`  // rows of people in the file
	Done     int        `json:"done"`  // of them decided
	Added    int        `json:"added"` // new residents
	Updated  int        `json:"updated"`
	Same     int        `json:"same"`
	Review   int        `json:"review"`
	Refused  int        `json:"refused"`
	Skipped  int        `json:"skipped"` // empty rows, totals, signatures
	Encoding string     `json:"encoding,omitempty"`

	Choice ImportChoice `json:"choice,omitzero"` // how somebody said it is to be read
	Dry    *DryRun      `json:"dry,omitempty"`   // of a draft: what it would do
	Undo   *ImportUndo  `json:"undo,omitempty"`

	CanUndo bool `json:"canUndo,omitempty"`
}
