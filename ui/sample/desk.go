package sample

import "gocua/ui"

func home() []State {
	normal := ui.HomeModel{Shell: ward(ui.SectionHome), Search: true, New: "/ho/moi", Buckets: append(list().Ladder[1:], list().Off...),
		Figures: []ui.Figure{
			{Name: "Hôm nay đã khai mức 1", N: 38, Href: "/nhan-khau?bucket=l1_submitted", Note: "hôm qua 45"},
			{Name: "Hôm nay đã kích hoạt", N: 61, Href: "/nhan-khau?bucket=activated", Note: "hôm qua 57"},
			{Name: "Chưa tiếp cận", N: 1904, Href: "/nhan-khau?bucket=not_reached", Note: "trong 28.012 người thuộc diện", First: true},
			{Name: "Cần đối chiếu", N: 7, Href: "/doi-chieu", Note: "cũ nhất từ 08/08", Late: true},
		},
		Tasks: []ui.Task{
			{Text: "Cần đối chiếu", Note: "Hai bản khác nhau, nghi trùng", N: 7, Href: "/doi-chieu", Do: "Xem hai bản, chọn bản đúng", Late: true},
			{Text: "Chưa tiếp cận", Note: "Chưa đến lần nào, hoặc chưa gặp ai", N: 1904, Href: "/nhan-khau?bucket=not_reached", Do: "Gõ cửa tối nay"},
			{Text: "Đã tiếp cận, chưa khai", Note: "Đã gặp, chưa có hồ sơ mức 1", N: 1117, Href: "/nhan-khau?bucket=reached", Do: "Khai mức 1"},
			{Text: "Đã khai, chưa kích hoạt", Note: "Có hồ sơ, chưa mở tài khoản", N: 486, Href: "/nhan-khau?bucket=l1_submitted", Do: "Gọi nhắc, hỗ trợ kích hoạt"},
			{Text: "Từ chối", Note: "Hỏi lại khi thuận tiện", N: 38, Href: "/nhan-khau?bucket=refused", Do: "Đến lại cùng tổ trưởng"},
		},
		Waiting: ui.Waiting{N: 3, Oldest: at("14:06")},
		Own:     ui.Captures{Now: now(), Rows: own()},
		Import:  &jobs()[2],
	}
	normal.Shell.Nav[2].Count = 7
	commander := normal
	commander.Shell = yours(supervisor(ui.SectionHome))
	commander.Glass = []ui.GlassRow{
		{At: at("13:52"), Until: at("14:22"), Who: "Thượng uý Ngô Thanh Bình", Unit: "P. Mai Dịch", About: "Trần Thị Bích Liên", Href: "/nhan-khau/12", Reason: "Người nhà báo cụ đi lạc từ trưa, cần số điện thoại con gái", Open: true},
		{At: on("08/08/2023", "21:10"), Until: on("08/08/2023", "21:40"), Who: "Thượng uý Lê Thu Trang", Unit: "P. Dịch Vọng Hậu", About: "một người ở P. Quan Hoa", Reason: "Cấp cứu 115 hỏi người thân"},
	}
	empty := ui.HomeModel{Shell: ward(ui.SectionHome), Search: true, New: "/ho/moi",
		Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Sổ còn trống. Nhập danh sách dân cư để bắt đầu.", Link: ui.Link{Text: "Nhập danh sách", Href: "/nhap"}}}
	offline := normal
	offline.Shell, offline.Waiting = cut(normal.Shell), ui.Waiting{N: 37, Oldest: at("13:20")}
	above := normal
	above.Shell, above.New, above.Codes = leader(ui.SectionHome), "", "/ma-mot-lan"
	stopped := normal
	stopped.Shell = broken(normal.Shell)
	plans := ui.HomeModel{Shell: admin(ui.SectionHome), Codes: "/ma-mot-lan", Plans: "/dia-gioi", Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Phần việc của đồng chí là máy và tài khoản.", Link: ui.Link{Text: "Xem đường truyền", Href: "/may"}}}
	failed := ui.HomeModel{Shell: ward(ui.SectionHome), Gap: unreadable()}
	en := normal
	en.Shell = english(normal.Shell)
	return []State{{ui.PageHome, "leader", above}, {ui.PageHome, "normal", normal}, {ui.PageHome, "supervisor", commander}, {ui.PageHome, "empty", empty}, {ui.PageHome, "offline", offline}, {ui.PageHome, "stopped", stopped}, {ui.PageHome, "error", failed}, {ui.PageHome, "admin", plans}, {ui.PageHome, "english", en}}
}

func jobs() []ui.Job {
	return []ui.Job{
		{Name: "Danh sách tổ 12–15.xlsx", By: "Thiếu tá Phạm Thu Thảo", Started: at("13:55"), State: ui.JobRunning, Done: 4318, Of: 6002, New: 3900, Updated: 300, Same: 100, Review: 12, Refused: 6, Reviews: "/doi-chieu", Stop: "job-1", Token: token},
		{Name: "Tổ 20.csv", By: "Thượng uý Lê Thu Trang", Started: at("13:30"), State: ui.JobWaiting, Done: 0, Of: 480},
		{Name: "Danh sách dân cư 2023.xlsx", By: "Thiếu tá Phạm Thu Thảo", Started: on("09/08/2023", "20:10"), Ended: on("09/08/2023", "20:31"), State: ui.JobDone, Done: 28012, Of: 28012, New: 27540, Updated: 402, Same: 0, Review: 12, Refused: 58, Result: "/nhap/3/ket-qua.xlsx", Reviews: "/doi-chieu"},
		{Name: "so ho khau cu.xls", By: "Thượng uý Lê Thu Trang", Started: on("08/08/2023", "09:10"), Ended: on("08/08/2023", "09:10"), State: ui.JobFailed, Why: "tệp XLS đời cũ, lưu lại thành XLSX rồi nhập"},
		{Name: "Tổ 14.xlsx", Started: on("08/08/2023", "09:20"), Ended: on("08/08/2023", "09:21"), State: ui.JobStopped, Done: 200, Of: 900, New: 200, Result: "/nhap/5/ket-qua.xlsx"},
		{Name: "Danh sách tổ 12.xlsx", Started: at("14:01"), State: ui.JobDraft, Open: "/nhap/job-6", Stop: "job-6", Token: token},
		{Name: "Tổ 8.csv", Started: on("07/08/2023", "10:00"), Ended: on("07/08/2023", "10:01"), State: ui.JobDone, Done: 350, Of: 350, New: 350, Result: "/nhap/7/ket-qua.xlsx", Reviews: "/doi-chieu",
			Undone: &ui.Undone{Of: 4, Done: 4, Removed: 690, Restored: 2, Kept: 3, Stayed: []ui.Stayed{{Link: ui.Link{Text: "Trần Thị Mẫu", Href: "/nhan-khau/12"}, Why: "đã có lượt đến nhà, hồ sơ hoặc việc đối chiếu"}}}},
		{Name: "Tổ 9.csv", Started: on("07/08/2023", "09:00"), Ended: on("07/08/2023", "09:01"), State: ui.JobDone, Done: 350, Of: 350, New: 350, Undo: "/nhap/job-9/hoan-tac",
			Undone: &ui.Undone{Running: true, Of: 4, Done: 1}},
	}
}

func desk() []State {
	imports := ui.ImportModel{Shell: ward(ui.SectionImport), Form: form("/nhap", ""), Unit: ui.Input{Options: []ui.Option{{Value: "00163", Text: "Cả phường Dịch Vọng Hậu", Chosen: true}, {Value: "00163-12", Text: "Tổ 12"}}}, Jobs: jobs(), Live: true}
	none := imports
	none.Jobs, none.Live = nil, false
	badFile := imports
	badFile.Form.Fail("file", &badFile.File, "Chưa đọc được tệp này. Dùng XLSX hoặc CSV.")
	noRight := none
	noRight.Gap = &ui.Gap{Kind: ui.GapForbidden, Text: "Nhập danh sách là việc của chỉ huy phường."}

	return []State{
		{ui.PageImport, "normal", imports}, {ui.PageImport, "empty", none}, {ui.PageImport, "error", badFile}, {ui.PageImport, "forbidden", noRight},
		{ui.FragmentJobs, "normal", imports}, {ui.FragmentJobs, "done", none},
	}
}
