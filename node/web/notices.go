package web

import (
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
	"gocua/ui/messages"
)

// notices say what is wrong with this machine, on every page, until it is
// mended: the worst first. Being cut off is not wrong; the strip under the
// sections says so.
func notices(s lookup.Status) (list []ui.Banner) {
	see := ui.Link{Text: "Xem đường truyền", Href: "/may"}
	warn := func(head, text string) {
		list = append(list, ui.Banner{Tone: ui.ToneWarn, Head: head, Text: text, Link: see})
	}
	if s.Failed != "" {
		at := ""
		if s.FailedIndex > 0 {
			at = " ở dòng " + count(int(s.FailedIndex))
		}
		warn("Máy này đã ngừng cập nhật sổ chung"+at+".", messages.Stop(s.FailedCode)+" Vẫn nhận việc mới và giữ trên máy này; số liệu ở đây là số cũ.")
	}
	if s.Role == "removed" {
		warn("Máy này không còn trong cụm.", "Vẫn nhận việc mới và giữ trên máy này, chưa gửi đi đâu. Báo quản trị để đưa máy vào lại.")
	}
	if s.Leave != nil {
		text := "Việc còn chờ trên máy này sẽ gửi hết rồi máy mới được nghỉ; cứ để máy chạy."
		if s.Leave.May {
			text = "Mọi việc ghi ở đây đã được cụm nhận: quản trị có thể cho máy này rời cụm. Để lại dùng tiếp cũng được."
		}
		list = append(list, ui.Banner{Tone: ui.TonePlain, Head: s.UnitName + " đã nhập vào " + s.Leave.IntoName + ".", Text: text, Link: ui.Link{Text: "Xem máy này", Href: "/may#leaving"}})
	}
	switch s.Disk.Code {
	case "disk_low":
		warn("Đĩa của máy này sắp đầy.", "Nhập danh sách tạm dừng; việc ghi hằng ngày vẫn như thường. Nhờ quản trị dọn đĩa.")
	case "disk_short":
		warn("Đĩa của máy này gần hết chỗ.", "Máy ngừng cập nhật sổ, chỗ còn lại để dành cho việc ghi mới. Báo quản trị ngay.")
	case "disk_full":
		warn("Đĩa của máy này đã đầy.", "Việc ghi mới có thể không lưu được. Ghi ra giấy những việc máy chưa nhận, báo quản trị ngay.")
	}
	for _, m := range s.Members {
		if !m.Self && m.Digest == lookup.DigestDiffers {
			warn("Sổ ở máy này và ở máy "+m.Node+" khác nhau.", "Vẫn ghi như thường; chưa dùng số liệu để báo cáo. Báo quản trị.")
			break
		}
	}
	switch s.Clock.Code {
	case lookup.ClockJump:
		warn("Đồng hồ máy này chạy trước mọi máy khác hơn một ngày.", "Cụm chưa tính theo giờ này cho đến khi quản trị xem. Chỉnh lại ngày giờ của máy.")
	case lookup.ClockUnjudged:
		warn("Chưa có máy nào để so giờ.", "Ngày giờ đã qua hơn một ngày. Xem lại ngày giờ của máy; đúng rồi thì nhờ quản trị xác nhận.")
	case lookup.ClockSkew:
		warn("Đồng hồ máy này "+skew(s.Clock.Skew)+".", "Việc ghi vẫn giữ đủ và tính theo giờ của cụm. Chỉnh lại ngày giờ của máy.")
	}
	return list
}

// skew says how far a clock is off, ms, positive: ahead.
func skew(ms int64) string {
	way := "nhanh "
	if ms < 0 {
		way, ms = "chậm ", -ms
	}
	if ms < time.Minute.Milliseconds() {
		return way + itoa(int(ms/second)) + " giây so với cụm"
	}
	return way + lasting(ms) + " so với cụm"
}

// asOf says up to when lists and figures reach on a machine that hears nobody,
// agreed being the time of the last entry here, ms; empty: they are current.
func asOf(s lookup.Status, agreed int64, now time.Time) string {
	switch {
	case s.Tier != civic.TierCluster || s.Leader != "" && s.Failed == "":
		return ""
	case s.Failed != "":
		return "số liệu đến " + moment(agreed).Format("15:04 02/01") + " · máy ngừng cập nhật"
	case s.LastContact < 0:
		return "số liệu đến " + moment(agreed).Format("15:04 02/01") + " · chưa nghe được cụm"
	}
	heard := now.Add(-time.Duration(s.LastContact) * time.Millisecond).In(ict)
	layout := "15:04"
	if heard.YearDay() != now.In(ict).YearDay() || heard.Year() != now.In(ict).Year() {
		layout = "15:04 02/01"
	}
	return "số liệu đến " + heard.Format(layout) + " · mất liên lạc " + lasting(s.LastContact)
}

// goOn is how a machine without its cluster is told to work on: in the evening
// the others are mostly switched off, and that is nothing out of the ordinary.
func goOn(now time.Time) string {
	if h := now.In(ict).Hour(); h >= 19 || h < 7 {
		return "buổi tối nhiều máy tắt, cứ ghi như thường"
	}
	return "vẫn ghi như thường"
}
