package doctor

import (
	"fmt"
	"strings"
	"time"

	"gocua/node/lookup"
	"gocua/node/release"
)

func running(f Facts) []found {
	const check = "running"
	if f.Status == nil {
		return []found{{check, Warn, words{"Máy không chạy. Những gì cần hỏi máy đang chạy thì không khám được.", "The machine does not run. What only a running one knows was not examined."},
			words{"Chạy: gocua serve", "Run: gocua serve"}}}
	}
	return []found{{check, OK, words{"Máy " + f.Status.Node + " đang chạy, bản " + f.Status.Version + ".", "Machine " + f.Status.Node + " runs, version " + f.Status.Version + "."}, words{}}}
}

func register(f Facts) []found {
	const check = "register"
	switch {
	case f.Status == nil:
		return nil
	case f.Status.FailedCode == "unknown_kind":
		return []found{{check, Fail, words{"Máy đã ngừng cập nhật: cụm dùng thứ bản này chưa biết. Vẫn ghi được.", "The machine has stopped applying: the cluster uses what this version does not know. It goes on capturing."},
			words{"Cập nhật: gocua update TỆP", "Update: gocua update FILE"}}}
	case f.Status.FailedCode == "differs":
		return []found{{check, Fail, words{"Sổ trên máy này khác các máy kia, máy đã ngừng cập nhật. Vẫn ghi được.", "The register differs from the others'; the machine has stopped applying. It goes on capturing."},
			words{"Dừng máy, chạy: gocua restore --rebuild, rồi chạy lại máy.", "Stop it, run: gocua restore --rebuild, then start it again."}}}
	case f.Status.FailedCode == "forgotten":
		return []found{{check, Fail, words{"Thư mục của máy là bản chép cũ: máy khác nhớ nhiều hơn. Máy không được bỏ phiếu nữa. Vẫn ghi được.", "The machine's directory is an older copy: others remember more. It votes no more. It goes on capturing."},
			words{"Để máy chạy, nối với các máy kia: cụm tự nhận lại. Nếu không máy nào giữ phiếu còn chạy: gocua recover trên máy có sổ mới nhất.", "Leave it running and connected: the cluster takes it in again by itself. If no other machine with a vote is left: gocua recover on the one with the newest register."}}}
	case f.Status.Failed != "":
		return []found{{check, Fail, words{"Máy đã ngừng cập nhật (" + f.Status.FailedCode + "). Vẫn ghi được.", "The machine has stopped applying (" + f.Status.FailedCode + "). It goes on capturing."},
			words{"Gửi kết quả khám này cho quản trị cụm.", "Send this to whoever administers the cluster."}}}
	case f.Status.Role == "removed":
		return []found{{check, Fail, words{"Máy không còn trong cụm. Vẫn ghi được.", "The machine is no member of its cluster any more. It goes on capturing."},
			words{"Hỏi quản trị cụm; cần thì mời lại máy dưới tên mới.", "Ask whoever administers the cluster; if need be it is invited under a new name."}}}
	}
	return []found{{check, OK, words{fmt.Sprintf("Sổ đến dòng %d.", f.Status.Digest.Index), fmt.Sprintf("The register is at entry %d.", f.Status.Digest.Index)}, words{}}}
}

func clock(f Facts) []found {
	const check = "clock"
	set := words{"Chỉnh giờ, bật tự động lấy giờ từ mạng; nếu sai lại mỗi khi bật máy, thay pin CMOS.", "Set it, and have the system take the time from the network; if it is wrong after each start, replace the CMOS battery."}
	for _, d := range f.Documents {
		if f.Now.Before(d.From.Add(-24 * time.Hour)) {
			return []found{{check, Fail, words{"Đồng hồ chạy trước cả ngày lập giấy của máy (" + day(d.From) + ").", "The clock stands before the day this machine was made (" + day(d.From) + ")."}, set}}
		}
	}
	if f.Status == nil {
		return []found{{check, OK, words{"Đồng hồ: " + f.Now.Format("15:04 02/01/2006") + ". Chưa so được với máy khác.", "The clock: " + f.Now.Format("2006-01-02 15:04") + ". It was not compared with the others'."}, words{}}}
	}
	skew := (time.Duration(f.Status.Clock.Skew) * time.Millisecond).Round(time.Second)
	switch f.Status.Clock.Code {
	case lookup.ClockJump, lookup.ClockUnjudged:
		return []found{{check, Fail, words{"Giờ đã nhảy hơn một ngày, chờ người xác nhận.", "The time went on by more than a day; a person has to confirm it."},
			words{set.vi + " Nếu đồng hồ đúng: gocua status --confirm", set.en + " If the clock is right: gocua status --confirm"}}}
	case lookup.ClockSkew:
		return []found{{check, Warn, words{"Đồng hồ lệch giờ của cụm " + skew.String() + ".", "The clock is " + skew.String() + " off the cluster's time."}, set}}
	}
	return []found{{check, OK, words{"Đồng hồ khớp giờ của cụm.", "The clock agrees with the cluster's."}, words{}}}
}

// How long before its end a certificate is spoken of.
const (
	documentSoon = 30 * 24 * time.Hour
	documentLate = 7 * 24 * time.Hour
)

func documents(f Facts) (list []found) {
	const check = "certificates"
	for _, d := range f.Documents {
		left := d.Until.Sub(f.Now)
		days := int(left / (24 * time.Hour))
		x := found{check, OK, words{fmt.Sprintf("Chứng thư %s còn %d ngày.", d.Name, days), fmt.Sprintf("Certificate %s is good for %d days.", d.Name, days)}, words{}}
		if left < documentSoon {
			x.level = Warn
			x.do = words{"Để máy nối với cụm cho chứng thư được gia hạn; nếu vẫn vậy, báo quản trị cụm.", "Let the machine reach its cluster so that it is renewed; if that does not help, tell whoever administers the cluster."}
		}
		if left < documentLate {
			x.level = Fail
		}
		if left < 0 {
			x.what = words{"Chứng thư " + d.Name + " đã hết hạn ngày " + day(d.Until) + ".", "Certificate " + d.Name + " ended on " + day(d.Until) + "."}
		}
		list = append(list, x)
	}
	return list
}

func day(t time.Time) string { return t.Format("02/01/2006") }

func leader(f Facts) []found {
	const check = "leader"
	switch {
	case f.Status == nil:
		return nil
	case f.Status.Leader == "":
		return []found{{check, Warn, words{"Chưa nghe được cụm. Vẫn ghi như thường; việc chờ ở đây đến khi có đường truyền.", "The cluster is not heard. Work goes on; what is captured waits here until the line is back."},
			words{"Buổi tối có máy tắt là bình thường. Ban ngày: xem dây mạng, rồi máy ở quận.", "In the evening, when others are off, that is normal. By day: look at the cable, then at the machine of the district."}}}
	}
	return []found{{check, OK, words{"Máy " + f.Status.Leader + " đang dẫn dắt.", "Machine " + f.Status.Leader + " leads."}, words{}}}
}

// peerSilent is after how long another machine counts as switched off.
const peerSilent = 5 * time.Minute

func peers(f Facts) (list []found) {
	const check = "peers"
	if f.Status == nil {
		return nil
	}
	for _, m := range f.Status.Members {
		silent := time.Duration(m.LastContact) * time.Millisecond
		switch {
		case m.Self:
		case m.Digest == lookup.DigestDiffers:
			list = append(list, found{check, Fail, words{"Sổ của máy " + m.Node + " khác sổ ở đây.", "The register of machine " + m.Node + " differs from the one here."},
				words{"Xem trang Máy của cả hai; máy sai tự ngừng và nói cách sửa.", "Look at both machines' pages; the one that is wrong stops and says how it is mended."}})
		case m.LastContact < 0 || silent > peerSilent:
			list = append(list, found{check, Warn, words{"Chưa nghe được máy " + m.Node + " (" + m.Addr + ").", "Machine " + m.Node + " (" + m.Addr + ") is not heard."},
				words{"Xem máy đó có bật không, rồi tường lửa và dây mạng.", "See whether it is on, then its firewall and cable."}})
		default:
			list = append(list, found{check, OK, words{"Nghe được máy " + m.Node + ".", "Machine " + m.Node + " is heard."}, words{}})
		}
	}
	return list
}

func builds(f Facts) []found {
	const check = "versions"
	if f.Status == nil {
		return nil
	}
	var others []string
	for _, m := range f.Status.Members {
		if !m.Self && m.Version != "" && m.Version != f.Status.Version {
			others = append(others, m.Node+" "+m.Version)
		}
	}
	level := fmt.Sprintf("%d", f.Status.Level)
	if len(others) > 0 {
		return []found{{check, Warn, words{"Các máy chạy bản khác nhau: ở đây " + f.Status.Version + "; " + strings.Join(others, ", ") + ". Mức tính năng chung: " + level + ".", "The machines run different versions: here " + f.Status.Version + "; " + strings.Join(others, ", ") + ". They agree on feature level " + level + "."},
			words{"Cập nhật nốt các máy còn lại; trong lúc đó cụm vẫn chạy đúng.", "Update the others too; meanwhile the cluster goes on as it should."}}}
	}
	return []found{{check, OK, words{"Các máy nghe được chạy cùng một bản; mức tính năng " + level + ".", "All machines that are heard run the same version; feature level " + level + "."}, words{}}}
}

func update(f Facts) []found {
	const check = "update"
	switch {
	case f.Update == nil || f.Update.State == release.Taken:
		return nil
	case f.Update.State == release.Trying && f.Update.Sealed:
		return []found{{check, Warn, words{"Bản " + f.Update.To + " đang chạy thử, chờ mở khoá.", "Version " + f.Update.To + " is on trial and waits to be unlocked."},
			words{"Mở khoá ở trang /mo-khoa, hoặc chạy: gocua unlock", "Unlock it at /mo-khoa, or run: gocua unlock"}}}
	case f.Update.State == release.Trying:
		return []found{{check, Warn, words{"Bản " + f.Update.To + " đang chạy thử.", "Version " + f.Update.To + " is on trial."},
			words{"Chờ vài phút, đừng tắt máy tính. Nếu máy đang dừng, chạy lại máy.", "Wait some minutes and leave the computer on. If the machine is stopped, start it."}}}
	}
	why := map[string]words{
		release.WhyExited:   {"tự dừng ba lần", "it ended by itself three times"},
		release.WhyNotReady: {"không lên kịp", "it did not come up in time"},
		release.WhyDamaged:  {"tệp bị hỏng", "its file was damaged"},
		release.WhyLocked:   {"ba lần chạy không ai mở khoá", "nobody unlocked it at three starts"},
		release.WhySwap:     {"không ghi được vào thư mục của chương trình", "the program's folder cannot be written to"},
		release.WhyReplaced: {"chương trình đã bị thay bằng tay", "somebody replaced the program by hand"},
	}[f.Update.Why]
	return []found{{check, Warn, words{"Bản " + f.Update.To + " không dùng được (" + why.vi + "); máy vẫn chạy bản trước. Số liệu không đổi.", "Version " + f.Update.To + " did not work (" + why.en + "); the one from before runs. Nothing recorded was changed."},
		words{"Giữ tệp cập nhật, gửi kết quả khám và nhật ký của máy cho nơi phát hành.", "Keep the update, and send this and the machine's log to whoever made it."}}}
}
