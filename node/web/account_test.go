package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
)

func accountParts() []part {
	return []part{
		{"WhoLooksAfterOfficersSeesThoseBelowTheirUnit", officersBelow},
		{"AGrantIsRefusedWithWhatToDo", grantRefused},
		{"AOneTimeCodeOpensNothingButANewPassword", oneTimeCode},
		{"ASupervisorEndsAnOfficersSessions", othersSessions},
		{"AnEmergencyOpensOneRecordToLookAt", emergency},
		{"NothingSaysWhetherAUserExists", nothingSaid},
	}
}

// byUser is where the page of somebody is.
func (b *browser) officerPage(user string) string {
	b.t.Helper()
	a := b.page("/can-bo?q=" + url.QueryEscape(user))
	found := regexp.MustCompile(`href="(/can-bo/[0-9a-f-]{36})"`).FindStringSubmatch(a.body)
	require.NotNil(b.t, found, a.text())
	return found[1]
}

func officersBelow(t *testing.T, d *nodetest.District) {
	admin := browserOf(t, d.District, civic.RoleAdmin)
	there := admin.officerPage("canbo2")
	all := admin.page("/can-bo").text()
	require.Contains(t, all, "canbo1")
	require.Contains(t, all, "canbo2")

	chief := browserOf(t, d.Wards[0], civic.RoleSupervisor)
	own := chief.page("/can-bo").text()
	require.Contains(t, own, "canbo1")
	require.NotContains(t, own, "canbo2")
	require.NotContains(t, own, "Thêm cán bộ")
	require.Equal(t, http.StatusForbidden, chief.get(there).status)
	require.Equal(t, http.StatusForbidden, chief.get("/can-bo?unit="+d.Wards[1].Unit).status)
	require.Equal(t, http.StatusForbidden, chief.post(there+"/phien", url.Values{"others": {"yes"}}).status)
	require.Equal(t, http.StatusForbidden, chief.post(there+"/bo-ma", url.Values{}).status)
	require.Equal(t, http.StatusForbidden, chief.post(chief.officerPage("canbo1")+"/khoa", url.Values{}).status)
	require.Contains(t, chief.page("/can-bo?role=officer").text(), "canbo1")
	require.NotContains(t, chief.page("/can-bo?role=officer").text(), "chihuy1 ")
	require.Contains(t, chief.page("/can-bo?state=off").text(), "Chưa có ai khớp")

	officer := browserOf(t, d.Wards[0], civic.RoleOfficer)
	require.Equal(t, http.StatusForbidden, officer.get("/can-bo").status)
	require.NotContains(t, officer.page("/").body, `href="/can-bo"`)
}

// newOfficer makes one of the ward, as the administrator does at its machine.
func newOfficer(t *testing.T, d *nodetest.District, ward demo.Place, user string) (admin *browser, page string) {
	admin = browserAt(t, ward.URL, d.District, civic.RoleAdmin)
	page = admin.saved(admin.blank("/can-bo/moi").with("name", "Đại uý "+user, "user", user, "role", "officer", "unit", ward.Unit,
		"until", time.Now().AddDate(0, 0, 20).Format("02/01/2006")))
	return admin, page
}

func grantRefused(t *testing.T, d *nodetest.District) {
	admin, page := newOfficer(t, d, d.Wards[0], "lan.dau")
	form := admin.blank("/can-bo/moi")
	for name, c := range map[string]struct {
		with []string
		say  string
	}{
		"no name":         {[]string{"name", "", "user", "moi.a"}, "Ô này chưa ghi."},
		"a bad user":      {[]string{"name", "A", "user", "có dấu"}, "Tên đăng nhập có 2 đến 24"},
		"a taken user":    {[]string{"name", "A", "user", "lan.dau"}, "đã có người dùng"},
		"no such day":     {[]string{"name", "A", "user", "moi.a", "until", "31/02/2030"}, "Ngày chưa đúng."},
		"the wrong order": {[]string{"name", "A", "user", "moi.a", "from", "02/01/2030", "until", "01/01/2030"}, "Ngày chưa đúng."},
		"another unit":    {[]string{"name", "A", "user", "moi.a", "unit", d.Wards[1].Unit}, "thuộc đơn vị khác"},
	} {
		a := admin.hand(form.with(append([]string{"role", "officer", "unit", d.Wards[0].Unit}, c.with...)...))
		require.Equal(t, http.StatusUnprocessableEntity, a.status, name)
		require.Contains(t, a.text(), c.say, name)
		require.Contains(t, a.text(), "chưa ghi", name)
	}
	changed := admin.blank(page+"/sua").with("until", "")
	require.Equal(t, "lan.dau", changed.fields.Get("user"))
	require.Equal(t, page, admin.saved(changed))
	require.Contains(t, admin.page(page).text(), "không hạn")
}

var onceCode = regexp.MustCompile(`[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}`)

// passwordOf is somebody's password in the demonstration.
func passwordOf(t *testing.T, p demo.Place, role civic.Role) string {
	for _, u := range p.Users {
		if u.Role == role {
			return u.Password
		}
	}
	t.Fatalf("nobody is %s at %s", role, p.Unit)
	return ""
}

func oneTimeCode(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	_, page := newOfficer(t, d, ward, "quen.mk")
	chief := browserOf(t, ward, civic.RoleSupervisor)
	nodetest.Eventually(t, patience, "the ward to know the officer", func() bool { return chief.get(page).status == http.StatusOK })
	ask := url.Values{"lost": {"password"}, "password": {"không phải mật khẩu này"}}
	refused := chief.post(page+"/ma", ask)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Contains(t, refused.text(), "Mật khẩu của đồng chí chưa đúng.")
	require.Nil(t, onceCode.FindStringSubmatch(refused.text()))

	ask.Set("password", passwordOf(t, ward, civic.RoleSupervisor))
	code := onceCode.FindString(chief.post(page+"/ma", ask).text())
	require.NotEmpty(t, code)
	require.NotContains(t, chief.page(page).text(), code)
	require.Contains(t, chief.page(page).text(), "Có một mã chưa dùng")

	b := openBrowser(t, ward.URL)
	in := b.post("/vao", url.Values{"user": {"quen.mk"}, "password": {code}})
	require.Equal(t, []any{http.StatusSeeOther, "/bao-mat"}, []any{in.status, in.header.Get("Location")}, in.text())
	b.token = tokenField.FindStringSubmatch(b.page("/bao-mat").body)[1]
	for _, path := range []string{"/", "/nhan-khau", "/may", "/the", "/phien"} {
		a := b.get(path)
		if path == "/the" || path == "/phien" {
			require.Equal(t, http.StatusOK, a.status, path)
			continue
		}
		require.Equal(t, []any{http.StatusSeeOther, "/bao-mat"}, []any{a.status, a.header.Get("Location")}, path)
	}
	require.Equal(t, http.StatusOK, b.get("/song", "Gocua-Fragment", "1").status, "an open page goes on asking")
	require.Equal(t, http.StatusForbidden, b.post("/ho/moi", url.Values{}).status)
	require.Contains(t, b.post("/bao-mat/mat-khau", url.Values{"password": {"một hai ba bốn năm"}, "again": {"khác"}}).text(), "Hai lần gõ chưa giống nhau.")
	require.Contains(t, b.post("/bao-mat/mat-khau", url.Values{"password": {"ngắn"}, "again": {"ngắn"}}).text(), "Mật khẩu ngắn quá.")
	before := b.cookie()
	set := b.post("/bao-mat/mat-khau", url.Values{"password": {"bảy con mèo đen nhỏ"}, "again": {"bảy con mèo đen nhỏ"}})
	require.Equal(t, []any{http.StatusSeeOther, "/bao-mat?xong=mat-khau"}, []any{set.status, set.header.Get("Location")}, set.text())
	require.NotEqual(t, before, b.cookie(), "a session goes on under a fresh token")
	require.Equal(t, http.StatusOK, b.get("/").status)
	again := openBrowser(t, ward.URL)
	require.Equal(t, http.StatusUnauthorized, again.post("/vao", url.Values{"user": {"quen.mk"}, "password": {code}}).status, "a code serves once")
}

// cookie is what the browser shows for its session.
func (b *browser) cookie() string {
	at, err := url.Parse(b.url)
	require.NoError(b.t, err)
	for _, c := range b.http.Jar.Cookies(at) {
		if c.Name == "gocua" {
			return c.Value
		}
	}
	return ""
}

func othersSessions(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	officer, chief := browserOf(t, ward, civic.RoleOfficer), browserOf(t, ward, civic.RoleSupervisor)
	require.Contains(t, officer.page("/phien").text(), "phiên này")
	page := chief.officerPage("canbo1")
	require.Equal(t, http.StatusSeeOther, chief.post(page+"/phien", url.Values{"others": {"yes"}}).status)
	require.Equal(t, http.StatusSeeOther, officer.get("/phien").status, "the officer is out")
	require.Contains(t, chief.page(page).text(), "Không có phiên nào")
}

func emergency(t *testing.T, d *nodetest.District) {
	owner := browserOf(t, d.Wards[0], civic.RoleOfficer)
	at := newDoor(owner, d.Wards[0], "Âu Thị Khẩn", "personalNumber", "001155000613")
	b := browserOf(t, d.Wards[1], civic.RoleOfficer)
	nodetest.Eventually(t, patience, "the other ward to have them", func() bool { return b.get(at.person).status == http.StatusForbidden })
	closed := b.get(at.person)
	require.NotContains(t, closed.text(), "Âu Thị Khẩn")
	require.Contains(t, closed.text(), "Mở khẩn cấp")
	form := paperIn(t, closed)
	require.Equal(t, http.StatusUnprocessableEntity, b.hand(form.with("glass-reason", "gấp")).status)
	require.Equal(t, http.StatusForbidden, b.get(at.person).status)
	require.Equal(t, at.person, b.saved(form.with("glass-reason", "Cấp cứu hỏi người thân")))
	require.Contains(t, b.page(at.person).text(), "Đang mở khẩn cấp.")
	require.Contains(t, b.post(at.person+"/hien", url.Values{"field": {"personalNumber"}}).text(), "001 155 000 613")
	for _, path := range []string{at.home, at.person + "/sua", at.person + "/khai", at.home + "/den"} {
		require.Equal(t, http.StatusForbidden, b.get(path).status, path)
	}
	require.Contains(t, browserOf(t, d.Wards[1], civic.RoleSupervisor).page("/").text(), "Cấp cứu hỏi người thân")
	require.Equal(t, http.StatusForbidden, browserOf(t, d.Wards[1], civic.RoleSupervisor).get(at.person).status, "it is open to who opened it")
	require.NotContains(t, browserOf(t, d.District, civic.RoleAdmin).page("/").text(), "Cấp cứu hỏi người thân", "an administrator sees nothing about people")
	require.NotContains(t, b.page("/").text(), "Cấp cứu hỏi người thân", "whoever is not to be told is not")
}

func nothingSaid(t *testing.T, d *nodetest.District) {
	b := openBrowser(t, d.Wards[2].URL)
	known := b.post("/vao", url.Values{"user": {"canbo3"}, "password": {"không phải mật khẩu"}})
	unknown := b.post("/vao", url.Values{"user": {"khong.co"}, "password": {"không phải mật khẩu"}})
	require.Equal(t, []int{http.StatusUnauthorized, http.StatusUnauthorized}, []int{known.status, unknown.status})
	clean := regexp.MustCompile(`value="(canbo3|khong\.co)"|\d\d:\d\d`)
	require.Equal(t, clean.ReplaceAllString(known.body, ""), clean.ReplaceAllString(unknown.body, ""))
	over := b.post("/vao", url.Values{"pass": {"made-up"}, "way": {"app"}, "code": {"123456"}})
	require.Equal(t, http.StatusUnauthorized, over.status)
	require.Contains(t, over.text(), "Gõ lại tên và mật khẩu.")
}
