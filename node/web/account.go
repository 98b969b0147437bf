package web

import (
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// accountRoutes are the first run and the pages of one's own account.
func (s *site) accountRoutes() []route {
	return []route{
		{"GET", "/lan-dau", "", "nobody is in the register yet who could sign in", s.firstForm},
		{"POST", "/lan-dau", "", "the code from the console says who it is", s.firstAdmin},

		{"GET", securityPath, auth.OwnAccount, "", s.security},
		{"POST", "/bao-mat/mat-khau", auth.OwnAccount, "", s.setPassword},
		{"GET", secondPath, auth.OwnAccount, "", s.secondForm},
		{"POST", secondPath, auth.OwnAccount, "", s.finishSecond},
		{"POST", "/bao-mat/doi-hai-lop", auth.OwnAccount, "", s.replaceSecond},
		{"GET", "/bao-mat/bo-hai-lop", auth.OwnAccount, "", s.dropForm},
		{"POST", "/bao-mat/bo-hai-lop", auth.OwnAccount, "", s.drop},
		{"GET", "/bao-mat/ma-du-phong", auth.OwnAccount, "", s.recoveryForm},
		{"POST", "/bao-mat/ma-du-phong", auth.OwnAccount, "", s.recovery},

		{"GET", "/phien", auth.OwnAccount, "", s.sessions},
		{"POST", "/phien", auth.OwnAccount, "", s.endSessions},
		{"GET", "/the", auth.OwnAccount, "", s.tokens},
		{"POST", "/the", auth.OwnAccount, "", s.newToken},
		{"POST", "/the/thu-hoi", auth.OwnAccount, "", s.revokeToken},
	}
}

// doneParam names in the address of a page what was just done there.
const doneParam = "xong"

// done are the banners for it.
func done(what string) []ui.Banner {
	said := map[string]ui.Banner{
		"mat-khau":     {Tone: ui.ToneOK, Head: "Đã ghi mật khẩu mới.", Text: "Các phiên khác của đồng chí trên máy này đã kết thúc."},
		"bo":           {Tone: ui.ToneOK, Head: "Đã thôi dùng xác thực hai lớp.", Text: "Xoá tài khoản này khỏi ứng dụng trên điện thoại."},
		"phien":        {Tone: ui.ToneOK, Head: "Đã kết thúc."},
		"thu-hoi":      {Tone: ui.ToneOK, Head: "Đã thu hồi thẻ.", Text: "Chương trình dùng thẻ đó không đọc được nữa."},
		"khoa":         {Tone: ui.ToneOK, Head: "Đã khoá tài khoản."},
		"sao-luu":      {Tone: ui.ToneOK, Head: "Đang sao lưu.", Text: "Máy làm việc như thường; xong thì bản mới hiện ở trang này."},
		"nhuong":       {Tone: ui.ToneOK, Head: "Đã nhường dẫn dắt.", Text: "Máy khác đang dẫn dắt cụm; tắt máy này được rồi."},
		"not-leading":  {Tone: ui.ToneOK, Head: "Máy này không dẫn dắt cụm.", Text: "Tắt máy này lúc nào cũng được."},
		"no-successor": {Tone: ui.ToneWarn, Head: "Chưa nhường được.", Text: messages.Error(messages.Vietnamese, "no_successor", "")},
		"not-agreed":   {Tone: ui.ToneWarn, Head: "Chưa nhường được.", Text: "Thử lại sau ít giây."},
		"bo-ma":        {Tone: ui.ToneOK, Head: "Đã bỏ mã một lần."},
	}
	if b, ok := said[what]; ok {
		return []ui.Banner{b}
	}
	return nil
}

// security is one's own account (bảo mật).
func (s *site) security(q *request) error {
	return q.draw(ui.PageSecurity, q.securityModel())
}

func (q *request) securityModel() ui.SecurityModel {
	o := q.session.Officer
	m := ui.SecurityModel{Shell: q.shell(""), Form: ui.Form{Action: "/bao-mat/mat-khau", Token: q.session.Form}, NoOld: q.session.Must == auth.MustPassword,
		Sessions: len(q.site.Auth.Sessions(q.session))}
	m.Shell.Flash, m.Shell.Here = done(q.Query(doneParam)), securityPath
	m.Second = ui.SecondBox{On: o.Second != nil, Needed: q.site.Auth.NeedsSecond(o.Role), Closed: m.NoOld}
	if o.Second != nil {
		m.Second.Recovery = len(o.Second.Recovery)
	}
	for _, t := range q.site.Auth.Tokens(q.session) {
		if t.Holds(today()) {
			m.Tokens++
		}
	}
	unit := o.Unit
	_ = q.site.Machine.Read(func(src lookup.Source) error { // without its name the unit has a code
		if u, ok := civic.FindUnit(src, o.Unit); ok {
			unit = u.Name
		}
		return nil
	})
	m.Facts = []ui.Fact{{Name: "Tên đăng nhập", Value: o.User}, {Name: "Phần việc", Value: messages.Role(string(o.Role))}, {Name: "Đơn vị", Value: unit}}
	if days, ok := daysLeft(o, time.Now()); ok {
		m.Facts = append(m.Facts, ui.Fact{Name: "Quyền đến hết", Value: dayShown(o.Until), Note: left(days)})
	}
	return m
}

// setPassword changes the own password (đổi mật khẩu).
func (s *site) setPassword(q *request) error {
	m, password := q.securityModel(), q.FormValue("password")
	if password != q.FormValue("again") {
		q.wrong(&m.Form, "again", &m.Again, "not_again", "the two passwords differ")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageSecurity, m)
	}
	ctx, cancel := proving()
	defer cancel()
	token, session, err := s.Auth.SetPassword(ctx, q.token(), q.FormValue("old"), password, q.IP())
	if err != nil {
		return q.ownAgain(&m.Form, err, map[string]*ui.Input{"password": &m.Password}, "old", &m.Old, ui.PageSecurity, func() any { return m })
	}
	q.carry(token, session)
	if session.Must != "" {
		return q.Redirect(setupOf(session), fiber.StatusSeeOther)
	}
	return q.Redirect(securityPath+"?"+doneParam+"=mat-khau", fiber.StatusSeeOther)
}

// ownAgain draws a form about the own account again: what was refused stands
// beside its field, a wrong own password beside the field that asked for it.
func (q *request) ownAgain(f *ui.Form, err error, fields map[string]*ui.Input, sure string, proof *ui.Input, page ui.Page, model func() any) error {
	e := command.AsError(err)
	var slow *auth.SlowDown
	waits, status := errors.As(err, &slow), fiber.StatusUnprocessableEntity
	switch {
	case waits:
		status = fiber.StatusTooManyRequests
	case e.Class == command.Internal && !isDeadline(err):
		return err
	}
	id := ui.FieldID(e.Field)
	switch {
	case e.Code == "bad_credentials":
		f.Fail(sure, proof, messages.Error(q.lang, "bad_password", e.Message))
	case waits:
		f.Fail(sure, proof, q.say(err))
	case fields[id] != nil:
		f.Fail(id, fields[id], q.say(err))
	default:
		f.Fail("", nil, q.say(err))
	}
	return q.drawWith(status, page, model())
}

// sessions lists where the officer is signed in on this machine (phiên).
func (s *site) sessions(q *request) error {
	m := q.sessionsOf(q.session, "/phien")
	m.Shell.Flash = done(q.Query(doneParam))
	return q.draw(ui.PageSessions, m)
}

func (q *request) sessionsOf(whose auth.Session, action string) ui.SessionsModel {
	m := ui.SessionsModel{Shell: q.shell(""), Form: ui.Form{Action: action, Token: q.session.Form}}
	for _, o := range q.site.Auth.Sessions(whose) {
		m.Rows = append(m.Rows, ui.SessionRow{ID: o.ID, Device: messages.Device(o.Device), From: fromShown(o.From), Since: o.Since, Seen: o.Seen, Current: o.Current})
	}
	return m
}

// fromShown is an address as people say it.
func fromShown(address string) string {
	if address == "" || strings.HasPrefix(address, "127.") || address == "::1" {
		return "máy này"
	}
	return address
}

// endSessions ends one session of one's own, or all others.
func (s *site) endSessions(q *request) error {
	if q.FormValue("others") != "" {
		s.Auth.KillOthers(q.session)
	} else {
		s.Auth.Kill(q.session, q.FormValue("session")) // one that has ended by itself is no error
	}
	return q.Redirect("/phien?"+doneParam+"=phien", fiber.StatusSeeOther)
}
