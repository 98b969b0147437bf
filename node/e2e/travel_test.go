//go:build e2e

package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// filling is how long the dots may take to the province: a page asks again
// after 3 s, then every 15 s, and the machines are busy.
const filling = time.Minute

func TestAFormTravelsFromAWardToItsNeighbours(t *testing.T) {
	travels(t, stage.browser, stage.Wards[0].URL, stage.Wards[1].URL, "0912404301", "loopback")
}

func TestAFormTravelsOverHTTPSFromAnotherAddress(t *testing.T) {
	browser := officeBrowser(t)
	travels(t, browser, stage.Wards[0].HTTPS, stage.Wards[1].HTTPS, "0912404302", "https")
}

func TestWhoHasNotAcceptedTheClustersRootIsTurnedAwayByTheBrowser(t *testing.T) {
	require.NoError(t, stage.office.err)
	ctx, cancel := chromedp.NewContext(stage.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	err := chromedp.Do(ctx, chromedp.Navigate(stage.Wards[0].HTTPS+"/vao"))
	require.ErrorContains(t, err, "ERR_CERT_AUTHORITY_INVALID")
}

// travels takes a level-1 form down at one ward and finds it at another one's
// machine.
func travels(t *testing.T, browser context.Context, here, there, number, name string) {
	somebody := notReached(t, stage.Wards[0])
	b := openTab(t, browser, here)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleOfficer))
	b.sessionIsLocked()

	b.do(typed(kb.F2 + "nguyen"))
	b.turn("the list of people", typed(kb.Enter))
	require.Equal(t, "/nhan-khau?q=nguyen", b.path())
	require.Equal(t, "Nguyễn", b.text("#results mark"))
	b.shoot("travel-" + name + "-1-list")
	b.turn("the page of the person", click(`#results a[href="`+somebody.path()+`"]`))
	require.Equal(t, somebody.Name, b.text("h1"))

	b.turn("the form", typed(kb.F4))
	b.shoot("travel-" + name + "-2-form")
	b.await(patience, "the cursor to stand where one types", `document.activeElement.id === "phone"`)
	b.do(typed(number), click(`[name=relation]`), click(`#confirm`))
	b.turn("the page after the form", click(`main button.btn-main`))
	require.Contains(t, b.path(), somebody.path()+"?")
	b.shows(patience, "h1", somebody.Name)
	b.dotsFill(filling)
	b.shoot("travel-" + name + "-3-agreed")

	leader := openTab(t, browser, there)
	leader.signIn(userOf(t, stage.District, civic.RoleLeader))
	leader.do(typed(kb.F2 + somebody.Name + " " + somebody.year()))
	leader.turn("the list of people there", typed(kb.Enter))
	leader.turn("the person there", click(`#results a[href="`+somebody.path()+`"]`))
	require.Equal(t, somebody.Name, leader.text("h1"))
	leader.shows(patience, ".timeline", "Khai mức 1")
	leader.shoot("travel-" + name + "-4-neighbour")

	neighbour := openTab(t, browser, there)
	neighbour.signIn(userOf(t, stage.Wards[1], civic.RoleOfficer))
	neighbour.watch.expect(403)
	neighbour.visit(somebody.path())
	require.EqualValues(t, 403, neighbour.watch.page(), "an officer of another ward sees nobody of this one")
	require.NotContains(t, neighbour.text("body"), somebody.Name)
}

// dotsFill waits until all that the page shows has come to the province, in the
// banner, in the history and in the long steps; the page is not loaded again.
func (b *tab) dotsFill(within time.Duration) {
	b.t.Helper()
	ask[bool](b, `window.loadedOnce = true`)
	b.await(within, "the dots in the banner to fill up to the province", `document.querySelector(".banner .dots")?.dataset.at >= 4`)
	b.await(within, "the dots in the history to fill up to the province", `document.querySelector(".timeline li .dots")?.dataset.at >= 4`)
	require.Equal(b.t, []string{"Đã lưu trên máy này", "Cụm đã đồng thuận", "Đã gửi tỉnh", "Tỉnh đã nhận"},
		ask[[]string](b, `[...document.querySelectorAll(".delivery li.done b")].map(b => b.textContent)`))
	require.True(b.t, ask[bool](b, `window.loadedOnce === true`), "the page was loaded again")
}

// sessionIsLocked looks at the session's cookie: no script reads it, no other
// site sends it, and from another machine it travels over HTTPS only.
func (b *tab) sessionIsLocked() {
	b.t.Helper()
	jar, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
	require.NoError(b.t, err)
	require.Len(b.t, jar.Cookies, 1)
	cookie, secure := jar.Cookies[0], b.base[:5] == "https"
	require.True(b.t, cookie.HTTPOnly)
	require.Equal(b.t, network.CookieSameSiteStrict, cookie.SameSite)
	require.Equal(b.t, secure, cookie.Secure)
	require.Equal(b.t, map[bool]string{true: "__Host-gocua", false: "gocua"}[secure], cookie.Name)
}
