//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// mostStops is how often Tab may have to be pressed from the top of the list to
// the first person found.
const mostStops = 10

func TestTheWholeWayByKeyboardAlone(t *testing.T) {
	somebody := notReached(t, stage.Wards[0])
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleOfficer))

	b.do(typed(kb.F2 + somebody.Name + " " + somebody.year()))
	b.turn("the list of people", typed(kb.Enter))
	b.tabTo(".skip", 1)
	b.do(typed(kb.Enter))
	stops := b.tabTo(`#results a[href="`+somebody.path()+`"]`, mostStops)
	t.Logf("%d stops from the top of the list to the first person", stops)
	b.turn("the page of the person", typed(kb.Enter))
	b.turn("the form", typed(kb.F4))

	b.await(patience, "the cursor to stand where one types", `document.activeElement.id === "phone"`)
	b.do(typed("0912404304"))
	b.tabTo(`[name=relation]`, 1)
	b.do(typed(" "))
	b.tabTo(`#confirm`, 1)
	b.do(typed(" "))
	b.tabTo(`main button.btn-main`, 1)
	b.turn("the page after the form", typed(kb.Enter))
	b.shows(patience, ".timeline", "Khai mức 1")
}

// tabTo presses Tab until an element has the focus and says how often.
func (b *tab) tabTo(selector string, most int) int {
	b.t.Helper()
	for n := 1; n <= most; n++ {
		b.do(typed(kb.Tab))
		if ask[bool](b, `document.activeElement.matches(`+quote(selector)+`)`) {
			return n
		}
	}
	require.FailNow(b.t, "not reached by Tab", "%s within %d stops; the focus is on %s", selector, most,
		ask[string](b, `document.activeElement.outerHTML.slice(0, 200)`))
	return 0
}
