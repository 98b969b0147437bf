package nodetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/lookup"
	"gocua/store/command"
)

// Client is somebody signed in at one machine.
type Client struct {
	t     testing.TB
	URL   string
	Token string
	http  *http.Client
}

// callPatience bounds one call; a cut-off machine must still answer.
const callPatience = 30 * time.Second

// NewClient is somebody who holds a token already, or needs none.
func NewClient(t testing.TB, url, token string) *Client {
	return &Client{t: t, URL: url, Token: token, http: &http.Client{Timeout: callPatience}}
}

// SignIn signs in over the API.
func SignIn(t testing.TB, url, user, password string) *Client {
	t.Helper()
	c := NewClient(t, url, "")
	require.NoError(t, c.TrySignIn(user, password))
	return c
}

// stepPatience is how long the next step of a second factor may take to come.
const stepPatience = 40 * time.Second

// SignInAs signs somebody of a demonstration in, with the code their phone would
// show. No step serves twice: who signs in again may wait for the next one, so
// keep the token.
func SignInAs(t testing.TB, url string, u demo.User) *Client {
	t.Helper()
	c := NewClient(t, url, "")
	Eventually(t, stepPatience, u.User+" to be let in with a code", func() bool {
		err := c.trySignIn(u.User, u.Password, Code(t, u.TOTPSecret))
		if err != nil && !strings.Contains(err.Error(), "code_used") {
			require.NoError(t, err)
		}
		return err == nil
	})
	return c
}

// Code is what a phone shows now; none without a secret.
func Code(t testing.TB, secret string) string {
	t.Helper()
	if secret == "" {
		return ""
	}
	code, err := totp.GenerateCode(secret, time.Now())
	require.NoError(t, err)
	return code
}

// TrySignIn signs in at a machine that may be gone.
func (c *Client) TrySignIn(user, password string) error { return c.trySignIn(user, password, "") }

func (c *Client) trySignIn(user, password, code string) error {
	status, raw, err := c.Try(http.MethodPost, "/api/v1/sessions", map[string]string{"user": user, "password": password, "code": code})
	if err != nil {
		return err
	}
	var session struct{ Token string }
	if err := json.Unmarshal(raw, &session); err != nil || status != http.StatusOK {
		return fmt.Errorf("signing in as %s at %s: answer %d %s", user, c.URL, status, raw)
	}
	c.Token = session.Token
	return nil
}

// Call makes one call and decodes the answer into out, which may be nil.
func (c *Client) Call(method, path string, in, out any) int {
	c.t.Helper()
	status, raw, err := c.Try(method, path, in)
	require.NoError(c.t, err)
	if out != nil {
		require.NoError(c.t, json.Unmarshal(raw, out), "%s %s answered %d %s", method, path, status, raw)
	}
	return status
}

// Try makes one call to a machine that may be gone. Bytes are sent as they are,
// anything else as JSON.
func (c *Client) Try(method, path string, in any) (int, []byte, error) {
	var body io.Reader
	if raw, ok := in.([]byte); ok {
		body = bytes.NewReader(raw)
	} else if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return 0, nil, err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, c.URL+path, body)
	if err != nil {
		return 0, nil, err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return resp.StatusCode, raw, err
}

// Command is a command as a program hands it in.
type Command struct {
	ID    command.ID   `json:"id"`
	Kind  string       `json:"kind"`
	Unit  string       `json:"unit"`
	After []command.ID `json:"after,omitempty"`
	Body  any          `json:"body"`
}

// Outcome is what a program hears of it.
type Outcome struct {
	ID      command.ID     `json:"id"`
	Status  command.Status `json:"status"`
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Field   string         `json:"field"`
	Index   uint64         `json:"index"`
}

// Submit hands commands in and returns the status and the outcomes.
func (c *Client) Submit(commands ...Command) (int, []Outcome) {
	c.t.Helper()
	status, outcomes, err := c.TrySubmit(commands...)
	var refused *Refused
	if !errors.As(err, &refused) {
		require.NoError(c.t, err)
	}
	return status, outcomes
}

// Refused is an answer that is neither 200 nor 202.
type Refused struct {
	Status  int
	Problem string
}

func (r *Refused) Error() string { return fmt.Sprintf("answer %d: %s", r.Status, r.Problem) }

// TrySubmit is Submit at a machine that may be gone.
func (c *Client) TrySubmit(commands ...Command) (int, []Outcome, error) {
	status, raw, err := c.Try(http.MethodPost, "/api/v1/commands", map[string]any{"commands": commands})
	if err != nil {
		return 0, nil, err
	}
	var answer struct{ Outcomes []Outcome }
	if status != http.StatusOK && status != http.StatusAccepted {
		return status, nil, &Refused{Status: status, Problem: string(raw)}
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return status, nil, fmt.Errorf("answer %d %s: %w", status, raw, err)
	}
	return status, answer.Outcomes, nil
}

// Accepted hands commands in that must all be agreed at once.
func (c *Client) Accepted(commands ...Command) []Outcome {
	c.t.Helper()
	status, outcomes := c.Submit(commands...)
	require.Equal(c.t, http.StatusOK, status, "%+v", outcomes)
	for _, o := range outcomes {
		require.Equal(c.t, command.Accepted, o.Status, "%+v", o)
	}
	return outcomes
}

// Exists reports whether a read finds something.
func (c *Client) Exists(path string) bool {
	status, _, err := c.Try(http.MethodGet, path, nil)
	return err == nil && status == http.StatusOK
}

// Told is what a machine says became of a command, and how far it has come.
type Told struct {
	Outcome
	Stage    int
	Delivery struct{ Here, Agreed, Sent, Received, Decided *time.Time }
}

// Told asks what became of a command; false: it is not known there.
func (c *Client) Told(id command.ID) (told Told, ok bool) {
	return told, c.read("/api/v1/commands/"+id.String(), &told)
}

// read makes a call and reports whether it found something.
func (c *Client) read(path string, out any) bool {
	status, raw, err := c.Try(http.MethodGet, path, nil)
	return err == nil && status == http.StatusOK && json.Unmarshal(raw, out) == nil
}

// Census lists every resident of a unit as the machine's lists show them, page
// by page, by ID. Nobody may be listed twice.
func (c *Client) Census(unit string) map[command.ID]string {
	c.t.Helper()
	all, cursor := map[command.ID]string{}, ""
	for first := true; first || cursor != ""; first = false {
		var page struct {
			Items []json.RawMessage
			Next  string
		}
		path := "/api/v1/residents?limit=200&unit=" + url.QueryEscape(unit) + "&cursor=" + url.QueryEscape(cursor)
		require.Equal(c.t, http.StatusOK, c.Call(http.MethodGet, path, nil, &page))
		for _, raw := range page.Items {
			var person struct{ ID command.ID }
			require.NoError(c.t, json.Unmarshal(raw, &person))
			_, twice := all[person.ID] // looked up, where require.NotContains would go through all of them
			require.False(c.t, twice, "%s is listed twice at %s", person.ID, c.URL)
			all[person.ID] = string(raw)
		}
		cursor = page.Next
	}
	return all
}

// Figures are the figures of the day of a unit.
func (c *Client) Figures(unit string) map[string]any {
	c.t.Helper()
	var report map[string]any
	require.Equal(c.t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/report?unit="+url.QueryEscape(unit), nil, &report))
	delete(report, "asOf")
	delete(report, "pending")
	return report
}

// Status is the machine's state; with content it reads everything.
func (c *Client) Status(content bool) (s lookup.Status) {
	c.t.Helper()
	path := "/api/v1/status"
	if content {
		path += "?content=true"
	}
	require.Equal(c.t, http.StatusOK, c.Call(http.MethodGet, path, nil, &s))
	return s
}
