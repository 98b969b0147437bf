package civic

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"

	"gocua/store/command"
)

// Cluster is what the province knows of a cluster that was enrolled (cụm).
type Cluster struct {
	Code       string    `json:"code"`
	Name       string    `json:"name"`
	Root       []byte    `json:"root"` // DER of the root its machines chain to
	Generation int       `json:"generation"`
	Lanes      []LaneEnd `json:"lanes,omitempty"` // by lane number
	Fork       *Fork     `json:"fork,omitempty"`
}

// LaneEnd is the last parcel taken from one lane.
type LaneEnd struct {
	Lane    command.Lane `json:"lane"`
	Seq     uint64       `json:"seq"`
	Hash    []byte       `json:"hash"`
	At      int64        `json:"at"`
	Records uint64       `json:"records"` // taken so far
	Refused uint64       `json:"refused"`
}

// Fork is the alarm that two different parcels came with one number: a cloned
// machine, or a register put back in time. Nothing is overwritten.
type Fork struct {
	Lane command.Lane `json:"lane"`
	Seq  uint64       `json:"seq"`
	Hash []byte       `json:"hash"` // of the one that was not taken
	At   int64        `json:"at"`
}

func (c Cluster) Derive(d *command.Derived) { d.Find(ClusterByCode, c.Code) }

// Lane returns the end of a lane; the zero value before the first parcel.
func (c Cluster) Lane(lane command.Lane) LaneEnd {
	for _, l := range c.Lanes {
		if l.Lane == lane {
			return l
		}
	}
	return LaneEnd{Lane: lane}
}

// withLane returns the cluster with the end of a lane replaced.
func (c Cluster) withLane(end LaneEnd) Cluster {
	lanes := []LaneEnd{}
	for _, lane := range []command.Lane{command.Urgent, command.Routine} {
		if lane == end.Lane {
			lanes = append(lanes, end)
		} else if old := c.Lane(lane); old.Seq > 0 {
			lanes = append(lanes, old)
		}
	}
	c.Lanes = lanes
	return c
}

// EnrollCluster pins a cluster's root at the province.
type EnrollCluster struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Root       []byte `json:"root"`
	Generation int    `json:"generation"`
}

func (p EnrollCluster) Check() *command.Error {
	switch {
	case !goodCode(p.Code):
		return command.InvalidField("/code", "bad_code", "a cluster code has 2 to 24 letters, digits, dots and dashes")
	case len(p.Root) == 0:
		return command.InvalidField("/root", "required", "the cluster's root certificate is missing")
	}
	return nil
}

func (p EnrollCluster) Decide(v command.View, e command.Envelope) command.Decision {
	if err := forAll(v, e); err != nil {
		return command.Reject(err)
	}
	c, _ := Load[Cluster](v, TypeCluster, command.Key(p.Code))
	if bytes.Equal(c.Root, p.Root) && p.Generation < c.Generation { // an old card would shut out the cluster that was begun anew
		return command.Reject(command.Errorf(command.Conflicting, "old_generation", "the cluster is of generation %d already", c.Generation))
	}
	c.Code, c.Name, c.Root, c.Generation = p.Code, CleanText(p.Name), p.Root, p.Generation
	return command.Accept(put(TypeCluster, command.Key(p.Code), c))
}

// Clusters lists all enrolled clusters by code.
func Clusters(v command.View) (all []Cluster) {
	for _, key := range v.Scan(ClusterByCode, "") {
		if c, ok := Load[Cluster](v, TypeCluster, key); ok {
			all = append(all, c)
		}
	}
	return all
}

// ParcelBody is what a parcel carries; its canonical JSON is what is hashed.
type ParcelBody struct {
	Cluster    string       `json:"cluster"`
	Generation int          `json:"generation"`
	Lane       command.Lane `json:"lane"`
	Seq        uint64       `json:"seq"`
	From       uint64       `json:"from"`
	To         uint64       `json:"to"`
	Prev       []byte       `json:"prev,omitempty"`
	Items      []ParcelItem `json:"items"`
	Audit      Anchor       `json:"audit,omitzero"` // of the cluster, when it was sealed
}

// ParcelItem is one record as it was at the end of the range, with the commands
// that made it so.
type ParcelItem struct {
	command.Change
	Commands []command.ID `json:"commands"`
	At       int64        `json:"changedAt"`
}

// Canonical is the bytes that are hashed and signed.
func (p ParcelBody) Canonical() []byte {
	b, err := json.Marshal(p)
	if err != nil {
		panic("civic: a parcel that cannot be encoded: " + err.Error())
	}
	return b
}

// Hash identifies the parcel.
func (p ParcelBody) Hash() []byte {
	h := sha256.Sum256(p.Canonical())
	return h[:]
}

// Parcel is what the province keeps of a parcel it took.
type Parcel struct {
	Cluster string        `json:"cluster"`
	Lane    command.Lane  `json:"lane"`
	Seq     uint64        `json:"seq"`
	Hash    []byte        `json:"hash"`
	At      int64         `json:"at"`
	Count   int           `json:"count"`
	Refused []RefusedItem `json:"refused,omitempty"`
	Node    string        `json:"node"`
	Sig     []byte        `json:"sig"`
	Audit   Anchor        `json:"audit,omitzero"`

	Generation int `json:"generation,omitempty"` // of the cluster; 0: the first
}

func (p Parcel) Derive(d *command.Derived) {
	d.Find(ParcelByCluster, term(p.Cluster, padded(uint64(p.At))))
}

// Receipt is the answer that follows from what was kept; the same for ever.
func (p Parcel) Receipt() Receipt {
	return Receipt{Cluster: p.Cluster, Lane: p.Lane, Seq: p.Seq, Hash: p.Hash, At: p.At, Count: p.Count, Refused: p.Refused, Generation: p.Generation}
}

// laterGeneration is how a generation is kept: the first, which nearly all
// clusters are, not at all.
func laterGeneration(n int) int {
	if n < 2 {
		return 0
	}
	return n
}

// ParcelKey names a parcel at the province.
func ParcelKey(cluster string, lane command.Lane, seq uint64) command.Key {
	return command.Key(cluster) + "." + SealKey(lane, seq)
}

// ReceiveParcel is one parcel as the province agrees on it. The machine that
// proposes it has checked signature and chain against the pinned root.
type ReceiveParcel struct {
	Parcel ParcelBody `json:"parcel"`
	Node   string     `json:"node"` // of the cluster, which signed
	Sig    []byte     `json:"sig"`
}

func (p ReceiveParcel) Decide(v command.View, e command.Envelope) command.Decision {
	body := p.Parcel
	if body.Lane != command.Urgent && body.Lane != command.Routine {
		return command.Reject(command.InvalidField("/parcel/lane", "bad_choice", "nothing comes up on lane %d", body.Lane))
	}
	if !body.Audit.good() {
		return command.Reject(command.InvalidField("/parcel/audit", "bad_hash", "that is no end of a chain"))
	}
	c, ok := Load[Cluster](v, TypeCluster, command.Key(body.Cluster))
	if !ok {
		return command.Reject(command.Errorf(command.Forbidden, "not_enrolled", "cluster %s is not enrolled here", body.Cluster))
	}
	if body.Generation != c.Generation {
		return command.Reject(command.Errorf(command.Forbidden, "generation", "the parcel is of generation %d of the cluster, %d is enrolled", body.Generation, c.Generation))
	}
	key, hash, end := ParcelKey(body.Cluster, body.Lane, body.Seq), body.Hash(), c.Lane(body.Lane)
	if kept, ok := Load[Parcel](v, TypeParcel, key); ok {
		if bytes.Equal(kept.Hash, hash) {
			return command.Accept()
		}
		if kept.Generation < laterGeneration(body.Generation) {
			return command.Reject(behind(body, end))
		}
		c.Fork = &Fork{Lane: body.Lane, Seq: body.Seq, Hash: hash, At: v.Now()}
		return command.Conflict(command.Errorf(command.Conflicting, "fork", "parcel %d of %s came twice with different content", body.Seq, body.Cluster),
			put(TypeCluster, command.Key(c.Code), c))
	}
	if body.Seq != end.Seq+1 || !bytes.Equal(body.Prev, end.Hash) {
		last, _ := Load[Parcel](v, TypeParcel, ParcelKey(body.Cluster, body.Lane, end.Seq))
		if body.Seq == end.Seq+1 && last.Generation < laterGeneration(body.Generation) {
			return command.Reject(behind(body, end))
		}
		return command.Reject(command.Errorf(command.Conflicting, "parcel_gap", "parcel %d does not follow %d", body.Seq, end.Seq))
	}
	changes, refused := p.take(v)
	kept := Parcel{Cluster: body.Cluster, Lane: body.Lane, Seq: body.Seq, Hash: hash, At: v.Now(), Count: len(body.Items),
		Refused: refused, Node: p.Node, Sig: p.Sig, Audit: body.Audit, Generation: laterGeneration(body.Generation)}
	end.Lane, end.Seq, end.Hash, end.At = body.Lane, body.Seq, hash, v.Now()
	end.Records += uint64(len(changes))
	end.Refused += uint64(len(refused))
	return command.Accept(append(changes, put(TypeParcel, key, kept), put(TypeCluster, command.Key(c.Code), c.withLane(end)))...)
}

// CodeBehind is how a province refuses the parcel of a cluster that was begun anew
// and knows less of its own lane than the province has: there is no fork, for the
// people here have enrolled the new generation. It goes on behind the last parcel
// of the old one.
const CodeBehind = "behind_generation"

func behind(body ParcelBody, end LaneEnd) *command.Error {
	return command.Errorf(command.Conflicting, CodeBehind, "parcels up to %d of the lane came before %s was begun anew", end.Seq, body.Cluster)
}

// take applies the items one by one: one bad record never stops the others.
func (p ReceiveParcel) take(v command.View) (changes []command.Change, refused []RefusedItem) {
	known := map[command.RecordType]command.Record{}
	for _, r := range records() {
		known[r.Type] = r
	}
	for _, item := range p.Parcel.Items {
		if code := item.fault(known[item.Type], p.Parcel.Lane); code != "" {
			refused = append(refused, RefusedItem{Type: item.Type, Key: item.Key, Code: code})
			continue
		}
		if item.elsewhere(v, p.Parcel.Cluster) {
			refused = append(refused, RefusedItem{Type: item.Type, Key: item.Key, Code: "other_cluster"})
			continue
		}
		c := item.Change
		c.Key = Scoped(c.Key, p.Parcel.Cluster)
		changes = append(changes, c)
	}
	return changes, refused
}

// elsewhere reports whether an item is, or is listed in, a unit that another
// cluster has brought up: no cluster counts among the people of another.
func (item ParcelItem) elsewhere(v command.View, cluster string) bool {
	var rec struct{ Code, Unit, Hamlet string }
	if json.Unmarshal(item.Value, &rec) != nil {
		return false // deleted, or of no form that names one
	}
	for _, code := range []string{rec.Code, rec.Unit, rec.Hamlet} {
		own, other := false, false
		for t, key := range v.Scan(UnitByCode, code) {
			if t != code || code == "" {
				break
			}
			_, whose, scoped := strings.Cut(string(key), "@")
			own, other = own || whose == cluster, other || scoped && whose != cluster
		}
		if other && !own {
			return true
		}
	}
	return false
}

// What comes from another register must fit this one: a key or term the store
// cannot keep would stop every machine here.
const (
	maxItemKey  = 128     // bytes
	maxItemTerm = 4 << 10 // bytes
)

// fits reports whether a key from another register may stand here. An at sign
// would let one cluster write among the records of another.
func fits(key command.Key) bool {
	return key != "" && len(key) <= maxItemKey && !strings.ContainsAny(string(key), "@\x00")
}

// fault is the code of what is wrong with an item, or "".
func (item ParcelItem) fault(r command.Record, lane command.Lane) string {
	switch {
	case r.Type == 0:
		return "unknown_type"
	case r.Lane != lane:
		return "wrong_lane"
	case !fits(item.Key):
		return "bad_key"
	case item.Op == command.Delete:
		return ""
	}
	d, err := r.Derive(item.Value)
	if err != nil || item.Op != command.Put {
		return "malformed"
	}
	for _, t := range d.Terms {
		if len(t.Value) > maxItemTerm || strings.Contains(t.Value, "\x00") {
			return "bad_text"
		}
	}
	for _, c := range d.Counts {
		if len(c.Key) > maxItemTerm || strings.Contains(c.Key, "\x00") {
			return "bad_text"
		}
	}
	return ""
}
