//go:build (chaos || soak) && linux

package nodetest

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	powerCuts     = 10
	soakPowerCuts = 100
)

func TestAPowerCutLosesNothingThatWasAnswered(t *testing.T) { powerCut(t, powerCuts) }

// powerCut lets a machine work on a disk of its own, cuts the power, and goes on
// with what is left on the disk, again and again.
func powerCut(t *testing.T, rounds int) {
	if !mayMount(t) {
		return
	}
	seed := chaosSeed(t)
	rng := rand.New(rand.NewPCG(seed, 0))
	o := &office{t: t, exe: Build(t), dir: t.TempDir()}
	disk := newImage(t)
	o.liveOn(disk)
	l := o.desk()
	machine := o.machines[0]
	ctx, stop := context.WithCancel(t.Context())
	l.start(ctx, atOneDesk, seed)
	inFlight, asked, slowest, began := 0, 0, time.Duration(0), time.Now()
	for range rounds {
		started := time.Now()
		Eventually(t, workAgainFirst, "somebody to be answered", func() bool { return l.goesOn(started) })
		if l.caught(rng) {
			inFlight++
		}
		machine.pause()
		left := disk.afterPowerCut()
		answered := l.answered() // before the machine stood still, or they would not have heard
		machine.Kill()
		disk.pullOut()
		disk = left.plugIn()
		o.liveOn(disk)
		cut := time.Now()
		machine.Start()
		machine.AwaitReady(startsIn)
		slowest = max(slowest, time.Since(cut))
		o.holds(answered[asked:]) // all of them once more at the end: each time would take the square of the rounds
		asked = len(answered)
	}
	stop()
	l.running.Wait()
	t.Logf("seed %d: %d power cuts in %v, %d with requests in flight; %d submissions of 5 forms: %d answered 200, %d answered 202, %d tries without an answer; slowest start %v; none lost",
		seed, rounds, time.Since(began).Round(time.Millisecond), inFlight, len(l.cases), l.agreed, l.kept, l.again, slowest.Round(time.Millisecond))
	require.Empty(t, l.refused)
	require.GreaterOrEqual(t, inFlight, rounds*8/10)
	require.GreaterOrEqual(t, len(l.cases), rounds*2)
	o.holdsOnce(l.cases)
}

// liveOn puts the directory of the machine onto a disk.
func (o *office) liveOn(disk *image) {
	o.t.Helper()
	there, name := filepath.Join(disk.mount, "district"), filepath.Join(o.dir, "district")
	require.NoError(o.t, os.MkdirAll(there, 0o700))
	require.NoError(o.t, os.RemoveAll(name)) // the name alone
	require.NoError(o.t, os.Symlink(there, name))
}

// pause stops the machine where it stands: from now on it writes nothing.
func (p *Process) pause() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGSTOP))
	var status syscall.WaitStatus
	_, err := syscall.Wait4(p.cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
	require.NoError(p.t, err)
	require.True(p.t, status.Stopped())
}

// answered lists the cases somebody was told are saved.
func (l *load) answered() []Case {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.cases)
}

// holds checks that the machine knows every form of these cases.
func (o *office) holds(cases []Case) {
	o.t.Helper()
	c := NewClient(o.t, o.machines[0].URL(), "")
	Eventually(o.t, startsIn, "the officer to be known again", func() bool { return c.TrySignIn(officer, password) == nil })
	var asking sync.WaitGroup
	lost := make(chan string, 5*len(cases))
	for part := range slices.Chunk(cases, max(1, len(cases)/4)) {
		asking.Go(func() {
			for _, k := range part {
				for _, form := range k.Forms {
					if _, known := c.Told(form.ID); !known {
						lost <- form.Kind
					}
				}
			}
		})
	}
	asking.Wait()
	require.Empty(o.t, lost, "answered, and not there after a power cut")
}
