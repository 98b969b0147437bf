//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func TestAWardComesBackAndWhatTwoHaveWrittenIsDecidedByOne(t *testing.T) {
	ward, beside := stage.Wards[1], stage.Wards[0]
	edited, submitted := twoNotReached(t, ward)
	b := openTab(t, stage.browser, ward.URL)
	b.signIn(userOf(t, ward, civic.RoleOfficer))
	b.shows(noticing, "#link", "Đồng thuận với cụm")
	require.NoError(t, stage.SetLink(ward.Unit, false, "drop"))
	t.Cleanup(func() { _ = stage.SetLink(ward.Unit, true, "") }) // for the tests after a failed one
	b.shows(noticing, "#link", "Mất liên lạc với cụm từ")
	b.shows(noticing, "#as-of", "Số liệu đến ") // the page was not loaded again

	b.renames(edited, "Nguyễn Thị Ghi Khi Mất Mạng")
	b.shows(patience, ".page-head", "chỉ trên máy này")
	b.shows(patience, ".page-head", "mất liên lạc")
	b.shoot("conflict-1-edited-here")
	b.visit(submitted.path() + "/khai")
	b.await(patience, "the cursor to stand where one types", `document.activeElement.id === "phone"`)
	b.do(typed("0912404306"), click(`[name=relation]`), click(`#confirm`))
	b.turn("the page after the form", click(`main button.btn-main`))

	other := openTab(t, stage.browser, beside.URL)
	other.signIn(userOf(t, stage.District, civic.RoleSupervisor))
	other.renames(edited, "Nguyễn Thị Cụm Đã Ghi")
	other.shows(noticing, ".banner.ok", "Đã ghi, cụm đã đồng thuận.")

	b.visit("/so-cho")
	require.Equal(t, 2, b.count("tr.pencil"))
	b.shows(patience, "tr.pencil", "Sửa thông tin")
	b.shows(patience, ".page-head", "2 việc chỉ có trên máy này")
	require.Equal(t, "2", b.text("#count-outbox"))
	b.shoot("conflict-2-waiting")
	b.drains(edited)
	b.shows(patience, "main", "Cần đối chiếu: hai người cùng sửa một ô")
	b.shoot("conflict-3-drained")

	review := ask[string](b, `(a => { const u = new URL(a.href); return u.pathname + u.search })([...document.querySelectorAll("main a")].find(a => a.textContent === "xem hai bản"))`)
	b.visit(review)
	b.shows(patience, "main", "Chỉ huy phường chốt việc này.")
	require.Zero(t, b.count("main form"))
	b.shoot("conflict-4-officer-sees")

	chief := openTab(t, stage.browser, ward.URL)
	chief.signIn(userOf(t, ward, civic.RoleSupervisor))
	chief.visit(review)
	chief.shows(patience, "tr.diff", "Nguyễn Thị Cụm Đã Ghi")
	chief.shows(patience, "tr.diff", "Nguyễn Thị Ghi Khi Mất Mạng")
	chief.shoot("conflict-5-two-sides")
	require.Zero(t, chief.count(".if-edit:not([hidden])")-chief.count(".if-edit"), "nothing is hidden by script")
	require.False(t, ask[bool](chief, `document.querySelector(".if-edit").checkVisibility()`), "fields to correct show with their choice only")
	chief.do(click(`[name=choice][value=edit]`))
	require.True(t, ask[bool](chief, `document.querySelector(".if-edit").checkVisibility()`))
	chief.shoot("conflict-6-edit")
	chief.do(click(`[name=choice][value=take]`), click("#reason"), typed("Gọi lại, chính chủ đọc như bản sau"))
	chief.turn("the decision", click(`main button.btn-main`))
	chief.shows(patience, "main", "Lấy bản đến sau. Đã ghi vào sổ.")
	chief.shows(patience, "main", "Gọi lại, chính chủ đọc như bản sau")
	chief.shoot("conflict-7-decided")

	for i, path := range []string{"/", "/so-cho", edited.path()} {
		b.visit(path)
		b.shows(patience, "main", "Đã chốt: lấy bản đến sau")
		b.shows(patience, "main", "Gọi lại, chính chủ đọc như bản sau")
		b.shoot([]string{"conflict-8-told-home", "conflict-8-told-book", "conflict-8-told-person"}[i])
	}
	require.Equal(t, "Nguyễn Thị Ghi Khi Mất Mạng", b.text("h1"))
}

// drains heals the ward and watches its book empty itself, without the page
// being loaded again.
func (b *tab) drains(edited person) {
	b.t.Helper()
	ask[bool](b, `window.loadedOnce = true`)
	require.NoError(b.t, stage.SetLink(stage.Wards[1].Unit, true, ""))
	b.await(noticing, "the pencilled rows to go", `document.querySelectorAll("tr.pencil").length === 0`)
	b.await(noticing, "the count beside the section to go", `document.getElementById("count-outbox").hidden`)
	b.shows(noticing, ".page-head", "Không còn gì chờ")
	b.shows(noticing, "#link", "Đồng thuận với cụm")
	require.Zero(b.t, b.count("#as-of:not([hidden])"), "what is shown is current again")
	require.True(b.t, ask[bool](b, `window.loadedOnce === true`), "the page was loaded again")
}

// renames writes somebody's name anew, in the form.
func (b *tab) renames(somebody person, name string) {
	b.t.Helper()
	b.visit(somebody.path() + "/sua")
	b.do(click("#name"))
	ask[bool](b, `document.querySelector("#name").select(), true`)
	b.do(typed(name))
	b.turn("the page after the edit", click(`main button.btn-main`))
}

// twoNotReached are two people of a ward at whose doors nobody has knocked yet.
func twoNotReached(t *testing.T, ward demo.Place) (one, two person) {
	t.Helper()
	var list struct{ Items []person }
	path := "/api/v1/residents?bucket=not_reached&limit=50&unit=" + ward.Unit
	require.Equal(t, 200, program(t, ward, civic.RoleOfficer).Call("GET", path, nil, &list))
	require.Greater(t, len(list.Items), 40)
	return list.Items[30], list.Items[31]
}

// disputed makes a review at a ward, of an edit whose writer saw something else,
// and tells where it is.
func disputed(t *testing.T, ward demo.Place, n int) string {
	t.Helper()
	var list struct{ Items []person }
	c := program(t, ward, civic.RoleOfficer)
	require.Equal(t, 200, c.Call("GET", "/api/v1/residents?limit=60&unit="+ward.Unit, nil, &list))
	edit := nodetest.Command{ID: command.NewID(), Kind: "resident.edit", Unit: ward.Unit, Body: map[string]any{"id": list.Items[n].ID,
		"edits": []map[string]any{{"field": "name", "was": "Tên cũ", "now": "Nguyen Van Sua"}, {"field": "phones", "was": []string{"0912000000"}, "now": []string{"0912404307"}}}}}
	_, outcomes := c.Submit(edit)
	require.Equal(t, command.Conflicted, outcomes[0].Status, "%+v", outcomes[0])
	return "/doi-chieu?id=" + edit.ID.String()
}

// toTheForm is how often Tab may have to be pressed from the main content to the
// choices of a decision.
const toTheForm = 12

func TestAReviewIsDecidedByKeyboardAlone(t *testing.T) {
	ward := stage.Wards[0]
	review := disputed(t, ward, 45)
	b := openTab(t, stage.browser, ward.URL)
	b.signIn(userOf(t, ward, civic.RoleSupervisor))
	b.visit(review)
	b.tabTo(".skip", 1)
	b.do(typed(kb.Enter))
	stops := b.tabTo(`[name=choice]`, toTheForm)
	t.Logf("%d stops from the main content to the choices", stops)
	b.do(typed(kb.ArrowDown))
	require.True(t, ask[bool](b, `document.querySelector("[name=choice][value=take]").checked`), "an arrow goes on to the next choice")
	b.tabTo(`#reason`, 1)
	b.do(typed("Chủ hộ đọc lại như vậy"))
	b.tabTo(`main button.btn-main`, 1)
	b.turn("the decision", typed(kb.Enter))
	b.shows(patience, "main", "Lấy bản đến sau. Đã ghi vào sổ.")
}

func TestAReviewIsDecidedWithoutScript(t *testing.T) {
	ward := stage.Wards[0]
	review := disputed(t, ward, 46)
	b := openTab(t, stage.browser, ward.URL)
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b.signIn(userOf(t, ward, civic.RoleSupervisor))
	b.visit(review)

	b.do(click(`[name=choice][value=edit]`), click(`#edit-phones`))
	ask[bool](b, `document.querySelector("#edit-phones").select(), true`)
	b.do(typed("12 34"), click("#reason"), typed("Số đúng là số thứ ba"))
	b.watch.expect(422)
	b.turn("the form to come back", click(`main button.btn-main`))
	require.Equal(t, "#edit-phones", ask[string](b, `document.querySelector(".error-summary a").getAttribute("href")`))
	require.Equal(t, "12 34", ask[string](b, `document.querySelector("#edit-phones").value`), "what was typed stays")
	require.Equal(t, "Số đúng là số thứ ba", ask[string](b, `document.querySelector("#reason").value`))
	require.True(t, ask[bool](b, `document.querySelector("[name=choice][value=edit]").checked`), "what was chosen stays")
	b.shoot("conflict-plain-1-refused")

	b.do(click("#edit-phones"))
	ask[bool](b, `document.querySelector("#edit-phones").select(), true`)
	b.do(typed("0912404308"))
	b.watch.expect()
	b.turn("the decision", click(`main button.btn-main`))
	b.shows(patience, "main", "Lấy bản đến sau, có sửa. Đã ghi vào sổ.")
	b.shows(patience, "main", "09•• ••• 308")
	b.shoot("conflict-plain-2-decided")
}
