package cli

import (
	"errors"
	"fmt"
	"io"

	"gocua/node"
)

type restoreCmd struct {
	Rebuild bool   `help:"Make the register again from what this machine was sent: its newest snapshot and the log." xor:"what" required:"" env:"GOCUA_REBUILD"`
	From    string `help:"Make a cluster or province again from a backup, on this machine alone, in a directory that holds none." type:"existingfile" placeholder:"BACKUP" xor:"what" required:"" env:"GOCUA_FROM"`
	Key     string `help:"File with the secret key that opens the backup." placeholder:"KEYFILE" env:"GOCUA_KEY"`

	KeyFile string   `help:"Where to make the key file, as init has it." placeholder:"FILE" env:"GOCUA_KEY_FILE"`
	Host    []string `help:"Name under which browsers of the office will reach this machine, if it does not end in .local or .lan." env:"GOCUA_HOST"`
	addresses
}

// Help is the longer text of gocua restore --help.
func (restoreCmd) Help() string {
	return `--rebuild is for a machine that stopped because its register differs from the others'. Stop it first. What was captured on it stays, and is agreed as ever. If it differs again, invite the PC under a new name.

--from is for when all machines of a cluster are lost. This machine becomes its only voter, in a new generation: the old machines are refused until each is let back in with gocua recover --readmit, and hands in again what was captured on it since the backup. The province has to enroll the cluster again. A single PC that is lost is replaced with gocua join, whose --from takes its first copy from a backup.

  gocua restore --dir NEW --from district-20261126-193000.gocua --key KEYFILE --peer 10.0.0.5:8790`
}

func (c restoreCmd) Run(e env) error {
	if c.From != "" {
		return c.fromBackup(e)
	}
	if s, err := e.status(); err == nil {
		return fmt.Errorf("machine %s is running in %s; stop it first", s.Node, e.dir)
	}
	err := node.Rebuild(e.dir)
	switch {
	case errors.Is(err, node.ErrNoRegister):
		return fmt.Errorf("there is no register in %s", e.dir)
	case err != nil:
		return err
	}
	return e.print(map[string]bool{"setAside": true}, func(w io.Writer) {
		fmt.Fprintf(w, "The register is set aside. Now start the machine: %s\nIt makes another; until then pages here are empty.\n", e.again("serve"))
	})
}

func (c restoreCmd) fromBackup(e env) error {
	if c.Key == "" {
		return errors.New("a backup is opened with the secret key of somebody it was made for: --key KEYFILE")
	}
	done, err := node.Restore(e.ctx, node.Restoring{Dir: e.dir, File: c.From, Key: c.Key, KeyFile: absoluteIfGiven(c.KeyFile), Hosts: c.Host,
		HTTP: c.HTTP, HTTPS: c.HTTPS, Peer: c.Peer, Profile: c.Profile})
	if err != nil {
		return err
	}
	return e.print(done, func(w io.Writer) {
		showBackup(w, done.Header)
		fmt.Fprintf(w, "%s holds it now, as generation %d, fingerprint %s.\nStart it with: %s\n"+
			"The other machines were of generation %d and are refused.\n",
			e.dir, done.Generation, done.Fingerprint, e.again("serve"), done.Header.Generation)
		if done.NewRoot {
			fmt.Fprintln(w, "The backup held no authority, so there is a new one: invite each PC again, introduce cluster and province to each other again (gocua enroll), and let browsers trust it.")
			return
		}
		fmt.Fprintf(w, "Each that still works comes back with what was captured on it since the backup: %s\nA new PC is invited. At the province: gocua enroll, with the card of `%s`.\n",
			e.again("recover --readmit NODE --out FILE"), e.again("enroll --card FILE"))
	})
}
