package lookup

import (
	"context"
	"io"
	"time"

	"gocua/node/voting"
	"gocua/store/command"
	"gocua/store/match"
	"gocua/store/search"
)

// Machine is what pages and programs ask of the machine they run on. It is
// filled by package node; tests may fill what they need.
type Machine struct {
	Node string
	Unit string // code of the unit the machine serves
	Tier string

	// Read runs f on the register at one fixed point, with what waits on this
	// machine laid over it. What f returns is returned.
	Read func(f func(Source) error) error
	// Trail is Read of what is agreed alone, with the audit chain beside it.
	Trail func(f func(Source, Chain) error) error
	// Wait returns when this machine has applied the index.
	Wait func(ctx context.Context, index uint64) error
	// Find searches people by what somebody typed.
	Find func(q search.Query) search.Result
	// Submit captures drafts; when it returns they are durable on this machine.
	Submit func(ctx context.Context, by command.Actor, drafts []command.Draft, wait time.Duration) ([]command.Decided, error)
	// Command tells what became of a command and when it was captured here (ms,
	// zero: not here).
	Command func(id command.ID) (d command.Decided, here int64, ok bool)
	// Waiting lists what has no outcome yet, oldest first.
	Waiting func() []WaitingCommand
	// Captured lists all that was captured here, oldest first, without bodies.
	Captured func() []Captured
	// Envelope is a command captured here, whole; decided ones are read from the disk.
	Envelope func(id command.ID) (command.Envelope, bool)
	// Looked writes down that somebody looks at people's data (nhật ký lượt xem);
	// after an error nothing may be shown.
	Looked func(context.Context, command.Look) error
	// Status is the state of this machine; with content it reads everything.
	Status func(content bool) Status

	StartImport  func(by command.Actor, unit, name string, data []byte) (ImportJob, error)
	Imports      func() []ImportJob
	StopImport   func(id string) bool
	ImportResult func(id string) ([]byte, error)

	// HoldImport keeps a list on this machine until somebody has said how it is to
	// be read; then BeginImport imports it. StopImport drops one that has not begun.
	HoldImport   func(by command.Actor, unit, name string, data []byte) (ImportJob, error)
	ImportDraft  func(id string) (ImportDraft, error)
	ChooseImport func(id string, c ImportChoice) error
	BeginImport  func(by command.Actor, id string) error
	// UndoImport takes back what an import did and nobody has built on.
	UndoImport  func(by command.Actor, id string) error
	Pairs       *match.Index // residents who may be one
	StartExport func(ExportJob, MakeExport) error
	Exports     func() []ExportJob // newest first, of everybody
	StopExport  func(id string)
	OpenExport  func(id string) (io.ReadCloser, error)
	BackUp      func() error // has a backup made as planned, and does not wait for it

	// Membership is who is in the cluster. Weigh says what speaks against a change,
	// or a code of what would be awkward; ChangeMember has it agreed as the command
	// id and waits a little for it to be carried out.
	Membership   func() Membership
	Weigh        func(voting.Change) (warn string, err error)
	ChangeMember func(ctx context.Context, by command.Actor, id command.ID, c voting.Change) (warn string, err error)
	HandOver     func(ctx context.Context, to string) error // has another machine lead; empty: whichever has most
	// Invite gives out a token for one new machine, to be shown once; Invited lists
	// what came of those of the last day.
	Invite  func(node, unit string, voter bool) (Invitation, error)
	Invited func() []Invited
}

// WaitingCommand is something captured here that the cluster has not decided.
type WaitingCommand struct {
	Envelope command.Envelope
	PutAt    int64 // ms
}
