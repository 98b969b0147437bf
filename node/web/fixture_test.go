package web_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
)

// residents of the three wards together. The demonstration assigns nine tenths
// of its share to each ward: 27.
const residents = 90

// part is one thing the pages promise, shown on the district all parts share:
// starting one takes longer than most of them.
type part struct {
	name string
	run  func(*testing.T, *nodetest.District)
}

func TestPagesOfADistrict(t *testing.T) {
	d := nodetest.StartDistrict(t, residents)
	for _, p := range slices.Concat(officeParts(), exportParts(), signalParts(), scanParts(), peopleParts(), wardParts(), resolveParts(), householdParts(), pairParts(), listParts(), accountParts(), teamParts(), memberParts(), planParts()) {
		t.Run(p.name, func(t *testing.T) { p.run(t, d.In(t)) })
	}
}

// browser is somebody's browser at one machine. It follows no redirect.
type browser struct {
	t     *testing.T
	url   string
	token string // that forms carry
	http  *http.Client
}

func openBrowser(t *testing.T, url string) *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, url: url, http: &http.Client{Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// browserOf signs somebody of that role of a place in at its machine.
func browserOf(t *testing.T, p demo.Place, role civic.Role) *browser {
	return browserAt(t, p.URL, p, role)
}

// browserAt signs them in at any machine.
func browserAt(t *testing.T, machine string, p demo.Place, role civic.Role) *browser {
	t.Helper()
	i := slices.IndexFunc(p.Users, func(u demo.User) bool { return u.Role == role })
	require.GreaterOrEqual(t, i, 0, "nobody is %s at %s", role, p.Unit)
	b := openBrowser(t, machine)
	in := b.post("/vao", url.Values{"user": {p.Users[i].User}, "password": {p.Users[i].Password}})
	require.Equal(t, http.StatusSeeOther, in.status, in.text())
	b.token = tokenField.FindStringSubmatch(b.get("/huong-dan").body)[1]
	t.Cleanup(b.leave)
	return b
}

// leave signs out, if the machine still runs: an officer has ten sessions, and the
// eleventh ends a program's.
func (b *browser) leave() {
	req, err := http.NewRequest(http.MethodPost, b.url+"/ra", strings.NewReader(url.Values{"token": {b.token}}.Encode()))
	require.NoError(b.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.url)
	if resp, err := b.http.Do(req); err == nil {
		resp.Body.Close()
	}
}

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

// answer is a page as it came.
type answer struct {
	status int
	header http.Header
	body   string
}

var (
	tag   = regexp.MustCompile(`<[^>]*>`)
	space = regexp.MustCompile(`[\s\x{a0}]+`)
)

// text is what is to be read, without what is drawn.
func (a answer) text() string {
	return strings.TrimSpace(space.ReplaceAllString(tag.ReplaceAllString(a.body, " "), " "))
}

func (b *browser) get(path string, header ...string) answer {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodGet, b.url+path, nil)
	require.NoError(b.t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return b.do(req)
}

// page is a page that must be there.
func (b *browser) page(path string) answer {
	b.t.Helper()
	a := b.get(path)
	require.Equal(b.t, http.StatusOK, a.status, "%s: %s", path, a.text())
	return a
}

func (b *browser) post(path string, form url.Values) answer {
	b.t.Helper()
	if b.token != "" {
		form.Set("token", b.token)
	}
	return b.send(path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *browser) send(path, contentType string, body io.Reader) answer {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodPost, b.url+path, body)
	require.NoError(b.t, err)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Origin", b.url)
	return b.do(req)
}

func (b *browser) do(req *http.Request) answer {
	b.t.Helper()
	resp, err := b.http.Do(req)
	require.NoError(b.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(b.t, err)
	return answer{resp.StatusCode, resp.Header, string(body)}
}
