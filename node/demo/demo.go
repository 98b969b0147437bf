package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gocua/node"
	"gocua/node/peer"
	"gocua/store/civic"
)

// Config says how large the demonstration is.
type Config struct {
	Dir       string // everything below it; made anew or gone on with
	Port      int    // the province; district and wards follow. 0: any, or as they were
	Residents int    // in all wards together
	Wards     int
	Profile   string // lan if empty
	Office    string // host on which the cluster's machines also answer browsers over HTTPS, on any port; empty: none
	OneFactor bool   // nobody has or needs a second factor: for tests that sign one person in again and again
	Log       *slog.Logger
	Progress  func(string) // told what is being done; may be nil
}

// Info is where to go and how to sign in.
type Info struct {
	Ready    bool    `json:"ready"`
	Province Place   `json:"province"`
	District Place   `json:"district"`
	Wards    []Place `json:"wards"`
}

// Place is one machine of the demonstration.
type Place struct {
	Unit  string `json:"unit"`
	Name  string `json:"name"`
	Node  string `json:"node"`
	URL   string `json:"url"`
	HTTPS string `json:"https,omitempty"` // for browsers of the office
	Users []User `json:"users"`
}

// User is somebody invented who may sign in.
type User struct {
	Role     civic.Role `json:"role"`
	User     string     `json:"user"`
	Password string     `json:"password"`

	TOTPSecret string `json:"totpSecret,omitempty"` // of the second factor, for a phone or a program that stands in for one
}

// Demo is a running demonstration.
type Demo struct {
	cfg      Config
	plan     plan
	machines []*machine // province, district, wards
	failed   chan error
	closing  sync.Once
}

// machine is one machine and its switch.
type machine struct {
	place place
	node  *node.Node
	link  *peer.Link
	mode  string
	stop  context.CancelFunc
	done  chan struct{}
}

// Start makes the district, or goes on with the one in cfg.Dir, and returns when
// its machines agree and the rosters are in. ctx bounds the start only.
func Start(ctx context.Context, cfg Config) (_ *Demo, err error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Progress == nil {
		cfg.Progress = func(string) {}
	}
	d := &Demo{cfg: cfg, failed: make(chan error, 16)}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	fresh, err := d.load()
	if err != nil {
		return nil, err
	}
	for _, p := range d.plan.places() {
		d.machines = append(d.machines, &machine{place: p, link: &peer.Link{}})
	}
	if !fresh {
		cfg.Progress("starting the machines again")
		return d, d.startAll(ctx)
	}
	return d, d.found(ctx)
}

// planFile keeps what was made up, passwords included: it is a demonstration.
const planFile = "demo.json"

func (d *Demo) load() (fresh bool, err error) {
	raw, err := os.ReadFile(filepath.Join(d.cfg.Dir, planFile))
	if errors.Is(err, fs.ErrNotExist) {
		d.plan, err = newPlan(d.cfg)
		return true, err
	}
	if err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	if err := json.Unmarshal(raw, &d.plan); err != nil {
		return false, fmt.Errorf("demo: %s: %w", planFile, err)
	}
	d.plan.answerFrom(d.cfg.Port)
	return false, nil
}

func (d *Demo) save() error {
	raw, err := json.MarshalIndent(d.plan, "", "  ")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return os.WriteFile(filepath.Join(d.cfg.Dir, planFile), raw, 0o600)
}

// startAll starts every machine and waits until all are ready.
func (d *Demo) startAll(ctx context.Context) error {
	for _, m := range d.machines {
		if err := d.start(m); err != nil {
			return err
		}
	}
	for _, m := range d.machines {
		if err := m.await(ctx, "to be ready", func() bool { return len(m.node.Ready()) == 0 && m.node.Status(false).Leader != "" }); err != nil {
			return err
		}
	}
	return nil
}

// start opens and runs one machine.
func (d *Demo) start(m *machine) error {
	cfg := node.Config{Dir: d.dir(m.place), Link: m.link, Log: d.cfg.Log, Demo: d}
	if d.cfg.Port != 0 { // else as it was the last time
		cfg.HTTP = m.place.HTTP
	}
	if d.cfg.Office != "" {
		cfg.HTTPS = net.JoinHostPort(d.cfg.Office, "0")
	}
	n, err := node.Open(cfg)
	if err != nil {
		return fmt.Errorf("demo: %s: %w", m.place.Node, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	m.node, m.stop, m.done = n, stop, make(chan struct{})
	go func() {
		defer close(m.done)
		if err := n.Run(ctx); err != nil {
			d.failed <- fmt.Errorf("demo: %s: %w", m.place.Node, err)
		}
	}()
	return nil
}

func (d *Demo) dir(p place) string { return filepath.Join(d.cfg.Dir, p.Node) }

// await waits for a condition of one machine.
func (m *machine) await(ctx context.Context, what string, ok func() bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("demo: waiting for %s %s (not ready: %q): %w", m.place.Node, what, m.node.Ready(), ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}

// Failed tells of a machine that stopped by itself.
func (d *Demo) Failed() <-chan error { return d.failed }

// Close stops every machine cleanly, wards first.
func (d *Demo) Close() (err error) {
	d.closing.Do(func() {
		for i := len(d.machines) - 1; i >= 0; i-- {
			if m := d.machines[i]; m.node != nil {
				m.stop()
				<-m.done
				err = errors.Join(err, m.node.Close())
			}
		}
	})
	return err
}

// Info tells where everything is.
func (d *Demo) Info() Info {
	info := Info{Ready: true}
	for i, m := range d.machines {
		p := Place{Unit: m.place.Unit, Name: m.place.Name, Node: m.place.Node, URL: m.node.URL(), HTTPS: m.node.OfficeURL(), Users: m.place.Users}
		switch i {
		case 0:
			info.Province = p
		case 1:
			info.District = p
		default:
			info.Wards = append(info.Wards, p)
		}
	}
	return info
}
