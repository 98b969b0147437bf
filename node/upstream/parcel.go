package upstream

import (
	"bytes"
	"fmt"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// full is how many bytes of records a parcel carries, leaving room for the
// names and signatures around them within command.MaxPage.
const full = 52 << 10

// batch collects the changes of one lane from the feed. Later changes to one
// record replace earlier ones; the commands of all of them are named.
type batch struct {
	items []civic.ParcelItem
	at    map[string]int
	size  int
	to    uint64
}

// add takes one change; it reports false, and takes nothing, when the parcel is
// full.
func (b *batch) add(f store.FeedItem, bounded bool) bool {
	name := recordName(f.Change.Type, f.Change.Key)
	i, again := b.at[name]
	grow := len(f.Change.Value) + len(f.Change.Key) + 140
	if again {
		grow = len(f.Change.Value) - len(b.items[i].Value) + 40
	}
	if bounded && len(b.items) > 0 && (b.size+grow > full || !again && len(b.items) == command.MaxParcelRecords) {
		return false
	}
	b.size += grow
	b.to = f.Seq
	if again {
		item := &b.items[i]
		item.Change, item.At = f.Change, f.At
		if last := item.Commands[len(item.Commands)-1]; last != f.Command {
			item.Commands = append(item.Commands, f.Command)
		}
		return true
	}
	b.at[name] = len(b.items)
	b.items = append(b.items, civic.ParcelItem{Change: f.Change, Commands: []command.ID{f.Command}, At: f.At})
	return true
}

// recordName tells records apart within a parcel.
func recordName(t command.RecordType, key command.Key) string { return string(rune(t)) + string(key) }

// gathering is the parcel that follows the last seal of a lane, as far as the
// feed was looked through: each change is looked at once, however often
// somebody asks while the parcel waits for company.
type gathering struct {
	batch
	after uint64 // where the last seal ends
	seen  uint64 // the feed is looked through up to here
	full  bool
}

// follow takes in what the feed holds by now.
func (g *gathering) follow(r *store.Reader, table *command.Table, up civic.Upstream) error {
	if g.at == nil || g.after != up.SealedTo || g.seen > r.Position().FeedHead {
		*g = gathering{batch: batch{at: map[string]int{}}, after: up.SealedTo, seen: up.SealedTo}
	}
	if g.full {
		return nil
	}
	for f := range r.Feed(g.seen) {
		rec, ok := table.Record(f.Change.Type)
		if ok && rec.Lane == up.Lane && !g.add(f, true) {
			g.full = true
			break
		}
		g.seen = f.Seq
	}
	if err := r.Err(); err != nil {
		*g = gathering{} // a read that failed looks like the end of the feed
		return fmt.Errorf("upstream: reading the feed: %w", err)
	}
	return nil
}

// seal is what fixes the parcel gathered so far. It names which parked records
// the parcel carries again: a rule cannot look into the feed.
// It carries the end of the audit chain, for the province to keep.
func (g *gathering) seal(v command.View, who civic.Identity, up civic.Upstream, audit command.AuditHead) civic.SealParcel {
	body := bodyOf(who, up.Lane, up.SealedSeq+1, up.SealedTo, g.to, up.SealedHash, g.items)
	body.Audit = civic.AnchorOf(audit)
	seal := civic.SealParcel{Lane: up.Lane, Seq: body.Seq, From: body.From, To: body.To, Count: len(body.Items), Prev: body.Prev, Hash: body.Hash(), Audit: body.Audit}
	for _, item := range body.Items {
		if v.Get(civic.TypeParked, civic.ParkedKey(item.Type, item.Key)) != nil {
			seal.Again = append(seal.Again, civic.Ref{Type: item.Type, Key: item.Key})
		}
	}
	return seal
}

// derive builds a sealed parcel again from this machine's own feed. A hash that
// differs means that this machine's feed is not the one that was sealed.
func derive(r *store.Reader, table *command.Table, who civic.Identity, seal civic.Seal) (civic.ParcelBody, error) {
	b := batch{at: map[string]int{}}
	for f := range r.Feed(seal.From) {
		if f.Seq > seal.To {
			break
		}
		if rec, ok := table.Record(f.Change.Type); ok && rec.Lane == seal.Lane {
			b.add(f, false)
		}
	}
	if err := r.Err(); err != nil {
		return civic.ParcelBody{}, fmt.Errorf("upstream: reading the feed: %w", err)
	}
	body := bodyOf(who, seal.Lane, seal.Seq, seal.From, seal.To, seal.Prev, b.items)
	body.Audit = seal.Audit
	if !bytes.Equal(body.Hash(), seal.Hash) {
		return body, command.Errorf(command.Internal, codeDiffers, "parcel %d of lane %d does not come out as it was sealed", seal.Seq, seal.Lane)
	}
	for _, ref := range seal.Again { // its receipt would let go of what was never sent
		if _, carried := b.at[recordName(ref.Type, ref.Key)]; !carried {
			return body, command.Errorf(command.Internal, codeDiffers, "parcel %d of lane %d does not carry all it was sealed to carry again", seal.Seq, seal.Lane)
		}
	}
	return body, nil
}

func bodyOf(who civic.Identity, lane command.Lane, seq, from, to uint64, prev []byte, items []civic.ParcelItem) civic.ParcelBody {
	return civic.ParcelBody{Cluster: who.Code, Generation: who.Generation, Lane: lane, Seq: seq, From: from, To: to, Prev: prev, Items: items}
}
