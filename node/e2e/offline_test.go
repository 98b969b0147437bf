//go:build e2e

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// noticing is how long an open page may take to say that the link is cut or
// back: a lost leader is noticed in some seconds, the page asks every 15 s.
const noticing = time.Minute

func TestACutOffWardGoesOnWorkingAndSaysSo(t *testing.T) {
	ward := stage.Wards[2]
	somebody := notReached(t, ward)
	b := openTab(t, stage.browser, ward.URL)
	b.signIn(userOf(t, ward, civic.RoleOfficer))
	b.shows(noticing, "#link", "Đồng thuận với cụm")

	require.NoError(t, stage.SetLink(ward.Unit, false, "drop"))
	t.Cleanup(func() { _ = stage.SetLink(ward.Unit, true, "") }) // for the tests after a failed one
	b.shows(noticing, "#link", "Mất liên lạc với cụm từ")
	b.shoot("offline-1-home")

	b.visit(somebody.path() + "/khai")
	b.await(patience, "the cursor to stand where one types", `document.activeElement.id === "phone"`)
	b.do(typed("0912404303"), click(`[name=relation]`), click(`#confirm`))
	b.turn("the page after the form", click(`main button.btn-main`))
	b.shows(patience, ".banner.pencil", "Đã lưu trên máy này.")
	b.shows(patience, ".timeline li.pencil", "Khai mức 1")
	b.shows(patience, ".timeline li.pencil", "chỉ trên máy này")
	b.shows(patience, "#link", "1 hồ sơ chờ trên máy này")
	b.shoot("offline-2-resident")
	saved := b.path()
	b.visit("/so-cho")
	b.shows(patience, "tr.pencil", somebody.Name)
	b.shoot("offline-3-outbox")
	for _, page := range []struct{ name, path string }{
		{"offline-4-list", "/nhan-khau"}, {"offline-5-machine", "/may"}, {"offline-6-report", "/bao-cao"},
	} {
		b.visit(page.path)
		b.shoot(page.name)
	}

	b.visit(saved)
	b.shows(patience, ".banner.pencil", "Đã lưu trên máy này.")
	require.NoError(t, stage.SetLink(ward.Unit, true, ""))
	b.dotsFill(noticing)
	b.shows(noticing, "#link", "Đồng thuận với cụm")
	b.shoot("offline-7-healed")
}
