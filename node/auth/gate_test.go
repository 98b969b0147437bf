package auth

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 8, 6, 5, 0, 0, 0, time.UTC)

// guess fails once and returns how long the next guess must wait.
func guess(t require.TestingT, g *gate, p place, now time.Time) time.Duration {
	require.Zero(t, g.enter(p, now))
	g.leave(p, now, failed)
	return g.enter(p, now)
}

func TestEachFailureAtOnePlaceCostsTwiceTheLast(t *testing.T) {
	g, p, now := newGate(), place{"trang.lt", "10.0.0.5"}, noon
	require.Zero(t, guess(t, g, p, now))
	g.leave(p, now, abandoned) // the look into the future above entered
	require.Zero(t, guess(t, g, p, now))
	g.leave(p, now, abandoned)
	var waits []time.Duration
	for range 13 {
		w := guess(t, g, p, now)
		waits = append(waits, w/time.Second)
		now = now.Add(w)
	}
	require.Equal(t, []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}, waits)
}

func TestWaitingIsForgottenAnHourAfterTheLastFailure(t *testing.T) {
	g, p, now := newGate(), place{"trang.lt", "10.0.0.5"}, noon
	for range 30 {
		if w := g.enter(p, now); w > 0 {
			now = now.Add(w)
			continue
		}
		g.leave(p, now, failed)
	}
	now = now.Add(time.Hour + time.Second)
	require.Zero(t, guess(t, g, p, now), "the first failure after an hour is free again")
}

func TestSuccessEndsTheWaitingOfItsPlaceOnly(t *testing.T) {
	g, now := newGate(), noon
	here, there := place{"trang.lt", "10.0.0.5"}, place{"trang.lt", "10.0.0.6"}
	for range 3 {
		require.Zero(t, g.enter(here, now))
		g.leave(here, now, failed)
		require.Zero(t, g.enter(there, now))
		g.leave(there, now, failed)
	}
	now = now.Add(time.Second)
	require.Zero(t, g.enter(here, now))
	g.leave(here, now, succeeded)
	require.Zero(t, guess(t, g, here, now))
	require.Zero(t, g.enter(there, now))
	g.leave(there, now, failed)
	require.Equal(t, 2*time.Second, g.enter(there, now))
}

func TestOneAddressGuessingAtManyAccountsIsSlowedDown(t *testing.T) {
	g, now := newGate(), noon
	n := 0
	for ; n < 100; n++ {
		p := place{fmt.Sprintf("user%d", n), "10.0.0.66"}
		if g.enter(p, now) > 0 {
			break
		}
		g.leave(p, now, failed)
	}
	require.Equal(t, 20, n)
}

func TestAnOfficerSeenAtAnAddressIsNotHeldUpByOthersThere(t *testing.T) {
	g, now := newGate(), noon
	trang := place{"trang.lt", "10.0.0.5"}
	require.Zero(t, g.enter(trang, now))
	g.leave(trang, now, succeeded)
	for i := range 20 {
		p := place{fmt.Sprintf("user%d", i), "10.0.0.5"}
		require.Zero(t, g.enter(p, now))
		g.leave(p, now, failed)
	}
	require.Positive(t, g.enter(place{"new", "10.0.0.5"}, now))
	require.Zero(t, g.enter(trang, now))
}

func TestAnAttackFromManyAddressesLeavesTheFirstTryOfAFreshOneFree(t *testing.T) {
	g, now := newGate(), noon
	for i := range 500 {
		p := place{"trang.lt", fmt.Sprintf("10.0.%d.%d", i/250, i%250)}
		require.Zero(t, g.enter(p, now), "address %d", i)
		g.leave(p, now, failed)
	}
	fresh := place{"trang.lt", "192.168.1.20"}
	require.Zero(t, g.enter(fresh, now), "the officer herself")
	require.Positive(t, g.enter(fresh, now), "but one at a time")
	g.leave(fresh, now, failed)
	require.Equal(t, time.Minute, g.enter(fresh, now), "and a wrong guess from a strange place is dear now")
}

// However many ask at once, no more are checked than could be one by one.
func TestTriesBeingCheckedCountAsFailed(t *testing.T) {
	g, p := newGate(), place{"trang.lt", "10.0.0.5"}
	in := 0
	for range 50 {
		if g.enter(p, noon) == 0 {
			in++
		}
	}
	require.Equal(t, 3, in)
	for range in {
		g.leave(p, noon, failed)
	}
	require.Equal(t, time.Second, g.enter(p, noon))
}

func TestAnAbandonedTryCostsNothing(t *testing.T) {
	g, p := newGate(), place{"trang.lt", "10.0.0.5"}
	for range 100 {
		require.Zero(t, g.enter(p, noon))
		g.leave(p, noon, abandoned)
	}
}

func TestAFloodOfInventedNamesDoesNotFillTheMemory(t *testing.T) {
	g, now := newGate(), noon
	for i := range 3 * maxTries {
		p := place{fmt.Sprintf("user%d", i), fmt.Sprintf("2001:db8:%x::/64", i%20000)}
		if g.enter(p, now) == 0 {
			g.leave(p, now, failed)
		}
		now = now.Add(time.Millisecond)
	}
	require.LessOrEqual(t, len(g.tries), maxTries)

	blocked := func(user string) bool {
		p := place{user, "10.0.0.66"}
		if g.enter(p, now) > 0 {
			return true
		}
		g.leave(p, now, failed)
		return false
	}
	for i := 0; !blocked(fmt.Sprintf("user%d", i)); i++ {
	}
	before := len(g.tries)
	for i := range 1000 {
		require.True(t, blocked(fmt.Sprintf("refused%d", i)))
	}
	require.Len(t, g.tries, before, "who is refused leaves nothing behind")
}

// Whatever strangers do elsewhere, an officer who has not failed where she sits
// gets in with the first try, at any time.
func TestNoStrangerCanLockAnOfficerOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, now := newGate(), noon
		hers := place{"trang.lt", "192.168.1.20"}
		for range rapid.IntRange(0, 300).Draw(t, "attempts") {
			p := place{
				rapid.SampledFrom([]string{"trang.lt", "hung.nv", "nobody"}).Draw(t, "account"),
				rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}).Draw(t, "address"),
			}
			if g.enter(p, now) == 0 {
				g.leave(p, now, rapid.SampledFrom([]ending{failed, failed, abandoned}).Draw(t, "ending"))
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "seconds")) * time.Second)
		}
		require.Zero(t, g.enter(hers, now))
	})
}

func TestOneMachineIsOneAddress(t *testing.T) {
	for from, want := range map[string]string{
		"10.0.0.5":            "10.0.0.5",
		"10.0.0.5:51234":      "10.0.0.5",
		"::ffff:10.0.0.5":     "10.0.0.5",
		"2001:db8:1:2:3::4":   "2001:db8:1:2::/64",
		"[2001:db8:1:2::9]:1": "2001:db8:1:2::/64",
		"fe80::1%eth0":        "fe80::/64",
		"":                    "",
		"pipe":                "pipe",
	} {
		require.Equal(t, want, addressOf(from), from)
	}
}
