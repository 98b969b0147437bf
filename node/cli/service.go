package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"gocua/node/host"
	"gocua/node/release"
)

type serviceCmd struct {
	Install   installCmd   `cmd:"" help:"Start this machine with the computer, from now on."`
	Uninstall uninstallCmd `cmd:"" help:"Stop that. The machine's directory stays as it is."`
}

type installCmd struct {
	Logs  bool `help:"Log to files in the machine's directory, 40 MB at most, instead of the system's log. Always so on Windows." env:"GOCUA_LOGS"`
	Print bool `help:"Only print the unit of systemd, to be looked at or installed by other means." env:"GOCUA_PRINT"`
}

// Help is the longer text of gocua service install --help.
func (installCmd) Help() string {
	return "The service runs a copy of this program in the machine's directory, so that updates can take its place, as whoever owns the directory. Stop a machine that you started by hand first."
}

func (c installCmd) Run(e env) error {
	s := host.Service{Dir: absolute(e.dir), Logs: c.Logs}
	var err error
	if s.User, err = host.OwnerOf(e.dir); err != nil {
		return fmt.Errorf("%s: make the machine first with init or join: %w", e.dir, err)
	}
	if c.Print {
		s.Exe = host.Settled(s.Dir)
		return e.print(map[string]string{"unit": s.SystemdUnit()}, func(w io.Writer) { fmt.Fprint(w, s.SystemdUnit()) })
	}
	if _, err := os.Stat(filepath.Join(e.dir, "node.json")); err != nil {
		return fmt.Errorf("%s holds no machine yet: make one with `gocua init` or `gocua join`", e.dir)
	}
	if st, err := e.status(); err == nil {
		return fmt.Errorf("machine %s runs in %s; stop it first, the service starts it again", st.Node, e.dir)
	}
	if err := host.Private(s.Dir); err != nil { // one made by a build from before this
		return err
	}
	if s.Exe, err = host.Settle(release.Program(), s.Dir); err != nil {
		return err
	}
	if err := s.Install(); err != nil {
		return err
	}
	return e.print(map[string]string{"program": s.Exe, "user": s.User}, func(w io.Writer) {
		fmt.Fprintf(w, "The machine runs, and starts with this computer. Its program is %s.\n", s.Exe)
		if runtime.GOOS == "linux" && !c.Logs {
			fmt.Fprintln(w, "Its log: journalctl -u gocua")
		} else {
			fmt.Fprintf(w, "Its log: %s\n", filepath.Join(s.Dir, logsDir))
		}
	})
}

type uninstallCmd struct{}

func (uninstallCmd) Run(e env) error {
	if err := host.Uninstall(); err != nil {
		return err
	}
	return e.print(map[string]bool{"uninstalled": true}, func(w io.Writer) {
		fmt.Fprintln(w, "The machine does not start with this computer any more. Nothing of it was removed.")
	})
}
