package sample

import (
	"time"

	"gocua/ui"
)

func machines() []ui.Machine {
	ok := ui.LinkState{Kind: ui.LinkOK, Text: "Thông"}
	return []ui.Machine{
		{Name: "Máy 1", Unit: "trụ sở cụm", Role: "Dẫn dắt", Link: ok, Index: 1204881, Digest: ui.DigestEqual, Build: "1.4.2"},
		{Name: "Máy 2", Unit: "Dịch Vọng Hậu", Role: "Bỏ phiếu", Link: ok, Index: 1204881, Digest: ui.DigestEqual, Here: true, Build: "1.4.2"},
		{Name: "Máy 3", Unit: "Mai Dịch", Role: "Bỏ phiếu", Link: ui.LinkState{Kind: ui.LinkLag, Text: "Đang đuổi kịp"}, Index: 1204879, Behind: 2, Digest: ui.DigestUnknown, Build: "1.4.2"},
		{Name: "Máy 4", Unit: "Quan Hoa", Role: "Bỏ phiếu", Link: ui.LinkState{Kind: ui.LinkOff, Text: "Đang tắt từ 21:40 hôm qua"}, Index: 1203517, Behind: 1364, Digest: ui.DigestUnknown, Off: true, Build: "1.4.2"},
		{Name: "Máy 5", Unit: "Nghĩa Tân", Role: "Dự phòng", Link: ok, Index: 1204881, Digest: ui.DigestEqual, Build: "1.4.1"},
	}
}

func balance(difference int) *ui.Balance {
	b := &ui.Balance{Day: now(), Created: 861, Difference: difference, Href: "/so-cho?muc=missing"}
	for _, part := range stages(difference) {
		if part.N > 0 {
			b.Parts = append(b.Parts, part)
		}
	}
	return b
}

// stages are the lists of a day's captures.
func stages(missing int) []ui.Count {
	return []ui.Count{{Text: "Đang chờ", N: 3, Href: "/so-cho?muc=waiting"}, {Text: "Cần đối chiếu", N: 1, Href: "/so-cho?muc=review"}, {Text: "Không lấy", Href: "/so-cho?muc=rejected"},
		{Text: "Ở lại cụm", N: 11, Href: "/so-cho?muc=stays"}, {Text: "Chờ gửi tỉnh", N: 212, Href: "/so-cho?muc=to_send"}, {Text: "Đã gửi tỉnh", N: 106, Href: "/so-cho?muc=sent"},
		{Text: "Tỉnh đã nhận", N: 341 - missing, Href: "/so-cho?muc=received"}, {Text: "Đã có kết quả", N: 187, Href: "/so-cho?muc=decided"}, {Text: "Tỉnh để riêng", Href: "/so-cho?muc=parked"}}
}

func cluster() []State {
	normal := ui.MachineModel{Shell: lagging(leader(ui.SectionMachine)), Node: "Máy 2, Dịch Vọng Hậu", Build: "1.4.2", Members: machines(),
		Quorum:  "Còn 4 trong 5 máy: đủ để đồng thuận, tắt thêm 1 máy vẫn đủ",
		Waiting: ui.Waiting{N: 3, Oldest: at("14:06")},
		Facts:   []ui.Fact{{Name: "Đồng hồ", Value: "khớp giờ của cụm"}, {Name: "Đĩa còn trống", Value: "41,7 GB"}, {Name: "Mức tính năng", Value: "1", Note: "cả cụm cùng dùng"}, {Name: "Mang giúp máy 4", Value: "12 việc", Note: "từ 2 giờ trước"}},
		Steps: []ui.Step{
			{State: ui.StepPencil, Head: "Chờ trên máy này", Value: "3", Note: "cũ nhất 14:06"},
			{State: ui.StepDone, Head: "Đã đồng thuận", Value: "118", Note: "từ 00:00 hôm nay"},
			{State: ui.StepDone, Head: "Đã gửi tỉnh", Value: "212", Late: true, Note: "chờ nhận từ 11:40"},
			{State: ui.StepSlow, Head: "Tỉnh đã nhận", Value: "341", Note: "đến 11:38"},
			{State: ui.StepNext, Head: "Đã có kết quả", Value: "187", Note: "trả lại 4 hồ sơ"},
		},
		First:    ui.Captures{Now: now(), Rows: []ui.CaptureRow{{At: at("14:06"), Kind: "Khai mức 1", About: "Ngô Khánh Hoà", Href: "/nhan-khau/5", By: "Lê Thu Trang", Note: "thứ 1 · đã chờ 1 phút · đang gửi", Pencil: true, Dots: pencil()}}},
		Upstream: &ui.Upstream{Cursor: 88102, Head: 88314, Lag: 212, LastReceipt: at("11:38"), Parked: 4, ParkedHref: "/doi-chieu?loai=tinh", Say: "Tỉnh trả lời “đang nghẽn” từ 11:40. Máy tự gửi lại mỗi 5 phút, lần tới 14:10.", Late: true},
		Balance:  balance(0),
		Backup:   &ui.Backups{Form: ui.Form{Action: "/may/sao-luu"}, Newest: at("14:05").AddDate(0, 0, -1), Size: "21,4 MB", Records: 184206, Verified: true, At: "19:30", Openers: 2},
		Checkup:  &ui.Checkup{Now: now(), At: at("14:05"), Open: []ui.Finding{slowDisk()}, Fine: healthy()},
	}
	quiet := normal
	quiet.Checkup = &ui.Checkup{Now: now(), At: at("14:05"), Fine: healthy()}
	quiet.Shell, quiet.Waiting, quiet.First.Rows, quiet.Balance = leader(ui.SectionMachine), ui.Waiting{}, nil, balance(0)
	quiet.Upstream = &ui.Upstream{Cursor: 88314, Head: 88314, LastReceipt: at("14:05")}
	alone := normal
	alone.Shell, alone.Cut, alone.Quorum, alone.Upstream = cut(ward(ui.SectionMachine)), true, "Chỉ còn 1 trong 5 máy: chưa đủ để đồng thuận. Vẫn ghi như thường.", nil
	alone.Members = machines()
	alone.Backup = &ui.Backups{Form: ui.Form{Action: "/may/sao-luu"}, Late: "Máy này chưa có bản sao lưu nào."}
	alone.Checkup = &ui.Checkup{Now: now(), At: at("14:05"), Failed: true}
	for i := range alone.Members {
		if !alone.Members[i].Here {
			alone.Members[i].Off, alone.Members[i].Link = true, ui.LinkState{Kind: ui.LinkCut, Text: "Mất từ 13:20"}
		}
	}
	stopped := normal
	stopped.Shell, stopped.Balance = broken(normal.Shell), balance(3)
	stopped.Members = machines()
	stopped.Backup = &ui.Backups{Form: ui.Form{Action: "/may/sao-luu"}, Newest: at("14:05").AddDate(0, 0, -4), Size: "21,1 MB", Records: 184206, At: "19:30", Openers: 1, Late: "Bản sao lưu mới nhất đã 4 ngày."}
	stopped.Checkup = &ui.Checkup{Now: now(), At: at("14:05"), Fine: healthy(), Open: []ui.Finding{
		{Bad: true, What: "Sổ trên máy này khác các máy kia, máy đã ngừng cập nhật. Vẫn ghi được.", Do: "Dừng máy, chạy: gocua restore --rebuild, rồi chạy lại máy."}, slowDisk(),
		{What: "Tường lửa ufw đang bật.", Do: "Mở cửa cho máy khác: sudo ufw allow 8443/tcp && sudo ufw allow 8790/tcp"}}}
	stopped.Members[1].Digest, stopped.Members[1].Clock = ui.DigestDiffers, "đồng hồ nhanh 12 phút so với cụm"
	leaves := quiet
	leaves.Shell, leaves.Leaving = admin(ui.SectionMachine), &ui.Leaving{Into: "Phường Cầu Giấy", May: true, Node: "ward-2", Admin: true}
	waits := normal
	waits.Leaving = &ui.Leaving{Into: "Phường Cầu Giấy", Waiting: 37, Carried: 1, Node: "ward-2"}
	early := ui.MachineModel{Shell: ward(ui.SectionMachine), Node: "Máy 2", Build: "1.4.2", Gap: unreadable()}
	return append([]State{{ui.PageMachine, "normal", normal}, {ui.PageMachine, "quiet", quiet}, {ui.PageMachine, "cut", alone}, {ui.PageMachine, "stopped", stopped}, {ui.PageMachine, "error", early}, {ui.PageMachine, "leaves", leaves}, {ui.PageMachine, "drains", waits}}, incoming()...)
}

func slowDisk() ui.Finding {
	return ui.Finding{What: "Ghi một lần mất 84 ms, chậm.", Do: "Xem có phần mềm diệt vi-rút quét thư mục của máy không, và trừ thư mục đó ra."}
}

func healthy() []string {
	return []string{"Máy may-2 đang chạy, bản 1.4.2.", "Đồng hồ khớp giờ của cụm.", "Đĩa còn trống 41 GB.", "Máy tính không tự ngủ.", "Chứng thư node còn 301 ngày."}
}

func incoming() []State {
	row := func(name, code string, captured, activated int) ui.ClusterRow {
		return ui.ClusterRow{Name: name, Code: code, Href: "/tinh/" + code, Last: at("14:05"), Seq: 4410, Received: captured * 3, Captured: captured, Activated: activated,
			CapturedHref: "/nhan-khau?cum=" + code, ActivatedHref: "/nhan-khau?bucket=activated&cum=" + code, ActivatedOf: ui.RatioOf(activated, captured)}
	}
	rows := []ui.ClusterRow{row("Cụm Cầu Giấy", "01CG", 176390, 146969), row("Cụm Hai Bà Trưng", "01HBT", 201144, 171020), row("Cụm Bắc Từ Liêm", "01BTL", 154201, 120003), row("Cụm Mê Linh", "01ML", 98012, 61277), row("Cụm Ứng Hoà", "01UH", 0, 0)}
	rows[1].Refused, rows[1].RefusedHref = 4, "/doi-chieu?cum=01HBT"
	rows[2].Lag, rows[2].Last = "2 giờ 27 phút", at("11:38")
	rows[3].Lag, rows[3].Last, rows[3].Stale = "im từ 21:40 hôm qua", on("09/08/2023", "21:40"), true
	rows[4].Last = time.Time{}
	rows[4].Lag, rows[4].Stale = "chưa gửi", true
	fork := append([]ui.ClusterRow{}, rows...)
	fork[0].Fork = true
	total := ui.ClusterRow{Received: 1889241, Refused: 4, Captured: 629747, Activated: 499269, ActivatedOf: ui.RatioOf(499269, 629747)}
	normal := ui.ProvinceModel{Shell: atProvince(ui.SectionProvince), AsOf: now(), Rows: rows, Total: total, Late: 2}
	forked := normal
	forked.Rows = fork
	return []State{{ui.PageProvince, "normal", normal}, {ui.PageProvince, "fork", forked},
		{ui.PageProvince, "empty", ui.ProvinceModel{Shell: atProvince(ui.SectionProvince), AsOf: now()}},
		{ui.PageProvince, "error", ui.ProvinceModel{Shell: atProvince(ui.SectionProvince), AsOf: now(), Gap: unreadable()}}}
}
