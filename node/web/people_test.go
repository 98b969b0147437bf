package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func peopleParts() []part {
	return []part{
		{"EveryFormTakesDownWhatWasTyped", everyForm},
		{"ARefusedFormKeepsWhatWasTypedAndStoresNothing", refusals},
		{"ADoorAsksWhyOrWhenBeforeItIsTakenDown", secondQuestion},
		{"TwoClicksAreOneCommand", twoClicks},
		{"ANoteStopsAFormOnce", notesOnce},
		{"ASecondHolderOfANumberIsKeptForReview", numberTwice},
		{"AScannedCardFillsTheFormAndWritesNothing", scannedCard},
		{"AnEditOfAFieldNobodyTouchedMerges", editMerges},
		{"AnEditOfAFieldSomebodyChangedShowsBoth", editShowsBoth},
		{"AForgedFormIsRefused", forgedForms},
		{"PeopleOfAnotherWardAreClosed", anotherWard},
		{"WhoIsNotSignedInGoesToTheFrontPage", signedOut},
		{"NumbersAreMaskedUntilAskedFor", maskedNumbers},
		{"SearchMarksWhatMatchesAndStaysInTheUnit", searching},
		{"AListGoesOnWhereThePageEnds", paging},
		{"TheDistrictsOfficerWritesForAWard", forAWard},
		{"TheProvinceReadsOnly", provinceReads},
		{"HomeCountsAndLeadsToTheLists", homeLeads},
		{"WhatWaitsIsFoundAndMarkedInPencil", inPencil}, // cuts a link
	}
}

func everyForm(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	today := time.Now().In(time.FixedZone("", 7*60*60))
	at := newDoor(b, ward, "trần thị MẪU", "personalNumber", "001 155 000 428", "phones-0", "0912 404 318")
	p := at.asProgram(t, c)
	require.Equal(t, []string{"Trần Thị Mẫu", "1955-03-17"}, []string{p.Name, p.Birth})
	require.True(t, strings.HasSuffix(p.PersonalNumber, "0428"))

	require.Equal(t, at.person, b.saved(b.blank(at.person+"/khai").with("phone", "0912 404 319", "relation", "child", "confirm", "yes")))
	require.Equal(t, at.person, b.saved(b.blank(at.person+"/kich-hoat").with("way", "web", "at", today.Format("02/01/2006"))))
	p = at.asProgram(t, c)
	require.Equal(t, "child", p.Applications[0].Relation)
	require.True(t, strings.HasSuffix(p.Applications[0].Phone, "319"))
	require.Equal(t, []struct{ Way, Day string }{{"web", today.Format("2006-01-02")}}, p.Activations)

	require.Equal(t, at.home, b.saved(b.blank(at.home+"/den").with("outcome", "will_come", "mode", "phone", "met", at.id(), "note", "Nghe kém")))
	require.Equal(t, []visit{{"will_come", "phone", "", "Nghe kém", []string{at.id()}}}, at.visits(t, c))

	page := b.page(at.person).text()
	for _, want := range []string{"Sinh 17/03/1955 · nữ", "Đã kích hoạt từ " + today.Format("02/01"), "Đã có hồ sơ mức 1 từ " + today.Format("02/01"),
		"Gọi điện · sẽ ra phường", "Kích hoạt trên trang web", "Khai mức 1 09•• ••• 319", "Ghi nhân khẩu mới", "Hồ sơ mức 1 đang ở đâu"} {
		require.Contains(t, page, want)
	}
	require.Contains(t, b.page(at.home).text(), "Đã đến 1 lần")
}

func refusals(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Lê Thị Nhầm", "phones-0", "0912404317")
	tomorrow := time.Now().Add(48 * time.Hour).In(time.FixedZone("", 7*60*60)).Format("02/01/2006")
	for _, f := range []struct {
		path  string
		typed []string
		says  []string
		keeps []string // fields
	}{
		{"/ho/moi", []string{"hamlet", "", "address", "Số 5, ngõ 7"}, []string{"Tổ, thôn: Ô này chưa ghi."}, []string{"address"}},
		{"/ho/moi", []string{"hamlet", ward.Unit + "-02", "address", " "}, []string{"Địa chỉ: Ô này chưa ghi."}, []string{"hamlet"}},
		{at.add(), []string{"name", "Lê Văn Sai", "personalNumber", "0011", "birth", "32/13/2000", "phones-0", "12"},
			[]string{"Còn 4 chỗ", "Số định danh: Số định danh cần đủ 12 số.", "Ngày sinh: Ngày sinh chưa đúng.", "Giới tính: Chọn một", "Điện thoại: Số điện thoại chưa đúng."},
			[]string{"name", "personalNumber", "birth", "phones-0", "household"}},
		{at.person + "/khai", []string{"phone", "0912 404", "relation", "spouse"},
			[]string{"Còn 2 chỗ", "Điện thoại: Số điện thoại chưa đúng.", "Đọc lại: Chưa đọc lại cùng người dân."}, []string{"phone", "relation"}},
		{at.person + "/kich-hoat", []string{"way", "app", "at", "31/02/2026"}, []string{"Ngày: Ngày chưa đúng."}, []string{"way", "at"}},
		{at.person + "/kich-hoat", []string{"way", "", "at", tomorrow}, []string{"Cách kích hoạt: Chọn một", "Ngày: Ngày này còn ở phía trước."}, []string{"at"}},
		{at.person + "/sua", []string{"birth", "1855x", "name", "Lê Thị Đúng"}, []string{"Ngày sinh: Ngày sinh chưa đúng."}, []string{"birth", "name"}},
		{at.person + "/sua", nil, []string{"Chưa có ô nào được sửa."}, nil},
		{at.home + "/den", []string{"outcome", "", "note", "Cổng xanh", "mode", "phone"}, []string{"Chưa chọn kết quả. Bấm một nút."}, []string{"note", "mode"}},
		{at.home + "/den", []string{"outcome", "moved", "note", strings.Repeat("dài ", 300)}, []string{"Ghi chú: Dài quá."}, []string{"note"}},
	} {
		sent := b.blank(f.path).with(f.typed...)
		a := b.hand(sent)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s %v: %s", f.path, f.typed, a.text())
		for _, want := range f.says {
			require.Contains(t, a.text(), want)
		}
		back := paperIn(t, a)
		for _, name := range append(f.keeps, "command", "token") {
			require.Equal(t, sent.fields.Get(name), back.fields.Get(name), "%s of %s", name, f.path)
		}
		require.Contains(t, a.body, "data-returned", "no draft is offered over what was typed")
		unknown(t, c, sent)
	}
	require.Equal(t, person{Name: "Lê Thị Nhầm", Birth: "1955-03-17", Phones: at.asProgram(t, c).Phones, Applications: []struct{ Phone, Relation string }{},
		Activations: []struct{ Way, Day string }{}}, at.asProgram(t, c))
	require.Empty(t, at.visits(t, c))
}

func secondQuestion(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Vũ Thị Hẹn")
	asked := b.hand(b.blank(at.home+"/den").with("outcome", "callback", "note", "Cổng xanh"))
	require.Equal(t, http.StatusUnprocessableEntity, asked.status)
	require.Contains(t, asked.text(), "Nên đến lại lúc")
	require.Empty(t, at.visits(t, c))
	b.saved(paperIn(t, asked).with("next", "sau 20:00"))

	asked = b.hand(b.blank(at.home+"/den").with("outcome", "refused"))
	require.NotContains(t, asked.text(), "cần sửa", "the first time is a question, not a mistake")
	insisted := b.hand(paperIn(t, asked))
	require.Contains(t, insisted.text(), "Lý do: Chọn lý do, hoặc ghi lý do khác.")
	b.saved(paperIn(t, insisted).with("reason-other", "Đang tang gia"))
	require.Equal(t, []visit{{"callback", "door", "", "Cổng xanh · nên đến lại sau 20:00", []string{}}, {"refused", "door", "Đang tang gia", "", []string{}}}, at.visits(t, c))
}

func twoClicks(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Bùi Thị Nhanh")
	address := "Số 9, ngõ " + command.NewID().String()
	for _, p := range []paper{
		b.blank("/ho/moi").with("hamlet", ward.Unit+"-01", "address", address),
		b.blank(at.add()).with("name", "Bùi Văn Kép", "birth", "1980", "sex", "male"),
		b.blank(at.person+"/khai").with("phone", "0912404316", "relation", "self", "confirm", "yes"),
		b.blank(at.person+"/kich-hoat").with("way", "app"),
		b.blank(at.person+"/sua").with("name", "Bùi Thị Nhanh Nhẹn", "phones-0", "0987000111"),
		b.blank(at.home+"/den").with("outcome", "nobody_home"),
	} {
		var both sync.WaitGroup
		var first [2]answer
		for i := range first {
			both.Go(func() { first[i] = b.hand(p.with()) })
		}
		both.Wait()
		third := b.hand(p)
		for _, a := range append(first[:], third) {
			require.Equal(t, http.StatusSeeOther, a.status, "%s: %s", p.action, a.text())
			require.Equal(t, third.header.Get("Location"), a.header.Get("Location"))
		}
	}
	p := at.asProgram(t, c)
	require.Len(t, p.Applications, 1)
	require.Len(t, p.Activations, 1)
	require.Equal(t, "Bùi Thị Nhanh Nhẹn", p.Name)
	require.Len(t, at.visits(t, c), 1)
	require.Equal(t, 1, strings.Count(b.page(at.home).text(), "Bùi Văn Kép"))
	require.Equal(t, 1, strings.Count(b.page(at.person+"/sua").body, ">"+address+"</option>"), "one household")
}

func notesOnce(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	owner := newDoor(b, ward, "Ngô Thị Chủ Máy", "phones-0", "0977123456")
	at := newDoor(b, ward, "Ngô Thị Dùng Nhờ")
	sent := b.blank(at.person+"/khai").with("phone", "0977123456", "relation", "parent", "confirm", "yes")
	a := b.hand(sent)
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Contains(t, a.text(), "Lưu ý: số này đang dùng cho người khác.")
	require.Contains(t, a.body, owner.person)
	require.NotContains(t, paperIn(t, a).fields.Get("heeded"), "977123456", "a note is named without what it is about")
	unknown(t, c, sent)
	b.saved(paperIn(t, a))

	again := b.page(at.person + "/khai")
	require.Contains(t, again.text(), "Người này đã có hồ sơ mức 1.")
	second := b.hand(paperIn(t, again).with("phone", "0977123457", "relation", "self", "confirm", "yes"))
	require.Equal(t, http.StatusSeeOther, second.status, second.text())
	require.Contains(t, b.page(second.header.Get("Location")).text(), "Đã giữ nguyên, cần đối chiếu.")
	require.Len(t, at.asProgram(t, c).Applications, 1)
}

func numberTwice(t *testing.T, d *nodetest.District) {
	b, _, ward := desk(t, d)
	at := newDoor(b, ward, "Phan Thị Một Số", "personalNumber", "001155000777")
	sent := b.blank(at.add()).with("name", "Phan Thị Hai", "birth", "1955", "sex", "female", "personalNumber", "001155000777")
	a := b.hand(sent)
	require.Contains(t, a.text(), "Lưu ý: số này đang là của người khác.")
	a = b.hand(paperIn(t, a))
	require.Equal(t, http.StatusSeeOther, a.status, a.text())
	to := a.header.Get("Location")
	require.True(t, strings.HasPrefix(to, at.home+"?"), "there is no page of somebody who was not registered: %s", to)
	require.Contains(t, b.page(to).text(), "Đã giữ nguyên, cần đối chiếu.")
	require.NotContains(t, b.page(at.home).text(), "Phan Thị Hai")
	require.Regexp(t, `Địa chỉ Số 41, ngõ [-0-9a-f]+ như bên`, b.page("/doi-chieu?id="+sent.fields.Get("command")).text(), "both name the same household")

	alike := b.hand(b.blank(at.add()).with("name", "phan thi mot so", "birth", "1955", "sex", "female"))
	require.Equal(t, http.StatusUnprocessableEntity, alike.status)
	require.Contains(t, alike.text(), "Có thể đã có trong sổ")
	require.Contains(t, alike.body, at.person)
}

func scannedCard(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Đinh Thị Quét")
	sent := b.blank(at.add()).with("personalNumber", "001090004321||Đinh Văn Thẻ|05031990|Nam|Tổ 3|01012022")
	a := b.hand(sent)
	require.Equal(t, http.StatusOK, a.status)
	require.Contains(t, a.text(), "Đã đọc thẻ, chưa ghi.")
	unknown(t, c, sent)
	back := paperIn(t, a)
	require.Equal(t, []string{"001090004321", "Đinh Văn Thẻ", "05/03/1990", "male"}, []string{back.fields.Get("personalNumber"), back.fields.Get("name"), back.fields.Get("birth"), back.fields.Get("sex")})
	require.Contains(t, b.page(b.saved(back)).text(), "Sinh 05/03/1990 · nam")
}

func editMerges(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Hồ Thị Sửa", "personalNumber", "001155000888", "phones-0", "0912404315")
	form := b.blank(at.person + "/sua")
	require.Equal(t, "•••• 0888", form.fields.Get("personalNumber"), "a number is not in the page")
	b.saved(b.blank(at.person+"/sua").with("birth", "18/03/1955"))
	b.saved(form.with("name", "Hồ Thị Sửa Tên", "phones-0", "0912404314", "household", ""))
	p := at.asProgram(t, c)
	require.Equal(t, []string{"Hồ Thị Sửa Tên", "1955-03-18"}, []string{p.Name, p.Birth})
	require.True(t, strings.HasSuffix(p.PersonalNumber, "0888"), "what was left masked is left alone")
	require.True(t, strings.HasSuffix(p.Phones[0], "314"))
	page := b.page(at.person).text()
	require.Contains(t, page, "Sửa họ tên, hộ, điện thoại")
	require.Contains(t, page, "Chưa vào hộ nào")
}

func editShowsBoth(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Mai Thị Hai Người", "phones-0", "0912404313")
	late := b.blank(at.person + "/sua")
	b.saved(b.blank(at.person+"/sua").with("birth", "19/03/1955", "phones-0", "0912404312"))

	sent := late.with("birth", "20/03/1955", "phones-0", "0912404311", "name", "Mai Thị Ba Người")
	a := b.hand(sent)
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	for _, want := range []string{"Có người vừa sửa bản này", "Vừa đổi thành: 19/03/1955", "Vừa đổi thành: 09•• ••• 312", "Ngày sinh: Có người vừa sửa ô này."} {
		require.Contains(t, a.text(), want)
	}
	unknown(t, c, sent)
	back := paperIn(t, a)
	require.Equal(t, []string{"20/03/1955", "0912404311", "Mai Thị Ba Người"}, []string{back.fields.Get("birth"), back.fields.Get("phones-0"), back.fields.Get("name")})
	b.saved(back) // who has seen both may decide
	p := at.asProgram(t, c)
	require.Equal(t, []string{"Mai Thị Ba Người", "1955-03-20"}, []string{p.Name, p.Birth})
}

func forgedForms(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Tạ Thị Giả")
	for _, path := range []string{"/ho/moi", at.add(), at.person + "/khai", at.person + "/kich-hoat", at.person + "/sua", at.home + "/den"} {
		form := b.blank(path).with("hamlet", ward.Unit+"-01", "address", "Số 1", "name", "Tạ Giả", "birth", "1990", "sex", "male", "outcome", "moved",
			"phone", "0912404310", "confirm", "yes", "way", "app")
		for what, origin := range map[string]string{"no origin": "", "another site": "https://example.com", "another port": "http://127.0.0.1:1"} {
			req, err := http.NewRequest(http.MethodPost, b.url+form.action, strings.NewReader(form.fields.Encode()))
			require.NoError(t, err)
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if origin != "" {
				req.Header.Set("Origin", origin)
			}
			require.Equal(t, http.StatusForbidden, b.do(req).status, "%s, %s", path, what)
		}
		wrong := form.with("token", "wrong")
		a := b.send(form.action, "application/x-www-form-urlencoded", strings.NewReader(wrong.fields.Encode()))
		require.Equal(t, http.StatusForbidden, a.status, path)
		require.Contains(t, a.text(), "Trang này mở đã lâu")
		unknown(t, c, form)
	}
}

func anotherWard(t *testing.T, d *nodetest.District) {
	b, _, _ := desk(t, d)
	theirs := newDoor(browserOf(t, d.Wards[1], civic.RoleOfficer), d.Wards[1], "Cao Thị Phường Khác")
	nodetest.Eventually(t, patience, "this ward's machine to have it too", func() bool { return b.get(theirs.person).status != http.StatusNotFound })
	for _, path := range []string{theirs.person, theirs.home, theirs.add(), theirs.person + "/khai", theirs.person + "/kich-hoat", theirs.person + "/sua",
		theirs.home + "/den", "/nhan-khau?hamlet=" + d.Wards[1].Unit + "-01"} {
		a := b.get(path)
		require.Equal(t, http.StatusForbidden, a.status, path)
		require.NotContains(t, a.body, "Cao Thị", path)
	}
	for path, form := range map[string]url.Values{theirs.person + "/khai": {"phone": {"0912404310"}, "confirm": {"yes"}}, theirs.person + "/sua": {"name": {"Ai Đó"}},
		theirs.person + "/kich-hoat": {"way": {"app"}, "at": {"2026"}}, theirs.person + "/hien": {"field": {"phones"}}, theirs.home + "/den": {"outcome": {"moved"}}} {
		require.Equal(t, http.StatusForbidden, b.post(path, form).status, path)
	}
	require.NotContains(t, b.page("/nhan-khau?q="+url.QueryEscape("cao thi phuong khac")).body, theirs.person)
	require.Equal(t, http.StatusNotFound, b.get("/nhan-khau/"+command.NewID().String()).status)
	sent := b.blank("/ho/moi").with("hamlet", d.Wards[1].Unit+"-01", "address", "Số 1")
	require.Equal(t, http.StatusUnprocessableEntity, b.hand(sent).status)
}

func signedOut(t *testing.T, d *nodetest.District) {
	b, _, ward := desk(t, d)
	at := newDoor(b, ward, "Lý Thị Ngoài")
	nobody := openBrowser(t, ward.URL)
	for _, path := range []string{"/", "/nhan-khau?q=hoa", "/nhan-khau/moi", at.person, at.person + "/khai", at.person + "/kich-hoat", at.person + "/sua", at.home, "/ho/moi", at.home + "/den"} {
		a := nobody.get(path)
		require.Equal(t, http.StatusSeeOther, a.status, path)
		require.Equal(t, "/vao?next="+url.QueryEscape(path), a.header.Get("Location"))
		require.NotContains(t, a.body, "Lý Thị")
	}
	for _, path := range []string{"/ho/moi", at.person + "/hien", at.home + "/den"} {
		a := nobody.post(path, url.Values{})
		require.Equal(t, []any{http.StatusSeeOther, "/vao"}, []any{a.status, a.header.Get("Location")}, path)
	}
	admin := browserAt(t, ward.URL, d.District, civic.RoleAdmin)
	require.Equal(t, http.StatusForbidden, admin.get("/nhan-khau").status)
	require.NotContains(t, admin.page("/").body, "shell-search", "who may look nobody up is not invited to")
}

func maskedNumbers(t *testing.T, d *nodetest.District) {
	b, _, ward := desk(t, d)
	at := newDoor(b, ward, "Kiều Thị Kín", "personalNumber", "001155000999", "phones-0", "0912404309")
	full := regexp.MustCompile(`001\s?155\s?000\s?999|912\s?404\s?309`)
	for _, path := range []string{at.person, at.home, "/nhan-khau?q=kieu+thi+kin", at.person + "/sua", at.person + "/khai", at.home + "/den"} {
		require.NotRegexp(t, full, b.page(path).text(), path)
	}
	a := b.post(at.person+"/hien", url.Values{"field": {"personalNumber"}})
	require.Equal(t, http.StatusOK, a.status)
	require.Contains(t, a.text(), "001 155 000 999")
	require.NotContains(t, a.text(), "0912 404 309", "one field at a time")
	require.Contains(t, b.post(at.person+"/hien", url.Values{"field": {"phones"}}).text(), "0912 404 309")
	require.NotRegexp(t, full, b.page(at.person).text(), "once")
	require.Equal(t, http.StatusUnprocessableEntity, b.post(at.person+"/hien", url.Values{"field": {"rev"}}).status)

	leader := browserOf(t, d.District, civic.RoleLeader)
	nodetest.Eventually(t, patience, "the district to have it too", func() bool { return leader.get(at.person).status == http.StatusOK })
	require.NotContains(t, leader.page(at.person).body, "Hiện</button>")
	require.Equal(t, http.StatusForbidden, leader.post(at.person+"/hien", url.Values{"field": {"phones"}}).status)
	require.Equal(t, http.StatusForbidden, leader.get(at.person+"/sua").status)
}

func searching(t *testing.T, d *nodetest.District) {
	b, _, ward := desk(t, d)
	at := newDoor(b, ward, "Quách Thị Hoà Bình", "phones-0", "0912404308")
	find := func(q string) answer { return b.page("/nhan-khau?q=" + url.QueryEscape(q)) }
	nodetest.Eventually(t, patience, "the search to follow", func() bool { return strings.Contains(find("quach hoa").body, at.person) })
	a := find("quach hoa")
	require.Contains(t, a.body, "<mark>Quách</mark> Thị <mark>Hoà</mark> <b>Bình</b>")
	require.Contains(t, a.text(), "1 người khớp “quach hoa”")
	for _, q := range []string{"0912404308", "404308", "quach 1955"} {
		require.Contains(t, find(q).body, at.person, q)
	}
	none := find("khong co ai nhu vay")
	require.Contains(t, none.text(), "Chưa có ai khớp")
	require.Contains(t, b.page("/nhan-khau?bucket=activated&q=quach+hoa").text(), "Chưa có ai khớp")

	part := b.get("/nhan-khau?q=quach+hoa&hamlet=&bucket=", "HX-Request", "true")
	require.NotContains(t, part.body, "<html")
	require.Contains(t, part.body, at.person)
	require.Equal(t, "/nhan-khau?q=quach+hoa", part.header.Get("HX-Replace-Url"))
}

func paging(t *testing.T, d *nodetest.District) {
	b := browserOf(t, d.District, civic.RoleOfficer)
	row := regexp.MustCompile(`class="name" href="(/nhan-khau/[^"]+)"`)
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`)
	seen, path := map[string]bool{}, "/nhan-khau"
	for pages := 0; path != ""; pages++ {
		require.Less(t, pages, 10)
		a := b.page(path)
		for _, m := range row.FindAllStringSubmatch(a.body, -1) {
			require.False(t, seen[m[1]], "listed twice")
			seen[m[1]] = true
		}
		path = ""
		if m := next.FindStringSubmatch(a.body); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	require.Greater(t, len(seen), 50, "more than a page")
	require.Contains(t, b.page("/nhan-khau").text(), "1–50 trong "+strconv.Itoa(len(seen))+" người")
	require.Equal(t, http.StatusUnprocessableEntity, b.get("/nhan-khau?cursor=nowhere").status)

	found := b.page("/nhan-khau?q=nguyen")
	require.Len(t, row.FindAllString(found.body, -1), 20, "whom one means is among the first")
	require.Contains(t, found.text(), "Hiện thêm")
	more := b.page(strings.ReplaceAll(next.FindStringSubmatch(found.body)[1], "&amp;", "&"))
	require.Greater(t, len(row.FindAllString(more.body, -1)), 20)
	require.NotContains(t, more.text(), "Hiện thêm")
}

func forAWard(t *testing.T, d *nodetest.District) {
	b, c := browserOf(t, d.District, civic.RoleOfficer), d.As(d.District, civic.RoleOfficer)
	at := newDoor(b, d.Wards[1], "Thân Thị Cụm Ghi")
	b.saved(b.blank(at.person+"/khai").with("phone", "0912404307", "relation", "self", "confirm", "yes"))
	require.Len(t, at.asProgram(t, c).Applications, 1)
	require.Equal(t, "/ho/moi", b.get("/nhan-khau/moi").header.Get("Location"), "in which ward would the person be listed?")
	sent := b.blank(at.add()).with("household", "", "name", "Thân Văn Không Nhà", "birth", "1990", "sex", "male")
	require.Equal(t, http.StatusUnprocessableEntity, b.hand(sent).status)
	unknown(t, c, sent)
}

func provinceReads(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Ông Thị Tỉnh Xem", "phones-0", "0912404306")
	province := browserOf(t, d.Province, civic.RoleProvince)
	nodetest.Eventually(t, patience, "the parcel to reach the province", func() bool { return province.get(at.person).status == http.StatusOK })
	page := province.page(at.person)
	require.Contains(t, page.text(), "Ông Thị Tỉnh Xem")
	require.NotContains(t, page.body, "/sua\"")
	require.Contains(t, page.body, at.home+"@01CG")
	require.Contains(t, province.page(at.home+"@01CG").text(), "Ông Thị Tỉnh Xem")
	require.Contains(t, province.page("/nhan-khau?q=ong+thi+tinh+xem").body, at.person+"@01CG")
	where := "Tổ 1, " + strings.Replace(ward.Name, "Phường ", "P. ", 1)
	require.Contains(t, page.text(), "Ghi nhân khẩu mới")
	require.Contains(t, page.text(), where, "many wards have a hamlet of that name")
	require.Contains(t, province.page("/nhan-khau?q=ong+thi+tinh+xem").text(), where)
	require.NotContains(t, b.page("/nhan-khau?q=ong+thi+tinh+xem").text(), where, "a ward has only one")
	require.Contains(t, province.post(at.person+"/hien", url.Values{"field": {"phones"}}).text(), "0912 404 306")
	for _, path := range []string{at.person + "/khai", at.person + "/sua", at.home + "/den", "/ho/moi"} {
		require.Equal(t, http.StatusForbidden, province.get(path).status, path)
	}
	require.Empty(t, at.asProgram(t, c).Applications)

	b.saved(b.blank(at.person+"/khai").with("phone", "0912404378", "relation", "self", "confirm", "yes"))
	nodetest.Eventually(t, patience, "the application to reach the province", func() bool {
		return strings.Contains(province.page(at.person).text(), "Khai mức 1 ")
	})
	for _, want := range []string{"Đã lưu ở phường", "Cụm đã đồng thuận", "Đã gửi tỉnh", "Tỉnh đã nhận", "Có kết quả đang chờ", "Ghi nhân khẩu mới"} {
		require.Contains(t, province.page(at.person).text(), want)
	}
}

func homeLeads(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	b := browserOf(t, ward, civic.RoleSupervisor)
	a := b.page("/")
	for _, want := range []string{"Hôm nay đã khai mức 1", "Chưa tiếp cận", "Việc cần làm", "Lần nhập danh sách gần nhất", "Không còn gì chờ"} {
		require.Contains(t, a.text(), want)
	}
	shown := regexp.MustCompile(`(\d+) Chưa tiếp cận Chưa đến lần nào`).FindStringSubmatch(a.text())
	require.NotNil(t, shown)
	require.Contains(t, b.page("/nhan-khau?bucket=not_reached").text(), shown[1]+" người · chưa tiếp cận")
	require.Contains(t, a.text(), "Gõ cửa tối nay")
	require.Contains(t, a.body, "/nhan-khau?bucket=l1_submitted%2Cl1_approved%2Cl2_invited%2Cl2_captured%2Cl2_approved%2Cactivated")
	require.Contains(t, a.text(), "bấm số mở danh sách mọi ngày")
	require.NotContains(t, browserOf(t, d.Province, civic.RoleProvince).page("/").text(), "Cần đối chiếu")
	for _, looks := range []*browser{browserOf(t, d.District, civic.RoleLeader), browserOf(t, d.Province, civic.RoleProvince)} {
		page := looks.page("/").text()
		require.Contains(t, page, "Chưa đến lần nào, hoặc chưa gặp ai Xem danh sách", "who does not knock is not told to")
		require.NotContains(t, page, "chọn bản đúng")
	}
}

func inPencil(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	known := newDoor(b, ward, "Chử Thị Đã Biết")
	nodetest.Eventually(t, patience, "the cluster to agree", func() bool { return !strings.Contains(b.page(known.person).text(), "chỉ trên máy này") })
	d.Cut(ward.Unit, "drop")
	defer d.Heal(ward.Unit)
	form := b.blank("/ho/moi").with("hamlet", ward.Unit+"-02", "address", "Số 77, ngõ 1 Cắt Mạng")
	a := b.hand(form)
	require.Equal(t, http.StatusSeeOther, a.status, a.text())
	home, _, _ := strings.Cut(a.header.Get("Location"), "?")
	require.Contains(t, b.page(a.header.Get("Location")).text(), "Đã lưu trên máy này.")
	a = b.hand(b.blank("/nhan-khau/moi?ho="+strings.TrimPrefix(home, "/ho/")).with("name", "Chử Thị Bút Chì", "birth", "1960", "sex", "female"))
	require.Equal(t, http.StatusSeeOther, a.status, a.text())
	at := door{home: home}
	at.person, _, _ = strings.Cut(a.header.Get("Location"), "?")
	for _, path := range []string{at.person, at.home, "/nhan-khau?q=chu+thi+but", "/nhan-khau?hamlet=" + ward.Unit + "-02"} {
		page := b.page(path).text()
		require.Contains(t, page, "Chử Thị Bút Chì", path)
		require.Contains(t, page, "chỉ trên máy này", path)
	}
	require.Contains(t, b.page("/nhan-khau").text(), "1 người còn chờ trên máy này, chưa tính vào số")
	require.Contains(t, b.page("/").text(), "2 việc chờ cụm đồng thuận")

	about := func() string {
		return regexp.MustCompile(`Sinh 17/03/1955 · nữ( chỉ trên máy này)?`).FindString(b.page(known.person).text())
	}
	require.Equal(t, http.StatusSeeOther, b.hand(b.blank(known.person+"/khai").with("phone", "0912404377", "relation", "self", "confirm", "yes")).status)
	require.Equal(t, "Sinh 17/03/1955 · nữ", about(), "the application waits, the person does not")
	require.Contains(t, b.page(known.person).text(), "Đã khai mức 1 chỉ trên máy này")
	require.Equal(t, http.StatusSeeOther, b.hand(b.blank(known.person+"/sua").with("name", "Chử Thị Đã Sửa")).status)
	require.Equal(t, "Sinh 17/03/1955 · nữ chỉ trên máy này", about())

	d.Heal(ward.Unit)
	nodetest.Eventually(t, patience, "the cluster to agree", func() bool {
		page := b.get(at.person)
		return page.status == http.StatusOK && !strings.Contains(page.text(), "chỉ trên máy này")
	})
	require.Equal(t, "Chử Thị Bút Chì", at.asProgram(t, c).Name)
}
