package messages

import "strings"

// word looks a code up and falls back to the code itself.
func word(in map[string]string, code string) string {
	if w, ok := in[code]; ok {
		return w
	}
	return code
}

// Bucket names a coverage bucket (tình trạng).
func Bucket(code string) string { return word(buckets, code) }

// Ladder lists the buckets of the ladder, lowest first: the place of a bucket
// is the number of rungs it fills, 0 to 7.
func Ladder() []string {
	return []string{"not_reached", "reached", "l1_submitted", "l1_approved", "l2_invited", "l2_captured", "l2_approved", "activated"}
}

// OffLadder lists the other buckets.
func OffLadder() []string { return []string{"blocked", "handed_over", "refused", "excluded"} }

var buckets = map[string]string{
	"not_reached":  "Chưa tiếp cận",
	"reached":      "Đã tiếp cận",
	"l1_submitted": "Đã khai mức 1",
	"l1_approved":  "Đã duyệt mức 1",
	"l2_invited":   "Đã mời mức 2",
	"l2_captured":  "Đã thu nhận mức 2",
	"l2_approved":  "Đã duyệt mức 2",
	"activated":    "Đã kích hoạt",
	"blocked":      "Đang vướng",
	"handed_over":  "Đã chuyển đơn vị khác",
	"refused":      "Từ chối",
	"excluded":     "Ngoài diện",
}

// Stage names a delivery stage, 0 to 5 (chặng).
func Stage(n int) string {
	names := [...]string{"Chưa ghi", "Đã lưu trên máy này", "Cụm đã đồng thuận", "Đã gửi tỉnh", "Tỉnh đã nhận", "Đã có kết quả"}
	if n < 0 || n >= len(names) {
		return "Không rõ"
	}
	return names[n]
}

// State names where a captured command stands in the balance (đối số).
func State(code string) string { return word(states, code) }

var states = map[string]string{
	"waiting":  "Đang chờ",
	"review":   "Cần đối chiếu",
	"rejected": "Không lấy",
	"stays":    "Ở lại cụm",
	"to_send":  "Chờ gửi tỉnh",
	"sent":     "Đã gửi tỉnh",
	"received": "Tỉnh đã nhận",
	"decided":  "Đã có kết quả",
	"parked":   "Tỉnh để riêng",
	"missing":  "Chưa rõ ở đâu",
}

// Stop says why a machine applies nothing any more.
func Stop(code string) string {
	if say, ok := stops[code]; ok {
		return say
	}
	return "Báo quản trị."
}

var stops = map[string]string{
	"differs":      "Sổ ở đây khác sổ của đa số máy. Báo quản trị.",
	"unknown_kind": "Cụm đã dùng bản mới hơn. Nhờ quản trị cập nhật máy này.",
	"unreadable":   "Có dòng trong sổ chung máy này không đọc được. Báo quản trị.",
	"cannot_apply": "Máy này không ghi được xuống sổ. Báo quản trị.",
	"agreement":    "Máy này không theo được cụm. Báo quản trị.",
	"forgotten":    "Máy này chạy từ bản chép cũ, chờ cụm nhận lại. Báo quản trị.",
}

// Choice names what a person made of a review (chốt).
func Choice(code string) string { return word(choices, code) }

var choices = map[string]string{
	"keep":     "Giữ bản cụm đang giữ",
	"take":     "Lấy bản đến sau",
	"edit":     "Lấy bản đến sau, có sửa",
	"not_same": "Không phải cùng một người",
	"followed": "Xem lại theo việc trước đó",
}

// Record names a kind of record (hồ sơ).
func Record(name string) string { return word(records, name) }

var records = map[string]string{
	"unit": "Đơn vị", "setting": "Quy định", "node": "Máy", "officer": "Cán bộ", "target": "Chỉ tiêu", "token": "Thẻ", "glass": "Xem khẩn cấp", "team": "Tổ công tác", "household": "Hộ",
	"resident": "Nhân khẩu", "visit": "Lượt đến nhà", "application": "Hồ sơ mức 1", "activation": "Kích hoạt",
	"review": "Việc đối chiếu", "merged": "Gộp người", "pair": "Hai người khác nhau", "parked": "Hồ sơ tỉnh để riêng", "cluster": "Cụm", "seal": "Chuyến gửi tỉnh", "upstream": "Đường lên tỉnh",
	"parcel": "Chuyến từ cụm", "day": "Ngày làm việc", "looks": "Nhật ký lượt xem", "look_head": "Đầu nhật ký lượt xem",
	"saved_list": "Danh sách đã lưu",
}

// Refusal says why the province set a record aside (vì sao để riêng).
func Refusal(code string) string { return word(refusals, code) }

var refusals = map[string]string{
	"other_cluster": "Tổ, thôn ghi trong hồ sơ thuộc cụm khác. Sửa nơi ở rồi gửi lại.",
	"bad_text":      "Có chữ quá dài hoặc ký tự lạ. Sửa lại chữ rồi gửi.",
	"malformed":     "Máy tỉnh chưa đọc được hồ sơ. Báo quản trị, rồi gửi lại.",
	"unknown_type":  "Máy tỉnh dùng bản cũ, chưa biết loại hồ sơ này. Gửi lại sau khi tỉnh cập nhật.",
	"wrong_lane":    "Hồ sơ đi nhầm luồng. Báo quản trị, rồi gửi lại.",
	"bad_key":       "Mã hồ sơ không hợp lệ. Báo quản trị.",
}

// Kind names a kind of command (việc) as something that was done.
func Kind(name string) string { return word(kinds, name) }

var kinds = map[string]string{
	"cluster.found":      "Lập cụm",
	"cluster.enroll":     "Nhận một cụm vào tỉnh",
	"unit.put":           "Ghi đơn vị hành chính",
	"unit.plan":          "Ghi phương án sắp xếp đơn vị",
	"unit.move":          "Thực hiện sắp xếp đơn vị",
	"setting.put":        "Đổi quy định chung",
	"node.put":           "Ghi nhận một máy",
	"node.deny":          "Thu quyền một máy",
	"officer.put":        "Giao quyền cho cán bộ",
	"officer.self":       "Tự đổi mật khẩu, hai lớp",
	"officer.reset":      "Cấp mã một lần",
	"team.put":           "Ghi tổ công tác",
	"household.edit":     "Sửa hộ",
	"household.split":    "Tách hộ",
	"household.merge":    "Gộp hộ",
	"resident.merge":     "Gộp hai phiếu của một người",
	"resident.unmerge":   "Tách lại thành hai người",
	"pair.dismiss":       "Xem hai người có trùng không",
	"token.put":          "Cấp hoặc thu thẻ",
	"list.save":          "Lưu danh sách",
	"glass.open":         "Mở khẩn cấp",
	"target.set":         "Giao chỉ tiêu",
	"household.put":      "Ghi hộ mới",
	"resident.put":       "Ghi nhân khẩu mới",
	"resident.edit":      "Sửa thông tin",
	"visit.record":       "Lượt đến nhà",
	"application.submit": "Khai mức 1",
	"activation.record":  "Ghi kích hoạt",
	"roster.page":        "Nhập danh sách",
	"review.resolve":     "Đối chiếu xong",
	"upstream.seal":      "Đóng chuyến gửi tỉnh",
	"upstream.resend":    "Gửi lại hồ sơ lên tỉnh",
	"upstream.receipt":   "Tỉnh báo nhận",
	"parcel.receive":     "Nhận chuyến từ cụm",
	"digest.mark":        "So sổ giữa các máy",
	"day.open":           "Mở ngày mới",
	"audit.looks":        "Gộp nhật ký lượt xem",
	"roster.undo":        "Hoàn tác danh sách",
	"node.vote":          "Giao hoặc thôi quyền bỏ phiếu của máy",
	"cluster.rebuild":    "Dựng lại cụm sau khi mất máy",
}

// Role names a role.
func Role(code string) string { return word(roles, code) }

var roles = map[string]string{
	"helper":     "Người giúp việc tối nay",
	"officer":    "Cảnh sát khu vực",
	"station":    "Cán bộ quầy",
	"supervisor": "Chỉ huy phường",
	"leader":     "Chỉ huy cụm",
	"province":   "Cán bộ tỉnh",
	"auditor":    "Thanh tra",
	"admin":      "Quản trị máy",
}

// Team names whose people a team is made of (tổ công tác).
func Team(code string) string { return word(teams, code) }

var teams = map[string]string{
	"mixed":   "Liên ngành",
	"police":  "Cảnh sát khu vực",
	"youth":   "Đoàn thanh niên",
	"women":   "Hội phụ nữ",
	"digital": "Tổ công nghệ số cộng đồng",
}

// Plan says how far a plan of wards is (phương án sắp xếp đơn vị).
func Plan(state string) string { return word(plans, state) }

var plans = map[string]string{
	"draft":   "Nháp",
	"agreed":  "Đã thống nhất",
	"moving":  "Đang thực hiện",
	"done":    "Đã xong",
	"undoing": "Đang hoàn tác",
	"undone":  "Đã hoàn tác",
	"dropped": "Đã bỏ",
}

// PlanStep names the step that leads to that state.
func PlanStep(state string) string { return word(planSteps, state) }

var planSteps = map[string]string{
	"draft":   "Lập",
	"agreed":  "Thống nhất",
	"moving":  "Thực hiện",
	"done":    "Xong",
	"undoing": "Hoàn tác",
	"undone":  "Như cũ",
}

// Indicator names a figure of the report (chỉ tiêu).
func Indicator(code string) string { return word(indicators, code) }

var indicators = map[string]string{
	"eligible":               "Thuộc diện",
	"people":                 "Nhân khẩu",
	"visited":                "Lượt đến nhà",
	"reached":                "Đã tiếp cận",
	"captured":               "Đã thu nhận",
	"activated":              "Đã kích hoạt",
	"l1_captured":            "Đã khai mức 1",
	"l1_approved":            "Đã duyệt mức 1",
	"l2_captured":            "Đã thu nhận mức 2",
	"l2_approved":            "Đã duyệt mức 2",
	"captured_of_target":     "Thu nhận ÷ chỉ tiêu",
	"activated_of_target":    "Kích hoạt ÷ chỉ tiêu",
	"activated_of_captured":  "Kích hoạt ÷ thu nhận",
	"covered_of_eligible":    "Độ phủ trên người thuộc diện",
	"cards":                  "Đã có thẻ gắn chip",
	"cases":                  "Vụ việc đang mở",
	"sim_needed":             "Cần SIM",
	"sim_given":              "Đã cấp SIM",
	"excluded":               "Ngoài diện",
	"review":                 "Cần đối chiếu",
	"waiting":                "Chờ trên máy này",
	"target":                 "Chỉ tiêu",
	"needed_per_day":         "Cần mỗi ngày",
	"done_per_day_past_week": "7 ngày qua, mỗi ngày",
}

// Signal names what a supervisor may want to look at again (cần xem lại): what
// is unusual, never why.
func Signal(code string) string { return word(signals, code) }

var signals = map[string]string{
	"burst":  "Nhiều lượt ghi trong thời gian ngắn",
	"rhythm": "Các lượt ghi cách đều nhau",
	"phone":  "Một số điện thoại cho nhiều hộ",
	"places": "Hai tổ, thôn gần như cùng lúc",
}

// Format names a kind of file a list is exported as (dạng tệp).
func Format(code string) string {
	return word(map[string]string{"xlsx": "Bảng tính Excel (XLSX)", "csv": "Văn bản (CSV, dấu phẩy)", "csv_semicolon": "Văn bản (CSV, dấu chấm phẩy)"}, code)
}

// Sex names a sex.
func Sex(code string) string { return word(map[string]string{"male": "nam", "female": "nữ"}, code) }

// Way names how an identity was activated (cách kích hoạt).
func Way(code string) string { return word(ways, code) }

var ways = map[string]string{"app": "Qua ứng dụng", "web": "Trên trang web", "assisted": "Cán bộ hỗ trợ"}

// Mode names how a household was reached (cách tiếp cận).
func Mode(code string) string { return word(modes, code) }

var modes = map[string]string{"door": "Tại nhà", "phone": "Gọi điện", "point": "Tại điểm lưu động"}

// Relation names whose SIM it is, seen from the person (SIM đứng tên ai).
func Relation(code string) string { return word(relations, code) }

// Relations lists them in the order a form offers them.
func Relations() []string {
	return []string{"self", "spouse", "child", "parent", "sibling", "relative", "other"}
}

var relations = map[string]string{
	"self":     "Chính chủ",
	"spouse":   "Vợ, chồng",
	"child":    "Con",
	"parent":   "Cha, mẹ",
	"sibling":  "Anh, chị, em",
	"relative": "Họ hàng",
	"other":    "Người khác",
}

// Field names a field of a form, by its id; "" for one it does not know.
func Field(id string) string { return fields[strings.TrimPrefix(id, "edit-")] }

var fields = map[string]string{
	"node":           "Tên máy",
	"team":           "Tên tổ",
	"kind":           "Thành phần",
	"members":        "Người trong tổ",
	"hamlets":        "Đi những tổ, thôn",
	"user":           "Tên đăng nhập",
	"old":            "Mật khẩu đang dùng",
	"again":          "Gõ lại",
	"role":           "Phần việc",
	"from":           "Từ ngày",
	"until":          "Đến hết ngày",
	"lost":           "Thay cho gì",
	"scope":          "Được làm gì",
	"glass-reason":   "Lý do",
	"password":       "Mật khẩu",
	"code":           "Mã",
	"name":           "Họ tên",
	"personalNumber": "Số định danh",
	"birth":          "Ngày sinh",
	"sex":            "Giới tính",
	"phone":          "Điện thoại",
	"phones-0":       "Điện thoại",
	"relation":       "SIM đứng tên ai",
	"confirm":        "Đọc lại",
	"household":      "Hộ",
	"hamlet":         "Tổ, thôn",
	"address":        "Địa chỉ",
	"way":            "Cách kích hoạt",
	"at":             "Ngày",
	"mode":           "Cách gặp",
	"note":           "Ghi chú",
	"reason":         "Lý do",
	"outcome":        "Kết quả",
	"visit-outcome":  "Kết quả",
	"to-hamlet":      "Chuyển đến tổ, thôn",
	"choice":         "Cách chốt",
	"head":           "Chủ hộ",
	"phones":         "Điện thoại",
	"number":         "Số định danh",
	"reason-other":   "Lý do khác",
	"next":           "Nên đến lại",
	"file":           "Tệp",
	"format":         "Dạng tệp",
	"unit":           "Nhập vào",
	"movers":         "Ai ra ở riêng",
	"headLeft":       "Chủ hộ cũ",
	"into":           "Gộp vào hộ",
	"hamlet-name":    "Tên tổ, thôn",
	"lacks":          "Nơi này không có",
	"wards":          "Nhập toàn bộ",
	"parts":          "Tổ, thôn",
	"goers":          "Cán bộ đi theo",
	"target":         "Đơn vị nhận",
	"ward-name":      "Tên sau sắp xếp",
	"scan":           "Thẻ",
	"list":           "Tên danh sách",
}
