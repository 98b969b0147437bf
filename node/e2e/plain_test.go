//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

func TestFormsWorkWithoutScript(t *testing.T) {
	somebody := notReached(t, stage.Wards[0])
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleOfficer))
	require.False(t, ask[bool](b, `"htmx" in window`), "no script may have run")

	b.do(click("#find"), typed("nguyen"))
	b.turn("the list of people", typed("\r"))
	b.turn("the page of the person", click(`#results a[href="`+somebody.path()+`"]`))
	b.turn("the form", click(`a[href$="/khai"]`))

	b.do(click("#phone"), typed("12 34"), click(`[name=relation][value=relative]`), click(`#confirm`))
	b.watch.expect(422)
	b.turn("the form to come back", click(`main button.btn-main`))
	require.EqualValues(t, 422, b.watch.page())
	require.Equal(t, "Còn 1 chỗ cần sửa, chưa ghi", b.text(".error-summary h2"))
	require.Equal(t, "#phone", ask[string](b, `document.querySelector(".error-summary a").getAttribute("href")`))
	require.Equal(t, "12 34", ask[string](b, `document.querySelector("#phone").value`), "what was typed stays")
	require.True(t, ask[bool](b, `document.querySelector("[name=relation][value=relative]").checked`), "what was chosen stays")
	require.True(t, ask[bool](b, `document.querySelector("#confirm").checked`), "what was ticked stays")
	b.shoot("plain-1-refused")

	b.do(click("#phone"))
	ask[bool](b, `document.querySelector("#phone").select(), true`)
	b.do(typed("0912404305"))
	b.watch.expect()
	b.turn("the page after the form", click(`main button.btn-main`))
	require.Contains(t, b.path(), somebody.path()+"?")
	b.shows(patience, ".timeline", "Khai mức 1")
	b.shoot("plain-2-saved")
}
