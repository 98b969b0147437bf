package node

import (
	"iter"

	"gocua/node/lookup"
	"gocua/store"
	"gocua/store/command"
	"gocua/store/search"
)

// desk is this machine as its pages and programs see it.
func (n *Node) desk() lookup.Machine {
	return lookup.Machine{
		Node: n.id.Node, Unit: n.self.Unit, Tier: n.self.Tier,
		Read: n.read, Trail: n.trail, Wait: n.reg.Wait, Find: n.find, Submit: n.capture.Submit, Command: n.commandStatus,
		Waiting: n.waiting.list, Captured: n.captured, Envelope: n.captureOf, Looked: n.looked, Status: n.Status,
		StartImport: n.imports.start, Imports: n.imports.list, StopImport: n.imports.stopJob, ImportResult: n.imports.result,
		HoldImport: n.imports.hold, ImportDraft: n.imports.draft, ChooseImport: n.imports.choose, BeginImport: n.imports.begin, UndoImport: n.imports.startUndo,
		Pairs:       n.pairs,
		StartExport: n.exports.start, Exports: n.exports.list, StopExport: n.exports.cancel, OpenExport: n.exports.open,
		BackUp:     n.BackUpNow,
		Membership: n.Membership, Weigh: n.Weigh, ChangeMember: n.ChangeMember, HandOver: n.HandOver, Invite: n.invitation, Invited: n.invited,
	}
}

// read runs f on what is agreed with what waits here laid over it. Figures,
// history and feed are the agreed ones.
func (n *Node) read(f func(lookup.Source) error) error {
	r, view, over := n.here.read()
	defer r.Close()
	var src lookup.Source = r
	if len(over.list) > 0 {
		src = hereSource{view, r}
	}
	if err := f(src); err != nil {
		return err
	}
	return r.Err()
}

// trail runs f on what is agreed and the chain that says how it came to be.
func (n *Node) trail(f func(lookup.Source, lookup.Chain) error) error {
	r := n.reg.Read()
	defer r.Close()
	if err := f(r, r); err != nil {
		return err
	}
	return r.Err()
}

// find searches what is agreed and what waits here.
func (n *Node) find(q search.Query) search.Result {
	over := n.here.overlay() // before the index that follows what is agreed
	agreed, old := n.findAgreed(q), n.findOld(q)
	if len(over.list) == 0 && len(old.Hits) == 0 {
		return agreed
	}
	return search.Merge(q.Limit, over.found.Search(q), old, agreed)
}

// hereSource is hereView with the agreed figures and history.
type hereSource struct {
	hereView
	agreed *store.Reader
}

func (s hereSource) Tally(t command.Tally, key string) int64 { return s.agreed.Tally(t, key) }

func (s hereSource) Tallies(t command.Tally, prefix string) iter.Seq2[string, int64] {
	return s.agreed.Tallies(t, prefix)
}

func (s hereSource) History(t command.RecordType, key command.Key) iter.Seq[command.FeedItem] {
	return s.agreed.History(t, key)
}

func (s hereSource) Feed(after uint64) iter.Seq[command.FeedItem] { return s.agreed.Feed(after) }

func (s hereSource) Position() command.Position { return s.agreed.Position() }

// captured lists what was captured here and what its numbers say is not here
// any more.
func (n *Node) captured() []lookup.Captured {
	l := n.box.Ledger()
	list := make([]lookup.Captured, len(l.Lines))
	for i, line := range l.Lines {
		list[i] = lookup.Captured{ID: line.ID, Seq: line.Seq, PutAt: line.PutAt, Outcome: line.Outcome}
	}
	return lookup.WithGaps(list, l.Lost, l.Next)
}

func (n *Node) captureOf(id command.ID) (command.Envelope, bool) {
	it, ok := n.box.Get(id)
	return it.Envelope, ok && it.Envelope.Kind != 0 // else its body cannot be read back
}

func (n *Node) commandStatus(id command.ID) (command.Decided, int64, bool) {
	d, ok := n.capture.Status(id)
	it, here := n.box.Get(id)
	if !here {
		return d, 0, ok
	}
	return d, it.PutAt, true
}

// StartImport takes a roster in: when it returns, the list is kept on this
// machine, sealed, and will be imported whatever happens.
func (n *Node) StartImport(by command.Actor, unit, name string, data []byte) (lookup.ImportJob, error) {
	return n.imports.start(by, unit, name, data)
}

// Imports lists the roster imports of this machine, newest first.
func (n *Node) Imports() []lookup.ImportJob { return n.imports.list() }
