package messages

import "strings"

// Act names what a token for a program may be for.
func Act(code string) string { return word(acts, code) }

// ActNote says what that gives away.
func ActNote(code string) string { return actNotes[code] }

var acts = map[string]string{
	"see_figures": "đọc con số",
	"see_people":  "đọc danh sách",
	"see_review":  "đọc việc cần đối chiếu",
	"see_machine": "đọc tình trạng máy",
	"capture":     "ghi thay đồng chí",
	"merge":       "gộp hoặc tách phiếu trùng",
}

var actNotes = map[string]string{
	"see_figures": "Báo cáo, chỉ tiêu; không có tên ai",
	"see_people":  "Tên, nơi ở, tình trạng; số được che",
	"see_review":  "Hai bản khác nhau, nghi trùng",
	"see_machine": "Đường truyền, đĩa, số việc chờ",
	"capture":     "Hộ, người, lượt đến nhà, hồ sơ; ký tên đồng chí",
	"merge":       "Hai phiếu của một người; ký tên đồng chí",
}

// Device is what a browser calls itself (User-Agent), as people say it:
// "Chrome trên Windows".
func Device(agent string) string {
	name, on := "", ""
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"coc_coc_browser/", "Cốc Cốc"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, b[0]) {
			name = b[1]
			break
		}
	}
	for _, s := range [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, s[0]) {
			on = " trên " + s[1]
			break
		}
	}
	switch {
	case name == "" && on == "":
		return "Trình duyệt hoặc chương trình khác"
	case name == "":
		name = "Trình duyệt"
	}
	return name + on
}
