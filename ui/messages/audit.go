package messages

// LookAct names what somebody did who looked at people's data (lượt xem).
func LookAct(act string) string { return word(lookActs, act) }

var lookActs = map[string]string{
	"view":          "Xem",
	"reveal":        "Xem đủ số",
	"search":        "Tìm người",
	"list":          "Xem danh sách",
	"export":        "Tải về",
	"glass":         "Xem ngoài địa bàn",
	"signin":        "Vào làm việc",
	"signin_failed": "Vào không được",
	"signout":       "Ra",
	"session_ended": "Đóng một phiên khác",
	"second_factor": "Đổi lớp xác thực thứ hai",
	"gone":          "Lượt xem không đọc được nữa",
}

// LookQuery names the list or the field that was looked at.
func LookQuery(code string) string { return word(lookQueries, code) }

var lookQueries = map[string]string{
	"personalNumber": "Số định danh",
	"phones":         "Điện thoại",
	"numbers":        "Mọi số, qua chương trình",
	"residents":      "Nhân khẩu",
	"reviews":        "Việc cần đối chiếu",
	"signals":        "Việc cần xem lại",
	"applications":   "Hồ sơ",
	"own_captures":   "Việc mình vừa ghi",
	"chua-co-so":     "Người chưa có số định danh",
	"chua-ro-cho-o":  "Người chưa vào hộ nào",
	"sap-14":         "Người sắp hoặc vừa đủ 14 tuổi",
	"outbox":         "Sổ chờ của máy",
	"import_result":  "Kết quả nhập danh sách",
	"import_preview": "Xem thử danh sách",
	"import_kept":    "Giữ lại khi hoàn tác lần nhập",
	"print_sheet":    "Phiếu tuyến",
	"alike":          "Người trùng với điều vừa ghi",
	"several":        "Việc cho nhiều người",
}

// AuditKinds are the kinds of lines the audit log can be narrowed to.
func AuditKinds() []string { return []string{"", "changes", "looks", "signins"} }

// AuditKind names one of them.
func AuditKind(code string) string { return word(auditKinds, code) }

var auditKinds = map[string]string{"": "Mọi việc", "changes": "Thay đổi", "looks": "Lượt xem", "signins": "Ra vào"}

// AuditHours are the times of day it can be narrowed to.
func AuditHours() []string { return []string{"", "ngay", "dem"} }

// AuditHour names one of them.
func AuditHour(code string) string { return word(auditHours, code) }

var auditHours = map[string]string{"": "Cả ngày", "ngay": "6 giờ đến 19 giờ", "dem": "19 giờ đến 6 giờ"}
