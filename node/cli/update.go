package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"gocua/node"
	"gocua/node/host"
	"gocua/node/lookup"
	"gocua/node/release"
	"gocua/store/command"
)

type updateCmd struct {
	Apply applyCmd `cmd:"" default:"withargs" help:"Put the program of a signed update in the place of the one that runs."`
	Pack  packCmd  `cmd:"" help:"Make an update of a program, for whoever makes releases."`
	Key   keyCmd   `cmd:"" help:"Make the key with which updates are signed, for whoever makes releases."`
}

type applyCmd struct {
	File   string        `arg:"" help:"The update." type:"existingfile"`
	Force  bool          `help:"Take one that is not newer." env:"GOCUA_FORCE"`
	Within time.Duration `help:"How long the new program may take to come up." default:"3m" env:"GOCUA_WITHIN"`
}

// Help is the longer text of gocua update --help.
func (applyCmd) Help() string {
	return "The update is checked before anything is touched. Then the new program runs on trial: if it ends by itself three times, or is not ready in time, " +
		"the old one runs on and the register is as it was. The old program is kept beside the new one. A machine that does not run tries it at its next start. " +
		"A machine that starts sealed has to be unlocked: its time begins then. If nobody unlocks it at three starts, the update is undone."
}

// errUndone is the exit code; why has been printed.
var errUndone = errors.New("the update did not work; the program from before runs")

func (c applyCmd) Run(e env) error {
	s, running, err := e.before()
	if err != nil {
		return err
	}
	trial, err := c.stage(e, s)
	if err != nil {
		return err
	}
	trial.Within, trial.Unready = c.Within.Milliseconds(), running && !e.isReady(e.ctx)
	if err := trial.Begin(e.dir, time.Now()); err != nil {
		return errors.Join(err, trial.Drop())
	}
	if !running {
		return e.print(trial, func(w io.Writer) {
			fmt.Fprintf(w, "%s is there and will be tried when %s\n", trial.To, e.starting(trial.Exe))
		})
	}
	if err := e.call(http.MethodPost, "/end?again=true", nil, nil); err != nil {
		return err
	}
	if trial, err = e.verdict(c.Within); err != nil {
		return err
	}
	if err := e.print(trial, func(w io.Writer) { fmt.Fprintln(w, updateSaid(trial)) }); err != nil {
		return err
	}
	if trial.State == release.Undone {
		return errUndone
	}
	return nil
}

// starting says how a machine is started that does not run.
func (e env) starting(program string) string {
	if program == release.Program() {
		return "the machine starts: " + e.again("serve")
	}
	return "the service starts"
}

// ran is a machine that runs, or would in this directory.
type ran struct {
	lookup.Status
	Program string `json:"program"`
}

// before is what an update would be put in the place of.
func (e env) before() (s ran, running bool, err error) {
	if t, ok, err := release.Load(e.dir); err != nil || ok && t.State == release.Trying {
		return s, false, errors.Join(err, fmt.Errorf("an update to %s is on trial already; start the machine to have it tried, or wait", t.To))
	}
	err = e.call(http.MethodGet, "/status", nil, &s)
	if err == nil {
		return s, true, nil
	}
	if _, none := os.Stat(filepath.Join(e.dir, "node.json")); none != nil {
		return s, false, err
	}
	if s.Version, s.Program, err = e.atRest(host.Installed()); err != nil {
		return s, false, err
	}
	s.Level, err = node.AgreedLevel(e.dir)
	return s, false, err
}

// atRest is what runs in this directory once it is started: this program, or the
// service's own, which may be of another version.
func (e env) atRest(service bool) (version, program string, err error) {
	if program = host.Settled(absolute(e.dir)); service {
		if _, err := os.Stat(program); err == nil {
			version, err = release.VersionOf(e.ctx, program)
			return version, program, err
		}
	}
	return release.Version(), release.Program(), nil
}

// stage checks everything that can be checked and puts the new program beside
// the old one.
func (c applyCmd) stage(e env, s ran) (t release.Trial, err error) {
	keys, err := release.Keys(e.dir)
	if err != nil {
		return t, err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return t, err
	}
	defer f.Close()
	b, err := release.Open(f, keys)
	if err != nil {
		return t, err
	}
	if err := b.Fits(release.Here{Version: s.Version, OS: runtime.GOOS, Arch: runtime.GOARCH, Level: s.Level}, c.Force); err != nil {
		return t, err
	}
	if t, err = release.Stage(b, s.Program, s.Version); err != nil {
		return t, err
	}
	if err := t.Sound(e.ctx); err != nil {
		return t, errors.Join(err, t.Drop())
	}
	return t, nil
}

// verdict waits until the trial is over, or until it waits for somebody.
func (e env) verdict(within time.Duration) (t release.Trial, err error) {
	fmt.Fprintln(e.err, "trying the update; do not switch this computer off")
	late := time.NewTimer(release.Longest(within))
	defer late.Stop()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		t, _, err := release.Load(e.dir)
		if err != nil || t.State != release.Trying || t.Sealed {
			return t, err
		}
		select {
		case <-tick.C:
		case <-late.C:
			return t, errors.New("the trial has not ended; see: " + e.again("doctor"))
		case <-e.ctx.Done():
			return t, e.ctx.Err()
		}
	}
}

// updateSaid is how an update went.
func updateSaid(t release.Trial) string {
	switch {
	case t.State == release.Taken:
		return fmt.Sprintf("%s runs. The program from before, %s, is kept: %s", t.To, t.From, t.Previous)
	case t.State == release.Trying && t.Sealed:
		return fmt.Sprintf("%s has come up and waits to be unlocked: gocua unlock, or its page. Then it has its time to become ready; until then nothing is undone", t.To)
	case t.State == release.Trying:
		return fmt.Sprintf("%s is on trial in the place of %s", t.To, t.From)
	}
	return fmt.Sprintf("%s was undone (%s); %s runs as before", t.To, t.Why, t.From)
}

// watch tries a new program while this one does nothing else.
func (e env) watch(t release.Trial) (undone bool, err error) {
	return release.Watch{Dir: e.dir, Args: e.args, Stdout: e.out, Stderr: e.err, Log: e.log,
		Look: func(ctx context.Context, mustBeReady bool) release.Sight {
			at := e
			at.ctx = ctx
			s, err := at.status()
			var said *command.Error
			switch {
			case errors.As(err, &said) && said.Code == "sealed":
				return release.Sealed
			case err == nil && s.Version == t.To && (!mustBeReady || at.isReady(ctx)):
				return release.Working
			}
			return release.Nothing
		},
		Stop: func(p *os.Process) error {
			if runtime.GOOS != "windows" {
				return p.Signal(syscall.SIGTERM)
			}
			at, cancel := e, context.CancelFunc(nil)
			at.ctx, cancel = context.WithTimeout(context.WithoutCancel(e.ctx), 10*time.Second)
			defer cancel()
			return at.call(http.MethodPost, "/end", nil, nil)
		},
	}.Run(e.ctx, t)
}

// isReady asks the machine's own probe.
func (e env) isReady(ctx context.Context) bool {
	control, err := node.LoadControl(e.dir)
	if err != nil {
		return false
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(control.URL, "/control/v1")+"/readyz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}
