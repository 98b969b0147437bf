package sample

import (
	"slices"

	"gocua/ui"
)

func officers() []State {
	list := ui.OfficersModel{Shell: admin(ui.SectionOfficers), New: "/can-bo/moi", Scope: "5 cán bộ ở Cụm Cầu Giấy và các đơn vị bên dưới", Rows: officerRows(), Pager: ui.Pager{Text: "1–5 trong 5 cán bộ"},
		Role: ui.Input{Options: []ui.Option{{Text: "Mọi phần việc", Chosen: true}, {Value: "officer", Text: "Cảnh sát khu vực"}}},
		Unit: ui.Input{Options: []ui.Option{{Text: "Mọi đơn vị", Chosen: true}, {Value: "00163", Text: "Phường Dịch Vọng Hậu"}}},
		States: []ui.Count{{Text: "Tất cả", N: 5, Href: "/can-bo", Current: true}, {Text: "Đang làm việc", N: 2, Href: "/can-bo?state=active"}, {Text: "Chưa đến hạn", N: 1, Href: "/can-bo?state=ahead"},
			{Text: "Hết hạn", N: 1, Href: "/can-bo?state=ended"}, {Text: "Đang khoá", N: 1, Href: "/can-bo?state=off"}, {Text: "Chưa có hai lớp", N: 1, Href: "/can-bo?state=second"}}}
	list.Teams, list.NewTeam = teamRows(), "/to-cong-tac/moi"
	list.Codes = "/ma-mot-lan"
	own := list
	own.Shell, own.New, own.Unit.Options, own.Rows = supervisor(ui.SectionOfficers), "", nil, list.Rows[:3]
	own.Teams, own.Codes = list.Teams[:1], ""
	nobody := list
	nobody.Query, nobody.Rows, nobody.Gap = "khong co ai", nil, &ui.Gap{Kind: ui.GapNoMatch, Link: ui.Link{Text: "Bỏ lọc", Href: "/can-bo"}}
	empty := ui.OfficersModel{Shell: admin(ui.SectionOfficers), New: "/can-bo/moi", NewTeam: "/to-cong-tac/moi", Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Chưa có cán bộ nào ở đây."}}
	forbidden := ui.OfficersModel{Shell: ward(""), Gap: &ui.Gap{Kind: ui.GapForbidden, Text: "Danh sách cán bộ là việc của chỉ huy và quản trị."}}
	offline := own
	offline.Shell = cut(own.Shell)
	failed := ui.OfficersModel{Shell: admin(ui.SectionOfficers), Gap: unreadable()}
	states := []State{{ui.PageOfficers, "admin", list}, {ui.PageOfficers, "supervisor", own}, {ui.PageOfficers, "no-match", nobody}, {ui.PageOfficers, "empty", empty},
		{ui.PageOfficers, "forbidden", forbidden}, {ui.PageOfficers, "offline", offline}, {ui.PageOfficers, "error", failed}}
	return slices.Concat(states, oneOfficer(), grants(), teams(), codes())
}

func officerRows() []ui.OfficerRow {
	return []ui.OfficerRow{
		{Href: "/can-bo/1", Name: ui.PersonName("Lê Thu Trang"), User: "trang.lt", Role: "Cảnh sát khu vực", Unit: "P. Dịch Vọng Hậu", State: ui.LinkState{Kind: ui.LinkOK, Text: "Đang làm việc"}},
		{Href: "/can-bo/2", Name: ui.PersonName("Phạm Thu Thảo"), User: "thao.pt", Role: "Chỉ huy phường", Unit: "P. Dịch Vọng Hậu", Grant: "đến 15/08/2023", State: ui.LinkState{Kind: ui.LinkOK, Text: "Đang làm việc"}, NoSecond: true, Me: true},
		{Href: "/can-bo/3", Name: ui.PersonName("Đỗ Minh Khang"), User: "khang.dm", Role: "Cảnh sát khu vực", Unit: "P. Dịch Vọng Hậu", Grant: "01/09 – 30/09/2023", State: ui.LinkState{Kind: ui.LinkWait, Text: "Từ 01/09"}, Pencil: true},
		{Href: "/can-bo/4", Name: ui.PersonName("Vũ Hải Đăng"), User: "dang.vh", Role: "Cán bộ quầy", Unit: "P. Mai Dịch", Grant: "đến 31/07/2023", State: ui.LinkState{Kind: ui.LinkOff, Text: "Hết hạn"}},
		{Href: "/can-bo/5", Name: ui.PersonName("Hồ Quốc Việt"), User: "viet.hq", Role: "Cảnh sát khu vực", Unit: "P. Quan Hoa", State: ui.LinkState{Kind: ui.LinkCut, Text: "Đang khoá"}},
	}
}

func oneOfficer() []State {
	lost := ui.Input{Options: []ui.Option{{Value: "password", Text: "quên mật khẩu, hoặc vào lần đầu", Note: "Gõ mã vào ô mật khẩu, rồi tự đặt mật khẩu mới"}, {Value: "second", Text: "mất điện thoại", Note: "Vẫn cần mật khẩu; mã này thay cho 6 số"}}}
	m := ui.OfficerModel{Shell: admin(ui.SectionOfficers), Name: "Thượng uý Lê Thu Trang", About: "Cảnh sát khu vực · Phường Dịch Vọng Hậu", State: ui.LinkState{Kind: ui.LinkOK, Text: "Đang làm việc"},
		Facts: []ui.Fact{{Name: "Tên đăng nhập", Value: "trang.lt"}, {Name: "Từ ngày", Value: "01/08/2023"}, {Name: "Đến hết ngày", Value: "không hạn"}, {Name: "Xác thực hai lớp", Value: "đang dùng"}},
		Edit:  "/can-bo/1/sua", Off: ui.Action{Href: "/can-bo/1/khoa"}, Once: &ui.OnceForm{Form: form("/can-bo/1/ma", ""), Lost: lost}, Sessions: &ui.SessionsModel{Shell: admin(""), Form: form("/can-bo/1/phien", ""), Rows: sessionRows()[1:]}}
	given := m
	given.Shown = &ui.OnceShown{Code: "K7QP-3MZD-HRAX", Until: at("22:07"), For: "thay cho mật khẩu", Say: "Đọc hoặc đưa tận tay. Người đó gõ mã vào ô mật khẩu, rồi tự đặt mật khẩu mới."}
	given.Once = &ui.OnceForm{Form: form("/can-bo/1/ma", ""), Lost: lost, Open: "đến 22:07", End: new(form("/can-bo/1/bo-ma", ""))}
	own := m
	own.Shell, own.Edit, own.Off, own.Sessions = supervisor(ui.SectionOfficers), "", ui.Action{}, &ui.SessionsModel{Shell: supervisor(""), Form: form("/can-bo/1/phien", "")}
	refused := own
	refused.Once = &ui.OnceForm{Form: form("/can-bo/1/ma", ""), Lost: lost}
	refused.Once.Form.Fail("lost", &refused.Once.Lost, "Chọn một dòng.")
	off := m
	off.State, off.Off, off.Once, off.On, off.Sessions = ui.LinkState{Kind: ui.LinkCut, Text: "Đang khoá"}, ui.Action{}, nil, new(form("/can-bo/1/mo", "")), nil
	me := m
	me.Name, me.Off, me.Once = "Đại uý Nguyễn Văn Quang", ui.Action{Why: "Không tự khoá tài khoản của mình: nhờ quản trị khác."}, nil
	offline := own
	offline.Shell, offline.Pencil = cut(own.Shell), true
	disable := ui.ConfirmModel{Shell: admin(ui.SectionOfficers), Form: form("/can-bo/1/khoa", ""), Head: "Khoá tài khoản của Thượng uý Lê Thu Trang", Do: "Khoá tài khoản",
		Says: []string{"Người này ra khỏi mọi máy của cụm ngay khi cụm đồng thuận, và không vào lại được.", "Ở máy đang mất liên lạc, người này còn ghi được cho đến khi máy nghe tin. Những gì ghi trong lúc đó không mất và không vào sổ: tất cả vào Đối chiếu, chờ chỉ huy xem từng việc.", "Việc đã ghi trước đây giữ nguyên. Mở lại tài khoản lúc nào cũng được."}}
	return []State{{ui.PageOfficer, "admin", m}, {ui.PageOfficer, "once-shown", given}, {ui.PageOfficer, "supervisor", own}, {ui.PageOfficer, "refused", refused},
		{ui.PageOfficer, "disabled", off}, {ui.PageOfficer, "myself", me}, {ui.PageOfficer, "offline", offline}, {ui.PageConfirm, "disable", disable}}
}

func grants() []State {
	m := ui.OfficerFormModel{Shell: admin(ui.SectionOfficers), Form: form("/can-bo/moi", "can-bo/moi"), New: true,
		Role: ui.Input{Options: []ui.Option{{Value: "officer", Text: "Cảnh sát khu vực", Chosen: true}, {Value: "supervisor", Text: "Chỉ huy phường"}}},
		Unit: ui.Input{Options: []ui.Option{{Value: "00163", Text: "Phường Dịch Vọng Hậu", Chosen: true}, {Value: "01CG", Text: "Cụm Cầu Giấy"}}}}
	bad := m
	bad.Name.Value, bad.User.Value, bad.Until.Value = "Thượng uý Lê Thu Trang", "trang.lt", "31/02/2024"
	bad.Form.Fail("user", &bad.User, "Tên đăng nhập này đã có người dùng.")
	bad.Form.Fail("until", &bad.Until, "Ngày chưa đúng. Ghi dd/mm/yyyy.")
	edit := m
	edit.New, edit.Who, edit.Back, edit.Name.Value, edit.User.Value, edit.From.Value = false, "Thượng uý Lê Thu Trang", "/can-bo/1", "Thượng uý Lê Thu Trang", "trang.lt", "01/08/2023"
	offline := edit
	offline.Shell = cut(edit.Shell)
	return []State{{ui.PageOfficerForm, "new", m}, {ui.PageOfficerForm, "refused", bad}, {ui.PageOfficerForm, "edit", edit}, {ui.PageOfficerForm, "offline", offline}}
}
