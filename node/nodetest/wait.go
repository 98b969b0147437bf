package nodetest

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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

// Answers waits until a machine that was started says it is ready, and fails with what
// it said last.
func Answers(t testing.TB, within time.Duration, url string) {
	t.Helper()
	last := "it was not asked"
	_, ready := Within(within, func() bool {
		status, said, err := NewClient(t, url, "").Try(http.MethodGet, "/readyz", nil)
		last = fmt.Sprintf("%d %s %v", status, said, err)
		return err == nil && status == http.StatusOK
	})
	require.True(t, ready, "%s is not ready within %s; the last answer: %s", url, within, last)
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
