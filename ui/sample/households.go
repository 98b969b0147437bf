package sample

import "gocua/ui"

func changedHouseholds() []State {
	subject := ui.Subject{Name: "Số 21, ngõ 68 Xuân Thuỷ", Href: "/ho/1", Hamlet: "Tổ 12"}
	people := []ui.Option{{Value: "0198c7a2-3333-7abc-8def-000000000001", Text: "Phùng Đắc Thọ", Note: "1951 · chủ hộ"}, {Value: "0198c7a2-3333-7abc-8def-000000000002", Text: "Trần Thị Bích Liên", Note: "1955"},
		{Value: "0198c7a2-3333-7abc-8def-000000000003", Text: "Phùng Hải Yến", Note: "1983 · con", Chosen: true}}
	heads := []ui.Option{{Text: "Chưa rõ", Chosen: true}, {Value: "0198c7a2-3333-7abc-8def-000000000003", Text: "Phùng Hải Yến · 1983"}}
	one := ui.Input{Options: hamlets("00163-12")[1:]}

	edit := ui.HouseholdEditModel{Shell: ward(ui.SectionResidents), Form: form("/ho/1/sua", "ho/1/sua"), House: subject,
		Address: ui.EditField{Input: ui.Input{Value: subject.Name}, Was: subject.Name, Sent: subject.Name}, Hamlet: ui.EditField{Input: one, Was: "Tổ 12", Sent: "00163-12"}, Head: ui.EditField{Input: ui.Input{Options: heads}}}
	beside := edit
	beside.Address.Value, beside.Address.Other = "Số 21A, ngõ 68 Xuân Thuỷ", "Số 21B, ngõ 68 Xuân Thuỷ"
	beside.Form.Fail("address", &beside.Address.Input, "Có người vừa sửa ô này. Xem giá trị mới bên cạnh.")

	split := ui.HouseholdSplitModel{Shell: ward(ui.SectionResidents), Form: form("/ho/1/tach", ""), House: subject, Seen: "e96a36222c9bc415d9a31046", Movers: ui.Input{Options: people},
		Address: ui.Input{Value: "Số 21, tầng 2"}, Hamlet: one, Head: ui.Input{Options: heads}, HeadLeft: ui.Input{Options: heads}}
	bad := split
	bad.Form.Fail("movers", &bad.Movers, "Phải có người ở lại. Cả hộ chuyển đi thì sửa địa chỉ của hộ.")
	back := split
	back.Back = "Số 23, ngõ 68 Xuân Thuỷ"
	alone := split
	alone.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Hộ có một người thì không tách được. Người đó ở nơi khác thì sửa hộ.", Link: ui.Link{Text: "Sửa hộ", Href: "/ho/1/sua"}}

	merge := ui.HouseholdMergeModel{Shell: ward(ui.SectionResidents), Form: form("/ho/1/gop", ""), House: subject, Seen: "e96a36222c9bc415d9a31046", Members: members(),
		Into: ui.Input{Options: []ui.Option{{Text: "Chọn hộ"}, {Value: "0198c7a2-2222-7abc-8def-000000000003", Text: "Số 23, ngõ 68 Xuân Thuỷ · 2 người"}}}}
	rejoin := merge
	rejoin.Back, rejoin.Shell = true, cut(merge.Shell)
	nowhere := merge
	nowhere.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Tổ, thôn này chưa có hộ nào khác để gộp vào.", Link: ui.Link{Text: "Về trang của hộ", Href: "/ho/1"}}

	gone := household()
	gone.Members, gone.Visit, gone.Add, gone.Kin.Into = nil, ui.Action{}, ui.Action{}, ui.Link{Text: "Số 23, ngõ 68 Xuân Thuỷ", Href: "/ho/3"}
	kin := household()
	kin.Change = ui.HouseholdActs{Edit: "/ho/1/sua", Split: "/ho/1/tach", Merge: "/ho/1/gop"}
	kin.Kin.From, kin.Kin.Rejoin = ui.Link{Text: "Số 19, ngõ 68 Xuân Thuỷ", Href: "/ho/0"}, ui.Link{Text: "Gộp lại", Href: "/ho/1/gop?vao=0"}
	kin.Kin.Joined = []ui.JoinedHome{{Home: ui.Link{Text: "Số 23, ngõ 68 Xuân Thuỷ", Href: "/ho/3"}, Resume: ui.Link{Text: "Tách lại", Href: "/ho/1/tach?lai=3"}}}
	kin.Shell = flash(kin.Shell, ui.Banner{Head: "Hai hộ đã thành một.", Text: "Gộp nhầm thì tách lại, mọi thứ về như cũ.", Link: ui.Link{Text: "Tách lại", Href: "/ho/1/tach?lai=3"}})
	return []State{{ui.PageHouseholdEdit, "normal", edit}, {ui.PageHouseholdEdit, "conflict", beside}, {ui.PageSplit, "normal", split}, {ui.PageSplit, "refused", bad},
		{ui.PageSplit, "back", back}, {ui.PageSplit, "alone", alone}, {ui.PageMerge, "normal", merge}, {ui.PageMerge, "back-offline", rejoin}, {ui.PageMerge, "nowhere", nowhere},
		{ui.PageHousehold, "merged", gone}, {ui.PageHousehold, "kin", kin}}
}

func keptHamlets() []State {
	has := func(power, second, third, fibre bool) []ui.HamletFact {
		return []ui.HamletFact{{Name: "điện lưới", Lack: !power}, {Name: "sóng 2G", Lack: !second}, {Name: "3G, 4G", Lack: !third}, {Name: "cáp quang", Lack: !fibre}}
	}
	list := ui.HamletsModel{Shell: supervisor(ui.SectionResidents), In: "Phường Dịch Vọng Hậu", New: "/to/moi", Count: true, Nowhere: "/nhan-khau/chua-ro-cho-o", Total: ui.HamletRow{People: 1208, Households: 391},
		Rows: []ui.HamletRow{{Name: "Tổ 12", Code: "00163-12", People: 640, Households: 201, Href: "/nhan-khau?hamlet=00163-12", Edit: "/to/00163-12", Has: has(true, true, true, true)},
			{Name: "Tổ 13", Code: "00163-13", People: 568, Households: 190, Href: "/nhan-khau?hamlet=00163-13", Edit: "/to/00163-13", Has: has(false, true, false, false), Pencil: true}}}
	above := list
	above.Shell, above.In, above.New, above.Units = leader(ui.SectionResidents), "Cụm Cầu Giấy", "", ui.Input{Options: []ui.Option{{Value: "01CG", Text: "Cụm Cầu Giấy", Chosen: true}, {Value: "00163", Text: "Phường Dịch Vọng Hậu"}}}
	none := ui.HamletsModel{Shell: admin(""), In: "Phường Mai Dịch", Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Đơn vị này chưa có tổ, thôn nào."}}
	offline := list
	offline.Shell = cut(list.Shell)

	lacks := ui.Input{Options: []ui.Option{{Value: "power", Text: "điện lưới", Chosen: true}, {Value: "2g", Text: "sóng 2G"}, {Value: "3g", Text: "3G, 4G"}, {Value: "fibre", Text: "cáp quang"}}}
	m := ui.HamletFormModel{Shell: supervisor(ui.SectionResidents), Form: form("/to/00163-13", "to/00163-13"), Who: "Tổ 13", In: "Phường Dịch Vọng Hậu", Unit: "00163", Was: "e96a36222c9bc415d9a31046", Name: ui.Input{Value: "Tổ 13"}, Lacks: lacks}
	fresh := m
	fresh.Form = form("/to/moi", "to/moi")
	fresh.New, fresh.Name, fresh.Code, fresh.Was = true, ui.Input{}, ui.Input{Value: "00163-14"}, "new"
	choosing := fresh
	choosing.Shell, choosing.Units = leader(ui.SectionResidents), ui.Input{Options: []ui.Option{{Value: "00163", Text: "Phường Dịch Vọng Hậu", Chosen: true}, {Value: "00166", Text: "Phường Mai Dịch"}}}
	taken := fresh
	taken.Form.Fail("code", &taken.Code, "Mã này đã có. Chọn mã khác.")
	beside := m
	beside.Form.Fail("", nil, "Tổ, thôn này vừa có người đổi. Dưới đây là bản đồng chí gõ: xem lại rồi ghi lần nữa.")
	return []State{{ui.PageHamlets, "supervisor", list}, {ui.PageHamlets, "leader", above}, {ui.PageHamlets, "empty", none}, {ui.PageHamlets, "offline", offline},
		{ui.PageHamletForm, "edit", m}, {ui.PageHamletForm, "new", fresh}, {ui.PageHamletForm, "leader", choosing}, {ui.PageHamletForm, "taken", taken}, {ui.PageHamletForm, "conflict", beside}}
}

func worklists() []State {
	m := ui.WorkListModel{Shell: ward(ui.SectionResidents), Head: "Chưa có số định danh", Say: "Hỏi lại thẻ hoặc giấy khai sinh, mở trang của người đó rồi Sửa để ghi số.", Path: "/nhan-khau/chua-co-so", Hamlets: hamlets(""),
		Lists: []ui.Count{{Text: "Chưa có số định danh", N: 24, Href: "/nhan-khau/chua-co-so", Current: true}, {Text: "Chưa vào hộ nào", N: 3, Href: "/nhan-khau/chua-ro-cho-o"}, {Text: "Sắp đủ 14 tuổi", N: 7, Href: "/nhan-khau/sap-14"}},
		Scope: "24 người", Rows: rows()[6:], Pager: ui.Pager{Text: "2 người", Next: "/nhan-khau/chua-co-so?cursor=7"}}
	days := m
	days.Head, days.Path, days.Span, days.Scope, days.Shell = "Vừa đủ 14 tuổi", "/nhan-khau/sap-14", "vua", "12/07–10/08", cut(m.Shell)
	days.Spans = []ui.Count{{Text: "60 ngày tới", N: 7, Href: "/nhan-khau/sap-14"}, {Text: "30 ngày qua", N: 2, Href: "/nhan-khau/sap-14?khi=vua", Current: true}}
	none := m
	none.Rows, none.Scope, none.Pager, none.Gap = nil, "0 người", ui.Pager{}, &ui.Gap{Kind: ui.GapEmpty, Text: "Không còn ai phải xem lại trong danh sách này."}
	return []State{{ui.PageWorkList, "number", m}, {ui.PageWorkList, "turned-offline", days}, {ui.PageWorkList, "empty", none}}
}
