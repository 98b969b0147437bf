package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"gocua/node/host"
)

// trialFile is in the machine's directory: the last update and how it went. A
// power cut in the middle of a trial finds it there.
const trialFile = "update.json"

// State is how far an update has come.
type State string

// States of an update.
const (
	Trying State = "trying" // the new program runs beside the old one, which can still be gone back to
	Taken  State = "taken"  // it is in the old one's place
	Undone State = "undone" // it did not work; the old one runs
)

// Why an update was undone.
const (
	WhyExited   = "exited"    // it ended by itself, each time
	WhyNotReady = "not_ready" // it did not come up in time
	WhyDamaged  = "damaged"   // the file is not what was unpacked
	WhyReplaced = "replaced"  // somebody put a third program there meanwhile
	WhyLocked   = "locked"    // nobody unlocked it, at three starts
	WhySwap     = "swap"      // it works, but could not be put in the old one's place
)

// maxStarts is how often a new program may be started, power cuts included.
const maxStarts = 3

// Trial is an update under way, or the last one.
type Trial struct {
	State    State     `json:"state"`
	Why      string    `json:"why,omitempty"`
	From     string    `json:"from"` // versions
	To       string    `json:"to"`
	At       time.Time `json:"at"`
	Exe      string    `json:"exe"` // the program in its place
	Next     string    `json:"next"`
	Previous string    `json:"previous"` // where the old one is kept
	SHA256   string    `json:"sha256"`   // of Next
	Starts   int       `json:"starts"`
	Within   int64     `json:"within_ms"`         // it must be ready so long after a start
	Sealed   bool      `json:"sealed,omitempty"`  // it waits to be unlocked; until then its time does not run
	Unready  bool      `json:"unready,omitempty"` // the old one was not ready either: then it is enough that the new one answers
}

// Load reads the last update of a machine; ok is false if there was none.
func Load(dir string) (t Trial, ok bool, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, trialFile))
	if errors.Is(err, fs.ErrNotExist) {
		return t, false, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &t)
	}
	if err != nil {
		return t, false, fmt.Errorf("release: reading the last update: %w", err)
	}
	return t, true, nil
}

// save is on the disk when it returns.
func (t Trial) save(dir string) error {
	raw, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return writeFile(filepath.Join(dir, trialFile), 0o600, func(w io.Writer) error {
		_, err := w.Write(append(raw, '\n'))
		return err
	})
}

// writeFile replaces a file whole; it is on the disk when it returns. If write
// fails, nothing has changed.
func writeFile(path string, mode fs.FileMode, write func(io.Writer) error) error {
	part := path + ".part"
	f, err := host.Draft(part, mode)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	err = write(f)
	if err == nil {
		err = errors.Join(host.Own(f), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename last. Windows cannot sync a directory and does not need
// to: NTFS journals it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// Stage puts the program of a bundle beside exe, which stays as it is. Nothing
// has changed after an error (from is the version that runs), and nothing runs otherwise after it: Begin decides.
func Stage(b *Bundle, exe, from string) (Trial, error) {
	t := Trial{From: from, To: b.Version, Exe: exe, SHA256: b.SHA256}
	t.Next, t.Previous = beside(exe, b.Version+".next"), beside(exe, "previous")
	return t, writeFile(t.Next, 0o755, b.Unpack)
}

// beside names a file in the folder of the program, as the system wants to see
// one that can be run.
func beside(exe, what string) string {
	ext := filepath.Ext(exe)
	if ext != ".exe" {
		ext = ""
	}
	return exe[:len(exe)-len(ext)] + "-" + what + ext
}

// Longest is how long a trial can take whose program may take so long to come up.
func Longest(within time.Duration) time.Duration { return maxStarts * (within + graceTime) }

// Begin makes the trial known: from now on whoever starts the machine tries the
// new program first.
func (t Trial) Begin(dir string, now time.Time) error {
	t.State, t.At, t.Starts, t.Why, t.Sealed = Trying, now, 0, "", false
	return t.save(dir)
}

// noteSealed says whether the new program waits to be unlocked, for whoever asks how
// the trial goes.
func (t *Trial) noteSealed(dir string, sealed bool) error {
	t.Sealed = sealed
	return t.save(dir)
}

// Drop removes what Stage put there.
func (t Trial) Drop() error { return os.Remove(t.Next) }

// whole says whether the new program is what was unpacked.
func (t Trial) whole() bool {
	f, err := os.Open(t.Next)
	if err != nil {
		return false
	}
	defer f.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	return err == nil && hex.EncodeToString(hash.Sum(nil)) == t.SHA256
}

// undo ends a trial that failed. The old program was in its place all the time.
func (t Trial) undo(dir, why string, now time.Time) (Trial, error) {
	t.State, t.Why, t.At, t.Sealed = Undone, why, now, false
	err := t.save(dir)
	if err == nil {
		_ = os.Remove(t.Next) // nobody runs it any more; where it may not be removed the machine starts all the same
	}
	return t, err
}

// take puts the new program in the old one's place and keeps the old one. At no
// moment is there none, whatever happens to the power.
func (t Trial) take(dir string, now time.Time) (Trial, error) {
	if err := exchange(t.Exe, t.Next, t.Previous); err != nil {
		return t, fmt.Errorf("release: %w", err)
	}
	t.State, t.At, t.Sealed = Taken, now, false
	return t, errors.Join(syncDir(filepath.Dir(t.Exe)), t.save(dir))
}

// Part is what a starting program has to do with the last update.
type Part uint8

// Parts.
const (
	NoPart  Part = iota // run as ever
	Watcher             // it is the old one: run Watch
	Tried               // it is the new one, on trial: run as ever, somebody watches
)

// Role tells a program that starts what its part is, and ends a trial that
// somebody else has decided: one that was taken when the power failed, or a third
// program that was put there by hand.
func Role(dir, exe string, now time.Time) (Trial, Part, error) {
	t, ok, err := Load(dir)
	if err != nil || !ok || t.State != Trying {
		return t, NoPart, err
	}
	switch _, staged := os.Stat(t.Next); {
	case same(exe, t.Next):
		return t, Tried, nil
	case Version() == t.From && same(exe, t.Exe) && staged == nil:
		return t, Watcher, nil
	case Version() == t.To && same(exe, t.Exe):
		t.State, t.At, t.Sealed = Taken, now, false
		return t, NoPart, t.save(dir)
	}
	t, err = t.undo(dir, WhyReplaced, now)
	return t, NoPart, err
}

// Program is the file this process runs, wherever links lead; empty: unknown.
func Program() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}

// Place is the file of the machine that runs in a directory: who was tried and taken
// has been moved since it was started. Only for the machine itself: what it wrote
// there is no reason for anybody else to take a file for a program.
func Place(dir string) string {
	path := Program()
	t, ok, err := Load(dir)
	if err != nil || !ok {
		return path
	}
	_, err = os.Stat(path)
	return t.seat(path, errors.Is(err, fs.ErrNotExist), Version())
}

// seat is where the program of a process is that was started under a path. Windows
// goes on calling a process by that also when the update after it has begun.
func (t Trial) seat(path string, moved bool, version string) string {
	if t.State == Taken && path == t.Next || moved && version == t.From {
		return t.Exe
	}
	return path
}

func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
