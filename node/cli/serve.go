package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gocua/node"
	"gocua/node/host"
	"gocua/node/release"
)

type serveCmd struct {
	HTTP    string `help:"For browsers on this computer itself (plain HTTP)." placeholder:"HOST:PORT" env:"GOCUA_HTTP"`
	HTTPS   string `help:"For the other browsers of the office, such as :8443." placeholder:"HOST:PORT" env:"GOCUA_HTTPS"`
	Peer    string `help:"For the other machines: an address of this computer that they can reach." placeholder:"HOST:PORT" env:"GOCUA_PEER"`
	Profile string `help:"lan or wan." placeholder:"NAME" env:"GOCUA_PROFILE"`
	KeyFile string `help:"Where the key file lies, such as on a stick." placeholder:"FILE" env:"GOCUA_KEY_FILE"`
	Memory  int64  `help:"Memory to stay below, MiB. Half of what is installed if not given." placeholder:"MIB" env:"GOCUA_MEMORY"`
	Logs    bool   `help:"Log to files in the machine's directory, 40 MB at most, instead of stderr." env:"GOCUA_LOGS"`
}

// Help is the longer text of gocua serve --help.
func (serveCmd) Help() string {
	return "What is not given stays as it was the last time, at first as init or join was told. " +
		"A machine whose key file is away, or that has a passphrase, starts sealed: it answers nobody until `gocua unlock`, its page, or the stick opens it."
}

// spareGC is how much may be dead in memory for what lives, in percent, on an
// office PC with 2 GB: of what a register of 300,000 keeps, 80 MB, half again.
const spareGC = 40

// collector has garbage collected sooner while somebody works leanly.
type collector struct {
	mu   sync.Mutex
	lean []int // of each that does, percent
}

// leanly begins such work, with so much dead for what lives; what it returns ends it
// and gives back what was left behind.
func (c *collector) leanly(percent int) (over func()) {
	c.change(func() { c.lean = append(c.lean, percent) })
	return func() {
		c.change(func() {
			i := slices.Index(c.lean, percent)
			c.lean = slices.Delete(c.lean, i, i+1)
		})
		debug.FreeOSMemory()
	}
}

func (c *collector) change(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	debug.SetGCPercent(slices.Min(append([]int{spareGC}, c.lean...)))
}

func (c serveCmd) Run(e env) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(spareGC)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(host.MemoryLimit(host.InstalledMemory(), c.Memory))
	}
	e, closeLog, err := c.logging(e)
	if err != nil {
		return err
	}
	err = host.Serve(e.ctx, func(ctx context.Context) error {
		e.ctx = ctx
		err := c.untilOver(e)
		if err != nil && host.AsService() {
			e.log.Error("the machine has ended", "error", explain(err))
		}
		return err
	})
	return errors.Join(err, closeLog())
}

// logging has the log go to files where that is wanted, or nobody sees stderr.
func (c serveCmd) logging(e env) (env, func() error, error) {
	if _, err := os.Stat(e.dir); err != nil || !c.Logs && !host.AsService() {
		return e, func() error { return nil }, nil // a directory that is not there is spoken of later
	}
	file, err := host.OpenLog(filepath.Join(e.dir, logsDir), host.LogSize, host.LogKept)
	if err != nil {
		return e, nil, err
	}
	e.log = slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: e.level}))
	return e, file.Close, nil
}

// logsDir is where in a machine's directory its log is.
const logsDir = "logs"

// untilOver runs the machine, and between two runs tries a new program.
func (c serveCmd) untilOver(e env) error {
	for {
		trial, part, err := release.Role(e.dir, release.Place(e.dir), time.Now())
		if err != nil {
			return err
		}
		if part == release.Watcher {
			debug.FreeOSMemory() // of the run before
			if undone, err := e.watch(trial); !undone || err != nil {
				return err
			}
		}
		if again, err := c.machine(e); err != nil || !again {
			return err
		}
	}
}

// machine runs it once; again says that somebody asked for another run.
func (c serveCmd) machine(e env) (again bool, err error) {
	ctx, stop := context.WithCancel(e.ctx)
	defer stop()
	var wanted atomic.Bool
	cfg := node.Config{Dir: e.dir, HTTP: c.HTTP, HTTPS: c.HTTPS, Peer: c.Peer, Profile: c.Profile, KeyFile: absoluteIfGiven(c.KeyFile), Log: e.log, FirstRun: e.sayFirstRun,
		End: func(again bool) {
			wanted.Store(again)
			stop()
		}}
	if os.Getenv("GOGC") == "" {
		cfg.Lean = new(collector).leanly
	}
	if cfg.Keys, err = node.AwaitKeys(ctx, cfg); err != nil {
		if ctx.Err() != nil {
			return false, nil // it was stopped while it was sealed
		}
		return false, e.notOpened(err)
	}
	n, err := node.Open(cfg)
	if err != nil {
		return false, e.notOpened(err)
	}
	var watch sync.WaitGroup
	watch.Go(func() { e.sayWhenReady(ctx, n) })
	if e.json {
		err = e.print(map[string]string{"node": n.ID(), "url": n.URL(), "office": n.OfficeURL(), "peer": n.PeerAddr()}, func(io.Writer) {})
	}
	if err == nil {
		err = n.Run(ctx)
	}
	stop()
	watch.Wait()
	if closeErr := n.Close(); err == nil {
		err = closeErr
	}
	e.log.Info("stopped", "node", n.ID())
	return wanted.Load(), err
}

// notOpened is why a machine could not be started.
func (e env) notOpened(err error) error {
	var busy *host.BusyError
	if s, asked := e.status(); asked == nil {
		return fmt.Errorf("machine %s runs in %s already%s", s.Node, e.dir, process(err))
	}
	if errors.As(err, &busy) {
		return fmt.Errorf("the machine in %s runs already%s, or a command works on its directory", e.dir, process(err))
	}
	return listening(err, "--http, --https or --peer")
}

// process names who holds the directory, if the error tells.
func process(err error) string {
	var busy *host.BusyError
	if !errors.As(err, &busy) || busy.PID == 0 {
		return ""
	}
	return fmt.Sprintf(" (process %d)", busy.PID)
}

// sayFirstRun shows whoever looks at the screen how the first administrator is
// made. It is not logged: a log is kept and read by others.
func (e env) sayFirstRun(code string, until time.Time) {
	fmt.Fprintf(e.err, "\nNobody may sign in here yet. Open /lan-dau in a browser and type this code, before %s, once:\n\n    %s\n\n", until.Format("15:04"), code)
}

// sayWhenReady tells whoever looks at the screen that the machine works, or what
// it waits for.
func (e env) sayWhenReady(ctx context.Context, n *node.Node) {
	e.log.Info("started", "node", n.ID(), "unit", n.Unit(), "peer", n.PeerAddr())
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	next, pause := time.Now().Add(2*time.Second), 10*time.Second
	for {
		reasons := n.Ready()
		if len(reasons) == 0 {
			e.log.Info("ready", "pages", n.URL(), "office", orNone(n.OfficeURL()))
			return
		}
		if time.Now().After(next) {
			e.log.Info("waiting", "for", strings.Join(reasons, "; "))
			next, pause = time.Now().Add(pause), min(2*pause, 10*time.Minute)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
