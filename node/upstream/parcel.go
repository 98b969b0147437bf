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
	name := string(rune(f.Change.Type)) + string(f.Change.Key)
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

// next builds the parcel that follows the last seal of a lane, and says whether
// it is full. seen is how far the feed was looked through: where nothing of the
// lane was found there is nothing to look at again.
func next(r *store.Reader, table *command.Table, who civic.Identity, up civic.Upstream, from uint64) (body civic.ParcelBody, isFull bool, seen uint64) {
	b := batch{at: map[string]int{}}
	seen = from
	for f := range r.Feed(from) {
		rec, ok := table.Record(f.Change.Type)
		if ok && rec.Lane == up.Lane && !b.add(f, true) {
			isFull = true
			break
		}
		seen = f.Seq
	}
	return bodyOf(who, up.Lane, up.SealedSeq+1, up.SealedTo, b.to, up.SealedHash, b.items), isFull, seen
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
		return civic.ParcelBody{}, err
	}
	body := bodyOf(who, seal.Lane, seal.Seq, seal.From, seal.To, seal.Prev, b.items)
	if !bytes.Equal(body.Hash(), seal.Hash) {
		return body, fmt.Errorf("upstream: parcel %d of lane %d does not come out as it was sealed", seal.Seq, seal.Lane)
	}
	return body, nil
}

func bodyOf(who civic.Identity, lane command.Lane, seq, from, to uint64, prev []byte, items []civic.ParcelItem) civic.ParcelBody {
	return civic.ParcelBody{Cluster: who.Code, Generation: who.Generation, Lane: lane, Seq: seq, From: from, To: to, Prev: prev, Items: items}
}
