package civic

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"gocua/store/command"
)

// Parked is a record the province refused (treo): visible here, the rest goes
// on. It is let go once a parcel that carries the record again is received
// without a refusal of it.
type Parked struct {
	Lane   command.Lane       `json:"lane"`
	Seq    uint64             `json:"seq"` // of the parcel that was refused
	Type   command.RecordType `json:"type"`
	Key    command.Key        `json:"key"`
	Code   string             `json:"code"`
	At     int64              `json:"at"`
	Unit   string             `json:"unit,omitempty"`   // where the record is listed; empty: it lies in no unit
	Resent int64              `json:"resent,omitempty"` // when a person last had it sent again unchanged, ms
}

func (p Parked) Derive(d *command.Derived) {
	place := term(strconv.Itoa(int(p.Lane)), padded(p.Seq))
	d.Find(ParkedBySeq, place)
	d.Find(ParkedByUnit, term(p.Unit, place))
}

// ParkedKey names what is kept of one refused record.
func ParkedKey(t command.RecordType, key command.Key) command.Key {
	return key + "." + command.Key(strconv.Itoa(int(t)))
}

// ParkedAt reports whether the change of a record at a place in the feed is held
// up at the province (treo): the record is parked, and the place was received
// with or before the refusal. A later correction is on its way and is not.
func ParkedAt(v command.View, t command.RecordType, key command.Key, seq uint64) (Parked, bool) {
	p, ok := Load[Parked](v, TypeParked, ParkedKey(t, key))
	return p, ok && LoadUpstream(v, p.Lane).ReceivedTo >= seq
}

// parkings is what a receipt changes: what was refused is parked, what was sent
// again and was not refused is parked no more.
func parkings(v command.View, r Receipt, again []Ref) (changes []command.Change) {
	for _, x := range r.Refused {
		parked := Parked{Lane: r.Lane, Seq: r.Seq, Type: x.Type, Key: x.Key, Code: x.Code, At: v.Now(), Unit: listedUnder(v.Get(x.Type, x.Key))}
		changes = append(changes, put(TypeParked, ParkedKey(x.Type, x.Key), parked))
	}
	for _, ref := range again {
		refused := slices.ContainsFunc(r.Refused, func(x RefusedItem) bool { return x.Type == ref.Type && x.Key == ref.Key })
		if key := ParkedKey(ref.Type, ref.Key); !refused && v.Get(TypeParked, key) != nil {
			changes = append(changes, command.Change{Type: TypeParked, Key: key, Op: command.Delete})
		}
	}
	return changes
}

// listedUnder is the unit a record says it lies in, or is.
func listedUnder(value []byte) string {
	var rec struct{ Hamlet, Unit, Code string }
	if json.Unmarshal(value, &rec) != nil {
		return ""
	}
	return cmp.Or(rec.Hamlet, rec.Unit, rec.Code)
}

// ResendParked has a parked record go up again as it is, once the province has
// put right what made it refuse. A record that is changed goes up by itself.
type ResendParked struct {
	Type command.RecordType `json:"type"`
	Key  command.Key        `json:"key"`
}

func (p ResendParked) Check() *command.Error {
	if !fits(p.Key) {
		return command.InvalidField("/key", "bad_key", "that is no key of a record")
	}
	return nil
}

func (p ResendParked) Decide(v command.View, e command.Envelope) command.Decision {
	value := v.Get(p.Type, p.Key)
	if value == nil {
		return command.Reject(unknown("/key", "record", string(p.Key)))
	}
	if !Covers(v, e.Unit, listedUnder(value)) {
		return command.Reject(outside("/key", "the record", e.Unit))
	}
	parked, ok := Load[Parked](v, TypeParked, ParkedKey(p.Type, p.Key))
	if !ok {
		return command.Accept() // the province has it by now
	}
	parked.Resent = v.Now()
	return command.Accept(command.Change{Type: p.Type, Key: p.Key, Op: command.Put, Value: value}, put(TypeParked, ParkedKey(p.Type, p.Key), parked))
}
