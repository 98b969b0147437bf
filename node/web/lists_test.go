package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func listParts() []part {
	return []part{
		{"AListIsNarrowedByItsAddress", narrowedByAddress},
		{"AnOpenPageGetsThePartsItHasAgainAndNoOthers", partsAgain},
		{"OneGoesOnAndBackThroughAList", onAndBack},
		{"AFilterIsKeptUnderANameSharedAndTakenAway", keptUnderAName},
		{"SeveralHouseholdsGetOneVisitEachHoweverOftenOneClicks", severalVisits},
		{"WhatIsDoneToSeveralOfAListComesBackToThatList", backToTheList},
		{"SeveralHouseholdsMoveAndWhoHasNoneIsNamed", severalMove},
		{"WhoIsTickedIsPrintedWithoutNumbers", printedSheet},
		{"WhoIsTickedIsExportedMeanwhileAndFetched", exportedMeanwhile},
	}
}

var (
	rowKey  = regexp.MustCompile(`name="who" value="([^"]+)"`)
	prevRef = regexp.MustCompile(`<a href="([^"]+)" rel="prev">`)
	nextRef = regexp.MustCompile(`<a href="([^"]+)" rel="next">`)
)

func keysOn(a answer) (keys []string) {
	for _, m := range rowKey.FindAllStringSubmatch(a.body, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

func link(t *testing.T, a answer, ref *regexp.Regexp) string {
	t.Helper()
	m := ref.FindStringSubmatch(a.body)
	require.NotNil(t, m, "no %v", ref)
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

func keyOf(at door) string { return strings.TrimPrefix(at.person, "/nhan-khau/") }

func narrowedByAddress(t *testing.T, d *nodetest.District) {
	b, _, ward := desk(t, d)
	with := newDoor(b, ward, "Khuất Thị Lọc", "personalNumber", "001155009111", "phones-0", "0912404911")
	without := newDoor(b, ward, "Khuất Thị Lọ")
	shown := func(query string) (got []string) {
		keys := keysOn(b.page("/nhan-khau?q=khuat+thi+lo" + query))
		for name, at := range map[string]door{"with": with, "without": without} {
			for _, k := range keys {
				if k == keyOf(at) {
					got = append(got, name)
				}
			}
		}
		return got
	}
	require.ElementsMatch(t, []string{"with", "without"}, shown(""))
	require.Equal(t, []string{"with"}, shown("&number=yes"))
	require.Equal(t, []string{"without"}, shown("&number=no&phone=no"))
	require.Empty(t, shown("&sex=male"))
	require.Empty(t, shown("&from=1990"))

	page := b.page("/nhan-khau?sex=female&eligible=yes&hamlet=" + ward.Unit + "-01")
	require.NotEmpty(t, keysOn(page))
	require.NotContains(t, page.text(), " · nam ")
	require.Contains(t, page.text(), "nữ, từ 14 tuổi")
	for _, none := range []string{"from=2026&sex=male&number=yes", "q=khuat+thi+lo&from=2026"} {
		text := b.page("/nhan-khau?" + none).text()
		require.Contains(t, text, "Chưa có ai khớp")
		require.NotContains(t, text, "trong 0 người", "where there is nobody there is nothing to leaf through")
	}
	wrong := b.page("/nhan-khau?from=19")
	require.Contains(t, wrong.text(), "Năm sinh ghi 4 chữ số")
	require.NotEmpty(t, keysOn(wrong), "what cannot be meant narrows nothing")
	require.Equal(t, http.StatusForbidden, b.get("/nhan-khau?sex=female&hamlet="+d.Wards[1].Unit+"-01").status)
}

func partsAgain(t *testing.T, d *nodetest.District) {
	b := browserOf(t, d.Wards[0], civic.RoleOfficer)
	const list = "/nhan-khau?q=thi"
	page, again, narrowed := b.page(list), b.get(list, "Gocua-Fragment", "1"), b.get(list, "HX-Request", "true")
	ids := regexp.MustCompile(` id="([^"]+)"`)
	for _, m := range ids.FindAllStringSubmatch(again.body, -1) {
		require.Contains(t, page.body, m[0], "each takes its own place")
	}
	require.Contains(t, again.body, `id="results"`)
	require.NotContains(t, again.body, `id="main"`, "what the page waits for is a part: htmx would not know the form of a new page")
	require.NotContains(t, again.body, `id="q"`, "nothing is taken away under the hands of who types")
	require.NotContains(t, again.body, "hx-swap-oob")
	require.Contains(t, narrowed.body, "hx-swap-oob")
}

func onAndBack(t *testing.T, d *nodetest.District) {
	b := browserOf(t, d.District, civic.RoleSupervisor)
	first := b.page("/nhan-khau")
	require.Len(t, keysOn(first), 50)
	require.NotContains(t, first.body, `rel="prev"`)
	second := b.page(link(t, first, nextRef))
	require.NotEmpty(t, keysOn(second))
	require.NotContains(t, keysOn(second), keysOn(first)[49])
	require.Equal(t, keysOn(first), keysOn(b.page(link(t, second, prevRef))))
	letter := b.page("/nhan-khau?letter=H")
	require.NotEmpty(t, keysOn(letter))
	given := regexp.MustCompile(`class="name"[^>]*>[^<]*<b>(.)`).FindStringSubmatch(letter.body)
	require.NotNil(t, given)
	require.GreaterOrEqual(t, given[1], "H", "nobody before the letter")
	require.Contains(t, keysOn(first), keysOn(letter)[0], "fewer than a page stand before it")
	require.Equal(t, keysOn(first), keysOn(b.page(link(t, letter, prevRef))), "so before it is the first page, whole")
}

func keptUnderAName(t *testing.T, d *nodetest.District) {
	b, _, ward := desk(t, d)
	colleague := browserOf(t, ward, civic.RoleSupervisor)
	filter := "visits=3&outcome=nobody_home&hamlet=" + ward.Unit + "-01"
	require.Contains(t, b.page("/nhan-khau?"+filter).body, "/danh-sach/moi?")
	form := b.blank("/danh-sach/moi?" + filter + "&q=nguyen")
	require.Contains(t, b.page("/danh-sach/moi?"+filter+"&q=nguyen").text(), "Chữ trong ô tìm không được lưu")
	taken := b.hand(form.with("list", "Ba lần chưa gặp thử", "shared", "1"))
	require.Equal(t, http.StatusSeeOther, taken.status, taken.text())
	to := taken.header.Get("Location")
	require.Contains(t, to, "visits=3")
	page := b.page(to)
	require.Contains(t, page.text(), "Ba lần chưa gặp thử")
	require.NotContains(t, to, "nguyen")
	edit := regexp.MustCompile(`href="(/danh-sach/[^"]+)">Sửa`).FindStringSubmatch(page.body)
	require.NotNil(t, edit)
	require.Contains(t, colleague.page("/nhan-khau").text(), "Ba lần chưa gặp thử")
	require.Equal(t, http.StatusForbidden, colleague.get(edit[1]).status, "it is changed by its owner")
	require.NotContains(t, browserOf(t, d.Wards[1], civic.RoleOfficer).page("/nhan-khau").text(), "Ba lần chưa gặp thử")

	again := b.post("/danh-sach/moi", url.Values{"command": {command.NewID().String()}, "id": {command.NewID().String()}, "visits": {"2"}, "list": {"ba lần CHƯA gặp thử"}})
	require.Equal(t, http.StatusUnprocessableEntity, again.status)
	require.Contains(t, again.text(), "Đồng chí đã có một danh sách tên này")

	require.Equal(t, http.StatusSeeOther, b.post(edit[1], url.Values{"command": {command.NewID().String()}, "list": {"Chỉ mình tôi"}}).status)
	require.NotContains(t, colleague.page("/nhan-khau").text(), "Chỉ mình tôi")
	gone := url.Values{"command": {command.NewID().String()}}
	for range 2 {
		require.Equal(t, http.StatusSeeOther, b.post(edit[1]+"/xoa", gone).status)
	}
	require.NotContains(t, b.page("/nhan-khau").text(), "Chỉ mình tôi")
	require.Equal(t, http.StatusNotFound, b.get(edit[1]).status)
}

func severalVisits(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	one, two := newDoor(b, ward, "Đàm Thị Nhiều"), newDoor(b, ward, "Đàm Thị Nhiều Hai")
	who := url.Values{"who": {keyOf(one), keyOf(two)}}
	ask := b.post("/nhan-khau/ghi-luot", who)
	require.Equal(t, http.StatusOK, ask.status)
	require.Contains(t, ask.text(), "Ghi một lượt cho 2 hộ")
	require.Equal(t, http.StatusUnprocessableEntity, b.post("/nhan-khau/ghi-luot", url.Values{"command": {command.NewID().String()}, "who": who["who"], "do": {"1"}}).status, "no outcome")
	require.Equal(t, http.StatusUnprocessableEntity, b.post("/nhan-khau/ghi-luot", url.Values{"do": {"1"}, "visit-outcome": {"nobody_home"}}).status, "nobody")
	send := url.Values{"command": {command.NewID().String()}, "who": who["who"], "do": {"1"}, "visit-outcome": {"nobody_home"}, "mode": {"door"}, "note": {"cả ngõ đi vắng"}}
	for range 2 {
		done := b.post("/nhan-khau/ghi-luot", send)
		require.Equal(t, http.StatusOK, done.status, done.text())
		require.Contains(t, done.text(), "Đã ghi: 2")
		require.NotContains(t, done.text(), "Chưa ghi được")
	}
	for _, at := range []door{one, two} {
		require.Equal(t, []visit{{"nobody_home", "door", "", "cả ngõ đi vắng", []string{}}}, at.visits(t, c), "twice clicked is once")
	}
	other := browserOf(t, d.Wards[1], civic.RoleOfficer)
	require.Equal(t, http.StatusForbidden, other.post("/nhan-khau/ghi-luot", send).status)
}

func backToTheList(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Đàm Thị Lọc Rồi Ghi")
	b.saved(b.blank(at.home+"/den").with("outcome", "nobody_home", "mode", "door"))
	list := "/nhan-khau?hamlet=" + ward.Unit + "-01&outcome=nobody_home"
	href := strings.ReplaceAll(list, "&", "&amp;")
	ticked := func(path string) answer {
		form := paperIn(t, b.page(list))
		require.Equal(t, "/nhan-khau/in", form.action)
		form.fields["who"] = []string{keyOf(at)}
		return b.post(path, form.fields)
	}
	ask := ticked("/nhan-khau/ghi-luot")
	form := paperIn(t, ask)
	require.Empty(t, form.fields.Get("visit-outcome"), "by what a list is narrowed is not what came of a visit")
	require.Contains(t, ask.body, `href="`+href+`"`)
	none := b.hand(form)
	require.Equal(t, http.StatusUnprocessableEntity, none.status)
	require.Contains(t, none.text(), "Kết quả: Chưa chọn kết quả.")
	done := b.hand(paperIn(t, none).with("visit-outcome", "moved"))
	require.Equal(t, http.StatusOK, done.status, done.text())
	require.Contains(t, done.body, `href="`+href+`"`)
	require.Equal(t, "moved", at.visits(t, c)[1].Outcome)

	move := paperIn(t, ticked("/nhan-khau/chuyen-to")).with("to-hamlet", "")
	require.Contains(t, b.hand(move).body, `href="`+href+`"`)
}

func severalMove(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	one := newDoor(b, ward, "Đàm Thị Chuyển")
	alone := command.NewID()
	c.Accepted(nodetest.Command{ID: command.NewID(), Kind: "resident.put", Unit: ward.Unit, Body: map[string]any{"id": alone, "name": "Đàm Thị Không Nhà", "birth": "1960", "sex": "female"}})
	send := url.Values{"command": {command.NewID().String()}, "who": {keyOf(one), alone.String()}, "do": {"1"}, "to-hamlet": {ward.Unit + "-02"}}
	for range 2 {
		done := b.post("/nhan-khau/chuyen-to", send)
		require.Equal(t, http.StatusOK, done.status, done.text())
		require.Contains(t, done.text(), "Đã ghi: 1")
		require.Regexp(t, `Chưa ghi được: 1 Đàm Thị Không Nhà Người này chưa vào hộ nào`, done.text())
	}
	require.Contains(t, keysOn(b.page("/nhan-khau?q=dam+thi+chuyen&hamlet="+ward.Unit+"-02")), keyOf(one))
	require.NotContains(t, keysOn(b.page("/nhan-khau?q=dam+thi+chuyen&hamlet="+ward.Unit+"-01")), keyOf(one))
}

func printedSheet(t *testing.T, d *nodetest.District) {
	b, _, ward := desk(t, d)
	at := newDoor(b, ward, "Đàm Thị In", "personalNumber", "001155009222", "phones-0", "0912404922")
	page := b.post("/nhan-khau/in", url.Values{"who": {keyOf(at)}})
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.text(), "Đàm Thị In")
	require.Contains(t, page.text(), "1 người ở 1 hộ")
	require.NotContains(t, page.body, "9222", "paper gets lost")
	require.NotContains(t, page.body, "922")
	all := b.post("/nhan-khau/in", url.Values{"all": {"1"}, "sex": {"female"}, "hamlet": {ward.Unit + "-01"}})
	require.Equal(t, http.StatusOK, all.status)
	require.NotContains(t, all.text(), " · nam")
}

func exportedMeanwhile(t *testing.T, d *nodetest.District) {
	ward := d.Wards[2]
	b := browserOf(t, ward, civic.RoleSupervisor)
	at := newDoor(b, ward, "Đàm Thị Tải")
	form := b.post("/xuat/nhan-khau/chon", url.Values{"who": {keyOf(at)}})
	require.Equal(t, http.StatusOK, form.status)
	require.Contains(t, form.text(), "1 người")
	sent := b.post("/xuat/nhan-khau/chon", url.Values{"who": {keyOf(at)}, "reason": {"gõ cửa tối nay"}, "format": {"csv_semicolon"}, "later": {"1"}})
	require.Equal(t, http.StatusSeeOther, sent.status, sent.text())
	file := ""
	nodetest.Eventually(t, 20*time.Second, "the export to be made", func() bool {
		m := regexp.MustCompile(`href="(/xuat/tep/[^"]+)"`).FindStringSubmatch(b.page("/xuat").body)
		if m != nil {
			file = m[1]
		}
		return m != nil
	})
	a := b.page(file)
	require.Regexp(t, `^attachment; filename="nhan-khau-[\w-]+\.csv"$`, a.header.Get("Content-Disposition"))
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\uFEFF")))
	r.Comma, r.FieldsPerRecord = ';', -1
	rows, err := r.ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 5, "mark, scope, head, one person, mark")
	require.Equal(t, "Đàm Thị Tải", rows[3][1])
	other := browserOf(t, d.Wards[1], civic.RoleSupervisor)
	require.Equal(t, http.StatusNotFound, other.get(file).status, "it is of who asked")
	require.NotContains(t, other.page("/xuat").body, file)
}
