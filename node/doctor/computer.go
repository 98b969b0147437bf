package doctor

import (
	"fmt"
	"time"
)

// Bounds of the disk, bytes, as node/disk.go stops work at them, and well before.
const (
	roomGood  = 2 << 30
	roomShort = 192 << 20
)

func disk(f Facts) []found {
	const check = "disk"
	mb := f.Free >> 20
	switch {
	case f.Free < 0:
		return []found{{check, Warn, words{"Không biết đĩa còn trống bao nhiêu.", "How much of the disk is free is unknown."},
			words{"Xem bằng công cụ của hệ điều hành.", "Look with the system's own tools."}}}
	case f.Free < roomShort:
		return []found{{check, Fail, words{fmt.Sprintf("Đĩa chỉ còn %d MB: máy ngừng nhận danh sách, rồi ngừng cập nhật sổ.", mb), fmt.Sprintf("The disk has %d MB left: lists are refused, then nothing is applied.", mb)},
			words{"Xóa bớt tệp không phải của gõ cửa (ảnh, bản tải về, thùng rác). Không xóa gì trong thư mục của máy.", "Remove files that are not gocua's (pictures, downloads, the bin). Remove nothing in the machine's directory."}}}
	case f.Free < roomGood:
		return []found{{check, Warn, words{fmt.Sprintf("Đĩa còn %d MB.", mb), fmt.Sprintf("The disk has %d MB left.", mb)},
			words{"Dọn đĩa trong tuần này.", "Make room this week."}}}
	}
	return []found{{check, OK, words{fmt.Sprintf("Đĩa còn trống %d GB.", mb>>10), fmt.Sprintf("The disk has %d GB free.", mb>>10)}, words{}}}
}

// How long a small write may take to reach the disk: an old hard disk takes 20 ms.
const (
	writeSlow = 60 * time.Millisecond
	writeLame = 500 * time.Millisecond
)

func writing(f Facts) []found {
	const check = "fsync"
	ms := max(f.Fsync.Milliseconds(), 1)
	switch {
	case f.Fsync == 0:
		return []found{{check, Fail, words{"Không ghi thử được vào thư mục của máy.", "The machine's directory cannot be written to."},
			words{"Xem đĩa có bị khoá ghi không, và chạy lệnh này bằng quyền của người chạy máy (sudo).", "See whether the disk is read-only, and run this as whoever the machine runs as (sudo)."}}}
	case f.Fsync > writeLame:
		return []found{{check, Fail, words{fmt.Sprintf("Ghi một lần mất %d ms: đĩa sắp hỏng hoặc quá bận.", ms), fmt.Sprintf("One write takes %d ms: the disk is failing or far too busy.", ms)},
			words{"Sao lưu ngay, rồi thay đĩa.", "Make a backup now, then replace the disk."}}}
	case f.Fsync > writeSlow:
		return []found{{check, Warn, words{fmt.Sprintf("Ghi một lần mất %d ms, chậm.", ms), fmt.Sprintf("One write takes %d ms, which is slow.", ms)},
			words{"Xem có phần mềm diệt vi-rút quét thư mục của máy không, và trừ thư mục đó ra.", "See whether a virus scanner looks through the machine's directory, and exclude that."}}}
	}
	return []found{{check, OK, words{fmt.Sprintf("Ghi một lần mất %d ms.", ms), fmt.Sprintf("One write takes %d ms.", ms)}, words{}}}
}

const memoryLeast = 1900 << 20 // bytes that a PC sold with 2 GB reports

func memory(f Facts) []found {
	const check = "memory"
	gb := fmt.Sprintf("%.1f GB", float64(f.Memory)/(1<<30))
	switch {
	case f.Memory == 0:
		return nil
	case f.Memory < memoryLeast:
		return []found{{check, Warn, words{"Máy tính có " + gb + " bộ nhớ, ít hơn 2 GB.", "This computer has " + gb + " of memory, less than 2 GB."},
			words{"Đóng chương trình không dùng; lắp thêm bộ nhớ nếu được.", "Close what is not used; add memory if you can."}}}
	}
	return []found{{check, OK, words{"Bộ nhớ " + gb + ".", gb + " of memory."}, words{}}}
}

func sleeping(f Facts) []found {
	const check = "sleep"
	switch f.Sleep {
	case SleepNever:
		return []found{{check, OK, words{"Máy tính không tự ngủ.", "This computer does not go to sleep."}, words{}}}
	case SleepMay:
		return []found{{check, Warn, words{"Máy tính có thể tự ngủ; khi đó phường khác không nghe được máy này.", "This computer may go to sleep by itself; then the others cannot hear it."},
			words{"Windows: powercfg /change standby-timeout-ac 0. Linux: sudo systemctl mask sleep.target suspend.target hibernate.target hybrid-sleep.target", "Windows: powercfg /change standby-timeout-ac 0. Linux: sudo systemctl mask sleep.target suspend.target hibernate.target hybrid-sleep.target"}}}
	}
	return []found{{check, Warn, words{"Không biết máy tính có tự ngủ không.", "Whether this computer goes to sleep is unknown."},
		words{"Xem phần Nguồn điện trong Cài đặt; chọn không bao giờ ngủ khi cắm điện.", "Look at power in the system's settings; choose never to sleep while plugged in."}}}
}

func starting(f Facts) []found {
	const check = "service"
	if f.Service {
		return []found{{check, OK, words{"Máy tự chạy khi bật máy tính.", "The machine starts with the computer."}, words{}}}
	}
	return []found{{check, Warn, words{"Máy không tự chạy khi bật máy tính.", "The machine does not start with the computer."},
		words{"Chạy: gocua service install", "Run: gocua service install"}}}
}
