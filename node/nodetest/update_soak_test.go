//go:build soak

package nodetest

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
)

// releases are two builds of this program, signed, and what goes wrong with one.
type releases struct {
	t             *testing.T
	dir, key      string // where all is, the key that signs
	public        string
	before, after string // programs: v1.0.0, v1.1.0
	update        string // from one to the other
}

func makeReleases(t *testing.T) *releases {
	r := &releases{t: t, dir: t.TempDir()}
	maker := Build(t)
	r.key = filepath.Join(r.dir, "key")
	said, err := exec.Command(maker, "update", "key", r.key).Output()
	require.NoError(t, err)
	r.public, _, _ = strings.Cut(string(said), "\n")
	r.before, r.after = BuildAs(t, "v1.0.0", r.public), BuildAs(t, "v1.1.0", r.public)
	r.update = r.pack(r.after, "v1.1.0")
	return r
}

// pack makes an update of a program.
func (r *releases) pack(program, version string, more ...string) string {
	r.t.Helper()
	out := filepath.Join(r.t.TempDir(), version+".gocua")
	said, err := exec.Command(r.before, append([]string{"update", "pack", program, "--release", version, "--key", r.key, "--out", out}, more...)...).CombinedOutput()
	require.NoError(r.t, err, string(said))
	return out
}

// install gives a machine a program of its own, as each PC has.
func (r *releases) install(dir string) (exe string) {
	exe = filepath.Join(dir, "bin", "gocua")
	require.NoError(r.t, os.MkdirAll(filepath.Dir(exe), 0o700))
	copyProgram(r.t, r.before, exe)
	return exe
}

func copyProgram(t *testing.T, from, to string) {
	in, err := os.Open(from)
	require.NoError(t, err)
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, err)
	require.NoError(t, out.Close())
}

const updatedWithin = 2 * time.Minute

// TestSoakARollingUpdateLosesNothing brings three machines from one release to the
// next, one after the other, while people hand cases in on all of them. After
// each step the machines, of two builds by then, must agree on the chain.
func TestSoakARollingUpdateLosesNothing(t *testing.T) {
	r := makeReleases(t)
	seed := chaosSeed(t)
	o := openOffice(t, r.before)
	for _, p := range o.machines { // each PC has its own program
		p.Kill()
		p.exe = r.install(filepath.Join(r.dir, p.Name()))
		p.Start()
	}
	l := &load{}
	for _, p := range o.machines {
		p.AwaitReady(startsIn)
		l.stations = append(l.stations, &station{p: p})
	}
	ctx, stop := context.WithCancel(t.Context())
	l.start(ctx, people, seed)
	mixed, began := 0, time.Now()
	for i, p := range o.machines {
		started := time.Now()
		Eventually(t, startsIn, "people to be at work", func() bool { return l.goesOn(started) })
		said, err := p.Try("update", r.update, "--within", "60s")
		require.NoError(t, err, said)
		require.Contains(t, said, "v1.1.0 runs")
		t.Logf("%s took v1.1.0 in %v", p.Name(), time.Since(started).Round(time.Millisecond))
		p.AwaitReady(startsIn)
		mixed += o.comparedChains(i + 1)
	}
	stop()
	l.running.Wait()
	o.holdsOnce(l.cases)
	t.Logf("seed %d: 3 machines updated in %v under load: %d submissions of 5 forms, %d answered 200, %d answered 202, %d tries without an answer, 0 lost; %d comparisons of chains at equal index, all equal",
		seed, time.Since(began).Round(time.Millisecond), len(l.cases), l.agreed, l.kept, l.again, mixed)
	require.Empty(t, l.refused)
	require.GreaterOrEqual(t, len(l.cases), 60)
	for _, p := range o.machines {
		require.Equal(t, "v1.1.0", o.status(p).Version)
		require.FileExists(t, filepath.Join(filepath.Dir(p.exe), "gocua-previous"))
	}
}

// comparedChains waits until every machine has heard every other and compared
// its chain with its own at one index, and counts the comparisons. So many of the
// machines must be of the new release.
func (o *office) comparedChains(updated int) (n int) {
	o.t.Helper()
	Eventually(o.t, startsIn, "the machines to compare their chains", func() bool {
		n = 0
		versions := map[string]int{}
		for _, p := range o.machines {
			s := o.status(p)
			versions[s.Version]++
			for _, m := range s.Members {
				require.NotEqual(o.t, lookup.DigestDiffers, m.Digest, "%s says that %s differs", p.Name(), m.Node)
				if m.Digest == lookup.DigestEqual && m.LastContact < 5000 {
					n++
				}
			}
			require.Empty(o.t, s.Failed)
		}
		return n == 6 && versions["v1.1.0"] == updated
	})
	return n
}

// TestSoakAnUpdateThatIsWrongLeavesEverythingAsItWas tries what must not be taken, on
// a machine that runs.
func TestSoakAnUpdateThatIsWrongLeavesEverythingAsItWas(t *testing.T) {
	r := makeReleases(t)
	p := NewProcess(t, r.before, filepath.Join(t.TempDir(), "district"))
	p.exe = r.install(filepath.Join(r.dir, "pc"))
	p.Gocua("init", "--code", cluster, "--name", cluster, "--node", "district", "--password", password, "--http", anyAddr, "--peer", anyAddr, "--profile", "lan")
	p.Start()
	p.AwaitReady(startsIn)
	bin := filepath.Dir(p.exe)
	before := names(t, bin)
	chain := statusOf(t, p).Digest

	good, err := os.ReadFile(r.update)
	require.NoError(t, err)
	altered := func(change func([]byte) []byte) string {
		path := filepath.Join(t.TempDir(), "bad.gocua")
		require.NoError(t, os.WriteFile(path, change(slices.Clone(good)), 0o600))
		return path
	}
	stranger := &releases{t: t, dir: r.dir, before: r.before, key: filepath.Join(t.TempDir(), "other")}
	_, err = exec.Command(r.before, "update", "key", stranger.key).Output()
	require.NoError(t, err)
	script := func(text string) string {
		path := filepath.Join(t.TempDir(), "program")
		require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755))
		return path
	}
	for _, c := range []struct {
		name, file, says string
		more             []string
	}{
		{"a bad signature", stranger.pack(r.after, "v1.1.0"), "not signed by anybody", nil},
		{"another processor", r.pack(r.after, "v1.1.0", "--arch", "arm64"), "another kind of computer", nil},
		{"another system, forced", r.pack(r.after, "v1.1.0", "--os", "windows"), "another kind of computer", []string{"--force"}},
		{"cut short", altered(func(b []byte) []byte { return b[:len(b)/2] }), "damaged or cut short", nil},
		{"a bit turned", altered(func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), "damaged", nil},
		{"no update at all", r.before, "no update of this program", nil},
		{"older", r.pack(r.before, "v0.9.0"), "not newer", nil},
		{"the same", r.pack(r.before, "v1.0.0"), "not newer", nil},
		{"does not run", r.pack(script("echo no such library >&2; exit 127\n"), "v1.1.0"), "no such library", nil},
		{"ends by itself", r.pack(script("[ \"$1\" = version ] && exit 0\nexit 3\n"), "v1.1.0"), "undone (exited)", nil},
		{"never comes up", r.pack(script("[ \"$1\" = version ] && exit 0\nexec sleep 600\n"), "v1.1.0"), "undone (not_ready)", []string{"--within", "3s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, err := p.Try(append([]string{"update", c.file}, c.more...)...)
			require.Error(t, err, said)
			require.Contains(t, said, c.says)
			p.AwaitReady(updatedWithin)
			s := statusOf(t, p)
			require.Equal(t, "v1.0.0", s.Version)
			require.GreaterOrEqual(t, s.Digest.Index, chain.Index, "the register is what it was, and goes on")
			require.Equal(t, before, names(t, bin), "nothing left beside the program")
		})
	}
	said, err := p.Try("update", r.pack(r.before, "v1.0.0"), "--force")
	require.NoError(t, err, said)
	p.AwaitReady(startsIn)
	said, err = p.Try("update", r.update)
	require.NoError(t, err, said)
	p.AwaitReady(startsIn)
	require.Equal(t, "v1.1.0", statusOf(t, p).Version)
	said, err = p.Try("verify")
	require.NoError(t, err, said)
}

func names(t *testing.T, dir string) (list []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func statusOf(t *testing.T, p *Process) (s lookup.Status) {
	OwnerOf(t, p.Dir).read("/status", &s)
	return s
}
