//go:build e2e

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// TestAListIsNarrowedSavedTickedAndTakenAway is an evening's preparation: a
// supervisor narrows the list, keeps the filter, goes on and back, prints the
// sheet, takes one visit down for several doors and takes the list away.
func TestAListIsNarrowedSavedTickedAndTakenAway(t *testing.T) {
	b := openTab(t, stage.browser, stage.Wards[1].URL)
	b.signIn(userOf(t, stage.Wards[1], civic.RoleSupervisor))
	b.visit("/nhan-khau")
	b.shoot("lists-1-all")
	first := b.text("#results tbody tr:first-child .name")
	b.turn("the next page", click(`.pager [rel=next]`))
	require.NotEqual(t, first, b.text("#results tbody tr:first-child .name"))
	b.turn("the page before", click(`.pager [rel=prev]`))
	require.Equal(t, first, b.text("#results tbody tr:first-child .name"))
	b.turn("a letter", click(`.letters a:nth-child(12)`))
	b.shoot("lists-2-letter")

	b.visit("/nhan-khau")
	b.do(click("#more summary"))
	ask[bool](b, `(e => { e.value = "female"; e.dispatchEvent(new Event("change", { bubbles: true })); return true })(document.querySelector("#sex"))`)
	b.await(patience, "the list of women", `location.search.includes("sex=female") && document.querySelector("#results .scope").textContent.includes("nữ")`)
	b.shoot("lists-3-narrowed")
	b.turn("the form to save it", click(`#results .scope a`))
	b.do(click("#list"), typed("Phụ nữ của phường"), click("[name=shared]"))
	b.shoot("lists-4-save")
	b.turn("the saved list", click("main .btn-main"))
	b.shows(patience, `.margin [aria-current=true][href*="list="]`, "Phụ nữ của phường")

	b.turn("the page ticked", click(`.several a`))
	require.Equal(t, b.count("#results [name=who]"), b.count("#results [name=who]:checked"))
	b.shoot("lists-5-ticked")
	b.turn("the sheet", click(`.several .btn:nth-of-type(1)`))
	b.shoot("lists-6-sheet")
	require.Positive(t, b.count("table.pen .ticks"))

	b.visit("/nhan-khau?sex=female")
	b.do(click(`#results tbody tr:nth-child(1) [name=who]`), click(`#results tbody tr:nth-child(2) [name=who]`))
	b.turn("what to take down", click(`.several [formaction="/nhan-khau/ghi-luot"]`))
	ask[bool](b, `document.querySelector("#visit-outcome").value = "nobody_home", true`)
	b.shoot("lists-7-visit")
	b.turn("what became of it", click("main .btn-main"))
	b.shows(patience, "main", "Đã ghi")
	require.Positive(t, b.count("ul.plain li"))
	b.shoot("lists-8-done")

	b.visit("/nhan-khau?sex=female&tick=1")
	b.turn("the form of the export", click(`.several [formaction="/xuat/nhan-khau/chon"]`))
	b.do(click("#reason"), typed("gõ cửa tối nay"), click("[name=later]"))
	b.shoot("lists-9-export")
	b.turn("the exports", click("main .btn-main"))
	b.await(20*time.Second, "the file", `!!document.querySelector('a[href^="/xuat/tep/"]')`)
	b.shoot("lists-10-exports")
	size := ask[int](b, `fetch(document.querySelector('a[href^="/xuat/tep/"]').href).then(r => r.arrayBuffer()).then(x => x.byteLength)`)
	require.Greater(t, size, 1000)
}
