package cli

import (
	"errors"
	"fmt"
	"io"

	"gocua/node"
	"gocua/node/doctor"
	"gocua/node/lookup"
)

type doctorCmd struct {
	Lang string `help:"vi or en." enum:"vi,en" default:"vi" env:"GOCUA_LANG"`
}

// Help is the longer text of gocua doctor --help.
func (doctorCmd) Help() string {
	return "Looks at the clock, the disk, the ports, the firewall, sleep, certificates, the backups, the other machines and the last update, whether the machine runs or not, " +
		"and says what to do about what it finds. Exit code 1: something keeps people from working or endangers what they wrote."
}

// errUnwell is the exit code; what was found has been printed.
var errUnwell = errors.New("something is wrong with this machine; see above")

func (c doctorCmd) Run(e env) error {
	f, err := e.facts()
	if err != nil {
		return err
	}
	list := doctor.Examine(f, c.Lang)
	if err := e.print(list, func(w io.Writer) { showFindings(w, list) }); err != nil {
		return err
	}
	if doctor.Worst(list) == doctor.Fail {
		return errUnwell
	}
	return nil
}

func showFindings(w io.Writer, list []doctor.Finding) {
	for _, x := range list {
		fmt.Fprintf(w, "%-4s  %s\n", x.Level, x.What)
		if x.Do != "" {
			fmt.Fprintf(w, "      → %s\n", x.Do)
		}
	}
}

// facts gathers what can be known, of the machine if it runs and of the computer.
func (e env) facts() (doctor.Facts, error) {
	var status *lookup.Status
	if s, err := e.status(); err == nil {
		status = &s
	}
	return node.Facts(e.ctx, e.dir, status)
}
