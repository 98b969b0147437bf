package node

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"gocua/store/civic"
)

// Answers is everything a machine answers, as "METHOD path", sorted: over HTTP,
// and at its peer door to its cluster, to whoever joins it, and, a province, to
// clusters.
type Answers struct {
	HTTP     []string `json:"http"`
	Peer     []string `json:"peer"`
	Upstream []string `json:"upstream"`
}

// controlRoutesOf lists what this machine answers, read from what is mounted: the
// test that holds every route to the table of who may cannot forget one.
func (n *Node) controlRoutesOf(c *fiber.Ctx) error {
	var a Answers
	for _, r := range c.App().GetRoutes(true) {
		if r.Method != fiber.MethodHead { // Fiber answers it wherever it answers GET
			a.HTTP = append(a.HTTP, r.Method+" "+r.Path)
		}
	}
	for _, call := range slices.Concat(n.peerCalls(), n.guests.calls()) {
		a.Peer = append(a.Peer, call.pattern)
	}
	if n.self.Tier == civic.TierProvince {
		for _, call := range n.upstreamCalls() {
			a.Upstream = append(a.Upstream, call.pattern)
		}
	}
	for _, list := range [][]string{a.HTTP, a.Peer, a.Upstream} {
		slices.Sort(list)
	}
	return reply(c, a, nil)
}
