// Package web draws the pages: a request becomes a look at the register or a
// captured command, and that becomes a page model for ui.Render. Every form is a
// plain POST that answers with a redirect or with the form as it was typed.
//
// It must not hold rules, nor know how the register is stored or agreed on: it
// asks node/lookup and the machine it runs on.
//
// Begin with web.go (what is mounted where), then request.go and form.go.
package web

import (
	"context"
	"crypto/x509"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/doctor"
	"gocua/node/lookup"
	"gocua/node/photo"
	"gocua/store/command"
	"gocua/store/roster"
	"gocua/ui"
)

// Config is what pages are drawn from.
type Config struct {
	Machine lookup.Machine
	Table   *command.Table
	Auth    *auth.Auth
	Log     *slog.Logger
	Root    *x509.Certificate // of the cluster, for the page that explains how to trust it
	Office  func() string     // where browsers of the office find these pages, such as "https://10.0.0.5:8443"; empty: nowhere

	// Checkup examines this machine and its computer, in a language of doctor; at is
	// when the computer was looked at.
	Checkup func(ctx context.Context, language string) (list []doctor.Finding, at time.Time, err error)

	// Upload is the body of a request with a list, bounded in length and time;
	// nil takes it from the connection as it is.
	Upload func(*fiber.Ctx) io.Reader
}

// BodyLimit is how large a body each route takes, bytes.
func BodyLimit(path string) int64 {
	switch {
	case path == uploadPath || strings.HasPrefix(path, "/control/v1/imports"):
		return roster.MaxFile + 1<<20 // the form around the file
	case takesPhoto(path):
		return photo.MaxFile + 1<<20
	case strings.HasPrefix(path, "/api/"):
		return 1 << 20
	}
	return 256 << 10
}

// site is the pages of one machine.
type site struct {
	Config
	exports *exports
	glances *glances
	lens    chan struct{} // held by the one photograph that is being unpacked
}

// route is one page or form. Every route names the act somebody must be allowed;
// open routes say why they need none.
type route struct {
	method, path string
	act          auth.Act
	open         string // why nobody has to be signed in
	handle       func(*request) error
}

// Mount adds the pages to the app.
func Mount(app *fiber.App, cfg Config) {
	if cfg.Upload == nil {
		cfg.Upload = plainBody
	}
	s := &site{Config: cfg, exports: &exports{last: map[command.ID]time.Time{}}, glances: newGlances(), lens: make(chan struct{}, 1)}
	app.Get("/static/*", static)
	for _, r := range s.routes() {
		app.Add(r.method, r.path, s.guarded(r))
	}
	app.Get("/*", s.guarded(route{open: "who mistyped an address has to be told", handle: nowhere}))
}

// nowhere answers an address that leads to no page. A program's stays with the
// app's own handler.
func nowhere(q *request) error {
	if strings.HasPrefix(q.Path(), "/api/") || strings.HasPrefix(q.Path(), "/control/") {
		return fiber.ErrNotFound
	}
	return q.drawWith(fiber.StatusNotFound, ui.PageMessage, ui.MessageModel{Shell: q.shell(""), Kind: ui.MessageNoPage, Back: "/"})
}

func plainBody(c *fiber.Ctx) io.Reader {
	if body := c.Context().RequestBodyStream(); body != nil {
		return io.LimitReader(body, BodyLimit(c.Path()))
	}
	return strings.NewReader("")
}

// static serves embedded files under names that change with their content.
func static(c *fiber.Ctx) error {
	body, contentType, ok := ui.Asset(c.Path())
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, contentType)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.Send(body)
}
