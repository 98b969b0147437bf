//go:build e2e

package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func TestSomebodyListedTwiceIsNoticedMergedAndSeparatedAgain(t *testing.T) {
	ward := stage.Wards[0]
	home, other := command.NewID(), command.NewID()
	c := program(t, ward, civic.RoleOfficer)
	put := func(kind string, body map[string]any) nodetest.Command {
		return nodetest.Command{ID: command.NewID(), Kind: kind, Unit: ward.Unit, Body: body}
	}
	first := command.NewID()
	c.Accepted(put("household.put", map[string]any{"id": home, "hamlet": ward.Unit + "-01", "address": "Số 63, ngõ 9 Xuân Thuỷ"}),
		put("household.put", map[string]any{"id": other, "hamlet": ward.Unit + "-01", "address": "P. 1204, chung cư N04"}),
		put("resident.put", map[string]any{"id": first, "household": home, "name": "Ninh Thị Bích Lụa", "birth": "1971-09-02", "sex": "female", "personalNumber": "001171004407", "phones": []string{"0912404555"}}))

	b := openTab(t, stage.browser, ward.URL)
	b.signIn(userOf(t, ward, civic.RoleOfficer))
	b.visit("/nhan-khau/moi?ho=" + other.String())
	b.do(click("#name"), typed("Ninh Bích Nụa"), click("#birth"), typed("1971"), click(`[name=sex][value=female]`), click("#phones-0"), typed("0912404555"))
	b.watch.expect(422)
	b.turn("a second look", click(`main button.btn-main`))
	require.Contains(t, b.text("aside"), "Có thể đã có trong sổ")
	require.Contains(t, b.text("aside"), "Ninh Thị Bích Lụa")
	b.shoot("pairs-1-noticed")
	b.turn("the new entry", click(`main button.btn-main`))

	b.visit("/trung")
	b.await(patience, "the pair to be listed", `document.querySelector("main").innerText.includes("Ninh Bích Nụa") || (setTimeout(() => location.reload(), 1000), false)`)
	b.shoot("pairs-2-list")
	b.turn("both entries", click(`main a[aria-label*="Ninh"]`))
	require.Contains(t, b.text("h1"), "Ninh")
	require.NotContains(t, b.text("main"), "0912404555")
	b.shoot("pairs-3-both")
	pair := b.path()
	b.turn("the one that stayed", click(`button[value=merge]`))
	require.Contains(t, b.text("main"), "Hai phiếu đã gộp.")
	require.Contains(t, b.text("#history"), "Nhật ký")
	b.shoot("pairs-4-merged")
	b.turn("what it was", click(`.banner a[href^="/trung/"]`))
	require.Contains(t, b.text("main"), "Đã gộp thành một người")
	b.shoot("pairs-5-undo")
	b.turn("two again", click(`button[value=split]`))
	require.Equal(t, 1, b.count(`button[value=merge]`), "they can be looked at again")
	b.turn("the list", click(`button[value=apart]`))
	b.visit(pair)
	require.Contains(t, b.text("main"), "hai người khác nhau")
	b.shoot("pairs-6-apart")
}
