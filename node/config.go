package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"gocua/node/peer"
	"gocua/node/trust"
	"gocua/store/command"
)

// Config is what one run of a machine is told. What the cluster must agree on
// is never here: that is replicated.
type Config struct {
	Dir     string     // the machine's directory, made by Init or Join
	HTTP    string     // host:port for pages and the API on loopback, plain HTTP; empty: as remembered
	HTTPS   string     // host:port for browsers of the office; empty: none
	Peer    string     // host:port of the one door for other machines; empty: as remembered
	Profile string     // lan or wan; empty: as remembered
	Link    *peer.Link // the switch on this machine's cable; nil: none
	KeyFile string     // where the key file lies this time, such as on a stick; empty: as the keyring says
	Log     *slog.Logger
	Clock   func() time.Time      // nil: the machine's own
	Room    func() (int64, error) // bytes free on the disk of Dir; nil: as the system says
	Table   *command.Table        // what this build knows; nil: civic.Table(), as everywhere but in tests
	Level   int                   // the feature level this build knows; 0: civic.KnownLevel, as everywhere but in tests
	// Lean, if given, is called when the machine begins to read all of its register into
	// memory, and what it returns when that is over: whoever owns the process may have
	// it collect sooner meanwhile, at so many percent. It may be called again before.
	Lean func(percent int) (over func())
	// FirstRun is told the code with which the first administrator is made, where
	// nobody may sign in yet; nil: none is made.
	FirstRun func(code string, until time.Time)
	// End ends this run of the machine, and has it run again if wanted; nil: only
	// whoever runs it can.
	End  func(again bool)
	Keys *trust.Keys // opened before, by AwaitKeys; nil: they are opened without a passphrase
	Demo Demo        // set by node/demo only
	Sim  *Sim        // set by node/simtest only
}

// Demo is what only a demonstration has: the switches on every machine's links.
type Demo interface {
	// SetLink cuts or heals one machine's links; it returns once in force.
	SetLink(unit string, up bool, mode string) error
	// Links lists the switches.
	Links() []DemoLink
}

// DemoLink is the state of one switch.
type DemoLink struct {
	Unit string `json:"unit"` // or "province" for the line to the province
	Up   bool   `json:"up"`
	Mode string `json:"mode,omitempty"`
}

// How lean reading the whole register is, percent: names are waited for, pairs are not.
const (
	leanNames = 20
	leanPairs = 10
)

func (c Config) leanly(percent int) (over func()) {
	if c.Lean == nil {
		return func() {}
	}
	return c.Lean(percent)
}

// Profiles by name.
const (
	ProfileLAN = "lan" // one building, the demo
	ProfileWAN = "wan" // thin lines between wards
)

// remembered is what a machine keeps of itself between runs (node.json).
type remembered struct {
	Tier    string   `json:"tier"`
	Unit    string   `json:"unit"`
	Founder bool     `json:"founder,omitempty"`
	HTTP    string   `json:"http"`
	HTTPS   string   `json:"https,omitempty"`
	Peer    string   `json:"peer"`
	Profile string   `json:"profile"`
	Peers   []string `json:"peers,omitempty"`  // machines to announce ourselves to
	Member  bool     `json:"member,omitempty"` // the cluster has taken it in
}

const rememberedFile = "node.json"

func (m remembered) save(dir string) error { return m.saveAs(dir, rememberedFile) }

func (m remembered) saveAs(dir, name string) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return replaceFile(filepath.Join(dir, name), append(b, '\n'))
}

func remember(dir string) (m remembered, err error) {
	b, err := os.ReadFile(filepath.Join(dir, rememberedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%s holds no machine yet: make one with `gocua init` or `gocua join`", dir)
	}
	if err != nil {
		return m, fmt.Errorf("node: %w", err)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("node: %s: %w", rememberedFile, err)
	}
	return m, nil
}

// with lets the flags of this run override what is remembered.
func (m remembered) with(cfg Config) remembered {
	for _, f := range []struct {
		to   *string
		from string
	}{{&m.HTTP, cfg.HTTP}, {&m.HTTPS, cfg.HTTPS}, {&m.Peer, cfg.Peer}, {&m.Profile, cfg.Profile}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	return m
}

// check lists everything wrong at once.
func (m remembered) check() error {
	var problems []error
	if m.Profile != ProfileLAN && m.Profile != ProfileWAN {
		problems = append(problems, fmt.Errorf("profile %q: it is lan or wan", m.Profile))
	}
	host, _, err := net.SplitHostPort(m.HTTP)
	switch {
	case err != nil:
		problems = append(problems, fmt.Errorf("HTTP address %q: %w", m.HTTP, err))
	case !loopback(host):
		problems = append(problems, fmt.Errorf("HTTP address %q: plain HTTP is for this machine only; give browsers of the office --https", m.HTTP))
	}
	for _, other := range []struct{ name, addr string }{{"HTTPS", m.HTTPS}, {"peer", m.Peer}} {
		if _, _, err := net.SplitHostPort(other.addr); other.addr != "" && err != nil {
			problems = append(problems, fmt.Errorf("%s address %q: %w", other.name, other.addr, err))
		}
	}
	if anyHost(m.Peer) {
		problems = append(problems, fmt.Errorf("peer address %q: give the address under which other machines reach this one, such as 10.0.0.5:8790", m.Peer))
	}
	return errors.Join(problems...)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
