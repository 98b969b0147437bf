package lookup

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// State is where a command captured on a machine stands, exclusively, by the
// furthest it has come (đối số). The words stand in addresses.
type State string

// States, in the order in which a balance counts them up.
const (
	StateWaiting  State = "waiting"  // here; nobody has decided it
	StateReview   State = "review"   // a person has to decide
	StateRejected State = "rejected" // decided against; kept to be looked at
	StateStays    State = "stays"    // agreed; nothing of it leaves the cluster
	StateToSend   State = "to_send"  // agreed, not sealed into a parcel yet
	StateSent     State = "sent"     // sealed into a parcel
	StateReceived State = "received" // by the province
	StateDecided  State = "decided"  // by the province
	StateParked   State = "parked"   // the province refused some of it
	StateMissing  State = "missing"  // nobody can say: the difference
)

// States lists them; what stands in none of them is the difference.
func States() []State {
	return []State{StateWaiting, StateReview, StateRejected, StateStays, StateToSend, StateSent, StateReceived, StateDecided, StateParked}
}

// Captured is one command captured on this machine; without its ID it is one
// whose record damage has cost, or that was tidied away after a receipt.
type Captured struct {
	ID      command.ID
	Seq     uint64
	PutAt   int64            // ms by this machine's clock
	Outcome *command.Outcome // nil while undecided
	Tidied  bool             // removed from the outbox: a receipt of the province covers it
}

// Balance says that nothing captured on a machine on one day is left behind:
// what was created stands somewhere, and what does not is named.
type Balance struct {
	Day     string // "YYYY-MM-DD"
	Created int
	Count   map[State]int
	Missing []Captured // the names behind a difference
}

// Difference is how many of the created stand nowhere.
func (b Balance) Difference() int { return len(b.Missing) }

// Bookkeeper tells where captured commands stand. It remembers the marks of one
// Source, so that a day is looked through at the price of its commands alone.
type Bookkeeper struct {
	src     Source
	table   *command.Table
	parked  map[string]bool
	applied uint64
}

// NewBookkeeper looks at one fixed point of the register.
func NewBookkeeper(src Source, table *command.Table) *Bookkeeper {
	k := &Bookkeeper{src: src, table: table, parked: map[string]bool{}, applied: src.Position().Index}
	for _, p := range Parked(src, mostParked) {
		k.parked[parkedName(p.Type, p.Key)] = true
	}
	return k
}

// mostParked bounds how many refused records are looked at.
const mostParked = 10_000

func parkedName(t command.RecordType, key command.Key) string { return string(rune(t)) + string(key) }

// Balance counts up what was captured on a day, Vietnam time.
func (k *Bookkeeper) Balance(captured []Captured, day string) Balance {
	b := Balance{Day: day, Count: map[State]int{}}
	for _, c := range OnDay(captured, day) {
		b.Created++
		s := k.StateOf(c)
		if s == StateMissing {
			b.Missing = append(b.Missing, c)
			continue
		}
		b.Count[s]++
	}
	return b
}

// OnDay picks what was captured on a day.
func OnDay(captured []Captured, day string) (list []Captured) {
	for _, c := range captured {
		if civic.DayOf(c.PutAt) == day {
			list = append(list, c)
		}
	}
	return list
}

// Days lists the days on which something was captured, newest first.
func Days(captured []Captured) (days []string) {
	seen := map[string]bool{}
	for _, c := range captured {
		if day := civic.DayOf(c.PutAt); !seen[day] {
			days, seen[day] = append(days, day), true
		}
	}
	slices.Sort(days)
	slices.Reverse(days)
	return days
}

// StateOf tells where one command stands.
func (k *Bookkeeper) StateOf(c Captured) State {
	switch {
	case c.Tidied:
		return StateReceived
	case c.ID.IsZero():
		return StateMissing
	}
	agreed, known := k.src.Outcome(c.ID)
	known = known && agreed.Index > 0 // else it is only laid over
	switch {
	case known:
		return k.stateOf(c.ID, agreed)
	case c.Outcome == nil:
		return StateWaiting
	case c.Outcome.Index > k.applied: // the leader has told; it has not come here yet
		return k.stateOf(c.ID, *c.Outcome)
	}
	return StateMissing // told as decided, and the register does not know it
}

func (k *Bookkeeper) stateOf(id command.ID, out command.Outcome) State {
	if out.Status != command.Accepted {
		return k.underReview(id)
	}
	return k.onTheWay(out)
}

// underReview is where a command stands that was not accepted at once: with
// what somebody decided instead of it, if that has been agreed.
func (k *Bookkeeper) underReview(id command.ID) State {
	r, ok := civic.Load[civic.Review](k.src, civic.TypeReview, civic.KeyOf(id))
	if !ok || r.Resolution == nil {
		return StateReview
	}
	decision, agreed := k.src.Outcome(r.Resolution.Command)
	switch {
	case !agreed || decision.Index == 0:
		return StateReview // the decision itself waits here
	case r.Resolution.Status == command.Accepted:
		return k.onTheWay(decision)
	}
	return StateRejected
}

// onTheWay is how far the changes of an agreed command have come.
func (k *Bookkeeper) onTheWay(out command.Outcome) State {
	switch {
	case out.FeedTo == 0:
		return StateStays
	case out.Index > k.applied:
		return StateToSend
	}
	for item := range k.src.Feed(out.FeedFrom - 1) {
		if item.Seq > out.FeedTo {
			break
		}
		if k.parked[parkedName(item.Change.Type, item.Change.Key)] {
			if _, held := civic.ParkedAt(k.src, item.Change.Type, item.Change.Key, item.Seq); held {
				return StateParked
			}
		}
	}
	places := placesOf(k.src, k.table, out)
	if len(places) == 0 {
		return StateStays
	}
	switch civic.Furthest(k.src, places) {
	case civic.StageSent:
		return StateSent
	case civic.StageReceived:
		return StateReceived
	case civic.StageDecided:
		return StateDecided
	}
	return StateToSend
}

// WithGaps adds what the numbers of a machine's captures say there was once: what
// damage has cost, and what was tidied away. lost is sorted, lines by number;
// next is the number the next capture gets. A gap counts on the day of what
// follows it.
func WithGaps(lines []Captured, lost []uint64, next uint64) []Captured {
	all := make([]Captured, 0, len(lines))
	expected := uint64(1)
	fill := func(upTo uint64, at int64) {
		for ; expected < upTo; expected++ {
			_, gone := slices.BinarySearch(lost, expected)
			all = append(all, Captured{Seq: expected, PutAt: at, Tidied: !gone})
		}
	}
	for _, c := range lines {
		fill(c.Seq, c.PutAt)
		all = append(all, c)
		expected = c.Seq + 1
	}
	if n := len(lines); n > 0 {
		fill(next, lines[n-1].PutAt)
	}
	return all
}
