package web_test

import (
	"net/url"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func memberParts() []part {
	return []part{
		{"AnAdministratorSeesWhoVotesWithTheKeysThatWereShownWhenTheyJoined", membersShown},
		{"AMachineIsShutOutOnlyWithAReasonAndThePassword", denyAsksTwice},
		{"AChangeThatIsNotWiseSaysWhyAndHasNoButton", unwiseIsNotOffered},
		{"AnInvitationIsShownOnceAndTakesThePassword", invitedOnce},
		{"WhatCountsForTheWholeClusterIsDoneAtItsOffice", onlyAtTheOffice},
		{"ThePosterSaysWhatIsMissingWhileNoOtherComputerCanCome", posterAndTrustAgree},
	}
}

var keyShown = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}`)

func membersShown(t *testing.T, d *nodetest.District) {
	admin := browserOf(t, d.District, civic.RoleAdmin)
	text := admin.page("/may").text()
	require.Contains(t, text, "Thành viên và quyền bỏ phiếu")
	require.Len(t, keyShown.FindAllString(text, -1), 4+3, "each machine's, and of those three that were invited")
	require.Contains(t, text, "3 máy bỏ phiếu")
	nodetest.Eventually(t, 30*time.Second, "every machine to have told when its certificate ends", func() bool {
		return len(regexp.MustCompile(`[\d.]+ ngày\b`).FindAllString(admin.page("/may").text(), -1)) >= 4
	})
	one := admin.page("/may/thanh-vien/ward-1").text()
	require.Contains(t, one, "Thôi bỏ phiếu")
	require.NotContains(t, one, "Cho bỏ phiếu", "it votes already")
	require.Equal(t, 404, admin.get("/may/thanh-vien/ward-9").status)
	require.NotContains(t, browserOf(t, d.Wards[0], civic.RoleOfficer).page("/may").text(), "Thành viên và quyền bỏ phiếu")
}

func denyAsksTwice(t *testing.T, d *nodetest.District) {
	admin := browserOf(t, d.District, civic.RoleAdmin)
	ask := func(pairs ...string) answer {
		form := url.Values{"command": {command.NewID().String()}}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return admin.post("/may/thanh-vien/ward-3/thu-quyen", form)
	}
	none := ask("password", "không phải thế này")
	require.Equal(t, 422, none.status)
	require.Contains(t, none.text(), "Chọn một trong các mục có sẵn.")
	wrong := ask("reason", "stolen", "password", "không phải thế này")
	require.Equal(t, 422, wrong.status)
	require.Contains(t, wrong.text(), "Mật khẩu của đồng chí chưa đúng.")
	require.Contains(t, wrong.body, `value="stolen" checked`, "what was chosen stays")
	require.Contains(t, admin.page("/may").text(), "ward-3", "it is still in")
	require.Equal(t, 404, admin.get("/may/thanh-vien/ward-3/khong-co").status)
}

func unwiseIsNotOffered(t *testing.T, d *nodetest.District) {
	chief := browserOf(t, d.Province, civic.RoleAdmin) // the province has one machine
	page := chief.page("/may/thanh-vien/province/thoi")
	require.Contains(t, page.text(), "Đây là máy bỏ phiếu cuối cùng")
	require.NotContains(t, page.body, "btn-main")
	require.NotContains(t, page.body, "btn-warn")
	refused := chief.post("/may/thanh-vien/province/thoi", url.Values{"command": {command.NewID().String()}})
	require.Equal(t, 422, refused.status)
	require.Contains(t, refused.text(), "Đây là máy bỏ phiếu cuối cùng")
}

func invitedOnce(t *testing.T, d *nodetest.District) {
	admin := browserOf(t, d.District, civic.RoleAdmin)
	form := url.Values{"node": {"ward-9"}, "unit": {d.Wards[0].Unit}, "password": {"sai"}}
	require.Equal(t, 422, admin.post("/may/moi", form).status)
	at := slices.IndexFunc(d.District.Users, func(u demo.User) bool { return u.Role == civic.RoleAdmin })
	form.Set("password", d.District.Users[at].Password)
	taken := url.Values{"node": {"ward-1"}, "unit": form["unit"], "password": form["password"]}
	require.Contains(t, admin.post("/may/moi", taken).text(), "Tên này đã có")
	made := admin.post("/may/moi", form)
	require.Equal(t, 200, made.status, made.text())
	token := regexp.MustCompile(`gocua join ([0-9A-Z-]{60,}) --peer`).FindStringSubmatch(made.text())
	require.Len(t, token, 2, "the exact command")
	for _, path := range []string{"/may/moi", "/may"} {
		again := admin.page(path)
		require.NotContains(t, again.body, token[1][:20], "it is shown once")
		require.Contains(t, again.text(), "ward-9 Chờ đến")
	}
}

func onlyAtTheOffice(t *testing.T, d *nodetest.District) {
	far := browserAt(t, d.Wards[0].URL, d.District, civic.RoleAdmin)
	require.Contains(t, far.page("/may").text(), "làm trên máy của trụ sở cụm")
	require.NotContains(t, far.page("/may/thanh-vien/ward-2").text(), "Thu quyền: ")
	for _, path := range []string{"/may/moi", "/may/thanh-vien/ward-2/rut"} {
		require.Equal(t, 403, far.get(path).status, path)
		require.Equal(t, 403, far.post(path, url.Values{"command": {command.NewID().String()}}).status, path)
	}
}

func posterAndTrustAgree(t *testing.T, d *nodetest.District) {
	nobody := openBrowser(t, d.District.URL)
	require.Contains(t, nobody.page("/tin-cay").body, `href="/tin-cay/to-dan"`)
	require.Contains(t, nobody.page("/tin-cay/to-dan").text(), "--https :8443", "there is no address to print yet")
}
