package node

import (
	"bytes"
	"context"
	"time"

	"gocua/node/lookup"
	"gocua/node/upstream"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/outbox"
)

// How long the outbox keeps what is settled, so that a cluster that lost its
// quorum can be refilled from it.
const (
	keptUnreceived = 90 * 24 * time.Hour // of agreed time, what no receipt of a province will ever cover
	keptReceived   = 7 * 24 * time.Hour  // of this machine's time, everything: pages tell when it was captured here
	compactEvery   = time.Hour
)

// compact makes room in the outbox, now and every hour, until ctx ends.
func (n *Node) compact(ctx context.Context) {
	tick := time.NewTicker(compactEvery)
	defer tick.Stop()
	for {
		gone, err := n.compactAt(ctx, n.cfg.Clock())
		switch {
		case err != nil && ctx.Err() == nil:
			n.log.Warn("the outbox could not be compacted", "error", err)
		case gone > 0:
			n.log.Info("the outbox was compacted", "captures", gone)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// compactAt drops from the outbox what is safe elsewhere, and returns how much.
func (n *Node) compactAt(ctx context.Context, now time.Time) (int, error) {
	r := n.reg.Read()
	defer r.Close()
	_, enrolled := civic.LoadSetting[upstream.Province](r, upstream.SettingProvince)
	covers := receipts{r, n.table, enrolled && n.self.Tier == civic.TierCluster, r.Now()}
	gone, err := n.box.CompactBefore(ctx, now.Add(-keptReceived).UnixMilli()+1, func(it outbox.Item) bool {
		return covers.old(it) || covers.received(it)
	})
	if err == nil {
		err = r.Err()
	}
	return gone, err
}

// receipts tells what of the outbox the province holds, as the register knows.
type receipts struct {
	r        *store.Reader
	table    *command.Table
	enrolled bool
	now      int64 // agreed time, ms
}

// outcome is what the register knows of an item. What it knows of another body
// under the same ID is no outcome of it: the item is kept nowhere else.
func (c receipts) outcome(it outbox.Item) (command.Outcome, bool) {
	out, ok := c.r.Outcome(it.Envelope.ID)
	hash := it.Envelope.Hash()
	return out, ok && bytes.Equal(out.Hash, hash[:])
}

// received reports whether a receipt covers all that a command changed, and the
// province refused none of it. It goes by the register: the outcome in the
// outbox may be of a leader whose entries were lost.
func (c receipts) received(it outbox.Item) bool {
	out, ok := c.outcome(it)
	if !ok || !c.enrolled || out.Status != command.Accepted {
		return false
	}
	d := lookup.DeliveryOf(c.r, c.table, command.Decided{ID: it.Envelope.ID, Outcome: out}, 0)
	return d.Stage >= civic.StageReceived && d.Parked == ""
}

// old reports whether a command that no receipt will ever cover was decided long
// ago: there is no province, nothing of it goes there, or it was not accepted.
func (c receipts) old(it outbox.Item) bool {
	out, ok := c.outcome(it)
	if !ok || c.now-out.At < keptUnreceived.Milliseconds() {
		return false
	}
	return !c.enrolled || out.Status != command.Accepted || !c.goesUp(out)
}

// goesUp reports whether the command changed a record that goes to the province.
func (c receipts) goesUp(out command.Outcome) bool {
	if out.FeedTo == 0 {
		return false
	}
	for item := range c.r.Feed(out.FeedFrom - 1) {
		if item.Seq > out.FeedTo {
			break
		}
		if rec, ok := c.table.Record(item.Change.Type); ok && rec.Lane != command.Stays {
			return true
		}
	}
	return false
}
