// Package sample holds a model for every page in every state it has: as usual,
// empty, refused, cut off. Tests render them all, and /cac-phan shows the parts.
// The people are invented.
//
// It must not be used where a real value is missing. Begin with All.
package sample

import (
	"slices"
	"time"

	"gocua/ui"
)

// State is a page in one state.
type State struct {
	Page  ui.Page
	Name  string
	Model any
}

// All lists every page in every state.
func All() []State {
	return slices.Concat(signIn(), account(), officers(), home(), residents(), exported(), signals(), person(), forms(), registering(), desk(), reviews(), book(), cluster(), audit(), figures(), said(), changedHouseholds(), keptHamlets(), worklists(), wizard(), scanning(), pairs(), lists(), memberPages(), plans())
}

// at is a moment of the sample day, Thursday 10 August 2023, in Vietnam.
func at(clock string) time.Time { return on("10/08/2023", clock) }

func on(day, clock string) time.Time {
	t, err := time.ParseInLocation("02/01/2006 15:04", day+" "+clock, time.FixedZone("+07", 7*60*60))
	if err != nil {
		panic(err)
	}
	return t
}

func now() time.Time { return at("14:07") }

const token = "mau-csrf"

// ward is the shell of an officer's page; leader and province those of others.
func ward(current ui.Section) ui.Shell {
	return ui.Shell{
		Lang: "vi", Unit: "P. Dịch Vọng Hậu", Parent: "Cụm Cầu Giấy",
		Nav: ui.Nav(current, ui.SectionHome, ui.SectionResidents, ui.SectionReview, ui.SectionImport, ui.SectionReport,
			ui.SectionHelp),
		Search: true, User: "Thượng uý Lê Thu Trang", Role: "Cảnh sát khu vực", Officer: "trang", Token: token,
		Link: ui.LinkState{Kind: ui.LinkOK, Text: "Đồng thuận với cụm · tỉnh đã nhận đến 14:05"}, Now: now(), Here: "/",
	}
}

func leader(current ui.Section) ui.Shell {
	s := ward(current)
	s.Unit, s.Parent, s.User, s.Role, s.Officer = "Cụm Cầu Giấy", "Công an TP Hà Nội", "Trung tá Hồ Sĩ Nguyên", "Chỉ huy cụm", "nguyen"
	return s
}

// supervisor is the shell of who finds the officers of a ward in it; admin of
// who manages them and sees nobody else.
func supervisor(current ui.Section) ui.Shell {
	s := ward(current)
	s.Nav = ui.Nav(current, ui.SectionHome, ui.SectionResidents, ui.SectionReview, ui.SectionImport, ui.SectionReport,
		ui.SectionOutbox, ui.SectionMachine, ui.SectionOfficers, ui.SectionHelp)
	s.User, s.Role, s.Officer = "Thiếu tá Phạm Thu Thảo", "Chỉ huy phường", "thao"
	return s
}

func admin(current ui.Section) ui.Shell {
	s := leader(current)
	s.Nav = ui.Nav(current, ui.SectionHome, ui.SectionOutbox, ui.SectionMachine, ui.SectionOfficers, ui.SectionHelp)
	s.User, s.Role, s.Officer, s.Search = "Đại uý Nguyễn Văn Quang", "Quản trị máy", "quang", false
	return s
}

// yours is a shell that asks the officer for something, with a grant that ends.
func yours(s ui.Shell) ui.Shell {
	s.Yours = []ui.Banner{
		{Tone: ui.ToneWarn, Head: "Còn một bước: đặt xác thực hai lớp.", Text: "Phần việc của đồng chí phải có. Đặt xong thì làm việc như thường.", Link: ui.Link{Text: "Đặt ngay", Href: "/bao-mat/hai-lop"}},
		{Text: "Quyền của đồng chí đến hết ngày 15/08/2023, còn 5 ngày. Cần làm tiếp thì báo chỉ huy gia hạn.", Link: ui.Link{Text: "Xem", Href: "/bao-mat"}},
	}
	return s
}

func atProvince(current ui.Section) ui.Shell {
	s := leader(current)
	s.Unit, s.Parent, s.User, s.Role, s.Officer = "Công an TP Hà Nội", "Cấp tỉnh", "Thiếu tá Mạc Thế Vinh", "Cán bộ tỉnh", "vinh"
	s.Nav = ui.Nav(current, ui.SectionHome, ui.SectionProvince, ui.SectionReport, ui.SectionReview, ui.SectionMachine)
	s.Link = ui.LinkState{Kind: ui.LinkOK, Text: "7 trong 8 cụm gửi đều · chuyến cuối 14:06"}
	return s
}

// cut is a shell of a machine without its cluster.
func cut(s ui.Shell) ui.Shell {
	s.Link = ui.LinkState{Kind: ui.LinkCut, Text: "Mất liên lạc với cụm từ 13:20 · 37 hồ sơ chờ trên máy này · vẫn ghi như thường"}
	s.AsOf = "số liệu đến 13:20 · mất liên lạc 47 phút"
	return s
}

func waiting(s ui.Shell) ui.Shell {
	s.Link = ui.LinkState{Kind: ui.LinkWait, Text: "Đang chờ cụm đồng thuận · 3 hồ sơ vừa ghi trên máy này"}
	return s
}

func lagging(s ui.Shell) ui.Shell {
	s.Link = ui.LinkState{Kind: ui.LinkLag, Text: "Đồng thuận với cụm · tỉnh chậm từ 11:40, 212 hồ sơ chờ gửi tỉnh"}
	return s
}

// broken is a shell of a machine that has stopped applying.
func broken(s ui.Shell) ui.Shell {
	s.Link = ui.LinkState{Kind: ui.LinkCut, Text: "Máy này đã ngừng cập nhật sổ cái · vẫn ghi như thường · báo quản trị"}
	s.AsOf = "số liệu đến 13:20 10/08 · máy ngừng cập nhật"
	s.Notices = []ui.Banner{{Tone: ui.ToneWarn, Head: "Máy này đã ngừng cập nhật sổ chung.", Text: "Cụm đã dùng bản mới hơn. Nhờ quản trị cập nhật máy này. Vẫn nhận việc mới và giữ trên máy này; số liệu ở đây là số cũ.", Link: ui.Link{Text: "Xem đường truyền", Href: "/may"}},
		{Tone: ui.ToneWarn, Head: "Đồng hồ máy này nhanh 12 phút so với cụm.", Text: "Việc ghi vẫn giữ đủ và tính theo giờ của cụm. Chỉnh lại ngày giờ của máy.", Link: ui.Link{Text: "Xem đường truyền", Href: "/may"}}}
	return s
}

func flash(s ui.Shell, b ui.Banner) ui.Shell {
	s.Flash = []ui.Banner{b}
	return s
}

func english(s ui.Shell) ui.Shell {
	s.Lang = "en"
	return s
}

func form(action, draft string) ui.Form {
	return ui.Form{Action: action, Token: token, Command: "0198c7a2-7777-7abc-8def-000000000001",
		Record: "0198c7a2-5555-7abc-8def-000000000001", Draft: draft, Cancel: "/nhan-khau"}
}

func settled(n int) ui.Dots { return ui.Dots{At: n, Of: 5} }

func pencil() ui.Dots { return ui.Dots{ID: "0198c7a2-7777-7abc-8def-00000000000a", At: 1, Of: 5} }

func unreadable() *ui.Gap {
	return &ui.Gap{Kind: ui.GapError, Code: "S-214", Link: ui.Link{Text: "Thử lại", Href: "/"}}
}
