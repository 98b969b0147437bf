package audit

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

var testKey = bytes.Repeat([]byte{5}, 32)

func configOf(dir string) Config {
	return Config{Dir: dir, Key: testKey, Node: "ward-1", Clock: func() time.Time { return time.UnixMilli(1_786_000_000_000) }, segment: 2 << 10}
}

func open(t require.TestingT, cfg Config) *Journal {
	j, err := Open(cfg)
	require.NoError(t, err)
	return j
}

func look(n int, act command.LookAct) command.Look {
	return command.Look{At: int64(n), Officer: command.DerivedID("o", fmt.Sprint(n%3)), Act: act, Type: 11, Key: command.Key(fmt.Sprint("person-", n)), Unit: "00163"}
}

// written writes n looks, the first ones as they come and the last durably.
func written(t require.TestingT, j *Journal, from, n int) {
	for i := range n - 1 {
		require.NoError(t, j.Looked(context.Background(), look(from+i, command.LookView)))
		if i%5 == 4 {
			require.NoError(t, j.Looked(context.Background(), look(from+i+1000, command.LookReveal)))
		}
	}
	require.NoError(t, j.Looked(context.Background(), look(from+n-1, command.LookReveal)))
}

func checked(t require.TestingT, dir string) Checked {
	c, err := Verify(dir, testKey)
	require.NoError(t, err)
	return c
}

func everything(t require.TestingT, j *Journal) (all []command.Look) {
	p, err := j.Since(0, [32]byte{}, 1<<20, 1<<30)
	require.NoError(t, err)
	end, chain := j.Written()
	require.Equal(t, chain, p.Head)
	n := uint64(0)
	for _, l := range p.Looks {
		n += l.Looks()
	}
	require.Equal(t, end, n)
	return p.Looks
}

func TestALookThatMustBeDurableIsOnTheDiskBeforeTheAnswer(t *testing.T) {
	dir := t.TempDir()
	j := open(t, configOf(dir))
	defer j.Close()
	for n, act := range []command.LookAct{command.LookReveal, command.LookExport, command.LookGlass} {
		require.NoError(t, j.Looked(context.Background(), look(n, act)))
		require.Equal(t, uint64(n+1), checked(t, dir).Last)
	}
	require.NoError(t, j.Looked(context.Background(), look(9, command.LookView)))
	require.Eventually(t, func() bool { return checked(t, dir).Last == 4 }, 2*time.Second, 10*time.Millisecond, "the rest within a second or so")
}

func TestLooksThatWaitAtTheSameTimeShareOneSync(t *testing.T) {
	j := open(t, configOf(t.TempDir()))
	defer j.Close()
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() { _ = j.Looked(context.Background(), look(n, command.LookReveal)) })
	}
	all.Wait()
	end, _ := j.Written()
	require.Equal(t, uint64(200), end)
	require.Less(t, j.generation, uint64(200), "each batch writes the mark once")
}

func TestWhatWasWrittenIsReadBackAfterARestartAndTheChainGoesOn(t *testing.T) {
	dir := t.TempDir()
	j := open(t, configOf(dir))
	written(t, j, 0, 30)
	before := everything(t, j)
	require.NoError(t, j.Close())
	j = open(t, configOf(dir))
	written(t, j, 100, 30)
	after := everything(t, j)
	require.Equal(t, before, after[:len(before)])
	require.NoError(t, j.Close())
	c := checked(t, dir)
	require.Empty(t, c.Faults)
	require.Equal(t, uint64(len(after)), c.Last)
	require.Greater(t, len(must(segments(dir))), 2, "over several segments")
	require.ErrorIs(t, j.Looked(context.Background(), look(1, command.LookReveal)), errClosed)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestATornEndIsCutAtTheLastWholeRecordAndReported(t *testing.T) {
	dir := t.TempDir()
	j := open(t, configOf(dir))
	written(t, j, 0, 7)
	end, chain := j.Written()
	require.NoError(t, j.Close())
	firsts := must(segments(dir))
	path := segmentPath(dir, firsts[len(firsts)-1])
	torn := j.seal.Encode(firsts[len(firsts)-1], kindLook, end+1, chain, look(99, command.LookView).Encode())
	whole := must(os.ReadFile(path))
	require.NoError(t, os.WriteFile(path, append(whole, torn[:len(torn)-3]...), 0o600))

	var log bytes.Buffer
	cfg := configOf(dir)
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	j = open(t, cfg)
	require.Contains(t, log.String(), "torn end")
	written(t, j, 50, 3)
	require.NoError(t, j.Close())
	c := checked(t, dir)
	require.Empty(t, c.Faults)
	require.Equal(t, end+3, c.Last)
}

func TestADamagedRecordIsReportedAndDoesNotHideWhatFollows(t *testing.T) {
	dir := t.TempDir()
	j := open(t, configOf(dir))
	written(t, j, 0, 30)
	before := everything(t, j)
	require.NoError(t, j.Close())
	s := read(t, dir)
	at := s.frames[12]
	s.flip(at.file, int(at.At)+60)
	s.write(t, dir)
	require.Equal(t, []Fault{{at.Seq, fmt.Sprintf("%d bytes are damaged", len(at.Raw))}}, checked(t, dir).Faults[:1])

	j = open(t, configOf(dir))
	defer j.Close()
	after := everything(t, j) // the chain of what is sent goes on, and says that one is gone
	k := int(at.Seq) - 1
	require.Equal(t, before[:k], after[:k])
	require.Equal(t, before[k+1:], after[k+1:])
	require.Equal(t, command.LookGone, after[k].Act)
	require.Equal(t, 1, after[k].Count)
}

func TestPagesFollowOnEachOtherAndWhatIsMergedIsLetGo(t *testing.T) {
	dir := t.TempDir()
	j := open(t, configOf(dir))
	defer j.Close()
	written(t, j, 0, 40)
	all := everything(t, j)
	var got []command.Look
	after, before := uint64(0), [32]byte{}
	for {
		p, err := j.Since(after, before, 7, 1<<20)
		require.NoError(t, err)
		if len(p.Looks) == 0 {
			break
		}
		require.LessOrEqual(t, len(p.Looks), 7)
		require.Equal(t, [2]any{after + 1, before}, [2]any{p.From, p.Prev})
		got, after, before = append(got, p.Looks...), after+uint64(len(p.Looks)), p.Head
		require.NoError(t, j.Release(after))
	}
	require.Equal(t, all, got)
	require.Len(t, must(segments(dir)), 1)
	require.Empty(t, checked(t, dir).Faults)
}

func TestAJournalIsSealedWithTheMachinesKey(t *testing.T) {
	dir := t.TempDir()
	j := open(t, configOf(dir))
	written(t, j, 0, 10)
	require.NoError(t, j.Close())
	for _, name := range must(filepath.Glob(filepath.Join(dir, "*"))) {
		require.NotContains(t, string(must(os.ReadFile(name))), "person-")
	}
	other, err := Verify(dir, bytes.Repeat([]byte{6}, 32))
	require.NoError(t, err)
	require.NotEmpty(t, other.Faults)
	_, err = Open(Config{Dir: dir, Key: []byte("short")})
	require.Error(t, err)
}

func TestWhoLooksWhileNothingCanBeWrittenIsRefused(t *testing.T) {
	j := open(t, configOf(t.TempDir()))
	require.NoError(t, j.active.Close()) // a disk that has gone
	require.ErrorIs(t, j.Looked(context.Background(), look(1, command.LookReveal)), errFailed)
	for range maxQueue {
		require.NoError(t, j.Looked(context.Background(), look(1, command.LookView)))
	}
	require.Eventually(t, func() bool {
		return j.Looked(context.Background(), look(1, command.LookView)) != nil
	}, 5*time.Second, time.Millisecond, "more than the queue holds is refused, too")
	_ = j.Close()
	require.True(t, slices.Contains(command.LookActs(), command.LookGone))
}
