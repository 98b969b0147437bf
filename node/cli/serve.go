package cli

import (
	"fmt"

	"gocua/node"
)

type serveCmd struct {
	HTTP    string `help:"Address for pages on this machine itself (plain HTTP)." placeholder:"HOST:PORT" env:"GOCUA_HTTP"`
	HTTPS   string `help:"Address for the browsers of the office (HTTPS)." placeholder:"HOST:PORT" env:"GOCUA_HTTPS"`
	Peer    string `help:"Address for the other machines." placeholder:"HOST:PORT" env:"GOCUA_PEER"`
	Profile string `help:"lan or wan." placeholder:"NAME" env:"GOCUA_PROFILE"`
}

func (c serveCmd) Run(e env) error {
	n, err := node.Open(node.Config{Dir: e.dir, HTTP: c.HTTP, HTTPS: c.HTTPS, Peer: c.Peer, Profile: c.Profile, Log: e.log})
	if err != nil {
		return err
	}
	e.log.Info("running", "node", n.ID(), "unit", n.Unit(), "pages", n.URL(), "office", n.OfficeURL(), "peer", n.PeerAddr())
	if e.json {
		fmt.Fprintf(e.out, "{\"node\":%q,\"url\":%q,\"office\":%q,\"peer\":%q}\n", n.ID(), n.URL(), n.OfficeURL(), n.PeerAddr())
	}
	err = n.Run(e.ctx)
	if closeErr := n.Close(); err == nil {
		err = closeErr
	}
	return err
}
