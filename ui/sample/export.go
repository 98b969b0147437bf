package sample

import (
	"gocua/ui"
	"gocua/ui/messages"
)

func exported() []State {
	form := ui.ExportModel{Shell: ward(ui.SectionResidents), Form: ui.Form{Action: "/xuat/nhan-khau", Token: "t", Cancel: "/nhan-khau"}, Query: "hoa", Hidden: []ui.Hidden{{Name: "q", Value: "hoa"}},
		Scope: "P. Dịch Vọng Hậu", People: "24 người", Format: ui.Input{Options: ui.Options("xlsx", []string{"xlsx", "csv", "csv_semicolon"}, messages.Format)}}
	empty := form
	empty.Form.Fail("reason", &empty.Reason, "Ô này chưa ghi.")
	empty.Full = true
	soon := form
	soon.Form.Fail("", nil, "Mỗi phút một bản xuất. Đợi một phút rồi xuất lại.")
	large := form
	large.Query, large.People, large.Slow = "", "hơn 5.000 người", true
	return []State{{ui.PageExport, "normal", form}, {ui.PageExport, "error", empty}, {ui.PageExport, "soon", soon}, {ui.PageExport, "large", large}}
}
