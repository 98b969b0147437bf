package node

import (
	"context"
	"net"
	"sync"
	"time"

	"gocua/node/doctor"
	"gocua/node/host"
	"gocua/node/lookup"
	"gocua/node/release"
)

// factsWithin bounds what the computer is asked: its own tools may hang.
const factsWithin = 10 * time.Second

// Facts gathers what a doctor looks at, of a machine's directory and the computer
// it is on. status is how the machine says it is; nil: it does not run. It writes
// a small file and removes it, and otherwise changes nothing.
func Facts(ctx context.Context, dir string, status *lookup.Status) (f doctor.Facts, err error) {
	self, err := Examine(dir)
	if err != nil {
		return f, err
	}
	ctx, cancel := context.WithTimeout(ctx, factsWithin)
	defer cancel()
	f = doctor.Facts{Now: time.Now(), Status: status, Free: self.Free, Memory: host.InstalledMemory(), Service: host.Installed()}
	if took, err := host.SyncTime(dir); err == nil {
		f.Fsync = took
	}
	if s := host.Sleep(ctx); s.Known {
		f.Sleep = doctor.SleepNever
		if s.May {
			f.Sleep = doctor.SleepMay
		}
	}
	f.Firewall = map[host.Wall]doctor.Firewall{host.WallNone: doctor.FirewallNone, host.WallUFW: doctor.FirewallUFW, host.WallD: doctor.FirewallD,
		host.WallWindows: doctor.FirewallWindows, host.WallOpen: doctor.FirewallOpen}[host.Firewall(ctx)]
	for _, d := range self.Doors {
		f.Doors = append(f.Doors, doctor.Door{Name: d.Name, Addr: d.Addr, Busy: busy(ctx, d, status != nil)})
	}
	for _, d := range self.Documents {
		f.Documents = append(f.Documents, doctor.Document{Name: d.Name, From: d.From, Until: d.Until})
	}
	trial, ok, err := release.Load(dir)
	if ok {
		f.Update = &trial
	}
	return f, err
}

// busy says whether a door is not as it should be: ours while the machine runs,
// free while it does not. Nobody knocks at the one for other machines, where
// whoever says nothing is written down as a stranger.
func busy(ctx context.Context, d Address, runs bool) bool {
	if runs && d.Name != "peer" {
		conn, err := (&net.Dialer{Timeout: 3 * time.Second}).DialContext(ctx, "tcp", d.Addr)
		if err != nil {
			return true
		}
		_ = conn.Close() // nothing was said on it
		return false
	}
	l, err := net.Listen("tcp", d.Addr)
	switch {
	case err == nil:
		return l.Close() != nil || runs // free while it runs: it was not even ours
	case runs:
		return !host.AddressTaken(err)
	}
	return true
}

// checkup is what was last found out about the computer. Asking takes a second on
// some, and writes to the disk: not for each look at a page.
type checkup struct {
	mu    sync.Mutex
	facts doctor.Facts
	at    time.Time
}

// checkupFor is how old what is known of the computer may be.
const checkupFor = time.Minute

// Checkup examines this machine while it runs: itself as it is now, its computer as
// it was at most a minute ago.
func (n *Node) Checkup(ctx context.Context, language string) (list []doctor.Finding, at time.Time, err error) {
	status := n.Status(false)
	c := &n.checkup
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); c.at.IsZero() || now.Sub(c.at) >= checkupFor {
		facts, err := Facts(ctx, n.cfg.Dir, &status)
		if err != nil {
			return nil, now, err
		}
		c.facts, c.at = facts, now
	}
	f := c.facts
	f.Now, f.Status, f.Free = n.cfg.Clock(), &status, status.Disk.Free
	return doctor.Examine(f, language), c.at, nil
}
