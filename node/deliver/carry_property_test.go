package deliver_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// event is one thing that happens to a cluster.
type event struct {
	What    string
	Machine string
	Other   string
	N       int
	Then    time.Duration // passes afterwards
}

func events() *rapid.Generator[[]event] {
	machine := rapid.SampledFrom(three)
	one := rapid.Custom(func(t *rapid.T) event {
		return event{What: rapid.SampledFrom([]string{"capture", "capture", "capture", "cut", "cut", "heal", "elect", "nobody leads",
			"restart", "lose the copies", "catch up"}).Draw(t, "what"),
			Machine: machine.Draw(t, "machine"), Other: machine.Draw(t, "other"), N: rapid.IntRange(1, 9).Draw(t, "n"),
			Then: time.Duration(rapid.SampledFrom([]int{0, 1, 300, 2500, 20_000}).Draw(t, "then")) * time.Millisecond}
	})
	return rapid.SliceOfN(one, 5, 20)
}

// happens lets an event happen and counts what was captured.
func (w *world) happens(e event, captured map[string]int) {
	switch e.What {
	case "capture":
		captured[e.Machine] += len(w.hosts[e.Machine].capture(fmt.Sprint(captured[e.Machine], " "), e.N))
	case "cut", "heal":
		w.line(e.Machine, e.Other, e.What == "heal" || e.Machine == e.Other)
	case "elect":
		w.elect(e.Machine)
	case "nobody leads":
		w.elect("")
	case "restart", "lose the copies":
		w.stop(e.Machine)
		if e.What == "lose the copies" {
			require.NoError(w.t, os.RemoveAll(filepath.Join(w.dir, e.Machine, "carried")))
		}
		w.start(e.Machine)
	case "catch up":
		w.catchUp(e.Machine)
	}
	pass(e.Then)
}

// TestWhicheverWayItComesEveryCommandIsDecidedOnceAndInItsOriginsOrder cuts,
// heals, restarts and elects while machines capture; copies of all ages lie
// about and are delivered beside what their origins send.
func TestWhicheverWayItComesEveryCommandIsDecidedOnceAndInItsOriginsOrder(t *testing.T) {
	cases, carried := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		plan := events().Draw(rt, "plan")
		captured, order := map[string]int{}, map[string][]uint64{}
		waiting, keeps := 0, 0
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, t.TempDir(), three...)
			defer w.close()
			for _, e := range plan {
				w.happens(e, captured)
			}
			w.change(func() {
				clear(w.cut)
				w.leader = "office"
			})
			pass(20 * time.Second)
			for _, name := range three {
				order[name] = w.order(name)
				waiting, keeps = waiting+w.hosts[name].waiting(), keeps+w.hosts[name].keeps()
			}
			hands, _ := w.carried()
			cases, carried = cases+1, carried+min(1, len(hands))
		})
		require.Zero(rt, waiting, "an outcome comes back to its origin")
		require.Zero(rt, keeps, "an outcome settles every copy")
		for _, name := range three {
			requireInOrder(rt, order[name], captured[name])
		}
	})
	require.Greater(t, carried, cases/3, "carriers are used")
	t.Logf("%d cases, carriers used in %d", cases, carried)
}
