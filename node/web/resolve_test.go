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

func resolveParts() []part {
	return []part{
		{"ADecisionIsAPlainFormThatSaysWhatWillHappen", decidedByForm},
		{"AReviewIsDecidedByWhoMayAndOnce", decidedOnce},
		{"ALateSideGoesInCorrected", takenCorrected},
		{"TwoPeopleWithOneNumberAreToldApart", toldApart},
		{"WhatWaitsForAReviewStandsUnderItAndIsDecidedWithIt", underItsParent},
		{"TheBookOfAMachineAddsUpAndOpensEveryNumber", bookAddsUp},
	}
}

// resident is somebody of a ward as the API tells.
type resident struct {
	ID       command.ID
	Name     string
	Sex      string
	Eligible bool
}

// somebodyOf picks the n-th person of a ward.
func somebodyOf(t *testing.T, c *nodetest.Client, unit string, n int) resident {
	t.Helper()
	var list struct{ Items []resident }
	require.Equal(t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/residents?limit=100&unit="+unit, nil, &list))
	require.Greater(t, len(list.Items), n)
	return list.Items[n]
}

// lateEdit is an edit by somebody who saw another name than the one agreed.
func lateEdit(unit string, who command.ID, name, phone string) nodetest.Command {
	edits := []map[string]any{{"field": "name", "was": "Tên Cũ", "now": name}}
	if phone != "" {
		edits = append(edits, map[string]any{"field": "phones", "was": []string{"0900000000"}, "now": []string{phone}})
	}
	return nodetest.Command{ID: command.NewID(), Kind: "resident.edit", Unit: unit, Body: map[string]any{"id": who, "edits": edits}}
}

// conflicted hands in a command that has to go to review.
func conflicted(t *testing.T, c *nodetest.Client, cmd nodetest.Command) string {
	t.Helper()
	_, outcomes := c.Submit(cmd)
	require.Equal(t, command.Conflicted, outcomes[0].Status, "%+v", outcomes[0])
	return "/doi-chieu?id=" + cmd.ID.String()
}

// deciding reads the form of a review and fills in a choice and a reason.
func deciding(t *testing.T, b *browser, path, choice, reason string) paper {
	t.Helper()
	p := paperIn(t, b.page(path))
	require.Equal(t, path, strings.ReplaceAll(p.action, "&amp;", "&"))
	p.fields.Set("choice", choice)
	p.fields.Set("reason", reason)
	return p
}

func decidedByForm(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	officer := d.As(ward, civic.RoleOfficer)
	who := somebodyOf(t, officer, ward.Unit, 20)
	path := conflicted(t, officer, lateEdit(ward.Unit, who.ID, "Nguyễn Văn Đến Sau", ""))

	desk := browserOf(t, ward, civic.RoleSupervisor)
	page := desk.page(path)
	for _, want := range []string{"Giữ bản cụm đang giữ Sổ không đổi. Bản đến sau cất ở đây, vẫn xem lại được.",
		"Lấy bản đến sau Ghi họ tên của bản đến sau vào sổ, đè lên bản cụm.", "Lấy bản đến sau, có sửa Ghi bản đến sau vào sổ, theo các ô đồng chí sửa ở dưới.", "Vì sao chọn như vậy"} {
		require.Contains(t, page.text(), want)
	}
	require.NotContains(t, page.text(), "Không phải cùng một người", "nobody's number is in question")

	empty := deciding(t, desk, path, "", "  ")
	refused := desk.post(path, empty.fields)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Contains(t, refused.text(), "Còn 2 chỗ cần sửa, chưa ghi Cách chốt: Chưa chọn cách chốt. Lý do: Ô này chưa ghi.")

	long := deciding(t, desk, path, "take", strings.Repeat("Đã hỏi chủ hộ. ", 60))
	refused = desk.post(path, long.fields)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	again := paperIn(t, refused)
	require.Equal(t, long.fields.Get("command"), again.fields.Get("command"), "the same form comes back")
	require.Equal(t, "take", again.fields.Get("choice"), "what was chosen stays")
	require.Equal(t, long.fields.Get("reason"), again.fields.Get("reason"), "what was typed stays")

	again.fields.Set("reason", "Đã hỏi chủ hộ")
	saved := desk.post(path, again.fields)
	require.Equal(t, http.StatusSeeOther, saved.status, saved.text())
	after := desk.page(saved.header.Get("Location"))
	for _, want := range []string{"Đã ghi, cụm đã đồng thuận.", "Đã chốt", "Lấy bản đến sau. Đã ghi vào sổ.", "Lý do Đã hỏi chủ hộ", "Họ tên khác nhau " + who.Name + " Nguyễn Văn Đến Sau"} {
		require.Contains(t, after.text(), want)
	}
	require.NotContains(t, after.body, `name="choice"`, "decided is decided")
	require.Contains(t, desk.page("/doi-chieu?xong=1").body, path, "closed reviews stay to be read")

	told := browserOf(t, ward, civic.RoleOfficer)
	for _, where := range []string{"/", "/so-cho", "/nhan-khau/" + who.ID.String()} {
		require.Contains(t, told.page(where).text(), "Đã chốt: lấy bản đến sau", "%s tells who wrote it", where)
		require.Contains(t, told.page(where).text(), "Đã hỏi chủ hộ", where)
	}
	require.Contains(t, told.page("/nhan-khau/"+who.ID.String()).text(), "Chốt đối chiếu, lấy bản đến sau")
	require.Contains(t, told.page("/nhan-khau/"+who.ID.String()).text(), "Nguyễn Văn Đến Sau")
}

func decidedOnce(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	officer := d.As(ward, civic.RoleOfficer)
	who := somebodyOf(t, officer, ward.Unit, 21)
	path := conflicted(t, officer, lateEdit(ward.Unit, who.ID, "Nguyễn Văn Hai Lần", ""))

	desk, other := browserOf(t, ward, civic.RoleSupervisor), browserOf(t, ward, civic.RoleSupervisor)
	reader := browserOf(t, ward, civic.RoleOfficer)
	require.NotContains(t, reader.page(path).body, `name="choice"`)
	require.Contains(t, reader.page(path).text(), "Chỉ huy phường chốt việc này.")
	require.Equal(t, http.StatusForbidden, reader.post(path, url.Values{"choice": {"take"}, "reason": {"tôi"}}).status)
	require.Equal(t, http.StatusForbidden, browserOf(t, d.Wards[1], civic.RoleSupervisor).post(path, url.Values{"choice": {"take"}, "reason": {"tôi"}}).status)
	require.Equal(t, http.StatusNotFound, desk.post("/doi-chieu", url.Values{"choice": {"keep"}, "reason": {"không rõ việc nào"}}).status)
	admin := browserOf(t, d.District, civic.RoleAdmin)
	require.Equal(t, http.StatusForbidden, admin.post(path, url.Values{"choice": {"keep"}, "reason": {"x"}}).status)

	first, late := deciding(t, desk, path, "keep", "Hỏi lại hai bên"), deciding(t, other, path, "take", "Bản sau đúng")
	saved := desk.post(path, first.fields)
	require.Equal(t, http.StatusSeeOther, saved.status, saved.text())
	again := desk.post(path, first.fields)
	require.Equal(t, http.StatusSeeOther, again.status, "a double click is one decision")
	require.Equal(t, saved.header.Get("Location"), again.header.Get("Location"))

	refused := other.post(path, late.fields)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Contains(t, refused.text(), "Chưa chốt. Việc này đã có người chốt. Xem quyết định ở trên.")
	require.Contains(t, refused.text(), "Giữ bản cụm đang giữ. Sổ không đổi; bản đến sau cất ở đây.")
	require.Equal(t, who.Name, somebodyNamed(t, officer, who.ID).Name)
}

func somebodyNamed(t *testing.T, c *nodetest.Client, id command.ID) (r resident) {
	t.Helper()
	require.Equal(t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/residents/"+id.String(), nil, &r))
	return r
}

func takenCorrected(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	officer := d.As(ward, civic.RoleOfficer)
	who := somebodyOf(t, officer, ward.Unit, 22)
	path := conflicted(t, officer, lateEdit(ward.Unit, who.ID, "Nguyen Van Sua", "0912555666"))
	desk := browserOf(t, ward, civic.RoleSupervisor)

	form := deciding(t, desk, path, "edit", "Chủ hộ đọc lại")
	require.Equal(t, "Nguyen Van Sua", form.fields.Get("edit-name"), "the late side stands in the fields")
	require.Equal(t, "09•• ••• 666", form.fields.Get("edit-phones"), "masked")
	unchanged := desk.post(path, form.fields)
	require.Equal(t, http.StatusUnprocessableEntity, unchanged.status)
	require.Contains(t, unchanged.text(), "Chưa có ô nào được sửa.")

	form.fields.Set("edit-phones", "12 34")
	wrong := desk.post(path, form.fields)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.text(), "Điện thoại: Số điện thoại chưa đúng.")
	require.Contains(t, wrong.body, `href="#edit-phones"`)
	require.Equal(t, "12 34", paperIn(t, wrong).fields.Get("edit-phones"), "what was typed stays")

	form.fields.Set("edit-phones", "09•• ••• 666")
	form.fields.Set("edit-name", "Nguyễn Văn Sửa")
	saved := desk.post(path, form.fields)
	require.Equal(t, http.StatusSeeOther, saved.status, saved.text())
	after := desk.page(saved.header.Get("Location"))
	require.Contains(t, after.text(), "Lấy bản đến sau, có sửa. Đã ghi vào sổ.")
	require.Contains(t, after.text(), "Sửa họ tên Nguyễn Văn Sửa")
	require.NotContains(t, after.body, "912555666")
	require.Equal(t, "Nguyễn Văn Sửa", somebodyNamed(t, officer, who.ID).Name)
	require.Contains(t, desk.page("/nhan-khau/"+who.ID.String()).text(), "09•• ••• 666", "the masked phone was not touched")
}

func toldApart(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	officer := d.As(ward, civic.RoleOfficer)
	put := func(id command.ID, name string) nodetest.Command {
		return nodetest.Command{ID: command.NewID(), Kind: "resident.put", Unit: ward.Unit, Body: map[string]any{"id": id, "name": name, "birth": "1955-03-17", "sex": "female", "personalNumber": "001155000771"}}
	}
	officer.Accepted(put(command.NewID(), "Lê Thị Có Số"))
	late := command.NewID()
	path := conflicted(t, officer, put(late, "Lê Thị Đến Sau"))
	desk := browserOf(t, ward, civic.RoleSupervisor)
	page := desk.page(path)
	for _, want := range []string{"Là cùng một người. Sổ không đổi; việc ghi cho bản đến sau chuyển sang người đang có.", "Là cùng một người. Ghi họ tên của bản đến sau lên người đang có.",
		"Không phải cùng một người Là hai người khác nhau. Ghi bản đến sau thành người riêng, chưa có số định danh, chờ xem thẻ."} {
		require.Contains(t, page.text(), want)
	}
	form := deciding(t, desk, path, "not_same", "Hai thẻ khác nhau")
	saved := desk.post(path, form.fields)
	require.Equal(t, http.StatusSeeOther, saved.status, saved.text())
	require.Equal(t, "Lê Thị Đến Sau", somebodyNamed(t, officer, late).Name)
	require.Contains(t, desk.page(saved.header.Get("Location")).text(), "Không phải cùng một người. Đã ghi vào sổ.")
}

func underItsParent(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	officer := d.As(ward, civic.RoleOfficer)
	put := func(id command.ID, name string) nodetest.Command {
		return nodetest.Command{ID: command.NewID(), Kind: "resident.put", Unit: ward.Unit, Body: map[string]any{"id": id, "name": name, "birth": "1960-01-02", "sex": "male", "personalNumber": "001060000772"}}
	}
	officer.Accepted(put(command.NewID(), "Phạm Văn Gốc"))
	late := command.NewID()
	path := conflicted(t, officer, put(late, "Phạm Văn Theo"))
	child := application(ward.Unit, late, "0912000009")
	childPath := conflicted(t, officer, child)

	desk := browserOf(t, ward, civic.RoleSupervisor)
	parent := desk.page(path)
	require.Contains(t, parent.text(), "1 việc khác chờ quyết định này")
	require.Contains(t, parent.body, childPath)
	require.Contains(t, parent.text(), "kéo theo 1 việc")
	waits := desk.page(childPath)
	require.Contains(t, waits.text(), "Chờ việc trước đó đối chiếu xong. Xem việc trước đó")
	require.NotContains(t, waits.body, `value="take"`, "it is decided with its parent, or set aside")

	form := deciding(t, desk, path, "not_same", "Hai người")
	saved := desk.post(path, form.fields)
	require.Equal(t, http.StatusSeeOther, saved.status, saved.text())
	after := desk.page(childPath)
	require.Contains(t, after.text(), "Xem lại theo việc trước đó. Đã ghi vào sổ sau khi chốt việc trước đó.")
	require.Contains(t, desk.page(path).text(), "1 việc khác đi theo quyết định này")
}

func bookAddsUp(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	desk := browserOf(t, ward, civic.RoleSupervisor)
	book := desk.page("/so-cho")
	require.Contains(t, book.text(), "Đối số ")
	require.Contains(t, book.text(), "Đủ Đã ghi trên máy này ")
	for _, state := range []string{"waiting", "review", "rejected", "stays", "to_send", "sent", "received", "decided", "parked"} {
		list := desk.page("/so-cho?muc=" + state)
		require.Contains(t, list.text(), "Sổ chờ")
	}
	require.Contains(t, desk.page("/so-cho?muc=decided").text(), "Không có việc nào ở chặng này.")
	require.Equal(t, http.StatusUnprocessableEntity, desk.get("/so-cho?muc=x").status)
	require.Equal(t, http.StatusUnprocessableEntity, desk.get("/so-cho?ngay=hom-qua").status)
	require.Contains(t, desk.page("/may").text(), "Đủ Đã ghi trên máy này ")
	admin := adminAt(t, d, ward)
	for _, name := range []string{"Phạm Văn Theo", "Lê Thị Đến Sau"} {
		require.NotContains(t, admin.page("/so-cho").text(), name, "an administrator sees no residents' data")
	}
	require.Equal(t, http.StatusForbidden, browserOf(t, ward, civic.RoleOfficer).post("/so-cho/gui-lai", url.Values{"type": {"11"}, "key": {"x"}}).status)
	require.Equal(t, http.StatusUnprocessableEntity, desk.post("/so-cho/gui-lai", url.Values{"command": {command.NewID().String()}, "type": {"11"}, "key": {"x@y"}}).status)
}
