package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/alecthomas/kong"

	"gocua/node"
	"gocua/store/civic"
)

// addresses are where a machine answers: three doors for three kinds of callers.
type addresses struct {
	HTTP    string `help:"For browsers on this computer itself (plain HTTP)." group:"where" default:"127.0.0.1:8080" env:"GOCUA_HTTP"`
	HTTPS   string `help:"For the other browsers of the office, such as :8443. None if not given." group:"where" placeholder:"HOST:PORT" env:"GOCUA_HTTPS"`
	Peer    string `help:"For the other machines: an address of this computer that they can reach, such as 10.0.0.5:8790. As it is, only machines on this computer can." group:"where" default:"127.0.0.1:8790" env:"GOCUA_PEER"`
	Profile string `help:"wan for thin lines between wards, lan for one building." group:"where" enum:"lan,wan" default:"wan" env:"GOCUA_PROFILE"`
}

// groups are the headings of long help texts.
func groups() []kong.Group {
	return []kong.Group{{Key: "where", Title: "Where this machine answers (serve takes the same, to change them later):"}}
}

type initCmd struct {
	Code     string   `help:"Unit code of the cluster or province, e.g. 01CG." required:"" env:"GOCUA_CODE"`
	Name     string   `help:"Its name." required:"" env:"GOCUA_NAME"`
	Tier     string   `help:"cluster (a district office and its wards) or province." enum:"cluster,province" default:"cluster" env:"GOCUA_TIER"`
	Parent   string   `help:"Unit code of the province a cluster belongs to." env:"GOCUA_PARENT"`
	Units    string   `help:"JSON file with the units below it." type:"existingfile" placeholder:"FILE" env:"GOCUA_UNITS"`
	Node     string   `help:"Name of this machine: lower-case letters, digits, hyphens." default:"node-1" env:"GOCUA_NODE"`
	Admin    string   `help:"User name of the first officer, who administers the machine." default:"quantri" env:"GOCUA_ADMIN"`
	Password string   `help:"Password of that officer, 12 characters or more. Asked for if not given; others on this computer can read a command line." env:"GOCUA_PASSWORD"`
	FirstRun bool     `help:"Make no officer now: serve shows a code with which a browser makes the first one." env:"GOCUA_FIRST_RUN"`
	Host     []string `help:"Name under which browsers of the office will reach this machine, if it does not end in .local or .lan." env:"GOCUA_HOST"`
	KeyFile  string   `help:"Where to make the key file, such as on a stick; without it the machine starts sealed. In the directory if not given." placeholder:"FILE" env:"GOCUA_KEY_FILE"`
	addresses
}

// Help is the longer text of gocua init --help.
func (initCmd) Help() string {
	return `The units file lists wards and hamlets, parents first:

  [{"code":"00163","name":"Phường Dịch Vọng Hậu","kind":"ward","parent":"01CG"},
   {"code":"00163-1","name":"Tổ 1","kind":"hamlet","parent":"00163"}]

A district office, then its province:

  gocua init --code 01CG --name "Cụm Cầu Giấy" --parent 01 --units units.json --node district --peer 10.0.0.5:8790
  gocua init --tier province --code 01 --name "TP Hà Nội" --node tinh --peer 10.0.0.2:8790`
}

func (c initCmd) Run(e env) error {
	units := []civic.Unit{{Code: c.Code, Name: c.Name, Kind: c.Tier, Parent: c.Parent}}
	if c.Units != "" {
		raw, err := os.ReadFile(c.Units)
		if err != nil {
			return err
		}
		var below []civic.Unit
		if err := json.Unmarshal(raw, &below); err != nil {
			return fmt.Errorf("%s: %w", c.Units, err)
		}
		units = append(units, below...)
	}
	officers, err := c.officers(e)
	if err != nil {
		return err
	}
	err = node.Init(node.Founding{Dir: e.dir, Node: c.Node, Unit: c.Code, Units: units, Hosts: c.Host, KeyFile: absoluteIfGiven(c.KeyFile),
		Identity: civic.Identity{Code: c.Code, Name: c.Name, Tier: c.Tier, Generation: 1},
		Officers: officers,
		HTTP:     c.HTTP, HTTPS: c.HTTPS, Peer: c.Peer, Profile: c.Profile})
	if err != nil {
		return err
	}
	if c.FirstRun {
		return e.print(map[string]any{"dir": e.dir, "node": c.Node, "units": len(units)}, func(w io.Writer) {
			fmt.Fprintf(w, "%s holds machine %s of %s now, with %d units.\nStart it with: %s\nIt shows a code; with that, make the first administrator at http://%s/lan-dau\n",
				e.dir, c.Node, c.Name, len(units), e.again("serve"), c.HTTP)
		})
	}
	return e.print(map[string]any{"dir": e.dir, "node": c.Node, "units": len(units), "admin": c.Admin}, func(w io.Writer) {
		fmt.Fprintf(w, "%s holds machine %s of %s now, with %d units.\nStart it with: %s\nThen sign in as %s at http://%s\n",
			e.dir, c.Node, c.Name, len(units), e.again("serve"), c.Admin, c.HTTP)
	})
}

// officers is the first administrator, or with --first-run nobody.
func (c initCmd) officers(e env) ([]node.NewOfficer, error) {
	if c.FirstRun {
		return nil, nil
	}
	password, err := e.password(c.Password, c.Admin)
	return []node.NewOfficer{{User: c.Admin, Name: "Quản trị", Password: password, Role: civic.RoleAdmin, Unit: c.Code}}, err
}

// again is a command line for the same machine.
func (e env) again(what string) string {
	if e.dir == defaultDir() {
		return "gocua " + what
	}
	return "gocua " + what + " --dir " + e.dir
}

type enrollCmd struct {
	Card string `help:"Write this side's card to a file, for the other side." placeholder:"FILE" xor:"side" env:"GOCUA_CARD"`
	Take string `arg:"" optional:"" help:"Card of the other side." type:"existingfile"`
}

// Validate keeps a line that says neither from doing nothing.
func (c enrollCmd) Validate() error {
	if c.Card == "" && c.Take == "" {
		return errors.New("give the other side's card, or --card FILE to write this side's")
	}
	return nil
}

// Help is the longer text of gocua enroll --help.
func (enrollCmd) Help() string {
	return `Each side shows the other its card once:

  gocua enroll --card cluster.card    at the district office; carry it to the province
  gocua enroll cluster.card           at the province
  gocua enroll --card province.card   at the province; carry it back
  gocua enroll province.card          at the district office`
}

func (c enrollCmd) Run(e env) error {
	if c.Card != "" {
		if err := e.ready(); err != nil {
			return err
		}
		var card node.Card
		if err := e.call(http.MethodGet, "/card", nil, &card); err != nil {
			return err
		}
		if err := errors.Join(card.Save(c.Card), e.warnLoopback()); err != nil {
			return err
		}
		return e.print(card, func(w io.Writer) { fmt.Fprintf(w, "%s introduces %s (%s).\n", c.Card, card.Name, card.Code) })
	}
	card, err := node.LoadCard(c.Take)
	if err != nil {
		return err
	}
	if err := e.ready(); err != nil {
		return err
	}
	if err := e.call(http.MethodPost, "/enroll", card, nil); err != nil {
		return err
	}
	return e.print(card, func(w io.Writer) { fmt.Fprintf(w, "%s (%s) is known here now.\n", card.Name, card.Code) })
}
