package sample

import "gocua/ui"

func wards() []ui.ReportRow {
	row := func(rank int, unit string, captured, activated, target int) ui.ReportRow {
		r := ui.NewReportRow(unit, captured, activated, target)
		r.Rank, r.Href = rank, "/bao-cao?unit="+unit
		r.CapturedHref, r.ActivatedHref = "/nhan-khau?unit="+unit+"&co=thu-nhan", "/nhan-khau?unit="+unit+"&bucket=activated"
		return r
	}
	rows := []ui.ReportRow{row(1, "Nghĩa Tân", 20420, 18260, 20000), row(2, "Dịch Vọng", 22920, 19440, 24000), row(3, "Mai Dịch", 30872, 25772, 34000),
		row(4, "Dịch Vọng Hậu", 22196, 18203, 24800), row(5, "Trung Hoà", 28700, 23380, 35000), row(0, "Quan Hoa", 16123, 12995, 19425)}
	rows[5].Stale = "dừng từ 21:40 hôm qua"
	ui.ScaleBars(rows)
	return rows
}

func figures() []State {
	total := ui.NewReportRow("Cụm Cầu Giấy", 141231, 118050, 157225)
	total.CapturedHref, total.ActivatedHref = "/nhan-khau?co=thu-nhan", "/nhan-khau?bucket=activated"
	normal := ui.ReportModel{Shell: leader(ui.SectionReport), Unit: "Cụm Cầu Giấy", Day: now(), AsOf: at("07:05"), Heard: "5 trong 6 phường đã gửi", Deadline: "hạn chiến dịch 30/09, còn 51 ngày",
		Source: "Kế hoạch 176, bản 2, giao 28/06", Total: total, Rows: wards(), Export: "/bao-cao.xlsx?day=2023-08-10",
		Gained:   ui.Gained{Captured: 1107, Activated: 1283, Needed: 768, Pace: 1021, Missing: 39175, MissingHref: "/nhan-khau?chua=kich-hoat", Unactivated: 23181, UnactivatedHref: "/nhan-khau?bucket=l1_submitted", HasTarget: true},
		Days:     []ui.DayLink{{Day: now(), Ratio: 751, Href: "/bao-cao?day=2023-08-10", Current: true}, {Day: on("09/08/2023", "00:00"), Ratio: 742, Href: "/bao-cao?day=2023-08-09"}, {Day: on("08/08/2023", "00:00"), Ratio: 734, Href: "/bao-cao?day=2023-08-08"}},
		Bulletin: "Cụm Cầu Giấy, 07:05 ngày 10/08/2023\nThu nhận 141.231 (89,8 % chỉ tiêu)\nKích hoạt 118.050 (75,1 % chỉ tiêu)\nKích hoạt trên thu nhận 83,6 %\nQuan Hoa: số liệu đến 21:40 hôm qua"}
	past := normal
	past.Rows = append([]ui.ReportRow{}, wards()...)
	past.Rows[0] = ui.NewReportRow("Nghĩa Tân", 31000, 26000, 20000)
	past.Rows[0].Rank, past.Rows[0].Href = 1, "/bao-cao?unit=nt"
	ui.ScaleBars(past.Rows)
	offline := normal
	offline.Shell, offline.Waiting = cut(leader(ui.SectionReport)), 37
	noTarget := normal
	noTarget.Source, noTarget.Gained.HasTarget, noTarget.Gained.Missing, noTarget.Total = "", false, 0, ui.NewReportRow("Cụm Cầu Giấy", 141231, 118050, 0)
	noTarget.Rows = []ui.ReportRow{ui.NewReportRow("Nghĩa Tân", 20420, 18260, 0)}
	noTarget.Rows[0].Href = "/bao-cao?unit=nt"
	empty := ui.ReportModel{Shell: leader(ui.SectionReport), Unit: "Cụm Cầu Giấy", Day: now(), AsOf: now(),
		Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Chưa có con số nào trong ngày này."}}
	forbidden := empty
	forbidden.Gap = &ui.Gap{Kind: ui.GapForbidden, Text: "Giao ban của đơn vị khác."}
	return []State{{ui.PageReport, "normal", normal}, {ui.PageReport, "past-100", past}, {ui.PageReport, "offline", offline}, {ui.PageReport, "no-target", noTarget}, {ui.PageReport, "empty", empty}, {ui.PageReport, "forbidden", forbidden}}
}
