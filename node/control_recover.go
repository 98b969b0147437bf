package node

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"gocua/store/command"
)

// recoverRoutes are for beginning a cluster anew: on the console of a machine
// only, and with two people's passwords.
func (n *Node) recoverRoutes(g fiber.Router) {
	g.Get("/recover", func(c *fiber.Ctx) error {
		q, err := n.LostQuorum(c.Context())
		return reply(c, q, err)
	})
	g.Post("/recover", func(c *fiber.Ctx) error {
		var q struct {
			People []Witness `json:"people"`
		}
		if err := json.Unmarshal(c.Body(), &q); err != nil {
			return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the request cannot be read"))
		}
		done, err := n.Recover(c.Context(), q.People)
		return reply(c, done, err)
	})
	g.Post("/recover/readmit", func(c *fiber.Ctx) error {
		var q struct {
			Node string `json:"node"`
		}
		if err := json.Unmarshal(c.Body(), &q); err != nil {
			return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the request cannot be read"))
		}
		text, err := n.Readmit(q.Node)
		return reply(c, json.RawMessage(text), err)
	})
	g.Get("/recover/missing", func(c *fiber.Ctx) error {
		list, err := n.Missing()
		if err == nil && list == nil {
			list, err = n.beyond(c.Context())
		}
		if list == nil {
			list = []Missing{}
		}
		return reply(c, list, err)
	})
	g.Post("/recover/missing", func(c *fiber.Ctx) error {
		done, err := n.HandInMissing(c.Context())
		return reply(c, done, err)
	})
}
