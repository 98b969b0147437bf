//go:build soak && linux

package nodetest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/node/nodetest"
	"gocua/store/roster/sample"
)

const (
	greatUnit     = nodetest.GreatUnit
	greatUser     = nodetest.GreatUser
	greatPassword = nodetest.GreatPassword
)

// greatSome are the first of them who can be asked for by everything.
func greatSome() (some []sample.Person) {
	for p := range nodetest.Town(nodetest.GreatResidents) {
		if p.Number != "" && p.Phone != "" && len(p.Birth) == 10 {
			if some = append(some, p); len(some) == 1000 {
				break
			}
		}
	}
	return some
}

// What an office with 300,000 residents sees after its machine was started:
// numbers and phones at once, names some seconds later, in little memory; then
// pages that answer within the blink of an eye.
func TestSoakARegisterOf300000IsSearchedSoonAfterStart(t *testing.T) {
	dir, some := nodetest.Great(t, nodetest.GreatResidents), greatSome()
	p := nodetest.NewProcess(t, nodetest.Build(t), dir)
	began := time.Now()
	p.Start()
	p.AwaitReady(time.Minute)
	ready := time.Since(began)
	c := nodetest.SignIn(t, p.URL(), greatUser, greatPassword)
	most := 0.0
	tick := time.NewTicker(100 * time.Millisecond) // asking must not be what the machine is busy with
	defer tick.Stop()
	until := func(text string) time.Duration {
		nodetest.Eventually(t, 2*time.Minute, "somebody to be found", func() bool {
			most = max(most, p.Anonymous())
			if len(found(t, c, text)) > 0 {
				return true
			}
			<-tick.C
			return false
		})
		return time.Since(began)
	}
	number, phone := until(some[0].Number), until(some[1].Phone)
	name := until(some[2].Name)
	cost := p.Worked()
	for range 50 { // five seconds of everyday work
		<-tick.C
		found(t, c, some[3].Name)
		most = max(most, p.Anonymous())
	}
	rest := p.Anonymous()
	t.Logf("after start: ready %s, a number %s, a phone %s, a name %s (%s of the processor); RssAnon %.0f MB, at most %.0f MB",
		short(ready), short(number), short(phone), short(name), cost, rest, most)

	cost = p.Worked()
	took := pages(t, c, some)
	half, nearly := took[len(took)/2], took[len(took)*99/100]
	cost = (p.Worked() - cost) / time.Duration(len(took))
	t.Logf("%d pages of hits, whole: p50 %s, p99 %s (%s of the processor each); then RssAnon %.0f MB", len(took), short(half), short(nearly), short(cost), p.Anonymous())
	require.Less(t, number, 3*time.Second)
	require.Less(t, phone, 3*time.Second)
	require.Less(t, name, 8*time.Second)
	require.Less(t, max(most, p.Anonymous()), 150.0)
	require.Less(t, nearly, 100*time.Millisecond)
}

func short(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

func found(t testing.TB, c *nodetest.Client, text string) []json.RawMessage {
	var answer struct{ Items []json.RawMessage }
	status := c.Call(http.MethodGet, "/api/v1/residents?q="+url.QueryEscape(text), nil, &answer)
	require.Contains(t, []int{http.StatusOK, http.StatusServiceUnavailable}, status) // names are not there yet
	return answer.Items
}

// pages asks for the page of hits as a browser does that types on, and returns
// how long each took to its last byte.
func pages(t testing.TB, c *nodetest.Client, some []sample.Person) (took []time.Duration) {
	tick := time.NewTicker(150 * time.Millisecond) // nobody types quicker, and who asks quicker is told to wait
	defer tick.Stop()
	for i, p := range some[:240] {
		<-tick.C
		words := strings.Fields(p.Name)
		text := []string{p.Name, "nguyen", words[len(words)-1] + " " + string(p.Birth[:4]), p.Number[6:], p.Phone, strings.ToLower(words[0][:1]) + "guyen thi"}[i%6]
		began := time.Now()
		req, err := http.NewRequest(http.MethodGet, c.URL+"/nhan-khau?q="+url.QueryEscape(text), nil)
		require.NoError(t, err)
		req.AddCookie(&http.Cookie{Name: auth.CookieName(false), Value: c.Token})
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		took = append(took, time.Since(began))
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Contains(t, string(page), "</html>")
		require.Contains(t, string(page), "/nhan-khau/", "a page with people on it")
	}
	slices.Sort(took)
	return took
}
