//go:build chaos || soak

package nodetest

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	killRounds     = 60
	soakKillRounds = 1000
	atOneDesk      = 5 // people who hand cases in at one machine
	killPrelude    = 150 * time.Millisecond
	workAgainFirst = 30 * time.Second // until somebody was answered after a start
)

func TestKillingAMachineWithRequestsInFlightLosesNothingThatWasAnswered(t *testing.T) {
	beside(t)
	killedAtWork(t, killRounds)
}

// openDesk is a cluster of one machine, with people at it.
func openDesk(t *testing.T, exe string) (*office, *load) {
	o := &office{t: t, exe: exe, dir: t.TempDir()}
	return o, o.desk()
}

// desk founds the cluster of one and sits nobody down yet.
func (o *office) desk() *load {
	p := o.found("district", "cluster", cluster, "--parent", province, "--units", o.units())
	p.Gocua("user", "add", officer, "--name", "Cán bộ", "--role", "officer", "--unit", cluster, "--password", password)
	o.machines = []*Process{p}
	return &load{stations: []*station{{p: p}}}
}

// killedAtWork kills a machine again and again, each time while it has requests
// that it has not answered.
func killedAtWork(t *testing.T, rounds int) {
	seed := chaosSeed(t)
	rng := rand.New(rand.NewPCG(seed, 0))
	o, l := openDesk(t, Build(t))
	machine := o.machines[0]
	ctx, stop := context.WithCancel(t.Context())
	l.start(ctx, atOneDesk, seed)
	inFlight, kills, slowest, began := 0, 0, time.Duration(0), time.Now()
	for ; inFlight < rounds && kills < rounds*5/4; kills++ {
		started := time.Now()
		Eventually(t, workAgainFirst, "somebody to be answered", func() bool { return l.goesOn(started) })
		if l.caught(rng) {
			inFlight++
		}
		machine.Kill()
		killed := time.Now()
		machine.Start()
		machine.AwaitReady(startsIn)
		slowest = max(slowest, time.Since(killed))
	}
	stop()
	l.running.Wait()
	t.Logf("seed %d: %d kills in %v, %d with requests in flight; %d submissions of 5 forms: %d answered 200, %d answered 202, %d tries without an answer; slowest start %v",
		seed, kills, time.Since(began).Round(time.Millisecond), inFlight, len(l.cases), l.agreed, l.kept, l.again, slowest.Round(time.Millisecond))
	require.Empty(t, l.refused)
	require.GreaterOrEqual(t, inFlight, rounds, "too few kills hit a request")
	require.GreaterOrEqual(t, len(l.cases), rounds)
	require.GreaterOrEqual(t, l.again, rounds, "what was in flight had no answer")
	o.holdsOnce(l.cases)
}

// caught waits for a moment at which something is in flight, at random.
func (l *load) caught(rng *rand.Rand) bool {
	<-time.After(time.Duration(rng.Int64N(int64(killPrelude))))
	Within(time.Second, func() bool { return l.inFlight() > 0 })
	return l.inFlight() > 0
}
