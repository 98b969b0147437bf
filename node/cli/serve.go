package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"gocua/node"
)

type serveCmd struct {
	HTTP    string `help:"For browsers on this computer itself (plain HTTP)." placeholder:"HOST:PORT" env:"GOCUA_HTTP"`
	HTTPS   string `help:"For the other browsers of the office, such as :8443." placeholder:"HOST:PORT" env:"GOCUA_HTTPS"`
	Peer    string `help:"For the other machines: an address of this computer that they can reach." placeholder:"HOST:PORT" env:"GOCUA_PEER"`
	Profile string `help:"lan or wan." placeholder:"NAME" env:"GOCUA_PROFILE"`
	KeyFile string `help:"Where the key file lies, such as on a stick." placeholder:"FILE" env:"GOCUA_KEY_FILE"`
}

// Help is the longer text of gocua serve --help.
func (serveCmd) Help() string {
	return "What is not given stays as it was the last time, at first as init or join was told. " +
		"A machine whose key file is away, or that has a passphrase, starts sealed: it answers nobody until `gocua unlock`, its page, or the stick opens it."
}

// spareGC is how much may be dead in memory for what lives, in percent, on an
// office PC with 2 GB: of what a register of 300,000 keeps, 80 MB, half again.
const spareGC = 40

func (c serveCmd) Run(e env) (err error) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(spareGC)
	}
	cfg := node.Config{Dir: e.dir, HTTP: c.HTTP, HTTPS: c.HTTPS, Peer: c.Peer, Profile: c.Profile, KeyFile: absoluteIfGiven(c.KeyFile), Log: e.log, FirstRun: e.sayFirstRun}
	if cfg.Keys, err = node.AwaitKeys(e.ctx, cfg); err != nil {
		if e.ctx.Err() != nil {
			return nil // it was stopped while it was sealed
		}
		return e.notOpened(err)
	}
	n, err := node.Open(cfg)
	if err != nil {
		return e.notOpened(err)
	}
	return c.serve(e, n)
}

// notOpened is why a machine could not be started.
func (e env) notOpened(err error) error {
	if s, asked := e.status(); asked == nil {
		return fmt.Errorf("machine %s runs in %s already", s.Node, e.dir)
	}
	return listening(err, "--http, --https or --peer")
}

func (c serveCmd) serve(e env, n *node.Node) (err error) {
	var watch sync.WaitGroup
	ctx, stop := context.WithCancel(e.ctx)
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
	return err
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
