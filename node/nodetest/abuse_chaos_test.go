//go:build chaos && linux

package nodetest

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// What a machine must bear.
const (
	wrongPasswords = 10_000
	guessers       = 50
	slowOnes       = 500
	slowFor        = 25 * time.Second // longer than any of the limits they run into
	unpacked       = 256 << 20
	mostMemory     = 512 << 20
	signsInWithin  = 3 * time.Second
	answersWithin  = time.Second
)

// TestAMachineUnderAbuseGoesOnServing gives one machine, a process of its own,
// everything in turn, while somebody works at it.
func TestAMachineUnderAbuseGoesOnServing(t *testing.T) {
	o, _ := openDesk(t, Build(t))
	p := o.machines[0]
	for name, abuse := range map[string]func(*testing.T, *Process){
		"wrong passwords": guessing, "slow headers and bodies": slowLoris, "one address takes all it can": slowFromOne,
		"bombs": bombs, "bodies too large": oversized,
	} {
		t.Run(name, func(t *testing.T) { abuse(t, p) })
		require.True(t, p.Running())
	}
	peak := peakMemory(t, p)
	t.Logf("peak memory of the machine: %d MiB", peak>>20)
	require.Less(t, peak, mostMemory)
}

// from is a client at another address: all of 127.0.0.0/8 is this machine.
func from(t *testing.T, address string) *http.Client {
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: callPatience}
	transport := &http.Transport{DialContext: d.DialContext}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: callPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// measured are the times somebody's requests took.
type measured []time.Duration

func (m measured) String() string {
	slices.Sort(m)
	if len(m) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d times, p50 %v, max %v", len(m), m[len(m)/2].Round(time.Millisecond), m[len(m)-1].Round(time.Millisecond))
}

func (m measured) max() time.Duration { return slices.Max(m) }

// meanwhile does something again and again until ctx ends, at least three times.
func meanwhile(ctx context.Context, pause time.Duration, do func()) (took measured) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for ctx.Err() == nil || len(took) < 3 {
		began := time.Now()
		do()
		took = append(took, time.Since(began))
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	return took
}

func guessing(t *testing.T, p *Process) {
	base := p.URL()
	require.NoError(t, NewClient(t, base, "").TrySignIn(officer, password)) // as they did yesterday
	var next, refused, slowed, other atomic.Int64
	ctx, done := context.WithCancel(t.Context())
	var guess sync.WaitGroup
	for g := range guessers {
		clients := []*http.Client{from(t, fmt.Sprintf("127.0.10.%d", g+1)), from(t, fmt.Sprintf("127.0.11.%d", g+1))}
		guess.Go(func() {
			for i := next.Add(1); i <= wrongPasswords; i = next.Add(1) {
				user := officer // half of the tries are at the account of whoever signs in meanwhile
				if i%2 == 0 {
					user = "canbo" + strconv.FormatInt(i%200, 10)
				}
				body := fmt.Sprintf(`{"user":%q,"password":"sai lan thu %d"}`, user, i)
				resp, err := clients[i%2].Post(base+"/api/v1/sessions", "application/json", strings.NewReader(body))
				if err != nil {
					other.Add(1)
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				switch resp.StatusCode {
				case http.StatusUnauthorized:
					refused.Add(1)
				case http.StatusTooManyRequests:
					slowed.Add(1)
				default:
					other.Add(1)
				}
			}
		})
	}
	began := time.Now()
	go func() { guess.Wait(); done() }()
	visits := 0
	var took, elsewhere measured // where they always sign in, and where they never did
	_ = meanwhile(ctx, 500*time.Millisecond, func() {
		began := time.Now()
		require.NoError(t, NewClient(t, base, "").TrySignIn(officer, password))
		took = append(took, time.Since(began))
		if visits++; visits%4 == 0 {
			began := time.Now()
			resp, err := from(t, fmt.Sprintf("127.0.30.%d", visits)).Post(base+"/api/v1/sessions", "application/json", strings.NewReader(fmt.Sprintf(`{"user":%q,"password":%q}`, officer, password)))
			require.NoError(t, err)
			resp.Body.Close()
			require.Equal(t, http.StatusOK, resp.StatusCode)
			elsewhere = append(elsewhere, time.Since(began))
		}
	})
	<-ctx.Done()
	t.Logf("%d wrong passwords at %d at once in %v: %d refused, %d told to wait, %d other; meanwhile the officer signed in %v; at a machine they had never been at %v",
		wrongPasswords, guessers, time.Since(began).Round(time.Millisecond), refused.Load(), slowed.Load(), other.Load(), took, elsewhere)
	require.EqualValues(t, wrongPasswords, refused.Load()+slowed.Load())
	require.LessOrEqual(t, took.max(), signsInWithin)
}

// slowLoris opens connections from four addresses that send one byte a second,
// half of them of their headers, half of a body, and opens another for each that
// is hung up on.
func slowLoris(t *testing.T, p *Process) { crawl(t, p, 4) }

// slowFromOne does the same from one address, which may not have so many.
func slowFromOne(t *testing.T, p *Process) { crawl(t, p, 1) }

func crawl(t *testing.T, p *Process, addresses int) {
	base := p.URL()
	ctx, stop := context.WithTimeout(t.Context(), slowFor)
	defer stop()
	var opened, hungUp, open, most atomic.Int64
	var all sync.WaitGroup
	for i := range slowOnes {
		address := fmt.Sprintf("127.0.2%d.%d", addresses, 1+i%addresses)
		text := "GET /vao HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + strings.Repeat("a", 4000)
		ready := 0
		if i%2 == 1 {
			head := "POST /vao HTTP/1.1\r\nHost: localhost\r\nOrigin: " + base + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\n"
			text, ready = head+strings.Repeat("a", 4000), len(head)
		}
		all.Go(func() {
			for ctx.Err() == nil {
				opened.Add(1)
				if most.Load() < open.Add(1) {
					most.Store(open.Load())
				}
				if dribble(ctx, address, strings.TrimPrefix(base, "http://"), text, ready) {
					hungUp.Add(1)
				}
				open.Add(-1)
			}
		})
	}
	client := from(t, "127.0.0.1")
	took := meanwhile(ctx, 200*time.Millisecond, func() {
		resp, err := client.Get(base + "/vao")
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		require.Equal(t, http.StatusOK, resp.StatusCode)
	})
	all.Wait()
	t.Logf("%d slow connections from %d addresses for %v: %d opened, %d hung up on, %d open at once; meanwhile the page of sign-in %v",
		slowOnes, addresses, slowFor, opened.Load(), hungUp.Load(), most.Load(), took)
	require.Positive(t, hungUp.Load())
	require.LessOrEqual(t, took.max(), answersWithin)
}

// dribble sends the first bytes at once and the rest one a second, and reports
// whether the machine hung up.
func dribble(ctx context.Context, address, to, text string, ready int) bool {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: callPatience}
	conn, err := d.DialContext(ctx, "tcp", to)
	if err != nil {
		return false
	}
	defer conn.Close()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	gone := make(chan struct{})
	go func() { // an answer or a closed connection
		defer close(gone)
		_, _ = conn.Read(make([]byte, 1))
	}()
	for at := 0; at < len(text); ready = at + 1 {
		n, err := conn.Write([]byte(text[at:max(ready, at+1)]))
		if err != nil {
			return true
		}
		at += n
		select {
		case <-tick.C:
		case <-gone:
			<-tick.C // a second until the next one
			return true
		case <-ctx.Done():
			return false
		}
	}
	return false
}

// bombs are small bodies that would unpack to very much, in every coding a
// server may know.
func bombs(t *testing.T, p *Process) {
	before := peakMemory(t, p)
	codings := map[string]func(io.Writer) io.WriteCloser{
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { z, _ := flate.NewWriter(w, flate.BestSpeed); return z },
		"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestSpeed) },
		"zstd":    func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
	}
	for coding, writer := range codings {
		var bomb bytes.Buffer
		z := writer(&bomb)
		_, err := io.CopyN(z, zeroes{}, unpacked)
		require.NoError(t, err)
		require.NoError(t, z.Close())
		began := time.Now()
		for _, path := range []string{"/api/v1/commands", "/api/v1/sessions", "/vao", "/nhap"} {
			req, err := http.NewRequest(http.MethodPost, p.URL()+path, bytes.NewReader(bomb.Bytes()))
			require.NoError(t, err)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Content-Encoding", coding)
			resp, err := from(t, "127.0.0.1").Do(req)
			require.NoError(t, err)
			resp.Body.Close()
			require.Contains(t, []int{http.StatusUnsupportedMediaType, http.StatusRequestEntityTooLarge}, resp.StatusCode, "%s at %s", coding, path)
		}
		t.Logf("%s: %d bytes that would be %d, refused at four routes in %v", coding, bomb.Len(), unpacked, time.Since(began).Round(time.Millisecond))
	}
	grown := peakMemory(t, p) - before
	t.Logf("peak memory grew by %d KiB", grown>>10)
	require.Less(t, grown, unpacked/4)
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// oversized are bodies larger than a route takes, their length announced or not,
// from fifty at once.
func oversized(t *testing.T, p *Process) {
	var all sync.WaitGroup
	var refused atomic.Int64
	for i := range 50 {
		client := from(t, "127.0.0.1")
		all.Go(func() {
			var body io.Reader = io.LimitReader(zeroes{}, 16<<20)
			req, err := http.NewRequest(http.MethodPost, p.URL()+"/api/v1/commands", body)
			if err != nil {
				return
			}
			req.Header.Set("Content-Type", "application/json")
			if i%2 == 0 {
				req.ContentLength = 16 << 20
			}
			resp, err := client.Do(req)
			if err != nil {
				return
			}
			resp.Body.Close()
			if resp.StatusCode == http.StatusRequestEntityTooLarge {
				refused.Add(1)
			}
		})
	}
	all.Wait()
	t.Logf("50 bodies of 16 MiB at once: %d answered 413", refused.Load())
	require.EqualValues(t, 50, refused.Load())
}

// peakMemory is the most memory the process ever held, in bytes.
func peakMemory(t *testing.T, p *Process) int {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(raw), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	return kib << 10
}

// TestAPageFromElsewhereChangesNothing sends what a page of somebody else could
// make an officer's browser send.
func TestAPageFromElsewhereChangesNothing(t *testing.T) {
	o, _ := openDesk(t, Build(t))
	base := o.machines[0].URL()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := from(t, "127.0.0.1")
	browser.Jar = jar
	send := func(path, contentType, body string, header ...string) int {
		req, err := http.NewRequest(http.MethodPost, base+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", contentType)
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := browser.Do(req)
		require.NoError(t, err)
		resp.Body.Close()
		return resp.StatusCode
	}
	const form, json = "application/x-www-form-urlencoded", "application/json"
	in := url.Values{"user": {officer}, "password": {password}}.Encode()
	require.Equal(t, http.StatusForbidden, send("/vao", form, in, "Origin", "http://evil.example"), "nobody is signed in as somebody else")
	require.Equal(t, http.StatusSeeOther, send("/vao", form, in, "Origin", base))
	k := NewCase(wards()[0])
	body := fmt.Sprintf(`{"commands":[{"id":%q,"kind":"household.put","unit":%q,"body":{"id":%q,"hamlet":%q,"address":"Số 1"}}]}`, k.Visit, k.Ward, k.Household, k.Ward+"-01")
	for _, header := range [][]string{{"Origin", "http://evil.example"}, {"Origin", "null"}, {}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", base}, {"Sec-Fetch-Site", "same-origin"}} {
		require.Equal(t, http.StatusForbidden, send("/api/v1/commands", json, body, header...), "%v", header)
		require.Equal(t, http.StatusForbidden, send("/ho/moi", form, "id="+k.Household.String()+"&hamlet="+k.Ward+"-01&address=1", header...), "%v", header)
		require.Equal(t, http.StatusForbidden, send("/ra", form, "", header...), "%v", header)
	}
	require.False(t, SignIn(t, base, officer, password).Exists("/api/v1/households/"+k.Household.String()))
	resp, err := browser.Get(base + "/")
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode, "and nobody was signed out")
}
