package outbox

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
	shape "gocua/store/frame"
)

var (
	testKey    = []byte("0123456789abcdef0123456789abcdef")
	signingKey = ed25519.NewKeyFromSeed([]byte("fedcba9876543210fedcba9876543210"))
)

const secretName = "Nguyễn Thị Bí Mật"

// draft is a command as the edge would make it.
func draft(id command.ID, text string) Seal {
	return func(at command.Origin) command.Envelope {
		body, err := json.Marshal(map[string]string{"name": secretName, "note": text})
		if err != nil {
			panic(err)
		}
		return command.Envelope{V: command.FormatVersion, ID: id, Kind: 7, CapturedAt: 1_700_000_000_000,
			By: command.Actor{Node: at.Node}, Unit: "01001", Origin: at, Body: body}.Sign(signingKey)
	}
}

func numbered(n int) command.ID { return command.DerivedID("test", fmt.Sprint(n)) }

func accepted(index uint64) command.Outcome {
	return command.Outcome{Status: command.Accepted, Index: index, At: 1_700_000_000_500, Kind: 7}
}

func config(dir string) Config { return Config{Dir: dir, Key: testKey, Node: "ward-1"} }

// quickDisk is for tests about something other than durability.
func quickDisk() disk {
	return disk{write: (*os.File).WriteAt, sync: func(*os.File) error { return nil }, syncDir: func(string) error { return nil }}
}

func openTest(t *testing.T, dir string, maxSize int64, d disk) *Outbox {
	t.Helper()
	o, err := open(config(dir), maxSize, d)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, o.Close()) })
	return o
}

func put(t *testing.T, o *Outbox, n int) Item {
	t.Helper()
	it, err := o.Put(context.Background(), draft(numbered(n), fmt.Sprintf("note %d", n)))
	require.NoError(t, err)
	return it
}

func seqs(items []Item) []uint64 {
	var all []uint64
	for _, it := range items {
		all = append(all, it.Envelope.Origin.Seq)
	}
	return all
}

func TestWhatWasPutIsThereAfterReopening(t *testing.T) {
	dir := t.TempDir()
	o, err := Open(config(dir))
	require.NoError(t, err)
	first := put(t, o, 1)
	put(t, o, 2)
	put(t, o, 3)
	require.NoError(t, o.Settle(numbered(2), accepted(40)))
	epoch := o.Stats().Epoch
	require.NotZero(t, epoch)
	require.NoError(t, o.Close())

	o, err = Open(config(dir))
	require.NoError(t, err)
	defer o.Close()
	require.Empty(t, o.Damage())
	require.Equal(t, []uint64{1, 3}, seqs(o.Undecided(0)))
	require.Equal(t, []uint64{1}, seqs(o.Undecided(1)))
	require.Equal(t, []uint64{3, 2, 1}, seqs(o.Recent(0)))
	require.Equal(t, []uint64{3, 2}, seqs(o.Recent(2)))
	require.Equal(t, Stats{Waiting: 2, Oldest: first.PutAt, NextSeq: 4, Epoch: epoch}, o.Stats())

	got, ok := o.Get(numbered(1))
	require.True(t, ok)
	require.Equal(t, first, got)
	require.True(t, got.Envelope.SignedBy(signingKey.Public().(ed25519.PublicKey)))
	require.Equal(t, command.Origin{Node: "ward-1", Epoch: epoch, Seq: 1}, got.Envelope.Origin)

	got, ok = o.Get(numbered(2))
	require.True(t, ok)
	require.Equal(t, Settled, got.State)
	require.Equal(t, uint64(40), got.Outcome.Index)
	require.JSONEq(t, `{"name":"Nguyễn Thị Bí Mật","note":"note 2"}`, string(got.Envelope.Body))

	_, ok = o.Get(numbered(4))
	require.False(t, ok)
	require.Equal(t, uint64(4), put(t, o, 4).Envelope.Origin.Seq)
}

func TestTheSameCommandAgainIsOneItem(t *testing.T) {
	o := openTest(t, t.TempDir(), segmentSize, realDisk())
	first := put(t, o, 1)
	require.Equal(t, first, put(t, o, 1))
	require.NoError(t, o.Settle(numbered(1), accepted(9)))
	again := put(t, o, 1)
	require.Equal(t, uint64(9), again.Outcome.Index)
	require.Equal(t, first.Envelope, again.Envelope)
	require.Equal(t, uint64(2), o.Stats().NextSeq)

	_, err := o.Put(context.Background(), draft(numbered(1), "something else"))
	require.Equal(t, "id_reused", command.AsError(err).Code)
	require.Equal(t, uint64(2), o.Stats().NextSeq)
}

func TestTheSameCommandFromTwoAtOnceIsOneItem(t *testing.T) {
	o := openTest(t, t.TempDir(), segmentSize, realDisk())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			it, err := o.Put(context.Background(), draft(numbered(1), "note"))
			if err != nil || it.Envelope.Origin.Seq != 1 {
				t.Errorf("seq %d, %v", it.Envelope.Origin.Seq, err)
			}
		})
	}
	wg.Wait()
	require.Len(t, o.Recent(0), 1)
}

func TestABodyIsKeptAsItWillBeReadBack(t *testing.T) {
	dir := t.TempDir()
	o := openTest(t, dir, segmentSize, quickDisk())
	spaced := func(at command.Origin) command.Envelope {
		return command.Envelope{V: command.FormatVersion, ID: numbered(1), Unit: "01", Origin: at,
			Body: json.RawMessage(`{ "a" : "<b>" }`)}
	}
	before, err := o.Put(context.Background(), spaced)
	require.NoError(t, err)
	require.NoError(t, o.Close())
	o = openTest(t, dir, segmentSize, quickDisk())
	after, err := o.Put(context.Background(), spaced)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Equal(t, uint64(2), o.Stats().NextSeq)
}

func TestCommandsOfOneRequestStayInOrderAllOrNone(t *testing.T) {
	o := openTest(t, t.TempDir(), segmentSize, realDisk())
	put(t, o, 2)
	items, err := o.PutAll(context.Background(), []Seal{
		draft(numbered(1), "note 1"), draft(numbered(2), "note 2"), draft(numbered(3), "note 3"), draft(numbered(1), "note 1")})
	require.NoError(t, err)
	require.Equal(t, []uint64{2, 1, 3, 2}, seqs(items))

	_, err = o.PutAll(context.Background(), []Seal{draft(numbered(4), ""), draft(numbered(2), "other")})
	require.Equal(t, "id_reused", command.AsError(err).Code)
	require.Equal(t, "/1", command.AsError(err).Field)
	_, ok := o.Get(numbered(4))
	require.False(t, ok)
	require.Equal(t, uint64(4), put(t, o, 5).Envelope.Origin.Seq)

	none, err := o.PutAll(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestAnEnvelopeThatIsNotForItsPlaceIsRefused(t *testing.T) {
	o := openTest(t, t.TempDir(), segmentSize, quickDisk())
	for name, tc := range map[string]struct {
		spoil func(*command.Envelope)
		code  string
	}{
		"other origin": {func(e *command.Envelope) { e.Origin.Seq++ }, "bad_envelope"},
		"no ID":        {func(e *command.Envelope) { e.ID = command.ID{} }, "bad_envelope"},
		"no version":   {func(e *command.Envelope) { e.V = 0 }, "bad_envelope"},
		"too large": {func(e *command.Envelope) {
			e.Body = json.RawMessage(`"` + strings.Repeat("a", command.MaxEntry) + `"`)
		}, "too_large"},
	} {
		_, err := o.Put(context.Background(), func(at command.Origin) command.Envelope {
			e := draft(numbered(1), "")(at)
			tc.spoil(&e)
			return e
		})
		require.Equal(t, tc.code, command.AsError(err).Code, name)
	}
	require.Equal(t, uint64(1), o.Stats().NextSeq)
}

func TestSettlingIsIdempotentAndTheLaterOutcomeHolds(t *testing.T) {
	dir := t.TempDir()
	o := openTest(t, dir, segmentSize, quickDisk())
	put(t, o, 1)
	require.Equal(t, "unknown_command", command.AsError(o.Settle(numbered(2), accepted(1))).Code)
	require.NoError(t, o.Settle(numbered(1), accepted(5)))
	changed := o.Changed()
	require.NoError(t, o.Settle(numbered(1), accepted(5)))
	select {
	case <-changed:
		t.Fatal("nothing changed")
	default:
	}
	require.NoError(t, o.Settle(numbered(1), accepted(6)))
	require.NoError(t, o.Close())
	o = openTest(t, dir, segmentSize, quickDisk())
	got, _ := o.Get(numbered(1))
	require.Equal(t, uint64(6), got.Outcome.Index)
}

func TestChangedIsClosedByPutAndBySettle(t *testing.T) {
	o := openTest(t, t.TempDir(), segmentSize, quickDisk())
	changed := o.Changed()
	put(t, o, 1)
	<-changed
	changed = o.Changed()
	require.NoError(t, o.Settle(numbered(1), accepted(1)))
	<-changed
}

func TestCapturesThatWaitShareOneFsync(t *testing.T) {
	var syncs atomic.Int64
	gate := make(chan struct{})
	d := quickDisk()
	d.sync = func(f *os.File) error {
		if filepath.Ext(f.Name()) == ".seg" {
			if syncs.Add(1) == 3 { // the head, put 1, and now put 2
				<-gate
			}
		}
		return nil
	}
	o := openTest(t, t.TempDir(), segmentSize, d)
	put(t, o, 1)
	var wg sync.WaitGroup
	capture := func(n int) {
		wg.Go(func() {
			if _, err := o.Put(context.Background(), draft(numbered(n), "")); err != nil {
				t.Error(err)
			}
		})
	}
	capture(2)
	require.Eventually(t, func() bool { return syncs.Load() == 3 }, 5*time.Second, time.Millisecond)
	for n := 3; n < 53; n++ {
		capture(n)
	}
	require.Eventually(t, func() bool {
		o.inbox.mu.Lock()
		defer o.inbox.mu.Unlock()
		return len(o.inbox.queue) == 50
	}, 5*time.Second, time.Millisecond)
	close(gate)
	wg.Wait()
	require.Equal(t, int64(4), syncs.Load(), "fifty captures, one more fsync")
	require.Len(t, o.Recent(0), 52)
}

func TestNothingIsAnsweredBeforeTheFsync(t *testing.T) {
	gate, reached := make(chan struct{}), make(chan struct{})
	var syncs atomic.Int64
	d := quickDisk()
	d.sync = func(f *os.File) error {
		if filepath.Ext(f.Name()) == ".seg" && syncs.Add(1) == 2 { // 1 is the head
			close(reached)
			<-gate
		}
		return nil
	}
	o := openTest(t, t.TempDir(), segmentSize, d)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-reached
		cancel()
	}()
	_, err := o.Put(ctx, draft(numbered(1), "note 1"))
	require.ErrorIs(t, err, context.Canceled)
	_, ok := o.Get(numbered(1))
	require.False(t, ok)
	close(gate)
	require.Equal(t, uint64(1), put(t, o, 1).Envelope.Origin.Seq, "asked again, it is there once")
	require.Equal(t, uint64(2), o.Stats().NextSeq)
}

func TestAFullDiskRefusesAndTheJournalStaysUsable(t *testing.T) {
	var full atomic.Bool
	d := realDisk()
	write := d.write
	d.write = func(f *os.File, b []byte, at int64) (int, error) {
		if full.Load() && filepath.Ext(f.Name()) == ".seg" {
			n, _ := write(f, b[:len(b)/2], at)
			return n, &os.PathError{Op: "write", Err: syscall.ENOSPC}
		}
		return write(f, b, at)
	}
	dir := t.TempDir()
	o := openTest(t, dir, segmentSize, d)
	put(t, o, 1)
	before := len(contents(t, dir)[seg1])
	full.Store(true)
	_, err := o.Put(context.Background(), draft(numbered(2), "note 2"))
	require.Equal(t, "disk_full", command.AsError(err).Code)
	require.Equal(t, command.Unavailable, command.AsError(err).Class)
	require.Len(t, contents(t, dir)[seg1], before, "half a frame is taken back")
	require.NoError(t, o.Settle(numbered(1), accepted(3)), "an outcome is known even if it cannot be written")
	full.Store(false)
	require.Equal(t, uint64(2), put(t, o, 2).Envelope.Origin.Seq)
	require.NoError(t, o.Close())
	o = openTest(t, dir, segmentSize, d)
	require.Empty(t, o.Damage())
	require.Equal(t, []uint64{2, 1}, seqs(o.Recent(0)))
}

func TestAFullDiskAtTheBeginningOfASegmentRefusesToo(t *testing.T) {
	full := true
	d := quickDisk()
	d.write = func(f *os.File, b []byte, at int64) (int, error) {
		if full && filepath.Ext(f.Name()) == ".seg" {
			return 0, syscall.ENOSPC
		}
		return f.WriteAt(b, at)
	}
	o := openTest(t, t.TempDir(), segmentSize, d)
	_, err := o.Put(context.Background(), draft(numbered(1), "note 1"))
	require.Equal(t, "disk_full", command.AsError(err).Code)
	full = false
	require.Equal(t, uint64(1), put(t, o, 1).Envelope.Origin.Seq)
}

func TestASegmentWhoseFsyncFailedIsLeft(t *testing.T) {
	var fail atomic.Bool
	d := realDisk()
	d.sync = func(f *os.File) error {
		if filepath.Ext(f.Name()) == ".seg" && fail.CompareAndSwap(true, false) {
			return errors.New("input/output error")
		}
		return f.Sync()
	}
	dir := t.TempDir()
	o := openTest(t, dir, segmentSize, d)
	put(t, o, 1)
	fail.Store(true)
	require.Equal(t, uint64(2), put(t, o, 2).Envelope.Origin.Seq)
	put(t, o, 3)
	require.Equal(t, uint64(2), o.journal.active.id)
	require.NoError(t, o.Close())

	o = openTest(t, dir, segmentSize, d)
	require.Empty(t, o.Damage(), "the copy that was left does not count")
	require.Equal(t, []uint64{3, 2, 1}, seqs(o.Recent(0)))
	e := o.byID[numbered(2)]
	require.Equal(t, uint64(2), e.at.segment)
}

func TestADiskThatFailsForGoodKeepsNothing(t *testing.T) {
	var failing atomic.Bool
	d := quickDisk()
	d.sync = func(f *os.File) error {
		if failing.Load() && filepath.Ext(f.Name()) == ".seg" {
			return errors.New("input/output error")
		}
		return nil
	}
	dir := t.TempDir()
	o := openTest(t, dir, segmentSize, d)
	put(t, o, 1)
	failing.Store(true)
	_, err := o.Put(context.Background(), draft(numbered(2), "note 2"))
	require.Equal(t, "disk_failed", command.AsError(err).Code)
	_, ok := o.Get(numbered(2))
	require.False(t, ok)
	failing.Store(false)
	require.Equal(t, uint64(2), put(t, o, 3).Envelope.Origin.Seq)
	require.NoError(t, o.Close())
	o = openTest(t, dir, segmentSize, d)
	require.Empty(t, o.Damage())
	require.Equal(t, []uint64{2, 1}, seqs(o.Recent(0)))
	_, ok = o.Get(numbered(2))
	require.False(t, ok)
}

func TestASecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	o := openTest(t, dir, segmentSize, quickDisk())
	_, err := Open(config(dir))
	require.ErrorIs(t, err, ErrLocked)
	require.NoError(t, o.Close())
	require.NoError(t, o.Close(), "closing twice is closing")
	again, err := Open(config(dir))
	require.NoError(t, err)
	require.NoError(t, again.Close())
	_, err = o.Put(context.Background(), draft(numbered(1), ""))
	require.Equal(t, "closing", command.AsError(err).Code)
}

func TestAWrongKeyOrNodeIsRefusedAndChangesNothing(t *testing.T) {
	for name, withMark := range map[string]bool{"with its mark": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			o := openTest(t, dir, segmentSize, quickDisk())
			put(t, o, 1)
			require.NoError(t, o.Close())
			if !withMark {
				require.NoError(t, os.Remove(filepath.Join(dir, markName)))
			}
			before := contents(t, dir)
			_, err := Open(Config{Dir: dir, Key: []byte("another key, also 32 bytes long!"), Node: "ward-1"})
			require.ErrorIs(t, err, ErrWrongKey)
			_, err = Open(Config{Dir: dir, Key: testKey, Node: "ward-2"})
			require.ErrorIs(t, err, ErrWrongNode)
			require.Equal(t, before, contents(t, dir))
		})
	}
	_, err := Open(Config{Dir: t.TempDir(), Key: []byte("short"), Node: "ward-1"})
	require.ErrorIs(t, err, shape.ErrKeySize)
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		all[f.Name()] = string(b)
	}
	return all
}

func TestNothingReadableIsOnTheDisk(t *testing.T) {
	var log strings.Builder
	cfg := config(t.TempDir())
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	o, err := Open(cfg)
	require.NoError(t, err)
	put(t, o, 1)
	out := accepted(3)
	out.Detail = json.RawMessage(`{"name":"` + secretName + `"}`)
	require.NoError(t, o.Settle(numbered(1), out))
	put(t, o, 2)
	require.NoError(t, o.Close())
	files := contents(t, cfg.Dir)
	require.Len(t, files, 3)
	for name, text := range files {
		for _, plain := range []string{secretName, "Bí Mật", "note 1", "01001", `"body"`} {
			require.NotContains(t, text, plain, name)
		}
	}
	require.NotContains(t, log.String(), "Bí Mật")
}

func TestAFreshOutboxHasANewEpoch(t *testing.T) {
	seen := map[uint32]bool{}
	for range 20 {
		o := openTest(t, t.TempDir(), segmentSize, quickDisk())
		seen[o.Stats().Epoch] = true
	}
	require.Greater(t, len(seen), 15)
	require.NotContains(t, seen, uint32(0))

	old, late := newEpoch(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)), newEpoch(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	require.Less(t, old, late)
	require.GreaterOrEqual(t, newEpoch(time.Unix(0, 0)), uint32(1), "a clock that knows no date")
}
