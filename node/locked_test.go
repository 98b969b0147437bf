package node

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
)

const machinePhrase = "cây đa bến nước sân đình"

var cheapCost = trust.Cost{Memory: 64, Passes: 1, Lanes: 1}

// sealedStart starts a machine that waits for its key; opened tells of the keys.
func sealedStart(t *testing.T, cfg Config) (at Control, opened chan *trust.Keys, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	opened = make(chan *trust.Keys, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if keys, err := AwaitKeys(ctx, cfg); err == nil {
			opened <- keys
		}
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	eventually(t, "the sealed machine to answer", func() bool {
		var err error
		at, err = LoadControl(cfg.Dir)
		return err == nil
	})
	return at, opened, stop
}

// shutDown is the directory of a machine that has run and takes a passphrase.
func shutDown(t *testing.T) (dir string) {
	t.Helper()
	n := run(t, found(t))
	require.NoError(t, n.Close())
	require.NoError(t, trust.SetPassphrase(n.cfg.Dir, trust.Way{}, machinePhrase, cheapCost))
	return n.cfg.Dir
}

func TestASealedMachineAnswersThatItIsSealedAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := shutDown(t)
	at, opened, _ := sealedStart(t, Config{Dir: dir})
	base := strings.TrimSuffix(at.URL, controlPrefix)
	c := window(t)

	require.Equal(t, 200, ask(t, c, "GET", base+"/livez", "").status)
	ready := ask(t, c, "GET", base+"/readyz", "")
	require.Equal(t, 503, ready.status)
	require.Contains(t, ready.body, "sealed")
	for _, path := range []string{"/", "/vao", "/nhan-khau?q=a", "/lan-dau"} {
		got := ask(t, c, "GET", base+path, "", "Accept", "text/html")
		require.Equal(t, []any{303, unlockPath}, []any{got.status, got.header.Get("Location")}, path)
	}
	for _, path := range []string{"/api/v1/status", "/api/v1/residents", "/metrics", "/openapi.json", "/control/v1/status"} {
		got := ask(t, c, "GET", base+path, "")
		require.Contains(t, []int{404, 503}, got.status, path)
		require.NotContains(t, got.body, "district", path)
	}
	page := ask(t, c, "GET", base+unlockPath, "")
	require.Equal(t, 200, page.status)
	require.Contains(t, page.body, `name="passphrase"`)
	allowed := page.header.Get("Content-Security-Policy")
	require.Contains(t, allowed, "default-src 'self'", "its own styles")
	require.Contains(t, allowed, "form-action 'self'", "or no browser would send the passphrase")

	token := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(page.body)
	require.Len(t, token, 2)
	form := func(phrase string, header ...string) got {
		return ask(t, c, "POST", base+unlockPath, url.Values{"passphrase": {phrase}, "token": token[1:]}.Encode(), header...)
	}
	require.Equal(t, 403, form(machinePhrase).status, "from another page")
	require.Equal(t, 403, form(machinePhrase, "Origin", "http://evil.example").status)
	require.Equal(t, 403, ask(t, c, "POST", base+unlockPath, url.Values{"passphrase": {machinePhrase}}.Encode(), "Origin", base).status, "without its token")
	wrong := form("một câu nào đó", "Origin", base)
	require.Equal(t, 422, wrong.status)
	require.Contains(t, wrong.body, "chưa đúng")
	require.Empty(t, opened)

	right := form(machinePhrase, "Origin", base)
	require.Equal(t, []any{200, "5; url=/"}, []any{right.status, right.header.Get("Refresh")}, right.body)
	keys := <-opened
	require.NoFileExists(t, filepath.Join(dir, controlFile), "nobody is sent to it any more")
	n, err := Open(Config{Dir: dir, Keys: keys})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	run(t, n)
	require.Equal(t, base, n.URL(), "the pages are where they were")
}

func TestTheOwnerUnlocksFromTheCommandLineAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	dir := shutDown(t)
	at, opened, _ := sealedStart(t, Config{Dir: dir})
	unlock := func(token, phrase string) (int, string) {
		raw, err := json.Marshal(map[string]string{"passphrase": phrase})
		require.NoError(t, err)
		req, err := http.NewRequestWithContext(t.Context(), "POST", at.URL+"/unlock", bytes.NewReader(raw))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		var problem struct{ Code string }
		require.True(t, resp.StatusCode == 404 || json.NewDecoder(resp.Body).Decode(&problem) == nil)
		return resp.StatusCode, problem.Code
	}
	status, _ := unlock("x", machinePhrase)
	require.Equal(t, 404, status)
	_, code := unlock(at.Token, "một câu nào đó")
	require.Equal(t, "wrong_passphrase", code)
	status, _ = unlock(at.Token, machinePhrase)
	require.Equal(t, 200, status)
	require.NotNil(t, <-opened)
}

func TestASealedMachineAnswersNobodyOnceItIsOpen(t *testing.T) {
	t.Parallel()
	at, opened, _ := sealedStart(t, Config{Dir: shutDown(t)})
	base := strings.TrimSuffix(at.URL, controlPrefix)
	early := comes(t, base, "")
	req, err := http.NewRequestWithContext(t.Context(), "POST", at.URL+"/unlock", strings.NewReader(`{"passphrase":"`+machinePhrase+`"}`))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+at.Token)
	resp, err := window(t).Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, 200, resp.StatusCode)
	require.NotNil(t, <-opened)
	require.Empty(t, saysMore(t, early, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nConnection: close\r\n\r\n"), "or the browser is shown the sealed page")
}

func TestAMachineWhoseKeyFileComesBackGoesOnByItself(t *testing.T) {
	t.Parallel()
	n := found(t)
	dir, stick := n.cfg.Dir, filepath.Join(t.TempDir(), "gocua.key")
	require.NoError(t, n.Close())
	require.NoError(t, trust.Rotate(dir, trust.Way{}, stick, cheapCost, time.Now()))
	raw, err := os.ReadFile(stick)
	require.NoError(t, err)
	require.NoError(t, os.Remove(stick))
	at, opened, _ := sealedStart(t, Config{Dir: dir})
	page := ask(t, window(t), "GET", strings.TrimSuffix(at.URL, controlPrefix)+unlockPath, "")
	require.Contains(t, page.body, "Cắm USB")
	require.NotContains(t, page.body, `name="passphrase"`)
	require.NoError(t, os.WriteFile(stick, raw, 0o600))
	require.NotNil(t, <-opened)
}

func TestASealedMachineThatIsStoppedLetsGoOfItsDoors(t *testing.T) {
	t.Parallel()
	dir := shutDown(t)
	at, opened, stop := sealedStart(t, Config{Dir: dir})
	stop()
	require.Empty(t, opened)
	require.NoFileExists(t, filepath.Join(dir, controlFile))
	_, err := http.Get(at.URL)
	require.Error(t, err)
}

func TestWrongPassphrasesMakeTheNextGuessWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := unlockGate{clock: time.Now}
		began, guesses := time.Now(), 0
		for time.Since(began) < 24*time.Hour {
			if g.enter() {
				require.False(t, g.enter(), "one at a time")
				g.leave(false)
				guesses++
				continue
			}
			<-time.After(time.Second)
		}
		require.Less(t, guesses, 310, "a day of guessing: about one in five minutes")
		<-time.After(longestWait)
		require.True(t, g.enter(), "whoever knows it waits no longer than that")
		g.leave(true)
	})
}

// TestWhoGuessesFromOutsideDoesNotKeepTheOwnerOut: somebody in the office network
// gives wrong passphrases all day; whoever stands at the machine does not wait for it.
func TestWhoGuessesFromOutsideDoesNotKeepTheOwnerOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := locked{gates: newUnlockGates(time.Now)}
		for range 20 {
			if g := l.gates.of(false); g.enter() {
				g.leave(false)
			}
		}
		require.False(t, l.gates.of(false).enter(), "who guesses waits")
		require.True(t, l.gates.of(true).enter(), "the owner does not")
		require.False(t, l.gates.of(true).enter(), "one at a time")
	})
}
