package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/command"
)

// Config is what the calls are answered from. All fields are required.
type Config struct {
	Machine lookup.Machine
	Table   *command.Table
	Auth    *auth.Auth
	Log     *slog.Logger
	Ready   func() []string // why the machine should not be sent work yet; none: it may be
}

// api answers the calls of one machine.
type api struct {
	Config
	document  []byte        // OpenAPI
	kinds     []kindAnswer  // what may be asked for
	digesting chan struct{} // a slot for whoever has everything read
}

// Mount adds the calls to the app, and what keeps a mistake in any handler that
// is mounted later, pages included, from ending the machine.
func Mount(app *fiber.App, cfg Config) {
	a := &api{Config: cfg, kinds: describeKinds(cfg.Table), digesting: make(chan struct{}, 1)}
	a.document = describe(routes())
	app.Use(a.contain)
	for _, r := range routes() {
		app.Add(r.method, r.path, a.serve(r))
	}
	app.Use("/api", unknown)
}

// contain turns a panic into an error and writes down what nobody expected. Of a
// panic only the kind and the place are kept: its value may be somebody's data.
func (a *api) contain(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %T\n%s", p, debug.Stack())
		}
		if err != nil && StatusOf(err) == http.StatusInternalServerError {
			a.Log.Error("a request failed", "method", c.Method(), "route", c.Route().Path, "error", err)
		}
	}()
	return c.Next()
}

// unknown answers calls that do not exist.
func unknown(c *fiber.Ctx) error {
	for _, r := range routes() {
		if fiber.RoutePatternMatch(c.Path(), r.path) {
			return fiber.ErrMethodNotAllowed
		}
	}
	return fiber.ErrNotFound
}
