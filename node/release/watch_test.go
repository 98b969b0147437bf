//go:build unix

package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// desk is an office PC with an old program, a new one beside it, and a machine.
type desk struct {
	t        *testing.T
	dir, exe string
	Trial
}

const oldProgram = "#!/bin/sh\necho old\n"

// staged puts a shell script on trial.
func staged(t *testing.T, program string, within time.Duration) *desk {
	d := &desk{t: t, dir: t.TempDir()}
	d.exe = filepath.Join(t.TempDir(), "gocua")
	require.NoError(t, os.WriteFile(d.exe, []byte(oldProgram), 0o755))
	digest := sha256.Sum256([]byte(program))
	d.Trial = Trial{From: Version(), To: "v9.0.0", Exe: d.exe, SHA256: hex.EncodeToString(digest[:]), Within: within.Milliseconds()}
	d.Next, d.Previous = beside(d.exe, "v9.0.0.next"), beside(d.exe, "previous")
	require.NoError(t, os.WriteFile(d.Next, []byte(program), 0o755))
	require.NoError(t, d.Begin(d.dir, time.Now()))
	d.Trial = d.load()
	return d
}

// watch tries it. The program works once it has made a file called up.
func (d *desk) watch(ctx context.Context) (undone bool, err error) {
	return Watch{Dir: d.dir, Args: []string{d.dir}, Log: slog.New(slog.DiscardHandler),
		Look: func(context.Context, bool) Sight {
			switch {
			case d.has("up"):
				return Working
			case d.has("sealed"):
				return Sealed
			}
			return Nothing
		},
		Stop: func(p *os.Process) error { return p.Signal(syscall.SIGTERM) },
	}.Run(ctx, d.load())
}

// watching is watch beside the test.
func (d *desk) watching(ctx context.Context) <-chan bool {
	done := make(chan bool, 1)
	go func() {
		undone, err := d.watch(ctx)
		if err != nil {
			d.t.Error(err)
		}
		done <- undone
	}()
	return done
}

func (d *desk) load() Trial {
	t, ok, err := Load(d.dir)
	require.NoError(d.t, err)
	require.True(d.t, ok)
	return t
}

func (d *desk) has(name string) bool {
	_, err := os.Stat(filepath.Join(d.dir, name))
	return err == nil
}

func (d *desk) read(path string) string {
	raw, err := os.ReadFile(path)
	require.NoError(d.t, err)
	return string(raw)
}

// untouched says that the old program is as it was, and the new one gone.
func (d *desk) untouched(why string) {
	d.t.Helper()
	got := d.load()
	require.Equal(d.t, []string{string(Undone), why}, []string{string(got.State), got.Why})
	require.Equal(d.t, oldProgram, d.read(d.exe))
	require.NoFileExists(d.t, d.Next)
	require.NoFileExists(d.t, d.Previous)
}

func TestAProgramThatWorksTakesTheOldOnesPlaceWhichIsKept(t *testing.T) {
	program := "#!/bin/sh\ntouch $1/up\nwhile [ ! -e $1/end ]; do sleep 0.05; done\n"
	d := staged(t, program, time.Minute)
	done := make(chan error, 1)
	go func() {
		undone, err := d.watch(t.Context())
		if undone {
			t.Error("undone")
		}
		done <- err
	}()
	require.Eventually(t, func() bool { return d.load().State == Taken }, 20*time.Second, 20*time.Millisecond)
	require.Equal(t, program, d.read(d.exe))
	require.Equal(t, oldProgram, d.read(d.Previous))
	require.NoFileExists(t, d.Next)
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "end"), nil, 0o600))
	require.NoError(t, <-done)
}

func TestAProgramThatEndsByItselfIsTriedThriceAndUndone(t *testing.T) {
	d := staged(t, "#!/bin/sh\necho once >> $1/starts\nexit 3\n", time.Minute)
	undone, err := d.watch(t.Context())
	require.NoError(t, err)
	require.True(t, undone)
	d.untouched(WhyExited)
	require.Equal(t, "once\nonce\nonce\n", d.read(filepath.Join(d.dir, "starts")))
}

func TestAProgramThatDoesNotWorkInTimeIsEndedAndUndone(t *testing.T) {
	d := staged(t, "#!/bin/sh\ntrap 'touch $1/asked; exit 0' TERM\nwhile :; do sleep 0.05; done\n", 500*time.Millisecond)
	undone, err := d.watch(t.Context())
	require.NoError(t, err)
	require.True(t, undone)
	d.untouched(WhyNotReady)
	require.True(t, d.has("asked"), "it is asked to end first")
}

// locks is a program that waits to be unlocked, and then takes a little.
const locks = "#!/bin/sh\ntrap 'exit 0' TERM\ntouch $1/sealed\nwhile [ ! -e $1/key ]; do sleep 0.02; done\nrm $1/sealed\n"

func TestTheTimeOfATrialDoesNotRunWhileItWaitsToBeUnlocked(t *testing.T) {
	d := staged(t, locks+"sleep 0.3\ntouch $1/up\nwhile [ ! -e $1/end ]; do sleep 0.02; done\n", 2*time.Second)
	done := make(chan error, 1)
	go func() { _, err := d.watch(t.Context()); done <- err }()
	require.Eventually(t, func() bool { return d.load().Sealed }, 20*time.Second, 20*time.Millisecond)
	require.Never(t, func() bool { return d.load().State != Trying }, 3*time.Second, 50*time.Millisecond, "longer than it would have had")
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "key"), nil, 0o600))
	require.Eventually(t, func() bool { return d.load().State == Taken }, 20*time.Second, 20*time.Millisecond)
	require.False(t, d.load().Sealed)
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "end"), nil, 0o600))
	require.NoError(t, <-done)
}

func TestAProgramThatDoesNotWorkOnceItIsUnlockedIsUndone(t *testing.T) {
	d := staged(t, locks+"while :; do sleep 0.02; done\n", time.Second)
	undone := d.watching(t.Context())
	require.Eventually(t, func() bool { return d.load().Sealed }, 20*time.Second, 10*time.Millisecond)
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "key"), nil, 0o600))
	require.True(t, <-undone)
	d.untouched(WhyNotReady)
}

func TestAProgramThatEndsWhileItIsSealedIsTriedThriceAndUndone(t *testing.T) {
	d := staged(t, "#!/bin/sh\necho once >> $1/starts\ntouch $1/sealed\nsleep 0.5\nrm $1/sealed\nexit 3\n", time.Minute)
	undone, err := d.watch(t.Context())
	require.NoError(t, err)
	require.True(t, undone)
	d.untouched(WhyExited)
	require.Equal(t, "once\nonce\nonce\n", d.read(filepath.Join(d.dir, "starts")))
}

// An update that takes nobody's passphrase would otherwise stay for ever.
func TestAnUpdateThatNobodyUnlocksAtThreeStartsIsUndone(t *testing.T) {
	d := staged(t, locks, time.Minute)
	for start := 1; start <= maxStarts; start++ {
		ctx, stop := context.WithCancel(t.Context())
		undone := d.watching(ctx)
		require.Eventually(t, func() bool { got := d.load(); return got.Sealed && got.Starts == start && d.has("sealed") }, 20*time.Second, 10*time.Millisecond)
		stop()
		require.False(t, <-undone)
		require.Equal(t, start, d.load().Starts)
		require.NoError(t, os.Remove(filepath.Join(d.dir, "sealed")))
	}
	undone, err := d.watch(t.Context())
	require.NoError(t, err)
	require.True(t, undone)
	d.untouched(WhyLocked)
}

func TestAProgramThatIsNotWhatWasUnpackedIsNotStarted(t *testing.T) {
	d := staged(t, "#!/bin/sh\ntouch $1/started\n", time.Minute)
	require.NoError(t, os.WriteFile(d.Next, []byte("#!/bin/sh\ntouch $1/started # altered\n"), 0o755))
	undone, err := d.watch(t.Context())
	require.NoError(t, err)
	require.True(t, undone)
	d.untouched(WhyDamaged)
	require.False(t, d.has("started"))
}

// A power cut ends the watcher too: what counts is on the disk.
func TestPowerCutsDuringATrialCountAsStarts(t *testing.T) {
	d := staged(t, "#!/bin/sh\necho once >> $1/starts\nexit 3\n", time.Minute)
	cut := d.load()
	cut.Starts = maxStarts - 1 // as if the power had failed after each of these
	require.NoError(t, cut.save(d.dir))
	undone, err := d.watch(t.Context())
	require.NoError(t, err)
	require.True(t, undone)
	require.Equal(t, "once\n", d.read(filepath.Join(d.dir, "starts")))
}

func TestATrialThatIsStoppedGoesOnAtTheNextStart(t *testing.T) {
	d := staged(t, "#!/bin/sh\ntrap 'exit 0' TERM\ntouch $1/runs\nwhile :; do sleep 0.05; done\n", time.Minute)
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer stop()
		for end := time.Now().Add(20 * time.Second); !d.has("runs") && time.Now().Before(end); {
			<-time.After(10 * time.Millisecond)
		}
	}()
	undone, err := d.watch(ctx)
	require.NoError(t, err)
	require.False(t, undone)
	require.Equal(t, Trying, d.load().State)
	require.Zero(t, d.load().Starts, "somebody stopped it: that says nothing against it")
	require.FileExists(t, d.Next)
}

func TestWhoStartsKnowsItsPart(t *testing.T) {
	now := time.Now()
	part := func(d *desk, exe string) (Trial, Part) {
		got, part, err := Role(d.dir, exe, now)
		require.NoError(t, err)
		return got, part
	}
	d := staged(t, "#!/bin/sh\n", time.Minute)
	_, got := part(d, d.exe)
	require.Equal(t, Watcher, got)
	_, got = part(d, d.Next)
	require.Equal(t, Tried, got)

	_, err := d.undo(d.dir, WhyExited, now)
	require.NoError(t, err)
	_, got = part(d, d.exe)
	require.Equal(t, NoPart, got, "an update that is over")

	d = staged(t, "#!/bin/sh\n", time.Minute)
	d.From, d.To = "v8.0.0", Version() // the power failed after the exchange: this is the new program in its place
	require.NoError(t, d.save(d.dir))
	require.NoError(t, exchange(d.Exe, d.Next, d.Previous))
	end, got := part(d, d.exe)
	require.Equal(t, NoPart, got)
	require.Equal(t, []State{Taken, Taken}, []State{end.State, d.load().State})

	d = staged(t, "#!/bin/sh\n", time.Minute)
	d.From = "v8.0.0" // somebody put a third program there by hand
	require.NoError(t, d.save(d.dir))
	end, got = part(d, d.exe)
	require.Equal(t, []any{NoPart, WhyReplaced}, []any{got, end.Why})

	_, got, err = Role(t.TempDir(), d.exe, now)
	require.NoError(t, err)
	require.Equal(t, NoPart, got)
}

func TestAProgramThatCannotRunHereIsFoundBeforeAnythingIsStopped(t *testing.T) {
	d := staged(t, "#!/bin/sh\n[ \"$1\" = version ] && echo v9.0.0\n", time.Minute)
	require.NoError(t, d.Sound(t.Context()))
	d = staged(t, "#!/bin/sh\necho no such library >&2; exit 127\n", time.Minute)
	require.ErrorContains(t, d.Sound(t.Context()), "no such library")
}

func TestNextToAProgramOfWindowsStandsAnother(t *testing.T) {
	require.Equal(t, `C:\gocua\gocua-v1.2.0.next.exe`, beside(`C:\gocua\gocua.exe`, "v1.2.0.next"))
	require.Equal(t, "/opt/gocua-1.2/gocua-previous", beside("/opt/gocua-1.2/gocua", "previous"))
}

// What lies in the machine's directory is its owner's to write: an administrator's
// command that took a file named there for this program would copy any file for them.
func TestOnlyTheMachineItselfLooksForItsProgramWhereItWasPut(t *testing.T) {
	me := Program()
	moved := Trial{State: Taken, Next: me, Exe: "/etc/shadow"}
	dir := t.TempDir()
	require.Equal(t, me, Place(dir))
	require.NoError(t, moved.save(dir))
	require.Equal(t, moved.Exe, Place(dir))
	require.Equal(t, me, Program())
}

func TestAProcessKnowsItsPlaceAlsoUnderTheNameItWasStartedBy(t *testing.T) {
	const place, next = "/opt/gocua", "/opt/gocua-v2.next"
	taken := Trial{State: Taken, From: "v1", To: "v2", Exe: place, Next: next}
	after := Trial{State: Trying, From: "v2", To: "v3", Exe: place, Next: "/opt/gocua-v3.next"}
	for name, c := range map[string]struct {
		last    Trial
		path    string
		moved   bool
		version string
		want    string
	}{
		"nothing moved":                       {taken, place, false, "v2", place},
		"taken since it was started":          {taken, next, true, "v2", place},
		"the update after it has begun":       {after, next, true, "v2", place},
		"on trial":                            {after, after.Next, false, "v3", after.Next},
		"a third program, put there by hand":  {after, "/home/x/gocua", false, "v2", "/home/x/gocua"},
		"a third program that is gone by now": {after, "/home/x/gocua", true, "v9", "/home/x/gocua"},
	} {
		require.Equal(t, c.want, c.last.seat(c.path, c.moved, c.version), name)
	}
}

// An administrator may have left it in a folder where the service removes nothing.
func TestAMachineStartsAlsoWhereAnUpdateThatIsOverCannotBeRemoved(t *testing.T) {
	d := staged(t, "#!/bin/sh\n", time.Minute)
	d.From = "v8.0.0"
	require.NoError(t, d.save(d.dir))
	require.NoError(t, os.Remove(d.Next))
	require.NoError(t, os.MkdirAll(filepath.Join(d.Next, "not", "empty"), 0o755))
	end, got, err := Role(d.dir, d.exe, time.Now())
	require.NoError(t, err)
	require.Equal(t, []any{NoPart, Undone, WhyReplaced}, []any{got, end.State, end.Why})
}
