package doctor

import (
	"fmt"
	"time"

	"gocua/node/lookup"
)

// backups says whether the machine could be made again if it were lost tonight.
func backups(f Facts) []found {
	const check = "backups"
	if f.Status == nil {
		return nil
	}
	b := f.Status.Backup
	switch {
	case b.Recipients == 0:
		return []found{{check, Warn, words{"Máy này không sao lưu: chưa có ai mở được bản sao.", "This machine makes no backups: nobody could open one."},
			words{"Chạy: gocua backup key, in khoá cất vào két; rồi: gocua backup recipients age1…", "Run: gocua backup key, print the key and lock it away; then: gocua backup recipients age1…"}}}
	case b.Newest == nil && b.Failed == "":
		return []found{{check, Warn, words{"Chưa có bản sao lưu nào; máy tự làm lúc " + b.At + ".", "There is no backup yet; the machine makes one at " + b.At + "."},
			words{"Làm ngay: gocua backup", "Make one now: gocua backup"}}}
	case b.Newest == nil:
		return []found{{check, Warn, words{"Chưa có bản sao lưu nào; lần thử gần nhất không thành (" + b.Failed + ").", "There is no backup; the last try came to nothing (" + b.Failed + ")."}, tryAgain}}
	}
	age := time.Duration(b.Newest.Age) * time.Millisecond
	days := int(age / (24 * time.Hour))
	switch {
	case b.Warn == lookup.BackupAhead:
		return []found{{check, Warn, words{"Bản sao lưu mới nhất mang giờ chưa tới: đồng hồ máy đã sai hoặc đang sai.", "The newest backup bears a time that is yet to come: the clock was wrong then, or is now."},
			words{"Chỉnh đúng ngày giờ của máy, rồi: gocua backup", "Set the clock of this computer, then: gocua backup"}}}
	case b.Warn == lookup.BackupOld:
		return []found{{check, Warn, words{fmt.Sprintf("Bản sao lưu mới nhất đã %d ngày.", days), fmt.Sprintf("The newest backup is %d days old.", days)}, tryAgain}}
	case b.Failed != "":
		return []found{{check, Warn, words{"Lần sao lưu gần nhất không thành (" + b.Failed + ").", "The last backup came to nothing (" + b.Failed + ")."}, tryAgain}}
	case !b.Newest.Verified:
		return []found{{check, Warn, words{"Bản sao lưu mới nhất chưa được dựng thử: đĩa không đủ chỗ.", "The newest backup was never tried out: the disk had no room for it."},
			words{"Dọn đĩa; hoặc ở máy tính khác: gocua backup verify TỆP --key TỆP-KHÓA", "Make room; or on another computer: gocua backup verify FILE --key KEYFILE"}}}
	}
	hours := int(age / time.Hour)
	return []found{{check, OK, words{fmt.Sprintf("Bản sao lưu mới nhất: %d giờ trước, đã dựng thử, khớp.", hours), fmt.Sprintf("The newest backup is %d hours old, was tried out and found equal.", hours)}, words{}}}
}

// tryAgain is what shows what stands in the way.
var tryAgain = words{"Chạy: gocua backup, rồi xem nó báo gì: đĩa đầy, thư mục không còn, USB đã rút.", "Run: gocua backup, and see what it says: a full disk, a directory that is gone, a stick that was taken out."}
