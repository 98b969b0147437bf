package deliver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/command"
)

var errAway = errors.New("nobody agrees")

// agreement agrees on entries by hand: each waits until the test says what
// becomes of it. Two at a time are a failure of the batcher.
type agreement struct {
	t       testing.TB
	mu      sync.Mutex
	busy    bool
	entries []command.Entry
	asked   chan command.Entry
	answer  chan error
}

func newAgreement(t testing.TB) *agreement {
	return &agreement{t: t, asked: make(chan command.Entry), answer: make(chan error)}
}

func (a *agreement) Propose(ctx context.Context, raw []byte) ([]command.Decided, error) {
	a.mu.Lock()
	if a.busy {
		a.t.Error("two entries under way")
	}
	a.busy = true
	a.mu.Unlock()
	defer func() { a.mu.Lock(); a.busy = false; a.mu.Unlock() }()

	entry, err := command.DecodeEntry(raw)
	if err != nil {
		return nil, err
	}
	select {
	case a.asked <- entry:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case err := <-a.answer:
		if err != nil {
			return nil, err
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.entries = append(a.entries, entry)
	return decide(entry.Commands, uint64(len(a.entries))), nil
}

// next lets the entry under way be agreed, or fail.
func (a *agreement) next(err error) command.Entry {
	entry := <-a.asked
	a.answer <- err
	return entry
}

func decide(commands []command.Envelope, index uint64) (list []command.Decided) {
	for _, c := range commands {
		list = append(list, command.Decided{ID: c.ID, Outcome: command.Outcome{Status: command.Accepted, Index: index}})
	}
	return list
}

// ask is a command whose encoded form has about size bytes.
func ask(name string, size int) command.Envelope {
	e := command.Envelope{V: command.FormatVersion, ID: command.DerivedID(name), Kind: 9, Unit: "00166", By: command.Actor{Node: "ward-1"}, Body: json.RawMessage(`""`)}
	body, err := json.Marshal(name + strings.Repeat(".", max(0, size-len(e.Encode())-len(name))))
	if err != nil {
		panic(err)
	}
	e.Body = body
	return e
}

func asks(prefix string, n int) (list []command.Envelope) {
	for i := range n {
		list = append(list, ask(fmt.Sprint(prefix, i), 200))
	}
	return list
}

func names(commands []command.Envelope) (list []string) {
	for _, c := range commands {
		var name string
		if err := json.Unmarshal(c.Body, &name); err != nil {
			panic(err)
		}
		list = append(list, strings.TrimRight(name, "."))
	}
	return list
}

// call is one Submit under way.
type call struct {
	decided []command.Decided
	err     error
	done    bool
}

func submit(ctx context.Context, b *deliver.Batcher, commands []command.Envelope, behind bool) *call {
	c := &call{}
	go func() {
		c.decided, c.err = b.Submit(ctx, commands, behind)
		c.done = true
	}()
	synctest.Wait()
	return c
}

// batching runs a test in a bubble with a batcher that runs until its end.
func batching(t *testing.T, test func(t *testing.T, b *deliver.Batcher, a *agreement, stop func())) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgreement(t)
		b := deliver.NewBatcher(a, func() int64 { return 1_767_225_600_000 })
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { b.Run(ctx); close(ended) }()
		stop := func() { cancel(); <-ended }
		defer stop()
		test(t, b, a, stop)
	})
}

func TestAnEntryHoldsWhatWaitsInTheOrderOfItsCallers(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		first := submit(t.Context(), b, asks("a", 1), false) // goes at once
		second, third := submit(t.Context(), b, asks("b", 2), false), submit(t.Context(), b, asks("c", 2), false)
		require.Equal(t, []string{"a0"}, names(a.next(nil).Commands))
		synctest.Wait()
		require.True(t, first.done)
		require.False(t, second.done)

		entry := a.next(nil)
		require.Equal(t, []string{"b0", "b1", "c0", "c1"}, names(entry.Commands))
		require.EqualValues(t, 1_767_225_600_000, entry.At)
		synctest.Wait()
		require.NoError(t, errors.Join(first.err, second.err, third.err))
		require.Equal(t, decide(asks("c", 2), 2), third.decided)
	})
}

func TestPeopleGoBeforePages(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		pages := submit(t.Context(), b, asks("page", 3), true)
		require.Equal(t, []string{"page0", "page1", "page2"}, names((<-a.asked).Commands), "nobody else waits")
		more := submit(t.Context(), b, []command.Envelope{ask("big0", 50_000), ask("big1", 50_000)}, true)
		people := submit(t.Context(), b, asks("p", 2), false)
		a.answer <- nil
		require.Equal(t, []string{"p0", "p1"}, names((<-a.asked).Commands), "nobody waits for pages to be decided")
		late := submit(t.Context(), b, asks("late", 1), false)
		a.answer <- nil
		require.Equal(t, []string{"late0", "big0"}, names((<-a.asked).Commands), "pages stand aside once")
		later := submit(t.Context(), b, asks("later", 1), false)
		a.answer <- nil
		require.Equal(t, []string{"later0"}, names(a.next(nil).Commands), "also between the pages of one caller")
		require.Equal(t, []string{"big1"}, names(a.next(nil).Commands))
		larger := submit(t.Context(), b, []command.Envelope{ask("now", 200)}, false)
		<-a.asked
		both := submit(t.Context(), b, []command.Envelope{ask("large0", 40_000), ask("large1", 40_000)}, false)
		small := submit(t.Context(), b, asks("small", 1), true)
		a.answer <- nil
		require.Equal(t, []string{"large0"}, names(a.next(nil).Commands), "no page goes where a person's command had to stay behind")
		require.Equal(t, []string{"large1"}, names(a.next(nil).Commands))
		require.Equal(t, []string{"small0"}, names(a.next(nil).Commands))
		synctest.Wait()
		for _, c := range []*call{pages, more, people, late, later, larger, both, small} {
			require.True(t, c.done)
			require.NoError(t, c.err)
		}
	})
}

func TestPeopleWhoNeverStopDoNotKeepAListOut(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		submit(t.Context(), b, asks("first", 1), false)
		list := submit(t.Context(), b, []command.Envelope{ask("page0", 60_000), ask("page1", 60_000), ask("page2", 60_000)}, true)
		entries := 0
		for ; !list.done; entries++ {
			submit(t.Context(), b, asks("p", 1), false)
			a.next(nil)
			synctest.Wait()
		}
		require.LessOrEqual(t, entries, 7)
		require.NoError(t, list.err)
	})
}

func TestWhatCanWaitIsToldWhileAListGoesIn(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		require.False(t, b.ListsWithin(time.Minute))
		submit(t.Context(), b, asks("p", 1), false)
		a.next(nil)
		synctest.Wait()
		require.False(t, b.ListsWithin(time.Minute), "a form is no list")
		submit(t.Context(), b, asks("page", 1), true)
		require.True(t, b.ListsWithin(time.Second))
		a.next(nil)
		time.Sleep(2 * time.Second)
		require.False(t, b.ListsWithin(time.Second))
		require.True(t, b.ListsWithin(time.Minute))
	})
}

func TestAnEntryStaysWithinItsBounds(t *testing.T) {
	for _, c := range []struct {
		rule     string
		commands []command.Envelope
		entries  []int // commands in each
	}{
		{"sixty-four commands", asks("a", 130), []int{64, 64, 2}},
		{"sixty-four KiB", []command.Envelope{ask("a", 30_000), ask("b", 30_000), ask("c", 30_000), ask("d", 200)}, []int{2, 2}},
		{"a page as large as pages may be goes alone", []command.Envelope{ask("a", 1000), ask("b", command.MaxPage), ask("c", 1000)}, []int{1, 1, 1}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
				all := submit(t.Context(), b, c.commands, false)
				var sent []string
				for _, want := range c.entries {
					entry := names(a.next(nil).Commands)
					require.Len(t, entry, want)
					sent = append(sent, entry...)
				}
				synctest.Wait()
				require.NoError(t, all.err)
				require.Equal(t, names(c.commands), sent)
				require.Len(t, all.decided, len(c.commands))
			})
		})
	}
}

func TestACommandOverTheBoundIsTurnedAwayAndStopsNobody(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		large := submit(t.Context(), b, []command.Envelope{ask("a", 200), ask("b", command.MaxPage+1)}, false)
		require.True(t, large.done)
		require.Equal(t, "too_large", command.AsError(large.err).Code)
		small := submit(t.Context(), b, asks("c", 1), false)
		require.Equal(t, []string{"c0"}, names(a.next(nil).Commands))
		synctest.Wait()
		require.NoError(t, small.err)
	})
}

func TestAFailedEntryFailsExactlyWhoeverIsInIt(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		first := submit(t.Context(), b, asks("a", 1), false)
		<-a.asked
		long := submit(t.Context(), b, asks("b", 100), false)
		after := submit(t.Context(), b, asks("c", 1), false)
		a.answer <- nil
		require.Len(t, a.next(nil).Commands, 64, "the first of the long list")
		require.Len(t, a.next(errAway).Commands, 37, "the rest of it, and the one after")
		synctest.Wait()
		require.NoError(t, first.err)
		require.ErrorIs(t, long.err, errAway)
		require.Len(t, long.decided, 64, "what was decided is handed back all the same")
		require.ErrorIs(t, after.err, errAway)

		again := submit(t.Context(), b, asks("c", 1), false)
		require.Equal(t, []string{"c0"}, names(a.next(nil).Commands))
		synctest.Wait()
		require.NoError(t, again.err)
	})
}

func TestNothingOfAFailedListIsSentBehindItsGap(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		list := submit(t.Context(), b, asks("a", 150), false)
		require.Len(t, a.next(errAway).Commands, 64)
		synctest.Wait()
		require.ErrorIs(t, list.err, errAway)
		other := submit(t.Context(), b, asks("b", 1), false)
		require.Equal(t, []string{"b0"}, names(a.next(nil).Commands), "the other 86 must not overtake the 64")
		synctest.Wait()
		require.NoError(t, other.err)
	})
}

func TestACallerWhoGoesAwayLeavesNothingBehind(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		ctx, cancel := context.WithCancel(t.Context())
		gone := submit(ctx, b, asks("a", 100), false)
		entry := <-a.asked
		waiting := submit(ctx, b, asks("b", 3), false)
		stays := submit(t.Context(), b, asks("c", 1), false)
		cancel()
		synctest.Wait()
		require.True(t, gone.done, "nobody waits for an entry he does not want any more")
		require.ErrorIs(t, gone.err, context.Canceled)
		require.ErrorIs(t, waiting.err, context.Canceled)
		a.answer <- nil
		require.Len(t, entry.Commands, 64)
		require.Equal(t, []string{"c0"}, names(a.next(nil).Commands), "what was not under way is not sent")
		synctest.Wait()
		require.NoError(t, stays.err)
	})
}

func TestAnEmptyListIsDecidedAtOnce(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		none := submit(t.Context(), b, nil, false)
		require.True(t, none.done)
		require.NoError(t, none.err)
		require.Empty(t, none.decided)
	})
}

func TestWhoeverWaitsWhenTheMachineStopsIsTold(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, stop func()) {
		under := submit(t.Context(), b, asks("a", 1), false)
		<-a.asked
		waiting, pages := submit(t.Context(), b, asks("b", 1), false), submit(t.Context(), b, asks("c", 1), true)
		stop()
		synctest.Wait()
		require.ErrorIs(t, under.err, context.Canceled)
		for _, c := range []*call{waiting, pages, submit(t.Context(), b, asks("late", 1), false)} {
			require.True(t, c.done)
			require.ErrorIs(t, c.err, deliver.ErrStopped)
		}
	})
}
