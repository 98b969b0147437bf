package outbox

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// captured is a command as another machine keeps and signs it.
func captured(node string, epoch uint32, seq uint64, text string) command.Envelope {
	key := ed25519.NewKeyFromSeed([]byte(fmt.Sprintf("%-32s", node)))
	return command.Envelope{V: command.FormatVersion, ID: command.DerivedID(node, fmt.Sprint(epoch, seq)), Kind: 7, CapturedAt: 1_700_000_000_000,
		By: command.Actor{Node: node}, Unit: "01001", Origin: command.Origin{Node: node, Epoch: epoch, Seq: seq},
		Body: []byte(fmt.Sprintf("%q", text))}.Sign(key)
}

func list(node string, from, to uint64) (all []command.Envelope) {
	for seq := from; seq <= to; seq++ {
		all = append(all, captured(node, 1, seq, "note"))
	}
	return all
}

func carrierConfig(dir string) Config {
	cfg := config(dir)
	cfg.Carrier = &Carrier{Copies: 20, Bytes: 20_000, Total: 30_000}
	return cfg
}

func openCarrier(t *testing.T, dir string, d disk) *Outbox {
	t.Helper()
	o, err := open(carrierConfig(dir), segmentSize, d)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, o.Close()) })
	return o
}

func heldOf(o *Outbox, node string) (all []command.Envelope) {
	for _, it := range o.UndecidedOf(node, 0) {
		all = append(all, it.Envelope)
	}
	return all
}

func TestCopiesAreKeptAsTheyAreAndSurviveReopening(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o, err := Open(carrierConfig(dir))
	require.NoError(t, err)
	// Places 7 to 9 of another journal, and places 2 and 3 of a third.
	require.NoError(t, o.Hold(t.Context(), list("ward-2", 7, 9)))
	require.NoError(t, o.Hold(t.Context(), list("ward-3", 2, 3)))
	require.NoError(t, o.Settle(list("ward-2", 7, 7)[0].ID, accepted(4)))
	require.NoError(t, o.Close())

	o = openCarrier(t, dir, realDisk())
	require.Empty(t, o.Damage())
	require.Equal(t, list("ward-2", 8, 9), heldOf(o, "ward-2"))
	require.Equal(t, list("ward-3", 2, 3), heldOf(o, "ward-3"))
	held := o.Held()
	require.Len(t, held, 2)
	require.Equal(t, "ward-2", held[0].Origin)
	require.Equal(t, 2, held[0].Copies)
	require.Positive(t, held[0].Oldest)
	require.Equal(t, "ward-3", held[1].Origin)
	out, known := o.Outcome(list("ward-2", 7, 7)[0].ID)
	require.True(t, known)
	require.EqualValues(t, 4, out.Index)
	out, known = o.Outcome(list("ward-2", 8, 8)[0].ID)
	require.True(t, known)
	require.Nil(t, out)
	_, known = o.Outcome(numbered(1))
	require.False(t, known)
}

func TestCopiesOfOneMachineComeInItsOwnOrder(t *testing.T) {
	t.Parallel()
	o := openCarrier(t, t.TempDir(), quickDisk())
	require.NoError(t, o.Hold(t.Context(), list("ward-2", 4, 6)))
	require.NoError(t, o.Hold(t.Context(), []command.Envelope{captured("ward-2", 2, 1, "a later life of its outbox")}))
	require.NoError(t, o.Hold(t.Context(), list("ward-2", 1, 4)))
	require.Equal(t, append(list("ward-2", 1, 6), captured("ward-2", 2, 1, "a later life of its outbox")), heldOf(o, "ward-2"))
	require.Len(t, o.UndecidedOf("ward-2", 2), 2)
	require.Empty(t, o.UndecidedOf("ward-4", 0))
}

func TestACopyThatIsHereIsNotKeptAgainAndAnotherUnderItsIDIsRefused(t *testing.T) {
	t.Parallel()
	o := openCarrier(t, t.TempDir(), quickDisk())
	require.NoError(t, o.Hold(t.Context(), list("ward-2", 1, 3)))
	size := o.sizes[1]
	require.NoError(t, o.Hold(t.Context(), list("ward-2", 1, 3)))
	require.Equal(t, size, o.sizes[1], "nothing is written")

	other := captured("ward-2", 1, 2, "something else")
	err := o.Hold(t.Context(), append(list("ward-2", 4, 4), other))
	var known *command.Error
	require.ErrorAs(t, err, &known)
	require.Equal(t, command.IDReused().Code, known.Code)
	require.Equal(t, "/1", known.Field)
	require.Equal(t, list("ward-2", 1, 3), heldOf(o, "ward-2"), "all of a list or none")
}

func TestNoMachineFillsItsNeighboursDisk(t *testing.T) {
	t.Parallel()
	full := func(err error) {
		t.Helper()
		var known *command.Error
		require.ErrorAs(t, err, &known)
		require.Equal(t, command.Error{Class: command.Unavailable, Code: "carrier_full", Message: known.Message}, *known)
	}
	t.Run("copies of one", func(t *testing.T) {
		o := openCarrier(t, t.TempDir(), quickDisk())
		require.NoError(t, o.Hold(t.Context(), list("ward-2", 1, 19)))
		full(o.Hold(t.Context(), list("ward-2", 20, 21)))
		require.Len(t, heldOf(o, "ward-2"), 19, "none of the list")
		require.NoError(t, o.Hold(t.Context(), list("ward-2", 20, 20)))
		require.NoError(t, o.Hold(t.Context(), list("ward-2", 1, 20)), "what is here takes no room")
		require.NoError(t, o.Hold(t.Context(), list("ward-3", 1, 1)), "the others have theirs")
		require.NoError(t, o.Settle(list("ward-2", 1, 1)[0].ID, accepted(1)))
		require.NoError(t, o.Hold(t.Context(), list("ward-2", 21, 21)), "what is settled takes no room")
	})
	t.Run("bytes of one, and of all", func(t *testing.T) {
		o := openCarrier(t, t.TempDir(), quickDisk())
		big := func(node string, seq uint64) []command.Envelope {
			return []command.Envelope{captured(node, 1, seq, strings.Repeat("x", 9_000))}
		}
		require.NoError(t, o.Hold(t.Context(), append(big("ward-2", 1), big("ward-2", 2)...)))
		full(o.Hold(t.Context(), big("ward-2", 3)))
		require.NoError(t, o.Hold(t.Context(), big("ward-3", 1)))
		full(o.Hold(t.Context(), big("ward-4", 1)))
	})
}

func TestHoldAnswersWhenTheCopiesAreDurable(t *testing.T) {
	t.Parallel()
	d := quickDisk()
	broken := false
	d.sync = func(*os.File) error {
		if broken {
			return errors.New("the disk is gone")
		}
		return nil
	}
	o := openCarrier(t, t.TempDir(), d)
	require.NoError(t, o.Hold(t.Context(), list("ward-2", 1, 2)))
	broken = true
	require.Error(t, o.Hold(t.Context(), list("ward-2", 3, 4)))
	require.Equal(t, list("ward-2", 1, 2), heldOf(o, "ward-2"))
	broken = false
}

func TestSettledCopiesAreDroppedAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := openCarrier(t, dir, quickDisk())
	require.NoError(t, o.Hold(t.Context(), list("ward-2", 1, 10)))
	for _, e := range list("ward-2", 1, 9) {
		require.NoError(t, o.Settle(e.ID, accepted(3)))
	}
	gone, err := o.Compact(t.Context(), func(Item) bool { return true })
	require.NoError(t, err)
	require.Equal(t, 9, gone)
	require.NoError(t, o.Close())
	o = openCarrier(t, dir, realDisk())
	require.Empty(t, o.Damage())
	require.Equal(t, list("ward-2", 10, 10), heldOf(o, "ward-2"))
	_, known := o.Outcome(list("ward-2", 1, 1)[0].ID)
	require.False(t, known)
}

func TestNeitherKindOfOutboxOpensTheOthersDirectory(t *testing.T) {
	t.Parallel()
	own, carrier := t.TempDir(), t.TempDir()
	put(t, openTest(t, own, segmentSize, realDisk()), 1)
	require.NoError(t, openCarrier(t, carrier, realDisk()).Hold(t.Context(), list("ward-2", 1, 1)))
	for dir, cfg := range map[string]Config{own: carrierConfig(own), carrier: config(carrier)} {
		reopenable := lay(t, contents(t, dir), func(map[string]string) {})
		cfg.Dir = reopenable
		_, err := Open(cfg)
		require.ErrorIs(t, err, ErrWrongNode)
	}
}

func TestWhatWasCapturedHereIsNotHeldAndWhatIsHeldWasNotCapturedHere(t *testing.T) {
	t.Parallel()
	o := openTest(t, t.TempDir(), segmentSize, quickDisk())
	require.ErrorContains(t, o.Hold(t.Context(), list("ward-2", 1, 1)), "not_a_carrier")
	_, err := openCarrier(t, t.TempDir(), quickDisk()).Put(t.Context(), draft(numbered(1), "a"))
	require.ErrorContains(t, err, "bad_envelope")
}

func TestDamageToACarriersJournalCostsAtMostTheRecordItIsIn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o, err := Open(carrierConfig(dir))
	require.NoError(t, err)
	require.NoError(t, o.Hold(t.Context(), list("ward-2", 5, 9)))
	at := o.byID[list("ward-2", 7, 7)[0].ID].at
	require.NoError(t, o.Close())
	damaged := lay(t, contents(t, dir), func(files map[string]string) {
		raw := []byte(files[seg1])
		raw[at.at+at.length/2] ^= 1
		files[seg1] = string(raw)
	})
	o = openCarrier(t, damaged, realDisk())
	require.Len(t, o.Damage(), 1)
	require.EqualValues(t, 3, o.Damage()[0].From)
	require.Equal(t, append(list("ward-2", 5, 6), list("ward-2", 8, 9)...), heldOf(o, "ward-2"))
}

func TestTheQueueFromAPlaceOn(t *testing.T) {
	t.Parallel()
	o := openTest(t, t.TempDir(), segmentSize, quickDisk())
	for n := 1; n <= 5; n++ {
		put(t, o, n)
	}
	require.NoError(t, o.Settle(numbered(3), accepted(1)))
	require.Equal(t, []uint64{1, 2, 4, 5}, seqs(o.UndecidedAfter(0, 0)))
	require.Equal(t, []uint64{4, 5}, seqs(o.UndecidedAfter(2, 0)))
	require.Equal(t, []uint64{4}, seqs(o.UndecidedAfter(3, 1)))
	require.Empty(t, o.UndecidedAfter(5, 0))
	require.Equal(t, 0, o.WaitingUpTo(0))
	require.Equal(t, 2, o.WaitingUpTo(3))
	require.Equal(t, 4, o.WaitingUpTo(9))
}
