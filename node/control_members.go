package node

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"gocua/node/voting"
	"gocua/store/command"
)

// memberRoutes are the cluster's machines on the console.
func (n *Node) memberRoutes(g fiber.Router) {
	g.Get("/members", func(c *fiber.Ctx) error { return reply(c, n.Membership(), nil) })
	g.Post("/members", func(c *fiber.Ctx) error {
		var q struct {
			Do   string `json:"do"`
			Node string `json:"node"`
		}
		err := json.Unmarshal(c.Body(), &q)
		switch {
		case err == nil && q.Do == "transfer":
			return reply(c, map[string]string{}, n.HandOver(c.Context(), q.Node))
		case err != nil || q.Do != voting.Promote && q.Do != voting.Demote && q.Do != voting.Remove:
			return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the request cannot be read"))
		}
		warn, err := n.ChangeMember(c.Context(), command.Actor{}, command.NewID(), voting.Change{Do: q.Do, Node: q.Node})
		return reply(c, map[string]string{"warn": warn}, err)
	})
}
