//go:build e2e

package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// TestAListIsLookedThroughImportedAndTakenBack is the way of a list nobody can
// guess: its columns are named, its days asked about, what it would do is shown,
// it comes in, and goes again; the next of its kind is known by its titles.
func TestAListIsLookedThroughImportedAndTakenBack(t *testing.T) {
	const titles = "Bieu mau la\nA1;B1;C1;D1\n"
	b := openTab(t, stage.browser, stage.Wards[1].URL)
	b.signIn(userOf(t, stage.Wards[1], civic.RoleSupervisor))
	b.handIn("la.csv", titles+"Đinh Văn Khởi;5/8/1955;Số 901;Tổ 1\nĐinh Thị Nụ;6/9/1960;Số 902;Tổ 1\nĐinh Văn Lỗi;99/99/1970;Số 903;Tổ 1\n")
	require.Contains(t, b.text("main .banner"), "Chưa đọc được danh sách này")
	require.Zero(t, b.count(`form[action$="/bat-dau"]`), "what cannot be read cannot be imported")
	b.shoot("wizard-no-titles")

	ask[bool](b, `document.querySelector("details").open = true`)
	b.choose("#titles", "2")
	b.turn("the titles to be taken", click(`form [name=whole] ~ .fields .btn`))
	for field, as := range map[string]string{"#c0": "name", "#c1": "birth", "#c2": "address", "#c3": "hamlet"} {
		b.choose(field, as)
	}
	b.turn("the columns to be taken", click(`form [name=whole] ~ .fields .btn`))
	require.Contains(t, b.text("main .banner"), "05/08 là 5 tháng 8 hay 8 tháng 5?")
	b.shoot("wizard-dates")
	b.turn("the days to be settled", click(`button[name=dates][value=mdy]`))
	require.Zero(t, b.count("button[name=dates]"), "asked once")
	b.shows(patience, "main .cards", "08/05/1955")
	b.shows(patience, "#dry", "Người mới")
	require.Contains(t, b.text("#dry"), "Ngày sinh không đọc được")
	b.shoot("wizard")
	b.turn("the list to come in", click(`form[action$="/bat-dau"] button`))
	b.shows(patience, "#jobs", "2 người mới")
	b.shoot("wizard-imported")

	b.handIn("la-2.csv", titles+"Đinh Văn Khởi;5/8/1955;Số 901;Tổ 1\nĐinh Văn Ba;7/8/1971;Số 904;Tổ 1\n")
	require.Contains(t, b.text("main .banner"), "Nhận ra mẫu này")
	b.shows(patience, "#dry", "Như cũ")
	b.turn("the second list to be dropped", click(`form[action="/nhap/dung"] button`))
	require.NotContains(t, b.text("#jobs"), "la-2.csv")

	b.turn("what an undo means", click(`#jobs a[href$="/hoan-tac"]`))
	b.shoot("wizard-undo")
	b.turn("the list to be taken back", click(`main button.btn-warn`))
	b.shows(patience, "#jobs", "Đã hoàn tác")
	require.Contains(t, b.text("#jobs"), "gỡ 4 bản ghi", "two people and their doors")
	b.shoot("wizard-undone")
}

// A list that is read without a question is two presses from the register.
func TestAnOrdinaryListTakesTwoPresses(t *testing.T) {
	b := openTab(t, stage.browser, stage.Wards[1].URL)
	b.signIn(userOf(t, stage.Wards[1], civic.RoleSupervisor))
	b.handIn("thuong.csv", "STT;Họ và tên;Ngày sinh;Giới tính;Số CCCD;Số điện thoại;Địa chỉ;Tổ\n1;PHÙNG VĂN THƯỜNG;15/8/1955;Nam;1055000428;912404318;Số 911;Tổ 1\n2;Phùng Thị Lệ;1960;Nữ;;;Số 911;Tổ 1\n")
	b.shows(patience, "#dry", "Người mới")
	require.NotContains(t, b.text("main"), "1055000428", "numbers are masked, before and after")
	require.NotContains(t, b.text("main"), "912404318")
	b.shoot("wizard-ordinary")
	b.turn("the list to come in", click(`form[action$="/bat-dau"] button`))
	b.shows(patience, "#jobs", "2 người mới")
	b.shoot("imports")
}

// handIn sends a file in by the page, and arrives where it is looked through.
func (b *tab) handIn(name, list string) {
	b.t.Helper()
	b.visit("/nhap")
	ask[bool](b, `(() => { const files = new DataTransfer(); files.items.add(new File([`+quote(list)+`], `+quote(name)+`)); document.querySelector("#file").files = files.files; return true })()`)
	b.turn("the list to be shown", click(`form[enctype] button.btn-main`))
}

// choose gives a field its value.
func (b *tab) choose(selector, value string) {
	b.t.Helper()
	ask[bool](b, `(() => { const f = document.querySelector(`+quote(selector)+`); f.value = `+quote(value)+`; return f.value === `+quote(value)+` })()`)
}
