package sample

import "gocua/ui"

// pairs are residents who may be in the register twice (nghi trùng).
func pairs() []State {
	list := ui.PairsModel{Shell: ward(ui.SectionReview), Scope: "38 cặp · giống nhau nhất ở trên",
		Lists: []ui.Count{{Text: "Nghi trùng", N: 38, Href: "/trung", Current: true}, {Text: "Hai người khác nhau", N: 5, Href: "/trung?khac=1"}},
		Units: []ui.Option{{Text: "Tất cả", Chosen: true}, {Value: "00163-12", Text: "Tổ 12"}, {Value: "00163-13", Text: "Tổ 13"}},
		Rows: []ui.PairRow{
			{Href: "/trung/1/2", Why: "cùng tên, khác dấu; cùng năm sinh; cùng điện thoại",
				A: ui.PairMember{Name: ui.PersonName("Trần Thị Mẫu"), About: "17/03/1955 · nữ", Place: "Số 21, ngõ 68 Xuân Thuỷ · Tổ 12", Has: "•••• 0428 · 09•• ••• 318", Chip: ui.BucketChip("l1_submitted")},
				B: ui.PairMember{Name: ui.PersonName("Tran Thi Mau"), About: "năm 1955 · nữ", Place: "P. 0912, nhà N4A · Tổ 13", Has: "chưa có số · 09•• ••• 318", Chip: ui.BucketChip("not_reached")}},
			{Href: "/trung/3/4", Why: "tên viết theo giọng khác; cùng ngày sinh; cùng hộ",
				A: ui.PairMember{Name: ui.PersonName("Chử Thu Xuyến"), About: "05/08/2003 · nữ", Place: "Số 5, ngõ 9 · Tổ 12", Has: "chưa có số"},
				B: ui.PairMember{Name: ui.PersonName("Chử Thu Suyến"), About: "05/08/2003 · nữ", Place: "Số 5, ngõ 9 · Tổ 12", Has: "•••• 1902"}},
		}, Pager: ui.Pager{Text: "1–2 trong 38 cặp", Next: "/trung?tu=50"}}
	none, busy, apart := list, list, list
	none.Rows, none.Units, none.Scope, none.Gap, none.Pager = nil, nil, "0 cặp", &ui.Gap{Kind: ui.GapEmpty, Text: "Chưa thấy ai có thể ở trong sổ hai lần."}, ui.Pager{}
	busy.Rows, busy.Compare, busy.Pager = nil, true, ui.Pager{}
	apart.Apart, apart.Shell = true, cut(apart.Shell)
	return []State{
		{Page: ui.PagePairs, Name: "normal", Model: list},
		{Page: ui.PagePairs, Name: "none", Model: none},
		{Page: ui.PagePairs, Name: "comparing", Model: busy},
		{Page: ui.PagePairs, Name: "apart", Model: apart},
		{Page: ui.PagePair, Name: "open", Model: onePair(func(*ui.PairModel) {})},
		{Page: ui.PagePair, Name: "changed", Model: onePair(func(m *ui.PairModel) {
			m.Form.Returned = true
			m.Form.Fail("", nil, "Một trong hai phiếu vừa thay đổi. Xem lại bên dưới rồi bấm lần nữa.")
		})},
		{Page: ui.PagePair, Name: "merged", Model: onePair(func(m *ui.PairModel) {
			m.State, m.Say, m.After, m.Pencil = ui.PairMerged, "Gộp lúc 09/08 20:12, người xem: Vũ Hải Đăng. Dưới đây là hai phiếu như trước khi gộp.", "điện thoại, tiến độ hồ sơ", true
			m.B.Href = ""
		})},
		{Page: ui.PagePair, Name: "apart", Model: onePair(func(m *ui.PairModel) {
			m.State, m.Say = ui.PairApart, "Xem lúc 09/08 20:12, người xem: Vũ Hải Đăng. Ghi lại: hai chị em"
		})},
	}
}

func onePair(change func(*ui.PairModel)) ui.PairModel {
	m := ui.PairModel{Shell: ward(ui.SectionReview), Form: form("/trung/1/2", ""), Head: "Trần Thị Mẫu và Tran Thi Mau", Why: "cùng tên, khác dấu; cùng năm sinh; cùng điện thoại",
		A: ui.PairSide{Name: "Trần Thị Mẫu", Href: "/nhan-khau/1", From: "Vào sổ từ danh sách · 02/08 09:12 · Phạm Thu Thảo", Rev: "1", Chip: ui.BucketChip("l1_submitted"), Keep: true,
			History: []ui.Event{{At: at("19:52"), Text: "Khai mức 1", Masked: "09•• ••• 318", Note: "Vũ Hải Đăng", Dots: settled(5)}, {At: on("02/08/2023", "09:12"), Text: "Vào sổ từ danh sách", Dots: settled(4)}}},
		B: ui.PairSide{Name: "Tran Thi Mau", Href: "/nhan-khau/2", From: "Ghi người mới · 08/08 20:31 · Vũ Hải Đăng", Rev: "2", Chip: ui.BucketChip("not_reached")},
		Rows: []ui.PairField{
			{ID: "name", Name: "Họ tên", A: "Trần Thị Mẫu", B: "Tran Thi Mau", Differs: true, Choice: "a"},
			{ID: "birth", Name: "Ngày sinh", A: "17/03/1955", B: "1955", Differs: true, Choice: "a"},
			{ID: "sex", Name: "Giới tính", A: "Nữ", B: "Nữ", Choice: "a"},
			{ID: "personalNumber", Name: "Số định danh", A: "•••• 0428", Masked: true, Differs: true, Choice: "a"},
			{ID: "phones", Name: "Điện thoại", A: "09•• ••• 318", B: "09•• ••• 318, 09•• ••• 662", Masked: true, Differs: true, Both: true, Choice: "both"},
			{ID: "household", Name: "Hộ", A: "Số 21, ngõ 68 Xuân Thuỷ · Tổ 12", B: "P. 0912, nhà N4A · Tổ 13", Differs: true, Choice: "b"},
			{Name: "Trong hộ", A: "chủ hộ", Differs: true},
		}}
	change(&m)
	return m
}
