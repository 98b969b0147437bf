package web_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
)

func scanParts() []part {
	return []part{
		{"ACardLeadsToItsHolder", cardToHolder},
		{"ACardNobodyHasBeginsANewPerson", cardOfNobody},
		{"ACardOfAnotherWardLeadsNowhere", cardOfAnotherWard},
		{"TheRegisterKnowsTheAccentsAScannerLost", accentsFromTheRegister},
		{"ACardIsComparedBeforeLevelOne", cardAtLevelOne},
		{"ACardFillsInWhatTheRegisterLacks", cardIntoEdit},
		{"APhotographFillsTheFormAndIsKeptNowhere", photographed},
		{"APhotographIsTakenFromOurOwnPageOnly", photographForged},
	}
}

// The three lines of the card of 001155000123, made by a program of its own (see
// store/civic/testdata/cards.json), and those of a number nobody has.
const mausLines = "IDVNM1550001233001155000123<<4\n5508154F9912315VNM<<<<<<<<<<<6\nTRAN<<THI<MAU<<<<<<<<<<<<<<<<<"

func cardToHolder(t *testing.T, d *nodetest.District) {
	b, _, ward := desk(t, d)
	at := newDoor(b, ward, "Lục Thị Quét", "personalNumber", "001155007001")
	const code = "001155007001||Lục Thị Quét|17031955|Nữ|Tổ 1|25032021"
	for what, scanned := range map[string]string{"a code": code, "as a scanner ends": code + "\r\n", "accents lost": "001155007001||Luc Thi Quet|17031955|Nu|To 1|25032021", "the number": "001 155 007 001"} {
		a := b.hand(b.blank("/quet").with("scan", scanned))
		require.Equal(t, http.StatusSeeOther, a.status, what)
		require.Equal(t, at.person, a.header.Get("Location"), what)
	}
	a := b.get("/nhan-khau?q=" + url.QueryEscape(code)) // without script, into the box for searching
	require.Equal(t, []any{http.StatusSeeOther, at.person}, []any{a.status, a.header.Get("Location")})
	typing := b.get("/nhan-khau?q="+url.QueryEscape(code), "HX-Request", "true")
	require.Equal(t, []string{"", ""}, []string{typing.body, typing.header.Get("HX-Replace-Url")}, "a list that is searched as one types stays as it is")
	for scanned, says := range map[string]string{"": "Thẻ: Ô này chưa ghi.", "xin chào": "Thẻ: Chưa đọc được thẻ.", strings.Replace(mausLines, "5508154", "5508164", 1): "số kiểm tra không khớp"} {
		a := b.hand(b.blank("/quet").with("scan", scanned))
		require.Equal(t, http.StatusUnprocessableEntity, a.status)
		require.Contains(t, a.text(), says)
		require.NotContains(t, a.body, "xin chào", "what cannot be read is not shown again")
	}
}

func cardOfNobody(t *testing.T, d *nodetest.District) {
	b, _, _ := desk(t, d)
	a := b.hand(b.blank("/quet").with("scan", "001090007002||Đinh Văn Mới|05031990|Nam|Tổ 3|01012022"))
	require.Equal(t, http.StatusOK, a.status)
	require.Contains(t, a.text(), "Đã đọc thẻ, chưa ghi.")
	form := paperIn(t, a)
	require.Equal(t, "/nhan-khau/moi", form.action)
	require.Equal(t, []string{"001090007002", "Đinh Văn Mới", "05/03/1990", "male", ""},
		[]string{form.fields.Get("personalNumber"), form.fields.Get("name"), form.fields.Get("birth"), form.fields.Get("sex"), form.fields.Get("scan")})
	person := b.saved(form)
	require.Equal(t, person, b.hand(b.blank("/quet").with("scan", "001090007002||Đinh Văn Mới|05031990|Nam|Tổ 3|01012022")).header.Get("Location"))

	lines := b.hand(b.blank("/quet").with("scan", mausLines))
	form = paperIn(t, lines)
	require.Equal(t, []string{"001155000123", "Tran Thi Mau", "15/08/1955", "female"}, []string{form.fields.Get("personalNumber"), form.fields.Get("name"), form.fields.Get("birth"), form.fields.Get("sex")})
	require.Contains(t, lines.text(), "máy quét không đọc được chữ có dấu")

	office := browserOf(t, d.District, civic.RoleOfficer) // works for several wards: not known for which
	far := office.hand(office.blank("/quet").with("scan", "001090007003||Đinh Văn Xa|05031990|Nam|Tổ 3|01012022"))
	require.Equal(t, http.StatusOK, far.status)
	require.Contains(t, far.text(), "Chưa ai trong sổ mang số •••• 7003.")
}

func cardOfAnotherWard(t *testing.T, d *nodetest.District) {
	b, _, _ := desk(t, d)
	theirs := newDoor(browserOf(t, d.Wards[1], civic.RoleOfficer), d.Wards[1], "Cao Thị Phường Bên", "personalNumber", "001155007004")
	nodetest.Eventually(t, patience, "this ward's machine to have it too", func() bool { return b.get(theirs.person).status != http.StatusNotFound })
	const code = "001155007004||Cao Thi Phuong Ben|17031955|Nu|To 1|25032021"
	for _, a := range []answer{b.hand(b.blank("/quet").with("scan", code)), b.get("/nhan-khau?q=" + url.QueryEscape(code))} {
		require.Equal(t, http.StatusForbidden, a.status)
		require.Empty(t, a.header.Get("Location"))
		require.NotContains(t, a.body, "Cao Thị")
		require.NotContains(t, a.body, strings.TrimPrefix(theirs.person, "/nhan-khau/"))
	}
	form := b.hand(b.blank("/nhan-khau/moi").with("scan", code))
	require.Contains(t, form.text(), "số này đang là của người khác")
	require.NotContains(t, form.body, "Cao Thị", "the accents come from those whom one may see")
	require.Equal(t, "Cao Thi Phuong Ben", paperIn(t, form).fields.Get("name"))
}

func accentsFromTheRegister(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Nguyễn Thị Dấu", "personalNumber", "001155007005")
	sent := b.blank(at.add()).with("scan", "001155007005||Nguyen Thi Dau|17031955|Nu|To 1|25032021", "phones-0", "0961404300")
	a := b.hand(sent)
	require.Equal(t, http.StatusOK, a.status)
	form := paperIn(t, a)
	require.Equal(t, []string{"Nguyễn Thị Dấu", "0961404300", sent.fields.Get("command")}, []string{form.fields.Get("name"), form.fields.Get("phones-0"), form.fields.Get("command")})
	require.Contains(t, a.body, at.person, "who has that number is named")
	unknown(t, c, sent)

	other := b.hand(b.blank(at.add()).with("scan", "001155007005||Nguyen Thi Gau|17031955|Nu|To 1|25032021"))
	require.Equal(t, "Nguyen Thi Gau", paperIn(t, other).fields.Get("name"))
	require.Contains(t, other.text(), "trong sổ, người mang số này tên là Nguyễn Thị Dấu.")

	wedge := b.hand(b.blank(at.add()).with("name", "001090007006|| Đinh Văn Ô|05031990|Nam|Tổ 3|01012022")) // without script, where the cursor stood
	require.Equal(t, []string{"Đinh Văn Ô", "001090007006"}, []string{paperIn(t, wedge).fields.Get("name"), paperIn(t, wedge).fields.Get("personalNumber")})
}

func cardAtLevelOne(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Phạm Thị Khớp", "personalNumber", "001155007007")
	without := newDoor(b, ward, "Phạm Thị Chưa")
	for _, x := range []struct{ page, card, says string }{
		{at.person, "001155007007||Phạm Thị Khớp|17031955|Nữ|Tổ 1|25032021", "Thẻ khớp với sổ."},
		{at.person, "001155007007||Pham Thi Khop|17031955|Nu|Tổ 1|25032021", "Thẻ khớp với sổ."},
		{at.person, "001155007007||Phạm Thị Khác|18031955|Nữ|Tổ 1|25032021", "Thẻ ghi khác sổ: họ tên, ngày sinh."},
		{at.person, "001155007008||Phạm Thị Khớp|17031955|Nữ|Tổ 1|25032021", "Thẻ này mang số khác với sổ."},
		{without.person, "001155007009||Phạm Thị Chưa|17031955|Nữ|Tổ 1|25032021", "Sổ chưa có số định danh."},
	} {
		sent := b.blank(x.page+"/khai").with("scan", x.card, "phone", "0961404307", "relation", "self", "confirm", "yes")
		a := b.hand(sent)
		require.Equal(t, http.StatusOK, a.status)
		require.Contains(t, a.text(), x.says)
		require.Equal(t, "0961404307", paperIn(t, a).fields.Get("phone"), "what was typed stays")
		unknown(t, c, sent)
	}
	landline := b.hand(b.blank(at.person+"/khai").with("phone", "024 3825 1234", "relation", "self", "confirm", "yes"))
	require.Contains(t, landline.text(), "Số máy bàn không nhận được tin nhắn.")
}

func cardIntoEdit(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Hà Thị Thiếu", "phones-0", "0961404306")
	sent := b.blank(at.person+"/sua").with("scan", "001155007010||Hà Thị Thiếu|18031955|Nữ|Tổ 1|25032021", "phones-0", "0961404305")
	a := b.hand(sent)
	require.Equal(t, http.StatusOK, a.status)
	unknown(t, c, sent)
	form := paperIn(t, a)
	require.Equal(t, []string{"001155007010", "18/03/1955", "0961404305", "Hà Thị Thiếu"}, []string{form.fields.Get("personalNumber"), form.fields.Get("birth"), form.fields.Get("phones-0"), form.fields.Get("name")})
	b.saved(form)
	p := at.asProgram(t, c)
	require.Equal(t, "1955-03-18", p.Birth)
	require.True(t, strings.HasSuffix(p.PersonalNumber, "7010"))

	strange := b.hand(b.blank(at.person+"/sua").with("scan", "001155007011||Ai Đó|19031955|Nam|Tổ 1|25032021"))
	require.Contains(t, strange.text(), "Thẻ này mang số khác với sổ.")
	form = paperIn(t, strange)
	require.Equal(t, []string{"•••• 7010", "18/03/1955", "Hà Thị Thiếu", "female"}, []string{form.fields.Get("personalNumber"), form.fields.Get("birth"), form.fields.Get("name"), form.fields.Get("sex")})
}

// photo is a form with a photograph, as a browser sends it: all the fields in
// their order, the token first.
func (b *browser) photo(p paper, action string, picture []byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(b.t, form.WriteField("token", p.fields.Get("token")))
	for name, values := range p.fields {
		if name != "token" && name != "photo" {
			require.NoError(b.t, form.WriteField(name, values[0]))
		}
	}
	file, err := form.CreateFormFile("photo", "the.png")
	require.NoError(b.t, err)
	_, err = file.Write(picture)
	require.NoError(b.t, err)
	require.NoError(b.t, form.Close())
	return b.send(action, form.FormDataContentType(), &body)
}

func codeOf(t *testing.T, text string) []byte {
	picture, err := qrcode.Encode(text, qrcode.Medium, 500)
	require.NoError(t, err)
	return picture
}

// table is a picture of nothing.
func table(t *testing.T) []byte {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 300, 200))))
	return b.Bytes()
}

func photographed(t *testing.T, d *nodetest.District) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere")) // whatever would lay a file down fails
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Vi Thị Ảnh", "personalNumber", "001155007012")
	picture := codeOf(t, "001090007013||Đinh Văn Ảnh|05031990|Nam|Tổ 3|01012022||||")

	sent := b.blank(at.add()).with("phones-0", "0961404301")
	a := b.photo(sent, "/nhan-khau/moi/anh", picture)
	require.Equal(t, http.StatusOK, a.status, a.text())
	form := paperIn(t, a)
	require.Equal(t, []string{"/nhan-khau/moi", "001090007013", "Đinh Văn Ảnh", "0961404301", sent.fields.Get("command"), sent.fields.Get("household")},
		[]string{form.action, form.fields.Get("personalNumber"), form.fields.Get("name"), form.fields.Get("phones-0"), form.fields.Get("command"), form.fields.Get("household")})
	unknown(t, c, sent)

	mine := codeOf(t, "001155007012||Vi Thị Ảnh|17031955|Nữ|Tổ 1|25032021")
	require.Contains(t, b.photo(b.blank(at.person+"/khai"), at.person+"/khai/anh", mine).text(), "Thẻ khớp với sổ.")
	require.Contains(t, b.photo(b.blank(at.person+"/sua"), at.person+"/sua/anh", mine).text(), "Thẻ khớp với sổ.")
	require.Equal(t, at.person, b.photo(b.blank("/quet"), "/quet/anh", mine).header.Get("Location"))

	for says, picture := range map[string][]byte{"Chưa chọn ảnh.": nil, "Chưa mở được ảnh.": []byte("GIF89a"), "Không thấy mã QR trong ảnh.": table(t), "Ảnh lớn quá.": append(mine, make([]byte, 12<<20)...)} {
		a := b.photo(sent, "/nhan-khau/moi/anh", picture)
		require.Equal(t, http.StatusUnprocessableEntity, a.status)
		require.Contains(t, a.text(), says)
		require.Equal(t, "0961404301", paperIn(t, a).fields.Get("phones-0"))
	}
	large := b.photo(sent, "/nhan-khau/moi/anh", append(picture, make([]byte, 11<<20)...))
	require.Equal(t, http.StatusOK, large.status, large.text())
	require.NoDirExists(t, os.TempDir())
}

func photographForged(t *testing.T, d *nodetest.District) {
	b, c, ward := desk(t, d)
	at := newDoor(b, ward, "Vi Thị Giả", "personalNumber", "001155007014")
	picture := codeOf(t, "001155007014||Vi Thị Giả|17031955|Nữ|Tổ 1|25032021")
	for _, path := range []string{"/quet", "/nhan-khau/moi", at.person + "/khai", at.person + "/sua"} {
		sent := b.blank(path)
		a := b.photo(sent.with("token", "wrong"), path+"/anh", picture)
		require.Equal(t, http.StatusForbidden, a.status, path)
		require.Contains(t, a.text(), "Trang này mở đã lâu")
		unknown(t, c, sent)
	}
	plain := b.blank("/quet")
	require.Equal(t, http.StatusUnprocessableEntity, b.post("/quet/anh", plain.fields).status, "no form of that kind")
}
