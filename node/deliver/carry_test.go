package deliver_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/command"
)

var three = []string{"office", "ward-1", "ward-2"}

func TestWithoutAWayToTheLeaderAnotherMachineBringsItAndTheOutcomeComesBack(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ward1, ward2 := w.hosts["ward-1"], w.hosts["ward-2"]
		w.elect("office")
		w.line("office", "ward-2", false)
		ward2.capture("a", 5)
		pass(3 * time.Second)
		require.Zero(t, ward2.waiting(), "its own register has not moved")
		require.Equal(t, []uint64{1, 2, 3, 4, 5}, w.order("ward-2"))
		require.Zero(t, ward1.keeps(), "an outcome settles every copy")

		before := time.Now()
		ward2.capture("b", 1)
		pass(time.Second)
		require.Zero(t, ward2.waiting())
		require.Less(t, time.Since(before), 2*time.Second, "once it is known to be cut off, nothing waits")
		require.NotContains(t, w.log.String(), "level=ERROR")
	}, three...)
}

func TestACarrierMayLeadItself(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.change(func() { w.hosts["ward-2"].blind, w.leader = true, "office" })
		w.hosts["ward-2"].capture("a", 2)
		pass(3 * time.Second)
		require.Zero(t, w.hosts["ward-2"].waiting())
		require.Equal(t, []uint64{1, 2}, w.order("ward-2"))
	}, three...)
}

func TestWhatIsHeldOutlivesTheMachineItCameFrom(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ward1, ward2 := w.hosts["ward-1"], w.hosts["ward-2"]
		ward2.capture("a", 4) // nobody leads
		pass(5 * time.Second)
		require.Equal(t, 4, ward2.waiting())
		at, ok := ward2.handover.Handed()
		require.True(t, ok)
		require.Equal(t, "office", at.Node)
		require.EqualValues(t, 4, at.Seq)
		w.stop("office")
		pass(time.Minute)
		require.Equal(t, 4, ward1.keeps(), "the one who held them has fallen silent: another one is given them")
		w.stop("ward-2")
		w.stop("ward-1")
		w.start("ward-1")
		require.Equal(t, 4, ward1.keeps())

		w.elect("ward-1")
		pass(time.Second)
		require.Equal(t, []uint64{1, 2, 3, 4}, w.order("ward-2"))
		require.Zero(t, ward1.keeps())

		w.start("ward-2")
		pass(15 * time.Second)
		require.Zero(t, ward2.waiting())
		require.Equal(t, []uint64{1, 2, 3, 4}, w.order("ward-2"), "and not again")
	}, three...)
}

func TestEachIsHandedOverOnceAndAskedAboutQuietly(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ward2 := w.hosts["ward-2"]
		first := ward2.capture("a", 600)
		pass(time.Hour)
		hands, asks := w.carried()
		require.Len(t, hands, 3, "256 at most in one call")
		var ids []command.ID
		for i, c := range hands {
			require.Equal(t, "office", c.to)
			if i == 0 {
				require.True(t, c.hand.After.IsZero())
			} else {
				require.Equal(t, ids[len(ids)-1], c.hand.After)
			}
			for _, e := range c.hand.Commands {
				ids = append(ids, e.ID)
			}
		}
		require.Equal(t, first, ids)
		require.Less(t, asks, 3600/15+20)
		require.Greater(t, asks, 3600/60)

		more := ward2.capture("b", 1)
		pass(time.Second)
		hands, _ = w.carried()
		require.Len(t, hands, 4)
		require.Equal(t, more[0], hands[3].hand.Commands[0].ID)
		require.Len(t, hands[3].hand.Commands, 1)
		require.Equal(t, first[599], hands[3].hand.After)
		require.Equal(t, 601, w.hosts["office"].keeps())

		w.elect("ward-2") // itself: it needs nobody any more
		pass(20 * time.Second)
		require.Zero(t, ward2.waiting())
		require.Len(t, w.order("ward-2"), 601)
	}, three...)
}

func TestACarrierThatTakesNoMoreIsNotOfferedItAgainAndAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ward2 := w.hosts["ward-2"]
		ward2.capture("a", 1100) // a carrier holds a thousand for one machine
		pass(50 * time.Minute)
		hands, _ := w.carried()
		fits := w.hosts["office"].keeps()
		require.Greater(t, fits, 700, "whole lists, as many as fit")
		require.Equal(t, fits, w.hosts["ward-1"].keeps(), "the other one was tried, from the beginning")
		require.GreaterOrEqual(t, len(hands), 8)
		require.LessOrEqual(t, len(hands), 8+2, "three that fit and one that does not, at each; then once in half an hour")

		w.line("office", "ward-2", false)
		w.elect("office")
		pass(time.Minute)
		require.Zero(t, ward2.waiting(), "room was made, and what was refused went the same way")
		requireInOrder(t, w.order("ward-2"), 1100)
	}, three...)
}

func TestAMachineWhoseDiskIsNearlyFullKeepsNothingForOthers(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.change(func() { w.hosts["office"].full = true })
		w.hosts["ward-2"].capture("a", 3)
		pass(5 * time.Second)
		require.Zero(t, w.hosts["office"].keeps())
		require.Equal(t, 3, w.hosts["ward-1"].keeps())
	}, three...)
}

func TestAnElectionIsNoReasonToLookForACarrier(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.hosts["ward-2"].capture("a", 3)
		pass(1900 * time.Millisecond)
		w.elect("office")
		pass(time.Minute)
		require.Zero(t, w.hosts["ward-2"].waiting())
		require.Empty(t, w.calls)
	}, three...)
}

func TestALeaderThatIsHeardButDoesNotAnswerIsGoneAround(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.hosts["ward-2"].hears = true
		w.elect("office")
		w.line("office", "ward-2", false)
		w.hosts["ward-2"].capture("a", 2)
		pass(10 * time.Second)
		require.Zero(t, w.hosts["ward-2"].waiting())
	}, three...)
}

func TestACarrierThatLostItsCopiesIsGivenThemAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		office, ward2 := w.hosts["office"], w.hosts["ward-2"]
		ward2.capture("a", 3)
		pass(5 * time.Second)
		require.Equal(t, 3, office.keeps())
		w.stop("office")
		require.NoError(t, os.RemoveAll(filepath.Join(w.dir, "office", "carried")))
		w.line("ward-1", "ward-2", false) // it is the only one
		w.start("office")
		ward2.capture("b", 1)
		pass(30 * time.Second)
		require.Equal(t, 4, office.keeps(), "never the fourth without the three before it")
	}, three...)
}

func TestACarrierTakesNothingButWhatTheCallerCapturedAndSigned(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		carrier := w.hosts["ward-1"].carrier
		w.hosts["ward-2"].capture("a", 300)
		var list []command.Envelope
		for _, it := range w.hosts["ward-2"].box.Undecided(0) {
			list = append(list, it.Envelope)
		}
		other := list[1]
		other.By.Node = "office"
		for _, c := range []struct {
			rule, from, code string
			hand             deliver.Hand
			deny             string
		}{
			{"another machine's", "office", "not_yours", deliver.Hand{Commands: list[:2]}, ""},
			{"in another machine's name", "ward-2", "not_yours", deliver.Hand{Commands: []command.Envelope{list[0], other}}, ""},
			{"of a machine that was shut out", "ward-2", "bad_signature", deliver.Hand{Commands: list[:2]}, "ward-2"},
			{"too many", "ward-2", "too_many", deliver.Hand{Commands: list}, ""},
			{"too many questions", "ward-2", "too_many", deliver.Hand{Ask: make([]command.ID, 65)}, ""},
			{"with something missing before it", "ward-2", "gap", deliver.Hand{Commands: list[5:6], After: list[4].ID}, ""},
		} {
			w.shutOut(c.deny)
			_, err := carrier.Take(t.Context(), c.from, c.hand)
			require.NotNil(t, err, c.rule)
			require.Equal(t, c.code, err.Code, c.rule)
			require.Zero(t, w.hosts["ward-1"].keeps(), c.rule)
		}
		w.shutOut("")
		kept, err := carrier.Take(t.Context(), "ward-2", deliver.Hand{Commands: list[:5]})
		require.Nil(t, err)
		require.Equal(t, deliver.Kept{Held: 5}, kept)
		_, err = carrier.Take(t.Context(), "ward-2", deliver.Hand{Commands: list[5:6], After: list[4].ID})
		require.Nil(t, err)
		require.Equal(t, 6, w.hosts["ward-1"].keeps())
	}, three...)
}

func TestCopiesOfAMachineThatIsShutOutStayAndHoldNobodyElseBack(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.line("office", "ward-2", false)
		w.line("office", "ward-3", false)
		w.hosts["ward-2"].capture("a", 2)
		pass(3 * time.Second)
		require.Equal(t, 2, w.hosts["ward-1"].keeps())
		w.shutOut("ward-2")
		w.hosts["ward-3"].capture("b", 2)
		w.elect("office")
		pass(time.Minute)
		require.Equal(t, []uint64{1, 2}, w.order("ward-3"))
		require.Empty(t, w.order("ward-2"))
		w.elect("ward-1") // which is admitted by nobody but itself
		pass(time.Minute)
		require.Empty(t, w.order("ward-2"))
		require.Equal(t, 2, w.hosts["ward-1"].keeps(), "nothing captured is thrown away")
		w.shutOut("")
		pass(15 * time.Second)
		require.Equal(t, []uint64{1, 2}, w.order("ward-2"))
	}, "office", "ward-1", "ward-2", "ward-3")
}

func TestWhatBecameOfCopiesIsLearntByAsking(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ward2 := w.hosts["ward-2"]
		w.line("office", "ward-2", false)
		ward2.capture("a", 300)
		pass(time.Hour)
		require.Equal(t, 300, w.hosts["ward-1"].keeps())
		require.Equal(t, 300, ward2.waiting())
		w.elect("office") // which ward-2 does not hear, nor see in its register
		pass(time.Minute)
		require.Zero(t, ward2.waiting())
		requireInOrder(t, w.order("ward-2"), 300)
		hands, asks := w.carried()
		require.Len(t, hands, 2)
		require.Less(t, asks, 3600/15+30, "a question about many once there is news")
	}, three...)
}

func TestNobodyHearsWhatBecameOfAnothersCommands(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.elect("office")
		ids := w.hosts["ward-2"].capture("a", 1)
		synctest.Wait()
		w.catchUp("ward-1")
		kept, err := w.hosts["ward-1"].carrier.Take(t.Context(), "ward-2", deliver.Hand{Ask: ids})
		require.Nil(t, err)
		require.Len(t, kept.Decided, 1)
		kept, err = w.hosts["ward-1"].carrier.Take(t.Context(), "office", deliver.Hand{Ask: ids})
		require.Nil(t, err)
		require.Empty(t, kept.Decided)
	}, three...)
}

func TestWhatTheRegisterShowsIsSettledWithoutAsking(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ward1, ward2 := w.hosts["ward-1"], w.hosts["ward-2"]
		ward2.capture("a", 2)
		pass(5 * time.Second)
		require.Equal(t, 2, w.hosts["office"].keeps())
		w.line("office", "ward-2", false) // the carrier's answers do not come back
		w.line("ward-1", "ward-2", false)
		w.line("ward-1", "office", false)
		w.elect("office")
		pass(time.Second)
		require.Equal(t, []uint64{1, 2}, w.order("ward-2"))
		require.Equal(t, 2, ward2.waiting())
		w.catchUp("ward-2") // and nothing else: no line is up
		pass(0)
		require.Zero(t, ward2.waiting())

		// A copy that came too late: its carrier's register knows better.
		it, _ := ward2.box.Get(command.DerivedID("ward-2", "a", "0"))
		require.NoError(t, ward1.held.Hold(t.Context(), []command.Envelope{it.Envelope}))
		w.catchUp("ward-1")
		pass(15 * time.Second)
		require.Zero(t, ward1.keeps())
		require.Equal(t, []uint64{1, 2}, w.order("ward-2"))
	}, three...)
}

func TestACopyWhoseIDMeantSomethingElseElsewhereIsHeld(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ward1, ward2 := w.hosts["ward-1"], w.hosts["ward-2"]
		ids := ward2.capture("a", 1)
		w.change(func() {
			ward1.seen[ids[0]] = command.Outcome{Status: command.Accepted, Index: 1, Hash: []byte("of another body")}
		})
		it, _ := ward2.box.Get(ids[0])
		_, err := ward1.carrier.Take(t.Context(), "ward-2", deliver.Hand{Commands: []command.Envelope{it.Envelope}})
		require.Nil(t, err)
		require.Equal(t, 1, ward1.keeps(), "nobody has decided this one")
	}, three...)
}

func TestSettledCopiesAreDroppedWithinMinutes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.elect("office")
		w.line("office", "ward-2", false)
		ids := w.hosts["ward-2"].capture("a", 50)
		pass(3 * time.Second)
		_, known := w.hosts["ward-1"].held.Outcome(ids[0])
		require.True(t, known)
		pass(2 * time.Minute)
		_, known = w.hosts["ward-1"].held.Outcome(ids[0])
		require.False(t, known)
		_, known = w.hosts["ward-2"].box.Outcome(ids[0])
		require.True(t, known, "the origin keeps its own")
	}, three...)
}

// An old copy at a carrier and the origin's own delivery reach the leader at the
// same time.
func TestACopyAndTheOriginAtOnceKeepTheOrder(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ward2 := w.hosts["ward-2"]
		ward2.capture("a", 150)
		pass(5 * time.Second) // copies of 150 at the office
		w.line("office", "ward-2", false)
		ward2.capture("b", 150)
		pass(time.Minute) // of all at ward-1
		w.line("office", "ward-2", true)
		w.elect("ward-1")
		w.elect("office")
		pass(time.Minute)
		require.Zero(t, ward2.waiting())
		requireInOrder(t, w.order("ward-2"), 300)
	}, three...)
}

func requireInOrder(t require.TestingT, seqs []uint64, n int) {
	require.Len(t, seqs, n)
	for i, seq := range seqs {
		require.EqualValues(t, i+1, seq, "decided out of order: %v", seqs)
	}
}

func TestHandingOverCrossesTheWire(t *testing.T) {
	w := newWorld(t, t.TempDir(), three...)
	defer w.close()
	caller := "ward-2"
	s := httptest.NewServer(w.hosts["ward-1"].carrier.Handler(func(*http.Request) (string, bool) { return caller, caller != "" }))
	defer s.Close()
	w.hosts["ward-2"].capture("a", 3)
	var list []command.Envelope
	for _, it := range w.hosts["ward-2"].box.Undecided(0) {
		list = append(list, it.Envelope)
	}
	post := func(h deliver.Hand) (deliver.Kept, error) { return deliver.PostHand(t.Context(), s.Client(), s.URL, h) }

	kept, err := post(deliver.Hand{Commands: list[:2]})
	require.NoError(t, err)
	require.Equal(t, deliver.Kept{Held: 2}, kept)
	require.Equal(t, list[:2], envelopesOf(w.hosts["ward-1"]))
	_, err = post(deliver.Hand{Commands: list[2:], After: command.DerivedID("nothing")})
	require.Equal(t, "gap", command.AsError(err).Code)
	w.elect("office")
	require.Eventually(t, func() bool { return len(w.order("ward-2")) == 3 }, 10*time.Second, time.Millisecond)
	w.catchUp("ward-1")
	kept, err = post(deliver.Hand{Commands: list})
	require.NoError(t, err)
	require.Len(t, kept.Decided, 3)
	require.Zero(t, kept.Held)
	caller = "office"
	_, err = post(deliver.Hand{Commands: list})
	require.Equal(t, "not_yours", command.AsError(err).Code)

	for rule, c := range map[string]struct {
		body string
		want int
	}{
		"unreadable":     {`{"commands":[{`, http.StatusBadRequest},
		"over the bound": {`{"commands":[` + strings.Repeat(" ", 2<<20) + `]}`, http.StatusBadRequest},
		"nothing":        {`{}`, http.StatusOK},
	} {
		resp, err := http.Post(s.URL, "application/json", strings.NewReader(c.body))
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, c.want, resp.StatusCode, rule)
	}
	caller = ""
	resp, err := http.Post(s.URL, "application/json", strings.NewReader(`{}`))
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusBadRequest, resp.StatusCode, "nobody known is calling")
}

func envelopesOf(h *host) (list []command.Envelope) {
	for _, it := range h.held.UndecidedOf("ward-2", 0) {
		list = append(list, it.Envelope)
	}
	return list
}
