package web_test

import (
	"bytes"
	"crypto/x509"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func officeParts() []part {
	return []part{
		{"FiguresAreWhatWasTakenDownAndNeverClamped", figuresAddUp}, // first: it counts on empty wards
		{"ProvinceShowsAClusterAfterAParcel", provinceHears},
		{"UnitsOfOthersAreClosed", othersAreClosed},
		{"PagesThatNeedNobodySignedIn", openPages},
		{"WhoLooksAfterAMachineSeesItExamined", examined},
		{"AMessyListEndsInCountsAndAResult", messyList},
		{"AnOldWorkbookIsRefusedWithWhatToDo", oldWorkbook},
		{"AListIsTakenFromTheFormOfThisSessionOnly", forgedUpload},
		{"AConflictShowsBothSidesMasked", bothSides},
		{"ACutOffWardShowsWhatWaitsAndLetsPagesFollowIt", cutOff}, // last: it cuts a link
	}
}

const patience = 20 * time.Second

// people lists the first n residents of a ward who count.
func people(t *testing.T, c *nodetest.Client, unit string, n int) (ids []command.ID) {
	t.Helper()
	var list struct {
		Items []struct {
			ID       command.ID
			Eligible bool
		}
	}
	require.Equal(t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/residents?limit=100&unit="+unit, nil, &list))
	for _, p := range list.Items {
		if p.Eligible && len(ids) < n {
			ids = append(ids, p.ID)
		}
	}
	require.Len(t, ids, n)
	return ids
}

func application(unit string, resident command.ID, phone string) nodetest.Command {
	return nodetest.Command{ID: command.NewID(), Kind: "application.submit", Unit: unit,
		Body: map[string]any{"id": command.NewID(), "resident": resident, "level": 1, "phone": phone, "relation": "self"}}
}

func activation(unit string, resident command.ID) nodetest.Command {
	return nodetest.Command{ID: command.NewID(), Kind: "activation.record", Unit: unit,
		Body: map[string]any{"id": command.NewID(), "resident": resident, "way": "app", "at": time.Now().UTC().Format(time.RFC3339)}}
}

// figuresAddUp: 3 of ward 3 captured, 2 of them activated, target 27.
func figuresAddUp(t *testing.T, d *nodetest.District) {
	ward := d.Wards[2]
	officer := d.As(ward, civic.RoleOfficer)
	who := people(t, officer, ward.Unit, 3)
	officer.Accepted(application(ward.Unit, who[0], "0912000001"), application(ward.Unit, who[1], "0912000002"), application(ward.Unit, who[2], "0912000003"),
		activation(ward.Unit, who[0]), activation(ward.Unit, who[1]))

	report := browserOf(t, ward, civic.RoleOfficer).page("/bao-cao")
	text := report.text()
	for _, want := range []string{"Đã thu nhận 3 ", "Đã kích hoạt 2 ", "Thu nhận ÷ chỉ tiêu 11,1 % chỉ tiêu 27", "Kích hoạt ÷ chỉ tiêu 7,4 % còn 25 người",
		"Kích hoạt ÷ thu nhận 66,7 % 1 chưa kích hoạt", "Tổ 1 "} {
		require.Contains(t, text, want)
	}
	require.Contains(t, report.body, "Thu nhận 3 (11,1 % chỉ tiêu)\nKích hoạt 2 (7,4 % chỉ tiêu)\nKích hoạt trên thu nhận 66,7 %", "the bulletin")
	require.NotContains(t, text, "chưa tính vào số")
	behind := regexp.MustCompile(`href="(/nhan-khau\?[^"]+)">(\d+)</a>`).FindAllStringSubmatch(report.body, 2)
	desk := browserOf(t, ward, civic.RoleOfficer)
	for i, figure := range []string{"3", "2"} {
		require.Equal(t, figure, behind[i][2])
		require.Contains(t, desk.page(html.UnescapeString(behind[i][1])).text(), figure+" người · "+ward.Name, "the figure opens its people")
	}

	month := time.Now().UTC().Add(7 * time.Hour).Format("2006-01")
	d.As(d.District, civic.RoleLeader).Accepted(
		nodetest.Command{ID: command.NewID(), Kind: "target.set", Unit: d.District.Unit, Body: civic.SetTarget{Unit: ward.Unit, Indicator: civic.IndicatorCaptured, Period: month, Value: 2}},
		nodetest.Command{ID: command.NewID(), Kind: "target.set", Unit: d.District.Unit, Body: civic.SetTarget{Unit: ward.Unit, Indicator: civic.IndicatorActivated, Period: month, Value: 1}})
	leader := browserOf(t, d.District, civic.RoleLeader)
	text = leader.page("/bao-cao?unit=" + ward.Unit).text()
	require.Contains(t, text, "Thu nhận ÷ chỉ tiêu 150,0 %")
	require.Contains(t, text, "Kích hoạt ÷ chỉ tiêu 200,0 %")
	require.Contains(t, text, "Thu nhận 2 · Kích hoạt 1", "targets that differ are both named")
	require.Contains(t, leader.page("/bao-cao").text(), "1 "+ward.Name+" 3 2 1 150,0 200,0 66,7", "the ward leads the table")

	yesterday := time.Now().UTC().Add(7*time.Hour).AddDate(0, 0, -1).Format(time.DateOnly)
	require.Contains(t, leader.page("/bao-cao?unit="+ward.Unit+"&day="+yesterday).text(), "Đã thu nhận 0 ")
	require.Equal(t, http.StatusUnprocessableEntity, leader.get("/bao-cao?day=2026-13-40").status)
	require.Equal(t, http.StatusUnprocessableEntity, leader.get("/bao-cao?day=2999-01-01").status)
}

func provinceHears(t *testing.T, d *nodetest.District) {
	province := browserOf(t, d.Province, civic.RoleProvince)
	line := regexp.MustCompile(d.District.Name + ` ` + d.District.Unit + ` \d\d:\d\d chuyến \d+ Kịp [\d.]+ 0 3 2 66,7`)
	nodetest.Eventually(t, patience, "the province to show the cluster's figures", func() bool {
		return line.MatchString(province.page("/tinh").text())
	})
	require.Contains(t, province.page("/bao-cao?unit="+d.Wards[2].Unit).text(), "Đã thu nhận 3 ")
	require.Equal(t, http.StatusNotFound, browserOf(t, d.District, civic.RoleLeader).get("/tinh").status, "a cluster hears from no clusters")
}

func othersAreClosed(t *testing.T, d *nodetest.District) {
	officer, admin := browserOf(t, d.Wards[0], civic.RoleOfficer), browserOf(t, d.District, civic.RoleAdmin)
	for path, b := range map[string]*browser{
		"/bao-cao?unit=" + d.Wards[1].Unit:   officer,
		"/bao-cao?unit=" + d.District.Unit:   officer,
		"/bao-cao?unit=99999":                officer,
		"/nhap":                              officer, // lists are the supervisor's
		"/nhap/viec":                         officer,
		"/nhap/ket-qua/" + importOf(t, d, 0): officer,
		"/bao-cao":                           admin, // machines, not people
		"/doi-chieu":                         admin,
	} {
		require.Equal(t, http.StatusForbidden, b.get(path).status, path)
	}
	result := "/nhap/ket-qua/" + importOf(t, d, 0)
	require.NotEqual(t, http.StatusOK, browserOf(t, d.Wards[1], civic.RoleSupervisor).get(result).status)
	require.Equal(t, http.StatusForbidden, browserAt(t, d.Wards[0].URL, d.Wards[0], civic.RoleOfficer).post("/nhap/dung", url.Values{"job": {"x"}}).status)
	leader := browserOf(t, d.District, civic.RoleLeader)
	for _, w := range d.Wards {
		leader.page("/bao-cao?unit=" + w.Unit)
	}
}

// importOf finds the address of the result of a ward's first import.
func importOf(t *testing.T, d *nodetest.District, ward int) string {
	t.Helper()
	found := resultLink.FindStringSubmatch(browserOf(t, d.Wards[ward], civic.RoleSupervisor).page("/nhap").body)
	require.NotNil(t, found, "the demonstration loads a list into every ward")
	return found[1]
}

var resultLink = regexp.MustCompile(`/nhap/ket-qua/([0-9a-f]{64})`)

func openPages(t *testing.T, d *nodetest.District) {
	nobody := openBrowser(t, d.Wards[0].URL)
	for _, path := range []string{"/huong-dan", "/huong-dan/chi-huy", "/tin-cay"} {
		nobody.page(path)
	}
	require.NotContains(t, nobody.page("/vao").text(), "kết nối chưa riêng tư", "nothing warns on the machine itself")
	require.Contains(t, nobody.page("/tin-cay").text(), "--https :8443", "no other browser can come yet")
	require.NotContains(t, nobody.page("/tin-cay").text(), "127.0.0.1")
	require.Equal(t, http.StatusNotFound, nobody.get("/huong-dan/khac").status)
	root := nobody.page("/tin-cay/goc.crt")
	cert, err := x509.ParseCertificate([]byte(root.body))
	require.NoError(t, err)
	require.True(t, cert.IsCA)
	require.Equal(t, "application/x-x509-ca-cert", root.header.Get("Content-Type"))

	for _, path := range []string{"/may", "/so-cho", "/bao-cao", "/doi-chieu", "/nhap", "/tinh"} {
		a := nobody.get(path)
		require.Equal(t, http.StatusSeeOther, a.status, path)
		require.Equal(t, "/vao?next="+url.QueryEscape(path), a.header.Get("Location"))
	}
	for _, path := range []string{"/song", "/nhap/viec"} {
		require.Equal(t, http.StatusUnauthorized, nobody.get(path, "Gocua-Fragment", "1").status, "a page that asks by itself is not led away")
	}
}

// messy is a list as wards keep them: a title, titles in the second row, a lost
// zero, capitals, an empty line, a person twice, one without a name, a total.
const messy = "DANH SÁCH NHÂN KHẨU TỔ 1,,,,,,\n" +
	"STT,Họ và tên,Ngày sinh,Giới tính,Số điện thoại,Địa chỉ,Tổ,Số CMND\n" +
	"1,NGUYỄN VĂN TÈO,01/02/1980,Nam,912345670,Số 5 ngõ 9,Tổ 1\n" +
	"2,Trần Thị Bưởi,1975,Nữ,0912345671,Số 5 ngõ 9,Tổ 1,11222333\n" +
	",,,,,,\n" +
	"3,Nguyễn Văn Tèo,01/02/1980,Nam,0912345670,Số 5 ngõ 9,Tổ 1\n" +
	"4,,1990,Nam,,Số 6 ngõ 9,Tổ 1\n" +
	"Tổng cộng,2,,,,,\n"

// upload sends a list as the page's form does.
func (b *browser) upload(token, unit, name string, data []byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(b.t, form.WriteField("token", token))
	file, err := form.CreateFormFile("file", name)
	require.NoError(b.t, err)
	_, err = file.Write(data)
	require.NoError(b.t, err)
	require.NoError(b.t, form.WriteField("unit", unit))
	require.NoError(b.t, form.Close())
	return b.send("/nhap", form.FormDataContentType(), &body)
}

func messyList(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	supervisor := browserOf(t, ward, civic.RoleSupervisor)
	require.Equal(t, 1, strings.Count(supervisor.page("/nhap").body, "<option "), "a supervisor's list is for the own ward")
	sent := supervisor.upload(supervisor.token, ward.Unit, `C:\Danh sách\tổ 1.csv`, []byte(messy))
	require.Equal(t, http.StatusSeeOther, sent.status, sent.text())
	looked, _, _ := strings.Cut(sent.header.Get("Location"), "?")
	require.Contains(t, supervisor.page(looked).text(), "05/08 là 5 tháng 8 hay 8 tháng 5?")
	settled := supervisor.post(looked, url.Values{"dates": {"dmy"}})
	require.Equal(t, http.StatusSeeOther, settled.status, settled.text())
	require.Contains(t, supervisor.page(looked).body, `action="`+looked+`/bat-dau"`)
	begun := supervisor.post(looked+"/bat-dau", url.Values{})
	require.Equal(t, http.StatusSeeOther, begun.status, begun.text())

	const counts = "2 người mới · 0 cập nhật · 1 như cũ · 0 cần đối chiếu · 1 dòng không nhận"
	nodetest.Eventually(t, patience, "the list to be decided", func() bool {
		jobs := supervisor.get("/nhap/viec", "Gocua-Fragment", "1")
		return strings.Contains(jobs.text(), "tổ 1.csv xong lúc") && strings.Contains(jobs.text(), counts)
	})
	found := resultLink.FindStringSubmatch(supervisor.page("/nhap").body)
	result := supervisor.page("/nhap/ket-qua/" + found[1])
	require.Contains(t, result.header.Get("Content-Disposition"), "attachment; filename*=utf-8''ket-qua-t%E1%BB%95%201.xlsx")
	book, err := excelize.OpenReader(strings.NewReader(result.body))
	require.NoError(t, err)
	var cells []string
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		require.NoError(t, err)
		for _, row := range rows {
			cells = append(cells, row...)
		}
	}
	require.Contains(t, cells, "Thiếu họ tên")

	leader := d.As(d.District, civic.RoleSupervisor)
	var found2 struct{ Items []struct{ Name string } }
	require.Equal(t, http.StatusOK, leader.Call(http.MethodGet, "/api/v1/residents?q="+url.QueryEscape("nguyen van teo 1980"), nil, &found2))
	require.Len(t, found2.Items, 1)
	require.Equal(t, http.StatusOK, leader.Call(http.MethodGet, "/api/v1/residents?q=011222333", nil, &found2))
	require.Len(t, found2.Items, 1, "by the number of her old card, with the zero a spreadsheet took")
	require.Equal(t, "Trần Thị Bưởi", found2.Items[0].Name)
}

func oldWorkbook(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	supervisor := browserOf(t, ward, civic.RoleSupervisor)
	before := strings.Count(supervisor.page("/nhap").body, `class="job"`)
	for _, c := range []struct{ name, data, say string }{
		{"so.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", "Tệp XLS đời cũ chưa đọc được. Lưu lại thành XLSX rồi nhập."},
		{"so.pdf", "%PDF-1.7", "Chưa đọc được tệp này. Dùng XLSX hoặc CSV."},
		{"", "", "Ô này chưa ghi."},
		{"a.csv", "Họ tên;Năm sinh\n\"Lê An;1960\n" + strings.Repeat("Lê Bình;1961\n", 30), "Dòng 2 có dấu ngoặc kép mở mà không đóng"},
	} {
		a := supervisor.upload(supervisor.token, ward.Unit, c.name, []byte(c.data))
		require.Equal(t, http.StatusUnprocessableEntity, a.status, c.name)
		require.Contains(t, a.text(), "Tệp: "+c.say)
		require.Contains(t, a.body, `href="#file"`)
	}
	require.Equal(t, before, strings.Count(supervisor.page("/nhap").body, `class="job"`), "nothing was taken in")
}

func forgedUpload(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	supervisor := browserOf(t, ward, civic.RoleSupervisor)
	before := strings.Count(supervisor.page("/nhap").body, `class="job"`)
	other := strings.Replace(messy, "TÈO", "TÍ", 1)
	require.Equal(t, http.StatusForbidden, supervisor.upload("guessed", ward.Unit, "a.csv", []byte(other)).status)
	require.Equal(t, http.StatusForbidden, supervisor.upload(supervisor.token, d.Wards[1].Unit, "a.csv", []byte(other)).status)
	require.Equal(t, http.StatusForbidden, supervisor.upload(supervisor.token, ward.Unit+"-01", "a.csv", []byte(other)).status, "a list is for a ward")
	require.Equal(t, http.StatusUnprocessableEntity, supervisor.send("/nhap", "text/plain", strings.NewReader("x")).status)
	require.Equal(t, http.StatusForbidden, browserOf(t, ward, civic.RoleOfficer).upload("any", ward.Unit, "a.csv", []byte(other)).status)
	require.Equal(t, before, strings.Count(supervisor.page("/nhap").body, `class="job"`), "nothing was taken in")
}

func bothSides(t *testing.T, d *nodetest.District) {
	ward := d.Wards[1]
	officer := d.As(ward, civic.RoleOfficer)
	who := people(t, officer, ward.Unit, 1)[0]
	officer.Accepted(application(ward.Unit, who, "0912111222"))
	second := application(ward.Unit, who, "0987333444")
	_, outcomes := officer.Submit(second)
	require.Equal(t, command.Conflicted, outcomes[0].Status)

	desk := browserOf(t, ward, civic.RoleOfficer)
	a := desk.page("/doi-chieu?id=" + second.ID.String())
	for _, want := range []string{"Đã có hồ sơ mức 1 từ trước", "Điện thoại khác nhau 09•• ••• 222 09•• ••• 444", "SIM đứng tên ai Chính chủ như bên"} {
		require.Contains(t, a.text(), want)
	}
	for _, number := range []string{"912111222", "987333444"} {
		require.NotContains(t, a.body, number)
	}
	require.Equal(t, http.StatusForbidden, browserOf(t, d.Wards[0], civic.RoleOfficer).get("/doi-chieu?id="+second.ID.String()).status)
	require.Equal(t, http.StatusNotFound, desk.get("/doi-chieu?id="+command.NewID().String()).status)
}

func cutOff(t *testing.T, d *nodetest.District) {
	ward := d.Wards[2]
	officer := d.As(ward, civic.RoleOfficer)
	who := people(t, officer, ward.Unit, 4)[3]
	d.Cut(ward.Unit, "drop")
	defer d.Heal(ward.Unit)
	waits := application(ward.Unit, who, "0912000004")
	_, outcomes := officer.Submit(waits)
	require.Equal(t, command.Waiting, outcomes[0].Status)

	desk := browserOf(t, ward, civic.RoleSupervisor)
	outbox := desk.page("/so-cho")
	require.Contains(t, outbox.text(), "1 trong 1 việc")
	require.Contains(t, outbox.body, "/nhan-khau/"+who.String())
	require.Contains(t, desk.page("/bao-cao").text(), "1 việc chờ trên máy này, chưa tính vào số.")
	require.Contains(t, desk.page("/bao-cao").text(), "Đã thu nhận 3 ", "what waits is not counted")
	nodetest.Eventually(t, patience, "the machine's page to say so calmly", func() bool {
		return strings.Contains(desk.page("/may").text(), "Vẫn ghi như thường.")
	})
	admin := adminAt(t, d, ward)
	require.Contains(t, admin.page("/so-cho").text(), "Khai mức 1")
	require.NotContains(t, admin.page("/so-cho").body, who.String(), "an administrator sees no residents' data")

	live := "/song?dots=" + waits.ID.String() + ",rubbish," + command.NewID().String()
	dots := func(at string) string { return `data-at="` + at + `"` }
	a := desk.get(live, "Gocua-Fragment", "1")
	require.Equal(t, http.StatusOK, a.status)
	require.Equal(t, 1, strings.Count(a.body, "data-dots="))
	require.Contains(t, a.body, dots("1"))
	require.Contains(t, a.body, `id="link"`)
	d.Heal(ward.Unit)
	nodetest.Eventually(t, patience, "the dots to go on to the province", func() bool {
		return strings.Contains(desk.get(live, "Gocua-Fragment", "1").body, dots("4"))
	})
	require.Contains(t, desk.page("/so-cho").text(), "Không còn gì chờ")
}

// adminAt is the district's administrator, sitting at a ward's machine.
func adminAt(t *testing.T, d *nodetest.District, ward demo.Place) *browser {
	return browserAt(t, ward.URL, d.District, civic.RoleAdmin)
}

func examined(t *testing.T, d *nodetest.District) {
	page := browserOf(t, d.District, civic.RoleAdmin).page("/may").text()
	require.Contains(t, page, "Khám máy")
	require.Contains(t, page, "đang chạy, bản")
	require.Regexp(t, `(\d+ việc cần xem|không có gì phải làm) · khám \d\d:\d\d`, page)
	require.NotContains(t, browserOf(t, d.District, civic.RoleOfficer).page("/may").text(), "Khám máy", "an officer has other work")
}
