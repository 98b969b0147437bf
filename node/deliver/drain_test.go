package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/command"
	"gocua/store/outbox"
)

// bench is a drain at work on a real outbox, with a leader played by the test.
type bench struct {
	t     *testing.T
	box   *outbox.Outbox
	drain *deliver.Drain
	log   strings.Builder

	mu    sync.Mutex
	lists [][]command.ID // that were sent
	at    []time.Time
	lead  func(list []command.Envelope) ([]command.Decided, error)
	moved chan struct{}
}

func (b *bench) send(_ context.Context, d deliver.Delivery) ([]command.Decided, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ids []command.ID
	for _, e := range d.Commands {
		ids = append(ids, e.ID)
	}
	b.lists, b.at = append(b.lists, ids), append(b.at, time.Now())
	return b.lead(d.Commands)
}

func (b *bench) wake() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.moved
}

// move says that trying again may help now.
func (b *bench) move(lead func([]command.Envelope) ([]command.Decided, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if lead != nil {
		b.lead = lead
	}
	close(b.moved)
	b.moved = make(chan struct{})
}

// put captures commands of about size bytes and returns their IDs.
func (b *bench) put(prefix string, n, size int) (ids []command.ID) {
	b.t.Helper()
	var seals []outbox.Seal
	for i := range n {
		e := ask(fmt.Sprint(prefix, i), size)
		ids = append(ids, e.ID)
		seals = append(seals, func(o command.Origin) command.Envelope { e.Origin = o; return e })
	}
	_, err := b.box.PutAll(b.t.Context(), seals)
	require.NoError(b.t, err)
	return ids
}

// settled checks what the outbox knows of commands.
func (b *bench) settled(ids []command.ID, want bool) {
	b.t.Helper()
	for i, id := range ids {
		it, ok := b.box.Get(id)
		require.True(b.t, ok)
		require.Equal(b.t, want, it.State == outbox.Settled, "command %d", i)
	}
}

// pass lets time pass, and whatever is due happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func accept(list []command.Envelope) ([]command.Decided, error) { return decide(list, 1), nil }

func away([]command.Envelope) ([]command.Decided, error) { return nil, errAway }

// draining runs a test in a bubble: nothing moves by itself but fake time.
func draining(t *testing.T, lead func([]command.Envelope) ([]command.Decided, error), test func(t *testing.T, b *bench)) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, lead: lead, moved: make(chan struct{})}
		box, err := outbox.Open(outbox.Config{Dir: filepath.Join(t.TempDir(), "outbox"), Key: make([]byte, 32), Node: "ward-1"})
		require.NoError(t, err)
		b.box = box
		b.drain = &deliver.Drain{Outbox: box, Send: b.send, Wake: b.wake, Log: slog.New(slog.NewTextHandler(&b.log, nil))}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { b.drain.Run(ctx); close(ended) }()
		defer func() {
			cancel()
			<-ended
			require.NoError(t, box.Close())
		}()
		synctest.Wait()
		test(t, b)
	})
}

func TestWhatWaitsIsSentInOrderAndSettled(t *testing.T) {
	draining(t, accept, func(t *testing.T, b *bench) {
		ids := b.put("a", 600, 250)
		synctest.Wait()
		require.Equal(t, ids, slices.Concat(b.lists...))
		require.GreaterOrEqual(t, len(b.lists), 3, "a delivery is at most 256 commands")
		b.settled(ids, true)

		calls := len(b.lists)
		pass(time.Hour)
		require.Len(t, b.lists, calls, "with nothing waiting nothing is done")
		more := b.put("b", 1, 250)
		synctest.Wait()
		b.settled(more, true)
		require.Less(t, b.at[len(b.at)-1].Sub(b.at[0]), time.Hour+time.Second, "a capture is sent at once")
		require.Empty(t, b.log.String())
	})
}

func TestADeliveryIsNoLargerThanAThinLineCarries(t *testing.T) {
	draining(t, away, func(t *testing.T, b *bench) {
		ids := b.put("a", 40, 16_000)
		b.move(accept)
		synctest.Wait()
		b.settled(ids, true)
		for _, list := range b.lists {
			require.LessOrEqual(t, len(list), 9, "of 16 KB each")
		}
	})
}

func TestAFailedDeliveryComesAgainTheSameAndNeverTurnsIntoAStorm(t *testing.T) {
	draining(t, away, func(t *testing.T, b *bench) {
		ids := b.put("a", 3, 250)
		pass(time.Hour)
		for _, list := range b.lists {
			require.Equal(t, ids, list)
		}
		require.Greater(t, len(b.lists), 3600/15, "at least every 15 s")
		require.Less(t, len(b.lists), 3600/5+20, "at most every 5 s, once it has slowed down")
		pauses := map[time.Duration]bool{}
		for i := 20; i < len(b.at); i++ {
			pauses[b.at[i].Sub(b.at[i-1])] = true
		}
		require.Greater(t, len(pauses), 10, "jittered")
		require.Equal(t, 1, strings.Count(b.log.String(), "\n"), "one line for the whole hour: %s", b.log.String())

		b.move(accept)
		synctest.Wait()
		b.settled(ids, true)
	})
}

func TestALeaderFoundIsToldAtOnceAndItsAbsenceIsNotLogged(t *testing.T) {
	nobody := func([]command.Envelope) ([]command.Decided, error) { return nil, deliver.ErrNoLeader }
	draining(t, nobody, func(t *testing.T, b *bench) {
		ids := b.put("a", 1, 250)
		pass(10 * time.Minute)
		before := time.Now()
		b.move(accept)
		synctest.Wait()
		require.Zero(t, time.Since(before))
		b.settled(ids, true)
		require.Empty(t, b.log.String())
	})
}

func TestAFailureAfterALeaderWasFoundIsStillLogged(t *testing.T) {
	nobody := func([]command.Envelope) ([]command.Decided, error) { return nil, deliver.ErrNoLeader }
	draining(t, nobody, func(t *testing.T, b *bench) {
		b.put("a", 1, 250)
		pass(time.Minute)
		b.mu.Lock()
		b.lead = away
		b.mu.Unlock()
		pass(time.Minute)
		require.Equal(t, 1, strings.Count(b.log.String(), "not delivered"))
	})
}

func TestWhatWasDecidedBeforeTheFailureIsSettled(t *testing.T) {
	half := func(list []command.Envelope) ([]command.Decided, error) { return decide(list[:2], 1), errAway }
	draining(t, half, func(t *testing.T, b *bench) {
		b.mu.Lock() // so that all three go together
		b.lead = away
		b.mu.Unlock()
		ids := b.put("a", 3, 250)
		b.move(half)
		synctest.Wait()
		b.settled(ids[:2], true)
		b.settled(ids[2:], false)
	})
}

func TestARefusedCommandIsNamedAndHoldsBackOnlyWhatIsBehindIt(t *testing.T) {
	draining(t, away, func(t *testing.T, b *bench) {
		ids := b.put("a", 100, 250)
		bad := ids[37]
		b.move(func(list []command.Envelope) ([]command.Decided, error) {
			if slices.ContainsFunc(list, func(e command.Envelope) bool { return e.ID == bad }) {
				return nil, command.Errorf(command.Forbidden, "bad_signature", "a command of machine ward-1 is not signed by it")
			}
			return decide(list, 1), nil
		})
		pass(time.Hour)
		b.settled(ids[:37], true)
		b.settled(ids[37:], false)
		require.Equal(t, bad, b.drain.Refused().ID)
		require.Equal(t, "bad_signature", b.drain.Refused().Why.Code)
		require.Equal(t, 1, strings.Count(b.log.String(), "level=ERROR"), b.log.String())
		require.Contains(t, b.log.String(), bad.String())
		require.Less(t, len(b.lists), 3600/5+60)

		b.move(accept)
		synctest.Wait()
		b.settled(ids, true)
		require.Nil(t, b.drain.Refused())
	})
}

func TestWhatWasDecidedUnderTheSameIDForAnotherBodySettlesNothing(t *testing.T) {
	reused := command.Outcome{Status: command.Rejected, Code: command.IDReused().Code}
	answer := func(list []command.Envelope) ([]command.Decided, error) {
		return []command.Decided{{ID: list[0].ID, Outcome: reused}}, nil
	}
	draining(t, answer, func(t *testing.T, b *bench) {
		b.drain.Known = func(command.ID) (command.Outcome, bool) {
			return command.Outcome{Status: command.Accepted, Index: 3, Hash: []byte("of another body")}, true
		}
		ids := b.put("a", 1, 250)
		synctest.Wait()
		require.Equal(t, [][]command.ID{ids}, b.lists, "the leader is asked")
		out, _ := b.box.Outcome(ids[0])
		require.Equal(t, &reused, out)
	})
}

func TestALeaderThatDoesNotLeadAnyMoreRefusesNothing(t *testing.T) {
	notLeader := func([]command.Envelope) ([]command.Decided, error) {
		return nil, command.Errorf(command.Unavailable, "not_leader", "this machine does not lead")
	}
	draining(t, notLeader, func(t *testing.T, b *bench) {
		ids := b.put("a", 5, 250)
		pass(time.Minute)
		require.Nil(t, b.drain.Refused())
		for _, list := range b.lists {
			require.Equal(t, ids, list)
		}
	})
}

// office is a cluster as the machines in it see it.
type office struct {
	mu     sync.Mutex
	leader string
	self   bool
	moved  chan struct{}
	peer   func(ctx context.Context, node string, d deliver.Delivery) ([]command.Decided, error)
}

func (o *office) Leader() (node, addr string, self bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.leader, o.leader + ":7000", o.self
}

func (o *office) next() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.moved
}

func (o *office) elect(node string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leader = node
	close(o.moved)
	o.moved = make(chan struct{})
}

func (o *office) Deliver(ctx context.Context, node, addr string, d deliver.Delivery) ([]command.Decided, error) {
	return o.peer(ctx, node, d)
}

func TestADeliveryToALeaderThatWasReplacedIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &office{leader: "ward-2", moved: make(chan struct{})}
		o.peer = func(ctx context.Context, node string, d deliver.Delivery) ([]command.Decided, error) {
			if node == "ward-2" {
				<-ctx.Done() // its power is gone
				return nil, ctx.Err()
			}
			return decide(d.Commands, 7), nil
		}
		s := deliver.Sender{Leading: o, Peers: o, Moved: o.next}
		c := &call{}
		go func() {
			c.decided, c.err = s.Send(t.Context(), deliver.Delivery{Commands: asks("a", 2)})
			c.done = true
		}()
		synctest.Wait()
		o.elect("")
		synctest.Wait()
		require.False(t, c.done, "it may still lead: nobody else does")
		o.elect("ward-3")
		synctest.Wait()
		require.True(t, c.done)
		require.ErrorIs(t, c.err, context.Canceled)
		decided, err := s.Send(t.Context(), deliver.Delivery{Commands: asks("a", 2)})
		require.NoError(t, err)
		require.Equal(t, decide(asks("a", 2), 7), decided)
	})
}

func TestAnAnswerThatDoesNotFitTheQuestionIsAnError(t *testing.T) {
	o := &office{leader: "ward-2", moved: make(chan struct{})}
	s := deliver.Sender{Leading: o, Peers: o, Moved: o.next}
	for rule, answer := range map[string][]command.Decided{
		"none": nil, "one too few": decide(asks("a", 1), 1), "another's": decide(asks("b", 2), 1),
		"out of order": decide([]command.Envelope{asks("a", 2)[1], asks("a", 2)[0]}, 1),
	} {
		t.Run(rule, func(t *testing.T) {
			o.peer = func(context.Context, string, deliver.Delivery) ([]command.Decided, error) { return answer, nil }
			decided, err := s.Send(t.Context(), deliver.Delivery{Commands: asks("a", 2)})
			require.Error(t, err)
			require.Empty(t, decided)
		})
	}
}

func TestWhoLeadsDecidesWhereCommandsGo(t *testing.T) {
	o := &office{moved: make(chan struct{})}
	asked := 0
	s := deliver.Sender{Leading: o, Peers: o, Moved: o.next, Local: deliver.NewBatcher(nil, nil),
		Admit: func([]command.Envelope) *command.Error {
			asked++
			return command.Errorf(command.Unavailable, "unknown_kind", "of a newer build")
		}}
	_, err := s.Send(t.Context(), deliver.Delivery{Commands: asks("a", 1)})
	require.ErrorIs(t, err, deliver.ErrNoLeader)
	o.leader, o.self = "ward-1", true
	_, err = s.Send(t.Context(), deliver.Delivery{Commands: asks("a", 1)})
	require.Equal(t, "unknown_kind", command.AsError(err).Code)
	require.Equal(t, 1, asked, "what this machine leads with is looked at first")
	require.False(t, errors.Is(err, deliver.ErrNoLeader))
}
