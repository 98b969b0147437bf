package node

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/store/civic"
	"gocua/store/command"
)

const deskPassword = "mat khau cua ban lam viec"

// desk is a machine that answers over HTTPS as well, with an officer who has a
// password.
func deskWithOfficer(t *testing.T) *Node {
	t.Helper()
	f := founding(filepath.Join(t.TempDir(), "district"))
	f.HTTPS = "0.0.0.0:0"
	require.NoError(t, Init(f))
	n := run(t, open(t, f.Dir))
	phc, err := auth.HashPassword(deskPassword)
	require.NoError(t, err)
	must(t, n, command.ID{}, draftOf(t, civic.KindOfficerPut, clusterCode, civic.PutOfficer{ID: command.NewID(), User: "ban.lam", Name: "Bàn Làm Việc",
		Role: civic.RoleOfficer, Unit: wardCode, Hash: phc}))
	return n
}

// window is a browser at a machine; it follows no redirect and keeps no
// certificate authority.
func window(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type got struct {
	status int
	header http.Header
	body   string
}

// ask makes a request with headers given as pairs; a form makes it a POST.
func ask(t *testing.T, c *http.Client, method, address, form string, header ...string) got {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form))
	require.NoError(t, err)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return got{resp.StatusCode, resp.Header, string(body)}
}

func sitsDown(t *testing.T, c *http.Client, base string) got {
	t.Helper()
	in := ask(t, c, http.MethodPost, base+"/vao", url.Values{"user": {"ban.lam"}, "password": {deskPassword}}.Encode(), "Origin", base)
	require.Equal(t, http.StatusSeeOther, in.status, in.body)
	return in
}

// outside is this machine's address as others see it; empty: it has none.
func outside() string {
	conn, err := net.Dial("udp", "192.0.2.1:9") // sends nothing
	if err != nil {
		return ""
	}
	defer conn.Close()
	host, _, _ := net.SplitHostPort(conn.LocalAddr().String())
	return host
}

func TestEveryAnswerIsKeptByNobodyAndFramedByNobody(t *testing.T) {
	t.Parallel()
	n := deskWithOfficer(t)
	c := window(t)
	sitsDown(t, c, n.URL())
	for path, status := range map[string]int{
		"/": 200, "/vao": 200, "/nhan-khau": 200, "/khong-co": 404, "/nhap": 403, "/static/khong-co.css": 404, "/livez": 200, "/openapi.json": 200,
		"/api/v1/units": 401, "/api/v1/khong-co": 404, "/control/v1/status": 404, "/tin-cay/goc.crt": 200, "/demo/links": 404,
	} {
		a := ask(t, c, http.MethodGet, n.URL()+path, "", "Sec-Fetch-Site", "cross-site")
		require.Contains(t, []int{status, 403, 404}, a.status, path)
		require.Equal(t, "no-store", a.header.Get("Cache-Control"), path)
		require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "DENY", a.header.Get("X-Frame-Options"), path)
		policy := a.header.Get("Content-Security-Policy")
		require.Contains(t, policy, "frame-ancestors 'none'", path)
		require.NotContains(t, policy, "unsafe", path)
		require.NotEmpty(t, a.header.Get("Referrer-Policy"), path)
		require.NotContains(t, a.header, "Server", path)
	}
}

func TestACookieOfTheOfficeIsBoundToItsHost(t *testing.T) {
	t.Parallel()
	n := deskWithOfficer(t)
	_, port, err := net.SplitHostPort(n.self.HTTPS)
	require.NoError(t, err)
	in := sitsDown(t, window(t), "https://127.0.0.1:"+port)
	require.Regexp(t, `^__Host-gocua=[\w-]{43}; path=/; HttpOnly; secure; SameSite=Strict$`, in.header.Get("Set-Cookie"))
}

func TestAMethodNobodyNeedsIsRefused(t *testing.T) {
	t.Parallel()
	n := deskWithOfficer(t)
	for _, method := range []string{"TRACE", "CONNECT", "PROPFIND", "get"} {
		conn, err := net.Dial("tcp", n.self.HTTP)
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
		fmt.Fprintf(conn, "%s /vao HTTP/1.1\r\nHost: localhost\r\nX-Secret: 0428\r\n\r\n", method)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, "%s: refused before a route is looked for", method)
		require.NotContains(t, string(body), "0428", "nothing of a request is echoed")
	}
}

var formToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

func TestAFormIsTakenFromOurOwnPagesAndWithItsTokenOnly(t *testing.T) {
	t.Parallel()
	n := deskWithOfficer(t)
	c, other := window(t), window(t)
	sitsDown(t, c, n.URL())
	sitsDown(t, other, n.URL())
	token := func(c *http.Client) string {
		return formToken.FindStringSubmatch(ask(t, c, http.MethodGet, n.URL()+"/huong-dan", "").body)[1]
	}
	ours, theirs := token(c), token(other)
	own := n.URL()
	before := n.box.Stats()
	for name, bad := range map[string]struct {
		token  string
		header []string
	}{
		"no Origin":               {ours, nil},
		"Origin null":             {ours, []string{"Origin", "null"}},
		"foreign Origin":          {ours, []string{"Origin", "http://evil.example"}},
		"another port":            {ours, []string{"Origin", "http://127.0.0.1:1"}},
		"another scheme":          {ours, []string{"Origin", strings.Replace(own, "http:", "https:", 1)}},
		"said to be cross-site":   {ours, []string{"Origin", own, "Sec-Fetch-Site", "cross-site"}},
		"said to be same-site":    {ours, []string{"Origin", own, "Sec-Fetch-Site", "same-site"}},
		"no token":                {"", []string{"Origin", own}},
		"token of another":        {theirs, []string{"Origin", own, "Sec-Fetch-Site", "same-origin"}},
		"token cut by one":        {ours[:len(ours)-1], []string{"Origin", own}},
		"token with one too many": {ours + "x", []string{"Origin", own}},
	} {
		form := url.Values{"token": {bad.token}, "id": {command.NewID().String()}, "hamlet": {hamletCode}, "address": {"Số 21"}}
		a := ask(t, c, http.MethodPost, own+"/ho/moi", form.Encode(), bad.header...)
		require.Equal(t, http.StatusForbidden, a.status, name)
		a = ask(t, c, http.MethodPost, own+"/ra", form.Encode(), bad.header...)
		require.Equal(t, http.StatusForbidden, a.status, name)
	}
	require.Equal(t, before, n.box.Stats(), "nothing was captured")
	require.Equal(t, http.StatusOK, ask(t, c, http.MethodGet, own+"/", "").status, "and nobody signed out")
	require.Equal(t, http.StatusSeeOther, ask(t, c, http.MethodPost, own+"/ra", url.Values{"token": {ours}}.Encode(), "Origin", own, "Sec-Fetch-Site", "same-origin").status)
}

func TestATokenKnownBeforeSignInIsNotTakenOver(t *testing.T) {
	t.Parallel()
	n := deskWithOfficer(t)
	planted := strings.Repeat("A", 43)
	c := window(t)
	in := ask(t, c, http.MethodPost, n.URL()+"/vao", url.Values{"user": {"ban.lam"}, "password": {deskPassword}}.Encode(), "Origin", n.URL(), "Cookie", "gocua="+planted)
	require.Equal(t, http.StatusSeeOther, in.status)
	require.NotContains(t, in.header.Get("Set-Cookie"), planted)
	a := ask(t, window(t), http.MethodGet, n.URL()+"/", "", "Cookie", "gocua="+planted)
	require.Equal(t, http.StatusSeeOther, a.status, "whoever planted it is not signed in")
}

func TestASessionMayAskTwentyTimesASecondAndHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	n := deskWithOfficer(t)
	c, other := window(t), window(t)
	sitsDown(t, c, n.URL())
	sitsDown(t, other, n.URL())
	refused := got{}
	began, answered := time.Now(), 0
	for refused.status == 0 && answered < 2000 {
		if a := ask(t, c, http.MethodGet, n.URL()+"/huong-dan", ""); a.status == http.StatusTooManyRequests {
			refused = a
		} else {
			answered++
		}
	}
	t.Logf("%d answers in %v, then %d", answered, time.Since(began).Round(time.Millisecond), refused.status)
	require.Equal(t, http.StatusTooManyRequests, refused.status)
	require.GreaterOrEqual(t, answered, 40)
	require.LessOrEqual(t, answered, 45+int(20*time.Since(began).Seconds()))
	require.Equal(t, "1", refused.header.Get("Retry-After"))
	require.Contains(t, refused.body, "Gửi nhanh quá")
	require.Equal(t, http.StatusOK, ask(t, other, http.MethodGet, n.URL()+"/huong-dan", "").status)
	eventually(t, "the pace to be given back", func() bool { return ask(t, c, http.MethodGet, n.URL()+"/huong-dan", "").status == http.StatusOK })
}

func TestWhoeverHasNoSessionIsCountedByAddressWhateverTokensTheyInvent(t *testing.T) {
	t.Parallel()
	host := outside()
	if host == "" {
		t.Log("NOT SHOWN: this machine has no address but loopback")
		return
	}
	n := deskWithOfficer(t)
	_, port, err := net.SplitHostPort(n.self.HTTPS)
	require.NoError(t, err)
	base, refused := "https://"+net.JoinHostPort(host, port), 0
	c := window(t)
	for i := range 300 {
		header := []string{"Cookie", fmt.Sprintf("__Host-gocua=%043d", i)}
		if i%2 == 0 {
			header = []string{"Authorization", fmt.Sprintf("Bearer %043d", i)}
		}
		if ask(t, c, http.MethodGet, base+"/api/v1/units", "", header...).status == http.StatusTooManyRequests {
			refused++
		}
	}
	require.Greater(t, refused, 100)
	sitsDown(t, c, base) // signing in has a gate of its own
	require.Equal(t, http.StatusOK, ask(t, c, http.MethodGet, base+"/", "").status, "who is signed in is not held up by who is not")
}

func TestOneAddressHoldsItsShareOfConnectionsAndNoMore(t *testing.T) {
	t.Parallel()
	n := deskWithOfficer(t)
	from := func(address string) (net.Conn, bool) {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: patience}
		conn, err := d.Dial("tcp", n.self.HTTP)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
		_, err = fmt.Fprint(conn, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if err != nil {
			return conn, false
		}
		_, err = http.ReadResponse(bufio.NewReader(conn), nil)
		return conn, err == nil
	}
	var last net.Conn
	served := 0
	for range connsPerAddress + 20 {
		if conn, ok := from("127.0.0.9"); ok {
			last, served = conn, served+1
		}
	}
	require.Equal(t, connsPerAddress, served)
	_, ok := from("127.0.0.10")
	require.True(t, ok, "another address is served")
	require.NoError(t, last.Close())
	eventually(t, "room for one more", func() bool { _, ok := from("127.0.0.9"); return ok })
}

func TestAnErrorTellsNoSecret(t *testing.T) {
	t.Parallel()
	n := found(t)
	log := &logged{}
	n.log = log.logger()
	app := n.routes()
	app.Get("/api/v1/mistake", func(*fiber.Ctx) error {
		return fmt.Errorf("open /var/lib/gocua/storage.key: resident 001155000428: %w", io.ErrUnexpectedEOF)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- app.Listener(l) }()
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), patience)
		defer stop()
		require.NoError(t, app.ShutdownWithContext(ctx))
		require.NoError(t, <-done)
	})
	a := ask(t, window(t), http.MethodGet, "http://"+l.Addr().String()+"/api/v1/mistake", "")
	require.GreaterOrEqual(t, a.status, 400)
	for _, secret := range []string{"storage.key", "0428", "/var/lib", "EOF"} {
		require.NotContains(t, a.body, secret)
	}
}
