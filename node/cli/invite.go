package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"gocua/node"
	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/store/command"
)

type inviteCmd struct {
	Node  string `arg:"" help:"Name of the new machine: lower-case letters, digits, hyphens."`
	Unit  string `help:"Code of the unit it will serve." required:"" placeholder:"CODE" env:"GOCUA_UNIT"`
	Out   string `help:"Also write the token to a file, to be carried on a stick." placeholder:"FILE" env:"GOCUA_OUT"`
	Voter bool   `help:"Let it vote once it has caught up. Keep the number of voters odd: 1, 3 or 5." env:"GOCUA_VOTER"`
}

func (c inviteCmd) Run(e env) error {
	if err := e.ready(); err != nil {
		return err
	}
	var i lookup.Invitation
	err := e.call(http.MethodPost, "/invite", map[string]any{"node": c.Node, "unit": c.Unit, "voter": c.Voter}, &i)
	var known *command.Error
	if errors.As(err, &known) && known.Code == "waiting" {
		return fmt.Errorf("the cluster cannot agree to a new machine now: invite again when `%s` names a leader", e.again("status"))
	}
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := os.WriteFile(c.Out, []byte(i.Token+"\n"), 0o600); err != nil {
			return err
		}
	}
	if err := e.warnLoopback(); err != nil {
		return err
	}
	return e.print(i, func(w io.Writer) {
		fmt.Fprintf(w, "On the new machine, until %s:\n\n  gocua join %s --peer ITS-ADDRESS:8790\n\n", i.Until.Local().Format("15:04"), i.Token)
		fmt.Fprintf(w, "The token lets in one machine, as %s. Show it to nobody else.\nThen compare the key of the new machine with what `%s` shows here.\n", c.Node, e.again("status"))
	})
}

type joinCmd struct {
	addresses
	Token   string `arg:"" help:"The token that gocua invite showed, or a file that holds it."`
	KeyFile string `help:"Where to make the key file, as init has it." placeholder:"FILE" env:"GOCUA_KEY_FILE"`
	From    string `help:"Take the first copy of the register from a backup of the cluster instead of a slow line." type:"existingfile" placeholder:"BACKUP" and:"from" env:"GOCUA_FROM"`
	Key     string `help:"File with the secret key that opens the backup." placeholder:"KEYFILE" and:"from" env:"GOCUA_KEY"`
}

// token is the one typed, or the one in the file that is named.
func (c joinCmd) token() (string, error) {
	if _, err := os.Stat(c.Token); err != nil {
		if strings.ContainsAny(c.Token, `/\.`) { // no token has these
			return "", fmt.Errorf("%s: no such file", c.Token)
		}
		return c.Token, nil
	}
	raw, err := os.ReadFile(c.Token)
	return string(raw), err
}

func (c joinCmd) Run(e env) error {
	token, err := c.token()
	if err != nil {
		return err
	}
	made, err := node.Join(e.ctx, node.Joining{Dir: e.dir, Token: token, HTTP: c.HTTP, HTTPS: c.HTTPS, Peer: c.Peer, Profile: c.Profile,
		KeyFile: absoluteIfGiven(c.KeyFile), From: c.From, Key: c.Key})
	if err != nil {
		return err
	}
	return e.print(made, func(w io.Writer) {
		fmt.Fprintf(w, "%s is machine %s of cluster %s now, for unit %s.\nKey of this machine: %s\nCompare it with what `gocua status` shows where it was invited. If it is not the same, somebody else used the token: have %s denied there.\nStart it with: %s\n",
			e.dir, made.Node, made.Cluster, made.Unit, made.Key, made.Node, e.again("serve"))
	})
}

// showInvited lists the invitations of the last day.
func showInvited(w io.Writer, list []trust.Invited, now time.Time) {
	for _, i := range list {
		switch {
		case i.Key != "":
			fmt.Fprintf(w, "invited: %s joined at %s with the key %s\n", i.Node, i.Used.Local().Format("15:04"), i.Key)
		case now.Before(i.Until):
			fmt.Fprintf(w, "invited: %s may join until %s\n", i.Node, i.Until.Local().Format("15:04"))
		default:
			fmt.Fprintf(w, "invited: %s did not come by %s; invite again\n", i.Node, i.Until.Local().Format("15:04"))
		}
	}
}
