//go:build soak && linux

package nodetest

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	tmpfsSize   = 420 << 20
	fullMoments = 20
	listsStop   = 192 // MB free, below which no list is taken
	perMoment   = 3   // cases somebody tries to hand in while the disk is so full
)

// leaves is how much is left free at each moment, MB: around each mark, and down
// to nothing.
var leaves = [fullMoments]int64{200, 191, 170, 140, 110, 97, 95, 90, 80, 70, 60, 49, 47, 40, 30, 20, 10, 4, 1, 0}

// TestSoakADiskThatIsFullAtTwentyMomentsLosesNothingAnswered fills a small disk up to
// twenty different marks under a running machine. Each second time the machine is
// killed while its disk is full; each time it goes on once there is room.
func TestSoakADiskThatIsFullAtTwentyMomentsLosesNothingAnswered(t *testing.T) {
	disk, ok := newTmpfs(t)
	if !ok {
		return
	}
	o := &office{t: t, exe: Build(t), dir: t.TempDir()}
	o.liveIn(disk)
	o.desk()
	machine := o.machines[0]
	c := SignIn(t, machine.URL(), officer, password)
	Eventually(t, startsIn, "the reserve", func() bool { return o.status(machine).Disk.Reserve })
	var kept []Case
	agreed, captured, refused, lists := 0, 0, 0, 0
	list := filepath.Join(o.dir, "list.csv")
	require.NoError(t, os.WriteFile(list, []byte("Họ và tên,Ngày sinh,Tổ dân phố\nNguyễn Văn An,01/02/1980,Tổ 1\n"), 0o600))
	for i, leave := range leaves {
		ballast := disk.fillTo(leave << 20)
		free := disk.free()
		var said []string
		for range perMoment {
			k := NewCase(wards()[0])
			status, _, err := c.TrySubmit(k.Forms...)
			var problem *Refused
			switch {
			case err == nil && status == http.StatusOK:
				kept, agreed = append(kept, k), agreed+1
			case err == nil:
				kept, captured = append(kept, k), captured+1
			case errors.As(err, &problem): // a clean refusal says why; whatever it is, the machine lives
				require.Contains(t, []int{http.StatusServiceUnavailable, http.StatusInsufficientStorage}, problem.Status, "%s", problem.Problem)
				refused++
				status = problem.Status
			default:
				require.NoError(t, err, "the machine died with %d MB free", free>>20)
			}
			said = append(said, fmt.Sprint(status))
		}
		if told, err := machine.Try("import", list, "--unit", wards()[0]); leave < listsStop {
			require.Error(t, err, "lists stop first")
			require.Contains(t, told, "MB left", "and say why")
			lists++
		} else {
			require.NoError(t, err, told)
		}
		require.NotContains(t, said[0], "50", "captures come last: with %d MB free the reserve takes them", leave)
		code := o.status(machine).Disk.Code
		killed := i%2 == 1
		if killed {
			machine.Kill()
		}
		require.NoError(t, os.Remove(ballast))
		if killed {
			machine.Start()
		}
		machine.AwaitReady(startsIn)
		if killed { // sessions end with the process; a busy computer may ask to try again
			c = NewClient(t, machine.URL(), "")
			Eventually(t, startsIn, "to be let in again", func() bool { return c.TrySignIn(officer, password) == nil })
		}
		took := Eventually(t, startsIn, "everything to be agreed", func() bool { return o.status(machine).Outbox.Waiting == 0 })
		t.Logf("moment %2d: %3d MB free, %s; answered %s; killed %-5v; agreed %v after there was room",
			i+1, free>>20, named(code), strings.Join(said, " "), killed, took.Round(time.Millisecond))
		require.True(t, known(c, kept), "answered, and not there")
		Eventually(t, startsIn, "the reserve again", func() bool { return o.status(machine).Disk.Reserve })
	}
	t.Logf("%d moments: %d cases agreed at once, %d kept on the machine, %d refused; none lost; %d lists refused", len(leaves), agreed, captured, refused, lists)
	require.Positive(t, agreed)
	require.Positive(t, captured)
	for _, k := range kept {
		require.True(t, k.SeenAt(c).Whole())
	}
}

func named(code string) string {
	if code == "" {
		return "room"
	}
	return code
}

// tmpfs is a small disk in memory.
type tmpfs struct {
	t     *testing.T
	mount string
}

func newTmpfs(t *testing.T) (*tmpfs, bool) {
	t.Helper()
	d := &tmpfs{t, t.TempDir()}
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d", tmpfsSize), "tmpfs", d.mount).CombinedOutput()
	if err != nil {
		text := fmt.Sprintf("!!!!!! %s WAS NOT RUN: it needs root to mount a tmpfs: %s !!!!!!", t.Name(), out)
		fmt.Fprintln(os.Stderr, text)
		t.Log(text)
		return nil, false
	}
	t.Cleanup(func() { require.NoError(t, exec.Command("umount", "-l", d.mount).Run()) })
	return d, true
}

func (d *tmpfs) free() int64 {
	var s syscall.Statfs_t
	require.NoError(d.t, syscall.Statfs(d.mount, &s))
	return int64(s.Bavail) * s.Bsize
}

// fillTo takes all room but so many bytes, and returns the file that has it.
func (d *tmpfs) fillTo(leave int64) string {
	d.t.Helper()
	path := filepath.Join(d.mount, "ballast")
	f, err := os.Create(path)
	require.NoError(d.t, err)
	defer f.Close()
	require.Greater(d.t, d.free(), leave, "the disk of the test is too small")
	require.NoError(d.t, syscall.Fallocate(int(f.Fd()), 0, 0, d.free()-leave))
	return path
}

// liveIn puts the directory of the machine onto the small disk.
func (o *office) liveIn(disk *tmpfs) {
	o.t.Helper()
	there, name := filepath.Join(disk.mount, "district"), filepath.Join(o.dir, "district")
	require.NoError(o.t, os.MkdirAll(there, 0o700))
	require.NoError(o.t, os.Symlink(there, name))
}
