package sample

import "gocua/ui"

// memberRows is who is in the cluster, as its administrator sees it.
func memberRows() *ui.Machines {
	ok := ui.LinkState{Kind: ui.LinkOK, Text: "Thông"}
	return &ui.Machines{
		Say: "3 máy bỏ phiếu, nên có 5. Cho máy ward-4 bỏ phiếu: trong các máy dự phòng, máy này trả lời đều nhất. Hiện tắt thêm được 1 máy bỏ phiếu.",
		Do:  ui.Link{Text: "Cho bỏ phiếu", Href: "/may/thanh-vien/ward-4/bau"},
		Rows: []ui.MachineRow{
			{Name: "district", Unit: "Cụm Cầu Giấy", Role: "Dẫn dắt", Href: "/may/thanh-vien/district", Here: true, Link: ok, Key: "4T7K-9QXM-21VD-R8ZC", Days: "3.512 ngày"},
			{Name: "ward-1", Unit: "Phường Dịch Vọng Hậu", Role: "Bỏ phiếu", Href: "/may/thanh-vien/ward-1", Link: ok, Share: "98,4 %", Key: "HX2M-77QD-0KVB-5T1C", Days: "3.512 ngày"},
			{Name: "ward-2", Unit: "Phường Mai Dịch", Role: "Bỏ phiếu", Href: "/may/thanh-vien/ward-2", Link: ui.LinkState{Kind: ui.LinkOff, Text: "Tắt máy hoặc ngoài mạng từ 21:40"}, Share: "61,0 %", Key: "Q9ZC-T4HN-83MX-WK6E"},
			{Name: "ward-3", Unit: "Phường Quan Hoa", Role: "Dự phòng", Href: "/may/thanh-vien/ward-3", Link: ok, Share: "97,1 %", Key: "V5TB-2MRC-X90P-J7AG", Days: "41 ngày", Soon: true, To: "sắp bỏ phiếu"},
			{Name: "ward-4", Unit: "Phường Nghĩa Tân", Role: "Dự phòng", Href: "/may/thanh-vien/ward-4", Link: ok, Share: "96,0 %", Key: "8KDM-Y3QJ-6ZNT-B1RV", Days: "3.512 ngày"},
		},
		Invite: "/may/moi", Invited: invited(), Yield: &ui.Form{Action: "/may/nhuong", Token: token},
	}
}

func invited() []ui.InvitedRow {
	return []ui.InvitedRow{
		{Name: "ward-5", State: ui.LinkState{Kind: ui.LinkWait, Text: "Chờ đến 14:35"}},
		{Name: "ward-4", State: ui.LinkState{Kind: ui.LinkOK, Text: "Đã vào lúc 09:12"}, Key: "8KDM-Y3QJ-6ZNT-B1RV"},
		{Name: "ward-6", State: ui.LinkState{Kind: ui.LinkOff, Text: "Hết hạn, không ai vào"}},
	}
}

func memberPages() []State {
	even := *memberRows()
	even.Warn, even.Do, even.Yield, even.Invited = true, ui.Link{}, nil, nil
	even.Say = "4 máy bỏ phiếu là số chẵn: không chịu được nhiều máy tắt hơn 3 máy. Hiện tắt thêm được 1 máy bỏ phiếu."
	even.Why, even.Invite = "Việc này của quản trị cả cụm, làm trên máy của trụ sở cụm.", ""
	office := ui.MachineModel{Shell: admin(ui.SectionMachine), Node: "district, Cụm Cầu Giấy", Build: "1.4.2", Members: machines(), Machines: memberRows()}
	warned := office
	warned.Machines = &even

	row := memberRows().Rows[1]
	one := ui.MemberModel{Shell: admin(ui.SectionMachine), Row: row,
		Facts: []ui.Fact{{Name: "Vân tay khoá", Value: row.Key}, {Name: "Địa chỉ", Value: "10.0.0.6:8790"}, {Name: "Chứng chỉ còn", Value: row.Days, Note: "đến 20/03/2033; máy tự gia hạn"},
			{Name: "Trả lời 14 ngày qua", Value: row.Share, Note: "trong 9.812 lần hỏi từ máy này"}, {Name: "Bản", Value: "1.4.2"}},
		Acts: []ui.MemberAct{{Text: "Thôi bỏ phiếu", Note: "vẫn có đủ sổ và ghi như thường", Href: row.Href + "/thoi", Why: "Làm vậy thì không đủ máy để đồng thuận. Bật các máy đang tắt lên trước."},
			{Text: "Rút khỏi cụm", Note: "vĩnh viễn; cho xong việc chờ trên máy đó trước", Href: row.Href + "/rut", Warn: true},
			{Text: "Thu quyền", Note: "máy mất trộm, thất lạc, hỏng hay thôi dùng", Href: row.Href + "/thu-quyen", Warn: true}}}
	own := one
	own.Row, own.Yield = memberRows().Rows[0], &ui.Form{Action: "/may/nhuong", Token: token}
	below := one
	below.Acts, below.Why = nil, even.Why

	units := []ui.Option{{Value: "01CG", Text: "Cụm Cầu Giấy"}, {Value: "00163", Text: "Phường Dịch Vọng Hậu", Chosen: true}}
	invite := ui.InviteModel{Shell: admin(ui.SectionMachine), Form: ui.Form{Action: "/may/moi", Token: token, Cancel: "/may#voters"}, Rows: invited(),
		Unit: ui.Input{Options: units}, Voter: ui.Input{Options: []ui.Option{{Value: "yes", Text: "cho bỏ phiếu khi đã đuổi kịp", Note: "Giữ số máy bỏ phiếu là số lẻ: 1, 3 hoặc 5"}}}}
	shown := invite
	shown.Shown = &ui.Invitation{Node: "ward-5", Until: at("14:35"), Root: "3F9A-10C2-7B44-E8D1-0A6F-52BC", Near: true,
		Commands: []string{"gocua join 0H8R-MJ4B-XKQ2-9T0V-CNWD-5EYA-Z61G-PSH3-7RXM --peer DIA-CHI:8790", "gocua serve"}}
	refused := invite
	refused.Node.Value = "Máy 5"
	refused.Form.Fail("node", &refused.Node, "Tên máy chỉ gồm chữ thường không dấu, số và gạch ngang ở giữa.")
	elsewhere := invite
	elsewhere.Rows, elsewhere.Why = nil, "Máy này không giữ khoá của cụm. Mời ở máy đã lập cụm."

	deny := ui.ConfirmModel{Shell: admin(ui.SectionMachine), Form: form("/may/thanh-vien/ward-1/thu-quyen", ""), Head: "Thu quyền: máy ward-1", Do: "Thu quyền",
		Says:  []string{"Không máy nào của cụm nói chuyện với máy đó nữa, và không nhận gì máy đó ký.", "Việc đã ghi trên máy đó mà cụm chưa nhận thì ở lại trên đĩa của máy đó, cụm không nhận nữa.", "Tên này không dùng lại: máy muốn quay lại thì mời với tên mới."},
		Facts: []ui.Fact{{Name: "Vân tay khoá", Value: row.Key}}, Password: &ui.Input{},
		Reason: &ui.Input{Options: []ui.Option{{Value: "stolen", Text: "mất trộm"}, {Value: "lost", Text: "thất lạc"}, {Value: "broken", Text: "hỏng, đã thay"}}}}
	promote := ui.ConfirmModel{Shell: admin(ui.SectionMachine), Form: form("/may/thanh-vien/ward-4/bau", ""), Head: "Cho bỏ phiếu: máy ward-4", Do: "Cho bỏ phiếu", Calm: true,
		Says: []string{"Máy này cùng quyết định những gì cụm đồng thuận, nên cần bật thường xuyên."},
		Warn: "Sau đó có 4 máy bỏ phiếu, số chẵn: không chịu được nhiều máy tắt hơn 3 máy. Nên đi tiếp đến số lẻ."}

	nobody := ward("")
	nobody.User, nobody.Nav, nobody.Search = "", nil, false
	address := drawn(33)
	poster := ui.PosterModel{Shell: nobody, Cluster: "Cụm Cầu Giấy", Address: "https://10.0.0.5:8443/", Trust: "https://10.0.0.5:8443/tin-cay", Back: "/tin-cay",
		Fingerprint: "3F9A 10C2 7B44 E8D1 0A6F 52BC 9E03 71DD 48F6 2C95 A1B7 0E3C 6D82 F49B 15C0 7AE6", Codes: ui.PosterCodes{Address: address, Trust: address, Fingerprint: drawn(41)}}
	return []State{{ui.PageMachine, "members", office}, {ui.PageMachine, "members-even", warned},
		{ui.PageMember, "normal", one}, {ui.PageMember, "own", own}, {ui.PageMember, "below", below},
		{ui.PageInvite, "normal", invite}, {ui.PageInvite, "shown", shown}, {ui.PageInvite, "refused", refused}, {ui.PageInvite, "elsewhere", elsewhere},
		{ui.PageConfirm, "machine-denied", deny}, {ui.PageConfirm, "machine-votes", promote},
		{ui.PagePoster, "normal", poster}, {ui.PagePoster, "nowhere", ui.PosterModel{Shell: nobody, Cluster: "Cụm Cầu Giấy", Back: "/tin-cay"}}}
}

// drawn stands for a picture code of so many modules a side; no phone reads it.
func drawn(size int) ui.QR {
	rows := make([][]bool, size)
	for y := range rows {
		rows[y] = make([]bool, size)
		for x := range rows[y] {
			rows[y][x] = (x*y+x+y)%3 == 0 && min(x, y) > 1 && max(x, y) < size-2
		}
	}
	return ui.DrawQR(rows)
}
