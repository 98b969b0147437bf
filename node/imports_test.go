package node

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// listOf is a list of n people as a ward keeps it.
func listOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString("STT,Họ và tên,Ngày sinh,Giới tính,Số định danh,Địa chỉ,Tổ dân phố\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,Nguyễn Văn Mẫu %c%c,%02d/03/1970,Nam,,Số %d,Tổ 1\n", i+1, 'A'+i/26%26, 'A'+i%26, i%28+1, i+1)
	}
	return b.Bytes()
}

type send = func(context.Context, deliver.Delivery) ([]command.Decided, error)

// sending puts a hand between imports and the leader, before the machine runs.
func sending(n *Node, through func(next send, ctx context.Context, d deliver.Delivery) ([]command.Decided, error)) {
	next := n.imports.send
	n.imports.send = func(ctx context.Context, d deliver.Delivery) ([]command.Decided, error) { return through(next, ctx, d) }
}

func imported(t *testing.T, n *Node, data []byte) lookup.ImportJob {
	t.Helper()
	job, err := n.StartImport(command.Actor{}, wardCode, "danh-sach.csv", data)
	require.NoError(t, err)
	return ended(t, n, job.ID)
}

func ended(t *testing.T, n *Node, id string) (job lookup.ImportJob) {
	t.Helper()
	eventually(t, "the import to end", func() bool {
		for _, j := range n.Imports() {
			if j.ID == id {
				job = j
			}
		}
		return job.Finished != nil
	})
	return job
}

func people(n *Node) (count int) {
	r := n.reg.Read()
	defer r.Close()
	for range r.Records(civic.TypeResident, "") {
		count++
	}
	return count
}

func kept(n *Node, id, file string) string { return filepath.Join(n.cfg.Dir, "imports", id, file) }

// cutAfterOne takes the link away after one delivery, and says when that was.
func cutAfterOne(n *Node) <-chan struct{} {
	sent := make(chan struct{})
	sending(n, func(next send, ctx context.Context, d deliver.Delivery) ([]command.Decided, error) {
		select {
		case <-sent:
			<-ctx.Done()
			return nil, ctx.Err()
		default:
			defer close(sent)
			return next(ctx, d)
		}
	})
	return sent
}

func TestAnImportGoesOnAfterTheMachineWasStoppedInTheMiddle(t *testing.T) {
	t.Parallel()
	n := found(t)
	paged := cutAfterOne(n)
	run(t, n)
	job, err := n.StartImport(command.Actor{}, wardCode, "danh-sach.csv", listOf(450))
	require.NoError(t, err)
	<-paged
	eventually(t, "the first pages to be counted", func() bool { return n.Imports()[0].Done == 200 })
	require.NoError(t, n.Close())

	n = open(t, n.cfg.Dir)
	require.Equal(t, "running", n.Imports()[0].State)
	var sent atomic.Int64
	sending(n, func(next send, ctx context.Context, d deliver.Delivery) ([]command.Decided, error) {
		sent.Add(int64(len(d.Commands)))
		return next(ctx, d)
	})
	run(t, n)
	job = ended(t, n, job.ID)
	require.Equal(t, "done", job.State, job.Error)
	require.Equal(t, []int{450, 450, 450, 0, 0, 0}, []int{job.Rows, job.Done, job.Added, job.Same, job.Review, job.Refused})
	require.Equal(t, 450, people(n))
	require.EqualValues(t, 3, sent.Load(), "the two pages that were decided are not asked again")
}

func TestTheSameListAgainProposesNothing(t *testing.T) {
	t.Parallel()
	n := found(t)
	var sent atomic.Int64
	sending(n, func(next send, ctx context.Context, d deliver.Delivery) ([]command.Decided, error) {
		sent.Add(1)
		return next(ctx, d)
	})
	run(t, n)
	first := imported(t, n, listOf(120))
	require.Equal(t, "done", first.State, first.Error)
	require.Equal(t, 120, first.Added)
	deliveries, index := sent.Load(), n.Status(false).Digest.Index
	second := imported(t, n, listOf(120))
	require.Equal(t, "done", second.State, second.Error)
	require.Equal(t, []int{120, 0, 120}, []int{second.Done, second.Added, second.Same})
	require.Equal(t, deliveries, sent.Load())
	require.Equal(t, index, n.Status(false).Digest.Index)
	require.Equal(t, 120, people(n))
}

func TestACancelledImportEndsAtOnceAlsoWithoutALink(t *testing.T) {
	t.Parallel()
	n := found(t)
	var tries atomic.Int64
	sending(n, func(send, context.Context, deliver.Delivery) ([]command.Decided, error) {
		tries.Add(1)
		return nil, deliver.ErrNoLeader
	})
	run(t, n)
	job, err := n.StartImport(command.Actor{}, wardCode, "danh-sach.csv", listOf(10))
	require.NoError(t, err)
	eventually(t, "it to have slowed down", func() bool { return tries.Load() == 6 })
	cancelled := time.Now()
	require.True(t, n.imports.stopJob(job.ID))
	require.Equal(t, "cancelled", ended(t, n, job.ID).State)
	require.Less(t, time.Since(cancelled), 1200*time.Millisecond, "the next try was 1600 ms away")
	require.NoFileExists(t, kept(n, job.ID, "list"))
	require.False(t, n.imports.stopJob("unknown"))
	require.Zero(t, people(n))
}

func TestAnImportThatIsStoppedStaysSoAndOneThatWaitsBehindAnotherEndsAtOnce(t *testing.T) {
	t.Parallel()
	n := found(t)
	paged := cutAfterOne(n)
	run(t, n)
	first, err := n.StartImport(command.Actor{}, wardCode, "danh-sach.csv", listOf(450))
	require.NoError(t, err)
	<-paged
	eventually(t, "the first pages to be counted", func() bool { return n.Imports()[0].Done == 200 })
	waiting, err := n.StartImport(command.Actor{}, wardCode, "sau.csv", listOf(10))
	require.NoError(t, err)
	require.True(t, n.imports.stopJob(waiting.ID))
	require.Equal(t, []string{waiting.ID, "cancelled"}, []string{n.Imports()[0].ID, n.Imports()[0].State})
	require.NoFileExists(t, kept(n, waiting.ID, "list"))

	require.True(t, n.imports.stopJob(first.ID))
	require.NoError(t, n.Close())
	n = open(t, n.cfg.Dir)
	run(t, n)
	job := ended(t, n, first.ID)
	require.Equal(t, []any{"cancelled", 200, 200, true}, []any{job.State, job.Done, job.Added, job.CanUndo}, "what was decided is counted all the same")
	require.Equal(t, 200, people(n))
	require.Equal(t, "done", imported(t, n, listOf(10)).State, "it can be handed in again")
}

func TestWhatIsNoListIsRefusedBeforeOrAfterItIsTakenIn(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	for name, data := range map[string][]byte{"photo.jpg": []byte("\xff\xd8\xff\xe0 not a list"), "empty.csv": nil} {
		job, err := n.StartImport(command.Actor{}, wardCode, name, data)
		if err == nil {
			job = ended(t, n, job.ID)
			require.Equal(t, "failed", job.State, name)
			require.NotEmpty(t, job.Code, name)
			require.NoFileExists(t, kept(n, job.ID, "list"))
		}
	}
	broken, err := n.StartImport(command.Actor{}, wardCode, "danh-sach.xlsx", []byte("PK\x03\x04 and then nothing of a workbook"))
	if err == nil {
		require.Equal(t, "failed", ended(t, n, broken.ID).State)
	}
	require.Equal(t, "done", imported(t, n, listOf(3)).State, "and the next one goes through")
}

func TestAnImportTheLeaderRefusesEndsAndOneItCannotTakeNowWaits(t *testing.T) {
	t.Parallel()
	n := found(t)
	answers := make(chan error, 3)
	answers <- command.Errorf(command.Unavailable, "not_leader", "this machine does not lead")
	answers <- context.DeadlineExceeded
	answers <- command.Errorf(command.Invalid, "too_large", "a command of 70000 bytes is over the bound")
	sending(n, func(next send, ctx context.Context, d deliver.Delivery) ([]command.Decided, error) {
		select {
		case err := <-answers:
			return nil, err
		default:
			return next(ctx, d)
		}
	})
	run(t, n)
	job := imported(t, n, listOf(3))
	require.Equal(t, []string{"failed", "too_large"}, []string{job.State, job.Code})
	require.Empty(t, answers, "the first two were no reason to give up")
	require.Equal(t, "done", imported(t, n, listOf(3)).State)
}

func TestAPageThatWasRefusedIsAskedAgainWithTheListHandedInAgain(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	job, err := n.StartImport(command.Actor{Officer: command.NewID()}, wardCode, "danh-sach.csv", listOf(150)) // nobody knows this officer
	require.NoError(t, err)
	job = ended(t, n, job.ID)
	require.Equal(t, []string{"failed", "unknown_officer"}, []string{job.State, job.Code})
	require.Zero(t, people(n))
	again := imported(t, n, listOf(150))
	require.Equal(t, job.ID, again.ID)
	require.Equal(t, "done", again.State, again.Error)
	require.Equal(t, 150, again.Added)
}

func TestAListLeavesNoNameOnTheDiskInTheClear(t *testing.T) {
	t.Parallel()
	n := found(t)
	sending(n, func(send, context.Context, deliver.Delivery) ([]command.Decided, error) {
		return nil, deliver.ErrNoLeader
	})
	run(t, n)
	job, err := n.StartImport(command.Actor{}, wardCode, "danh-sach.csv", listOf(5))
	require.NoError(t, err)
	require.FileExists(t, kept(n, job.ID, "list"))
	clear := 0
	require.NoError(t, filepath.WalkDir(filepath.Join(n.cfg.Dir, "imports"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if strings.Contains(string(raw), "Nguyễn Văn Mẫu") {
			clear++
		}
		return err
	}))
	require.Zero(t, clear)
}

func TestADamagedJobIsLeftOutAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	good := imported(t, n, listOf(3))
	bad := imported(t, n, listOf(4))
	require.NoError(t, n.Close())
	require.NoError(t, os.WriteFile(kept(n, bad.ID, "job"), []byte("{"), 0o600))
	n = open(t, n.cfg.Dir)
	require.Len(t, n.Imports(), 1)
	require.Equal(t, good.ID, n.Imports()[0].ID)
	_, err := n.imports.result(good.ID)
	require.NoError(t, err)
	_, err = n.imports.result("../../node.json")
	require.Equal(t, "unknown_import", command.AsError(err).Code)
	run(t, n)
	require.Equal(t, "done", imported(t, n, listOf(4)).State)
	require.Less(t, time.Since(good.Started), time.Minute)
}
