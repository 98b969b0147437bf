package sample

import (
	"gocua/ui"
	"gocua/ui/messages"
)

// auditor is the shell of whoever reads the audit log and nobody's data.
func auditor() ui.Shell {
	s := leader(ui.SectionAudit)
	s.Nav = ui.Nav(ui.SectionAudit, ui.SectionHome, ui.SectionReport, ui.SectionAudit, ui.SectionMachine, ui.SectionHelp)
	s.User, s.Role, s.Officer, s.Search = "Đại uý Phan Thị Kiểm", messages.Role("auditor"), "kiem", false
	return s
}

func audit() []State {
	unit := []ui.Option{{Value: "01CG", Text: "Cụm Cầu Giấy", Chosen: true}, {Value: "00163", Text: "P. Dịch Vọng Hậu"}}
	empty := ui.AuditModel{Shell: auditor(), Units: unit, Hours: ui.Options("", messages.AuditHours(), messages.AuditHour),
		Kinds: ui.Options("", messages.AuditKinds(), messages.AuditKind), Head: "5b0c 91f2", Entries: 1204881}
	empty.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Chưa có dòng nào."}
	normal := empty
	normal.Gap, normal.Scope, normal.Pager = nil, "50 dòng mới nhất", ui.Pager{Text: "4 dòng", Next: "/nhat-ky?cursor=1.2.3.x"}
	officer, person := "/nhat-ky?can-bo=0198c7a2-1111-7abc-8def-000000000001", "/nhat-ky?ho-so=0198c7a2-3333-7abc-8def-000000000001"
	normal.Rows = []ui.AuditRow{
		{At: at("14:05"), Who: "Lê Thu Trang", Href: officer, What: messages.LookAct("reveal"), Note: messages.LookQuery("phones"), Record: "Nhân khẩu 00000001", Trace: person, Unit: "Tổ 12", Node: "ward-1"},
		{At: at("14:04"), Who: "Lê Thu Trang", Href: officer, What: messages.LookAct("search"), Note: "12 người", Unit: "P. Dịch Vọng Hậu", Node: "ward-1"},
		{At: at("13:58"), Who: "Lê Thu Trang", Href: officer, What: messages.Kind("resident.edit"), Note: "Không lấy", Late: true, Record: "Nhân khẩu 00000001", Trace: person, Unit: "P. Dịch Vọng Hậu", Node: "ward-1"},
		{At: at("13:50"), Who: "Không rõ ai", What: messages.LookAct("signin_failed"), Late: true, Unit: "P. Dịch Vọng Hậu", Node: "ward-1"},
	}
	none := empty
	none.Officer, none.Scope, none.Gap = "trang.lt", "trang.lt", &ui.Gap{Kind: ui.GapEmpty, Text: "Không có dòng nào khớp.", Link: ui.Link{Text: "Bỏ lọc", Href: "/nhat-ky"}}
	wrong := empty
	wrong.From, wrong.Wrong, wrong.Gap = "31/02/2023", "Ngày viết như 10/08/2023.", nil
	off := normal
	off.Shell = cut(auditor())
	return []State{{ui.PageAudit, "normal", normal}, {ui.PageAudit, "empty", empty}, {ui.PageAudit, "none", none}, {ui.PageAudit, "wrong", wrong}, {ui.PageAudit, "cut", off}}
}
