package sample

import "gocua/ui"

func residents() []State {
	full := list()
	noMatch := list()
	noMatch.Query, noMatch.Rows, noMatch.Scope = "nguyen van xyz", nil, "Không ai khớp “nguyen van xyz”"
	noMatch.Gap = &ui.Gap{Kind: ui.GapNoMatch, Link: ui.Link{Text: "Bỏ lọc", Href: "/nhan-khau"}}
	empty := ui.ResidentsModel{Shell: ward(ui.SectionResidents), Hamlets: hamlets(""), New: "/nhan-khau/moi",
		Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Nhập danh sách dân cư để bắt đầu.", Link: ui.Link{Text: "Nhập danh sách", Href: "/nhap"}}}
	failed := list()
	failed.Rows, failed.Gap = nil, unreadable()
	forbidden := list()
	forbidden.Rows, forbidden.New, forbidden.Export = nil, "", ""
	forbidden.Gap = &ui.Gap{Kind: ui.GapForbidden, Text: "Tổ 21 thuộc phường Mai Dịch."}
	offline := list()
	offline.Shell, offline.Pending = cut(offline.Shell), 12
	guessed := list()
	guessed.Query, guessed.Rows, guessed.Pager = "ddawngj hoa", guessed.Rows[:3], ui.Pager{Text: "3 trong 3 người"}
	guessed.Scope = "1 người khớp “ddawngj hoa”, thêm 2 người gần giống"
	guessed.Rows[1].Near, guessed.Rows[2].Near = true, true
	building := list()
	building.Query, building.Rows, building.Pager, building.Scope = "hoa", nil, ui.Pager{}, ""
	building.Building = &ui.Building{Read: 118_000, Of: 300_000, Href: "/nhan-khau?q=hoa"}
	wrong := list()
	wrong.Wrong = &ui.Banner{Tone: ui.ToneWarn, Head: "Chưa lọc theo năm sinh.", Text: "Năm sinh đầu phải trước năm sinh cuối."}
	cut := list()
	cut.Query, cut.Rows, cut.Scope = "nguyen", nil, "Chưa thấy ai khớp “nguyen” · nữ"
	cut.Pager = ui.Pager{Text: "Mới lọc trong 1.200 người khớp nhất của 9.000 người khớp chữ đang tìm. Gõ thêm chữ, hoặc bỏ chữ để lọc cả danh sách."}
	answer := func(m ui.ResidentsModel) ui.ResidentsModel {
		m.Answer = true
		return m
	}
	return []State{
		{ui.PageResidents, "guessed", guessed}, {ui.PageResidents, "building", building},
		{ui.PageResidents, "normal", full}, {ui.PageResidents, "no-match", noMatch}, {ui.PageResidents, "empty", empty},
		{ui.PageResidents, "error", failed}, {ui.PageResidents, "forbidden", forbidden}, {ui.PageResidents, "offline", offline},
		{ui.PageResidents, "wrong", wrong}, {ui.PageResidents, "cut", cut}, {ui.FragmentResidents, "normal", answer(full)}, {ui.FragmentResidents, "no-match", answer(noMatch)},
		{ui.FragmentLive, "waiting", ui.LiveModel{Shell: waiting(ward("")), Dots: []ui.Dots{pencil()}}},
	}
}

func hamlets(chosen string) []ui.Option {
	return ui.Options(chosen, []string{"", "00163-12", "00163-13"}, func(code string) string {
		return map[string]string{"": "Tất cả", "00163-12": "Tổ 12", "00163-13": "Tổ 13"}[code]
	})
}

func list() ui.ResidentsModel {
	return ui.ResidentsModel{
		Shell: ward(ui.SectionResidents), Query: "hoa", Hamlets: hamlets(""), Scope: "24 người khớp “hoa”", Rows: rows(),
		Pager: ui.Pager{Text: "1–9 trong 24 người", Next: "/nhan-khau?q=hoa&cursor=9"},
		Ladder: []ui.Count{
			{Text: "Tất cả", N: 28012, Href: "/nhan-khau", Current: true},
			{Text: "Chưa tiếp cận", N: 1904, Href: "/nhan-khau?bucket=not_reached"},
			{Text: "Đã tiếp cận", N: 1117, Href: "/nhan-khau?bucket=reached"},
			{Text: "Đã khai mức 1", N: 486, Href: "/nhan-khau?bucket=l1_submitted"},
			{Text: "Đã duyệt mức 1", N: 322, Href: "/nhan-khau?bucket=l1_approved"},
			{Text: "Đã mời mức 2", N: 1208, Href: "/nhan-khau?bucket=l2_invited"},
			{Text: "Đã thu nhận mức 2", N: 2164, Href: "/nhan-khau?bucket=l2_captured"},
			{Text: "Đã duyệt mức 2", N: 1829, Href: "/nhan-khau?bucket=l2_approved"},
			{Text: "Đã kích hoạt", N: 18203, Href: "/nhan-khau?bucket=activated"},
		},
		Off: []ui.Count{
			{Text: "Đang vướng", N: 143, Href: "/nhan-khau?bucket=blocked"},
			{Text: "Đã chuyển đơn vị khác", N: 61, Href: "/nhan-khau?bucket=handed_over"},
			{Text: "Từ chối", N: 38, Href: "/nhan-khau?bucket=refused"},
			{Text: "Ngoài diện", N: 537, Href: "/nhan-khau?bucket=excluded"},
		},
		New: "/nhan-khau/moi", Export: "/nhan-khau.xlsx?q=hoa", More: narrow(), Save: "/danh-sach/moi?visits=3",
		Lists:   []ui.Listed{{Text: "Ba lần chưa gặp", Href: "/nhan-khau?visits=3&list=1", Current: true, Edit: "/danh-sach/1"}, {Text: "Cần SIM", Href: "/nhan-khau?outcome=no_sim&list=2", Note: "Hồ Sĩ Nguyên"}},
		Letters: []ui.Link{{Text: "A", Href: "/nhan-khau?letter=A"}, {Text: "Ă", Href: "/nhan-khau?letter=Ă"}, {Text: "Â", Href: "/nhan-khau?letter=Â"}, {Text: "B", Href: "/nhan-khau?letter=B"}},
		Pick:    &ui.Pick{Token: token, Hidden: []ui.Hidden{{Name: "q", Value: "hoa"}}, All: 24, Tick: "/nhan-khau?q=hoa&tick=1", Print: "/nhan-khau/in", Export: "/xuat/nhan-khau/chon", Visit: "/nhan-khau/ghi-luot", Move: "/nhan-khau/chuyen-to"},
	}
}

// found is a name in which a search has matched the given name.
func found(full string, from, to int) ui.Name { return ui.PersonName(full, [2]int{from, to}) }

func rows() []ui.ResidentRow {
	refused := ui.Dots{At: 4, Of: 5, Stop: "Tỉnh trả lại: sai ngày sinh"}
	return []ui.ResidentRow{
		{Href: "/nhan-khau/1", Key: "1", Name: found("Đặng Thị Hoa", 14, 17), About: "1958 · nữ · chủ hộ", Address: "Số 12, ngõ 68 Xuân Thuỷ", Hamlet: "Tổ 12",
			Number: ui.MaskNumber("001158004471"), Phone: ui.MaskPhone("+84912345218"), Chip: ui.BucketChip("l2_invited"), Why: "Hẹn thứ Hai 14/08, sáng",
			Visited: "09/08 19:52", Outcome: "Sẽ ra phường", Dots: settled(3)},
		{Href: "/nhan-khau/2", Key: "2", Name: found("Nguyễn Thị Hoa", 15, 18), About: "1949 · nữ · ở một mình", Address: "P. 1204, nhà N4A", Hamlet: "Tổ 13",
			Number: ui.MaskNumber("001149000936"), Chip: ui.BucketChip("reached"), Why: "Không có điện thoại thông minh",
			Visited: "08/08 20:31", Outcome: "Không ai ở nhà", Tag: "lần 3", Late: true, Dots: settled(3)},
		{Href: "/nhan-khau/3", Name: found("Phạm Quỳnh Hoa", 15, 18), About: "2004 · nữ", Address: "Số 5, ngách 68/14 Xuân Thuỷ", Hamlet: "Tổ 12",
			Number: ui.MaskNumber("001304007720"), Phone: ui.MaskPhone("0312345506"), Chip: ui.BucketChip("activated"), Why: "Qua ứng dụng, 02/08",
			Visited: "24/07 18:40", Outcome: "Đã khai mức 1", Dots: settled(5)},
		{Href: "/nhan-khau/4", Name: found("Lê Văn Hoà", 9, 13), About: "1963 · nam · chủ hộ", Address: "Số 41, ngõ 165 Xuân Thuỷ", Hamlet: "Tổ 13",
			Number: ui.MaskNumber("001063002815"), Phone: ui.MaskPhone("0912345764"), Chip: ui.BucketChip("blocked"), Why: "SIM đứng tên người khác",
			Visited: "07/08 20:05", Outcome: "Điện thoại không chính chủ", Tag: "lần 2", Dots: refused},
		{Href: "/nhan-khau/5", Name: found("Ngô Khánh Hoà", 12, 16), About: "1990 · nam", Address: "P. 0806, nhà N4B", Hamlet: "Tổ 13",
			Number: ui.MaskNumber("001090006152"), Phone: ui.MaskPhone("0812345390"), Chip: ui.BucketChip("l1_submitted"),
			Visited: "10/08 13:41", Outcome: "Đã khai mức 1", Dots: pencil(), Pencil: true},
		{Href: "/nhan-khau/6", Name: found("Vũ Thị Hoà", 10, 14), About: "1971 · nữ", Address: "Số 27, ngõ 165 Xuân Thuỷ", Hamlet: "Tổ 13",
			Number: ui.MaskNumber("001171005589"), Chip: ui.BucketChip("not_reached"), Dots: settled(2)},
		{Href: "/nhan-khau/7", Name: found("Bùi Xuân Hoá", 11, 15), About: "1945 · nam", Address: "Số 3, ngách 68/14 Xuân Thuỷ", Hamlet: "Tổ 12",
			Number: "", Chip: ui.BucketChip("excluded"), Why: "Đã chuyển đi, xem lại 01/10",
			Visited: "03/08 19:35", Outcome: "Đã chuyển đi", Tag: "lần 2", Dots: settled(5)},
		{Href: "/nhan-khau/8", Name: found("Hoàng Minh Tuấn", 0, 4), About: "1986 · nam · chủ hộ", Address: "P. 2011, nhà N4A", Hamlet: "Tổ 13",
			Number: ui.MaskNumber("001086009914"), Phone: ui.MaskPhone("0912345045"), Chip: ui.BucketChip("refused"), Why: "Hỏi lại sau 20/08",
			Visited: "05/08 20:48", Outcome: "Từ chối: ngại bị làm phiền", Tag: "lần 3", Late: true, Dots: settled(3)},
	}
}

func members() []ui.Member {
	return []ui.Member{
		{Href: "/nhan-khau/11", Name: ui.PersonName("Phùng Đắc Thọ"), Year: "1951", About: "nam · chủ hộ", Chip: ui.BucketChip("activated"), Phone: ui.MaskPhone("0912345111")},
		{Href: "/nhan-khau/12", Name: ui.PersonName("Trần Thị Bích Liên"), Year: "1955", About: "nữ · vợ", Chip: ui.BucketChip("l1_submitted"), Phone: ui.MaskPhone("0912345662"), Current: true},
		{Href: "/nhan-khau/13", Name: ui.PersonName("Phùng Hải Yến"), Year: "1983", About: "nữ · con", Chip: ui.BucketChip("reached"), Pencil: true},
		{Href: "/nhan-khau/14", Name: ui.PersonName("Đỗ Gia Bảo"), Year: "2010", About: "nam · cháu", Chip: ui.BucketChip("excluded")},
	}
}

func history() []ui.Event {
	visit := func(n int) ui.Dots { return ui.Dots{At: n, Of: 4} }
	return []ui.Event{
		{At: at("14:02"), Text: "Sửa số điện thoại thành", Masked: "09•• ••• 662", Note: "Thượng uý Lê Thu Trang", Pencil: true,
			Dots: ui.Dots{ID: "0198c7a2-7777-7abc-8def-00000000000b", At: 1, Of: 4}},
		{At: on("07/08/2023", "16:40"), Text: "Mức 1 được duyệt", Note: "Tỉnh báo về", Dots: settled(5)},
		{At: on("06/08/2023", "20:11"), Text: "Khai mức 1 tại nhà", Tag: "lần 3", Late: true, Note: "Gặp chồng và con gái · Đội 3", Dots: settled(5)},
		{At: on("03/08/2023", "19:44"), Text: "Đến nhà, không ai ở nhà", Tag: "lần 2", Note: "Đội 3", Dots: visit(4)},
		{At: on("01/08/2023", "19:30"), Text: "Đến nhà, không ai ở nhà", Note: "Đội 3", Dots: visit(4)},
	}
}

func steps() []ui.Step {
	return []ui.Step{
		{State: ui.StepDone, Head: "Đã lưu trên máy này", Note: "06/08 20:11"},
		{State: ui.StepDone, Head: "Cụm đã đồng thuận", Note: "06/08 20:12"},
		{State: ui.StepDone, Head: "Đã gửi tỉnh", Note: "06/08 21:46"},
		{State: ui.StepDone, Head: "Tỉnh đã nhận", Note: "06/08 22:03"},
		{State: ui.StepNext, Head: "Chờ kết quả", Note: "Hạn thứ Hai 14/08"},
	}
}

func person() []State {
	box := &ui.HouseholdBox{Address: "Số 21, ngõ 68 Xuân Thuỷ", Href: "/ho/1", Note: "Tổ 12 · đã đến 3 lần", Members: members()}
	facts := []ui.Fact{
		{Name: "Số định danh", Value: "•••• 0428", Masked: true, Reveal: "personalNumber"},
		{Name: "Điện thoại", Value: "09•• ••• 662", Masked: true, Reveal: "phones", Note: "SIM của con gái"},
		{Name: "Giới tính", Value: "nữ"},
		{Name: "Dân tộc", Value: "Kinh"},
		{Name: "Quan hệ với chủ hộ", Value: "vợ"},
	}
	normal := ui.ResidentModel{
		Shell: ward(ui.SectionResidents), Name: "Trần Thị Bích Liên", About: "Sinh 17/03/1955 · nữ", Hamlet: ui.Link{Text: "Tổ 12", Href: "/nhan-khau?hamlet=00163-12"},
		Chip: ui.BucketChip("l1_submitted"), Latest: "Hồ sơ mức 1", Steps: ui.Tracked{ID: "0198c7a2-7777-7abc-8def-00000000000c", Steps: steps()}, History: history(), Total: 9, Older: "/nhan-khau/12?het=1", Facts: facts,
		Household: box, Level1: ui.Action{Why: "Đã có hồ sơ mức 1 từ 06/08."}, Visit: ui.Action{Href: "/ho/1/den"},
		Activate: ui.Action{Href: "/nhan-khau/12/kich-hoat"}, Edit: ui.Action{Href: "/nhan-khau/12/sua"}, Reveal: "/nhan-khau/12/hien", Token: token,
	}
	fresh := normal
	fresh.Shell = flash(waiting(fresh.Shell), ui.Banner{Tone: ui.TonePencil, Head: "Đã lưu trên máy này.", Text: "Đang chờ cụm đồng thuận.", Settled: "level1-12", Dots: &ui.Dots{ID: "0198c7a2-7777-7abc-8def-00000000000b", At: 1, Of: 5}})
	fresh.Pencil, fresh.Level1 = true, ui.Action{Href: "/nhan-khau/12/khai"}
	fresh.Steps.Steps = []ui.Step{{State: ui.StepPencil, Head: "Đã lưu trên máy này", Note: "14:02"}, {State: ui.StepNext, Head: "Cụm đồng thuận", Note: "đang chờ"},
		{Head: "Gửi tỉnh"}, {Head: "Tỉnh nhận"}, {Head: "Có kết quả"}}
	refused := normal
	refused.Steps.Steps = append(steps()[:4:4], ui.Step{State: ui.StepStop, Head: "Tỉnh trả lại", Note: "Sai ngày sinh.", Link: ui.Link{Text: "Sửa và gửi bản mới", Href: "/nhan-khau/12/sua"}})
	refused.Chip = ui.BucketChip("blocked")
	empty := normal
	empty.Steps, empty.History, empty.Total, empty.Older, empty.Household = ui.Tracked{}, nil, 0, "", nil
	empty.Chip, empty.Level1 = ui.BucketChip("not_reached"), ui.Action{Href: "/nhan-khau/12/khai"}
	forbidden := normal
	forbidden.Level1, forbidden.Visit, forbidden.Activate, forbidden.Edit, forbidden.Reveal = ui.Action{}, ui.Action{}, ui.Action{}, ui.Action{Why: "Người này thuộc phường khác: xem được, chưa sửa được."}, ""
	forbidden.Facts = []ui.Fact{{Name: "Số định danh", Value: "•••• 0428", Masked: true}}
	house := household()
	bare := house
	bare.Members, bare.Visits, bare.Attempt, bare.Note, bare.Near = nil, nil, "", "Chưa đến lần nào", nil
	offline := house
	offline.Shell, offline.Pencil = cut(house.Shell), true
	emergency := empty
	emergency.Closed, emergency.Household, emergency.Hamlet = true, nil, ui.Link{Text: "Tổ 3, P. Mai Dịch"}
	emergency.Shell = flash(ward(ui.SectionResidents), ui.Banner{Tone: ui.ToneWarn, Head: "Đang mở khẩn cấp.", Text: "Chỉ xem, trong 30 phút từ lúc mở. Từng lần xem được ghi lại kèm tên đồng chí."})
	return []State{
		{ui.PageResident, "normal", normal}, {ui.PageResident, "waiting", fresh}, {ui.PageResident, "refused", refused},
		{ui.PageResident, "empty", empty}, {ui.PageResident, "forbidden", forbidden}, {ui.PageResident, "emergency", emergency},
		{ui.PageHousehold, "normal", house}, {ui.PageHousehold, "empty", bare}, {ui.PageHousehold, "offline", offline},
	}
}

func household() ui.HouseholdModel {
	return ui.HouseholdModel{Shell: ward(ui.SectionResidents), Address: "Số 21, ngõ 68 Xuân Thuỷ", Hamlet: ui.Link{Text: "Tổ 12", Href: "/nhan-khau?hamlet=00163-12"},
		Note: "Lần cuối 06/08, đã khai mức 1", Attempt: "lần 3", Late: true, Members: members(), Visits: history()[2:],
		Visit: ui.Action{Href: "/ho/1/den"}, Add: ui.Action{Href: "/nhan-khau/moi?ho=1"},
		Near: []ui.Link{{Text: "Số 19, ngõ 68", Href: "/ho/0"}, {Text: "Số 23, ngõ 68", Href: "/ho/2"}}}
}
