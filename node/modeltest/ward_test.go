package modeltest

import (
	"context"
	"io"
	"log/slog"
	"os"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/outbox"
)

// ward is one of the machines at which people capture.
type ward struct {
	w        *world
	id       *trust.Identity
	dir      string
	box      *outbox.Outbox
	desk     *deliver.Capture
	wire     *wire
	behind   *store.Reader // its own register, where that lags; nil: it is level with the office
	captures []*capture    // in order
}

func (m *ward) open() {
	box, err := outbox.Open(outbox.Config{Dir: m.dir, Key: make([]byte, 32), Node: m.id.Node})
	require.NoError(m.w.t, err)
	require.Empty(m.w.t, box.Damage())
	m.box = box
	m.desk = &deliver.Capture{Node: m.id.Node, Key: m.id.Key, Table: m.w.office.table, Outbox: box, Register: m, Leading: m, Clock: m.w.clock}
}

// restart stops the machine and starts it again. One that is killed leaves its
// files as they are at that moment.
func (m *ward) restart(killed bool) {
	before := m.box.Ledger()
	left := m.dir + "+"
	if killed {
		synctest.Wait() // what has been handed to the system survives the program
		require.NoError(m.w.t, os.CopyFS(left, os.DirFS(m.dir)))
	}
	require.NoError(m.w.t, m.box.Close())
	if killed {
		m.dir = left
	}
	m.open()
	require.Equal(m.w.t, before, m.box.Ledger(), "what was captured, and what became of it, survives a restart")
	m.whole()
}

// Leader is the office, as it was last heard, whatever the link is like.
func (m *ward) Leader() (node, addr string, self bool) { return officeName, "", false }

// Deliver is a call to the office.
func (m *ward) Deliver(ctx context.Context, _, _ string, d deliver.Delivery) ([]command.Decided, error) {
	return deliver.Post(ctx, m.wire.client(), "http://"+officeName, d)
}

// portion is a queue whose first few items make one delivery; then it ends.
type portion struct {
	*outbox.Outbox
	most int
	sent bool
	end  func()
}

func (q *portion) Undecided(int) []outbox.Item {
	list := q.Outbox.Undecided(q.most)
	if q.sent || len(list) == 0 {
		q.end()
		return nil
	}
	return list
}

// deliver has the machine send the first of what waits, once.
func (m *ward) deliver(most int, does fate) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	m.wire.next = []fate{does}
	sender := deliver.Sender{Leading: m, Peers: m, Moved: func() <-chan struct{} { return nil }}
	q := &portion{Outbox: m.box, most: most, end: cancel}
	drain := &deliver.Drain{Outbox: q, Known: m.Outcome, Wake: func() <-chan struct{} { return nil }, Log: slog.New(slog.DiscardHandler),
		Send: func(ctx context.Context, d deliver.Delivery) ([]command.Decided, error) {
			q.sent = true
			return sender.Send(ctx, d)
		}}
	drain.Run(ctx)
	m.wire.next = nil
	require.Nil(m.w.t, drain.Refused(), "the office refuses nothing that was captured")
}

// late has the network bring a delivery of some time ago, which nobody waits for
// any more.
func (m *ward) late(sent letter) {
	answer := m.wire.bring(sent)
	_, err := io.Copy(io.Discard, answer.Body)
	require.NoError(m.w.t, err)
}

// compact drops what the province holds, by the rule of the node.
func (m *ward) compact() {
	m.look(func(r *store.Reader) {
		gone, err := m.box.Compact(context.Background(), func(it outbox.Item) bool {
			out, ok := r.Outcome(it.Envelope.ID)
			if !ok || out.Status != command.Accepted {
				return false
			}
			d := lookup.DeliveryOf(r, m.w.office.table, command.Decided{ID: it.Envelope.ID, Outcome: out}, 0)
			return d.Stage >= civic.StageReceived && d.Parked == ""
		})
		require.NoError(m.w.t, err)
		m.w.tally.compacted += gone
	})
}

// look runs f on the machine's own register.
func (m *ward) look(f func(*store.Reader)) {
	r := m.behind
	if r == nil {
		r = m.w.office.store.Read()
		defer r.Close()
	}
	f(r)
	require.NoError(m.w.t, r.Err())
}

// lag lets the machine's register stand still where it is; follow lets it catch up.
func (m *ward) lag() {
	if m.behind == nil {
		m.behind = m.w.office.store.Read()
	}
}

func (m *ward) follow() {
	if m.behind != nil {
		m.behind.Close()
		m.behind = nil
	}
}

// applied is how far the machine's own register has come.
func (m *ward) applied() (index uint64) {
	m.look(func(r *store.Reader) { index = r.Position().Index })
	return index
}

// Preview decides on what is agreed and what waits here, as a node does.
func (m *ward) Preview(list []command.Envelope) (decisions []command.Decision, err error) {
	m.look(func(r *store.Reader) {
		layer := store.NewLayer(r, m.w.office.table)
		waiting, _ := m.box.Since(0, r.Position().Index)
		for _, it := range waiting {
			if _, known := r.Outcome(it.Envelope.ID); !known && err == nil {
				_, err = m.lay(layer, it.Envelope)
			}
		}
		for _, e := range list {
			var d command.Decision
			if err == nil {
				d, err = m.lay(layer, e)
			}
			decisions = append(decisions, d)
		}
	})
	return decisions, err
}

func (m *ward) lay(layer *store.Layer, e command.Envelope) (command.Decision, error) {
	d, err := m.w.office.table.Decide(layer, e)
	if err != nil {
		return d, err
	}
	out := command.Outcome{Status: d.Status, At: layer.Now(), Kind: e.Kind, By: e.By}
	if d.Err != nil {
		out.Class, out.Code = d.Err.Class, d.Err.Code
	}
	return d, layer.Take(e.ID, out, d.Changes)
}

// Outcome is what the machine's own register knows of a command.
func (m *ward) Outcome(id command.ID) (out command.Outcome, ok bool) {
	m.look(func(r *store.Reader) { out, ok = r.Outcome(id) })
	return out, ok
}

// Wait waits for nothing: nobody in these tests draws a page.
func (m *ward) Wait(context.Context, uint64) error { return nil }
