// Package messages holds the words of the program: in Vietnamese and English
// what stands around every page and in errors (Text), in Vietnamese what the
// codes of the domain are called (buckets, outcomes, kinds, reasons).
//
// It must not know pages, records or requests: it maps codes, written as in the
// API, to words. A code it does not know comes back as it is, so a newer node's
// record still shows.
//
// Begin with Text, then codes.go. Wording: DESIGN.md of package ui.
package messages

import "fmt"

// Lang is a language of the interface.
type Lang string

const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Parse reads a language as it stands in an address or a cookie; anything
// unknown is Vietnamese.
func Parse(s string) Lang {
	if Lang(s) == English {
		return English
	}
	return Vietnamese
}

// Other is the language one may change to.
func (l Lang) Other() Lang {
	if l == English {
		return Vietnamese
	}
	return English
}

// T finds the text of a key in a language. An unknown key is an error: a
// mistake in a template, found by its test.
func T(l Lang, key string) (string, error) {
	text, ok := texts[key]
	if !ok {
		return "", fmt.Errorf("messages: there is no text %q", key)
	}
	if l == English {
		return text.en, nil
	}
	return text.vi, nil
}

// Keys lists every key T knows, in no order.
func Keys() []string {
	keys := make([]string, 0, len(texts))
	for k := range texts {
		keys = append(keys, k)
	}
	return keys
}

type text struct{ vi, en string }

var texts = map[string]text{

	"nav.label":     {"Các mục", "Sections"},
	"nav.home":      {"Hôm nay", "Today"},
	"nav.residents": {"Nhân khẩu", "Residents"},
	"nav.review":    {"Đối chiếu", "Review"},
	"nav.import":    {"Nhập", "Import"},
	"nav.report":    {"Giao ban", "Report"},
	"nav.province":  {"Các cụm", "Clusters"},
	"nav.audit":     {"Nhật ký", "Audit"},
	"nav.machine":   {"Đường truyền", "Link"},
	"nav.outbox":    {"Sổ chờ", "Waiting"},
	"nav.officers":  {"Cán bộ", "Officers"},
	"nav.help":      {"Hướng dẫn", "Help"},

	"shell.skip":     {"Đến nội dung chính", "Skip to the main content"},
	"shell.search":   {"Tìm người: tên, năm sinh, điện thoại hoặc 6 số cuối", "Find a person: name, year of birth, phone or last 6 digits"},
	"shell.hint":     {"Tìm người", "Find a person"},
	"shell.out":      {"Ra", "Sign out"},
	"shell.in":       {"Vào làm việc", "Sign in"},
	"shell.see":      {"Xem", "See"},
	"shell.language": {"English", "Tiếng Việt"},
	"shell.account":  {"Mật khẩu, hai lớp, phiên", "Password, second factor, sessions"},
	"shell.home":     {"Trang hôm nay", "Today's page"},

	"message.no_page":         {"Không có trang này", "There is no such page"},
	"message.no_page.say":     {"Địa chỉ đã đổi hoặc gõ thiếu. Tìm lại bằng ô tìm người, hoặc về trang hôm nay.", "The address has changed or is incomplete. Use the search box, or go to today's page."},
	"message.not_found":       {"Không tìm thấy", "Not found"},
	"message.not_found.say":   {"Tìm lại bằng ô tìm người, hoặc về trang hôm nay.", "Use the search box, or go to today's page."},
	"message.forbidden":       {"Đồng chí chưa được xem mục này", "You may not see this"},
	"message.forbidden.say":   {"Mục này thuộc đơn vị hoặc phần việc khác. Cần phối hợp thì báo chỉ huy.", "This belongs to another unit or duty. If you need it, ask your supervisor."},
	"message.internal":        {"Máy này vừa gặp lỗi", "Something went wrong on this machine"},
	"message.internal.say":    {"Những gì đã báo “đã lưu” vẫn còn nguyên. Thử lại, nếu vẫn lỗi báo quản trị kèm mã.", "Whatever was reported as saved is safe. Try again; if it fails again, tell the administrator the code."},
	"message.unavailable":     {"Chưa đọc được lúc này", "Not available just now"},
	"message.unavailable.say": {"Máy đang đuổi kịp cụm hoặc đang mất liên lạc. Thử lại sau ít giây; việc ghi vẫn làm như thường.", "This machine is catching up or is cut off. Try again in a few seconds; recording works as usual."},
	"message.expired":         {"Trang này mở đã lâu", "This page was open for too long"},
	"message.expired.say":     {"Để an toàn, máy chưa ghi gì. Quay lại, bản nháp vẫn còn, rồi ghi lại một lần nữa.", "To be safe nothing was recorded. Go back, the draft is still there, and save it once more."},
	"message.again":           {"Thử lại", "Try again"},
	"message.home":            {"Về trang hôm nay", "Go to today's page"},
	"message.back":            {"Quay lại", "Back"},
	"message.code":            {"Mã báo quản trị", "Code for the administrator"},
	"message.kept":            {"Việc đang ghi không mất: bản nháp nằm trên máy này.", "What you were writing is not lost: the draft is on this machine."},
}
