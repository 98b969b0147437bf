package node

import (
	"encoding/json"
	"fmt"
	"net"
	"runtime/debug"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/api"
	"gocua/node/web"
	"gocua/store/command"
	"gocua/ui/messages"
)

// routes is everything this machine answers over HTTP.
func (n *Node) routes() *fiber.App {
	app := fiber.New(api.AppConfig())
	app.Use(n.survive, api.Armour, api.Guard(web.BodyLimit), ownName)
	n.controlRoutes(app)
	if n.cfg.Demo == nil { // a demonstration and its tests have nothing to protect but their own process
		app.Use(paced(api.NewPace(n.auth.Peek, n.cfg.Clock)))
	}
	if n.cfg.Demo != nil {
		n.demoRoutes(app)
	}
	api.Mount(app, api.Config{Machine: n.desk(), Table: n.table, Auth: n.auth, Log: n.log, Ready: n.Ready})
	web.Mount(app, web.Config{Machine: n.desk(), Table: n.table, Auth: n.auth, Log: n.log, Root: n.id.Root, Office: n.OfficeURL, Checkup: n.Checkup, Upload: api.Upload})
	return app
}

// survive keeps a mistake in one answer from stopping the machine: it goes on
// capturing and agreeing, and the mistake is in the log with its place.
func (n *Node) survive(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			n.log.Error("an answer failed", "method", c.Method(), "route", c.Route().Path, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			c.Context().SetConnectionClose() // how much of the request was read is unknown
			err = fiber.ErrInternalServerError
		}
	}()
	return c.Next()
}

// ownName refuses what a browser of this machine asks for under a name that
// means nothing here: somebody's page whose name was made to point at this
// machine, so that the browser takes the two for one.
func ownName(c *fiber.Ctx) error {
	host := string(c.Request().Host())
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	named := host != "" && host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil
	if named && c.IsFromLocal() && !c.Context().IsTLS() {
		return fiber.ErrMisdirectedRequest
	}
	return c.Next()
}

// paced turns away whoever asks too often: programs with a problem, people with
// a line they can read.
func paced(pace *api.Pace) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := pace.Admit(c)
		if err == nil {
			return c.Next()
		}
		if strings.HasPrefix(c.Path(), "/api/") {
			return err
		}
		c.Set(fiber.HeaderRetryAfter, "1")
		return c.Status(fiber.StatusTooManyRequests).SendString(messages.Error(messages.Vietnamese, "rate_limited", "") + "\n")
	}
}

// demoRoutes are the switches on every link, on this machine only and without a
// sign-in: a demonstration has nothing to protect but its own process.
func (n *Node) demoRoutes(app *fiber.App) {
	local := func(c *fiber.Ctx) error {
		if origin := c.Get(fiber.HeaderOrigin); !c.IsFromLocal() || origin != "" && !api.SameOrigin(c) {
			return fiber.ErrNotFound
		}
		return c.Next()
	}
	app.Get("/demo/links", local, func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"links": n.cfg.Demo.Links()}) })
	app.Post("/demo/links/:unit", local, func(c *fiber.Ctx) error {
		var q struct {
			Up   bool   `json:"up"`
			Mode string `json:"mode"`
		}
		if err := json.Unmarshal(c.Body(), &q); err != nil {
			return reply(c, nil, command.Errorf(command.Invalid, "malformed", `expected {"up":false,"mode":"drop"}`))
		}
		unit := c.Params("unit")
		return reply(c, DemoLink{Unit: unit, Up: q.Up, Mode: q.Mode}, n.cfg.Demo.SetLink(unit, q.Up, q.Mode))
	})
}
