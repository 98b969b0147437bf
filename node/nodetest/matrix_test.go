package nodetest

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/demo"
	"gocua/store/civic"
)

// cellsAtLeast is how many answers the matrix compares, at the least.
const cellsAtLeast = 900

// TestWhoMayDoWhat holds whole machines to what testdata/*.csv says by hand.
func TestWhoMayDoWhat(t *testing.T) {
	s := setStage(t, StartDistrict(t, 0))
	for _, p := range []struct {
		name string
		run  func(*stage)
	}{
		{"EveryRouteStandsInTheMatrixAndNoOther", everyRouteStandsThere},
		{"EveryRouteAnswersEachRoleAsTheMatrixSays", routesAnswer},
	} {
		t.Run(p.name, func(t *testing.T) {
			on := *s
			on.t, on.District = t, s.In(t)
			p.run(&on)
		})
	}
}

// answersAt is what a machine says it answers.
func (s *stage) answersAt(p demo.Place) (a node.Answers) {
	require.Equal(s.t, http.StatusOK, s.Owner(p).Call(http.MethodGet, "/routes", nil, &a))
	return a
}

// matrix is the sheet of routes: "ward GET /vao".
func (s *stage) matrix() []row { return sheet(s.t, "matrix.csv", 3, true) }

func everyRouteStandsThere(s *stage) {
	told := s.answersAt(s.ward).HTTP
	require.Greater(s.t, len(told), 70, "the machine told of too few routes")
	listed := map[string]bool{}
	for _, name := range namesOf(s.matrix()) {
		at, route, _ := strings.Cut(name, " ")
		if at == "ward" {
			listed[route] = true
		}
		assert.Contains(s.t, s.answersAt(map[string]demo.Place{"ward": s.ward, "province": s.Province}[at]).HTTP, route, "the matrix has a line for a route that is not there")
	}
	for _, route := range told {
		assert.True(s.t, listed[route], "%s is not in testdata/matrix.csv: write down by hand who gets what answer", route)
	}
}

func routesAnswer(s *stage) {
	rows := s.matrix()
	blind := map[civic.Role]bool{nobody: true} // roles that may see nobody
	for _, r := range rows {
		for _, c := range r.cells {
			if r.name == "ward GET /api/v1/residents" && c.side == own && c.want != "ok" {
				blind[c.role] = true
			}
		}
	}
	checked, refused := 0, 0
	for _, r := range rows {
		for _, c := range r.cells {
			if c.want == "-" {
				continue
			}
			checked++
			if c.want == "403" || c.want == "404" || c.want == "401" || c.want == "login" {
				refused++
			}
			s.answers(r.name, c, blind[c.role])
		}
	}
	s.t.Logf("%d routes, %d answers compared, %d of them refusals", len(rows), checked, refused)
	require.GreaterOrEqual(s.t, checked, cellsAtLeast)
}

// answers makes one cell's requests and compares.
func (s *stage) answers(name string, c cell, blind bool) {
	at, route, _ := strings.Cut(name, " ")
	method, path, _ := strings.Cut(route, " ")
	place := map[string]demo.Place{"ward": s.ward, "province": s.Province}[at]
	seat := s.sit(place, c.role)
	for _, a := range s.asksOf(method, path, c.side, c.role) {
		taken := c.want == "ok" || c.want == "full" || c.want == "303" || strings.HasPrefix(c.want, "2")
		before := ""
		if method != http.MethodGet && !taken {
			before = s.holds()
		}
		resp, body := s.send(seat, a)
		got := said(resp)
		if c.want == "full" && got == "ok" {
			got = "full"
		}
		assert.Equal(s.t, c.want, got, "%s as %s, %s unit: %s", name, c.role, c.side, readable(body))
		if before != "" {
			assert.Equal(s.t, before, s.holds(), "%s as %s, %s unit changed something", name, c.role, c.side)
		}
		s.leaksNothing(name, c, body, blind, taken)
	}
	if path == "/ra" || method == http.MethodDelete && path == "/api/v1/sessions" {
		s.leave(place, c.role)
	}
}

// said is an answer as the matrix writes it.
func said(resp *http.Response) string {
	switch {
	case resp.StatusCode == http.StatusOK:
		return "ok"
	case resp.StatusCode == http.StatusSeeOther && strings.HasPrefix(resp.Header.Get("Location"), "/vao"):
		return "login"
	}
	return strconv.Itoa(resp.StatusCode)
}

var (
	markup  = regexp.MustCompile(`<[^>]*>`)
	between = regexp.MustCompile(`[\s\x{a0}.-]+`)
)

func readable(body string) string {
	text := strings.Join(strings.Fields(markup.ReplaceAllString(body, " ")), " ")
	return text[:min(len(text), 400)]
}

// leaksNothing checks what an answer may never hold: anything of the other
// ward's people; anything of one's own where it was refused or the role sees
// nobody; and, but for the calls that are there for it, a whole number.
func (s *stage) leaksNothing(name string, c cell, body string, blind, taken bool) {
	if strings.HasPrefix(body, "PK") { // a spreadsheet of one's own; the matrix says full
		assert.Equal(s.t, "full", c.want, "%s as %s handed out a file", name, c.role)
		return
	}
	hidden := slices.Clone(s.sides[other].marks)
	if blind || !taken {
		hidden = append(hidden, s.sides[own].marks...)
	}
	plain := between.ReplaceAllString(markup.ReplaceAllString(body, ""), " ")
	for _, mark := range hidden {
		assert.False(s.t, strings.Contains(body, mark) || strings.Contains(plain, mark), "%s as %s, %s unit leaks %q: %s", name, c.role, c.side, mark, readable(body))
	}
	if c.want == "full" {
		return
	}
	digits := between.ReplaceAllString(body, "") + "\n" + between.ReplaceAllString(markup.ReplaceAllString(body, ""), "")
	for _, x := range s.sides {
		for _, secret := range x.secrets {
			assert.NotContains(s.t, digits, secret, "%s as %s, %s unit shows a whole number", name, c.role, c.side)
		}
	}
}
