//go:build chaos || soak

package nodetest

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	leaderKills    = 20
	killsInFlight  = leaderKills * 8 / 10
	people         = 6
	goesOnWithin   = 10 * time.Second
	casesAtLeast   = 400
	settlesWithin  = time.Minute
	longestPrelude = 400 * time.Millisecond // before a kill
)

// TestKillingTheLeaderLosesNothingThatWasAnswered kills whoever leads, again and
// again, while people hand cases in on all three machines.
func TestKillingTheLeaderLosesNothingThatWasAnswered(t *testing.T) {
	beside(t)
	seed := chaosSeed(t)
	rng := rand.New(rand.NewPCG(seed, 0))
	o := openOffice(t, Build(t))
	l := &load{}
	for _, p := range o.machines {
		l.stations = append(l.stations, &station{p: p})
	}
	ctx, stop := context.WithCancel(t.Context())
	l.start(ctx, people, seed)
	inFlight, longest := 0, time.Duration(0)
	for range leaderKills {
		flying, gap := o.killLeader(l, rng)
		if flying {
			inFlight++
		}
		longest = max(longest, gap)
	}
	stop()
	l.running.Wait()
	t.Logf("seed %d: %d kills of the leader, %d with submissions in flight; %d submissions of 5 forms: %d answered 200, %d answered 202, %d tries without an answer; longest time until the others went on %v",
		seed, leaderKills, inFlight, len(l.cases), l.agreed, l.kept, l.again, longest.Round(time.Millisecond))
	require.Empty(t, l.refused)
	require.GreaterOrEqual(t, inFlight, killsInFlight)
	require.GreaterOrEqual(t, len(l.cases), casesAtLeast)
	require.LessOrEqual(t, longest, goesOnWithin)
	o.holdsOnce(l.cases)
}

// killLeader kills the leader at some moment, waits until the others go on,
// starts it again and waits until it has caught up.
func (o *office) killLeader(l *load, rng *rand.Rand) (inFlight bool, gap time.Duration) {
	o.t.Helper()
	leader := o.awaitLeader()
	<-time.After(time.Duration(rng.Int64N(int64(longestPrelude))))
	Within(time.Second, func() bool { return l.inFlight() > 0 }) // the moment that hurts
	inFlight = l.inFlight() > 0
	victim := o.machines[leader]
	victim.Kill()
	killed := time.Now()
	gap, _ = Within(startsIn, func() bool { return l.goesOn(killed) })
	victim.Start()
	victim.AwaitReady(startsIn)
	head := o.status(o.machines[o.awaitLeader()]).Digest.Index
	Eventually(o.t, startsIn, victim.Name()+" to catch up", func() bool { return o.status(victim).Digest.Index >= head })
	return inFlight, gap
}

// holdsOnce checks that every case is on every machine, exactly once, that
// nothing else is, and that all machines hold the same.
func (o *office) holdsOnce(cases []Case) {
	o.t.Helper()
	clients := o.readers()
	Agree(o.t, settlesWithin, clients...)
	wrong := make([]map[string]Seen, len(clients))
	var running sync.WaitGroup
	for i, c := range clients {
		wrong[i] = map[string]Seen{}
		running.Go(func() {
			for _, k := range cases {
				if seen := k.SeenAt(c); !seen.Whole() {
					wrong[i][k.Resident.String()] = seen
				}
			}
		})
	}
	running.Wait()
	for i, c := range clients {
		require.Empty(o.t, wrong[i], "at %s", o.machines[i].Name())
		require.Len(o.t, c.Census(cluster), len(cases), "people at %s", o.machines[i].Name())
		require.Zero(o.t, reviews(c), "at %s", o.machines[i].Name())
	}
}
