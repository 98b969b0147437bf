//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// office is a cable laid for the test: the machines answer over HTTPS at one
// end, a browser sits at the other, in a network of its own that leads nowhere
// else.
type office struct {
	host  string // this end: where machines answer; empty if no cable could be laid
	cable string // name of the interface
	room  string // name of the network namespace at the other end
	err   error  // why there is no cable
}

// layCable makes the cable. Machines ask for their addresses when they start,
// so it is laid before them; only the test that needs it fails without it.
func layCable() office {
	pid := os.Getpid()
	net := fmt.Sprintf("10.%d.%d.", 64+pid>>8&63, pid&255)
	o := office{host: net + "1", cable: fmt.Sprintf("gce%d", pid), room: fmt.Sprintf("gocua-e2e-%d", pid)}
	far := o.cable + "r"
	for _, line := range []string{
		"netns add " + o.room,
		"link add " + o.cable + " type veth peer name " + far,
		"link set " + far + " netns " + o.room,
		"addr add " + o.host + "/30 dev " + o.cable,
		"link set " + o.cable + " up",
		"-n " + o.room + " addr add " + net + "2/30 dev " + far,
		"-n " + o.room + " link set " + far + " up",
		"-n " + o.room + " link set lo up",
	} {
		if err := ip(line); err != nil {
			why := fmt.Errorf("no cable could be laid for the browser of an office (this needs root and iproute2): %w", err)
			return office{err: errors.Join(why, o.remove())}
		}
	}
	return o
}

// remove takes the cable away; what was never laid is no error.
func (o office) remove() (err error) {
	if _, there := os.Stat("/sys/class/net/" + o.cable); o.cable != "" && there == nil {
		err = ip("link del " + o.cable)
	}
	if _, there := os.Stat("/run/netns/" + o.room); o.room != "" && there == nil {
		err = errors.Join(err, ip("netns del "+o.room))
	}
	return err
}

func ip(line string) error {
	if out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w %s", line, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// officeBrowser starts a browser at the other end of the cable. It trusts the
// cluster as the page on trust tells people to: with the certificate from there.
func officeBrowser(t *testing.T) context.Context {
	t.Helper()
	return officeBrowserOf(t, stage.Wards[0].URL)
}

// officeBrowserOf is one that trusts the cluster of that machine.
func officeBrowserOf(t *testing.T, url string) context.Context {
	t.Helper()
	require.NoError(t, stage.office.err)
	home := t.TempDir()
	trust(t, home, rootCertificate(t, url))
	browser, quit, err := startBrowser(home, "ip", "netns", "exec", stage.office.room)
	require.NoError(t, err)
	t.Cleanup(quit)
	return browser
}

func rootCertificate(t *testing.T, url string) []byte {
	answer, err := http.Get(url + "/tin-cay/goc.crt")
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	der, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return der
}

// trust puts a root certificate where a Chromium with that home looks for those
// its owner has accepted.
func trust(t *testing.T, home string, der []byte) {
	db, file := filepath.Join(home, ".pki", "nssdb"), filepath.Join(home, "goc.crt")
	require.NoError(t, os.MkdirAll(db, 0o700))
	require.NoError(t, os.WriteFile(file, der, 0o600))
	for _, args := range [][]string{
		{"-N", "-d", "sql:" + db, "--empty-password"},
		{"-A", "-d", "sql:" + db, "-t", "C,,", "-n", "gocua", "-i", file},
	} {
		out, err := exec.Command("certutil", args...).CombinedOutput()
		require.NoError(t, err, "certutil %v (Debian: libnss3-tools): %s", args, out)
	}
}
