package sample

import "gocua/ui"

func teamRows() []ui.TeamRow {
	return []ui.TeamRow{
		{Href: "/to-cong-tac/1", Name: "Tổ công tác số 1", Kind: "Liên ngành", Unit: "P. Dịch Vọng Hậu", Members: []string{"Thượng uý Lê Thu Trang", "Đỗ Minh Khang"}, Hamlets: []string{"Tổ 12", "Tổ 13"}},
		{Href: "/to-cong-tac/2", Name: "Tổ lưu động", Kind: "Đoàn thanh niên", Unit: "P. Mai Dịch", Pencil: true},
		{Href: "/to-cong-tac/3", Name: "Tổ công nghệ số", Kind: "Tổ công nghệ số cộng đồng", Unit: "P. Quan Hoa", Members: []string{"Hồ Quốc Việt"}, Disabled: true},
	}
}

func teams() []State {
	units := ui.Input{Options: []ui.Option{{Value: "00163", Text: "Phường Dịch Vọng Hậu", Chosen: true}, {Value: "00166", Text: "Phường Mai Dịch"}}}
	m := ui.TeamFormModel{Shell: supervisor(ui.SectionOfficers), Form: form("/to-cong-tac/moi", "to-cong-tac/moi"), New: true, Unit: "00163", In: "Phường Dịch Vọng Hậu",
		Kind: ui.Input{Options: []ui.Option{{Value: "mixed", Text: "Liên ngành", Chosen: true}, {Value: "youth", Text: "Đoàn thanh niên"}}},
		Members: ui.Input{Options: []ui.Option{{Value: "0198c7a2-1111-7abc-8def-000000000001", Text: "Thượng uý Lê Thu Trang", Note: "Cảnh sát khu vực · trang.lt"},
			{Value: "0198c7a2-1111-7abc-8def-000000000002", Text: "Đỗ Minh Khang", Note: "Cảnh sát khu vực · khang.dm"}}},
		Hamlets: ui.Input{Options: []ui.Option{{Value: "00163-12", Text: "Tổ 12"}, {Value: "00163-13", Text: "Tổ 13"}}}}
	above := m
	above.Shell, above.Units = admin(ui.SectionOfficers), units
	bad := m
	bad.Name.Value = "Tổ công tác số 1"
	bad.Form.Fail("team", &bad.Name, "Đơn vị đã có một tổ công tác tên này.")
	bad.Form.Fail("members", &bad.Members, "Một tổ công tác có nhiều nhất 30 người.")
	edit := m
	edit.Form = form("/to-cong-tac/1", "to-cong-tac/1")
	edit.New, edit.Who, edit.Name.Value, edit.Was, edit.Off = false, "Tổ công tác số 1", "Tổ công tác số 1", "0198c7a2-7777-7abc-8def-000000000009", ui.Action{Href: "/to-cong-tac/1/thoi"}
	over := edit
	over.Off, over.On = ui.Action{}, new(form("/to-cong-tac/1/lap-lai", ""))
	offline := edit
	offline.Shell, offline.Pencil = cut(edit.Shell), true
	end := ui.ConfirmModel{Shell: supervisor(ui.SectionOfficers), Form: form("/to-cong-tac/1/thoi", ""), Head: "Thôi Tổ công tác số 1", Do: "Thôi tổ này",
		Says: []string{"Tổ không còn được giao tổ, thôn nào nữa.", "Người trong tổ vẫn vào làm việc như thường; việc đã ghi giữ nguyên. Lập lại lúc nào cũng được."}}
	return []State{{ui.PageTeamForm, "new", m}, {ui.PageTeamForm, "admin", above}, {ui.PageTeamForm, "refused", bad}, {ui.PageTeamForm, "edit", edit},
		{ui.PageTeamForm, "over", over}, {ui.PageTeamForm, "offline", offline}, {ui.PageConfirm, "team-end", end}}
}

func codes() []State {
	m := ui.CodesModel{Shell: leader(""), Rows: []ui.CodeRow{
		{At: at("13:58"), Who: "Thiếu tá Phạm Thu Thảo", For: "Thượng uý Lê Thu Trang", Unit: "P. Dịch Vọng Hậu", Node: "ward-1"},
		{At: at("09:12"), Who: "Tại máy, bằng dòng lệnh", For: "Thiếu tá Phạm Thu Thảo", Unit: "P. Dịch Vọng Hậu", Node: "ward-1"}}}
	above := ui.CodesModel{Shell: admin(""), More: true, Rows: []ui.CodeRow{m.Rows[0]}}
	above.Rows[0].Href = "/can-bo/1"
	none := ui.CodesModel{Shell: leader(""), Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "7 ngày qua chưa ai phải cấp mã một lần."}}
	forbidden := ui.CodesModel{Shell: ward(""), Gap: &ui.Gap{Kind: ui.GapForbidden, Text: "Việc này là của chỉ huy cụm và quản trị."}}
	offline := m
	offline.Shell = cut(m.Shell)
	return []State{{ui.PageCodes, "leader", m}, {ui.PageCodes, "admin", above}, {ui.PageCodes, "empty", none}, {ui.PageCodes, "forbidden", forbidden}, {ui.PageCodes, "offline", offline}}
}
