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
const cellsAtLeast = 1775

// TestWhoMayDoWhat holds whole machines to what testdata/*.csv says by hand.
func TestWhoMayDoWhat(t *testing.T) {
	beside(t)
	s := setStage(t, StartDistrict(t, 0))
	for _, p := range []struct {
		name string
		run  func(*stage)
	}{
		{"EveryRouteStandsInTheMatrixAndNoOther", everyRouteStandsThere},
		{"EveryRouteAnswersEachRoleAsTheMatrixSays", routesAnswer},
		{"EveryKindIsAskedForByWhoMayAndNoOther", kindsAnswer},
		{"ThePeerPortAnswersMembersOnly", thePeerPortAnswersMembersOnly},
		{"ForgedEnvelopesReachNoRegister", forgedEnvelopesReachNoRegister},
		{"WhatADisabledOfficerTookDownWhileCutOffIsInReviewAndNothingOfItInTheRegister", revokedWhileCutOff},
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
	require.GreaterOrEqual(s.t, len(told), 120, "the machine told of too few routes")
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
		said, not := s.line(r, blind)
		checked, refused = checked+said, refused+not
	}
	s.t.Logf("%d routes, %d answers compared, %d of them refusals, each with its leaks looked for", len(rows), checked, refused)
	require.GreaterOrEqual(s.t, checked, cellsAtLeast)
}

// line compares one route's answers. Who is refused asks first, so that one look
// tells whether any of them changed something.
func (s *stage) line(r row, blind map[civic.Role]bool) (checked, refused int) {
	at, route, _ := strings.Cut(r.name, " ")
	method, path, _ := strings.Cut(route, " ")
	place := map[string]demo.Place{"ward": s.ward, "province": s.Province}[at]
	ask := func(c cell) {
		checked++
		for _, a := range s.asksOf(method, path, c.side, c.role) {
			resp, body := s.send(s.sit(place, c.role), a)
			got := said(resp)
			if c.want == "full" && got == "ok" {
				got = "full"
			}
			if got != c.want {
				s.wrong("%s as %s, %s unit: the matrix says %s, the answer is %s: %s", r.name, c.role, c.side, c.want, got, readable(body))
			}
			s.leaksNothing(r.name, c, body, blind[c.role])
			s.follow(place, c.role, resp)
		}
		if path == "/ra" || method+" "+path == "DELETE /api/v1/sessions" {
			s.leave(place, c.role)
		}
	}
	if strings.HasSuffix(path, "/doi-chieu") {
		for _, x := range s.sides { // something waits for a person before anybody asks
			s.review[x.unit] = s.inReview(x)
		}
	}
	before := ""
	if method != http.MethodGet {
		before = s.holds()
	}
	for _, c := range r.cells {
		if c.want != "-" && !taken(c.want) {
			refused++
			ask(c)
		}
	}
	if before != "" {
		if now := s.holds(); now != before {
			s.wrong("%s: somebody who was refused changed something: %s", r.name, parted(before, now))
		}
	}
	for _, c := range r.cells {
		if c.want != "-" && taken(c.want) {
			ask(c)
		}
	}
	return checked, refused
}

// parted is where two texts begin to differ.
func parted(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	around := func(s string) string { return s[max(0, at-120):min(len(s), at+120)] }
	return around(a) + " | " + around(b)
}

// taken tells answers that let somebody through from those that do not.
func taken(want string) bool {
	return want == "ok" || want == "full" || want == "303" || strings.HasPrefix(want, "2")
}

// wrong notes a difference and goes on: they are best judged side by side.
func (s *stage) wrong(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf(format, args...)
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
func (s *stage) leaksNothing(name string, c cell, body string, blind bool) {
	who := name + " as " + string(c.role) + ", " + c.side + " unit"
	if strings.HasPrefix(body, "PK") { // a spreadsheet of one's own
		if c.want != "full" {
			s.wrong("%s handed out a file", who)
		}
		return
	}
	hidden := slices.Clone(s.sides[other].marks)
	if blind || !taken(c.want) {
		hidden = append(hidden, s.sides[own].marks...)
	}
	plain := between.ReplaceAllString(markup.ReplaceAllString(body, ""), " ")
	for _, mark := range hidden {
		if strings.Contains(body, mark) || strings.Contains(plain, mark) {
			s.wrong("%s leaks %q: %s", who, mark, readable(body))
		}
	}
	if c.want == "full" {
		return
	}
	digits := between.ReplaceAllString(body, "") + "\n" + between.ReplaceAllString(plain, "")
	for _, x := range s.sides {
		for _, secret := range x.secrets {
			if strings.Contains(digits, secret) {
				s.wrong("%s shows a whole number", who)
			}
		}
	}
}
