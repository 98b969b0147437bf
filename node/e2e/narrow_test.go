//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// asksCounted counts in the page what it asks the machine.
const asksCounted = `window.asks = 0, document.addEventListener("htmx:beforeRequest", (e) => { if (!e.defaultPrevented) window.asks++; }), true`

func TestWhatDependsOnTheFilterFollowsWhenAListIsNarrowedInPlace(t *testing.T) {
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleSupervisor))
	b.visit("/nhan-khau")
	ask[bool](b, `window.before = true`)
	leads := func(selector string) string {
		return ask[string](b, `document.querySelector(`+quote(selector)+`).getAttribute("href")`)
	}
	export, count := `#list-actions [href^="/xuat/"]`, `#list-counts [href*="bucket=not_reached"]`
	require.NotContains(t, leads(export), "q=")

	b.do(click("#q"), typed("nguyen"))
	b.await(patience, "the rows of nguyen", `location.search.includes("q=nguyen")`)
	require.Contains(t, leads(export), "q=nguyen", "what is exported is what is shown")
	all := b.text(count)
	ask[bool](b, `(e => { e.selectedIndex = 1; e.dispatchEvent(new Event("change", { bubbles: true })); return true })(document.querySelector("#hamlet"))`)
	b.await(patience, "the rows of a hamlet", `/hamlet=[^&]/.test(location.search)`)
	require.Contains(t, leads(export), "hamlet=")
	require.Contains(t, leads(count), "hamlet=")
	require.NotEqual(t, all, b.text(count), "counted are those of the hamlet")
	b.shoot("narrow-1-typed")

	ask[bool](b, asksCounted)
	b.do(click("#q"), typed(kb.End+" thi"+kb.Enter))
	b.await(patience, "the rows of nguyen thi", `location.search.includes("thi")`)
	require.Contains(t, leads(export), "thi")
	require.True(t, ask[bool](b, `window.before === true && document.activeElement.id === "q"`), "the page stayed, and so did the cursor")
	require.True(t, ask[bool](b, `new Promise((r) => setTimeout(() => r(window.asks === 1), 600))`), "what Enter asked is not asked again because of the letters before it")

	b.do(click("#more summary"), click("#from"), typed("19"), click("main .filter-bar button.btn"))
	b.shows(patience, "#results [role]", "Chưa lọc theo năm sinh")
	b.shoot("narrow-2-wrong-year")
	b.size(phone)
	b.shoot("narrow-3-phone")
}
