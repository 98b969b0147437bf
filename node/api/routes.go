package api

import (
	"net/http"

	"gocua/node/auth"
	"gocua/node/lookup"
)

// route is one call: what it is for, who may make it, what it takes and what it
// answers. Exactly one of open, act and anyone says who may.
type route struct {
	method, path string // as Fiber writes it
	summary      string
	open         string   // why it needs no sign-in
	anyone       string   // why everybody who is signed in may
	unready      bool     // also before a second factor or a new password is set up
	act          auth.Act // what the asker's role must allow
	query        []param
	body         any // zero value of what is sent
	answer       any // zero value of what comes back; a string: that media type
	status       int // of the answer; 0: 200
	also         map[int]any
	problems     []int
	handle       func(*api, *call) error
}

// param is a parameter of the query.
type param struct{ name, kind, doc string }

var (
	pUnit     = param{"unit", "string", "code of a unit: it and everything below it; without it, your own"}
	pHamlet   = param{"hamlet", "string", "code of a hamlet, instead of unit"}
	pLimit    = param{"limit", "integer", "items on a page, 1 to 200; 50 without it"}
	pCursor   = param{"cursor", "string", "next of the page before"}
	pMinIndex = param{"min_index", "integer", "wait at most 5 s until this machine has come so far"}
)

// Statuses that several routes may answer with.
var (
	readProblems  = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusServiceUnavailable}
	namedProblems = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusServiceUnavailable}
	sendProblems  = []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}
)

// routes is every call there is.
func routes() []route {
	return append(probeRoutes(), append(commandRoutes(), readRoutes()...)...)
}

func probeRoutes() []route {
	return []route{
		{method: "GET", path: "/livez", summary: "Whether the program runs", open: "says nothing but that it runs",
			answer: liveAnswer{}, handle: (*api).live},
		{method: "GET", path: "/readyz", summary: "Whether the machine may be sent work, and why not", open: "for whoever watches the machine; names no person",
			answer: readyAnswer{}, also: map[int]any{http.StatusServiceUnavailable: readyAnswer{}}, handle: (*api).ready},
		{method: "GET", path: "/metrics", summary: "Gauges in the text form of Prometheus", open: "for whoever watches the machine; names no person",
			answer: "text/plain", handle: (*api).metrics},
		{method: "GET", path: "/openapi.json", summary: "This description", open: "the same on every machine",
			answer: map[string]any{}, handle: (*api).openAPI},
	}
}

func commandRoutes() []route {
	return []route{
		{method: "POST", path: "/api/v1/sessions", summary: "Sign in", open: "whoever signs in is not signed in yet",
			body: signInBody{}, answer: sessionAnswer{},
			problems: append([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable}, sendProblems...), handle: (*api).signIn},
		{method: "DELETE", path: "/api/v1/sessions", summary: "Sign out", anyone: "of one's own session", unready: true,
			status: http.StatusNoContent, problems: []int{http.StatusUnauthorized, http.StatusForbidden}, handle: (*api).signOut},
		{method: "GET", path: "/api/v1/sessions", summary: "Where the asker is signed in on this machine", act: auth.OwnAccount,
			answer: sessionsAnswer{}, problems: []int{http.StatusUnauthorized, http.StatusForbidden}, handle: (*api).listSessions},
		{method: "DELETE", path: "/api/v1/sessions/:id", summary: "End one of the asker's sessions, or with others as its ID all but the one that asks", act: auth.OwnAccount,
			status: http.StatusNoContent, problems: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, handle: (*api).endSession},
		{method: "GET", path: "/api/v1/kinds", summary: "What may be asked for, with a JSON Schema and an example of each", open: "the same on every machine",
			answer: kindsAnswer{}, handle: (*api).getKinds},
		{method: "POST", path: "/api/v1/commands", summary: "Ask for changes: all of them are taken, in order, or none", anyone: "the register's own policy says who may ask for which kind",
			query: []param{{"wait_ms", "integer", "how long to wait for outcomes, 0 to 10000; 2000 without it"}},
			body:  commandsBody{}, answer: outcomesAnswer{}, also: map[int]any{http.StatusAccepted: outcomesAnswer{}},
			problems: append([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}, sendProblems...),
			handle:   (*api).postCommands},
		{method: "GET", path: "/api/v1/commands/:id", summary: "What became of a command and how far it has come", anyone: "only who asked for it knows its ID, and an outcome names no person",
			query: []param{pMinIndex}, answer: commandAnswer{}, problems: namedProblems, handle: (*api).getCommand},
	}
}

func readRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/residents", summary: "Residents by name, or found by what was typed; numbers masked", act: auth.SeePeople,
			query: []param{{"q", "string", "name, birth, phone or personal number, or parts of them; best first, one page"}, pUnit, pHamlet,
				{"bucket", "string", "where they stand: one or several with commas between"}, pLimit, pCursor, pMinIndex},
			answer: list[Person]{}, problems: readProblems, handle: (*api).getResidents},
		{method: "GET", path: "/api/v1/residents/:id", summary: "Everything about one resident", act: auth.SeePeople,
			query: []param{pMinIndex}, answer: profileAnswer{}, problems: namedProblems, handle: (*api).getResident},
		{method: "GET", path: "/api/v1/residents/:id/events", summary: "What happened to a resident and their household, newest first", act: auth.SeePeople,
			query: []param{pMinIndex}, answer: list[eventAnswer]{}, problems: namedProblems, handle: (*api).getResidentEvents},
		{method: "GET", path: "/api/v1/households/:id", summary: "A household with its people and visits", act: auth.SeePeople,
			query: []param{pMinIndex}, answer: householdAnswer{}, problems: namedProblems, handle: (*api).getHousehold},
		{method: "GET", path: "/api/v1/households/:id/events", summary: "What happened to a household, newest first", act: auth.SeePeople,
			query: []param{pMinIndex}, answer: list[eventAnswer]{}, problems: namedProblems, handle: (*api).getHouseholdEvents},
		{method: "GET", path: "/api/v1/applications", summary: "Applications in one state, longest waiting first", act: auth.SeePeople,
			query:  []param{{"state", "string", "captured without it"}, pUnit, pHamlet, pLimit, pCursor, pMinIndex},
			answer: list[applicationAnswer]{}, problems: readProblems, handle: (*api).getApplications},
		{method: "GET", path: "/api/v1/review", summary: "What waits for a person, first captured first", act: auth.SeeReview,
			query: []param{pUnit, pHamlet, pLimit, pCursor, pMinIndex}, answer: list[reviewAnswer]{}, problems: readProblems, handle: (*api).getReviews},
		{method: "GET", path: "/api/v1/audit", summary: "Who changed and who looked at what, newest first", act: auth.SeeAudit,
			query: []param{{"officer", "string", "ID or user name"}, {"record", "string", "ID of a person, household or application"},
				{"from", "string", "RFC 3339"}, {"to", "string", "RFC 3339, exclusive"}, {"kind", "string", "changes, looks or signins; all without it"}, pUnit, pLimit, pCursor, pMinIndex},
			answer: list[auditAnswer]{}, problems: readProblems, handle: (*api).getAudit},
		{method: "GET", path: "/api/v1/report", summary: "Figures of one day for a unit and what is directly below it", act: auth.SeeFigures,
			query:  []param{pUnit, {"day", "string", "YYYY-MM-DD at UTC+7; today without it"}, pMinIndex},
			answer: reportAnswer{}, problems: readProblems, handle: (*api).getReport},
		{method: "GET", path: "/api/v1/units", summary: "A unit and everything below it", anyone: "the tree of units is public",
			query: []param{pUnit, pMinIndex}, answer: list[unitAnswer]{}, problems: readProblems, handle: (*api).getUnits},
		{method: "GET", path: "/api/v1/status", summary: "The state of this machine; index and digest of one view", anyone: "every officer may see how fresh and how well connected their machine is",
			query:  []param{{"content", "boolean", "also the digest over all content: reads everything"}, pMinIndex},
			answer: lookup.Status{}, problems: append([]int{http.StatusTooManyRequests}, readProblems...), handle: (*api).getStatus},
	}
}
