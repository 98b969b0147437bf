package sample

import (
	"gocua/ui"
	"gocua/ui/messages"
)

// reviews are what waits for a person, and what one has decided (đối chiếu).
func reviews() []State {
	base := ui.ReviewModel{Shell: ward(ui.SectionReview), Lists: []ui.Count{{Text: "Đang chờ", N: 7, Href: "/doi-chieu", Current: true}, {Text: "Đã chốt", N: 31, Href: "/doi-chieu?xong=1"}},
		Items: []ui.ReviewItem{
			{Name: ui.PersonName("Đỗ Quang Thịnh"), Why: "Hai người cùng sửa một ô", Href: "/doi-chieu?id=1", Current: true},
			{Name: ui.PersonName("Nguyễn Thị Cúc"), Why: "Số định danh đang là của người khác · kéo theo 3 việc", Href: "/doi-chieu?id=2"},
			{Name: ui.PersonName("Lê Văn Hoà"), Why: "Đã có hồ sơ mức 1 từ trước", Href: "/doi-chieu?id=3", Pencil: true},
			{Name: ui.PersonName("Tạ Kim Ngân"), Why: "Nhắc đến hộ không có trong sổ", Href: "/doi-chieu?id=4"},
		}, More: "/doi-chieu?cursor=4"}
	state := func(change func(*ui.ReviewModel, *ui.ReviewSides)) ui.ReviewModel {
		m, sides := base, twoSides()
		change(&m, &sides)
		m.One = &sides
		return m
	}
	normal := state(func(m *ui.ReviewModel, s *ui.ReviewSides) { d := decide(""); s.Decide = &d })
	editing := state(func(m *ui.ReviewModel, s *ui.ReviewSides) {
		d := decide("edit")
		d.Form.Returned, d.Reason.Value = true, "Số đúng là số thứ ba, chủ hộ đọc"
		d.Fields[0].Value = "0912 404 31"
		d.Form.Fail("edit-phones", &d.Fields[0].Input, "Số điện thoại chưa đúng. Số di động có 10 số, bắt đầu bằng 0.")
		m.Shell = cut(m.Shell)
		s.Decide = &d
	})
	unsure := state(func(m *ui.ReviewModel, s *ui.ReviewSides) {
		d := decide("")
		d.Form.Returned = true
		d.Form.Fail("choice", &d.Choice, "Chưa chọn cách chốt.")
		d.Form.Fail("reason", &d.Reason, "Ô này chưa ghi.")
		s.Decide = &d
	})
	waits := state(func(m *ui.ReviewModel, s *ui.ReviewSides) {
		s.WhyNot = "Chỉ huy phường chốt việc này. Đồng chí sẽ thấy kết quả và lý do ở Sổ chờ và trang hôm nay."
		s.Children = []ui.ReviewItem{{Name: ui.PersonName("Nguyễn Thị Cúc"), Why: "Khai mức 1", Href: "/doi-chieu?id=21"}, {Name: ui.PersonName("Số 5, ngõ 9"), Why: "Lượt đến nhà", Href: "/doi-chieu?id=22"}}
	})
	closed := state(func(m *ui.ReviewModel, s *ui.ReviewSides) {
		m.Closed, m.Lists[0].Current = true, false
		m.Items = []ui.ReviewItem{{Name: ui.PersonName("Đỗ Quang Thịnh"), Why: "Lấy bản đến sau, có sửa", Href: "/doi-chieu?id=1", Current: true}}
		s.Held.Head = "Bản cụm giữ lúc đó"
		s.Decided = &ui.Decided{Say: "Lấy bản đến sau, có sửa. Đã ghi vào sổ.", Reason: "Đã gọi số mới, chính chủ xác nhận; địa chỉ theo sổ tổ 13", By: "Thiếu tá Phạm Thu Thảo", At: on("09/08/2023", "08:12"),
			Fixed: []ui.Fact{{Name: "điện thoại", Value: "09•• ••• 662", Masked: true}, {Name: "địa chỉ", Value: "P. 0912, nhà N4A"}}, Dots: settled(4)}
	})
	pencilled := state(func(m *ui.ReviewModel, s *ui.ReviewSides) {
		m.Shell = cut(m.Shell)
		s.Decided = &ui.Decided{Say: "Giữ bản cụm đang giữ. Sổ không đổi; bản đến sau cất ở đây.", Reason: "Hỏi lại chủ hộ", By: "Thiếu tá Phạm Thu Thảo", At: at("14:02"), Pencil: true, Rest: 40, Dots: pencil()}
	})
	oneSide := state(func(m *ui.ReviewModel, s *ui.ReviewSides) {
		*s = ui.ReviewSides{Head: "Lượt đến nhà", Why: "Chờ việc trước đó đối chiếu xong", Since: at("09:12"), Parent: ui.Link{Text: "Xem việc trước đó", Href: "/doi-chieu?id=2"},
			Late: ui.Side{Head: "Lượt đến nhà", From: "Trung uý Vũ Hải Đăng · 09/08 20:31"},
			Rows: []ui.SideRow{{Name: "Kết quả", Late: "Không ai ở nhà", Differs: true}}}
	})
	none := ui.ReviewModel{Shell: ward(ui.SectionReview), Lists: []ui.Count{{Text: "Đang chờ", Href: "/doi-chieu", Current: true}, {Text: "Đã chốt", Href: "/doi-chieu?xong=1"}}}
	noneClosed := none
	noneClosed.Closed = true
	var states []State
	for _, s := range []struct {
		name  string
		model ui.ReviewModel
	}{{"normal", normal}, {"edit-refused-offline", editing}, {"error", unsure}, {"forbidden", waits}, {"closed", closed}, {"closed-offline", pencilled},
		{"one-side", oneSide}, {"empty", none}, {"empty-closed", noneClosed}, {"error-offline", ui.ReviewModel{Shell: cut(ward(ui.SectionReview)), Gap: unreadable()}}} {
		states = append(states, State{ui.PageReview, s.name, s.model})
	}
	return states
}

func twoSides() ui.ReviewSides {
	return ui.ReviewSides{Head: "Đỗ Quang Thịnh, sinh 1974", Why: "Hai người cùng sửa một ô", Since: on("08/08/2023", "20:31"),
		Held:    ui.Side{From: "Thượng uý Lê Thu Trang · 08/08 20:14"},
		Late:    ui.Side{Head: "Sửa thông tin", From: "Trung uý Vũ Hải Đăng · 08/08 20:31, đến nơi 22:05"},
		Subject: ui.Link{Text: "Trang người này", Href: "/nhan-khau/31"},
		Rows: []ui.SideRow{
			{Name: "Điện thoại", Held: "09•• ••• 218", Late: "03•• ••• 954", Differs: true, Masked: true},
			{Name: "Nơi ở", Held: "P. 0912, nhà N4A", Late: "P. 0912, nhà N4B", Differs: true},
			{Name: "Ngày sinh", Held: "30/04/1974", Late: "30/04/1974"},
			{Name: "Số định danh", Held: "•••• 6640", Late: "•••• 6640", Masked: true},
		}}
}

// decide is the form of a decision with one choice made, or none.
func decide(chosen string) ui.Decide {
	notes := map[string]string{"keep": "Sổ không đổi. Bản đến sau cất ở đây, vẫn xem lại được.", "take": "Ghi điện thoại, nơi ở của bản đến sau vào sổ, đè lên bản cụm.",
		"edit": "Ghi bản đến sau vào sổ, theo các ô đồng chí sửa ở dưới.", "not_same": "Là hai người khác nhau. Ghi bản đến sau thành người riêng, chưa có số định danh, chờ xem thẻ."}
	d := ui.Decide{Form: form("/doi-chieu?id=1", "doi-chieu/1"), Fields: []ui.Correction{
		{ID: "edit-phones", Label: "Điện thoại", Kind: "input", Mode: "tel", Note: "Để nguyên dấu chấm nếu không sửa", Input: ui.Input{Value: "03•• ••• 954"}},
		{ID: "edit-sex", Label: "Giới tính", Kind: "radio", Input: sex("male")},
		{ID: "edit-household", Label: "Hộ", Kind: "select", Input: ui.Input{Options: []ui.Option{{Value: "41", Text: "P. 0912, nhà N4B", Chosen: true}}}}}}
	d.Form.Record, d.Form.Cancel = "", ""
	for _, choice := range []string{"keep", "take", "edit", "not_same"} {
		d.Choice.Options = append(d.Choice.Options, ui.Option{Value: choice, Text: messages.Choice(choice), Note: notes[choice], Chosen: choice == chosen})
	}
	return d
}
