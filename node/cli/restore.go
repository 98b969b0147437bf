package cli

import (
	"errors"
	"fmt"
	"io"

	"gocua/node"
)

type restoreCmd struct {
	Rebuild bool `help:"Make the register again from what this machine was sent: its newest snapshot and the log." required:"" env:"GOCUA_REBUILD"`
}

// Help is the longer text of gocua restore --help.
func (restoreCmd) Help() string {
	return "For a machine that stopped because its register differs from the others'. Stop it first. " +
		"What was captured on it stays, and is agreed as ever. If it differs again, invite the PC under a new name."
}

func (c restoreCmd) Run(e env) error {
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
