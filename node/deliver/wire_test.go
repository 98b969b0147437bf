package deliver_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/command"
)

// door is a leader behind HTTP; its entries go to a ledger.
type door struct {
	*httptest.Server
	office *office
	ledger *ledger
	refuse *command.Error
}

func newDoor(t *testing.T, fates ...fate) *door {
	t.Helper()
	d := &door{office: &office{leader: "ward-1", self: true, moved: make(chan struct{})}, ledger: &ledger{index: map[command.ID]uint64{}, plan: fates}}
	b := deliver.NewBatcher(d.ledger, func() int64 { return 1 })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { b.Run(ctx); close(ended) }()
	mux := http.NewServeMux()
	mux.Handle("POST "+deliver.PathDeliver, deliver.Handler{Batcher: b, Leading: d.office,
		Admit: func(context.Context, []command.Envelope) *command.Error { return d.refuse }})
	d.Server = httptest.NewServer(mux)
	t.Cleanup(func() { d.Close(); cancel(); <-ended })
	return d
}

func (d *door) post(t *testing.T, commands []command.Envelope) ([]command.Decided, error) {
	t.Helper()
	return deliver.Post(t.Context(), d.Client(), d.URL, deliver.Delivery{Commands: commands})
}

func TestADeliveryAndItsOutcomesCrossTheWireUnchanged(t *testing.T) {
	d := newDoor(t)
	list := asks("a", 150)
	decided, err := d.post(t, list)
	require.NoError(t, err)
	require.Len(t, decided, 150)
	for i, x := range decided {
		require.Equal(t, list[i].ID, x.ID)
		require.EqualValues(t, 1+i/64, x.Outcome.Index)
	}
	entry, err := command.DecodeEntry(d.ledger.entries[0])
	require.NoError(t, err)
	require.Equal(t, list[:64], entry.Commands)
}

func TestAnswersOtherThanOutcomesComeThroughAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		rule  string
		door  func(*door)
		fates []fate
		want  command.Error
	}{
		{"not the leader", func(d *door) { d.office.self = false }, nil,
			command.Error{Class: command.Unavailable, Code: "not_leader", Message: "this machine does not lead"}},
		{"not admitted", func(d *door) {
			d.refuse = command.Errorf(command.Forbidden, "bad_signature", "a command of machine ward-2 is not signed by it")
		}, nil, command.Error{Class: command.Forbidden, Code: "bad_signature", Message: "a command of machine ward-2 is not signed by it"}},
		{"not agreed", func(*door) {}, []fate{refused},
			command.Error{Class: command.Unavailable, Code: "not_agreed", Message: "the cluster did not agree in time"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := newDoor(t, c.fates...)
			c.door(d)
			decided, err := d.post(t, asks("a", 3))
			require.Empty(t, decided)
			require.Equal(t, &c.want, err)
		})
	}
}

func TestWhatWasDecidedBeforeAFailureCrossesTheWireToo(t *testing.T) {
	d := newDoor(t, heard, refused)
	decided, err := d.post(t, asks("a", 100))
	require.Equal(t, "not_agreed", command.AsError(err).Code)
	require.Len(t, decided, 64)
}

func TestADeliveryOverTheBoundOrUnreadableIsRefusedWhole(t *testing.T) {
	d := newDoor(t)
	for rule, body := range map[string]io.Reader{
		"over the bound": strings.NewReader(`{"commands":[` + strings.Repeat(" ", 5<<20) + `]}`),
		"unreadable":     strings.NewReader(`{"commands":[{`),
		"no IDs":         strings.NewReader(`{"commands":[{"id":"x"}]}`),
	} {
		t.Run(rule, func(t *testing.T) {
			resp, err := http.Post(d.URL+deliver.PathDeliver, "application/json", body)
			require.NoError(t, err)
			defer resp.Body.Close()
			require.Equal(t, http.StatusBadRequest, resp.StatusCode)
			var answer struct{ Error command.Error }
			require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
			require.Equal(t, "malformed", answer.Error.Code)
			require.Empty(t, d.ledger.entries)
		})
	}
}

func TestManyDeliveriesUseOneConnection(t *testing.T) {
	d := newDoor(t)
	conns := map[string]bool{}
	inner := d.Config.Handler
	d.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conns[r.RemoteAddr] = true
		inner.ServeHTTP(w, r)
	})
	for range 5 {
		_, err := d.post(t, asks("a", 200)) // answers of 20 KB
		require.NoError(t, err)
	}
	require.Len(t, conns, 1)
}

func TestAnAnswerThatIsNoAnswerIsAnError(t *testing.T) {
	for rule, text := range map[string]string{"empty": "", "a page": "<html>", "cut short": `{"decided":[`} {
		t.Run(rule, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }))
			defer s.Close()
			_, err := deliver.Post(t.Context(), s.Client(), s.URL, deliver.Delivery{})
			require.ErrorContains(t, err, "reading the answer")
		})
	}
}
