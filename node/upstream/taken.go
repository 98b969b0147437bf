package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// PathTaken is where the province says what it took in one parcel.
const PathTaken = "/v1/parcel/taken"

// Taken is one parcel as the province took it.
type Taken struct {
	Last  uint64           `json:"last"`            // the last parcel it holds of that lane
	Hash  []byte           `json:"hash,omitempty"`  // of this one; nil: it never took it
	Items []command.Change `json:"items,omitempty"` // as the cluster sent them, but for those it refused
	Error *command.Error   `json:"error,omitempty"`
}

// ServeTaken answers a cluster that has lost the end of what it had sent, after its
// quorum was lost. It is told of its own parcels only, and only in the generation
// that is enrolled: a machine that was left behind has no business with them.
func (v *Receiver) ServeTaken(w http.ResponseWriter, req *http.Request) {
	t := v.taken(req)
	status := http.StatusOK
	if t.Error != nil {
		status = http.StatusForbidden
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(t) // the cluster has gone; it will ask again
}

func (v *Receiver) taken(req *http.Request) (t Taken) {
	_, name, ok := v.Caller(req)
	if !ok {
		return Taken{Error: command.Errorf(command.Forbidden, "unknown_caller", "who is calling cannot be told")}
	}
	lane, err := strconv.ParseUint(req.URL.Query().Get("lane"), 10, 8)
	seq, err2 := strconv.ParseUint(req.URL.Query().Get("seq"), 10, 64)
	if err != nil || err2 != nil {
		return Taken{Error: command.Errorf(command.Invalid, "malformed", "which parcel cannot be read")}
	}
	r := v.Store.Read()
	defer r.Close()
	c, known := civic.Load[civic.Cluster](r, civic.TypeCluster, command.Key(name.Cluster))
	if !known || c.Generation != name.Generation {
		return Taken{Error: command.Errorf(command.Forbidden, "generation", "generation %d of the cluster is not enrolled here", name.Generation)}
	}
	t.Last = c.Lane(command.Lane(lane)).Seq
	key := civic.ParcelKey(name.Cluster, command.Lane(lane), seq)
	kept, ok := civic.Load[civic.Parcel](r, civic.TypeParcel, key)
	if !ok {
		return t
	}
	t.Hash = kept.Hash
	t.Items = carried(r, key, kept)
	if err := r.Err(); err != nil {
		v.Log.Error("upstream: what was taken cannot be read", "error", err)
		return Taken{Error: command.Errorf(command.Internal, "internal", "what was taken cannot be read")}
	}
	return t
}

// carried is what came in with a parcel: what its command changed just before it
// noted the parcel itself.
func carried(r *store.Reader, key command.Key, kept civic.Parcel) (items []command.Change) {
	var noted store.FeedItem
	for f := range r.History(civic.TypeParcel, key) {
		noted = f
	}
	most := uint64(kept.Count) + 1
	for f := range r.Feed(noted.Seq - min(noted.Seq, most)) {
		if f.Seq >= noted.Seq {
			break
		}
		if f.Command == noted.Command && f.Change.Type != civic.TypeCluster {
			c := f.Change
			c.Key = civic.Bare(c.Key)
			items = append(items, c)
		}
	}
	return items
}

// AskTaken asks the province with a client that speaks to it.
func AskTaken(ctx context.Context, client *http.Client, base string, lane command.Lane, seq uint64) (t Taken, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s%s?lane=%d&seq=%d", base, PathTaken, lane, seq), nil)
	if err != nil {
		return t, fmt.Errorf("upstream: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return t, fmt.Errorf("upstream: %w", err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(io.LimitReader(resp.Body, wireLimit)).Decode(&t); err != nil {
		return t, fmt.Errorf("upstream: reading the answer: %w", err)
	}
	if t.Error != nil {
		return t, t.Error
	}
	return t, nil
}

// Beyond lists what the province took from this cluster and the register here does
// not have, or has otherwise: records as they last went up, in the order of their
// parcels. It changes nothing.
func Beyond(r *store.Reader, ask func(lane command.Lane, seq uint64) (Taken, error)) (list []command.Change, err error) {
	last := map[civic.Ref]command.Change{}
	var order []civic.Ref
	for _, lane := range []command.Lane{command.Urgent, command.Routine} {
		for seq := civic.LoadUpstream(r, lane).ReceivedSeq + 1; ; seq++ {
			t, err := ask(lane, seq)
			if err != nil {
				return nil, err
			}
			if t.Hash == nil {
				break
			}
			if own, ok := civic.Load[civic.Seal](r, civic.TypeSeal, civic.SealKey(lane, seq)); ok && bytes.Equal(own.Hash, t.Hash) {
				continue // only the receipt is missing
			}
			for _, c := range t.Items {
				ref := civic.Ref{Type: c.Type, Key: c.Key}
				if _, seen := last[ref]; !seen {
					order = append(order, ref)
				}
				last[ref] = c
			}
		}
	}
	for _, ref := range order {
		c, own := last[ref], r.Get(ref.Type, ref.Key)
		if c.Op == command.Delete && own == nil || c.Op == command.Put && bytes.Equal(own, c.Value) {
			continue
		}
		list = append(list, c)
	}
	return list, r.Err()
}
