package messages

// Kept says why something an import did is not taken back (vì sao giữ nguyên).
func Kept(code string) string { return word(kept, code) }

var kept = map[string]string{
	"changed_since":    "đã có người sửa, hoặc có danh sách khác cập nhật",
	"referred_to":      "đã có lượt đến nhà, hồ sơ hoặc việc đối chiếu",
	"has_members":      "còn người khác trong hộ",
	"number_taken":     "số định danh cũ nay là của người khác",
	"unknown_house":    "hộ cũ không còn",
	"listed_elsewhere": "đã chuyển sang đơn vị khác",
	"unfit":            "giá trị cũ không còn hợp lệ",
}

// Letters names what the letters of a list are written in (bảng mã).
func Letters(encoding string) string { return word(letters, encoding) }

var letters = map[string]string{
	"": "Máy tự nhận", "unicode": "Unicode", "utf-8": "Unicode (UTF-8)", "utf-16le": "Unicode (UTF-16 LE)", "utf-16be": "Unicode (UTF-16 BE)",
	"windows-1258": "Windows-1258", "windows-1252": "Windows-1252", "tcvn3": "TCVN3 (phông .Vn…)", "vni": "VNI (phông VNI-…)",
}

// DateOrder names an order of day and month (ngày trước hay tháng trước).
func DateOrder(order string) string { return word(orders, order) }

var orders = map[string]string{"": "Máy tự nhận", "dmy": "Ngày trước: 05/08 là 5 tháng 8", "mdy": "Tháng trước: 05/08 là 8 tháng 5"}

// ListedField names a field of a resident that a list may change.
func ListedField(field string) string { return word(listedFields, field) }

var listedFields = map[string]string{
	"name": "họ tên", "birth": "ngày sinh", "sex": "giới tính", "personalNumber": "số định danh", "phones": "điện thoại", "household": "hộ",
	"ethnic": "dân tộc", "relation": "quan hệ với chủ hộ", "old": "số CMND",
}
