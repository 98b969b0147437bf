package lookup

import (
	"encoding/json"
	"sort"

	"gocua/store/civic"
	"gocua/store/command"
)

// Delivery is how far one command has come, and when; times in ms since 1970
// UTC, zero: not yet, or not known here.
type Delivery struct {
	Here     int64 // captured on this machine
	Agreed   int64 // by the cluster
	Sent     int64 // sealed into a parcel
	Received int64 // by the province
	Decided  int64 // by the province
	Stage    civic.Stage
	Stages   int    // how many of the five apply to this kind of command
	Taken    bool   // it was stopped, and a person had it go in after all
	Parked   string // the code by which the province refused some of it; empty: nothing is parked
}

// DeliveryOf works out how far a command has come. A command none of whose
// records go to the province stops at agreed. here is when it was captured on
// this machine, ms, zero: elsewhere.
func DeliveryOf(src Source, table *command.Table, d command.Decided, here int64) Delivery {
	out := d.Outcome
	dl := Delivery{Here: here, Stage: civic.StageSaved, Stages: stages(table, out.Kind)}
	if out.Status == command.Waiting || out.Index == 0 {
		return dl
	}
	if decision, ok := decisionOn(src, d); ok {
		out, dl.Taken = decision, true
	}
	dl.Agreed = out.At
	var places []civic.Place
	if reached(src, out.FeedFrom) { // else nothing of it can have been sealed
		places = placesOf(src, table, out)
	}
	dl.Stage = civic.Furthest(src, places)
	if p, ok := parkedOf(src, out); ok {
		dl.Parked = p.Code
	}
	for _, p := range places {
		seal, ok := sealOver(src, p)
		if !ok {
			return dl // the command is only as far as the last of its records
		}
		if dl.Stage >= civic.StageSent {
			dl.Sent = max(dl.Sent, seal.At)
		}
		if dl.Stage >= civic.StageReceived {
			dl.Received = max(dl.Received, receivedAt(seal))
		}
	}
	return dl
}

// decisionOn is the outcome of the decision by which a person had a command go
// in that was stopped: what it changed is what the command changed.
func decisionOn(src Source, d command.Decided) (command.Outcome, bool) {
	if d.Outcome.Status == command.Accepted {
		return command.Outcome{}, false
	}
	r, ok := civic.Load[civic.Review](src, civic.TypeReview, civic.KeyOf(d.ID))
	if !ok || r.Resolution == nil || r.Resolution.Status != command.Accepted {
		return command.Outcome{}, false
	}
	out, ok := src.Outcome(r.Resolution.Command)
	return out, ok && out.Index > 0
}

func stages(table *command.Table, k command.Kind) int {
	spec, _ := table.Kind(k)
	return spec.Stages
}

// placesOf finds where the last change of a command stands in each lane.
func placesOf(src Source, table *command.Table, out command.Outcome) (list []civic.Place) {
	if out.FeedTo == 0 {
		return nil
	}
	last := map[command.Lane]uint64{}
	for item := range src.Feed(out.FeedFrom - 1) {
		if item.Seq > out.FeedTo {
			break
		}
		if rec, ok := table.Record(item.Change.Type); ok && rec.Lane != command.Stays {
			last[rec.Lane] = item.Seq
		}
	}
	for _, lane := range []command.Lane{command.Urgent, command.Routine} {
		if seq := last[lane]; seq > 0 {
			list = append(list, civic.Place{Lane: lane, Seq: seq})
		}
	}
	return list
}

// reached reports whether any lane has been sealed or received as far as a place of
// the feed. Where none has, a command that begins there is agreed and no more,
// whatever of it goes up: a page of a list asks that of fifty, each of which put
// hundreds of records into the feed.
func reached(src Source, place uint64) bool {
	for _, lane := range []command.Lane{command.Urgent, command.Routine} {
		if up := civic.LoadUpstream(src, lane); max(up.SealedTo, up.ReceivedTo) >= place {
			return true
		}
	}
	return false
}

// sealOver finds the parcel that carries a place: the first that reaches it.
func sealOver(src Source, p civic.Place) (civic.Seal, bool) {
	up := civic.LoadUpstream(src, p.Lane)
	if up.SealedTo < p.Seq {
		return civic.Seal{}, false
	}
	// Behind parcels that a cluster begun anew does not know stands a seal that carries
	// nothing; they count as that one.
	at := func(i int) (seal civic.Seal, ok bool) {
		for ; !ok && i < int(up.SealedSeq); i++ {
			seal, ok = civic.Load[civic.Seal](src, civic.TypeSeal, civic.SealKey(p.Lane, uint64(i)+1))
		}
		return seal, ok
	}
	i := sort.Search(int(up.SealedSeq), func(i int) bool {
		seal, ok := at(i)
		return ok && seal.To >= p.Seq
	})
	return at(i)
}

// receivedAt is the province's time of the receipt, zero if there is none.
func receivedAt(seal civic.Seal) int64 {
	var r civic.Receipt
	if seal.Receipt == nil || json.Unmarshal(seal.Receipt.Data, &r) != nil {
		return 0
	}
	return r.At
}
