package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"time"

	"gocua/node/host"
)

// Watch tries a new program: it runs it as a child of the old one, which does
// nothing else meanwhile. Once it works it takes the old one's place and goes on
// running; the old process only waits for it to end.
type Watch struct {
	Dir            string
	Args           []string // of the program, without its name
	Stdout, Stderr io.Writer
	Log            *slog.Logger
	// Look asks how far the child has come; it works once it answers, and is ready if it
	// must be.
	Look func(ctx context.Context, mustBeReady bool) Sight
	// Stop asks the child to end; after an error or graceTime it is ended.
	Stop func(p *os.Process) error
}

// Sight is how far a new program has come.
type Sight uint8

// Sights.
const (
	Nothing Sight = iota // it does not answer, or not as it should
	Sealed               // it waits for its key or passphrase: as far as it can come by itself
	Working
)

const (
	lookEvery = 100 * time.Millisecond
	graceTime = 30 * time.Second // to close a register on a slow disk
)

// Run tries until the new program was taken and has ended (its error is
// returned), or ctx has ended (nil), or the trial was undone: then undone is
// true, and whoever called runs the old one.
func (w Watch) Run(ctx context.Context, t Trial) (undone bool, err error) {
	for t.Starts < maxStarts {
		if !t.whole() {
			return true, w.undo(t, WhyDamaged)
		}
		t.Starts, t.Sealed = t.Starts+1, false // before: a program that takes the computer down with it counts too
		if err := t.save(w.Dir); err != nil {
			return false, err
		}
		w.Log.Info("trying the update", "from", t.From, "to", t.To, "start", t.Starts)
		verdict, ended := w.try(ctx, &t)
		switch verdict {
		case stopped:
			if !t.Sealed { // else it counts: an update that nobody can unlock must end too
				t.Starts--
			}
			return false, t.save(w.Dir)
		case late:
			return true, w.undo(t, WhyNotReady)
		case stuck:
			return true, w.undo(t, WhySwap)
		case taken:
			return false, ended
		case exited:
			w.Log.Warn("the update ended by itself", "to", t.To, "error", ended)
		}
	}
	if t.Sealed {
		return true, w.undo(t, WhyLocked)
	}
	return true, w.undo(t, WhyExited)
}

func (w Watch) undo(t Trial, why string) error {
	w.Log.Error("the update did not work; the program from before goes on", "from", t.From, "to", t.To, "why", why)
	_, err := t.undo(w.Dir, why, time.Now())
	return err
}

// verdict is how one start of the new program went.
type verdict uint8

const (
	exited  verdict = iota // by itself, before it worked
	late                   // it did not work in time
	stuck                  // it worked and could not be put in place
	taken                  // it worked, was put in place, and has ended since
	stopped                // ctx ended
)

func (w Watch) try(ctx context.Context, t *Trial) (verdict, error) {
	child := exec.Command(t.Next, w.Args...)
	child.Stdin, child.Stdout, child.Stderr = nil, w.Stdout, w.Stderr
	ended, err := begin(child)
	if err != nil {
		return exited, err
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	within := time.Duration(t.Within) * time.Millisecond
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	for {
		sight := w.look(ctx, *t)
		if sight == Working {
			break
		}
		if sealed := sight == Sealed; sealed != t.Sealed {
			if deadline.Stop(); !sealed {
				deadline.Reset(within) // its time begins when somebody has unlocked it
			}
			if err := t.noteSealed(w.Dir, sealed); err != nil {
				w.Log.Warn("that the update waits to be unlocked cannot be noted", "error", err)
			}
		}
		select {
		case err := <-ended:
			t.Sealed = false
			return exited, err
		case <-deadline.C:
			w.end(child, ended)
			return late, nil
		case <-ctx.Done():
			w.end(child, ended)
			return stopped, nil
		case <-look.C:
		}
	}
	if *t, err = t.take(w.Dir, time.Now()); err != nil {
		w.Log.Error("the update works but cannot be put in place", "error", err)
		w.end(child, ended)
		return stuck, nil
	}
	w.Log.Info("the update works", "from", t.From, "to", t.To, "kept", t.Previous)
	select {
	case err := <-ended:
		return taken, err
	case <-ctx.Done():
		w.end(child, ended)
		return taken, nil
	}
}

func (w Watch) look(ctx context.Context, t Trial) Sight {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return w.Look(ctx, !t.Unready)
}

// end ends the child and waits until it has.
func (w Watch) end(child *exec.Cmd, ended <-chan error) {
	err := w.Stop(child.Process)
	if err == nil {
		grace := time.NewTimer(graceTime)
		defer grace.Stop()
		select {
		case <-ended:
			return
		case <-grace.C:
			err = errors.New("it did not end in time")
		}
	}
	w.Log.Warn("the program on trial is ended hard", "error", err)
	_ = child.Process.Kill() // it has ended by itself
	<-ended
}

// Sound runs a staged program once, so that one which cannot run on this
// computer at all is refused before anything is stopped for it.
func (t Trial) Sound(ctx context.Context) error {
	out, err := once(ctx, t.Next, "version")
	if err != nil {
		return fmt.Errorf("the update does not run on this computer: %w: %.200s", err, out)
	}
	return nil
}

// VersionOf asks a program that is there what it was released as.
func VersionOf(ctx context.Context, program string) (string, error) {
	out, err := once(ctx, program, "--json", "version")
	var said struct{ Version string }
	if err == nil {
		err = json.Unmarshal(out, &said)
	}
	if err != nil {
		return "", fmt.Errorf("%s does not say which version it is: %w: %.200s", program, err, out)
	}
	return said.Version, nil
}

// once runs a program for a moment.
func once(ctx context.Context, program string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	if err := host.AsOwner(cmd); err != nil {
		return nil, err
	}
	return cmd.CombinedOutput()
}
