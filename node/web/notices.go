package web

import (
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
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
		warn("Máy này đã ngừng cập nhật sổ chung.", "Vẫn nhận việc mới và giữ trên máy này; số liệu ở đây là số cũ. Báo quản trị.")
	}
	for _, m := range s.Members {
		if !m.Self && m.Digest == lookup.DigestDiffers {
			warn("Sổ ở máy này khác sổ ở máy "+m.Node+".", "Vẫn ghi như thường; chưa dùng số liệu để báo cáo. Báo quản trị.")
			break
		}
	}
	switch s.Clock.Code {
	case lookup.ClockJump:
		warn("Đồng hồ máy này nhảy quá xa.", "Cụm chưa tính theo giờ này cho đến khi quản trị xem. Chỉnh lại ngày giờ trong Windows.")
	case lookup.ClockUnjudged:
		warn("Chưa có máy nào để so giờ.", "Ngày giờ đã nhảy hơn một ngày. Xem lại ngày giờ trong Windows; khi máy khác bật lên, cụm tự so.")
	case lookup.ClockSkew:
		warn("Đồng hồ máy này "+skew(s.Clock.Skew)+".", "Việc ghi vẫn giữ đủ và tính theo giờ của cụm. Chỉnh lại ngày giờ trong Windows.")
	}
	return list
}

// skew says how far a clock is off, ms, positive: ahead.
func skew(ms int64) string {
	if ms < 0 {
		return "chậm " + lasting(-ms) + " so với cụm"
	}
	return "nhanh " + lasting(ms) + " so với cụm"
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
