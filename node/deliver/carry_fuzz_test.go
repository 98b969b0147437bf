package deliver_test

import (
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/command"
)

// FuzzWhatIsHandedOver hands a carrier any bytes: it answers, and keeps nothing
// but what the caller captured and signed.
func FuzzWhatIsHandedOver(f *testing.F) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	signed := command.Envelope{V: command.FormatVersion, ID: command.DerivedID("a"), Kind: 9, Unit: "00166", By: command.Actor{Node: "ward-2"},
		Origin: command.Origin{Node: "ward-2", Epoch: 1, Seq: 1}, Body: json.RawMessage(`"a"`)}.Sign(key)
	for _, h := range []deliver.Hand{{Commands: []command.Envelope{signed}}, {Ask: []command.ID{signed.ID}}, {Commands: []command.Envelope{signed}, After: signed.ID}} {
		raw, err := json.Marshal(h)
		require.NoError(f, err)
		f.Add(string(raw))
	}
	f.Add(`{"commands":[{"v":1,"origin":{"node":"ward-2"},"by":{"node":"ward-2"}}]}`)
	w := newWorld(f, f.TempDir(), "ward-1")
	f.Cleanup(w.close)
	carrier := w.hosts["ward-1"].carrier
	carrier.Admit = func(list []command.Envelope) *command.Error {
		for _, e := range list {
			if !e.SignedBy(key.Public().(ed25519.PublicKey)) {
				return command.Errorf(command.Forbidden, "bad_signature", "not signed")
			}
		}
		return nil
	}
	handler := carrier.Handler(func(*http.Request) (string, bool) { return "ward-2", true })
	f.Fuzz(func(t *testing.T, body string) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, deliver.PathCarry, strings.NewReader(body)))
		require.Contains(t, []int{http.StatusOK, http.StatusAccepted, http.StatusBadRequest, http.StatusForbidden, http.StatusConflict}, answer.Code)
		for _, it := range w.hosts["ward-1"].held.UndecidedOf("ward-2", 0) {
			require.Equal(t, signed, it.Envelope)
		}
		require.LessOrEqual(t, w.hosts["ward-1"].keeps(), 1)
	})
}
