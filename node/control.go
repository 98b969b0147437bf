package node

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/api"
	"gocua/node/deliver"
	"gocua/node/lookup"
	"gocua/node/release"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

// The control routes are how the command line on this machine speaks to the
// running program: loopback only, with a token that only the owner of the
// machine's directory can read.
const (
	controlPrefix = "/control/v1"
	controlFile   = "control.json"
)

// Control is where a running machine listens to its own command line.
type Control struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

// LoadControl reads how to speak to the machine running in a directory.
func LoadControl(dir string) (c Control, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, controlFile))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := remember(dir); err != nil {
			return c, err
		}
		return c, fmt.Errorf("no machine is running in %s; start it with: gocua serve --dir %s", dir, dir)
	}
	if err != nil {
		return c, fmt.Errorf("reading how to speak to the machine in %s: %w", dir, err)
	}
	return c, json.Unmarshal(raw, &c)
}

func (n *Node) writeControl() error {
	n.token = rand.Text()
	raw, err := json.Marshal(Control{URL: n.URL() + controlPrefix, Token: n.token})
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return replaceFile(n.path(controlFile), raw)
}

func (n *Node) controlRoutes(app *fiber.App) {
	g := app.Group(controlPrefix, n.ownerOnly)
	g.Get("/status", n.controlStatus)
	g.Post("/ask", n.controlAsk)
	g.Post("/clock", func(c *fiber.Ctx) error { return reply(c, struct{}{}, n.confirmClock()) })
	g.Post("/end", n.controlEnd)
	g.Get("/verify", n.controlVerify)
	g.Post("/backup", n.controlBackup)
	g.Get("/officers", n.controlOfficers)
	g.Post("/officers/:user/code", n.controlCode)
	g.Post("/invite", n.controlInvite)
	g.Get("/card", func(c *fiber.Ctx) error {
		card, err := n.Card()
		return reply(c, card, err)
	})
	g.Post("/enroll", func(c *fiber.Ctx) error {
		var card Card
		if err := json.Unmarshal(c.Body(), &card); err != nil {
			return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the card cannot be read"))
		}
		return reply(c, struct{}{}, n.Enroll(c.Context(), card))
	})
	g.Get("/clusters", n.controlClusters)
	n.memberRoutes(g)
	n.recoverRoutes(g)
	g.Get("/imports", func(c *fiber.Ctx) error { return c.JSON(n.Imports()) })
	g.Post("/imports", n.controlImport)
	g.Get("/routes", n.controlRoutesOf)
	g.Get("/imports/:id", n.controlDraft)
	g.Post("/imports/:id", n.controlChoose)
	g.Delete("/imports/:id", func(c *fiber.Ctx) error { return reply(c, n.imports.stopJob(c.Params("id")), nil) })
	g.Post("/imports/:id/start", func(c *fiber.Ctx) error {
		return reply(c, struct{}{}, n.imports.begin(command.Actor{}, c.Params("id")))
	})
	g.Get("/imports/:id/result", func(c *fiber.Ctx) error {
		data, err := n.imports.result(c.Params("id"))
		if err != nil {
			return reply(c, nil, err)
		}
		return c.Send(data)
	})
}

// controlStatus is the state of this machine and what only its owner can mend: a
// command the leader refuses, with everything captured later waiting behind it.
func (n *Node) controlStatus(c *fiber.Ctx) error {
	return c.JSON(struct {
		lookup.Status
		Refused *deliver.Refusal `json:"refused,omitempty"`
		Invited []trust.Invited  `json:"invited,omitempty"`
		Program string           `json:"program"`
	}{n.Status(c.QueryBool("content")), n.drain.Refused(), n.Invitations(), release.Place(n.cfg.Dir)})
}

// controlEnd ends this run, so that a new program can be tried, or for good.
func (n *Node) controlEnd(c *fiber.Ctx) error {
	if n.cfg.End == nil {
		return reply(c, nil, command.Errorf(command.Forbidden, "not_ended_here", "this machine is ended by whoever runs it"))
	}
	n.cfg.End(c.QueryBool("again"))
	return reply(c, struct{}{}, nil)
}

// ClusterLine is what a province holds of one cluster's line.
type ClusterLine struct {
	Code    string          `json:"code"`
	Lanes   []civic.LaneEnd `json:"lanes"`
	Fork    *civic.Fork     `json:"fork"` // null: never two parcels with one number
	Parcels []ParcelTaken   `json:"parcels"`
}

// ParcelTaken is one parcel the province took, without what it carried.
type ParcelTaken struct {
	Lane  command.Lane `json:"lane"`
	Seq   uint64       `json:"seq"`
	Count int          `json:"count"` // records
	Node  string       `json:"node"`  // which brought it first
}

// controlClusters lists the lines that come in here, with every parcel taken.
func (n *Node) controlClusters(c *fiber.Ctx) error {
	r := n.reg.Read()
	defer r.Close()
	lines := []ClusterLine{}
	for _, cl := range civic.Clusters(r) {
		line := ClusterLine{Code: cl.Code, Lanes: cl.Lanes, Fork: cl.Fork, Parcels: []ParcelTaken{}}
		for _, key := range r.Scan(civic.ParcelByCluster, civic.TermPrefix(cl.Code)) {
			if p, ok := civic.Load[civic.Parcel](r, civic.TypeParcel, key); ok {
				line.Parcels = append(line.Parcels, ParcelTaken{Lane: p.Lane, Seq: p.Seq, Count: p.Count, Node: p.Node})
			}
		}
		lines = append(lines, line)
	}
	return reply(c, lines, r.Err())
}

// ownerOnly lets only this machine's owner through.
func (n *Node) ownerOnly(c *fiber.Ctx) error {
	host, _, err := net.SplitHostPort(c.Context().RemoteAddr().String())
	given := []byte(c.Get(fiber.HeaderAuthorization))
	if err != nil || !loopback(host) || subtle.ConstantTimeCompare(given, []byte("Bearer "+n.token)) != 1 {
		return fiber.ErrNotFound
	}
	return c.Next()
}

// controlAsk captures a command of the machine itself.
func (n *Node) controlAsk(c *fiber.Ctx) error {
	var q struct {
		Kind string          `json:"kind"`
		Unit string          `json:"unit"`
		Body json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(c.Body(), &q); err != nil {
		return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the request cannot be read"))
	}
	spec, ok := n.table.Named(q.Kind)
	if !ok {
		return reply(c, nil, command.Errorf(command.Invalid, "unknown_kind", "there is no kind %s", q.Kind))
	}
	if q.Unit == "" {
		q.Unit = n.self.Unit
	}
	return reply(c, struct{}{}, n.Ask(c.Context(), spec.Kind, q.Unit, q.Body))
}

// controlOfficers lists who may sign in, without what they sign in with.
func (n *Node) controlOfficers(c *fiber.Ctx) error {
	r := n.reg.Read()
	defer r.Close()
	list := []civic.Officer{}
	for _, key := range r.Scan(civic.OfficerByUser, "") {
		if o, ok := civic.Load[civic.Officer](r, civic.TypeOfficer, key); ok {
			list = append(list, o.Redacted())
		}
	}
	return reply(c, list, r.Err())
}

// OneTime is a code somebody may sign in with once.
type OneTime struct {
	User  string    `json:"user"`
	Code  string    `json:"code"`
	Until time.Time `json:"until"`
}

// controlCode gives somebody a code for what they lost.
func (n *Node) controlCode(c *fiber.Ctx) error {
	code, until, err := n.auth.ConsoleCode(c.Context(), c.Params("user"), c.Query("lost", civic.LostPassword))
	return reply(c, OneTime{User: c.Params("user"), Code: code, Until: until}, err)
}

func (n *Node) controlInvite(c *fiber.Ctx) error {
	var q struct {
		Node  string `json:"node"`
		Unit  string `json:"unit"`
		Voter bool   `json:"voter"`
	}
	if err := json.Unmarshal(c.Body(), &q); err != nil {
		return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the request cannot be read"))
	}
	invitation, err := n.invitation(q.Node, q.Unit, q.Voter)
	return reply(c, invitation, err)
}

func (n *Node) controlBackup(c *fiber.Ctx) error {
	var o BackupOrder
	if err := json.Unmarshal(c.Body(), &o); err != nil {
		return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the request cannot be read"))
	}
	done, err := n.Backup(c.Context(), o)
	return reply(c, done, err)
}

func (n *Node) controlImport(c *fiber.Ctx) error {
	unit := c.Query("unit", n.self.Unit)
	data, err := io.ReadAll(api.Upload(c))
	if err != nil {
		return reply(c, nil, err)
	}
	take := n.imports.start
	if c.QueryBool("hold") {
		take = n.imports.hold
	}
	job, err := take(command.Actor{}, unit, c.Query("name"), data)
	return reply(c, job, err)
}

// controlDraft is how a list that has not begun would be read.
func (n *Node) controlDraft(c *fiber.Ctx) error {
	d, err := n.imports.draft(c.Params("id"))
	return reply(c, d, err)
}

func (n *Node) controlChoose(c *fiber.Ctx) error {
	var choice lookup.ImportChoice
	if err := json.Unmarshal(c.Body(), &choice); err != nil {
		return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the choice cannot be read"))
	}
	return reply(c, struct{}{}, n.imports.choose(c.Params("id"), choice))
}

// reply answers the owner of this machine, who is told in the system's own words what
// went wrong where nobody has foreseen it.
func reply(c *fiber.Ctx, body any, err error) error {
	if err != nil {
		said := command.AsError(err)
		if known := new(command.Error); !errors.As(err, &known) {
			said.Message += ": " + err.Error()
		}
		return c.Status(fiber.StatusUnprocessableEntity).JSON(said)
	}
	return c.JSON(body)
}
