package web

import (
	"time"

	"gocua/node/auth"
	"gocua/store/civic"
	"gocua/ui"
)

const (
	securityPath = "/bao-mat"
	secondPath   = "/bao-mat/hai-lop"
)

// setupOf is where somebody goes who has to set something up first.
func setupOf(s auth.Session) string {
	if s.Must == auth.MustSecond {
		return secondPath
	}
	return securityPath
}

// endsSoon is how long before the end of a grant its officer is told.
const endsSoon = 7

// yours says what the officer has to do about the own account, on every page,
// and that the grant ends.
func (q *request) yours() (list []ui.Banner) {
	switch q.session.Must {
	case auth.MustPassword:
		list = append(list, ui.Banner{Tone: ui.ToneWarn, Head: "Còn một bước: đặt mật khẩu mới.", Text: "Đặt xong thì làm việc như thường.", Link: q.unlessHere("Đặt ngay", securityPath)})
	case auth.MustSecond:
		list = append(list, ui.Banner{Tone: ui.ToneWarn, Head: "Còn một bước: đặt xác thực hai lớp.", Text: "Phần việc của đồng chí phải có. Đặt xong thì làm việc như thường.", Link: q.unlessHere("Đặt ngay", secondPath)})
	}
	if days, ok := daysLeft(q.session.Officer, time.Now()); ok && days <= endsSoon {
		list = append(list, ui.Banner{Text: "Quyền của đồng chí đến hết ngày " + dayShown(q.session.Officer.Until) + ", " + left(days) + ". Cần làm tiếp thì báo chỉ huy gia hạn."})
	}
	return list
}

func (q *request) unlessHere(text, href string) ui.Link {
	if q.Path() == href {
		return ui.Link{}
	}
	return ui.Link{Text: text, Href: href}
}

// daysLeft is how many days after today a grant still holds; false: no end.
func daysLeft(o civic.Officer, now time.Time) (int, bool) {
	until, err := time.ParseInLocation(time.DateOnly, o.Until, ict)
	if err != nil {
		return 0, false
	}
	y, m, d := now.In(ict).Date()
	return int(until.Sub(time.Date(y, m, d, 0, 0, 0, 0, ict)).Hours() / 24), true
}

func left(days int) string {
	if days <= 0 {
		return "là hôm nay"
	}
	return "còn " + itoa(days) + " ngày"
}

// dayShown turns "2026-12-31" into "31/12/2026".
func dayShown(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.Format("02/01/2006")
}
