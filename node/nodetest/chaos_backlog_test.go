//go:build chaos

package nodetest

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/store/civic"
)

const (
	backlogBefore = 600 // commands that wait before anybody is timed
	browsers      = 5
	beat          = 100 * time.Millisecond // of one browser: 50 captures a second together
	timedFor      = 20 * time.Second
	capturesMin   = 900
	backlogFull   = 10_000
	perCall       = 500 // commands of one call, the most there may be

	// What this machine must keep whatever else it is doing; the figures to look
	// at (p50 5 ms, p99 50 ms, a page 100 ms, 20 s) are those of a quiet one.
	looseMedian, looseSlow = 50 * time.Millisecond, 500 * time.Millisecond
	loosePage              = time.Second
	looseDrain             = 100 * time.Second
)

// TestAWardCutOffForADayCapturesAtOnceAndCatchesUp cuts a ward's cable, takes
// down there what a day brings and more, and plugs it in.
func TestAWardCutOffForADayCapturesAtOnceAndCatchesUp(t *testing.T) {
	d := StartDistrict(t, residents)
	ward3 := d.Wards[2]
	c := d.As(ward3, civic.RoleOfficer)
	d.Cut(ward3.Unit, "drop")
	Eventually(t, time.Minute, "the ward to know that it is alone", func() bool { return c.Status(false).Role == "alone" })
	cases := backlog(c, ward3.Unit, backlogBefore)

	took, timed := captureFor(t, c, ward3.Unit, timedFor)
	cases = append(cases, timed...)
	slices.Sort(took)
	p50, p99 := took[len(took)/2], took[len(took)*99/100]
	t.Logf("%d captures at 50 a second with %d waiting: p50 %v, p99 %v, slowest %v", len(took), backlogBefore, p50, p99, took[len(took)-1])
	require.GreaterOrEqual(t, len(took), capturesMin)
	require.Less(t, p50, looseMedian)
	require.Less(t, p99, looseSlow)
	pages(t, c, cases[len(cases)-1])

	cases = append(cases, backlog(c, ward3.Unit, backlogFull-c.Status(false).Outbox.Waiting)...)
	waiting := c.Status(false).Outbox.Waiting
	require.GreaterOrEqual(t, waiting, backlogFull)
	last := cases[len(cases)-1]
	require.Equal(t, Once(), last.SeenAt(c))
	require.True(t, pending(c, last))
	pages(t, c, last)

	began, before := time.Now(), worked()
	d.Heal(ward3.Unit)
	linked := Eventually(t, time.Minute, "the ward to know who leads", func() bool { return c.Status(false).Role != "alone" })
	Eventually(t, looseDrain, "nothing to wait any more", func() bool { return c.Status(false).Outbox.Waiting == 0 })
	t.Logf("%d commands drained %v after healing, %v of it until the ward knew who leads; all five machines worked %v for it",
		waiting, time.Since(began).Round(time.Millisecond), linked.Round(time.Millisecond), (worked() - before).Round(time.Millisecond))
	office := d.at(d.District, d.user(d.District, civic.RoleOfficer))
	Eventually(t, looseDrain, "the office to have the last", func() bool { return last.SeenAt(office).Whole() })
	Eventually(t, loosePage, "the last not to be pencilled any more", func() bool { return !pending(c, last) })
	for _, k := range []Case{cases[0], cases[len(cases)/2], last} {
		require.Equal(t, Once(), k.SeenAt(c))
		require.Equal(t, Once(), k.SeenAt(office))
	}
	d.Agree(5 * time.Minute)
}

// backlog takes down cases until so many commands more wait.
func backlog(c *Client, ward string, commands int) (cases []Case) {
	c.t.Helper()
	for commands > 0 {
		var forms []Command
		for len(forms) < min(perCall, commands) {
			k := NewCase(ward)
			cases, forms = append(cases, k), append(forms, k.Forms...)
		}
		status, outcomes := c.Submit(forms...)
		require.Equal(c.t, http.StatusAccepted, status, "%+v", outcomes)
		commands -= len(forms)
	}
	return cases
}

// captureFor has browsers take down one form at each beat, and returns how long
// each took.
func captureFor(t *testing.T, c *Client, ward string, long time.Duration) (took []time.Duration, cases []Case) {
	var mu sync.Mutex
	var working sync.WaitGroup
	for i := range browsers {
		working.Go(func() {
			<-time.After(beat / browsers * time.Duration(i)) // people do not press a button all at once
			tick := time.NewTicker(beat)
			defer tick.Stop()
			for end := time.Now().Add(long); time.Now().Before(end); {
				k := NewCase(ward)
				for _, form := range k.Forms {
					<-tick.C
					began := time.Now()
					status, _, err := c.TrySubmit(form)
					each := time.Since(began)
					mu.Lock()
					took = append(took, each)
					mu.Unlock()
					if err != nil || status != http.StatusAccepted {
						t.Errorf("a capture was answered %d: %v", status, err)
						return
					}
				}
				mu.Lock()
				cases = append(cases, k)
				mu.Unlock()
			}
		})
	}
	working.Wait()
	require.False(t, t.Failed())
	return took, cases
}

// pages times what an officer looks at, right after a capture each time.
func pages(t *testing.T, c *Client, k Case) {
	t.Helper()
	for _, path := range []string{"/", "/nhan-khau", "/nhan-khau?q=tran+thi+mau", "/nhan-khau/" + k.Resident.String(), "/ho/" + k.Household.String(),
		"/so-cho", "/bao-cao", "/doi-chieu", "/api/v1/residents?limit=200&unit=" + k.Ward, "/api/v1/residents?q=tran+thi+mau",
		"/api/v1/applications?state=captured", "/api/v1/report?unit=" + k.Ward} {
		var took []time.Duration
		for range looks {
			backlog(c, k.Ward, 1)
			took = append(took, look(t, c, path))
		}
		slices.Sort(took)
		t.Logf("%-60s median %8v, slowest %8v", path, took[looks/2].Round(10*time.Microsecond), took[looks-1].Round(10*time.Microsecond))
		require.Less(t, took[looks/2], loosePage, path)
	}
}

const looks = 5 // at one page

// look opens a page as a browser does that is signed in, or asks as a program.
func look(t *testing.T, c *Client, path string) time.Duration {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, c.URL+path, nil)
	require.NoError(t, err)
	if strings.HasPrefix(path, "/api/") {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	} else {
		req.AddCookie(&http.Cookie{Name: auth.CookieName(false), Value: c.Token})
	}
	began := time.Now()
	resp, err := c.http.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	took := time.Since(began)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, "%s: %.300s", path, raw)
	require.Equal(t, req.URL.Path, resp.Request.URL.Path, "it was sent away, to sign in")
	return took
}

// worked is the time all processors have spent on this process.
func worked() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
