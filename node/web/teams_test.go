package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func teamParts() []part {
	return []part{
		{"ASupervisorMakesATeamOfTheOwnWard", teamMade},
		{"ARefusedTeamKeepsWhatWasTypedAndStoresNothing", teamRefused},
		{"ATeamSomebodyChangedMeanwhileIsShownBeforeItIsReplaced", teamChanged},
		{"ATeamIsEndedAfterAConfirmationAndTakenUpAgain", teamEnded},
		{"CodesThatWereGivenAreLookedAtFromAbove", codesReviewed},
		{"TeamsAreTheWorkOfWhoLooksAfterTheUnit", teamsClosed},
	}
}

// memberID is an officer's ID, read from their page's address.
func (b *browser) memberID(user string) string {
	b.t.Helper()
	return strings.TrimPrefix(b.officerPage(user), "/can-bo/")
}

func teamMade(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	chief := browserOf(t, ward, civic.RoleSupervisor)
	form := chief.blank("/to-cong-tac/moi")
	offered := chief.page("/to-cong-tac/moi").text()
	require.Contains(t, offered, "canbo1")
	require.NotContains(t, offered, "canbo2", "who works elsewhere is not offered")
	form = form.with("team", "  Tổ  công tác 1 ", "kind", "youth", "members", chief.memberID("canbo1"))
	form.fields["hamlets"] = []string{ward.Unit + "-01", ward.Unit + "-02"}
	page := chief.saved(form)

	again := chief.blank(page)
	require.Equal(t, "Tổ công tác 1", again.fields.Get("team"))
	require.Equal(t, "youth", again.fields.Get("kind"))
	require.Equal(t, []string{chief.memberID("canbo1")}, again.fields["members"])
	require.Equal(t, form.fields["hamlets"], again.fields["hamlets"])
	list := chief.page("/can-bo").text()
	require.Contains(t, list, "Tổ công tác 1 Đoàn thanh niên")

	twice := chief.hand(form)
	require.Equal(t, http.StatusSeeOther, twice.status, "two clicks are one command")
	require.Contains(t, twice.header.Get("Location"), page)
	again.fields["members"] = nil
	require.Equal(t, page, chief.saved(again))
	require.Empty(t, chief.blank(page).fields["members"])
	require.Contains(t, chief.page("/can-bo").text(), "Chưa có ai")

	admin := browserOf(t, d.District, civic.RoleAdmin)
	nodetest.Eventually(t, patience, "the district to have the team", func() bool { return strings.Contains(admin.page("/can-bo").text(), "Tổ công tác 1") })
	other := admin.blank("/to-cong-tac/moi?unit="+d.Wards[1].Unit).with("team", "Tổ công tác 1", "members", admin.memberID("canbo2"))
	require.Equal(t, d.Wards[1].Unit, other.fields.Get("unit"))
	admin.saved(other)
	require.NotContains(t, admin.page("/can-bo?unit="+d.Wards[1].Unit).text(), "Đoàn thanh niên", "narrowed to another ward")
}

func teamRefused(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	chief := browserOf(t, ward, civic.RoleSupervisor)
	chief.saved(chief.blank("/to-cong-tac/moi").with("team", "Tổ trùng tên"))
	form := chief.blank("/to-cong-tac/moi")
	stranger := browserOf(t, d.District, civic.RoleAdmin).memberID("canbo2")
	for name, c := range map[string]struct {
		with []string
		say  string
	}{
		"no name":                  {[]string{"team", " "}, "Tên tổ: Ô này chưa ghi."},
		"a taken name":             {[]string{"team", "tổ TRÙNG tên"}, "Đơn vị đã có một tổ công tác tên này."},
		"no such kind":             {[]string{"team", "Tổ lạ", "kind", "army"}, "Chọn một trong các mục có sẵn."},
		"somebody of another ward": {[]string{"team", "Tổ lạ", "members", stranger}, "Bỏ chọn người hoặc tổ, thôn ở nơi khác."},
		"a hamlet of another ward": {[]string{"team", "Tổ lạ", "hamlets", d.Wards[1].Unit + "-01"}, "Bỏ chọn người hoặc tổ, thôn ở nơi khác."},
		"nobody who is in it":      {[]string{"team", "Tổ lạ", "members", command.NewID().String()}, "Chưa có cán bộ này trong sổ."},
	} {
		sent := form.with(append([]string{"hamlets", ward.Unit + "-02"}, c.with...)...)
		a := chief.hand(sent)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, name)
		require.Contains(t, a.text(), c.say, name)
		require.Contains(t, a.text(), "chưa ghi", name)
		back := paperIn(t, a)
		for _, field := range []string{"team", "command", "unit"} {
			require.Equal(t, sent.fields.Get(field), back.fields.Get(field), "%s: %s", name, field)
		}
		if c.with[len(c.with)-2] != "hamlets" {
			require.Equal(t, ward.Unit+"-02", back.fields.Get("hamlets"), name)
		}
	}
	require.NotContains(t, chief.page("/can-bo").text(), "Tổ lạ")
}

func teamChanged(t *testing.T, d *nodetest.District) {
	chief := browserOf(t, d.Wards[0], civic.RoleSupervisor)
	page := chief.saved(chief.blank("/to-cong-tac/moi").with("team", "Tổ hai người sửa"))
	first, late := chief.blank(page), chief.blank(page)
	require.Equal(t, page, chief.saved(first.with("kind", "women")))
	a := chief.hand(late.with("kind", "digital"))
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Contains(t, a.text(), "vừa có người đổi")
	require.Equal(t, "women", chief.blank(page).fields.Get("kind"))
	require.Equal(t, page, chief.saved(paperIn(t, a)))
	require.Equal(t, "digital", chief.blank(page).fields.Get("kind"))
}

func teamEnded(t *testing.T, d *nodetest.District) {
	chief := browserOf(t, d.Wards[0], civic.RoleSupervisor)
	page := chief.saved(chief.blank("/to-cong-tac/moi").with("team", "Tổ sắp thôi"))
	form := chief.blank(page + "/thoi")
	require.Contains(t, chief.page(page+"/thoi").text(), "Thôi Tổ sắp thôi")
	require.Equal(t, page, chief.saved(form))
	require.Contains(t, chief.page("/can-bo").text(), "Tổ sắp thôi Liên ngành · đã thôi")
	require.Equal(t, http.StatusSeeOther, chief.hand(form).status, "two clicks are one command")
	up := chief.blank(page)
	require.Equal(t, page+"/lap-lai", up.action)
	require.Equal(t, page, chief.saved(up))
	require.NotContains(t, chief.page(page).text(), "Tổ này đã thôi")
}

func teamsClosed(t *testing.T, d *nodetest.District) {
	chief, far := browserOf(t, d.Wards[0], civic.RoleSupervisor), browserOf(t, d.Wards[1], civic.RoleSupervisor)
	page := chief.saved(chief.blank("/to-cong-tac/moi").with("team", "Tổ của phường một"))
	nodetest.Eventually(t, patience, "the other ward to have it", func() bool { return far.get(page).status == http.StatusForbidden })
	require.NotContains(t, far.page("/can-bo").text(), "Tổ của phường một")
	require.Equal(t, http.StatusForbidden, far.get("/to-cong-tac/moi?unit="+d.Wards[0].Unit).status)
	for _, path := range []string{page, page + "/thoi", page + "/lap-lai"} {
		require.Equal(t, http.StatusForbidden, far.post(path, url.Values{"team": {"Tổ bị lấy"}}).status, path)
	}
	require.Equal(t, http.StatusNotFound, chief.get("/to-cong-tac/"+command.NewID().String()).status)
	officer := browserOf(t, d.Wards[0], civic.RoleOfficer)
	for _, path := range []string{page, "/to-cong-tac/moi"} {
		require.Equal(t, http.StatusForbidden, officer.get(path).status, path)
		require.Equal(t, http.StatusForbidden, officer.post(path, url.Values{}).status, path)
	}
	require.Contains(t, chief.page(page).text(), "Tổ của phường một")
}

func codesReviewed(t *testing.T, d *nodetest.District) {
	ward := d.Wards[1]
	_, page := newOfficer(t, d, ward, "xin.ma")
	chief := browserOf(t, ward, civic.RoleSupervisor)
	nodetest.Eventually(t, patience, "the ward to know the officer", func() bool { return chief.get(page).status == http.StatusOK })
	code := onceCode.FindString(chief.post(page+"/ma", url.Values{"lost": {"password"}, "password": {passwordOf(t, ward, civic.RoleSupervisor)}}).text())
	require.NotEmpty(t, code)

	leader, admin := browserOf(t, d.District, civic.RoleLeader), browserOf(t, d.District, civic.RoleAdmin)
	nodetest.Eventually(t, patience, "the leader to be told", func() bool { return strings.Contains(leader.page("/ma-mot-lan").text(), "Đại uý xin.ma") })
	told := leader.page("/ma-mot-lan")
	require.Contains(t, told.text(), ward.Node)
	require.NotContains(t, told.text(), code)
	require.NotContains(t, told.body, page, "a leader does not look after accounts")
	require.Contains(t, leader.page("/").body, `href="/ma-mot-lan"`)
	nodetest.Eventually(t, patience, "the administrator to be told", func() bool { return strings.Contains(admin.page("/ma-mot-lan").body, page) })
	require.Contains(t, admin.page("/can-bo").body, `href="/ma-mot-lan"`)
	require.Equal(t, http.StatusForbidden, chief.get("/ma-mot-lan").status)
	require.NotContains(t, chief.page("/can-bo").body, `href="/ma-mot-lan"`)
}
