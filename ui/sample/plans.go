package sample

import (
	"gocua/ui"
	"gocua/ui/messages"
)

const planPath = "/dia-gioi/0198c7a2-dddd-7abc-8def-000000000001"

func plans() []State {
	kinds := []ui.Link{{Text: "Nhập phường, xã", Href: "/dia-gioi/moi?kind=nhap"}, {Text: "Chia, chuyển tổ, thôn", Href: "/dia-gioi/moi?kind=chia"}, {Text: "Đổi tên", Href: "/dia-gioi/moi?kind=ten"}}
	list := ui.PlansModel{Shell: leader(""), Kinds: kinds, Rows: []ui.PlanRow{
		{Href: planPath, Name: "Nhập P. Mai Dịch và 3 tổ, thôn của P. Quan Hoa vào P. Dịch Vọng Hậu thành Phường Cầu Giấy", From: "01/09/2023", State: ui.LinkState{Kind: ui.LinkWait, Text: "Đã thống nhất"}, By: "lập: Đại uý Nguyễn Văn Quang · thống nhất: Trung tá Hồ Sĩ Nguyên"},
		{Href: planPath, Name: "Đổi tên Phường Yên Hoà thành Phường Yên Hoà Mới", From: "01/10/2023", State: ui.LinkState{Kind: ui.LinkOff, Text: "Nháp"}, By: "lập: Đại uý Nguyễn Văn Quang", Pencil: true},
		{Href: planPath, Name: "Lập Phường Nghĩa Đô Mới từ 2 tổ, thôn của P. Nghĩa Đô", From: "01/07/2023", State: ui.LinkState{Kind: ui.LinkOK, Text: "Đã xong"}, By: "lập: tại máy, bằng dòng lệnh · thống nhất: Trung tá Hồ Sĩ Nguyên"}}}
	none := ui.PlansModel{Shell: admin(""), Kinds: kinds, Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Khi có nghị quyết nhập, chia hay đổi tên phường, xã thì lập phương án ở đây, trước ngày có hiệu lực.", Link: ui.Link{Text: "Lập phương án", Href: kinds[0].Href}}}
	offline := list
	offline.Shell = cut(list.Shell)
	return append([]State{{ui.PagePlans, "normal", list}, {ui.PagePlans, "empty", none}, {ui.PagePlans, "offline", offline}}, append(planForms(), planPages()...)...)
}

func planForms() []State {
	wards := []ui.Option{{Value: "00163", Text: "Phường Dịch Vọng Hậu"}, {Value: "00166", Text: "Phường Mai Dịch"}, {Value: "00169", Text: "Phường Quan Hoa"}}
	into := ui.Input{Options: append([]ui.Option{{Text: "Đơn vị mới, ghi mã", Chosen: true}}, wards...)}
	kinds := func(current string) []ui.Count {
		return []ui.Count{{Text: "Nhập phường, xã", Href: "/dia-gioi/moi?kind=nhap", Current: current == ui.PlanMerge}, {Text: "Chia, chuyển tổ, thôn", Href: "/dia-gioi/moi?kind=chia", Current: current == ui.PlanSplit},
			{Text: "Đổi tên", Href: "/dia-gioi/moi?kind=ten", Current: current == ui.PlanRename}}
	}
	parts := []ui.PlanPart{{Ward: "Phường Dịch Vọng Hậu", Options: []ui.Option{{Value: "00163-12", Text: "Tổ 12"}, {Value: "00163-13", Text: "Tổ 13"}}},
		{Ward: "Phường Quan Hoa", Chosen: 1, Options: []ui.Option{{Value: "00169-01", Text: "Tổ 1", Chosen: true}, {Value: "00169-02", Text: "Tổ 2"}}}}
	goers := ui.Input{Options: []ui.Option{{Value: "0198c7a2-1111-7abc-8def-000000000001", Text: "Thượng uý Lê Thu Trang", Note: "Cảnh sát khu vực · P. Dịch Vọng Hậu"}, {Value: "0198c7a2-1111-7abc-8def-000000000002", Text: "Đỗ Minh Khang", Note: "Cảnh sát khu vực · P. Quan Hoa"}}}
	merge := ui.PlanFormModel{Shell: leader(""), Form: form("/dia-gioi/moi", "dia-gioi/moi"), New: true, Kind: ui.PlanMerge, Kinds: kinds(ui.PlanMerge),
		Wards: ui.Input{Options: wards}, Parts: parts, Officers: goers, Into: into, From: ui.Input{Value: "01/09/2023"}}
	split := merge
	split.Kind, split.Kinds = ui.PlanSplit, kinds(ui.PlanSplit)
	rename := merge
	rename.Kind, rename.Kinds, rename.Into = ui.PlanRename, kinds(ui.PlanRename), ui.Input{Options: wards}
	edit := merge
	edit.Form, edit.New, edit.Was, edit.Kinds = form(planPath+"/sua", "dia-gioi/1/sua"), false, "0198c7a2-7777-7abc-8def-000000000009", kinds(ui.PlanMerge)[:1]
	edit.Name.Value = "Phường Cầu Giấy"
	bad := merge
	bad.Form.Fail("wards", &bad.Wards, "Chọn ít nhất một phường, xã để nhập, hoặc một tổ, thôn để chuyển.")
	bad.Form.Fail("code", &bad.Code, "Mã có 2 đến 24 chữ, số, dấu chấm, gạch ngang.")
	bad.Form.Fail("from", &bad.From, "Ngày bắt đầu đã qua. Chọn hôm nay hoặc ngày sau.")
	lost := split
	lost.Form.Fail("parts", &lost.Hamlets, "Chọn ít nhất một phường, xã để nhập, hoặc một tổ, thôn để chuyển.")
	lost.Shell = cut(split.Shell)
	gone := edit
	gone.Gap = &ui.Gap{Kind: ui.GapConflict, Text: "Chỉ sửa được phương án còn là nháp.", Link: ui.Link{Text: "Xem phương án", Href: planPath}}
	return []State{{ui.PagePlanForm, "merge", merge}, {ui.PagePlanForm, "split", split}, {ui.PagePlanForm, "rename", rename}, {ui.PagePlanForm, "edit", edit},
		{ui.PagePlanForm, "refused", bad}, {ui.PagePlanForm, "offline", lost}, {ui.PagePlanForm, "conflict", gone}}
}

func planPages() []State {
	facts := []ui.Fact{{Name: "Đơn vị sau sắp xếp", Value: "Phường Cầu Giấy", Note: "đang là Phường Dịch Vọng Hậu · mã 00163"}, {Name: "Từ ngày", Value: "01/09/2023"},
		{Name: "Ai lập, ai thống nhất", Value: "lập: Đại uý Nguyễn Văn Quang"}, {Name: "Thay đổi lần cuối", Value: "10/08 13:58"}}
	steps := func(current int) (list []ui.PlanStep) {
		for n, state := range []string{"draft", "agreed", "moving", "done"} {
			step := ui.PlanStep{Text: messages.PlanStep(state), Done: n < current, Current: n == current}
			if step.Current {
				step.Text = messages.Plan(state)
			}
			list = append(list, step)
		}
		return list
	}
	impact := ui.PlanImpact{Before: true, Figures: []ui.Figure{{Name: "Số hộ", N: 4120, Note: "chuyển đơn vị"}, {Name: "Số người", N: 13204, Note: "chuyển đơn vị"}, {Name: "Cần đối chiếu", N: 3, Note: "đang mở, chuyển theo", Late: true}, {Name: "Phường Cầu Giấy", N: 27480, Note: "người sau sắp xếp", First: true}},
		Parts:   []ui.PlanGive{{Ward: "Phường Mai Dịch", Whole: true, Hamlets: []string{"Tổ 1", "Tổ 2", "Tổ 3", "Tổ 4"}, Households: 3890, Residents: 12410}, {Ward: "Phường Quan Hoa", Hamlets: []string{"Tổ 8"}, Households: 230, Residents: 794}},
		Buckets: []ui.Count{{Text: "Chưa tiếp cận", N: 4012}, {Text: "Đã khai mức 1", N: 2210}, {Text: "Đã kích hoạt", N: 6982}},
		Grants: []ui.PlanGrant{{Name: "Đỗ Minh Khang", User: "khang.dm", Role: "Cảnh sát khu vực", Unit: "Phường Mai Dịch", What: "làm việc ở Phường Cầu Giấy"}, {Name: "Thượng uý Lê Thu Trang", User: "trang.lt", Role: "Cảnh sát khu vực", Unit: "Phường Dịch Vọng Hậu", What: "xem thêm người mới chuyển về"},
			{Name: "Hồ Quốc Việt", User: "viet.hq", Role: "Cảnh sát khu vực", Unit: "Phường Quan Hoa", What: "thôi xem người đã chuyển đi"}},
		Targets: []ui.Fact{{Name: "P. Mai Dịch, đã thu nhận", Value: "13.000", Note: "kỳ 2023, cộng vào đơn vị mới"}}, Teams: []ui.Fact{{Name: "Tổ công tác số 1", Value: "về Phường Cầu Giấy", Note: "4 người"}},
		Nodes: []ui.Fact{{Name: "ward-2", Value: "Phường Mai Dịch", Note: "được nghỉ sau khi gửi hết"}}, Waiting: []ui.Fact{{Name: "Trên máy này", Value: "2 việc"}, {Name: "Mang giúp máy ward-2", Value: "7 việc"}}}
	draft := ui.PlanModel{Shell: leader(""), Name: "Nhập P. Mai Dịch và 1 tổ, thôn của P. Quan Hoa vào P. Dịch Vọng Hậu thành Phường Cầu Giấy", Steps: steps(0), Facts: facts, Impact: &impact,
		Say: ui.Banner{Head: "Chưa ai làm theo.", Text: "Xem kéo theo những gì ở dưới; chỉ huy cụm thống nhất thì phương án mới được thực hiện."}, Agree: ui.Action{Href: planPath + "/thong-nhat"}, Edit: planPath + "/sua", Drop: planPath + "/bo"}
	byAdmin := draft
	byAdmin.Shell, byAdmin.Agree = admin(""), ui.Action{Why: "Chờ chỉ huy cụm thống nhất."}
	waits := draft
	waits.Shell, waits.Pencil = cut(draft.Shell), true
	waits.Steps, waits.Say, waits.Agree, waits.Edit = steps(1), ui.Banner{Head: "Chờ đến ngày 01/09/2023.", Text: "Từ 0 giờ hôm đó các máy tự thực hiện, không ai phải bấm gì."}, ui.Action{}, ""
	moved := impact
	moved.Before = false
	moving := draft
	moving.Steps, moving.Say, moving.Agree, moving.Edit, moving.Drop, moving.Live, moving.Impact = steps(2), ui.Banner{Head: "Đang thực hiện, xong phần 2.", Text: "Vẫn làm việc như thường. Trang này tự cập nhật; đóng trình duyệt vẫn chạy."}, ui.Action{}, "", "", planPath+"/tien-do", &moved
	done := moving
	done.Steps, done.Live, done.Say, done.Undo = steps(3), "", ui.Banner{Tone: ui.ToneOK, Head: "Đã xong.", Text: "Từ ngày 01/09/2023 mọi việc, số liệu theo Phường Cầu Giấy. Mã, liên kết, danh sách mang tên cũ vẫn dùng được."}, ui.Action{Href: planPath + "/hoan-tac"}
	used := done
	used.Undo = ui.Action{Why: "Đã có việc ghi dưới đơn vị mới, hoặc phương án sau dựa vào phương án này: không hoàn tác được nữa. Cần đổi lại thì lập phương án mới."}
	part := draft
	part.Shell, part.Impact, part.Only, part.Agree = supervisor(""), nil, "Kéo theo những gì ở các phường, xã khác thì cấp trên xem.", ui.Action{Why: "Việc này là của chỉ huy cấp trên của mọi phường, xã trong phương án."}
	dropped := ui.PlanModel{Shell: leader(""), Name: draft.Name, Facts: facts, Say: ui.Banner{Head: "Đã bỏ.", Text: "Không ai làm theo phương án này."}}
	agree := ui.ConfirmModel{Shell: leader(""), Form: form(planPath+"/thong-nhat", ""), Head: "Thống nhất phương án", Do: "Thống nhất", Calm: true, Was: "0198c7a2-7777-7abc-8def-000000000009",
		Says:  []string{draft.Name + ".", "Từ 0 giờ ngày 01/09/2023 các máy tự thực hiện, từng phần; trong lúc đó vẫn làm việc như thường.", "Chưa đến ngày thì bỏ được. Làm rồi thì hoàn tác được cho đến khi có việc ghi đầu tiên dưới đơn vị mới."},
		Facts: []ui.Fact{{Name: "Số hộ", Value: "4.120"}, {Name: "Số người", Value: "13.204"}, {Name: "Cán bộ đổi quyền", Value: "3"}}}
	beside := agree
	beside.Form.Fail("", nil, "Phương án vừa có người đổi. Xem lại rồi bấm lần nữa.")
	return []State{{ui.PagePlan, "draft", draft}, {ui.PagePlan, "admin", byAdmin}, {ui.PagePlan, "agreed-offline", waits}, {ui.PagePlan, "moving", moving}, {ui.PagePlan, "done", done}, {ui.PagePlan, "used", used},
		{ui.PagePlan, "one-ward", part}, {ui.PagePlan, "dropped", dropped}, {ui.FragmentPlan, "moving", moving}, {ui.PageConfirm, "plan-agree", agree}, {ui.PageConfirm, "plan-beside", beside}}
}
