package node

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// owner asks a running machine over its control routes.
func owner(t *testing.T, n *Node, token, method, path string, body any) (status int, raw []byte) {
	t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = bytes.NewReader([]byte(b))
	default:
		text, err := json.Marshal(b)
		require.NoError(t, err)
		in = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, control(t, n).URL+path, in)
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	raw, err = io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, raw
}

func TestControlIsForTheOwnerOfThisMachineOnly(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	token := control(t, n).Token
	routes := [][2]string{{http.MethodGet, "/status"}, {http.MethodGet, "/officers"}, {http.MethodGet, "/card"}, {http.MethodGet, "/clusters"},
		{http.MethodGet, "/routes"}, {http.MethodGet, "/imports"}, {http.MethodGet, "/imports/x/result"}, {http.MethodPost, "/ask"}, {http.MethodPost, "/invite"},
		{http.MethodPost, "/enroll"}, {http.MethodPost, "/imports"}}
	for _, r := range routes {
		for name, given := range map[string]string{"none": "", "wrong": "x", "cut": token[:len(token)-1]} {
			status, raw := owner(t, n, given, r[0], r[1], nil)
			require.Equal(t, http.StatusNotFound, status, "%s with token %s: %s", r, name, raw)
		}
		req := httptest.NewRequest(r[0], controlPrefix+r[1], nil)
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := n.pages.app.Test(req, -1) // comes from 0.0.0.0, which is not this machine
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, http.StatusNotFound, resp.StatusCode, "%s from elsewhere", r)
	}
	status, raw := owner(t, n, token, http.MethodGet, "/status", nil)
	require.Equal(t, http.StatusOK, status, "%s", raw)
	require.Contains(t, string(raw), `"node":"district"`)
}

func TestWhatTheOwnerAsksIsCapturedLikeAnythingElse(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	token := control(t, n).Token
	ask := func(path string, body any) (int, command.Error) {
		status, raw := owner(t, n, token, http.MethodPost, path, body)
		var e command.Error
		require.NoError(t, json.Unmarshal(raw, &e), "%s", raw)
		return status, e
	}
	officer := civic.PutOfficer{ID: command.NewID(), User: "hung.vm", Name: "Vũ Mạnh Hùng", Role: civic.RoleOfficer, Unit: wardCode, Hash: "the hash"}
	status, _ := ask("/ask", map[string]any{"kind": "officer.put", "unit": clusterCode, "body": officer})
	require.Equal(t, http.StatusOK, status)
	status, raw := owner(t, n, token, http.MethodGet, "/officers", nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, string(raw), "hung.vm")
	require.NotContains(t, string(raw), "the hash")

	for _, c := range []struct {
		path, code string
		body       any
	}{
		{"/ask", "unknown_kind", map[string]any{"kind": "no.such", "body": map[string]any{}}},
		{"/ask", "malformed", "{"},
		{"/ask", "machine_only", map[string]any{"kind": "upstream.seal", "body": civic.SealParcel{}}},
		{"/ask", "role", map[string]any{"kind": "household.put", "body": civic.PutHousehold{ID: command.NewID(), Hamlet: hamletCode, Address: "Số 1"}}},
		{"/ask", "unknown_field", map[string]any{"kind": "officer.put", "body": map[string]any{"password": "x"}}},
		{"/invite", "malformed", "["},
		{"/enroll", "malformed", "["},
		{"/enroll", "bad_card", Card{Tier: "country"}},
	} {
		status, e := ask(c.path, c.body)
		require.Equal(t, http.StatusUnprocessableEntity, status, c.code)
		require.Equal(t, c.code, e.Code)
	}
	status, _ = ask("/invite", map[string]any{"node": "ward-1", "unit": wardCode})
	require.Equal(t, http.StatusOK, status)
}

func TestTheOwnerIsToldWhatNobodyHasForeseen(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	require.NoError(t, os.Remove(n.path("ca.json")))
	status, raw := owner(t, n, control(t, n).Token, http.MethodPost, "/recover/readmit", map[string]string{"node": "ward-1"})
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, string(raw), "put a copy of ca.json into its directory")
}

func TestTheSwitchesOfADemonstrationAreNotThereOtherwise(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	resp, err := http.Post(n.URL()+"/demo/links/"+wardCode, "application/json", bytes.NewReader([]byte(`{"up":false}`)))
	require.NoError(t, err)
	resp.Body.Close()
	require.Contains(t, []int{http.StatusNotFound, http.StatusMethodNotAllowed}, resp.StatusCode)
}

func TestAMistakeInOneAnswerStopsNothing(t *testing.T) {
	t.Parallel()
	n := found(t)
	log := &logged{}
	n.log = log.logger()
	app := fiber.New()
	app.Use(n.survive)
	app.Get("/mistake", func(*fiber.Ctx) error {
		var nobody *Node
		return nobody.Close()
	})
	app.Get("/fine", func(c *fiber.Ctx) error { return c.SendString("fine") })
	for path, want := range map[string]int{"/mistake": http.StatusInternalServerError, "/fine": http.StatusOK} {
		resp, err := app.Test(httptest.NewRequest(http.MethodGet, path, nil), -1)
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, want, resp.StatusCode)
	}
	require.Equal(t, 1, log.count("an answer failed"))
}

// switches are a demonstration's, with nothing behind them.
type switches struct{ cut []string }

func (s *switches) SetLink(unit string, up bool, _ string) error {
	s.cut = append(s.cut, unit)
	return nil
}

func (s *switches) Links() []DemoLink { return nil }

func TestAPageFromElsewhereMeetsClosedDoors(t *testing.T) {
	t.Parallel()
	n := found(t)
	links := &switches{}
	n.cfg.Demo = links
	n.pages.app = n.routes()
	run(t, n)
	ask := func(method, path, host, origin string) int {
		req, err := http.NewRequestWithContext(t.Context(), method, n.URL()+path, bytes.NewReader([]byte(`{"up":false}`)))
		require.NoError(t, err)
		if host != "" {
			req.Host = host
		}
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		req.Header.Set("Authorization", "Bearer "+control(t, n).Token)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, path := range []string{"/vao", "/livez", "/api/v1/units", "/control/v1/officers", "/demo/links"} {
		for _, host := range []string{"evil.example", "evil.example:8801", "127.0.0.1.evil.example"} { // a name made to point here
			require.Equal(t, http.StatusMisdirectedRequest, ask(http.MethodGet, path, host, ""), "%s at %s", path, host)
		}
	}
	for _, host := range []string{"", "localhost", "localhost:1", "127.0.0.1", "[::1]:8801"} {
		require.Equal(t, http.StatusOK, ask(http.MethodGet, "/control/v1/officers", host, ""), host)
	}
	for _, origin := range []string{"http://evil.example", "null"} {
		require.Equal(t, http.StatusNotFound, ask(http.MethodPost, "/demo/links/"+wardCode, "", origin), origin)
	}
	require.Empty(t, links.cut)
	require.Equal(t, http.StatusOK, ask(http.MethodPost, "/demo/links/"+wardCode, "", n.URL()))
	require.Equal(t, http.StatusOK, ask(http.MethodPost, "/demo/links/"+wardCode, "", ""))
	require.Equal(t, []string{wardCode, wardCode}, links.cut)
}
