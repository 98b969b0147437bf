package sample

import "gocua/ui"

// book is the book of what was captured on one machine (sổ chờ).
func book() []State {
	queue := ui.Captures{ID: "waiting", Head: "Đang chờ", Note: "theo thứ tự gửi", Now: now(), Pager: ui.Pager{Text: "3 trong 3 việc, cũ trước"}, Rows: []ui.CaptureRow{
		{At: on("09/08/2023", "21:10"), Kind: "Sửa thông tin", About: "Trần Thị Bích Liên", Href: "/nhan-khau/12", By: "Vũ Hải Đăng", Note: "thứ 1 · đã chờ 16 giờ 57 phút · máy 3 đang mang đi", Pencil: true, Dots: ui.Dots{ID: "0198c7a2-7777-7abc-8def-000000000013", At: 1, Of: 4}},
		{At: at("14:06"), Kind: "Lượt đến nhà", About: "số 41 ngõ 165 Xuân Thuỷ", Href: "/ho/41", By: "Lê Thu Trang", Note: "thứ 2 · đã chờ 1 phút · đang gửi", Pencil: true, Dots: ui.Dots{ID: "0198c7a2-7777-7abc-8def-000000000011", At: 1, Of: 4}},
		{At: at("14:06"), Kind: "Khai mức 1", About: "Ngô Khánh Hoà", Href: "/nhan-khau/5", By: "Lê Thu Trang", Note: "thứ 3 · đã chờ 1 phút · đang gửi", Pencil: true, Dots: ui.Dots{ID: "0198c7a2-7777-7abc-8def-000000000012", At: 1, Of: 5}},
	}}
	normal := ui.OutboxModel{Shell: waiting(ward(ui.SectionOutbox)), Waiting: ui.Waiting{N: 3, Oldest: on("09/08/2023", "21:10")},
		Balance: balance(0), Days: []ui.Count{{Text: "10/08", N: 861, Href: "/so-cho?ngay=2023-08-10", Current: true}, {Text: "09/08", N: 902, Href: "/so-cho?ngay=2023-08-09"}},
		Lists: []ui.Captures{queue, {ID: "own", Head: "Việc của đồng chí cần đối chiếu", Note: "đang chờ chỉ huy xem, hoặc đã chốt", Now: now(), Rows: own()}, {ID: "settled", Head: "Vừa xong", Note: "mới trước", Now: now(), Rows: []ui.CaptureRow{
			{At: at("13:58"), Kind: "Ghi kích hoạt", About: "Phạm Quỳnh Hoa", Href: "/nhan-khau/3", By: "Lê Thu Trang", Note: "Chờ gửi tỉnh", Dots: ui.Dots{At: 2, Of: 4}},
		}}}}
	normal.States = stages(0)
	parked := normal
	parked.Parked = []ui.ParkedRow{
		{Kind: "Nhân khẩu", About: "Tạ Kim Ngân", Href: "/nhan-khau/8", Why: "Tổ, thôn ghi trong hồ sơ thuộc cụm khác. Sửa nơi ở rồi gửi lại.", At: at("11:38"), Edit: "/nhan-khau/8/sua", Form: form("/so-cho/gui-lai", ""), Type: "11", Key: "8"},
		{Kind: "Lượt đến nhà", About: "số 41 ngõ 165 Xuân Thuỷ", Href: "/ho/41", Why: "Có chữ quá dài hoặc ký tự lạ. Sửa lại chữ rồi gửi.", At: at("11:38"), Type: "12", Key: "41"},
	}
	differs := normal
	differs.Balance, differs.Head, differs.States = balance(2), "Chưa rõ ở đâu", append(stages(2), ui.Count{Text: "Chưa rõ ở đâu", N: 2, Href: "/so-cho?muc=missing", Current: true})
	differs.Lists = []ui.Captures{{ID: "captures", Head: "Ghi ngày 10/08/2023", Now: now(), Pager: ui.Pager{Text: "2 trong 2 việc"}, Rows: []ui.CaptureRow{
		{At: at("09:12"), Kind: "Việc số 1.204", Note: "Chỗ ghi trên đĩa bị hỏng, chưa đọc lại được. Báo quản trị kèm số này", Stop: true},
		{At: at("09:30"), Kind: "Sửa thông tin", About: "Trần Thị Bích Liên", Href: "/nhan-khau/12", By: "Vũ Hải Đăng", Note: "Chưa rõ ở đâu", Stop: true, Dots: settled(2)},
	}}}
	none := ui.OutboxModel{Shell: ward(ui.SectionOutbox), Waiting: ui.Waiting{}, Head: "Tỉnh để riêng", Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Không có việc nào ở chặng này.", Link: ui.Link{Text: "Xem cả sổ", Href: "/so-cho"}}}
	return []State{
		{ui.PageOutbox, "normal", normal}, {ui.PageOutbox, "parked", parked}, {ui.PageOutbox, "differs", differs}, {ui.PageOutbox, "none", none},
		{ui.PageOutbox, "empty", ui.OutboxModel{Shell: ward(ui.SectionOutbox)}}, {ui.PageOutbox, "error", ui.OutboxModel{Shell: ward(ui.SectionOutbox), Gap: unreadable()}},
	}
}

// own is what an officer has waiting for a decision, and what was decided.
func own() []ui.CaptureRow {
	return []ui.CaptureRow{
		{At: at("13:51"), Kind: "Ghi nhân khẩu mới", About: "Lê Văn Hoà", By: "Lê Thu Trang", Note: "Cần đối chiếu: số định danh đang là của người khác", See: ui.Link{Text: "xem hai bản", Href: "/doi-chieu?id=3"}, Stop: true, Dots: ui.Dots{At: 2, Of: 4, Stop: "Cần đối chiếu"}},
		{At: on("08/08/2023", "20:31"), Kind: "Sửa thông tin", About: "Đỗ Quang Thịnh", Href: "/nhan-khau/31", By: "Lê Thu Trang", Note: "Đã chốt: lấy bản đến sau · Thiếu tá Phạm Thu Thảo, 09/08 08:12", Reason: "Đã gọi số mới, chính chủ xác nhận", See: ui.Link{Text: "xem hai bản", Href: "/doi-chieu?id=1"}, Dots: settled(4)},
	}
}
