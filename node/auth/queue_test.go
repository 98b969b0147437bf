package auth

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lined puts somebody in the queue and waits until they stand there.
func lined(t *testing.T, q *queue, s standing, came chan<- standing) {
	t.Helper()
	go func() {
		if q.enter(context.Background(), s) == nil {
			came <- s
		}
	}()
	before := 0
	require.Eventually(t, func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		before = len(q.waiting[s])
		return before > 0
	}, time.Second, time.Millisecond)
}

func TestWhoeverSignsInWhereTheyAlwaysDoNeedNotQueueBehindGuesses(t *testing.T) {
	q, came := &queue{free: 1}, make(chan standing, 8)
	require.NoError(t, q.enter(t.Context(), doubtful))
	for _, s := range []standing{doubtful, unknown, trusted} {
		lined(t, q, s, came)
	}
	for _, next := range []standing{trusted, unknown, doubtful} {
		q.leave()
		require.Equal(t, next, <-came)
	}
	q.leave()
	require.Equal(t, 1, q.free)
}

func TestGuessesBeyondAFewAreNotEvenLeftWaiting(t *testing.T) {
	q := &queue{}
	ctx, stop := context.WithCancel(t.Context())
	gone := make(chan error, mostDoubtful)
	for range mostDoubtful {
		go func() { gone <- q.enter(ctx, doubtful) }()
	}
	require.Eventually(t, func() bool { q.mu.Lock(); defer q.mu.Unlock(); return len(q.waiting[doubtful]) == mostDoubtful }, time.Second, time.Millisecond)
	require.ErrorIs(t, q.enter(ctx, doubtful), errBusy)
	stop()
	for range mostDoubtful {
		require.ErrorIs(t, <-gone, context.Canceled)
	}
	require.Empty(t, q.waiting[doubtful], "whoever gives up leaves the queue")
}

func TestAnAddressAtWhichSomebodyFailedIsDoubtfulExceptToItsOwn(t *testing.T) {
	g, now := newGate(), time.Unix(1_700_000_000, 0)
	own, stranger, elsewhere := place{"lan", "10.0.0.5"}, place{"minh", "10.0.0.5"}, place{"minh", "10.0.0.6"}
	require.Zero(t, g.enter(own, now))
	require.Equal(t, unknown, g.standing(own))
	g.leave(own, now, succeeded)
	require.Zero(t, g.enter(stranger, now))
	g.leave(stranger, now, failed)
	require.Equal(t, trusted, g.standing(own))
	require.Equal(t, doubtful, g.standing(stranger))
	require.Equal(t, unknown, g.standing(elsewhere))
}
