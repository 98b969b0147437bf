//go:build e2e

package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

func TestSomebodyOfAnotherUnitIsOpenedInAnEmergencyAndTheSupervisorIsTold(t *testing.T) {
	somebody := notReached(t, stage.Wards[0])
	b := openTab(t, stage.browser, stage.Wards[1].URL)
	b.signIn(userOf(t, stage.Wards[1], civic.RoleOfficer))
	b.watch.expect(403, 422)
	b.visit(somebody.path())
	require.EqualValues(t, 403, b.watch.page())
	require.NotContains(t, b.text("body"), somebody.Name)
	b.shoot("glass-1-forbidden")

	b.do(click("#glass-reason"), typed("gấp"))
	b.turn("to be asked for more", click(`main button.btn-warn`))
	require.EqualValues(t, 422, b.watch.page())
	require.Contains(t, b.text(".error-summary"), "ít nhất 10 ký tự")
	ask[bool](b, `document.querySelector("#glass-reason").value = "Người nhà báo cụ đi lạc từ trưa", true`)
	b.turn("the person", click(`main button.btn-warn`))
	require.Equal(t, somebody.Name, b.text("h1"))
	require.Contains(t, b.text(".banner.warn"), "Đang mở khẩn cấp")
	require.Zero(t, b.count(`main a[href$="/sua"], main a[href$="/khai"]`), "to look at only")
	b.shoot("glass-2-opened")
	b.watch.expect(403)
	b.visit(somebody.path() + "/sua")
	require.EqualValues(t, 403, b.watch.page())

	told := openTab(t, stage.browser, stage.Wards[0].URL)
	told.signIn(userOf(t, stage.Wards[0], civic.RoleSupervisor))
	told.await(patience, "the supervisor to be told", `document.querySelector("#glass")?.closest("section").innerText.includes("đi lạc") || (setTimeout(() => location.reload(), 1000), false)`)
	require.Contains(t, told.text("main"), somebody.Name)
	told.shoot("glass-3-told")
}
