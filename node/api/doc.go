// Package api is the door for programs: JSON under /api/v1, its description in
// OpenAPI, the probes of a machine, and what protects every request that comes
// over HTTP, pages included: how large a body may be, how long it may take, and
// what an error looks like.
//
// It must not hold rules, nor know how the register is stored or agreed on: it
// asks node/lookup and the machine it runs on. Who may do what stands beside
// every route, in one table.
//
// Begin with routes.go (every call on two pages), then call.go (what each goes
// through) and guard.go (what happens before).
package api
