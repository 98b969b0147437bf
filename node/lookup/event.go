package lookup

import (
	"bytes"
	"cmp"
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Event is what one command did to a record and to those that hang on it.
type Event struct {
	At          int64      // agreed time, ms; while it waits here, when it was captured
	Command     command.ID // who asked for it knows it by this
	Kind        string     // such as "visit.record"
	Status      command.Status
	Officer     command.ID // zero: not recorded, or a machine
	OfficerName string
	Stage       civic.Stage // the dots that are filled
	Stages      int         // and how many there are
	Taken       bool        // a person had it go in after it was stopped
	Pending     bool
	Changes     []RecordChange
	seq         uint64 // place of its last change in the feed
}

// RecordChange is what became of one record.
type RecordChange struct {
	Type    command.RecordType
	Record  string // such as "visit"
	Key     command.Key
	Created bool
	Fields  []FieldChange // what differs, by name; of a new record everything
	Value   []byte        // the record as it was afterwards, JSON
}

// Events is the history of a record and of those that hang on it, newest first:
// of a resident also applications, activations, and visits to the household; of
// a household its visits; of both what waits for a person. waiting is what this
// machine has not had agreed to, Machine.Waiting: changes of it come first.
func Events(src Source, table *command.Table, waiting []WaitingCommand, t command.RecordType, key command.Key) []Event {
	h := historian{src: src, table: table, waiting: waiting, events: map[cause]*Event{}}
	for _, r := range related(src, t, key) {
		h.read(r)
	}
	return h.newestFirst()
}

type record struct {
	kind command.RecordType
	key  command.Key
}

// related lists a record and what hangs on it.
func related(src Source, t command.RecordType, key command.Key) []record {
	list := []record{{t, key}}
	add := func(t command.RecordType, keys []command.Key) {
		for _, k := range keys {
			list = append(list, record{t, k})
		}
	}
	switch t {
	case civic.TypeResident:
		add(civic.TypeApplication, civic.Applications(src, key))
		add(civic.TypeActivation, civic.Activations(src, key))
		if r, ok := civic.Load[civic.Resident](src, civic.TypeResident, key); ok && !r.Household.IsZero() {
			add(civic.TypeVisit, civic.Visits(src, civic.Sibling(key, r.Household.String())))
		}
		list = append(list, ofMerged(src, key)...)
	case civic.TypeHousehold:
		add(civic.TypeVisit, civic.Visits(src, key))
	}
	for _, k := range src.Scan(civic.ReviewByRecord, civic.TermPrefix(string(key))) {
		list = append(list, record{civic.TypeReview, k})
	}
	return list
}

// historian gathers what was done to several records by the command that did it.
type historian struct {
	src     Source
	table   *command.Table
	waiting []WaitingCommand
	events  map[cause]*Event
}

// cause is what makes an event of several changes: the command, or at the
// province a change alone, since a parcel brings the work of many commands.
type cause struct {
	command command.ID
	seq     uint64 // of a change that came with a parcel
}

func (h historian) read(r record) {
	kind, _ := h.table.Record(r.kind)
	var before []byte
	for item := range h.src.History(r.kind, r.key) {
		change := changeOf(kind, item.Change, before)
		before = item.Change.Value
		out, _ := h.src.Outcome(item.Command)
		if out.Kind == civic.KindParcelReceive {
			h.arrived(item, change)
			continue
		}
		e := h.event(item, out)
		e.Changes = append(e.Changes, change)
		e.seq = max(e.seq, item.Seq)
	}
	now := h.src.Get(r.kind, r.key)
	if e := h.overlaid(r, now, before); e != nil {
		e.Changes = append(e.Changes, changeOf(kind, command.Change{Type: r.kind, Key: r.key, Op: command.Put, Value: now}, before))
	}
}

// event finds or begins the event of an agreed command.
func (h historian) event(item command.FeedItem, out command.Outcome) *Event {
	if e := h.events[cause{command: item.Command}]; e != nil {
		return e
	}
	d := DeliveryOf(h.src, h.table, command.Decided{ID: item.Command, Outcome: out}, 0)
	spec, _ := h.table.Kind(out.Kind)
	e := &Event{At: item.At, Command: item.Command, Kind: spec.Name, Status: out.Status, Stage: d.Stage, Stages: d.Stages, Taken: d.Taken}
	h.events[cause{command: item.Command}] = e
	return e
}

// waitingFor finds a command that waits; few of a page's records have one, of
// thousands that may wait.
func (h historian) waitingFor(id command.ID) (w WaitingCommand) {
	if i := slices.IndexFunc(h.waiting, func(w WaitingCommand) bool { return w.Envelope.ID == id }); i >= 0 {
		w = h.waiting[i]
	}
	return w
}

// overlaid finds or begins the event of the waiting command that last changed a
// record; nil if what is shown is what was agreed.
func (h historian) overlaid(r record, now, agreed []byte) *Event {
	id := command.ID{}
	if r.kind == civic.TypeReview {
		id, _ = command.ParseID(string(r.key))
	} else {
		id = revOf(now)
	}
	if now == nil || bytes.Equal(now, agreed) || !Pending(h.src, id) {
		return nil
	}
	if e := h.events[cause{command: id}]; e != nil {
		return e
	}
	out, _ := h.src.Outcome(id)
	w := h.waitingFor(id)
	spec, _ := h.table.Kind(out.Kind)
	e := &Event{At: w.Envelope.CapturedAt, Command: id, Kind: spec.Name, Status: command.Waiting, Officer: w.Envelope.By.Officer,
		Stage: civic.StageSaved, Stages: spec.Stages, Pending: true}
	h.events[cause{command: id}] = e
	return e
}

func (h historian) newestFirst() []Event {
	list := make([]Event, 0, len(h.events))
	for _, e := range h.events {
		if out, ok := h.src.Outcome(e.Command); ok && e.Officer.IsZero() {
			e.Officer = out.By.Officer
		}
		for _, c := range e.Changes { // at the province: the clusters' outcomes stay with them
			if e.Officer.IsZero() {
				e.Officer = officerOf(c.Value)
			}
		}
		e.OfficerName = OfficerName(h.src, e.Officer)
		list = append(list, *e)
	}
	slices.SortFunc(list, newerFirst)
	return list
}

// newerFirst puts what waits here before what was agreed.
func newerFirst(a, b Event) int {
	if a.Pending != b.Pending {
		if a.Pending {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.seq, a.seq), cmp.Compare(b.At, a.At), bytes.Compare(b.Command[:], a.Command[:]))
}

// ofMerged lists the records that turned out to be of a resident, and the visits
// to where they were listed.
func ofMerged(src Source, key command.Key) (list []record) {
	id, err := command.ParseID(string(key))
	if err != nil {
		return nil // at the province nobody is merged
	}
	kept, _ := civic.Load[civic.Resident](src, civic.TypeResident, key)
	for _, m := range civic.MergedInto(src, id) {
		list = append(list, record{civic.TypeResident, civic.KeyOf(m.ID)})
		if m.Late == nil || m.Late.Household.IsZero() || m.Late.Household == kept.Household {
			continue
		}
		for _, k := range civic.Visits(src, civic.KeyOf(m.Late.Household)) {
			if visit := (record{civic.TypeVisit, k}); !slices.Contains(list, visit) {
				list = append(list, visit)
			}
		}
	}
	return list
}
