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
// becomes of it. More than one of each lane at a time is a failure of the batcher.
type agreement struct {
	t       testing.TB
	mu      sync.Mutex
	under   map[bool]bool // whether pages are under way, and people's commands
	entries []command.Entry
	asked   chan proposal
}

// proposal is an entry under way; whoever answers decides what becomes of it.
type proposal struct {
	command.Entry
	answer chan<- error
}

// pageKind is the kind of the commands that these tests hand in as pages.
const pageKind = 13

func newAgreement(t testing.TB) *agreement {
	return &agreement{t: t, under: map[bool]bool{}, asked: make(chan proposal)}
}

func (a *agreement) Propose(ctx context.Context, raw []byte) ([]command.Decided, error) {
	entry, err := command.DecodeEntry(raw)
	if err != nil {
		return nil, err
	}
	paged := entry.Commands[0].Kind == pageKind
	for _, c := range entry.Commands {
		if (c.Kind == pageKind) != paged {
			a.t.Error("people wait for pages to be decided")
		}
	}
	a.mu.Lock()
	if a.under[paged] {
		a.t.Error("two entries of one lane under way")
	}
	a.under[paged] = true
	a.mu.Unlock()
	defer func() { a.mu.Lock(); a.under[paged] = false; a.mu.Unlock() }()

	answer := make(chan error)
	select {
	case a.asked <- proposal{entry, answer}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case err := <-answer:
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
	p := <-a.asked
	p.answer <- err
	return p.Entry
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

func pages(prefix string, n, size int) (list []command.Envelope) {
	for i := range n {
		page := ask(fmt.Sprint(prefix, i), size)
		page.Kind = pageKind
		list = append(list, page)
	}
	return list
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

func TestNobodyWaitsForPagesToBeDecided(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		list := submit(t.Context(), b, pages("page", 3, 200), true)
		under := <-a.asked
		require.Equal(t, []string{"page0", "page1", "page2"}, names(under.Commands))
		more := submit(t.Context(), b, pages("more", 2, 50_000), true)
		people := submit(t.Context(), b, asks("p", 2), false)
		require.Equal(t, []string{"p0", "p1"}, names(a.next(nil).Commands), "right behind the pages under way")
		synctest.Wait()
		require.True(t, people.done)
		require.NoError(t, people.err)
		late := submit(t.Context(), b, asks("late", 1), false)
		require.Equal(t, []string{"late0"}, names(a.next(nil).Commands))
		require.False(t, list.done || more.done)

		under.answer <- nil
		for _, want := range []string{"more0", "more1"} {
			next := <-a.asked
			require.Equal(t, []string{want}, names(next.Commands), "pages go one entry after the other")
			next.answer <- nil
		}
		synctest.Wait()
		for _, c := range []*call{list, more, late} {
			require.True(t, c.done)
			require.NoError(t, c.err)
		}
	})
}

func TestPeopleWhoNeverStopDoNotKeepAListOut(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		list := submit(t.Context(), b, pages("page", 3, 60_000), true)
		entries := 0
		for ; !list.done; entries++ {
			submit(t.Context(), b, asks("p", 1), false)
			a.next(nil) // of whichever lane
			synctest.Wait()
			require.Less(t, entries, 100, "the list is kept out")
		}
		require.NoError(t, list.err)
	})
}

func TestAListThatFailsFailsNobodyElse(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		list := submit(t.Context(), b, pages("page", 1, 200), true)
		under := <-a.asked
		people := submit(t.Context(), b, asks("p", 1), false)
		theirs := <-a.asked
		under.answer <- errAway
		synctest.Wait()
		require.ErrorIs(t, list.err, errAway)
		require.False(t, people.done)
		theirs.answer <- nil
		synctest.Wait()
		require.NoError(t, people.err)
	})
}

func TestWhatCanWaitIsToldWhileAListGoesIn(t *testing.T) {
	batching(t, func(t *testing.T, b *deliver.Batcher, a *agreement, _ func()) {
		require.False(t, b.ListsWithin(time.Minute))
		submit(t.Context(), b, asks("p", 1), false)
		a.next(nil)
		synctest.Wait()
		require.False(t, b.ListsWithin(time.Minute), "a form is no list")
		submit(t.Context(), b, pages("page", 1, 200), true)
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
		under := <-a.asked
		long := submit(t.Context(), b, asks("b", 100), false)
		after := submit(t.Context(), b, asks("c", 1), false)
		under.answer <- nil
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
		entry.answer <- nil
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
		list := submit(t.Context(), b, pages("c", 1, 200), true)
		<-a.asked
		waiting, more := submit(t.Context(), b, asks("b", 1), false), submit(t.Context(), b, pages("d", 1, 200), true)
		stop()
		synctest.Wait()
		require.ErrorIs(t, under.err, context.Canceled)
		require.ErrorIs(t, list.err, context.Canceled)
		for _, c := range []*call{waiting, more, submit(t.Context(), b, asks("late", 1), false)} {
			require.True(t, c.done)
			require.ErrorIs(t, c.err, deliver.ErrStopped)
		}
	})
}
