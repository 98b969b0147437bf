package modeltest

import (
	"flag"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What a run of the test has to have seen, or it has not tested what it says.
const (
	leastRuns  = 300
	leastSteps = 30 // on average

	parts     = 4  // of a run; a single one would often be short
	partSteps = 11 // of a part, on average, those included that find nothing to do
)

// TestNothingIsLostOrDoneTwiceWhateverHappensOnTheWay is the whole of it: see
// the package comment.
func TestNothingIsLostOrDoneTwiceWhateverHappensOnTheWay(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a register's memory is cleared before it is used again, and each run opens five
	runs := set(t, "rapid.checks", func(told int) int { return max(told, leastRuns) })
	set(t, "rapid.steps", func(int) int { return partSteps })
	f, n := newFounding(t), &tally{}
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			w := newWorld(t, f, n)
			defer w.close()
			for range parts {
				w.happens()
			}
			w.finish()
			n.add(w)
		})
	})
	n.report(t)
	require.GreaterOrEqual(t, n.runs, runs)
	require.GreaterOrEqual(t, n.steps, leastSteps*n.runs, "steps")
	require.GreaterOrEqual(t, 2*n.cutAndRestarted, n.runs, "runs with a cut and a restart")
}

// set changes a count that rapid is told, for as long as the test runs, and
// returns it.
func set(t *testing.T, name string, count func(told int) int) int {
	f := flag.Lookup(name)
	was := f.Value.String()
	told, err := strconv.Atoi(was)
	require.NoError(t, err)
	n := count(told)
	require.NoError(t, f.Value.Set(strconv.Itoa(n)))
	t.Cleanup(func() { require.NoError(t, f.Value.Set(was)) })
	return n
}

// tally counts what the runs have seen.
type tally struct {
	runs, steps, cutAndRestarted                    int
	drops, duplicates, reorders, restarts, restores int
	captures, conflicts, refusals, rejections       int
	compacted                                       int
}

// add counts a run that has ended well.
func (n *tally) add(w *world) {
	n.runs++
	n.steps += w.steps
	if w.wasCut && w.wasRestarted {
		n.cutAndRestarted++
	}
	for _, v := range w.model.ended {
		switch v.status {
		case "conflict":
			n.conflicts++
		case "rejected":
			n.rejections++
		}
	}
}

func (n *tally) report(t *testing.T) {
	t.Logf("%d runs of %.1f steps, %d with a cut and a restart: %d captures, of them %d in conflict and %d rejected, %d more refused at the desk",
		n.runs, float64(n.steps)/float64(max(1, n.runs)), n.cutAndRestarted, n.captures, n.conflicts, n.rejections, n.refusals)
	t.Logf("%d drops, %d duplicates, %d reorders, %d restarts, %d restores of the province, %d captures dropped once received",
		n.drops, n.duplicates, n.reorders, n.restarts, n.restores, n.compacted)
}

// late counts a message that came again, or behind later ones.
func (n *tally) late(i, sent int) {
	if i == sent-1 {
		n.duplicates++
	} else {
		n.reorders++
	}
}
