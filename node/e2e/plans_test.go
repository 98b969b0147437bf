//go:build e2e

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// TestALeaderMergesAWardAndTakesItBack goes from the first page to the day after and
// back, so that the stage is left as it was.
func TestALeaderMergesAWardAndTakesItBack(t *testing.T) {
	into, gone := stage.Wards[1], stage.Wards[2]
	today := time.Now().UTC().Add(7 * time.Hour)
	b := openTab(t, stage.browser, stage.District.URL)
	b.signIn(userOf(t, stage.District, civic.RoleLeader))
	b.turn("the plans", click(`aside a[href="/dia-gioi"], nav a[href="/dia-gioi"]`))
	b.shoot("plans-1-list")
	b.turn("the form", click(`.margin a[href="/dia-gioi/moi?kind=nhap"]`))
	b.watch.expect(422)
	b.turn("to be told that nothing is chosen", click(`main button.btn-main`))
	b.shows(patience, ".error-summary", "Chọn ít nhất một phường, xã")
	b.shoot("plans-2-refused")
	b.watch.expect()
	b.ticks(gone.Name)
	b.chooses("target", into.Name)
	ask[bool](b, `document.querySelector("#ward-name").value = "Phường Gộp Lại", document.querySelector("#from").value = `+quote(today.Format("02/01/2006"))+`, true`)
	b.shoot("plans-3-form")
	b.turn("what it moves", click(`main button.btn-main`))
	b.shows(noticing, ".banner.ok", "Đã ghi, cụm đã đồng thuận.")
	main := b.text("main")
	for _, told := range []string{"Nhập ", "thành Phường Gộp Lại", "Kéo theo những gì", "làm việc ở Phường Gộp Lại", gone.Node, "Tổ 1"} {
		require.Contains(t, main, told)
	}
	page := b.path()
	b.shoot("plans-4-impact")

	b.turn("to be asked once more", click(`main a[href$="/thong-nhat"]`))
	b.shows(patience, ".dialog", "thực hiện ngay sau khi thống nhất")
	b.shoot("plans-5-agree")
	b.turn("the plan", click(`.dialog button.btn-main`))
	b.shows(patience, "#plan .stepper [aria-current]", "Đã xong")
	b.shows(patience, "#plan .banner.ok", "Đã xong.")
	b.shoot("plans-6-done")

	b.visit("/bao-cao")
	require.Contains(t, b.text("main table"), "Gộp Lại")
	require.NotContains(t, b.text("main table"), gone.Name)
	b.visit("/bao-cao?day=" + today.AddDate(0, 0, -1).Format(time.DateOnly))
	require.NotContains(t, b.text("main table"), "Gộp Lại", "yesterday is under yesterday's names")

	there := openTab(t, stage.browser, gone.URL)
	there.signIn(userOf(t, gone, civic.RoleOfficer))
	there.await(patience, "the machine to be free to leave", `document.body.innerText.includes("có thể cho máy này rời cụm") || (setTimeout(() => location.reload(), 1000), false)`)
	there.turn("its page", click(`#notices a[href="/may#leaving"]`))
	there.shows(patience, "main", "Đơn vị của máy này đã nhập vào Phường Gộp Lại.")
	there.shoot("plans-7-machine")

	b.visit(page)
	b.turn("to be asked once more", click(`main a[href$="/hoan-tac"]`))
	b.shoot("plans-8-undo")
	b.turn("the plan", click(`.dialog button`))
	b.shows(patience, "#plan .stepper [aria-current]", "Đã hoàn tác")
	b.shoot("plans-9-undone")
	b.visit("/bao-cao")
	require.NotContains(t, b.text("main table"), "Gộp Lại")
}
