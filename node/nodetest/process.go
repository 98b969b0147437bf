package nodetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
)

// Build builds the program as it is released, and returns where it is for one test.
func Build(t testing.TB) string { return BuildAs(t, "", "") }

// BuildAs builds a program that was released as a version and believes whom a
// key belongs to. Each is linked once for all tests of a process, beside the
// program of the tests, where `go test` clears up.
func BuildAs(t testing.TB, version, key string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	flags := "-s -w -X gocua/node/release.version=" + version + " -X gocua/node/release.keys=" + key
	built := filepath.Join(filepath.Dir(self), fmt.Sprintf("gocua-%d-%x", os.Getpid(), sha256.Sum256([]byte(flags))))
	if _, err := os.Stat(built); err != nil {
		making := filepath.Join(t.TempDir(), "gocua")
		out, err := exec.Command("go", "build", "-ldflags", flags, "-o", making, "gocua").CombinedOutput()
		require.NoError(t, err, string(out))
		require.NoError(t, os.Rename(making, built)) // two that come at once make the same
	}
	exe := filepath.Join(t.TempDir(), "gocua")
	require.NoError(t, os.Link(built, exe)) // a name of its own, which goes with the test
	return exe
}

// Process is a `gocua serve` of its own.
type Process struct {
	t   testing.TB
	exe string
	Dir string
	cmd *exec.Cmd
	log *os.File
}

// NewProcess is a machine that lives in dir; nothing is started yet.
func NewProcess(t testing.TB, exe, dir string) *Process {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o700))
	log, err := os.OpenFile(dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	p := &Process{t: t, exe: exe, Dir: dir, log: log}
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			tail, _ := os.ReadFile(dir + ".log")
			t.Logf("the end of the log of %s:\n%s", filepath.Base(dir), tail[max(0, len(tail)-4000):])
		}
		log.Close()
	})
	return p
}

// Gocua runs a subcommand on the machine's directory and returns its output.
func (p *Process) Gocua(args ...string) []byte {
	p.t.Helper()
	cmd := exec.Command(p.exe, append([]string{"--dir", p.Dir}, args...)...)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	require.NoError(p.t, err, "gocua %v: %s", args, errOut.String())
	return out
}

// Try runs a subcommand that may fail, and returns all it said.
func (p *Process) Try(args ...string) (said string, err error) {
	p.t.Helper()
	out, err := exec.Command(p.exe, append([]string{"--dir", p.Dir}, args...)...).CombinedOutput()
	return string(out), err
}

// Start starts the machine; AwaitReady tells when it answers.
func (p *Process) Start() {
	p.t.Helper()
	p.cmd = exec.Command(p.exe, "--dir", p.Dir, "serve")
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	require.NoError(p.t, p.cmd.Start())
}

// Kill ends the machine as a power cut would end its process: at once.
func (p *Process) Kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
	_ = p.cmd.Wait()
	p.cmd = nil
}

// PID is the process of a machine that was started.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Running reports whether the machine was started and not killed.
func (p *Process) Running() bool { return p.cmd != nil }

// Name is the machine's name.
func (p *Process) Name() string { return filepath.Base(p.Dir) }

// URL is where the machine's pages are.
func (p *Process) URL() string {
	p.t.Helper()
	raw, err := os.ReadFile(filepath.Join(p.Dir, "node.json"))
	require.NoError(p.t, err)
	var m struct{ HTTP string }
	require.NoError(p.t, json.Unmarshal(raw, &m))
	return "http://" + m.HTTP
}

// AwaitReady waits until the machine says it is ready.
func (p *Process) AwaitReady(within time.Duration) {
	p.t.Helper()
	client := &http.Client{Timeout: time.Second}
	last := ""
	_, ready := Within(within, func() bool {
		if _, err := node.LoadControl(p.Dir); err != nil {
			last = err.Error()
			return false
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/readyz", nil)
		require.NoError(p.t, err)
		resp, err := client.Do(req)
		if err != nil {
			last = err.Error()
			return false
		}
		defer resp.Body.Close()
		said, _ := io.ReadAll(resp.Body) // what there is of it
		last = fmt.Sprintf("answer %d %s", resp.StatusCode, said)
		return resp.StatusCode == http.StatusOK
	})
	require.True(p.t, ready, "%s is not ready within %s: %s", p.Name(), within, last)
}
