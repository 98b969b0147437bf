//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// A slip of the hand at the counter costs nothing: whom one meant stands at the
// end of the list, and is said to be only near what was typed.
func TestASlipOfTheHandStillFindsThePerson(t *testing.T) {
	somebody := notReached(t, stage.Wards[0])
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleOfficer))

	slipped := strings.Replace(civic.Fold(somebody.Name), "nguyen", "ngueyn", 1)
	require.NotEqual(t, civic.Fold(somebody.Name), slipped)
	b.do(typed(kb.F2 + slipped + " " + somebody.year()))
	b.turn("the list of people", typed(kb.Enter))
	b.shows(patience, "#results .scope", "gần giống")
	row := `#results tr:has(a[href="` + somebody.path() + `"])`
	b.shows(patience, row+" .tag", "gần giống")
	b.shoot("search-near")

	b.visit("/nhan-khau?q=" + strings.ReplaceAll(civic.Fold(somebody.Name), " ", "+") + "+" + somebody.year())
	require.Zero(t, b.count(row+" .tag"), "what was typed as it is, is no guess")
	require.Equal(t, 1, b.count(row))
}
