package sample

import "gocua/ui"

// wizard is a list being looked through before it comes in.
func wizard() []State {
	w := ui.WizardModel{Shell: supervisor(ui.SectionImport), ID: "job-6", Name: "Danh sách tổ 12.xlsx", Unit: "Phường Dịch Vọng Hậu", Letters: "TCVN3 (phông .Vn…), đã đổi sang Unicode",
		Form: ui.Form{Action: "/nhap/job-6", Token: token}, Begin: ui.Form{Action: "/nhap/job-6/bat-dau", Token: token}, Drop: ui.Form{Action: "/nhap/dung", Token: token},
		Sheet:    ui.Input{Options: []ui.Option{{Value: "Tổ 12", Text: "Tổ 12", Chosen: true}, {Value: "Tổ 13", Text: "Tổ 13"}}},
		Sheets:   ui.Input{Options: []ui.Option{{Value: "Tổ 12", Text: "Tổ 12", Chosen: true}, {Value: "Tổ 13", Text: "Tổ 13"}}},
		Titles:   ui.Input{Value: "5"},
		Encoding: ui.Input{Options: []ui.Option{{Text: "Máy tự nhận", Chosen: true}, {Value: "tcvn3", Text: "TCVN3 (phông .Vn…)"}}},
		Dates:    ui.Input{Options: []ui.Option{{Text: "Máy tự nhận", Chosen: true}, {Value: "dmy", Text: "Ngày trước: 05/08 là 5 tháng 8"}}},
		Hamlet:   ui.Input{Options: []ui.Option{{Text: "Cả phường, chưa rõ tổ", Chosen: true}, {Value: "00163-12", Text: "Tổ 12"}}},
		Rows: []ui.WizardRow{
			{Line: 7, Before: "1 · NguyÔn V¨n Hµ · 15/8/1955 · ••••••0428 · ••••••318 · Sè 21, ngâ 68 · 12", Name: "Nguyễn Văn Hà", Birth: "15/08/1955", Sex: "nam", Number: "•••• 0428", Phone: "09•• ••• 318", Place: "Số 21, ngõ 68 · Tổ 12"},
			{Line: 8, Before: "2 · TrÇn ThÞ MÉu · 31/2/1960", Name: "Trần Thị Mẫu", Note: "Ngày sinh không đọc được", Stop: true},
			{Line: 9, Before: "Tæ 13", Note: "Dòng tên tổ/thôn", Skip: true},
		},
		Dry: ui.Dry{Rows: 412, Twice: 3, Changes: []string{"điện thoại của 12 người", "hộ của 4 người"}, Lines: "8, 9, 40",
			Figures: []ui.Figure{{Name: "Người mới", N: 380}, {Name: "Cập nhật", N: 16}, {Name: "Như cũ", N: 9}, {Name: "Cần đối chiếu", N: 2, Late: true}, {Name: "Không nhận", N: 5, Late: true, Note: "trong 412 dòng"}},
			Notes:   []ui.DryNote{{Text: "Đã nhận, bỏ số điện thoại không đúng", N: 12}},
			Stops:   []ui.DryStop{{Where: "8", Why: "Ngày sinh không đọc được"}, {Where: "40", Why: "Số định danh đã có người khác mang"}}, More: 5},
	}
	for i, title := range []string{"STT", "Họ tên", "Ngày sinh", "Số CCCD", "SĐT", "Địa chỉ", "Tổ"} {
		w.Columns = append(w.Columns, ui.WizardColumn{ID: ui.ColumnID(i), Label: ui.ColumnName(i) + " · " + title,
			Field: ui.Input{Options: []ui.Option{{Text: "Bỏ qua", Chosen: i == 0}, {Value: "name", Text: "Họ và tên", Chosen: i == 1}, {Value: "birth", Text: "Ngày sinh", Chosen: i == 2}}}})
	}
	counting := w
	counting.Dry = ui.Dry{Pending: "/nhap/job-6/thu"}
	asked := w
	asked.Ask = true
	known := w
	known.Remembered = true
	unread := counting
	unread.Problem, unread.Rows, unread.Dry = "Không thấy dòng tên cột. Cần ít nhất cột họ tên và cột ngày sinh.", nil, ui.Dry{Failed: "Không thấy dòng tên cột."}
	unread.Top = []ui.WizardLine{{Line: 1, Text: "Cột 1 · Cột 2"}, {Line: 2, Text: "Lê Văn An · 1960"}}
	wrong := w
	wrong.Form.Fail("titles", &wrong.Titles, "Chọn một trong các mục có sẵn.")
	return []State{{ui.PageWizard, "normal", w}, {ui.PageWizard, "counting", counting}, {ui.PageWizard, "asked", asked}, {ui.PageWizard, "remembered", known},
		{ui.PageWizard, "no titles", unread}, {ui.PageWizard, "error", wrong}, {ui.FragmentDry, "normal", w}, {ui.FragmentDry, "counting", counting}}
}
