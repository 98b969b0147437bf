package sample

import (
	"gocua/ui"
	"gocua/ui/messages"
)

func subject() ui.Subject {
	return ui.Subject{Name: "Phan Thị Kim Oanh", Href: "/nhan-khau/21", Hamlet: "Tổ 13", About: "24/11/1962 · nữ", Chip: ui.BucketChip("reached"), Note: "Lần 2, hẹn 19:30 tối nay"}
}

func relation(chosen string) ui.Input {
	return ui.Input{Options: ui.Options(chosen, messages.Relations(), messages.Relation)}
}

func forms() []State {
	level1 := ui.Level1Model{Shell: ward(ui.SectionResidents), Form: form("/nhan-khau/21/khai", "level1-21"), Person: subject(), Number: "•••• 0913",
		Phone: ui.Input{}, Relation: relation(""), Scan: taking("/nhan-khau/21/khai")}
	bad := level1
	bad.Phone, bad.Relation = ui.Input{Value: "0912 404 31"}, relation("child")
	bad.Form.Fail("phone", &bad.Phone, "Số điện thoại chưa đúng. Số di động có 10 số, bắt đầu bằng 0.")
	bad.Form.Fail("confirm", &bad.Confirm, "Chưa đọc lại cùng người dân.")
	heed := level1
	heed.Shell, heed.Form.Heeded, heed.Form.Returned = waiting(heed.Shell), "phone:0198c7a2-3333-7abc-8def-000000000022", true
	heed.Phone = ui.Input{Value: "0912 404 318", Heed: "số này đang dùng cho người khác. Vẫn ghi được, hồ sơ sẽ vào danh sách đối chiếu.",
		HeedLink: ui.Link{Text: "Nghiêm Xuân Trường, 1959", Href: "/nhan-khau/22"}}
	heed.Relation, heed.Confirm = relation("spouse"), ui.Input{Value: "yes"}
	offline := level1
	offline.Shell, offline.Number = cut(offline.Shell), ""

	way := func(chosen string) ui.Input {
		return ui.Input{Options: ui.Options(chosen, []string{"app", "web", "assisted"}, messages.Way)}
	}
	activation := ui.ActivationModel{Shell: ward(ui.SectionResidents), Form: form("/nhan-khau/21/kich-hoat", "activation-21"), Person: subject(),
		Way: way("app"), At: ui.Input{Value: "10/08/2023"}, Deadline: on("16/08/2023", "00:00")}
	late := activation
	late.Way = way("")
	late.Form.Fail("way", &late.Way, "Chọn một trong các mục có sẵn.")
	late.Form.Fail("at", &late.At, "Ngày này còn ở phía trước.")
	return append([]State{
		{ui.PageLevel1, "normal", level1}, {ui.PageLevel1, "error", bad}, {ui.PageLevel1, "heed", heed}, {ui.PageLevel1, "offline", offline},
		{ui.PageActivation, "normal", activation}, {ui.PageActivation, "error", late},
	}, door()...)
}

func door() []State {
	mode := ui.Input{Options: ui.Options("door", []string{"door", "phone", "point"}, messages.Mode)}
	visit := ui.VisitModel{Shell: ward(ui.SectionResidents), Form: form("/ho/41/den", "visit-41"), House: "41", Address: "ngõ 165 Xuân Thuỷ", Href: "/ho/41",
		Note: "Cổng sắt xanh, cửa trái · nên đến sau 20:00", Attempt: "lần 3", Late: true, Members: members()[:3],
		Met:  []ui.Option{{Value: "0198c7a2-3333-7abc-8def-000000000001", Text: "Phùng Đắc Thọ"}, {Value: "0198c7a2-3333-7abc-8def-000000000002", Text: "Trần Thị Bích Liên", Chosen: true}},
		Mode: mode, Groups: messages.Outcomes(),
		Before: []ui.Visited{{At: on("07/08/2023", "20:05"), Text: "Gặp chồng, SIM không chính chủ"}, {At: on("02/08/2023", "19:40"), Text: "Không ai ở nhà"}},
		Back:   ui.Link{Text: "Số 39", Href: "/ho/39/den"}, Next: ui.Link{Text: "Số 43", Href: "/ho/43/den"}}
	first := visit
	first.Attempt, first.Late, first.Before, first.Members, first.Met, first.Note = "lần 1", false, nil, nil, nil, ""
	empty := visit
	empty.Text = ui.Input{Value: "Nghe kém, gọi cho con gái"}
	empty.Form.Fail("", nil, "Chưa chọn kết quả. Bấm một nút.")
	refused := visit
	refused.Ask = &ui.VisitAsk{Outcome: "refused", Text: "Từ chối", Refused: true,
		Reason: ui.Input{Options: ui.Options("", messages.RefusalReasons(), func(s string) string { return s })}}
	refused.Form.Fail("reason", &refused.Ask.Reason, "Chọn lý do, hoặc ghi lý do khác.")
	callback := visit
	callback.Shell = cut(callback.Shell)
	callback.Ask = &ui.VisitAsk{Outcome: "callback", Text: "Hẹn lại"}
	return []State{{ui.PageVisit, "normal", visit}, {ui.PageVisit, "first", first}, {ui.PageVisit, "error", empty},
		{ui.PageVisit, "refused", refused}, {ui.PageVisit, "callback-offline", callback}}
}

func sex(chosen string) ui.Input {
	return ui.Input{Options: ui.Options(chosen, []string{"female", "male"}, messages.Sex)}
}

func registering() []State {
	newHouse := ui.HouseholdFormModel{Shell: ward(ui.SectionResidents), Form: form("/ho/moi", "household"), Hamlet: ui.Input{Options: hamlets("00163-12")[1:]}}
	badHouse := newHouse
	badHouse.Form.Fail("address", &badHouse.Address, "Ô này chưa ghi.")

	person := ui.ResidentFormModel{Shell: ward(ui.SectionResidents), Form: form("/nhan-khau/moi", "resident-1"), HouseholdID: "0198c7a2-2222-7abc-8def-000000000001",
		Household: ui.Subject{Name: "Số 21, ngõ 68 Xuân Thuỷ", Href: "/ho/1", Hamlet: "Tổ 12"}, Sex: sex(""), Scan: taking("/nhan-khau/moi")}
	badPerson := person
	badPerson.Name, badPerson.Number, badPerson.Birth, badPerson.Sex = ui.Input{Value: "Phan Thị Kim Oanh"}, ui.Input{Value: "00116200913"}, ui.Input{Value: "24/13/1962"}, sex("female")
	badPerson.Alike = members()[1:2]
	badPerson.Form.Fail("personalNumber", &badPerson.Number, "Mới có 11 số, cần đủ 12 số. Quét lại thẻ hoặc gõ thêm số còn thiếu.")
	badPerson.Form.Fail("birth", &badPerson.Birth, "Không có tháng 13.")
	alone := person
	alone.HouseholdID, alone.Household, alone.Shell = "", ui.Subject{}, cut(person.Shell)

	edit := ui.ResidentEditModel{Shell: ward(ui.SectionResidents), Form: form("/nhan-khau/21/sua", "edit-21"), Person: subject(), Scan: taking("/nhan-khau/21/sua"),
		Name:   ui.EditField{Was: "Phan Thị Kim Oanh", Sent: "Phan Thị Kim Oanh", Input: ui.Input{Value: "Phan Thị Kim Oanh"}},
		Number: ui.EditField{Was: "•••• 0913", Sent: "", Input: ui.Input{Value: "•••• 0913"}},
		Birth:  ui.EditField{Was: "24/11/1962", Sent: "1962-11-24", Input: ui.Input{Value: "24/11/1962"}},
		Sex:    ui.EditField{Was: "nữ", Sent: "female", Input: sex("female")},
		Phone:  ui.EditField{Was: "", Sent: "", Input: ui.Input{}},
		House:  ui.EditField{Was: "Số 33, ngõ 165 Xuân Thuỷ", Sent: "0198c7a2-2222-7abc-8def-000000000002", Input: ui.Input{Options: []ui.Option{{Value: "0198c7a2-2222-7abc-8def-000000000002", Text: "Số 33, ngõ 165 Xuân Thuỷ", Chosen: true}}}},
	}
	conflict := edit
	conflict.Newer = &ui.Newer{By: "Trung uý Vũ Hải Đăng", At: at("14:01")}
	conflict.Birth.Other, conflict.Birth.Value = "25/11/1962", "24/12/1962"
	conflict.Form.Fail("birth", &conflict.Birth.Input, "Có người vừa sửa ô này. Xem giá trị mới bên cạnh.")
	return []State{
		{ui.PageHouseholdForm, "normal", newHouse}, {ui.PageHouseholdForm, "error", badHouse},
		{ui.PageResidentForm, "normal", person}, {ui.PageResidentForm, "error", badPerson}, {ui.PageResidentForm, "offline-no-household", alone},
		{ui.PageResidentEdit, "normal", edit}, {ui.PageResidentEdit, "conflict", conflict},
	}
}

func taking(action string) ui.Scan { return ui.Scan{Photo: action + "/anh"} }

func scanning() []State {
	page := ui.ScanModel{Shell: ward(ui.SectionResidents), Form: ui.Form{Action: "/quet", Token: token, Cancel: "/nhan-khau"}, Scan: taking("/quet")}
	bad := page
	bad.Form.Fail("scan", &bad.Scan.Input, "Không thấy mã QR trong ảnh. Chụp gần hơn, đủ sáng, không loá, cả mã nằm trong khung.")
	nobody := page
	nobody.Nobody = "•••• 4321"

	read := ui.ResidentFormModel{Shell: ward(ui.SectionResidents), Form: form("/nhan-khau/moi", "resident-1"), Scan: taking("/nhan-khau/moi"), Sex: sex("male"),
		Name:   ui.Input{Value: "Dinh Van The", Heed: "máy quét không đọc được chữ có dấu. Xem lại cho đúng như trên thẻ."},
		Number: ui.Input{Value: "001090004321"}, Birth: ui.Input{Value: "05/03/1990"}}
	read.Form.Returned = true
	read.Shell.Flash = []ui.Banner{{Head: "Đã đọc thẻ, chưa ghi.", Text: "Xem lại các ô, thêm điện thoại nếu có, rồi bấm ghi."}}
	unread := read
	unread.Shell.Flash, unread.Name.Heed = nil, ""
	unread.Form.Fail("scan", &unread.Scan.Input, "Ba dòng ở mặt sau thẻ có chỗ đọc sai: số kiểm tra không khớp. Chép lại, hoặc quét mã QR.")
	return []State{{ui.PageScan, "normal", page}, {ui.PageScan, "error", bad}, {ui.PageScan, "nobody", nobody},
		{ui.PageResidentForm, "scanned", read}, {ui.PageResidentForm, "scan-error", unread}}
}
