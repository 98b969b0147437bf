package messages

import "fmt"

// Error is the text of an error code in a language. English is the message the
// error itself brings; so is Vietnamese for a code not listed here.
func Error(l Lang, code, message string) string {
	if vi, ok := errorTexts[code]; ok && l != English {
		return vi
	}
	return message
}

// SlowDown says how long to wait after too many wrong passwords or codes.
func SlowDown(l Lang, seconds int) string {
	vi, en := fmt.Sprintf("%d giây", seconds), fmt.Sprintf("%d seconds", seconds)
	if seconds >= 120 {
		vi, en = fmt.Sprintf("%d phút", (seconds+59)/60), fmt.Sprintf("%d minutes", (seconds+59)/60)
	}
	if l == English {
		return "Too many wrong tries. Wait " + en + ", then try again."
	}
	return "Gõ sai nhiều lần. Đợi " + vi + " rồi thử lại."
}

// ErrorCodes lists the codes that have a Vietnamese text, in no order.
func ErrorCodes() []string {
	codes := make([]string, 0, len(errorTexts))
	for c := range errorTexts {
		codes = append(codes, c)
	}
	return codes
}

var errorTexts = map[string]string{
	// of the request itself
	"journal_failed":  "Máy này chưa ghi được nhật ký lượt xem nên không cho xem. Báo quản trị.",
	"journal_closed":  "Máy này đang tắt. Mở lại rồi xem.",
	"look_gap":        "Nhật ký lượt xem của một máy không nối tiếp được. Báo quản trị.",
	"look_chain":      "Nhật ký lượt xem của một máy không khớp chuỗi. Báo quản trị.",
	"other_node":      "Máy chỉ gửi nhật ký của chính nó. Báo quản trị.",
	"bad_look":        "Nhật ký lượt xem có mục sai. Báo quản trị.",
	"bad_hash":        "Mã chuỗi nhật ký sai. Báo quản trị.",
	"internal":        "Máy này vừa gặp lỗi, chưa ghi. Thử lại, nếu vẫn lỗi báo quản trị.",
	"malformed":       "Phiếu gửi lên bị thiếu hoặc hỏng. Tải lại trang rồi ghi lại.",
	"wrong_type":      "Ô này ghi sai dạng. Xem ví dụ dưới ô rồi gõ lại.",
	"unknown_field":   "Phiếu có ô mà máy này chưa biết. Tải lại trang.",
	"unknown_kind":    "Máy này chưa biết loại việc này. Cần bản mới hơn.",
	"too_large":       "Việc này đổi quá nhiều hồ sơ một lúc. Chia nhỏ rồi làm lại.",
	"id_reused":       "Phiếu này đã được ghi với nội dung khác. Xem lại rồi bấm ghi một lần nữa.",
	"names_building":  "Máy vừa bật, đang dựng chỉ mục tên. Thử lại sau ít giây; gõ đủ số định danh hoặc số điện thoại thì tìm được ngay.",
	"stale":           "Máy này chưa đuổi kịp cụm. Thử lại sau ít giây.",
	"unavailable":     "Chưa làm được lúc này. Thử lại sau ít phút.",
	"unauthorized":    "Đồng chí cần vào làm việc trước.",
	"bad_credentials": "Tên hoặc mật khẩu chưa đúng.",
	"busy":            "Đang nhiều người vào cùng lúc. Đợi vài giây rồi thử lại.",
	"password_name":   "Mật khẩu không được chứa tên đơn vị hay tên chương trình.",
	"bad_date":        "Ngày chưa đúng. Ghi dd/mm/yyyy; ngày cuối không trước ngày đầu.",
	"not_signed_in":   "Đồng chí cần vào làm việc trước.",
	"forged":          "Phiếu này gửi từ trang khác, máy không nhận. Mở lại trang rồi ghi.",
	"code_used":       "Mã này đã dùng rồi. Đợi mã mới hiện trên điện thoại rồi gõ.",
	"ticket_over":     "Để lâu quá hoặc gõ sai nhiều lần. Gõ lại tên và mật khẩu.",
	"lease_over":      "Máy này mất liên lạc với cụm quá lâu, chưa cho vào mới. Xin chỉ huy cấp mã một lần, hoặc nối lại mạng.",
	"second_required": "Cần thêm mã xác thực hai lớp.",
	"second_setup":    "Đặt xác thực hai lớp trước, rồi làm việc như thường.",
	"password_setup":  "Đặt mật khẩu mới trước, rồi làm việc như thường.",
	"no_setup":        "Chưa đặt xong từ trước. Làm lại từ bước quét hình.",
	"no_second":       "Tài khoản này chưa có xác thực hai lớp.",
	"second_needed":   "Phần việc này phải có xác thực hai lớp.",
	"bad_password":    "Mật khẩu của đồng chí chưa đúng.",
	"password_same":   "Đây là mật khẩu đang dùng. Chọn mật khẩu khác.",
	"not_again":       "Hai lần gõ chưa giống nhau. Gõ lại.",
	"no_scope":        "Chọn ít nhất một việc.",
	"no_lost":         "Chọn mã này thay cho gì.",
	"own_account":     "Việc này của tài khoản mình thì nhờ người khác làm.",
	"own_pages":       "Việc này chỉ làm ở trang Bảo mật hoặc Cán bộ.",
	"token_scope":     "Thẻ này không dùng được cho việc đó.",
	"not_yours":       "Thẻ này của người khác.",
	"slow_down":       "Gõ sai mật khẩu nhiều lần. Đợi ít phút rồi thử lại.",
	"bad_cursor":      "Chỗ này trong danh sách không còn. Xem lại từ đầu.",
	"no_leader":       "Cụm đang chọn máy dẫn dắt. Việc đã lưu trên máy này, máy tự gửi sau.",
	"not_leader":      "Máy này không dẫn dắt cụm. Thử lại sau ít giây.",
	"not_founded":     "Sổ còn trống. Đợi máy sẵn sàng.",
	"waiting":         "Đã lưu trên máy này, đang chờ cụm đồng thuận.",
	"closed":          "Máy này đang tắt. Việc đã báo lưu vẫn còn nguyên.",
	"closing":         "Máy này đang tắt. Việc đã báo lưu vẫn còn nguyên.",
	"disk_full":       "Đĩa của máy này đã đầy, chưa ghi được. Báo quản trị ngay.",
	"disk_failed":     "Đĩa của máy này có lỗi, chưa ghi được. Báo quản trị ngay.",
	"disk_low":        "Đĩa của máy này sắp đầy, chưa nhận danh sách. Dọn bớt đĩa rồi nhập lại.",
	"locked":          "Tài khoản đang khoá tạm. Đợi hết giờ khoá hoặc nhờ chỉ huy mở.",
	"bad_token":       "Trang này mở đã lâu, máy chưa ghi gì. Bấm ghi một lần nữa.",
	"too_many":        "Nhiều quá số được ghi một lần.",
	"export_soon":     "Mỗi phút một bản xuất. Đợi một phút rồi xuất lại.",
	"export_large":    "Danh sách dài quá. Lọc theo tổ, thôn hoặc tình trạng rồi xuất.",
	"rate_limited":    "Gửi nhanh quá. Đợi ít giây rồi thử lại.",

	// of a person's rights
	"forbidden":       "Đồng chí chưa được làm việc này.",
	"outside_unit":    "Người hoặc hộ này thuộc đơn vị khác. Cần phối hợp thì lập phiếu chuyển.",
	"no_grant":        "Đồng chí chưa được giao quyền ở máy này.",
	"denied_node":     "Máy này đã bị thu quyền. Hồ sơ vẫn giữ, chờ chỉ huy xem.",
	"role":            "Phần việc của đồng chí chưa gồm việc này.",
	"actor_expired":   "Quyền của đồng chí chưa đến ngày hoặc đã hết hạn. Việc đã ghi vẫn giữ; báo chỉ huy.",
	"reason_short":    "Ghi rõ lý do, ít nhất 10 ký tự.",
	"inside_unit":     "Người hoặc hộ này thuộc đơn vị của đồng chí, mở xem như thường.",
	"actor_revoked":   "Đồng chí đã thôi quyền ở đây. Hồ sơ vẫn giữ, chờ chỉ huy xem.",
	"unknown_officer": "Chưa có cán bộ này trong sổ.",
	"unknown_node":    "Máy này chưa vào cụm. Hồ sơ vẫn giữ, báo quản trị.",
	"wrong_machine":   "Việc này không làm được ở máy này. Làm ở máy của đơn vị đồng chí, hoặc cấp trên.",
	"bad_signature":   "Chữ ký của máy gửi không đúng. Hồ sơ vẫn giữ, báo quản trị.",
	"machine_only":    "Việc này chỉ máy tự làm.",
	"team_taken":      "Đơn vị đã có một tổ công tác tên này.",
	"outside_team":    "Tổ công tác gồm cán bộ và tổ, thôn của đơn vị mình. Bỏ chọn người hoặc tổ, thôn ở nơi khác.",
	"team_changed":    "Tổ này vừa có người đổi. Dưới đây là bản đồng chí gõ: xem lại rồi ghi lần nữa thì thay bản kia.",
	"unknown_team":    "Không có tổ công tác này.",
	"team_large":      "Một tổ công tác có nhiều nhất 30 người.",
	"team_wide":       "Một tổ công tác đi nhiều nhất 50 tổ, thôn.",
	"user_taken":      "Tên đăng nhập này đã có người dùng.",
	"password_short":  "Mật khẩu ngắn quá.",
	"password_long":   "Mật khẩu dài quá.",
	"password_common": "Mật khẩu này dễ đoán. Chọn mật khẩu khác.",
	"password_text":   "Mật khẩu có ký tự không dùng được.",
	"password_user":   "Mật khẩu không được chứa tên đăng nhập.",
	"bad_second":      "Mã chưa đúng, đã dùng rồi hoặc đã hết hạn. Xem lại mã rồi gõ.",
	"unknown_token":   "Không có thẻ này.",
	"bad_secret":      "Máy gửi lên sai dạng. Tải lại trang.",

	// of one field
	"required":        "Ô này chưa ghi.",
	"too_long":        "Dài quá. Ghi ngắn lại.",
	"bad_choice":      "Chọn một trong các mục có sẵn.",
	"bad_id":          "Mã này không đúng dạng. Tải lại trang.",
	"bad_code":        "Mã đơn vị không đúng.",
	"bad_user":        "Tên đăng nhập có 2 đến 24 chữ thường, số, dấu chấm, gạch ngang.",
	"bad_birth":       "Ngày sinh chưa đúng. Ghi ngày/tháng/năm, hoặc chỉ năm sinh.",
	"bad_number":      "Số định danh cần đủ 12 số. Quét lại thẻ hoặc gõ thêm số còn thiếu.",
	"bad_phone":       "Số điện thoại chưa đúng. Số di động có 10 số, bắt đầu bằng 0.",
	"bad_time":        "Giờ chưa đúng dạng.",
	"bad_day":         "Ngày chưa đúng. Ghi ngày/tháng/năm.",
	"not_read_back":   "Chưa đọc lại cùng người dân.",
	"no_outcome":      "Chưa chọn kết quả. Bấm một nút.",
	"no_reason":       "Chọn lý do, hoặc ghi lý do khác.",
	"bad_name":        "Họ tên chưa đúng. Ghi như trên thẻ căn cước.",
	"twice":           "Ô này được sửa hai lần trong một phiếu.",
	"secret":          "Ô này không nhận mã OTP, mật khẩu hay mã 6 số. Xoá giúp rồi ghi lại.",
	"no_change":       "Chưa có ô nào được sửa.",
	"bad_period":      "Kỳ chưa đúng. Ghi năm, tháng, hoặc từ ngày đến ngày.",
	"out_of_range":    "Số này nằm ngoài khoảng cho phép.",
	"unknown_format":  "Chưa đọc được tệp này. Dùng XLSX hoặc CSV.",
	"xls_unsupported": "Tệp XLS đời cũ chưa đọc được. Lưu lại thành XLSX rồi nhập.",
	"xlsx_locked":     "Tệp có mật khẩu. Bỏ mật khẩu, lưu lại rồi nhập.",
	"bad_xlsx":        "Tệp XLSX bị hỏng. Mở bằng Excel, lưu lại rồi nhập.",
	"bad_csv":         "Tệp CSV bị hỏng. Lưu lại rồi nhập.",
	"no_sheet":        "Tệp không có trang tính nào.",
	"no_header":       "Không thấy dòng tên cột. Cần ít nhất cột họ tên và cột ngày sinh.",
	"too_wide":        "Tệp có quá nhiều cột, không giống danh sách dân cư.",
	"zip_bomb":        "Tệp lớn khác thường. Chép danh sách sang tệp mới rồi nhập.",
	"cut_short":       "Tệp gửi lên bị thiếu. Nhập lại.",
	"unknown_import":  "Máy này không có lần nhập đó.",
	"future":          "Ngày này còn ở phía trước.",
	"unknown_unit":    "Chưa có đơn vị này trong sổ.",

	// of the register
	"not_found":         "Không còn trong sổ, hoặc chưa đến máy này.",
	"unknown_reference": "Phiếu nhắc đến hồ sơ chưa có trong sổ.",
	"exists":            "Hồ sơ này đã có trong sổ.",
	"number_taken":      "Số định danh này đang là của người khác. Hồ sơ đã vào danh sách đối chiếu.",
	"already_submitted": "Người này đã có hồ sơ mức 1.",
	"already_activated": "Người này đã kích hoạt rồi.",
	"changed_beside":    "Có người vừa sửa ô này. Xem giá trị mới bên cạnh.",
	"changed_meanwhile": "Có người vừa sửa ô này. Xem hai bản cạnh nhau.",
	"unknown_household": "Hộ này không có trong sổ, hoặc chưa đến máy này.",
	"unknown_resident":  "Người này không có trong sổ, hoặc chưa đến máy này.",
	"unknown_hamlet":    "Tổ, thôn này không có trong sổ.",
	"unknown_record":    "Hồ sơ này không có trong sổ, hoặc chưa đến máy này.",
	"unknown_parent":    "Việc trước đó chưa đến máy này.",
	"unknown_person":    "Không tìm thấy người này trong sổ.",
	"moved_already":     "Người này đã chuyển sang hộ khác.",
	"parent_open":       "Chờ việc trước đó được đối chiếu xong.",
	"loop":              "Đơn vị không thể nằm trong chính nó.",
	"duplicate":         "Nghi trùng với người đã có trong sổ.",
	"fork":              "Hai chuyến khác nhau cùng một số. Đã dừng, chờ người xem.",
	"other_person":      "Cùng số định danh nhưng khác người. Chờ đối chiếu.",
	"merged":            "Người này đã được chốt là cùng một người với người khác trong sổ.",
	"excluded":          "Người này đã ra khỏi diện của chiến dịch.",
	"moved":             "Người hoặc hộ này đã chuyển sang phường khác.",
	"parent_set_aside":  "Việc trước đó đã được cất riêng, không ghi vào sổ.",
	"already_resolved":  "Việc này đã có người chốt. Xem quyết định ở trên.",
	"not_this_choice":   "Không chốt được theo cách này. Chọn cách khác, hoặc nhờ chỉ huy cụm.",
	"no_body":           "Nội dung không còn ở đây. Nhập lại danh sách, hoặc giữ bản cụm đang giữ.",
	"no_choice":         "Chưa chọn cách chốt.",
}

// Review says in words why something waits for a person (vì sao cần đối chiếu).
func Review(code string) string { return word(reviews, code) }

var reviews = map[string]string{
	"changed_meanwhile": "Hai người cùng sửa một ô",
	"unknown_household": "Nhắc đến hộ không có trong sổ",
	"unknown_resident":  "Nhắc đến người không có trong sổ",
	"unknown_parent":    "Việc trước đó chưa đến",
	"actor_expired":     "Quyền của người ghi chưa đến ngày hoặc đã hết hạn",
	"actor_revoked":     "Người ghi không còn quyền ở đây",
	"own_account":       "Tự cấp mã cho chính mình",
	"unknown_officer":   "Người ghi không có trong sổ",
	"unknown_node":      "Máy ghi không thuộc cụm",
	"wrong_machine":     "Người ghi không làm việc ở máy đó",
	"bad_signature":     "Chữ ký của máy ghi không đúng",
	"role":              "Phần việc của người ghi không gồm việc này",
	"number_taken":      "Số định danh đang là của người khác",
	"other_person":      "Cùng số định danh, khác người",
	"duplicate":         "Nghi trùng với người đã có",
	"exists":            "Ghi hai lần với nội dung khác nhau",
	"already_submitted": "Đã có hồ sơ mức 1 từ trước",
	"already_activated": "Đã kích hoạt từ trước",
	"parent_open":       "Chờ việc trước đó đối chiếu xong",
	"forbidden":         "Người ghi không còn quyền ở đây",
	"team_taken":        "Đơn vị đã có tổ công tác tên này",
	"outside_team":      "Có người hoặc tổ, thôn ngoài đơn vị của tổ công tác",
	"outside_unit":      "Người hoặc hộ thuộc đơn vị khác",
	"no_grant":          "Người ghi không còn quyền ở đây",
	"denied_node":       "Máy ghi đã bị thu quyền",
	"not_found":         "Nhắc đến hồ sơ không có trong sổ",
	"id_reused":         "Một mã phiếu, hai nội dung",
	"refused_upstream":  "Tỉnh trả lại",
	"fork":              "Hai chuyến khác nhau cùng một số",
	"rejected":          "Đã báo lưu nhưng cụm không nhận",
	"merged":            "Sửa một người đã chốt là trùng",
	"excluded":          "Người này đã ra khỏi diện",
	"moved":             "Người hoặc hộ đã chuyển phường",
	"parent_set_aside":  "Việc trước đó đã cất riêng",
	"already_resolved":  "Hai người cùng chốt một việc",
	"too_large":         "Đổi quá nhiều hồ sơ một lúc",
	"unknown_hamlet":    "Nhắc đến tổ, thôn không có trong sổ",
	"no_body":           "Nội dung không còn ở đây",
}
