//go:build e2e

package e2e

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
)

// guarded is a district in which supervisors and administrators sign in with a
// second factor, seen from an office at the other end of the cable.
type guarded struct {
	demo.Info
	browser context.Context
	here    string // the ward's machine, over HTTPS

	user, password string   // of the supervisor who is made
	officer        string   // their page
	secret         string   // their phone's
	codes          []string // on their paper
	desk           *tab     // of the administrator
}

func startGuarded(t *testing.T) *guarded {
	require.NoError(t, stage.office.err)
	dir := filepath.Join(t.TempDir(), "guarded")
	require.NoError(t, os.Mkdir(dir, 0o700))
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	d, err := demo.Start(ctx, demo.Config{Dir: dir, Residents: 30, Wards: 1, Office: stage.office.host})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	g := &guarded{Info: d.Info(), user: "hien.mt", password: "bốn con cá lội ngược"}
	g.browser, g.here = officeBrowserOf(t, g.Wards[0].URL), g.Wards[0].HTTPS
	return g
}

func TestPeopleComeInWithASecondFactorFromAnotherAddress(t *testing.T) {
	g := startGuarded(t)
	g.signAdmin(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *guarded)
	}{
		{"an administrator makes an officer with dates and gives a one-time code", officerMade},
		{"the officer sets up password and second factor by keyboard alone", setUpByKeyboard},
		{"a code on paper stands for the phone, once", recoveryUsed},
		{"other sessions are ended", sessionsEnded},
		{"a token is shown once and opens what it is for", tokenShownOnce},
		{"a lost phone is mended with a one-time code", lostPhone},
		{"a disabled officer is out at once", disabled},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.run(t, g) }) {
			return // the next goes on from there
		}
	}
}

// open opens a page at the ward in a profile of its own; the first subtest that
// needs it owns it.
func (g *guarded) open(t *testing.T) *tab { return openTab(t, g.browser, g.here) }

// front types user and password on the front page.
func (b *tab) front(user, password string) {
	b.t.Helper()
	b.visit("/vao")
	b.await(patience, "the cursor to stand in the first field", `document.activeElement.id === "user"`)
	b.do(typed(user + kb.Tab + password))
	b.turn("what follows the password", typed(kb.Enter))
}

// answer types a code where the cursor stands.
func (b *tab) answer(code, what string) {
	b.t.Helper()
	b.await(patience, "the cursor to stand in the code", `document.activeElement.id === "code"`)
	b.turn(what, typed(code+kb.Enter))
}

// signAdmin signs the administrator in at the ward, once: no code serves twice.
func (g *guarded) signAdmin(t *testing.T) {
	b, u := g.open(t), userOf(t, g.District, civic.RoleAdmin)
	b.front(u.User, u.Password)
	require.Equal(t, "Xác thực hai lớp", b.text("h1"))
	b.shoot("account-1-second-step")
	b.answer(nodetest.Code(t, u.TOTPSecret), "the first page")
	require.Equal(t, "/", b.path())
	g.desk = b
}

// admin is where the administrator sits, for a part of the test.
func (g *guarded) admin(t *testing.T) *tab {
	at := *g.desk
	at.t = t
	return &at
}

// oneTime has a code given on an officer's page and reads it there.
func (b *tab) oneTime(officer, lost, password string) string {
	b.t.Helper()
	b.visit(officer)
	b.do(click(`[name=lost][value=`+lost+`]`), click(`#password`), typed(password))
	b.turn("the code", typed(kb.Enter))
	b.shoot("account-2-one-time-" + lost)
	code := b.text("#once-code .value")
	require.Regexp(b.t, `^[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}$`, code)
	b.visit(officer)
	require.NotContains(b.t, b.text("body"), code, "it is shown once")
	return code
}

func officerMade(t *testing.T, g *guarded) {
	b := g.admin(t)
	b.turn("the officers", click(`.shell-nav a[href="/can-bo"]`))
	b.turn("the form", typed(kb.F4))
	b.await(patience, "the cursor to stand where one types", `document.activeElement.id === "name"`)
	until := time.Now().In(time.FixedZone("ICT", 7*60*60)).AddDate(0, 0, 5).Format("02/01/2006")
	b.do(typed("Trung tá Mai Thu Hiền" + kb.Tab + g.user))
	ask[bool](b, `document.querySelector("#role").value = "supervisor", document.querySelector("#unit").value = `+quote(g.Wards[0].Unit)+`, true`)
	b.do(click("#until"), typed("31/02/2030"))
	b.watch.expect(422)
	b.turn("the form to come back", typed(kb.Enter))
	require.Contains(t, b.text(".error-summary"), "Đến hết ngày")
	b.shoot("account-3-grant-refused")
	b.do(click("#until"))
	ask[bool](b, `document.querySelector("#until").select(), true`)
	b.do(typed(until))
	b.watch.expect()
	b.turn("the officer's page", typed(kb.Enter))
	b.shows(patience, ".banner", "Đã ghi")
	g.officer = ask[string](b, `location.pathname`)
	require.Contains(t, b.text(".facts"), until)
	b.visit("/can-bo?q=hien")
	b.shoot("account-4-officers")
	require.Contains(t, b.text(".table tbody"), "đến "+until)
	require.Contains(t, b.text(".table tbody"), "chưa có xác thực hai lớp")
	g.codes = []string{b.oneTime(g.officer, "password", userOf(t, g.District, civic.RoleAdmin).Password)}
}

// setUpByKeyboard uses nothing but keys from the front page to the first page.
func setUpByKeyboard(t *testing.T, g *guarded) {
	b := g.open(t)
	b.front(g.user, g.codes[0])
	require.Equal(t, "/bao-mat", b.path())
	require.Contains(t, b.text(".banner.warn"), "đặt mật khẩu mới")
	b.shoot("account-5-new-password")
	b.watch.expect(303)
	b.visit("/nhan-khau")
	require.Equal(t, "/bao-mat", b.path(), "nothing else is open before")

	b.tabTo(".skip", 1)
	b.do(typed(kb.Enter))
	b.tabTo("#password", 12)
	b.do(typed(g.password + kb.Tab + g.password))
	b.turn("the second factor", typed(kb.Enter))
	require.Equal(t, "/bao-mat/hai-lop", b.path())
	require.Positive(t, b.count(`svg[role=img] path`))
	b.shoot("account-6-set-up")
	g.secret = ask[string](b, `document.querySelector("#secret").textContent.replaceAll(" ", "")`)

	b.watch.expect(422)
	b.answer("000000", "the form to come back")
	require.Contains(t, b.text(".error-summary"), "Mã chưa đúng")
	require.Equal(t, g.secret, ask[string](b, `document.querySelector("#secret").textContent.replaceAll(" ", "")`), "the phone has been shown it already")
	b.watch.expect()
	b.tabTo("#code", 40)
	b.answer(nodetest.Code(t, g.secret), "the recovery codes")
	g.codes = ask[[]string](b, `[...document.querySelectorAll("ol .fingerprint")].map(e => e.textContent)`)
	require.Len(t, g.codes, 10)
	b.shoot("account-7-recovery")
	b.tabTo(".skip", 1)
	b.do(typed(kb.Enter))
	b.tabTo(`main a.btn-main`, 3)
	b.turn("the account", typed(kb.Enter))
	require.Contains(t, b.text("main"), "còn 10 mã")
	b.shoot("account-8-security")
	b.visit("/")
	require.Equal(t, "/", b.path())
	require.Contains(t, b.text("main"), "còn 5 ngày", "a grant that ends soon is told of")
	b.shoot("account-9-home")
}

// byPaper signs the officer in with a code on paper, by keyboard.
func (g *guarded) byPaper(b *tab, code string) {
	b.t.Helper()
	b.front(g.user, g.password)
	b.tabTo(`button[value=recovery]`, 4)
	b.turn("to be asked for a code on paper", typed(kb.Enter))
	b.answer(code, "what follows the code")
}

func recoveryUsed(t *testing.T, g *guarded) {
	b := g.open(t)
	g.byPaper(b, g.codes[0])
	require.Equal(t, "/", b.path())
	b.visit("/bao-mat")
	require.Contains(t, b.text("main"), "còn 9 mã")

	again := g.open(t)
	again.watch.expect(401)
	g.byPaper(again, g.codes[0])
	require.Equal(t, "/vao", again.path())
	require.Contains(t, again.text("main"), "Mã")
	require.Equal(t, 1, again.count(`#code[aria-invalid]`))
	again.shoot("account-10-used-code")
}

func sessionsEnded(t *testing.T, g *guarded) {
	other, b := g.open(t), g.open(t)
	g.byPaper(other, g.codes[1])
	g.byPaper(b, g.codes[2])
	b.visit("/phien")
	require.GreaterOrEqual(t, b.count("main tbody tr"), 2)
	require.Contains(t, b.text("main tbody"), "Chrome trên Linux")
	b.shoot("account-11-sessions")
	b.turn("the others to be ended", click(`button[name=others]`))
	require.Equal(t, 1, b.count("main tbody tr"))
	other.visit("/bao-mat")
	require.Equal(t, "/vao?next=%2Fbao-mat", other.path())
}

func tokenShownOnce(t *testing.T, g *guarded) {
	b := g.open(t)
	g.byPaper(b, g.codes[3])
	b.visit("/the")
	until := time.Now().AddDate(0, 1, 0).Format("02/01/2006")
	b.do(click("#name"), typed("Báo cáo sáng"+kb.Tab+until+kb.Tab+g.password), click(`[name=scope][value=see_figures]`))
	b.turn("the token", click(`main button.btn-main`))
	token := b.text("#new-token")
	require.Regexp(t, `^gocua_`, token)
	b.shoot("account-12-token")
	b.visit("/the")
	require.NotContains(t, b.text("body"), token, "it is shown once")
	c := nodetest.NewClient(t, g.Wards[0].URL, token)
	nodetest.Eventually(t, patience, "the token to be agreed", func() bool {
		return c.Call(http.MethodGet, "/api/v1/report", nil, nil) == http.StatusOK
	})
	require.Equal(t, http.StatusForbidden, c.Call(http.MethodGet, "/api/v1/residents", nil, nil), "it is for figures only")
	b.turn("the token to be revoked", click(`button[name=token-id]`))
	require.Contains(t, b.text("main tbody"), "Đã thu hồi")
	require.Equal(t, http.StatusUnauthorized, c.Call(http.MethodGet, "/api/v1/report", nil, nil))
}

func lostPhone(t *testing.T, g *guarded) {
	admin := g.admin(t)
	code := admin.oneTime(g.officer, "second", userOf(t, g.District, civic.RoleAdmin).Password)
	b := g.open(t)
	b.front(g.user, g.password)
	b.tabTo(`button[value=once]`, 5)
	b.turn("to be asked for the one-time code", typed(kb.Enter))
	b.answer(code, "the second factor to be set up again")
	require.Equal(t, "/bao-mat/hai-lop", b.path())
	require.NotEqual(t, g.secret, ask[string](b, `document.querySelector("#secret").textContent.replaceAll(" ", "")`))
	g.secret = ask[string](b, `document.querySelector("#secret").textContent.replaceAll(" ", "")`)
	b.answer(nodetest.Code(t, g.secret), "the recovery codes")
	g.codes = ask[[]string](b, `[...document.querySelectorAll("ol .fingerprint")].map(e => e.textContent)`)
	require.Len(t, g.codes, 10)
}

func disabled(t *testing.T, g *guarded) {
	b := g.open(t)
	g.byPaper(b, g.codes[0])
	admin := g.admin(t)
	admin.visit(g.officer)
	admin.turn("what it means", click(`main a.btn-warn`))
	require.Contains(t, admin.text(".dialog"), "tất cả vào Đối chiếu")
	admin.shoot("account-13-disable")
	admin.turn("to be disabled", click(`main button.btn-warn`))
	admin.shows(patience, "main", "Tài khoản đang khoá")
	admin.shoot("account-14-disabled")
	nodetest.Eventually(t, patience, "the officer to be out", func() bool { b.visit("/bao-mat"); return b.path() == "/vao?next=%2Fbao-mat" })
}
