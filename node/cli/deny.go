package cli

import (
	"fmt"
	"io"

	"gocua/store/civic"
)

type denyCmd struct {
	Node   string `arg:"" help:"Name of the machine, as status shows it."`
	Reason string `help:"Why: ${enum}." enum:"stolen,lost,broken,replaced,retired" required:"" env:"GOCUA_REASON"`
}

// Help is the longer text of gocua deny --help.
func (denyCmd) Help() string {
	return `Ask at the district office, not on the machine itself. From then on no machine talks to it and nothing it signs is
taken; what it captured before and has not delivered stays on its disk. Its name is not used again: invite a new PC
under another name.`
}

func (c denyCmd) Run(e env) error {
	if err := e.ready(); err != nil {
		return err
	}
	if err := e.ask("node.deny", "", civic.DenyNode{ID: c.Node, Reason: c.Reason}); err != nil {
		return err
	}
	return e.print(map[string]string{"node": c.Node, "reason": c.Reason}, func(w io.Writer) {
		fmt.Fprintf(w, "%s is shut out of the cluster: no machine talks to it any more.\n", c.Node)
	})
}
