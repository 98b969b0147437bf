package roster

// Reasons for which a row is refused: somebody must look at the paper.
const (
	RefusedNoName  = "no_name"
	RefusedBadName = "bad_name"
	RefusedNumber  = "bad_number"
	RefusedRounded = "number_rounded"
	RefusedBirth   = "bad_birth"
	RefusedThin    = "too_little"
	RefusedLong    = "too_long"
	RefusedGarbled = "garbled"
)

// Notes on rows that went in, with something left out or assumed. The codes of
// civic.NumberWarnings are notes too.
const (
	NotePhone        = "phone_dropped"
	NoteOldNumber    = "old_number"
	NoteHamlet       = "unknown_hamlet"
	NoteTwoDigitYear = "two_digit_year"
	NoteMonthOnly    = "month_only"
	NoteSex          = "bad_sex"
)

// Reasons for which a line is no person and is skipped.
const (
	SkippedTotal     = "total"
	SkippedFooter    = "footer"
	SkippedSection   = "section"
	SkippedTitles    = "titles_again"
	SkippedNumbering = "numbering"
	SkippedOther     = "not_a_person"
)

// reasons are the sentences of the result file.
var reasons = map[string]string{
	RefusedNoName:     "Thiếu họ tên",
	RefusedBadName:    "Họ tên không đọc được",
	RefusedNumber:     "Số định danh không đúng 12 chữ số",
	RefusedRounded:    "Số định danh đã bị Excel làm tròn, mất các chữ số cuối; nhập lại ở dạng văn bản",
	RefusedBirth:      "Ngày sinh không đọc được",
	RefusedThin:       "Thiếu cả số định danh và ngày sinh",
	RefusedLong:       "Nội dung quá dài",
	RefusedGarbled:    "Chữ bị lỗi phông, không đọc được",
	NotePhone:         "Đã nhận, bỏ số điện thoại không đúng",
	NoteOldNumber:     "Đã nhận, chưa có số định danh (chỉ có số CMND)",
	NoteHamlet:        "Đã nhận, chưa rõ tổ/thôn",
	NoteTwoDigitYear:  "Đã nhận, năm sinh chỉ ghi hai chữ số; kiểm tra lại",
	NoteMonthOnly:     "Đã nhận, chỉ lấy năm sinh vì thiếu ngày",
	NoteSex:           "Đã nhận, giới tính không đọc được",
	"number_province": "Đã nhận, mã tỉnh trong số định danh không có trong danh mục",
	"number_century":  "Đã nhận, thế kỷ sinh khác với số định danh",
	"number_year":     "Đã nhận, năm sinh khác với số định danh",
	"number_sex":      "Đã nhận, giới tính khác với số định danh",
	SkippedTotal:      "Dòng tổng cộng",
	SkippedFooter:     "Dòng ký tên, ghi chú cuối trang",
	SkippedSection:    "Dòng tên tổ/thôn",
	SkippedTitles:     "Tiêu đề lặp lại",
	SkippedNumbering:  "Dòng đánh số cột",
	SkippedOther:      "Không phải dòng nhân khẩu",
}

// Reason is the Vietnamese sentence for a code of this package, or the code.
func Reason(code string) string {
	if s, ok := reasons[code]; ok {
		return s
	}
	return code
}
