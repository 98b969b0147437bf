package command

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"
)

// Decider is the body of one kind: data plus the pure rule that decides it.
type Decider interface {
	Decide(View, Envelope) Decision
}

// Checker is a body that can say, without looking at anything else, that it is
// malformed. The edge asks before storing anything; Table.Decide asks again.
type Checker interface {
	Check() *Error
}

// Spec declares one kind.
type Spec struct {
	Kind    Kind
	Name    string // "noun.verb", the name in the API
	Page    bool   // one of many numbered pages: may be larger
	System  bool   // only machines ask for it
	Proven  bool   // of System: what it says is proved by signatures, so any machine of the cluster may bring it
	Stages  int    // how many of the five delivery dots apply
	Example string // JSON of a body, for people and for tests
	Body    reflect.Type
	decode  func([]byte) (Decider, error)
}

// Of declares a kind whose body is a T.
func Of[T Decider](k Kind, name string) Spec {
	return Spec{Kind: k, Name: name, Stages: 4, Body: reflect.TypeFor[T](), decode: func(b []byte) (Decider, error) {
		var body T
		if own, ok := any(&body).(plainReader); ok {
			if own.ReadPlain(b) {
				return body, nil
			}
			body = *new(T)
		}
		if err := strictJSON(b, &body); err != nil {
			return nil, err
		}
		return body, nil
	}}
}

// plainReader is a body that reads itself where it is written as this program
// writes it. What it says no to, encoding/json reads.
type plainReader interface{ ReadPlain([]byte) bool }

// Lane is the order in which a record goes up to the province.
type Lane uint8

const (
	Stays   Lane = 0 // never leaves the cluster
	Urgent  Lane = 1 // applications and decisions
	Routine Lane = 2 // roster and visits
)

// Record declares one type of record.
type Record struct {
	Type     RecordType
	Name     string
	Lane     Lane
	Personal bool // holds personal data
	derive   func([]byte, *Derived) error
	shape    string
}

// Deriver is a record that is found by something or counted somewhere.
type Deriver interface {
	Derive(*Derived)
}

// RecordOf declares a record type stored as the JSON of T. If *T or T is a
// Deriver its terms and counts are kept. Raise version when Derive changes:
// that is what makes every node rebuild its indexes and tallies.
func RecordOf[T any](t RecordType, name string, lane Lane, version int) Record {
	return Record{Type: t, Name: name, Lane: lane,
		shape: fmt.Sprintf("%d %s v%d", t, name, version),
		derive: func(b []byte, d *Derived) error {
			var v T
			if err := Unmarshal(b, &v); err != nil {
				return fmt.Errorf("record %s: %w", name, err)
			}
			if dv, ok := any(v).(Deriver); ok {
				dv.Derive(d)
			} else if dv, ok := any(&v).(Deriver); ok {
				dv.Derive(d)
			}
			return nil
		}}
}

// Unmarshal reads a record. One that reads itself is not looked through first,
// as encoding/json would: it checks what it reads.
func Unmarshal[T any](b []byte, to *T) error {
	if own, ok := any(to).(json.Unmarshaler); ok {
		return own.UnmarshalJSON(b)
	}
	return json.Unmarshal(b, to)
}

// Derive returns what follows from a stored value.
func (r Record) Derive(value []byte) (Derived, error) {
	var d Derived
	err := r.derive(value, &d)
	return d, err
}

// Policy is what holds for all kinds alike.
type Policy interface {
	// Admit refuses a command whose asker may not ask; nil lets it through.
	Admit(View, Spec, Envelope) *Error
	// Settle may turn a decision (a parent still open) and adds the records
	// that keep a refused or conflicting command whole.
	Settle(View, Spec, Envelope, Decision) Decision
}

// Table is the whole vocabulary: kinds, records and the policy over them.
type Table struct {
	policy  Policy
	kinds   map[Kind]Spec
	names   map[string]Spec
	records map[RecordType]Record
}

// NewTable builds the table. It panics on a number or name declared twice: that
// is a mistake in the program, found by the first test that runs.
func NewTable(p Policy, specs []Spec, records []Record) *Table {
	t := &Table{policy: p, kinds: map[Kind]Spec{}, names: map[string]Spec{}, records: map[RecordType]Record{}}
	for _, s := range specs {
		if _, twice := t.kinds[s.Kind]; twice || t.names[s.Name].Name != "" {
			panic(fmt.Sprintf("command: kind %d %q declared twice", s.Kind, s.Name))
		}
		t.kinds[s.Kind], t.names[s.Name] = s, s
	}
	for _, r := range records {
		if _, twice := t.records[r.Type]; twice {
			panic(fmt.Sprintf("command: record type %d declared twice", r.Type))
		}
		t.records[r.Type] = r
	}
	return t
}

// Kind finds a kind by its number.
func (t *Table) Kind(k Kind) (Spec, bool) { s, ok := t.kinds[k]; return s, ok }

// Named finds a kind by its name.
func (t *Table) Named(name string) (Spec, bool) { s, ok := t.names[name]; return s, ok }

// Record finds a record type.
func (t *Table) Record(rt RecordType) (Record, bool) { r, ok := t.records[rt]; return r, ok }

// Kinds lists all kinds by number.
func (t *Table) Kinds() []Spec {
	all := make([]Spec, 0, len(t.kinds))
	for _, s := range t.kinds {
		all = append(all, s)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Kind < all[j].Kind })
	return all
}

// Records lists all record types by number.
func (t *Table) Records() []Record {
	all := make([]Record, 0, len(t.records))
	for _, r := range t.records {
		all = append(all, r)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Type < all[j].Type })
	return all
}

// DerivedShape identifies the declaration of all indexes and tallies.
func (t *Table) DerivedShape() [32]byte {
	var b strings.Builder
	for _, r := range t.Records() {
		fmt.Fprintln(&b, r.shape)
	}
	return sha256.Sum256([]byte(b.String()))
}

// Canonical checks a body as it came from outside and returns the bytes that
// are stored and hashed. The error's Field points into the body.
func (t *Table) Canonical(k Kind, body []byte) (json.RawMessage, *Error) {
	s, ok := t.kinds[k]
	if !ok {
		return nil, Errorf(Invalid, "unknown_kind", "this build knows no kind %d", k)
	}
	d, err := s.decode(body)
	if err != nil {
		return nil, bodyError(err)
	}
	if c, ok := d.(Checker); ok {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	return mustJSON(d), nil
}

// Decode reads a body as Canonical wrote it, for a kind that decides other
// commands again.
func (t *Table) Decode(k Kind, body []byte) (Decider, error) {
	s, ok := t.kinds[k]
	if !ok {
		return nil, fmt.Errorf("unknown kind %d", k)
	}
	d, err := s.decode(body)
	if err != nil {
		return nil, fmt.Errorf("kind %s: %w", s.Name, err)
	}
	return d, nil
}

// Decide decides one command on a view. The error is a failure, not an outcome:
// whoever applies entries must stop, for the others may know what this one does not.
func (t *Table) Decide(v View, e Envelope) (Decision, error) {
	body, err := t.Decode(e.Kind, e.Body)
	if err != nil {
		return Decision{}, fmt.Errorf("command %s: %w", e.ID, err)
	}
	s := t.kinds[e.Kind]
	d := t.decide(v, s, e, body)
	if len(d.Changes) > MaxChanges || Size(d.Changes) > MaxEffect {
		d = Reject(Errorf(Invalid, "too_large", "this would change %d records at once", len(d.Changes)))
	}
	return t.policy.Settle(v, s, e, d), nil // what it adds is one record, kept whatever the size
}

func (t *Table) decide(v View, s Spec, e Envelope, body Decider) Decision {
	if err := t.policy.Admit(v, s, e); err != nil {
		return Reject(err)
	}
	if c, ok := body.(Checker); ok {
		if err := c.Check(); err != nil {
			return Reject(err)
		}
	}
	return body.Decide(v, e)
}

// Size is what changes count towards MaxEffect, in bytes.
func Size(changes []Change) (n int) {
	for _, c := range changes {
		n += len(c.Value) + len(c.Key) + 8
	}
	return n
}

// bodyError turns what encoding/json says into an error that names the field.
func bodyError(err error) *Error {
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return InvalidField("/"+strings.ReplaceAll(wrongType.Field, ".", "/"), "wrong_type",
			"expected %s, got %s", wrongType.Type, wrongType.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Errorf(Invalid, "malformed", "the body is empty or cut short")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return InvalidField("/"+strings.Trim(name, `"`), "unknown_field", "there is no such field")
	}
	return Errorf(Invalid, "malformed", "%s", strings.TrimPrefix(err.Error(), "json: "))
}

// Limit is the size an encoded envelope of this kind may have, in bytes.
func (s Spec) Limit() int {
	if s.Page {
		return MaxPage
	}
	return MaxCommand
}
