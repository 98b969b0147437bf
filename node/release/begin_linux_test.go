package release

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// watchIn makes this test the old program, in a process of its own.
const watchIn = "RELEASE_TEST_WATCH"

// A machine that is told to end twice ends at once, without closing its register.
func TestCtrlCReachesTheNewProgramOnceThroughTheOldOne(t *testing.T) {
	if dir := os.Getenv(watchIn); dir != "" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		undone, err := (&desk{t: t, dir: dir}).watch(ctx)
		require.NoError(t, err)
		require.False(t, undone)
		return
	}
	d := staged(t, "#!/bin/sh\ntrap 'echo int >> $1/told' INT\ntrap 'echo term >> $1/told; exit 0' TERM\ntouch $1/up\nwhile :; do sleep 0.05; done\n", time.Minute)
	old := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	old.Env = append(os.Environ(), watchIn+"="+d.dir)
	old.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a shell starts it
	require.NoError(t, old.Start())
	require.Eventually(t, func() bool { return d.load().State == Taken }, 20*time.Second, 20*time.Millisecond)
	require.NoError(t, syscall.Kill(-old.Process.Pid, syscall.SIGINT))
	require.NoError(t, old.Wait())
	require.Equal(t, "term\n", d.read(filepath.Join(d.dir, "told")))
}
