package sample

import (
	"gocua/ui"
	"gocua/ui/messages"
)

func said() []State {
	nobody := ward("")
	nobody.User, nobody.Nav, nobody.Search = "", nil, false
	trust := ui.TrustModel{Shell: nobody, Cluster: "Cụm Cầu Giấy", Address: "https://may-2.cau-giay.lan:8443/", Download: "/tin-cay/cum-cau-giay.cer", Poster: "/tin-cay/to-dan", File: "cum-cau-giay.cer",
		Fingerprint: "3F9A 10C2 7B44 E8D1 0A6F 52BC 9E03 71DD 48F6 2C95 A1B7 0E3C 6D82 F49B 15C0 7AE6"}
	help := ui.HelpModel{Shell: ward(ui.SectionHelp)}
	forLeader := ui.HelpModel{Shell: english(leader(ui.SectionHelp)), Role: ui.HelpLeader}
	glass := ui.MessageModel{Shell: ward(""), Kind: ui.MessageForbidden, Text: "Người hoặc hộ này thuộc đơn vị khác.", Code: "outside_unit", Back: "/nhan-khau", Glass: &ui.Glass{Form: form("/nhan-khau/21/khan-cap", "")}}
	shortReason := glass
	shortReason.Glass = &ui.Glass{Form: form("/nhan-khau/21/khan-cap", ""), Reason: ui.Input{Value: "cần gấp"}}
	shortReason.Glass.Form.Fail("glass-reason", &shortReason.Glass.Reason, "Ghi rõ lý do, ít nhất 10 ký tự.")
	return []State{
		{ui.PageMessage, "glass", glass}, {ui.PageMessage, "glass-refused", shortReason},
		{ui.PageMessage, "no-page", ui.MessageModel{Shell: ward(""), Kind: ui.MessageNoPage, Back: "/"}},
		{ui.PageMessage, "not-found", ui.MessageModel{Shell: ward(""), Kind: ui.MessageNotFound, Text: "Không còn trong sổ, hoặc chưa đến máy này.", Back: "/nhan-khau"}},
		{ui.PageMessage, "forbidden", ui.MessageModel{Shell: ward(""), Kind: ui.MessageForbidden, Text: "Tổ 21 thuộc phường Mai Dịch."}},
		{ui.PageMessage, "internal", ui.MessageModel{Shell: ward(""), Kind: ui.MessageInternal, Code: "S-214-7Q3K", Retry: "/nhan-khau", Drafted: true}},
		{ui.PageMessage, "unavailable", ui.MessageModel{Shell: cut(ward("")), Kind: ui.MessageUnavailable, Retry: "/bao-cao"}},
		{ui.PageMessage, "expired", ui.MessageModel{Shell: ward(""), Kind: ui.MessageExpired, Back: "/nhan-khau/21/khai", Drafted: true}},
		{ui.PageMessage, "english", ui.MessageModel{Shell: english(nobody), Kind: ui.MessageNoPage}},
		{ui.PageMessage, "other", ui.MessageModel{Shell: ward(""), Head: "Đã dừng lần nhập", Text: "200 dòng đầu đã vào sổ."}},
		{ui.PageTrust, "normal", trust},
		{ui.PageHelp, "normal", help}, {ui.PageHelp, "leader-english", forLeader},
		{ui.PageParts, "normal", Parts(ward(""))},
	}
}

// Parts is the model of /cac-phan in a shell.
func Parts(shell ui.Shell) ui.PartsModel {
	m := ui.PartsModel{
		Shell: shell,
		Links: []ui.LinkState{
			{Kind: ui.LinkOK, Text: "Đồng thuận với cụm · tỉnh đã nhận đến 14:05"},
			{Kind: ui.LinkWait, Text: "Đang chờ cụm đồng thuận · 3 hồ sơ vừa ghi trên máy này"},
			{Kind: ui.LinkLag, Text: "Đồng thuận với cụm · tỉnh chậm từ 11:40, 212 hồ sơ chờ gửi tỉnh"},
			{Kind: ui.LinkCut, Text: "Mất liên lạc với cụm từ 13:20 · 37 hồ sơ chờ trên máy này · vẫn ghi như thường"},
			{Kind: ui.LinkOff, Text: "Máy 4 đang tắt từ 21:40 hôm qua"},
		},
		Groups: []ui.NamedRow{{Name: "Tổ 11", N: 64, Note: "Hàng thường"}, {Class: "on", Name: "Tổ 12", N: 71, Note: "Hàng đang chọn"}, {Class: "pencil", Name: "Tổ 13", N: 12, Note: "Chỉ trên máy này"},
			{Class: "diff", Name: "Tổ 14", N: 40, Note: "Lệch"}, {Class: "stale", Name: "Tổ 15", N: 33, Note: "Số cũ, dừng từ 21:40"}},
		Rows: rows(), Pager: ui.Pager{Text: "51–100 trong 1.208 người", First: "/cac-phan", Next: "/cac-phan?cursor=100"},
		Form: form("/cac-phan", ""), Plain: ui.Input{Value: "Hoàng Thị Ngọc Diễm"}, Bad: ui.Input{Value: "00116200913"},
		Heed:    ui.Input{Value: "0912 404 318", Heed: "số này đang dùng cho người khác. Vẫn ghi được."},
		Choice:  ui.Input{Options: []ui.Option{{Value: "yes", Text: "Có", Chosen: true}, {Value: "no", Text: "Không"}}},
		Several: ui.Input{Options: []ui.Option{{Value: "a", Text: "đọc con số", Chosen: true}, {Value: "b", Text: "đọc danh sách", Note: "Tên, nơi ở; số được che"}}},
		Pick:    ui.Input{Options: hamlets("")}, Area: ui.Input{Value: "Nghe kém, gọi cho con gái"},
		Deliver: [][]ui.Step{steps(), {{State: ui.StepPencil, Head: "Đã lưu trên máy này", Note: "14:02"}, {State: ui.StepNext, Head: "Cụm đồng thuận", Note: "đang chờ"}, {Head: "Gửi tỉnh"}, {Head: "Tỉnh nhận"}, {Head: "Có kết quả"}},
			append(steps()[:4:4], ui.Step{State: ui.StepStop, Head: "Tỉnh trả lại", Note: "Sai ngày sinh.", Link: ui.Link{Text: "Sửa và gửi bản mới", Href: "/cac-phan"}})},
		Dots: []ui.Dots{settled(0), settled(1), settled(2), settled(3), settled(4), settled(5), {At: 4, Of: 4}, {At: 4, Of: 5, Stop: "Tỉnh trả lại"}},
		Figures: []ui.Figure{{Name: "Đã thu nhận", N: 22196, Href: "/cac-phan", Note: "hôm qua +214"}, {Name: "Cần mỗi ngày", N: 127, Note: "7 ngày qua: 211", First: true},
			{Name: "Lệch", N: 3, Href: "/cac-phan", Late: true}, {Name: "Quan Hoa", N: 16123, Note: "số liệu dừng từ 21:40 hôm qua", Stale: true}},
		Bars: []ui.NamedBar{{Name: "Chưa đủ", Bar: ui.Bar{Captured: 895, Activated: 734, Scale: 1100}}, {Name: "Vượt chỉ tiêu", Bar: ui.Bar{Captured: 1032, Activated: 913, Scale: 1100}},
			{Name: "Số liệu cũ", Bar: ui.Bar{Captured: 830, Activated: 669, Stale: true, Scale: 1100}}},
		Ruler: ui.Bar{Captured: 898, Activated: 748, Scale: 1100},
		Banners: []ui.Banner{{Text: "Hệ thống cấp trên đang nghẽn. Cứ thu nhận bình thường, máy tự gửi khi thông."}, {Tone: ui.ToneOK, Head: "Đã gửi tỉnh 214 hồ sơ.", Link: ui.Link{Text: "In biên bản", Href: "/cac-phan"}},
			{Tone: ui.ToneWarn, Head: "Lệch 1 hồ sơ ở tổ 14.", Text: "Xem người lệch, sửa rồi chốt lại.", Link: ui.Link{Text: "Xem 1 người", Href: "/cac-phan"}}, {Tone: ui.TonePencil, Head: "Đã lưu trên máy này.", Text: "Đang chờ cụm đồng thuận.", Dots: &ui.Dots{At: 1, Of: 5}}},
		Gaps: []ui.Gap{{Kind: ui.GapNoMatch, Link: ui.Link{Text: "Bỏ lọc", Href: "/cac-phan"}}, {Kind: ui.GapError, Code: "S-214", Link: ui.Link{Text: "Thử lại", Href: "/cac-phan"}}, {Kind: ui.GapForbidden, Text: "Tổ 21 thuộc phường Mai Dịch."},
			{Kind: ui.GapConflict, Text: "Thượng uý Lê Thu Trang, 14:01.", Link: ui.Link{Text: "Xem hai bản", Href: "/doi-chieu"}}, {Kind: ui.GapEmpty, Text: "Nhập danh sách để bắt đầu."}},
		Jobs: jobs(), Outcomes: messages.Outcomes(), History: history()[1:],
		Facts: []ui.Fact{{Name: "Số định danh", Value: "•••• 0428", Masked: true, Reveal: "personalNumber"}, {Name: "Đã hiện", Value: "001 155 000 428", Note: "ghi nhật ký 14:03"}},
	}
	for _, b := range append(messages.Ladder(), messages.OffLadder()...) {
		m.Chips = append(m.Chips, ui.BucketChip(b))
	}
	m.Form.Fail("p-bad", &m.Bad, "Mới có 11 số, cần đủ 12 số.")
	return m
}
