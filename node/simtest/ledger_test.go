package simtest

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// verdict is what has to become of a capture.
type verdict struct {
	status command.Status
	code   string
}

var (
	agreed     = verdict{status: command.Accepted}
	changed    = verdict{command.Conflicted, "changed_meanwhile"}
	taken      = verdict{command.Conflicted, "number_taken"}
	submitted  = verdict{command.Conflicted, "already_submitted"}
	parentOpen = verdict{command.Conflicted, "parent_open"}
	withdrawn  = verdict{command.Rejected, "actor_revoked"}
)

// capture is something somebody saved, and what has to become of it.
type capture struct {
	draft command.Draft
	by    command.Actor
	at    []*machine // where it was saved; the second was tried when the first did not answer
	want  verdict
	rival *capture // the other side of a conflict
	even  bool     // either may come first; the other then ends as want says
	above *capture // whose review this one waits under
}

// ledger is everything that was captured, and what it amounts to, by hand.
type ledger struct {
	mu      sync.Mutex
	all     []*capture
	visits  map[command.ID]int      // by household
	phones  map[command.ID]string   // by resident
	names   map[command.ID]string   // by resident
	history map[*machine][]*capture // in the order of capture
}

func newLedger() *ledger {
	return &ledger{visits: map[command.ID]int{}, phones: map[command.ID]string{}, names: map[command.ID]string{}, history: map[*machine][]*capture{}}
}

// note enters a capture before it is made.
func (l *ledger) note(c *capture, at *machine) *capture {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.at = append(c.at, at)
	l.history[at] = append(l.history[at], c)
	if len(c.at) == 1 {
		l.all = append(l.all, c)
	}
	return c
}

// counts says how many captures have to end how.
func (l *ledger) counts() (n map[command.Status]int, roots int) {
	n = map[command.Status]int{}
	for _, c := range l.all {
		switch {
		case !c.even:
			n[c.want.status]++
		case c.rival.draft.ID.String() < c.draft.ID.String(): // once for the two
			n[c.want.status]++
			n[command.Accepted]++
			roots++
		}
		if !c.even && c.want.status == command.Conflicted && c.above == nil {
			roots++
		}
	}
	return n, roots
}

func (l *ledger) add(to map[command.ID]int, id command.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to[id]++
}

func (l *ledger) set(to map[command.ID]string, id command.ID, value string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to[id] = value
}

// saves puts captures in at a machine, in one go as one form would.
func (s *story) saves(m *machine, list ...*capture) {
	drafts := make([]command.Draft, len(list))
	for i, c := range list {
		drafts[i] = s.ledger.note(c, m).draft
	}
	s.submit(m, list[0].by, drafts)
}

// submit is the button. Clerks press it twice now and then.
func (s *story) submit(m *machine, by command.Actor, drafts []command.Draft) {
	var clicks sync.WaitGroup
	for range 1 + s.clicks() {
		clicks.Go(func() {
			_, err := m.node.Desk().Submit(s.t.Context(), by, drafts, 2*time.Second)
			require.NoError(s.t, err, "%s saving", m.name)
		})
	}
	clicks.Wait()
}

// says makes a capture by whoever leads the work, who may work everywhere.
func (s *story) says(kind command.Kind, unit string, body any, want verdict) *capture {
	raw, err := json.Marshal(body)
	require.NoError(s.t, err)
	return &capture{draft: command.Draft{ID: command.NewID(), Kind: kind, Unit: unit, Body: raw}, by: command.Actor{Officer: s.chief}, want: want}
}

// after makes a capture build on another, which is how it waits under its review.
func (c *capture) after(parent *capture) *capture {
	c.draft.After = []command.ID{parent.draft.ID}
	if parent.want.status == command.Conflicted {
		c.above = parent
	}
	return c
}

// against says of both what the other side is.
func against(c, rival *capture) {
	c.rival, rival.rival = rival, c
}

func (s *story) edit(person resident, field, was, now string, want verdict) *capture {
	edit := civic.Edit{Field: field, Was: quoted(field, was), Now: quoted(field, now)}
	return s.says(civic.KindResidentEdit, person.unit, civic.EditResident{ID: person.id, Edits: []civic.Edit{edit}}, want)
}

func quoted(field, value string) json.RawMessage {
	if field == "phones" {
		return json.RawMessage(`["` + value + `"]`)
	}
	return json.RawMessage(`"` + value + `"`)
}
