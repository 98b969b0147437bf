//go:build e2e

package e2e

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/store/civic"
)

// address is a page to look at, the roles it is for and what it answers.
// {person}, {fresh}, {home}, {review}, {closed}, {officer}, {team}, {plan} and {pair} stand for what is found on other pages.
type address struct {
	name, path, roles string
	status            int64
}

const (
	everybody = "officer supervisor leader province admin auditor"
	people    = "officer supervisor leader province"
	cluster   = "officer supervisor leader"
	capturers = "officer supervisor"
	managers  = "supervisor admin"
	planners  = "leader admin"
)

var pages = []address{
	{"home", "/", everybody, 200},
	{"people", "/nhan-khau", people, 200},
	{"people-found", "/nhan-khau?q=nguyen", people, 200},
	{"people-nobody", "/nhan-khau?q=khongcoai", people, 200},
	{"people-bucket", "/nhan-khau?bucket=not_reached", people, 200},
	{"person", "{person}", people, 200},
	{"person-fresh", "{fresh}", people, 200},
	{"export", "/xuat/nhan-khau", "supervisor", 200},
	{"signals", "/dau-hieu", "supervisor", 200},
	{"person-edit", "{person}/sua", capturers, 200},
	{"level1", "{fresh}/khai", capturers, 200},
	{"activation", "{fresh}/kich-hoat", capturers, 200},
	{"person-new", "/nhan-khau/moi?ho={home}", capturers, 200},
	{"person-new-nowhere", "/nhan-khau/moi", capturers, 200},
	{"home-new", "/ho/moi", capturers, 200},
	{"household", "/ho/{home}", people, 200},
	{"visit", "/ho/{home}/den", capturers, 200},
	{"reviews", "/doi-chieu", cluster, 200},
	{"review", "{review}", cluster, 200},
	{"reviews-closed", "/doi-chieu?xong=1", cluster, 200},
	{"review-closed", "{closed}", cluster, 200},
	{"import", "/nhap", "supervisor", 200},
	{"report", "/bao-cao", people, 200},
	{"report-yesterday", "/bao-cao?day={yesterday}", people, 200},
	{"province", "/tinh", "province", 200},
	{"machine", "/may", everybody, 200},
	{"outbox", "/so-cho", everybody, 200},
	{"outbox-yesterday", "/so-cho?ngay={yesterday}", "supervisor", 200},
	{"outbox-review", "/so-cho?muc=review", "officer admin", 200},
	{"outbox-received", "/so-cho?muc=received", "officer", 200},
	{"outbox-parked", "/so-cho?muc=parked", "supervisor", 200},
	{"trust", "/tin-cay", everybody, 200},
	{"help", "/huong-dan", everybody, 200},
	{"help-officer", "/huong-dan/can-bo", everybody, 200},
	{"help-supervisor", "/huong-dan/chi-huy", everybody, 200},
	{"help-leader", "/huong-dan/lanh-dao", everybody, 200},
	{"security", "/bao-mat", everybody, 200},
	{"second", "/bao-mat/hai-lop", everybody, 200},
	{"second-drop", "/bao-mat/bo-hai-lop", "officer", 200},
	{"recovery-new", "/bao-mat/ma-du-phong", "officer", 200},
	{"sessions", "/phien", everybody, 200},
	{"tokens", "/the", everybody, 200},
	{"officers", "/can-bo", managers, 200},
	{"officers-nobody", "/can-bo?q=khongcoai", managers, 200},
	{"officers-second", "/can-bo?state=second", "admin", 200},
	{"officer", "{officer}", managers, 200},
	{"officer-new", "/can-bo/moi", "admin", 200},
	{"officer-edit", "{officer}/sua", "admin", 200},
	{"officer-disable", "{officer}/khoa", "admin", 200},
	{"team-new", "/to-cong-tac/moi", managers, 200},
	{"team", "{team}", managers, 200},
	{"team-end", "{team}/thoi", managers, 200},
	{"codes", "/ma-mot-lan", "leader admin", 200},
	{"officers-forbidden", "/can-bo", "officer leader province", 403},
	{"first-run", "/lan-dau", everybody, 200},
	{"audit", "/nhat-ky", "auditor", 200},
	{"audit-looks", "/nhat-ky?loai=looks", "auditor", 200},
	{"audit-nothing", "/nhat-ky?tu=01/01/2020&den=02/01/2020", "auditor", 200},
	{"audit-wrong", "/nhat-ky?tu=32/13/2026", "auditor", 200},
	{"audit-forbidden", "/nhat-ky", "officer supervisor leader admin", 403},
	{"people-forbidden", "/nhan-khau", "auditor", 403},
	{"forbidden", "/nhap", "officer leader province admin", 403},
	{"unknown-person", "/nhan-khau/0190a000-0000-7000-8000-000000000000", people, 404},
	{"unknown-page", "/khong-co", everybody, 404},
	{"signing-in", "/vao", everybody, 200},
	{"household-edit", "/ho/{home}/sua", capturers, 200},
	{"household-split", "/ho/{home}/tach", capturers, 200},
	{"household-merge", "/ho/{home}/gop", capturers, 200},
	{"hamlets", "/to", everybody, 200},
	{"hamlet-new", "/to/moi", "supervisor leader admin", 200},
	{"hamlet", "{hamlet}", "supervisor leader admin", 200},
	{"without-number", "/nhan-khau/chua-co-so", people, 200},
	{"without-household", "/nhan-khau/chua-ro-cho-o", people, 200},
	{"turning", "/nhan-khau/sap-14", people, 200},
	{"turned", "/nhan-khau/sap-14?khi=vua", people, 200},
	{"wizard", "{draft}", "supervisor", 200},
	{"wizard-undo", "{imported}/hoan-tac", "supervisor", 200},
	{"scan", "/quet", people, 200},
	{"pairs", "/trung", cluster, 200},
	{"pairs-apart", "/trung?khac=1", cluster, 200},
	{"pair", "{pair}", cluster, 200},
	{"people-narrowed", "/nhan-khau?sex=female&from=1940&to=1990&visits=0", people, 200},
	{"people-letter", "/nhan-khau?letter=H", people, 200},
	{"people-ticked", "/nhan-khau?tick=1", people, 200},
	{"list-new", "/danh-sach/moi?sex=female&visits=3", people, 200},
	{"exports", "/xuat", "supervisor", 200},
	{"member", "/may/thanh-vien/ward-1", "admin", 200},
	{"member-votes", "/may/thanh-vien/ward-3/bau", "admin", 200},
	{"member-stops", "/may/thanh-vien/ward-1/thoi", "admin", 200},
	{"member-out", "/may/thanh-vien/ward-1/rut", "admin", 200},
	{"member-denied", "/may/thanh-vien/ward-1/thu-quyen", "admin", 200},
	{"invite", "/may/moi", "admin", 200},
	{"poster", "/tin-cay/to-dan", everybody, 200},
	{"plans", "/dia-gioi", planners, 200},
	{"plan-merge", "/dia-gioi/moi", planners, 200},
	{"plan-split", "/dia-gioi/moi?kind=chia", planners, 200},
	{"plan-rename", "/dia-gioi/moi?kind=ten", "leader", 200},
	{"plan", "{plan}", planners, 200},
	{"plan-edit", "{plan}/sua", planners, 200},
	{"plan-agree", "{plan}/thong-nhat", "leader", 200},
	{"plan-drop", "{plan}/bo", planners, 200},
	{"plans-forbidden", "/dia-gioi", "officer supervisor province auditor", 403},
}

// downloads are links that lead to a file.
var downloads = []string{"/tin-cay/goc.crt", "/nhap/ket-qua/{id}"}

func TestEveryPageHasNoErrorAndIsPhotographed(t *testing.T) {
	sample := seed(t, stage.Wards[0])
	seen, linked := map[string]bool{}, map[string]string{}
	for _, who := range []struct {
		at   demo.Place
		role civic.Role
	}{
		{stage.Wards[0], civic.RoleOfficer}, {stage.Wards[0], civic.RoleSupervisor}, {stage.District, civic.RoleLeader},
		{stage.Province, civic.RoleProvince}, {stage.District, civic.RoleAdmin}, {stage.District, civic.RoleAuditor},
	} {
		t.Run(string(who.role), func(t *testing.T) {
			b := openTab(t, stage.browser, who.at.URL)
			b.signIn(userOf(t, who.at, who.role))
			names := b.discover(sample, who.role)
			links := map[string]string{}
			for _, p := range pages {
				if slices.Contains(strings.Fields(p.roles), string(who.role)) {
					t.Run(p.name, func(t *testing.T) {
						at := *b
						at.t = t
						at.look(string(who.role)+"-"+p.name, names.Replace(p.path), p.status)
						maps.Copy(links, at.links())
						seen[shape(names.Replace(p.path))] = true
					})
				}
			}
			b.watch.expect()
			for _, href := range links {
				ask[int](b, `fetch(`+quote(href)+`).then(r => r.status)`)
			}
			maps.Copy(linked, links)
		})
	}
	t.Run("over HTTPS from another address", func(t *testing.T) { everyPageFromAfar(t, sample) })
	for form, href := range linked {
		if !seen[form] && !slices.Contains(downloads, form) {
			t.Errorf("%s is linked to and not in the list of pages", href)
		}
	}
	t.Logf("%d pages looked at on %d screens, %d links followed", len(seen), 2, len(linked))
}

// everyPageFromAfar opens the same pages at a browser of the office: another
// address, another cookie, a stricter policy of the browser.
func everyPageFromAfar(t *testing.T, sample sampleHome) {
	browser, opened := officeBrowser(t), 0
	for _, role := range []civic.Role{civic.RoleOfficer, civic.RoleSupervisor} {
		b := openTab(t, browser, stage.Wards[0].HTTPS)
		b.signIn(userOf(t, stage.Wards[0], role))
		names := b.discover(sample, role)
		for _, p := range pages {
			if slices.Contains(strings.Fields(p.roles), string(role)) {
				b.opens(names.Replace(p.path), p.status)
				opened++
			}
		}
	}
	t.Logf("%d pages opened at %s", opened, stage.Wards[0].HTTPS)
	require.Greater(t, opened, 60)
}

// opens opens a page and checks its status, and that nothing on it fails.
func (b *tab) opens(path string, status int64) {
	b.t.Helper()
	b.watch.expect(status)
	b.visit(path)
	if got := b.watch.page(); got != status {
		b.t.Errorf("%s answers %d, not %d", path, got, status)
	}
	if n := b.count("h1"); n != 1 {
		b.t.Errorf("%s has %d h1", path, n)
	}
	for _, wrong := range b.watch.complaints() {
		b.t.Errorf("%s: %s", path, wrong)
	}
}

// look opens a page and holds it to what every page promises.
func (b *tab) look(name, path string, status int64) {
	b.t.Helper()
	b.opens(path, status)
	for _, s := range []screen{phone, pc} {
		b.size(s)
		b.shootAt(name, s)
		if wide := b.overflow(s.width); len(wide) > 0 {
			b.t.Errorf("%s runs off a screen %d wide: %s", path, s.width, strings.Join(wide, " | "))
		}
	}
	b.focusIsSeen(10)
	for _, wrong := range b.watch.complaints() {
		b.t.Errorf("%s: %s", path, wrong)
	}
}

// overflow lists what runs off the screen, except in parts that scroll by
// themselves.
func (b *tab) overflow(width int64) []string {
	b.t.Helper()
	return ask[[]string](b, `(width => {
		if (document.scrollingElement.scrollWidth <= width) return [];
		const scrolls = e => e && e !== document.documentElement && e !== document.body &&
			(getComputedStyle(e).overflowX !== "visible" || scrolls(e.parentElement));
		return ["page is " + document.scrollingElement.scrollWidth + " of " + width].concat([...document.body.querySelectorAll("*")]
			.filter(e => e.getBoundingClientRect().right > width && !scrolls(e))
			.map(e => e.tagName + "." + e.className + " " + e.textContent.trim().replace(/\s+/g, " ").slice(0, 40)).slice(0, 5));
	})(`+strconv.FormatInt(width, 10)+`)`)
}

// focusIsSeen presses Tab from the top of the page and looks whether each stop
// is drawn, on the screen and not hidden by something else.
func (b *tab) focusIsSeen(stops int) {
	b.t.Helper()
	ask[bool](b, `document.activeElement.blur(), document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute("tabindex"), scrollTo(0, 0), true`)
	for range stops {
		b.do(typed(kb.Tab))
		lost := ask[string](b, `(() => {
			const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
			if (e === document.body) return "end";
			const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
			const what = e.outerHTML.slice(0, 100);
			if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 1) return "not drawn: " + what;
			if (!hit) return "off the screen: " + what;
			return e.contains(hit) || hit.contains(e) ? "" : "hidden by " + hit.tagName + "." + hit.className + ": " + what;
		})()`)
		if lost == "end" {
			return
		}
		if lost != "" {
			b.t.Errorf("the focus at %s is %s", b.path(), lost)
		}
	}
}

// links are where the page leads within the machine, one of each shape.
func (b *tab) links() map[string]string {
	b.t.Helper()
	all := map[string]string{}
	for _, href := range ask[[]string](b, `[...document.querySelectorAll("a[href]:not([href^='#'])")].map(a => new URL(a.href)).filter(u => u.origin === location.origin).map(u => u.pathname + u.search)`) {
		all[shape(href)] = href
	}
	return all
}

var idInPath = regexp.MustCompile(`/may/thanh-vien/[^/]+|/to/[0-9A-Za-z]+-[0-9]+$|[^/]*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}`)

// shape is an address without what it is about.
func shape(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return idInPath.ReplaceAllString(path, "{id}")
}

// discover finds what the addresses of the list stand for, as this role sees it.
func (b *tab) discover(sample sampleHome, role civic.Role) *strings.Replacer {
	b.t.Helper()
	first := func(path, selector string) string {
		b.visit(path)
		b.await(patience, selector+" on "+path, `!!document.querySelector(`+quote(selector)+`) || (setTimeout(() => location.reload(), 1000), false)`)
		return ask[string](b, `(a => { const u = new URL(a.href); return u.pathname + u.search })(document.querySelector(`+quote(selector)+`))`)
	}
	found := []string{"{yesterday}", sample.yesterday}
	if slices.Contains(strings.Fields(managers), string(role)) {
		found = append(found, "{officer}", first("/can-bo?q=canbo1", "main .table a.name"),
			"{team}", first("/can-bo", `main .table a[href^="/to-cong-tac/"]`))
	}
	if slices.Contains([]civic.Role{civic.RoleSupervisor, civic.RoleLeader, civic.RoleAdmin}, role) {
		found = append(found, "{hamlet}", first("/to", "main .table a.name"))
	}
	if slices.Contains(strings.Fields(planners), string(role)) {
		found = append(found, "{plan}", first("/dia-gioi", "main .table a.name"))
	}
	if role == civic.RoleAdmin || role == civic.RoleAuditor {
		return strings.NewReplacer(found...)
	}
	person := first("/nhan-khau?q="+sample.query, "#results a.name")
	home := first(person, `main a[href^="/ho/"], aside a[href^="/ho/"]`)
	fresh := first("/nhan-khau?bucket=not_reached&q=nguyen", "#results a.name")
	found = append(found, "{person}", person, "{fresh}", fresh, "{home}", strings.TrimPrefix(home, "/ho/"))
	if role != civic.RoleProvince {
		found = append(found, "{review}", first("/doi-chieu", `a[href^="/doi-chieu?id="]`), "{closed}", first("/doi-chieu?xong=1", `a[href^="/doi-chieu?id="]`))
		found = append(found, "{pair}", first("/trung", `main a[href^="/trung/"]`))
	}
	if role == civic.RoleSupervisor {
		b.handIn("xem-thu.csv", "STT;Họ và tên;Năm sinh;Địa chỉ;Tổ\n1;Phùng Văn Xem;1960;Số 921;Tổ 1\n")
		found = append(found, "{draft}", b.path(), "{imported}", strings.TrimSuffix(first("/nhap", `#jobs a[href$="/hoan-tac"]`), "/hoan-tac"))
	}
	return strings.NewReplacer(found...)
}
