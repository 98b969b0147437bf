package civic

import (
	"bytes"
	"encoding/json"
	"strconv"

	"gocua/store/command"
)

// Upstream is how far one lane to the province has come (đường lên tỉnh).
type Upstream struct {
	Lane        command.Lane `json:"lane"`
	SealedSeq   uint64       `json:"sealedSeq,omitempty"`
	SealedTo    uint64       `json:"sealedTo,omitempty"` // place in the feed
	SealedHash  []byte       `json:"sealedHash,omitempty"`
	ReceivedSeq uint64       `json:"receivedSeq,omitempty"`
	ReceivedTo  uint64       `json:"receivedTo,omitempty"`
	ReceivedAt  int64        `json:"receivedAt,omitempty"` // province's agreed time, ms
}

// Seal fixes one parcel (chuyến): a range of the feed of one lane and the hash
// of what it holds. Only a committed seal is sent, and any node can derive the
// parcel again from its own feed.
type Seal struct {
	Lane    command.Lane `json:"lane"`
	Seq     uint64       `json:"seq"`
	From    uint64       `json:"from"` // exclusive
	To      uint64       `json:"to"`   // inclusive
	Count   int          `json:"count"`
	Prev    []byte       `json:"prev,omitempty"`
	Hash    []byte       `json:"hash"`
	At      int64        `json:"at"`
	Again   []Ref        `json:"again,omitempty"` // parked records it carries again
	Audit   Anchor       `json:"audit,omitzero"`
	Receipt *Signed      `json:"receipt,omitempty"`
}

// Anchor is the end of a cluster's audit chain (neo nhật ký) at the moment a
// parcel was sealed. It goes up with the parcel, under its hash and signature:
// what the cluster decided before it cannot be rewritten behind the province's
// back. Zero: sealed before there was a chain.
type Anchor struct {
	Seq  uint64 `json:"seq"`
	Hash []byte `json:"hash"`
}

func (a Anchor) good() bool { return a.Seq == 0 && len(a.Hash) == 0 || a.Seq > 0 && len(a.Hash) == 32 }

// IsZero reports whether there is none.
func (a Anchor) IsZero() bool { return a.Seq == 0 && len(a.Hash) == 0 }

// Head is the anchor as the chain speaks of its end.
func (a Anchor) Head() command.AuditHead {
	return command.AuditHead{Seq: a.Seq, Hash: chainEnd(a.Hash)}
}

// AnchorOf is the anchor of a chain that ends here.
func AnchorOf(h command.AuditHead) Anchor {
	if h.Seq == 0 {
		return Anchor{}
	}
	return Anchor{Seq: h.Seq, Hash: h.Hash[:]}
}

// Ref names one record.
type Ref struct {
	Type command.RecordType `json:"type"`
	Key  command.Key        `json:"key"`
}

// SealParcel is proposed by the leader.
type SealParcel struct {
	Lane  command.Lane `json:"lane"`
	Seq   uint64       `json:"seq"`
	From  uint64       `json:"from"`
	To    uint64       `json:"to"`
	Count int          `json:"count"`
	Prev  []byte       `json:"prev,omitempty"`
	Hash  []byte       `json:"hash"`
	Again []Ref        `json:"again,omitempty"` // parked records among what it carries; whoever derives the parcel checks that
	Audit Anchor       `json:"audit,omitzero"`
}

func (p SealParcel) Check() *command.Error {
	if len(p.Again) > command.MaxParcelRecords {
		return command.InvalidField("/again", "too_many", "a parcel carries at most %d records", command.MaxParcelRecords)
	}
	if !p.Audit.good() {
		return command.InvalidField("/audit", "bad_hash", "that is no end of a chain")
	}
	return nil
}

func (p SealParcel) Decide(v command.View, e command.Envelope) command.Decision {
	up := LoadUpstream(v, p.Lane)
	if p.Seq != up.SealedSeq+1 || p.From != up.SealedTo || p.To <= p.From || !bytes.Equal(p.Prev, up.SealedHash) {
		return command.Reject(command.Errorf(command.Conflicting, "stale_seal", "the lane has been sealed further already"))
	}
	up.Lane, up.SealedSeq, up.SealedTo, up.SealedHash = p.Lane, p.Seq, p.To, p.Hash
	seal := Seal{Lane: p.Lane, Seq: p.Seq, From: p.From, To: p.To, Count: p.Count, Prev: p.Prev, Hash: p.Hash, At: v.Now(), Again: p.Again, Audit: p.Audit}
	return command.Accept(put(TypeSeal, SealKey(p.Lane, p.Seq), seal), put(TypeUpstream, laneKey(p.Lane), up))
}

// Receipt is the province's answer to one parcel.
type Receipt struct {
	Cluster string        `json:"cluster"`
	Lane    command.Lane  `json:"lane"`
	Seq     uint64        `json:"seq"`
	Hash    []byte        `json:"hash"`
	At      int64         `json:"at"`
	Count   int           `json:"count"`
	Refused []RefusedItem `json:"refused,omitempty"`

	Generation int `json:"generation,omitempty"` // of the cluster then; 0: the first
}

// RefusedItem is one record the province did not take, and why.
type RefusedItem struct {
	Type command.RecordType `json:"type"`
	Key  command.Key        `json:"key"`
	Code string             `json:"code"`
}

// AckParcel brings a receipt into the register; only then does the cursor move.
type AckParcel struct {
	Receipt Receipt `json:"receipt"`
	Signed  Signed  `json:"signed"`
}

func (p AckParcel) Check() *command.Error {
	for i, x := range p.Receipt.Refused {
		if !fits(x.Key) {
			return command.InvalidField("/receipt/refused/"+itoa(i)+"/key", "bad_key", "that is no key of a record")
		}
	}
	return nil
}

func (p AckParcel) Decide(v command.View, e command.Envelope) command.Decision {
	r := p.Receipt
	if end, ok := ofEarlier(v, r); ok {
		if !receiptHolds(v, r, p.Signed) {
			return command.Reject(errReceipt())
		}
		return command.Accept(goOnBehind(v, end, p)...)
	}
	seal, ok := Load[Seal](v, TypeSeal, SealKey(r.Lane, r.Seq))
	switch {
	case !ok:
		return command.Reject(command.Errorf(command.NotFound, "unknown_seal", "no such parcel was sealed here"))
	case !bytes.Equal(seal.Hash, r.Hash):
		return command.Reject(command.Errorf(command.Conflicting, "fork", "the receipt is for another parcel of that number"))
	case seal.receivedBefore(r):
		return command.Accept()
	case !receiptHolds(v, r, p.Signed):
		return command.Reject(errReceipt())
	}
	first := seal.Receipt == nil
	seal.Receipt = &p.Signed
	changes := []command.Change{put(TypeSeal, SealKey(r.Lane, r.Seq), seal)}
	if first {
		up := LoadUpstream(v, r.Lane)
		if r.Seq != up.ReceivedSeq+1 {
			return command.Reject(command.Errorf(command.Conflicting, "receipt_gap", "an earlier parcel has no receipt yet"))
		}
		up.ReceivedSeq, up.ReceivedTo, up.ReceivedAt = r.Seq, seal.To, r.At
		changes = append(changes, put(TypeUpstream, laneKey(r.Lane), up))
	}
	return command.Accept(append(changes, parkings(v, r, seal.Again)...)...)
}

func errReceipt() *command.Error {
	return command.Errorf(command.Forbidden, "bad_signature", "the receipt is not signed by a machine of the province")
}

// ofEarlier reports whether a receipt is for a parcel that this register, which was
// begun anew from an earlier point, does not have: one of an earlier generation,
// beyond what is known here to have arrived.
func ofEarlier(v command.View, r Receipt) (up Upstream, ok bool) {
	who, _ := WhoseRegister(v)
	up = LoadUpstream(v, r.Lane)
	return up, r.Generation < laterGeneration(who.Generation) && r.Seq > up.ReceivedSeq
}

// goOnBehind lets a lane go on behind the last parcel the province has of an earlier
// generation. What follows in the feed here is sent from where it was known to have
// arrived: the province has some of it, and takes it again as it is. What only the
// province has stays there.
func goOnBehind(v command.View, up Upstream, p AckParcel) (changes []command.Change) {
	r := p.Receipt
	for seq := up.ReceivedSeq + 1; seq <= up.SealedSeq; seq++ {
		if seq != r.Seq {
			changes = append(changes, command.Change{Type: TypeSeal, Key: SealKey(r.Lane, seq), Op: command.Delete})
		}
	}
	last := Seal{Lane: r.Lane, Seq: r.Seq, From: up.ReceivedTo, To: up.ReceivedTo, Hash: r.Hash, At: v.Now(), Receipt: &p.Signed}
	up.SealedSeq, up.SealedTo, up.SealedHash = r.Seq, up.ReceivedTo, r.Hash
	up.ReceivedSeq, up.ReceivedAt = r.Seq, r.At
	return append(changes, put(TypeSeal, SealKey(r.Lane, r.Seq), last), put(TypeUpstream, laneKey(r.Lane), up))
}

// receivedBefore reports whether a receipt is no news. A later one is: a province
// put back in time took the parcel again, and may refuse what it had taken.
func (s Seal) receivedBefore(r Receipt) bool {
	if s.Receipt == nil {
		return false
	}
	var kept Receipt
	return json.Unmarshal(s.Receipt.Data, &kept) != nil || r.At <= kept.At
}

// LoadUpstream reads where a lane stands; the zero value before the first seal.
func LoadUpstream(v command.View, lane command.Lane) Upstream {
	up, _ := Load[Upstream](v, TypeUpstream, laneKey(lane))
	up.Lane = lane
	return up
}

// SealKey names the seal of one parcel.
func SealKey(lane command.Lane, seq uint64) command.Key {
	return laneKey(lane) + "." + command.Key(padded(seq))
}

func laneKey(lane command.Lane) command.Key { return command.Key(strconv.Itoa(int(lane))) }

// padded writes a number so that text order is number order.
func padded(n uint64) string {
	s := strconv.FormatUint(n, 10)
	return "00000000000000000000"[len(s):] + s
}

// Stage is how far a command has come; the five dots.
type Stage uint8

// Stages.
const (
	StageSaved    Stage = 1 // on the machine it was captured on
	StageAgreed   Stage = 2 // by the cluster
	StageSent     Stage = 3 // sealed into a parcel
	StageReceived Stage = 4 // by the province
	StageDecided  Stage = 5
)

// Place is where the last change of a command stands in one lane's feed.
type Place struct {
	Lane command.Lane
	Seq  uint64
}

// Furthest computes how far an agreed command has come: all its changes must
// have passed a mark. No places means that nothing of it leaves the cluster.
func Furthest(v command.View, places []Place) Stage {
	stage := StageAgreed
	for i, p := range places {
		reached := StageAgreed
		up := LoadUpstream(v, p.Lane)
		switch {
		case up.ReceivedTo >= p.Seq:
			reached = StageReceived
		case up.SealedTo >= p.Seq:
			reached = StageSent
		}
		if i == 0 || reached < stage {
			stage = reached
		}
	}
	return stage
}
