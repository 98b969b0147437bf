package deliver_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/command"
	"gocua/store/outbox"
)

const (
	kindNote   command.Kind = 1
	kindList   command.Kind = 2 // a page
	kindRecord command.Kind = 3 // machines only
)

// note is the one body of the small table these tests speak.
type note struct {
	Text string `json:"text"`
}

func (n note) Check() *command.Error {
	if n.Text == "" {
		return command.InvalidField("/text", "required", "a note says something")
	}
	return nil
}

func (note) Decide(command.View, command.Envelope) command.Decision { return command.Accept() }

func smallTable() *command.Table {
	list, record := command.Of[note](kindList, "note.list"), command.Of[note](kindRecord, "note.record")
	list.Page, record.System = true, true
	return command.NewTable(nil, []command.Spec{command.Of[note](kindNote, "note.put"), list, record}, nil)
}

// agreed plays the register: notes that say "no" are refused, those that say
// "clash" are in conflict.
type agreed struct {
	mu       sync.Mutex
	outcomes map[command.ID]command.Outcome
	waited   uint64
	seen     [][]string // what was previewed
}

func (a *agreed) Preview(list []command.Envelope) (decisions []command.Decision, _ error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var texts []string
	for _, e := range list {
		var n note
		if err := json.Unmarshal(e.Body, &n); err != nil {
			return nil, err
		}
		texts = append(texts, n.Text)
		d := command.Accept()
		switch n.Text {
		case "no":
			d = command.Reject(command.InvalidField("/text", "rude", "one does not say that"))
		case "clash":
			d = command.Conflict(command.Errorf(command.Conflicting, "changed_meanwhile", "somebody was quicker"))
		}
		decisions = append(decisions, d)
	}
	a.seen = append(a.seen, texts)
	return decisions, nil
}

func (a *agreed) Outcome(id command.ID) (command.Outcome, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	out, ok := a.outcomes[id]
	return out, ok
}

func (a *agreed) Wait(ctx context.Context, index uint64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waited = index
	return ctx.Err()
}

// counter is a machine at which things are captured.
type counter struct {
	*deliver.Capture
	box *outbox.Outbox
	reg *agreed
	led *office
	pub ed25519.PublicKey
}

const someTime = int64(1_767_225_600_000)

func newCounter(t *testing.T) *counter {
	t.Helper()
	box, err := outbox.Open(outbox.Config{Dir: filepath.Join(t.TempDir(), "outbox"), Key: make([]byte, 32), Node: "ward-1"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, box.Close()) })
	pub, key, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	c := &counter{box: box, reg: &agreed{outcomes: map[command.ID]command.Outcome{}}, led: &office{moved: make(chan struct{})}, pub: pub}
	c.Capture = &deliver.Capture{Node: "ward-1", Key: key, Table: smallTable(), Outbox: box, Register: c.reg, Leading: c.led,
		Clock: func() int64 { return someTime }}
	return c
}

var clerk = command.Actor{Officer: command.DerivedID("Trang"), Node: "somebody else's", Device: "phone"}

func draft(name, text string) command.Draft {
	return command.Draft{ID: command.DerivedID(name), Kind: kindNote, Unit: "00166", Body: json.RawMessage(fmt.Sprintf(`{ "text": %q }`, text))}
}

// submit hands in without waiting.
func (c *counter) submit(t *testing.T, drafts ...command.Draft) ([]command.Decided, error) {
	t.Helper()
	return c.Submit(t.Context(), clerk, drafts, 0)
}

// problem is why a list was turned away, and where.
func problem(t *testing.T, err error) (item int, code, field string) {
	t.Helper()
	var p *command.Problem
	require.ErrorAs(t, err, &p)
	return p.Item, p.Why.Code, p.Why.Field
}

func TestWhatIsCapturedIsSignedHereAndSaysWhoAsked(t *testing.T) {
	c := newCounter(t)
	decided, err := c.submit(t, draft("a", "hello"))
	require.NoError(t, err)
	require.Equal(t, []command.Decided{{ID: command.DerivedID("a"), Outcome: command.Outcome{Status: command.Waiting, Kind: kindNote}}}, decided)

	it, ok := c.box.Get(command.DerivedID("a"))
	require.True(t, ok)
	e := it.Envelope
	require.True(t, e.SignedBy(c.pub))
	require.Equal(t, command.Actor{Officer: clerk.Officer, Node: "ward-1", Device: "phone"}, e.By, "the machine is this one, whatever the session says")
	require.Equal(t, command.Origin{Node: "ward-1", Epoch: e.Origin.Epoch, Seq: 1}, e.Origin)
	require.Equal(t, `{"text":"hello"}`, string(e.Body))
	require.Equal(t, someTime, e.CapturedAt)
}

func TestAListIsKeptWholeOrNotAtAll(t *testing.T) {
	long := strings.Repeat("x", command.MaxCommand)
	afters := make([]command.ID, command.MaxAfter+1)
	for _, c := range []struct {
		rule        string
		last        command.Draft
		code, field string
	}{
		{"a rule refuses one", draft("z", "no"), "rude", "/text"},
		{"one has no text", draft("z", ""), "required", "/text"},
		{"one has an unknown field", command.Draft{ID: command.DerivedID("z"), Kind: kindNote, Body: json.RawMessage(`{"txt":""}`)}, "unknown_field", "/txt"},
		{"one is of an unknown kind", command.Draft{ID: command.DerivedID("z"), Kind: 99, Body: json.RawMessage(`{}`)}, "unknown_kind", ""},
		{"one has no ID", command.Draft{Kind: kindNote, Body: json.RawMessage(`{"text":"x"}`)}, "required", ""},
		{"one is for machines", command.Draft{ID: command.DerivedID("z"), Kind: kindRecord, Body: json.RawMessage(`{"text":"x"}`)}, "machine_only", ""},
		{"one names too many parents", command.Draft{ID: command.DerivedID("z"), Kind: kindNote, After: afters, Body: json.RawMessage(`{"text":"x"}`)}, "too_many", ""},
		{"one is too large", draft("z", long), "too_large", ""},
		{"one has the ID of another of the list", draft("a", "something else"), "id_reused", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			counter := newCounter(t)
			_, err := counter.submit(t, draft("a", "one"), draft("b", "two"), c.last)
			item, code, field := problem(t, err)
			require.Equal(t, 2, item)
			require.Equal(t, c.code, code)
			require.Equal(t, c.field, field)
			require.Empty(t, counter.box.Recent(0), "nothing was kept")
		})
	}
}

func TestAPageMayBeLargerThanAForm(t *testing.T) {
	c := newCounter(t)
	page := draft("a", strings.Repeat("x", 50_000))
	page.Kind = kindList
	_, err := c.submit(t, page)
	require.NoError(t, err)
	page = draft("b", strings.Repeat("x", command.MaxPage))
	page.Kind = kindList
	_, err = c.submit(t, page)
	_, code, _ := problem(t, err)
	require.Equal(t, "too_large", code)
}

func TestAConflictIsKept(t *testing.T) {
	c := newCounter(t)
	_, err := c.submit(t, draft("a", "clash"))
	require.NoError(t, err)
	require.Len(t, c.box.Undecided(0), 1)
}

func TestTheSameCommandAgainIsTheSameCommand(t *testing.T) {
	c := newCounter(t)
	_, err := c.submit(t, draft("a", "one"))
	require.NoError(t, err)
	decided, err := c.submit(t, draft("a", "one"), draft("b", "two"))
	require.NoError(t, err)
	require.Equal(t, command.Waiting, decided[0].Outcome.Status)
	require.Len(t, c.box.Recent(0), 2)
	require.Equal(t, []string{"two"}, c.reg.seen[1], "what waits is not asked twice")

	out := command.Outcome{Status: command.Accepted, Index: 7, Kind: kindNote}
	require.NoError(t, c.box.Settle(command.DerivedID("a"), out))
	decided, err = c.submit(t, draft("a", "one"))
	require.NoError(t, err)
	require.Equal(t, out, decided[0].Outcome, "the first outcome")

	_, err = c.submit(t, draft("c", "three"), draft("a", "changed"))
	item, code, _ := problem(t, err)
	require.Equal(t, 1, item)
	require.Equal(t, "id_reused", code)
	require.Len(t, c.box.Recent(0), 2)
}

func TestACommandTheClusterKnowsIsNotCapturedAgain(t *testing.T) {
	c := newCounter(t)
	known := command.Envelope{Kind: kindNote, Unit: "00166", Body: json.RawMessage(`{"text":"one"}`)}.Hash()
	out := command.Outcome{Status: command.Rejected, Code: "rude", Index: 3, Hash: known[:]}
	c.reg.outcomes[command.DerivedID("a")] = out
	decided, err := c.submit(t, draft("a", "one"))
	require.NoError(t, err)
	require.Equal(t, out, decided[0].Outcome)
	require.EqualValues(t, 3, c.reg.waited, "until what is read next shows it")
	require.Empty(t, c.box.Recent(0))

	_, err = c.submit(t, draft("a", "two"))
	_, code, _ := problem(t, err)
	require.Equal(t, "id_reused", code)
}

func TestTwoFormsWithOneIDAtOnceAreOneCommandAndOneProblem(t *testing.T) {
	c := newCounter(t)
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i, text := range []string{"one", "two"} {
		both.Go(func() { _, errs[i] = c.submit(t, draft("a", text)) })
	}
	both.Wait()
	if errs[0] == nil {
		errs[0], errs[1] = errs[1], errs[0]
	}
	require.NoError(t, errs[1])
	_, code, _ := problem(t, errs[0])
	require.Equal(t, "id_reused", code)
	require.Len(t, c.box.Recent(0), 1)
}

func TestTheAnswerComesWhenAllIsDecidedOrTheTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t)
		var decided []command.Decided
		var err error
		began, took := time.Now(), time.Duration(-1)
		ask := func(drafts ...command.Draft) {
			took, began = -1, time.Now()
			go func() {
				decided, err = c.Submit(t.Context(), clerk, drafts, 2*time.Second)
				took = time.Since(began)
			}()
			synctest.Wait()
		}

		ask(draft("a", "one"))
		require.Zero(t, took, "nobody leads: there is nothing to wait for")
		require.NoError(t, err)
		require.Equal(t, command.Waiting, decided[0].Outcome.Status)

		c.led.elect("ward-2")
		ask(draft("b", "two"), draft("c", "three"))
		require.Negative(t, took)
		out := command.Outcome{Status: command.Accepted, Index: 9}
		time.Sleep(time.Second)
		require.NoError(t, c.box.Settle(command.DerivedID("c"), out))
		synctest.Wait()
		require.Negative(t, took, "one is still open")
		require.NoError(t, c.box.Settle(command.DerivedID("b"), out))
		synctest.Wait()
		require.Equal(t, time.Second, took)
		require.Equal(t, []command.Decided{{ID: command.DerivedID("b"), Outcome: out}, {ID: command.DerivedID("c"), Outcome: out}}, decided)
		require.EqualValues(t, 9, c.reg.waited)

		ask(draft("d", "four"))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, 2*time.Second, took)
		require.NoError(t, err)
		require.Equal(t, command.Waiting, decided[0].Outcome.Status)
		require.NoError(t, c.box.Close()) // here, for its goroutine is of this bubble
	})
}

func TestWhatBecameOfACommandIsKnownWhereItWasCaptured(t *testing.T) {
	c := newCounter(t)
	d, ok := c.Status(command.DerivedID("a"))
	require.False(t, ok)
	require.Equal(t, command.Waiting, d.Outcome.Status)
	_, err := c.submit(t, draft("a", "one"))
	require.NoError(t, err)
	_, ok = c.Status(command.DerivedID("a"))
	require.True(t, ok)
}

func TestWhatBecameOfAnotherBodyUnderTheSameIDIsNotTold(t *testing.T) {
	c, id := newCounter(t), command.DerivedID("a")
	_, err := c.submit(t, draft("a", "one"))
	require.NoError(t, err)
	c.reg.outcomes[id] = command.Outcome{Status: command.Accepted, Index: 3, Hash: []byte("of another body")}
	d, ok := c.Status(id)
	require.True(t, ok)
	require.Equal(t, command.Waiting, d.Outcome.Status)
	reused := command.Outcome{Status: command.Rejected, Code: "id_reused"}
	require.NoError(t, c.box.Settle(id, reused))
	d, _ = c.Status(id)
	require.Equal(t, reused, d.Outcome)
}
