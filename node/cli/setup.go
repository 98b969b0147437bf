package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"gocua/node"
	"gocua/node/trust"
	"gocua/store/civic"
)

type addresses struct {
	HTTP    string `help:"Address for pages on this machine itself (plain HTTP)." default:"127.0.0.1:8080" env:"GOCUA_HTTP"`
	HTTPS   string `help:"Address for the browsers of the office (HTTPS), such as :8443. Empty: none." placeholder:"HOST:PORT" env:"GOCUA_HTTPS"`
	Peer    string `help:"Address under which other machines reach this one." default:"127.0.0.1:8790" env:"GOCUA_PEER"`
	Profile string `help:"wan for thin lines between wards, lan for one building." enum:"lan,wan" default:"wan" env:"GOCUA_PROFILE"`
}

type initCmd struct {
	addresses
	Tier     string   `help:"cluster (a district office and its wards) or province." enum:"cluster,province" default:"cluster" env:"GOCUA_TIER"`
	Code     string   `help:"Unit code of the cluster or province, e.g. 01CG." required:"" env:"GOCUA_CODE"`
	Name     string   `help:"Its name." required:"" env:"GOCUA_NAME"`
	Parent   string   `help:"Unit code of the province a cluster belongs to." env:"GOCUA_PARENT"`
	Node     string   `help:"Name of this machine: lower-case letters, digits, hyphens." default:"node-1" env:"GOCUA_NODE"`
	Units    string   `help:"JSON file with the units below: [{\"code\",\"name\",\"kind\":\"ward|hamlet\",\"parent\"}]." type:"existingfile" env:"GOCUA_UNITS"`
	Admin    string   `help:"User name of the first officer, who administers the machine." default:"quantri" env:"GOCUA_ADMIN"`
	Password string   `help:"Password of that officer, 12 characters or more. Better given as GOCUA_PASSWORD." required:"" env:"GOCUA_PASSWORD"`
	Host     []string `help:"Name under which browsers of the office will reach this machine." env:"GOCUA_HOST"`
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
	err := node.Init(node.Founding{Dir: e.dir, Node: c.Node, Unit: c.Code, Units: units, Hosts: c.Host,
		Identity: civic.Identity{Code: c.Code, Name: c.Name, Tier: c.Tier, Generation: 1},
		Officers: []node.NewOfficer{{User: c.Admin, Name: "Quản trị", Password: c.Password, Role: civic.RoleAdmin, Unit: c.Code}},
		HTTP:     c.HTTP, HTTPS: c.HTTPS, Peer: c.Peer, Profile: c.Profile})
	if err != nil {
		return err
	}
	return e.print(map[string]string{"dir": e.dir, "node": c.Node}, func(w io.Writer) {
		fmt.Fprintf(w, "%s holds machine %s now. Start it with: gocua serve --dir %s\n", e.dir, c.Node, e.dir)
	})
}

type inviteCmd struct {
	Node  string `arg:"" help:"Name of the new machine: lower-case letters, digits, hyphens."`
	Unit  string `arg:"" help:"Code of the unit it will serve."`
	Out   string `help:"File to write." required:"" placeholder:"FILE" env:"GOCUA_OUT"`
	Voter bool   `help:"Let it vote once it has caught up. Keep the number of voters odd: 1, 3 or 5." env:"GOCUA_VOTER"`
}

func (c inviteCmd) Run(e env) error {
	var answer struct {
		Fingerprint string `json:"fingerprint"`
	}
	err := e.call(http.MethodPost, "/invite", map[string]any{"node": c.Node, "unit": c.Unit, "voter": c.Voter, "file": absolute(c.Out)}, &answer)
	if err != nil {
		return err
	}
	return e.print(answer, func(w io.Writer) {
		fmt.Fprintf(w, "%s holds the key of %s: carry it by hand, destroy it after use.\nOn the new machine: gocua join %s\nBoth screens must show %s\n", c.Out, c.Node, c.Out, answer.Fingerprint)
	})
}

type joinCmd struct {
	addresses
	Bundle string `arg:"" help:"The file that gocua invite wrote." type:"existingfile"`
}

func (c joinCmd) Run(e env) error {
	if err := node.Join(node.Joining{Dir: e.dir, Bundle: c.Bundle, HTTP: c.HTTP, HTTPS: c.HTTPS, Peer: c.Peer, Profile: c.Profile}); err != nil {
		return err
	}
	id, err := trust.LoadIdentity(e.dir)
	if err != nil {
		return err
	}
	return e.print(map[string]string{"dir": e.dir, "node": id.Node, "fingerprint": trust.Fingerprint(id.Root)}, func(w io.Writer) {
		fmt.Fprintf(w, "%s is machine %s of cluster %s now, fingerprint %s.\nStart it with: gocua serve --dir %s\n", e.dir, id.Node, id.Cluster, trust.Fingerprint(id.Root), e.dir)
	})
}

type enrollCmd struct {
	Card string `help:"Write this side's card to a file, for the other side." placeholder:"FILE" xor:"side" env:"GOCUA_CARD"`
	Take string `arg:"" optional:"" help:"Card of the other side." type:"existingfile"`
}

func (c enrollCmd) Run(e env) error {
	if c.Card != "" {
		var card node.Card
		if err := e.call(http.MethodGet, "/card", nil, &card); err != nil {
			return err
		}
		if err := card.Save(c.Card); err != nil {
			return err
		}
		return e.print(card, func(w io.Writer) { fmt.Fprintf(w, "%s introduces %s (%s).\n", c.Card, card.Name, card.Code) })
	}
	if c.Take == "" {
		return fmt.Errorf("give the other side's card, or --card FILE to write this side's")
	}
	card, err := node.LoadCard(c.Take)
	if err != nil {
		return err
	}
	if err := e.call(http.MethodPost, "/enroll", card, nil); err != nil {
		return err
	}
	return e.print(card, func(w io.Writer) { fmt.Fprintf(w, "%s (%s) is known here now.\n", card.Name, card.Code) })
}
