package nodetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
)

// lookEvery is the pause between two looks at a condition.
const lookEvery = 10 * time.Millisecond

// Eventually waits for a condition and returns how long it took.
func Eventually(t testing.TB, within time.Duration, what string, ok func() bool) time.Duration {
	t.Helper()
	took, done := Within(within, ok)
	if !done {
		require.FailNow(t, "waited too long", "%s: not within %s", what, within)
	}
	return took
}

// Ready waits until a machine of this process may be sent work, and fails with why it
// may not.
func Ready(t testing.TB, within time.Duration, n *node.Node) {
	t.Helper()
	var why []string
	_, ready := Within(within, func() bool { why = n.Ready(); return len(why) == 0 })
	require.True(t, ready, "%s is not ready within %s: %s", n.ID(), within, strings.Join(why, "; "))
}

// Within waits for a condition; for use where a test must not be ended, such as
// in a goroutine of its own.
func Within(within time.Duration, ok func() bool) (took time.Duration, done bool) {
	began := time.Now()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for !ok() {
		if time.Since(began) > within {
			return time.Since(began), false
		}
		<-tick.C
	}
	return time.Since(began), true
}
