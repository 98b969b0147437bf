package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"gocua/node"
	"gocua/node/doctor"
	"gocua/node/host"
	"gocua/node/release"
)

type doctorCmd struct {
	Lang string `help:"vi or en." enum:"vi,en" default:"vi" env:"GOCUA_LANG"`
}

// Help is the longer text of gocua doctor --help.
func (doctorCmd) Help() string {
	return "Looks at the clock, the disk, the ports, the firewall, sleep, certificates, the other machines and the last update, whether the machine runs or not, " +
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
func (e env) facts() (f doctor.Facts, err error) {
	self, err := node.Examine(e.dir)
	if err != nil {
		return f, err
	}
	f.Now, f.Free, f.Memory, f.Service = time.Now(), self.Free, host.InstalledMemory(), host.Installed()
	if s, err := e.status(); err == nil {
		f.Status = &s
	}
	if took, err := host.SyncTime(e.dir); err == nil {
		f.Fsync = took
	}
	ctx, cancel := context.WithTimeout(e.ctx, 10*time.Second)
	defer cancel()
	if s := host.Sleep(ctx); s.Known {
		f.Sleep = doctor.SleepNever
		if s.May {
			f.Sleep = doctor.SleepMay
		}
	}
	f.Firewall = map[host.Wall]doctor.Firewall{host.WallNone: doctor.FirewallNone, host.WallUFW: doctor.FirewallUFW, host.WallD: doctor.FirewallD,
		host.WallWindows: doctor.FirewallWindows, host.WallOpen: doctor.FirewallOpen}[host.Firewall(ctx)]
	for _, d := range self.Doors {
		f.Doors = append(f.Doors, doctor.Door{Name: d.Name, Addr: d.Addr, Busy: busy(ctx, d, f.Status != nil)})
	}
	for _, d := range self.Documents {
		f.Documents = append(f.Documents, doctor.Document{Name: d.Name, From: d.From, Until: d.Until})
	}
	trial, ok, err := release.Load(e.dir)
	if ok {
		f.Update = &trial
	}
	return f, err
}

// busy says whether a door is not as it should be: ours while the machine runs,
// free while it does not. Nobody knocks at the one for other machines, where
// whoever says nothing is written down as a stranger.
func busy(ctx context.Context, d node.Address, runs bool) bool {
	if runs && d.Name != "peer" {
		conn, err := (&net.Dialer{Timeout: 3 * time.Second}).DialContext(ctx, "tcp", d.Addr)
		if err != nil {
			return true
		}
		_ = conn.Close() // nothing was said on it
		return false
	}
	l, err := net.Listen("tcp", d.Addr)
	if runs {
		var no syscall.Errno
		taken := errors.As(err, &no) && (no == syscall.EADDRINUSE || no == winAddrInUse)
		if err == nil {
			_ = l.Close() // it was not even ours
		}
		return !taken
	}
	if err != nil {
		return true
	}
	return l.Close() != nil
}
