package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func planParts() []part {
	return []part{
		{"AWardIsMergedAndTakenBackWithPlainForms", wardMerged},
		{"AWardIsMadeOfHamletsAndTakenBack", wardMade},
		{"APlanThatSomebodyChangedIsShownOnceMoreAndStoresNothing", planBeside},
		{"ALeaderOfTheClusterAgreesAndNobodyElse", planAgreed},
		{"AFormThatChoosesNothingIsRefusedBesideTheField", planOfNothing},
	}
}

// hanoi is the day it is here, as people write it.
func hanoi() string { return time.Now().UTC().Add(7 * time.Hour).Format("02/01/2006") }

// planned drafts a plan for today and returns its page.
func planned(b *browser, kind string, pairs ...string) (page string) {
	b.t.Helper()
	return b.saved(b.blank("/dia-gioi/moi?kind="+kind).with("from", hanoi()).with(pairs...))
}

// decide opens the page that asks once more, and says yes.
func (b *browser) decide(page, step string) {
	b.t.Helper()
	require.Equal(b.t, page, b.saved(b.blank(page+step)))
}

// becomes waits until a plan's page shows a text.
func (b *browser) becomes(page, text string) (a answer) {
	b.t.Helper()
	nodetest.Eventually(b.t, 60*time.Second, text, func() bool {
		a = b.get(page) // another machine may not have heard of it
		return a.status == http.StatusOK && strings.Contains(a.text(), text)
	})
	return a
}

func wardMerged(t *testing.T, d *nodetest.District) {
	into, gone := d.Wards[1], d.Wards[2]
	b := browserOf(t, d.District, civic.RoleLeader)
	d.As(d.District, civic.RoleLeader).Accepted(nodetest.Command{ID: command.NewID(), Kind: "target.set", Unit: d.District.Unit,
		Body: civic.SetTarget{Unit: gone.Unit, Indicator: civic.IndicatorCaptured, Period: "2031", Value: 4321}})
	page := planned(b, "nhap", "wards", gone.Unit, "target", into.Unit, "ward-name", "Phường Gộp Thử")
	draft := b.page(page).text()
	for _, told := range []string{"Chưa ai làm theo.", "toàn bộ, ", "4.321", gone.Node, "Tổ 1", "làm việc ở Phường Gộp Thử", "xem thêm người mới chuyển về", "Trên máy này 0 việc"} {
		require.Contains(t, draft, told)
	}
	require.Contains(t, b.page("/dia-gioi").text(), "thành Phường Gộp Thử")
	require.Contains(t, b.page(page+"/thong-nhat").text(), "thực hiện ngay sau khi thống nhất")
	form := b.blank(page + "/thong-nhat")
	require.Equal(t, page, b.saved(form))
	require.Equal(t, http.StatusSeeOther, b.hand(form).status, "two clicks are one command")
	require.Contains(t, b.becomes(page, "Đã xong.").text(), "Hoàn tác…")
	require.NotContains(t, b.page(page+"/tien-do").body, "data-refresh", "nothing moves any more")

	at := browserOf(t, gone, civic.RoleOfficer)
	nodetest.Eventually(t, 60*time.Second, "the machine to be free to leave", func() bool { return strings.Contains(at.page("/may").text(), "Được nghỉ") })
	machine := at.page("/may").text()
	require.Contains(t, machine, "Đơn vị của máy này đã nhập vào Phường Gộp Thử.")
	require.NotContains(t, machine, "gocua members remove", "that is the administrator's")
	above := browserAt(t, gone.URL, d.District, civic.RoleAdmin)
	require.Contains(t, above.page("/may").text(), "gocua members remove "+gone.Node)
	require.NotContains(t, browserOf(t, into, civic.RoleOfficer).page("/may").text(), "Cho máy này nghỉ")

	b.decide(page, "/hoan-tac")
	b.becomes(page, "Các phường, xã đứng lại như trước.")
	nodetest.Eventually(t, 60*time.Second, "the machine to stay", func() bool { return !strings.Contains(at.page("/may").text(), "Cho máy này nghỉ") })
}

func wardMade(t *testing.T, d *nodetest.District) {
	giver := d.Wards[1]
	b := browserOf(t, d.District, civic.RoleLeader)
	form := b.page("/dia-gioi/moi?kind=chia")
	goer := goerOf(t, form, giver)
	page := b.saved(paperIn(t, form).with("from", hanoi(), "parts", giver.Unit+"-02", "target", "", "code", "09999", "ward-name", "Phường Tách Thử"))
	draft := b.page(page).text()
	require.Contains(t, draft, "Lập Phường Tách Thử từ 1 tổ, thôn của")
	require.Contains(t, draft, "thôi xem người đã chuyển đi", "whoever stays there is told of")
	edit := b.blank(page + "/sua")
	require.Equal(t, []string{giver.Unit + "-02"}, edit.fields["parts"])
	require.Equal(t, []string{"09999", "Phường Tách Thử", hanoi()}, []string{edit.fields.Get("code"), edit.fields.Get("ward-name"), edit.fields.Get("from")})
	require.Equal(t, page, b.saved(edit.with("goers", goer)))
	require.Contains(t, b.page(page).text(), "làm việc ở Phường Tách Thử")
	b.decide(page, "/thong-nhat")
	b.becomes(page, "Đã xong.")
	require.Contains(t, b.page("/to?unit=09999").text(), "Tổ 2")
	require.Contains(t, b.page("/bao-cao").text(), "Tách Thử")
	b.decide(page, "/hoan-tac")
	b.becomes(page, "Các phường, xã đứng lại như trước.")
	require.NotContains(t, b.page("/bao-cao").text(), "Tách Thử")
	require.Equal(t, http.StatusUnprocessableEntity, b.hand(edit).status, "what is over is not drafted anew")
}

// goerOf is the ID of a ward's officer, as the form offers it.
func goerOf(t *testing.T, form answer, p demo.Place) string {
	name := strings.Replace(p.Name, "Phường ", "P. ", 1)
	found := regexp.MustCompile(`name="goers" value="([^"]+)"[^>]*> <span>[^<]+<small>Cảnh sát khu vực · ` + name).FindStringSubmatch(form.body)
	require.NotNil(t, found, form.text())
	return found[1]
}

func planBeside(t *testing.T, d *nodetest.District) {
	b := browserOf(t, d.District, civic.RoleLeader)
	page := planned(b, "ten", "target", d.Wards[1].Unit, "ward-name", "Phường Đổi Một")
	late, edit, slow := b.blank(page+"/thong-nhat"), b.blank(page+"/sua"), b.blank(page+"/sua")
	b.saved(edit.with("ward-name", "Phường Đổi Hai"))
	for _, form := range []paper{late, slow.with("ward-name", "Phường Đổi Ba")} {
		a := b.hand(form)
		require.Equal(t, http.StatusUnprocessableEntity, a.status)
		require.Contains(t, a.text(), "Phương án vừa có người đổi.")
	}
	require.Contains(t, b.page(page).text(), "Phường Đổi Hai")
	require.Contains(t, b.page(page).text(), "Chưa ai làm theo.", "nobody agreed to what was not seen")
	b.decide(page, "/bo")
	require.Contains(t, b.page(page).text(), "Đã bỏ.")
	require.Equal(t, http.StatusUnprocessableEntity, b.hand(b.blank(page+"/thong-nhat")).status, "it is over")
}

func planAgreed(t *testing.T, d *nodetest.District) {
	admin := browserOf(t, d.District, civic.RoleAdmin)
	page := planned(admin, "ten", "target", d.Wards[1].Unit, "ward-name", "Phường Quản Trị")
	require.Contains(t, admin.page(page).text(), "Chờ chỉ huy cụm thống nhất.")
	a := admin.hand(admin.blank(page + "/thong-nhat"))
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Contains(t, a.text(), "Thống nhất phương án là việc của lãnh đạo.")
	there := browserAt(t, d.Wards[1].URL, d.District, civic.RoleLeader)
	require.Contains(t, there.becomes(page, "Làm việc này trên máy của cụm.").text(), "Chưa ai làm theo.")
	a = there.hand(there.blank(page + "/thong-nhat"))
	require.Equal(t, http.StatusUnprocessableEntity, a.status, "none decides on its own borders, nor at its own machine")
	require.Equal(t, http.StatusForbidden, browserOf(t, d.Wards[1], civic.RoleSupervisor).get(page).status)
	admin.decide(page, "/bo")
}

func planOfNothing(t *testing.T, d *nodetest.District) {
	b := browserOf(t, d.District, civic.RoleLeader)
	for _, c := range []struct{ kind, field, says string }{
		{"nhap", "wards", "Chọn ít nhất một phường, xã để nhập, hoặc một tổ, thôn để chuyển."},
		{"chia", "parts", "Chọn ít nhất một phường, xã để nhập, hoặc một tổ, thôn để chuyển."},
	} {
		a := b.hand(b.blank("/dia-gioi/moi?kind="+c.kind).with("target", d.Wards[0].Unit))
		require.Equal(t, http.StatusUnprocessableEntity, a.status)
		require.Contains(t, a.text(), c.says)
		require.Contains(t, a.body, `href="#`+c.field+`"`)
	}
	form := b.blank("/dia-gioi/moi?kind=ten").with("target", d.Wards[0].Unit)
	for _, c := range []struct {
		with        url.Values
		field, says string
	}{
		{url.Values{"ward-name": {""}}, "ward-name", "Phương án chưa đổi gì."},
		{url.Values{"ward-name": {"Phường Khác"}, "from": {"01/01/2020"}}, "from", "Ngày bắt đầu đã qua."},
		{url.Values{"ward-name": {"Phường Khác"}, "from": {"32/01/2027"}}, "from", "Ngày chưa đúng."},
	} {
		try := b.late(form).with("from", hanoi())
		for name, values := range c.with {
			try = try.with(name, values[0])
		}
		a := b.hand(try)
		require.Equal(t, http.StatusUnprocessableEntity, a.status)
		require.Contains(t, a.text(), c.says)
		require.Contains(t, a.body, `href="#`+c.field+`"`)
	}
	a := b.hand(b.blank("/dia-gioi/moi?kind=chia").with("parts", d.Wards[1].Unit+"-01", "target", "", "code", "x", "ward-name", "Phường Khác", "from", hanoi()))
	require.Contains(t, a.body, `href="#code"`)
}
