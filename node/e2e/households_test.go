//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

// threeAtHome takes down a household of three; the address is theirs alone.
func threeAtHome(t *testing.T, ward demo.Place, address string) (home command.ID, names []string) {
	t.Helper()
	home, names = command.NewID(), []string{"Lò Thị Ở Lại", "Lò Văn Ra Riêng", "Quàng Thị Ra Cùng"}
	commands := []nodetest.Command{{ID: command.NewID(), Kind: "household.put", Unit: ward.Unit, Body: map[string]any{"id": home, "hamlet": ward.Unit + "-01", "address": address}}}
	for i, name := range names {
		commands = append(commands, nodetest.Command{ID: command.NewID(), Kind: "resident.put", Unit: ward.Unit,
			Body: map[string]any{"id": command.NewID(), "household": home, "name": name, "birth": []string{"1950", "1984", "1986"}[i], "sex": []string{"female", "male", "female"}[i]}})
	}
	program(t, ward, civic.RoleOfficer).Accepted(commands...)
	return home, names
}

// chooses picks the answer of a list that begins with a text.
func (b *tab) chooses(id, text string) {
	b.t.Helper()
	require.True(b.t, ask[bool](b, `(s => { const o = [...s.options].find(o => o.text.startsWith(`+quote(text)+`)); if (!o) return false; s.value = o.value; return true })(document.getElementById(`+quote(id)+`))`), "%s is not offered in %s", text, id)
}

// ticks ticks the box beside a name.
func (b *tab) ticks(name string) {
	b.t.Helper()
	require.True(b.t, ask[bool](b, `(l => !!l && (l.querySelector("input").checked || (l.querySelector("input").click(), true)))([...document.querySelectorAll("label.choice")].find(l => l.innerText.includes(`+quote(name)+`)))`), "%s is not to choose", name)
}

func TestAHouseholdIsSplitMergedBackAndSplitAgainEachFromThePageBefore(t *testing.T) {
	ward := stage.Wards[0]
	home, names := threeAtHome(t, ward, "Số 77, ngõ Tách Gộp")
	b := openTab(t, stage.browser, ward.URL)
	b.signIn(userOf(t, ward, civic.RoleOfficer))
	b.visit("/ho/" + home.String())
	b.shows(patience, "main", names[2])
	b.turn("the form", click(`main a[href$="/tach"]`))
	b.shoot("household-1-split")

	b.watch.expect(422)
	b.turn("to be told that somebody has to go", click(`main button.btn-main`))
	b.shows(patience, ".error-summary", "Chọn ít nhất một người ra ở riêng")
	b.watch.expect()
	b.ticks(names[1])
	b.ticks(names[2])
	ask[bool](b, `document.querySelector("#address").value = "Số 79, ngõ Tách Gộp", true`)
	b.chooses("head", names[1])
	b.shoot("household-2-chosen")
	b.turn("the new household", click(`main button.btn-main`))
	b.shows(noticing, ".banner.ok", "Đã ghi, cụm đã đồng thuận.")
	require.Equal(t, "Số 79, ngõ Tách Gộp", b.text("h1"))
	main := b.text("main")
	require.Contains(t, main, names[1])
	require.Contains(t, main, "chủ hộ")
	require.NotContains(t, main, names[0])
	b.shoot("household-3-split")

	b.turn("the form that takes it back", click(`.banner a[href*="/gop?vao="]`))
	require.Contains(t, ask[string](b, `document.querySelector("#into").selectedOptions[0].text`), "Số 77, ngõ Tách Gộp")
	b.shoot("household-4-merge-back")
	b.turn("the old household", click(`main button.btn-main`))
	b.shows(noticing, ".banner.ok", "Đã ghi, cụm đã đồng thuận.")
	require.Equal(t, "Số 77, ngõ Tách Gộp", b.text("h1"))
	for _, name := range names {
		require.Contains(t, b.text("main"), name)
	}
	b.shoot("household-5-merged")

	b.turn("the form that takes that back", click(`.banner a[href*="/tach?lai="]`))
	require.Equal(t, 2, b.count(`[name=movers]:checked`), "those who came from there")
	require.Equal(t, "Số 79, ngõ Tách Gộp", ask[string](b, `document.querySelector("#address").value`))
	b.shoot("household-6-split-again")
	b.turn("the household that stands again", click(`main button.btn-main`))
	require.Equal(t, "Số 79, ngõ Tách Gộp", b.text("h1"))
	require.NotContains(t, b.text("main"), names[0])

	b.turn("the form that corrects it", click(`main a[href$="/sua"]`))
	ask[bool](b, `document.querySelector("#address").value = "Số 79A, ngõ Tách Gộp", true`)
	b.chooses("hamlet", "Tổ 2")
	b.chooses("head", names[2])
	b.shoot("household-7-edit")
	b.turn("the household, corrected", click(`main button.btn-main`))
	require.Equal(t, "Số 79A, ngõ Tách Gộp", b.text("h1"))
	require.Contains(t, b.text(".page-head"), "Tổ 2")
}

func TestAHouseholdThatWasMergedTellsWhereItsPeopleAre(t *testing.T) {
	ward := stage.Wards[0]
	gone, names := threeAtHome(t, ward, "Số 81, ngõ Đã Gộp")
	kept, _ := threeAtHome(t, ward, "Số 83, ngõ Đã Gộp")
	b := openTab(t, stage.browser, ward.URL)
	b.signIn(userOf(t, ward, civic.RoleOfficer))
	b.visit("/ho/" + gone.String() + "/gop?vao=" + kept.String())
	b.turn("the household they moved to", click(`main button.btn-main`))
	b.visit("/ho/" + gone.String())
	b.shows(patience, ".banner", "Hộ này đã gộp")
	require.NotContains(t, b.text("main"), names[0])
	require.Zero(t, b.count(`main .actions a`), "there is nothing to do here any more")
	b.shoot("household-8-gone")
	b.watch.expect(422)
	b.visit("/ho/" + gone.String() + "/tach")
	b.shows(patience, "main", "Hộ này đã gộp vào hộ khác")
}

func TestASupervisorWritesDownWhatAHamletLacksAndAddsOne(t *testing.T) {
	ward := stage.Wards[1]
	b := openTab(t, stage.browser, ward.URL)
	b.signIn(userOf(t, ward, civic.RoleSupervisor))
	b.visit("/to")
	require.NotContains(t, b.text("main table"), "Không điện lưới")
	b.shoot("hamlets-1")
	b.turn("the hamlet", click(`main .table a.name`))
	b.ticks("Điện lưới")
	b.ticks("3G, 4G")
	b.shoot("hamlets-2-form")
	b.turn("the list", click(`main button.btn-main`))
	b.shows(noticing, ".banner.ok", "Đã ghi, cụm đã đồng thuận.")
	row := b.text("main .table tbody tr")
	for _, has := range []string{"Không điện lưới", "Không 3G, 4G", "Sóng 2G", "Cáp quang"} {
		require.Contains(t, row, has)
	}
	b.turn("the form of a new one", click(`main a.btn-main`))
	b.await(patience, "the cursor to stand in the name", `document.activeElement.id === "hamlet-name"`)
	code := ask[string](b, `document.querySelector("#code").value`)
	require.True(t, strings.HasPrefix(code, ward.Unit+"-"), code)
	b.do(typed("Bản Nà Mới"))
	b.turn("the list with it", typed(kb.Enter))
	b.shows(noticing, ".banner.ok", "Đã ghi, cụm đã đồng thuận.")
	b.shows(patience, "main .table", "Bản Nà Mới")
	b.shoot("hamlets-3-added")
}

func TestWhoHasNoNumberOrHouseholdIsListedAndMended(t *testing.T) {
	ward := stage.Wards[0]
	name := "Vàng Thị Chưa Số"
	program(t, ward, civic.RoleOfficer).Accepted(nodetest.Command{ID: command.NewID(), Kind: "resident.put", Unit: ward.Unit,
		Body: map[string]any{"id": command.NewID(), "name": name, "birth": "1971", "sex": "female"}})
	b := openTab(t, stage.browser, ward.URL)
	b.signIn(userOf(t, ward, civic.RoleOfficer))
	b.shows(patience, ".tasks", "Chưa có số định danh")
	b.turn("the list", click(`.tasks a[href="/nhan-khau/chua-co-so"]`))
	b.shows(patience, "main", "Hỏi lại thẻ")
	b.shoot("worklist-1-number")
	before := ask[int](b, `parseInt(document.querySelector(".margin [aria-current] span + span").innerText.replace(".", ""))`)
	b.visit("/nhan-khau/chua-ro-cho-o")
	b.shows(patience, "main", name)
	b.shoot("worklist-2-nowhere")
	b.turn("the person", click(`main table a.name[href]`))
	b.visit("/nhan-khau/chua-ro-cho-o")
	person := ask[string](b, `[...document.querySelectorAll("main table a.name")].find(a => a.innerText.includes(`+quote("Chưa Số")+`)).pathname`)
	b.visit(person + "/sua")
	ask[bool](b, `document.querySelector("#personalNumber").value = "001171000911", true`)
	ask[bool](b, `(s => { s.selectedIndex = 1; return s.value !== "" })(document.querySelector("#household"))`)
	b.turn("the person, mended", click(`main button.btn-main`))
	b.shows(noticing, ".banner.ok", "Đã ghi, cụm đã đồng thuận.")
	b.visit("/nhan-khau/chua-ro-cho-o")
	require.NotContains(t, b.text("main"), name)
	b.visit("/nhan-khau/chua-co-so")
	require.Equal(t, before-1, ask[int](b, `parseInt(document.querySelector(".margin [aria-current] span + span").innerText.replace(".", ""))`))
	b.visit("/nhan-khau/sap-14")
	b.shoot("worklist-3-turning")
}
