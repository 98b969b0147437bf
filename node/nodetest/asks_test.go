package nodetest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/node/demo"
	"gocua/store/civic"
	"gocua/store/command"
)

// ask is one request of the matrix.
type ask struct {
	method, path string
	form         url.Values             // of a page
	fill         func(seat, url.Values) // adds to it what only somebody signed in can know
	json         any                    // of a call
	kind         string                 // of raw
	raw          func(at seat) []byte
}

// asking is a route of the matrix, about one side, and who asks for it.
type asking struct {
	*stage
	method, path string
	whose        string
	x            side
	role         civic.Role
	user         demo.User
}

// asksOf are the requests that stand for a route about one side: valid but for
// who asks. A route without a parameter needs no line in any of the themes: it
// is asked for as it is, with ?unit=, and a form with the session's token only.
func (s *stage) asksOf(method, path, whose string, role civic.Role) []ask {
	q := asking{stage: s, method: method, path: path, whose: whose, x: s.sides[whose], role: role, user: s.cast[s.ward.Node+" "+string(role)]}
	if role == nobody {
		q.user = s.cast[s.ward.Node+" "+string(civic.RoleOfficer)]
	}
	for _, theme := range []func(asking, string) []ask{asking.ofEntry, asking.ofAccounts, asking.ofOfficers, asking.ofTeams, asking.ofPeople, asking.ofCapture, asking.ofOffice, asking.ofMembers, asking.ofPrograms, asking.ofHouseholds, asking.ofScans, asking.ofLists, asking.ofPlans} {
		if asks := theme(q, method+" "+path); asks != nil {
			return asks
		}
	}
	require.NotContains(s.t, path, ":", "%s %s has a parameter: say in one of the themes what stands for it", method, path)
	require.NotContains(s.t, path, "*", "%s %s: say in one of the themes what stands for it", method, path)
	switch {
	case method == http.MethodGet:
		return q.get(path + "?unit=" + q.x.unit)
	case strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/control/"):
		return q.call(path, map[string]any{})
	}
	return q.post(path)
}

// post is a form, with what every form that records carries.
func (q asking) post(path string, pairs ...string) []ask {
	v := url.Values{"command": {command.NewID().String()}, "id": {command.NewID().String()}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return []ask{{method: http.MethodPost, path: path, form: v}}
}

func (q asking) get(paths ...string) (asks []ask) {
	for _, path := range paths {
		asks = append(asks, ask{method: http.MethodGet, path: path})
	}
	return asks
}

func (q asking) call(path string, in any) []ask {
	return []ask{{method: q.method, path: path, json: in}}
}

// send makes a request as a browser does, or under /api and /control as a program.
func (s *stage) send(at seat, a ask) (*http.Response, string) {
	s.t.Helper()
	program := strings.HasPrefix(a.path, "/api/") || strings.HasPrefix(a.path, "/control/") || strings.HasPrefix(a.path, "/demo/")
	var body []byte
	kind := a.kind
	switch {
	case a.raw != nil:
		body = a.raw(at)
	case a.form != nil:
		if at.form != "" {
			a.form.Set("token", at.form)
			if a.fill != nil {
				a.fill(at, a.form)
			}
		}
		body, kind = []byte(a.form.Encode()), "application/x-www-form-urlencoded"
	case a.json != nil:
		var err error
		body, err = json.Marshal(a.json)
		require.NoError(s.t, err)
		kind = "application/json"
	}
	req, err := http.NewRequestWithContext(s.t.Context(), a.method, at.url+a.path, bytes.NewReader(body))
	require.NoError(s.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	switch {
	case program && at.session != "":
		req.Header.Set("Authorization", "Bearer "+at.session)
	case !program:
		req.Header.Set("Origin", at.url)
		if at.session != "" {
			req.AddCookie(&http.Cookie{Name: auth.CookieName(false), Value: at.session})
		}
	}
	client := http.Client{Timeout: callPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	require.NoError(s.t, err, "%s %s", a.method, a.path)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return resp, string(text)
}
