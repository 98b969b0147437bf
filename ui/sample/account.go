package sample

import "gocua/ui"

func nobody() ui.Shell {
	s := ward("")
	s.User, s.Nav, s.Search, s.Unit = "", nil, false, "Phường Dịch Vọng Hậu"
	s.Link.Text = "Đồng thuận với cụm"
	return s
}

func signIn() []State {
	normal := ui.LoginModel{Shell: nobody(), Form: ui.Form{Action: "/vao", Token: token}, Node: "Máy 2", Next: "/", Secure: true}
	bad := normal
	bad.Secure, bad.First = false, true
	bad.User.Value = "trang.lt"
	bad.Form.Fail("", nil, "Gõ sai nhiều lần. Đợi 40 giây rồi thử lại.")
	offline := normal
	offline.Shell.Link = ui.LinkState{Kind: ui.LinkCut, Text: "Mất liên lạc với cụm từ 13:20"}
	offline.Shell.Flash = []ui.Banner{{Tone: ui.TonePlain, Text: "Đồng chí đã ra. Bản nháp vẫn ở trên máy này."}}
	lease := offline
	lease.Shell.Flash = nil
	lease.Form.Fail("", nil, "Máy này mất liên lạc với cụm quá lâu, chưa cho vào mới. Xin chỉ huy cấp mã một lần, hoặc nối lại mạng.")
	step := func(way ui.SecondWay) ui.LoginModel {
		m := normal
		m.Second = &ui.SecondStep{Pass: "mau-pass", Way: way}
		return m
	}
	wrong := step(ui.WayApp)
	wrong.Form.Fail("code", &wrong.Second.Code, "Mã chưa đúng, hoặc đã dùng rồi. Đợi mã mới hiện trên điện thoại rồi gõ lại.")

	first := ui.FirstModel{Shell: nobody(), Form: ui.Form{Action: "/lan-dau", Token: token}, Node: "Máy 2", Unit: "Phường Dịch Vọng Hậu"}
	badCode := first
	badCode.Form.Fail("code", &badCode.Code, "Mã chưa đúng, đã dùng rồi hoặc đã hết hạn. Xem lại mã rồi gõ.")
	refused := first
	refused.User.Value, refused.Code.Value = "Quang", "K7QP-3MZD-HRAX"
	refused.Form.Fail("password", &refused.Password, "Mật khẩu ngắn quá. Cần ít nhất 12 ký tự.")
	done := first
	done.Closed = true
	sealed := ui.UnlockModel{Shell: ui.Shell{Unit: nobody().Unit, Now: nobody().Now}, Form: ui.Form{Action: "/mo-khoa", Token: token}, Node: "Máy 2"}
	wrongPhrase, stick := sealed, sealed
	wrongPhrase.Form.Fail("passphrase", &wrongPhrase.Passphrase, "Câu mật khẩu chưa đúng. Xem kỹ dấu và chữ hoa rồi gõ lại.")
	stick.Stick = true
	opened := sealed
	opened.Opened = true
	return []State{{ui.PageUnlock, "normal", sealed}, {ui.PageUnlock, "wrong", wrongPhrase}, {ui.PageUnlock, "stick", stick}, {ui.PageUnlock, "opened", opened}, {ui.PageLogin, "normal", normal}, {ui.PageLogin, "error", bad}, {ui.PageLogin, "offline", offline}, {ui.PageLogin, "lease", lease},
		{ui.PageLogin, "second", step(ui.WayApp)}, {ui.PageLogin, "second-wrong", wrong}, {ui.PageLogin, "second-recovery", step(ui.WayRecovery)}, {ui.PageLogin, "second-once", step(ui.WayOnce)},
		{ui.PageFirst, "code", first}, {ui.PageFirst, "code-wrong", badCode}, {ui.PageFirst, "refused", refused}, {ui.PageFirst, "done", done}}
}

func account() []State {
	facts := []ui.Fact{{Name: "Tên đăng nhập", Value: "thao.pt"}, {Name: "Phần việc", Value: "Chỉ huy phường"}, {Name: "Đơn vị", Value: "Phường Dịch Vọng Hậu"}, {Name: "Quyền đến hết", Value: "15/08/2023", Note: "còn 5 ngày"}}
	on := ui.SecurityModel{Shell: supervisor(""), Facts: facts, Form: form("/bao-mat/mat-khau", ""), Second: ui.SecondBox{On: true, Since: on("01/08/2023", "08:00"), Needed: true, Recovery: 9}, Sessions: 2, Tokens: 1}
	few := on
	few.Second.Recovery, few.Second.Needed = 2, false
	few.Shell.Flash = []ui.Banner{{Tone: ui.ToneOK, Head: "Đã ghi mật khẩu mới.", Text: "Các phiên khác của đồng chí đã kết thúc."}}
	must := on
	must.Shell, must.Second = yours(supervisor("")), ui.SecondBox{Needed: true}
	once := must
	once.NoOld, once.Second.Closed = true, true
	refused := on
	refused.Form.Fail("old", &refused.Old, "Mật khẩu đang dùng chưa đúng.")
	refused.Form.Fail("again", &refused.Again, "Hai lần gõ chưa giống nhau.")
	offline := on
	offline.Shell = cut(supervisor(""))
	plain := on
	plain.Shell, plain.Second, plain.Tokens = ward(""), ui.SecondBox{}, 0
	failed := ui.SecurityModel{Shell: supervisor(""), Gap: unreadable()}
	states := []State{{ui.PageSecurity, "normal", on}, {ui.PageSecurity, "few", few}, {ui.PageSecurity, "must", must}, {ui.PageSecurity, "once", once},
		{ui.PageSecurity, "refused", refused}, {ui.PageSecurity, "offline", offline}, {ui.PageSecurity, "officer", plain}, {ui.PageSecurity, "error", failed}}
	return append(append(append(states, second()...), sessions()...), tokens()...)
}

// checkers is a picture with the outline of a code; nobody can scan it.
func checkers() ui.QR {
	modules := make([][]bool, 41)
	for y := range modules {
		modules[y] = make([]bool, 41)
		for x := 4; x < 37 && y >= 4 && y < 37; x++ {
			modules[y][x] = (x*y+x+y)%3 == 0
		}
	}
	return ui.DrawQR(modules)
}

func second() []State {
	setUp := ui.SecondModel{Shell: supervisor(""), Form: form("/bao-mat/hai-lop", ""), QR: checkers(), Secret: ui.Groups("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), Account: "gõ cửa: thao.pt"}
	wrong := setUp
	wrong.Form.Fail("code", &wrong.Code, "Mã chưa đúng, hoặc đã dùng rồi. Đợi mã mới hiện trên điện thoại rồi gõ lại.")
	offline := setUp
	offline.Shell = cut(setUp.Shell)
	closed := ui.SecondModel{Shell: supervisor(""), Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Đặt mật khẩu mới trước, rồi đến xác thực hai lớp.", Link: ui.Link{Text: "Đặt mật khẩu", Href: "/bao-mat"}}}
	codes := ui.RecoveryModel{Shell: supervisor(""), Who: "Thiếu tá Phạm Thu Thảo, Phường Dịch Vọng Hậu", Made: now(), Codes: []string{"K7QP-3MZD-DZM3-PQ7K", "X2VT-HHRA-ARHH-TV2X", "M4CY-7WBE-EBW7-YC4M", "DWNF-2KXS-SXK2-FNWD", "P5GZ-6TJU-UJT6-ZG5P", "B3RE-WVQM-MQVW-ER3B", "HHWK-4CYD-DYC4-KWHH", "T6XA-5NPF-FPN5-AX6T", "Z2MJ-7SGR-RGS7-JM2Z", "E4UV-3BKH-HKB3-VU4E"}}
	again := codes
	again.Again = true
	drop := ui.ConfirmModel{Shell: supervisor(""), Form: form("/bao-mat/bo-hai-lop", ""), Head: "Thôi dùng xác thực hai lớp", Do: "Thôi dùng", Password: &ui.Input{},
		Says: []string{"Từ lần sau, ai biết mật khẩu của đồng chí là vào được.", "Mã dự phòng trên giấy hết dùng."}}
	refused := drop
	refused.Password = &ui.Input{}
	refused.Form.Fail("password", refused.Password, "Mật khẩu đang dùng chưa đúng.")
	renew := ui.ConfirmModel{Shell: cut(supervisor("")), Form: form("/bao-mat/ma-du-phong", ""), Head: "Tạo mã dự phòng mới", Do: "Tạo 10 mã mới", Calm: true, Password: &ui.Input{}, Says: []string{"Các mã dự phòng cũ hết dùng ngay."}}
	return []State{{ui.PageSecond, "normal", setUp}, {ui.PageSecond, "wrong", wrong}, {ui.PageSecond, "offline", offline}, {ui.PageSecond, "closed", closed},
		{ui.PageRecovery, "normal", codes}, {ui.PageRecovery, "again", again}, {ui.PageRecovery, "gone", ui.RecoveryModel{Shell: supervisor("")}},
		{ui.PageConfirm, "drop", drop}, {ui.PageConfirm, "refused", refused}, {ui.PageConfirm, "renew", renew}}
}

func sessionRows() []ui.SessionRow {
	return []ui.SessionRow{
		{ID: "s1", Device: "Chrome trên Windows", From: "10.0.0.21", Since: at("13:02"), Seen: at("14:07"), Current: true},
		{ID: "s2", Device: "Chrome trên Android", From: "10.0.0.44", Since: on("09/08/2023", "19:40"), Seen: at("13:41")},
		{ID: "s3", Device: "Trình duyệt không rõ", From: "máy này", Since: at("08:15"), Seen: at("13:20")},
	}
}

func sessions() []State {
	m := ui.SessionsModel{Shell: supervisor(""), Form: form("/phien", ""), Rows: sessionRows()}
	ended := m
	ended.Rows = m.Rows[:1]
	ended.Shell.Flash = []ui.Banner{{Tone: ui.ToneOK, Head: "Đã kết thúc 2 phiên."}}
	offline := m
	offline.Shell = cut(m.Shell)
	return []State{{ui.PageSessions, "normal", m}, {ui.PageSessions, "one", ended}, {ui.PageSessions, "offline", offline},
		{ui.PageSessions, "empty", ui.SessionsModel{Shell: supervisor("")}}, {ui.PageSessions, "error", ui.SessionsModel{Shell: supervisor(""), Gap: unreadable()}}}
}

func tokens() []State {
	scopes := []ui.Option{{Value: "figures", Text: "đọc con số", Note: "Báo cáo, chỉ tiêu, không có tên ai", Chosen: true}, {Value: "people", Text: "đọc danh sách", Note: "Tên, nơi ở, tình trạng; số được che"}}
	m := ui.TokensModel{Shell: supervisor(""), Form: form("/the", ""), Scope: ui.Input{Options: scopes}, Rows: []ui.TokenRow{
		{ID: "1", Name: "Báo cáo sáng", Scope: "đọc con số", Made: on("01/08/2023", "08:00"), Until: "31/12/2023", State: ui.LinkState{Kind: ui.LinkOK, Text: "Đang dùng"}, Live: true, Form: form("/the/thu-hoi", "")},
		{ID: "2", Name: "Bảng tính thử", Scope: "đọc con số, đọc danh sách", Made: on("01/06/2023", "08:00"), Until: "30/06/2023", State: ui.LinkState{Kind: ui.LinkOff, Text: "Hết hạn"}},
		{ID: "3", Name: "Máy cũ", Scope: "đọc con số", Made: on("01/06/2023", "08:00"), Until: "31/12/2023", State: ui.LinkState{Kind: ui.LinkOff, Text: "Đã thu hồi"}},
	}}
	shown := m
	shown.Shown = "gocua_mau3kq7mzd9hrax2vt7wbem4cy2kxsd8nf6tjup5gz"
	shown.Rows = append([]ui.TokenRow{{ID: "4", Name: "Giao ban", Scope: "đọc con số", Made: now(), Until: "31/12/2023", State: ui.LinkState{Kind: ui.LinkWait, Text: "Chờ cụm"}, Live: true, Form: form("/the/thu-hoi", ""), Pencil: true}}, m.Rows...)
	none := m
	none.Rows = nil
	refused := none
	refused.Name.Value = "Giao ban"
	refused.Form.Fail("until", &refused.Until, "Ngày này quá xa. Thẻ dùng không quá một năm.")
	refused.Form.Fail("scope", &refused.Scope, "Chọn ít nhất một việc.")
	offline := m
	offline.Shell = cut(m.Shell)
	return []State{{ui.PageTokens, "normal", m}, {ui.PageTokens, "shown", shown}, {ui.PageTokens, "empty", none}, {ui.PageTokens, "refused", refused}, {ui.PageTokens, "offline", offline},
		{ui.PageTokens, "error", ui.TokensModel{Shell: supervisor(""), Gap: unreadable()}}}
}
