package sample

import (
	"gocua/ui"
	"gocua/ui/messages"
)

// narrow are the fields behind "Lọc thêm", open on one that was used.
func narrow() ui.Narrow {
	all := func(values []string, word func(string) string) ui.Input {
		return ui.Input{Options: append([]ui.Option{{Text: "Tất cả", Chosen: true}}, ui.Options("", values, word)...)}
	}
	same := func(s string) string { return s }
	return ui.Narrow{Open: true, From: ui.Input{Value: "1950"}, To: ui.Input{Value: "1960"}, Sex: all([]string{"female", "male"}, messages.Sex),
		Number: all([]string{"Có số", "Chưa có số"}, same), Phone: all([]string{"Có", "Chưa có"}, same), House: all([]string{"Đã vào hộ", "Chưa vào hộ nào"}, same),
		Eligible: all([]string{"Từ 14 tuổi", "Dưới 14 tuổi"}, same), Visits: all([]string{"Chưa lần nào", "Từ 3 lần"}, same), Outcome: all(messages.OutcomeCodes(), messages.OutcomeName)}
}

// lists are filters with a name, and what is done to several people at once.
func lists() []State {
	saving := ui.ListFormModel{Shell: ward(ui.SectionResidents), Form: form("/danh-sach/moi", "/nhan-khau?visits=3"), New: true, Unit: "P. Dịch Vọng Hậu", Typed: true,
		Scope: "Tổ 12 · chưa tiếp cận, đã đến ít nhất 3 lần", Hidden: []ui.Hidden{{Name: "visits", Value: "3"}}}
	taken := saving
	taken.Name.Value = "Ba lần chưa gặp"
	taken.Form.Fail("list", &taken.Name, "Đồng chí đã có một danh sách tên này.")
	remove := form("/danh-sach/1/xoa", "")
	changing := ui.ListFormModel{Shell: ward(ui.SectionResidents), Form: form("/danh-sach/1", "/nhan-khau?visits=3"), Name: ui.Input{Value: "Ba lần chưa gặp"}, Shared: true,
		Unit: "P. Dịch Vọng Hậu", Scope: saving.Scope, Was: "0198c7a2-7777-7abc-8def-000000000001", Open: "/nhan-khau?visits=3&list=1", Remove: &remove}
	states := []State{{ui.PageListForm, "new", saving}, {ui.PageListForm, "taken", taken}, {ui.PageListForm, "change", changing}, {ui.PageSheet, "normal", sheet()}}
	return append(append(states, several()...), exportsMade()...)
}

func sheet() ui.SheetModel {
	m := ui.SheetModel{Shell: ward(ui.SectionResidents), Scope: "3 người ở 2 hộ", Who: "Lê Thu Trang", Back: "/nhan-khau?q=hoa"}
	person := func(name, about, bucket string) ui.SheetPerson {
		return ui.SheetPerson{Name: ui.PersonName(name), About: about, Chip: ui.BucketChip(bucket)}
	}
	m.Add("Tổ 12", ui.SheetDoor{Address: "Số 12, ngõ 68 Xuân Thuỷ", People: []ui.SheetPerson{person("Đặng Thị Hoa", "1958 · nữ · chủ hộ", "l2_invited")}})
	m.Add("Tổ 13", ui.SheetDoor{Address: "P. 1204, nhà N4A", Tag: "lần 4", Late: true, People: []ui.SheetPerson{person("Nguyễn Thị Hoa", "1949 · nữ", "reached"), person("Ngô Khánh Hoà", "1990 · nam", "not_reached")}})
	return m
}

func several() []State {
	who := []ui.Hidden{{Name: "who", Value: "1"}, {Name: "who", Value: "2"}}
	doors := []ui.Fact{{Name: "Số 12, ngõ 68 Xuân Thuỷ", Value: "Đặng Thị Hoa"}, {Name: "P. 1204, nhà N4A", Value: "Nguyễn Thị Hoa, Ngô Khánh Hoà"}}
	choose := func(first string, values []string, word func(string) string) ui.Input {
		return ui.Input{Options: append([]ui.Option{{Text: first, Chosen: true}}, ui.Options("", values, word)...)}
	}
	visit := ui.SeveralModel{Shell: ward(ui.SectionResidents), Form: form("/nhan-khau/ghi-luot", "/nhan-khau"), Hidden: who, Head: "Ghi một lượt cho 2 hộ", Do: "Ghi cho từng hộ", Doors: doors,
		Left: []string{"Phạm Gia Bảo"}, Outcome: choose("Chọn kết quả", messages.OutcomeCodes(), messages.OutcomeName), Mode: ui.Input{Options: ui.Options("door", []string{"door", "phone", "point"}, messages.Mode)}}
	wrong := visit
	wrong.Form.Fail("visit-outcome", &wrong.Outcome, "Chưa chọn kết quả.")
	move := ui.SeveralModel{Shell: ward(ui.SectionResidents), Form: form("/nhan-khau/chuyen-to", "/nhan-khau"), Hidden: who, Head: "Chuyển tổ, thôn cho 2 hộ", Do: "Chuyển từng hộ", Doors: doors, Move: true, Hamlet: ui.Input{Options: hamlets("")}}
	done := ui.DoneModel{Shell: ward(ui.SectionResidents), Head: "Ghi một lượt cho 3 hộ", Back: "/nhan-khau", Waiting: 1,
		Done:    []ui.DoneRow{{Text: doors[0].Name, Href: "/ho/1", Note: doors[0].Value}, {Text: doors[1].Name, Href: "/ho/2", Note: doors[1].Value, Pencil: true}},
		Refused: []ui.DoneRow{{Text: "Số 5, ngách 68/14 Xuân Thuỷ", Href: "/ho/3", Note: "Người hoặc hộ này thuộc đơn vị khác."}}}
	return []State{{ui.PageSeveral, "visit", visit}, {ui.PageSeveral, "error", wrong}, {ui.PageSeveral, "move", move}, {ui.PageDone, "normal", done}}
}

func exportsMade() []State {
	job := ui.ExportJob{ID: "0198c7a2-cccc-7abc-8def-000000000001", Name: "nhan-khau-may-1-20230810-140500-3.xlsx", Scope: "P. Dịch Vọng Hậu · nữ", Token: token}
	done, running, held, failed, stopped := job, job, job, job, job
	done.State, done.Done, done.File, done.Size, done.Until = ui.JobDone, 28012, "/xuat/tep/"+job.ID, "1,4 MB", "11/08 14:05"
	running.ID, running.State, running.Done = "2", ui.JobRunning, 12500
	held.ID, held.State = "3", ui.JobWaiting
	failed.ID, failed.State, failed.Why = "4", ui.JobFailed, "Đĩa sắp đầy."
	stopped.ID, stopped.State = "5", ui.JobStopped
	m := ui.ExportsModel{Shell: supervisor(ui.SectionResidents), Live: true, Jobs: []ui.ExportJob{running, held, done, failed, stopped}}
	none := ui.ExportsModel{Shell: supervisor(ui.SectionResidents)}
	return []State{{ui.PageExports, "normal", m}, {ui.PageExports, "empty", none}, {ui.FragmentExports, "normal", m}}
}
