package sample

import "gocua/ui"

func signals() []State {
	some := ui.SignalsModel{Shell: ward(ui.SectionReport), Unit: "P. Dịch Vọng Hậu", Days: 7, Rows: []ui.SignalRow{
		{Head: "Nhiều lượt ghi trong thời gian ngắn", Who: "Thượng uý Lê Thu Trang", When: "09/08 19:30 đến 19:38 · 8m0s", N: 24,
			Behind: []ui.Link{{Text: "Số 12, ngõ 68 Xuân Thuỷ", Href: "/ho/1"}, {Text: "Số 14, ngõ 68 Xuân Thuỷ", Href: "/ho/2"}}},
		{Head: "Một số điện thoại cho nhiều hộ", N: 5, Behind: []ui.Link{{Text: "Đặng Thị Hoa", Href: "/nhan-khau/1"}}},
	}}
	none := ui.SignalsModel{Shell: ward(ui.SectionReport), Unit: "P. Dịch Vọng Hậu", Days: 7,
		Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Bảy ngày qua không có gì cần xem lại."}}
	return []State{{ui.PageSignals, "normal", some}, {ui.PageSignals, "empty", none}}
}
