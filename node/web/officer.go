package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// named is the officer of /can-bo/:id, if they are of a unit of the asker's.
func (q *request) namedOfficer(src lookup.Source) (civic.Officer, error) {
	o, ok := civic.Load[civic.Officer](src, civic.TypeOfficer, command.Key(q.Params("id")))
	if !ok {
		return o, command.Errorf(command.NotFound, "unknown_officer", "there is no such officer")
	}
	return o, q.scope(src, o.Unit)
}

// officer is the page of one officer (một cán bộ).
func (s *site) officer(q *request) error {
	m, _, err := q.officerModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageOfficer, m)
}

func (q *request) officerModel() (m ui.OfficerModel, o civic.Officer, err error) {
	m.Shell = q.shell(ui.SectionOfficers)
	err = q.read(func(src lookup.Source) error {
		if o, err = q.namedOfficer(src); err != nil {
			return err
		}
		m.Shell.Flash, m.Shell.Here = append(q.flash(src), done(q.Query(doneParam))...), officerHref(o)
		m.Name, m.About = o.Name, join(messages.Role(string(o.Role)), unitName(src, o.Unit))
		_, m.State = standingOf(o)
		m.Pencil = lookup.Pending(src, o.Rev)
		m.Facts = q.grantFacts(o)
		return nil
	})
	if err != nil {
		return m, o, err
	}
	q.mayDo(o, &m)
	return m, o, nil
}

func (q *request) grantFacts(o civic.Officer) []ui.Fact {
	second := "chưa dùng"
	switch {
	case o.Second != nil:
		second = "đang dùng"
	case q.lacksSecond(o):
		second = "chưa có, phần việc này phải có"
	}
	until := "không hạn"
	if o.Until != "" {
		until = dayShown(o.Until)
	}
	facts := []ui.Fact{{Name: "Tên đăng nhập", Value: o.User}}
	if o.From != "" {
		facts = append(facts, ui.Fact{Name: "Từ ngày", Value: dayShown(o.From)})
	}
	return append(facts, ui.Fact{Name: "Đến hết ngày", Value: until}, ui.Fact{Name: "Xác thực hai lớp", Value: second})
}

// mayDo is what the asker may do about an officer; the register has the last word.
func (q *request) mayDo(o civic.Officer, m *ui.OfficerModel) {
	here, me := officerHref(o), o.ID == q.session.Officer.ID
	if q.may(auth.ManageOfficers) {
		m.Edit = here + "/sua"
		switch {
		case o.Disabled:
			f := q.newForm(here+"/mo", "")
			m.On = &f
		case me:
			m.Off.Why = "Không tự khoá tài khoản của mình: nhờ quản trị khác."
		default:
			m.Off.Href = here + "/khoa"
		}
	}
	if me || !q.looksAfter(o) {
		return
	}
	if !o.Disabled {
		m.Once = q.onceForm(o)
	}
	sessions := q.sessionsOf(auth.Session{Officer: o}, here+"/phien")
	m.Sessions = &sessions
}

// looksAfter offers a code where the register would take it: a supervisor looks
// after the field officers and the supervisors below.
func (q *request) looksAfter(o civic.Officer) bool {
	switch {
	case q.may(auth.ManageOfficers):
		return true
	case o.Role == civic.RoleSupervisor:
		return o.Unit != q.unit()
	}
	return o.Role == civic.RoleOfficer || o.Role == civic.RoleStation || o.Role == civic.RoleHelper
}

func (q *request) onceForm(o civic.Officer) *ui.OnceForm {
	here := officerHref(o)
	f := &ui.OnceForm{Form: ui.Form{Action: here + "/ma", Token: q.session.Form}}
	chosen := q.FormValue("lost")
	f.Lost.Options = []ui.Option{{Value: civic.LostPassword, Text: "quên mật khẩu, hoặc vào lần đầu", Note: "Gõ mã vào ô mật khẩu, rồi tự đặt mật khẩu mới", Chosen: chosen == civic.LostPassword}}
	if o.Second != nil {
		f.Lost.Options = append(f.Lost.Options, ui.Option{Value: civic.LostSecond, Text: "mất điện thoại", Note: "Vẫn cần mật khẩu; mã này thay cho 6 số", Chosen: chosen == civic.LostSecond})
	}
	if o.Hash == "" || o.Second == nil {
		f.Lost.Options[0].Chosen = true
	}
	if o.Once != nil && moment(o.Once.Until).After(q.now()) {
		f.Open = "đến " + moment(o.Once.Until).Format("15:04 02/01")
		f.End = &ui.Form{Action: here + "/bo-ma", Token: q.session.Form}
	}
	return f
}

// oneTime gives a one-time code (mã một lần) and shows it, this once.
func (s *site) oneTime(q *request) error {
	m, o, err := q.officerModel()
	if err != nil {
		return err
	}
	if m.Once == nil {
		return auth.Forbid(q.session, auth.ResetOfficers)
	}
	lost := q.FormValue("lost")
	if lost == "" {
		q.wrong(&m.Once.Form, "lost", &m.Once.Lost, "no_lost", "choose what the code stands for")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageOfficer, m)
	}
	ctx, cancel := proving()
	defer cancel()
	code, until, err := s.Auth.OneTimeCode(ctx, q.session, q.FormValue("password"), o.ID, lost, q.IP())
	if err != nil {
		return q.ownAgain(&m.Once.Form, err, map[string]*ui.Input{"lost": &m.Once.Lost}, "password", &m.Once.Sure, ui.PageOfficer, func() any { return m })
	}
	if m, _, err = q.officerModel(); err != nil {
		return err
	}
	m.Shown = &ui.OnceShown{Code: code, Until: until, For: "thay cho mật khẩu", Say: "Đọc hoặc đưa tận tay. Người đó gõ mã vào ô mật khẩu, rồi tự đặt mật khẩu mới."}
	if lost == civic.LostSecond {
		m.Shown.For, m.Shown.Say = "thay cho 6 số trên điện thoại", "Đọc hoặc đưa tận tay. Người đó gõ mật khẩu của mình, bấm Dùng mã một lần chỉ huy cấp, rồi đặt lại trên điện thoại mới."
	}
	return q.draw(ui.PageOfficer, m)
}

// endOneTime ends the code an officer was given.
func (s *site) endOneTime(q *request) error {
	o, err := q.aboutOfficer()
	if err != nil {
		return err
	}
	if err := s.Auth.EndOneTime(q.Context(), q.session, o.ID); err != nil {
		return err
	}
	return q.Redirect(officerHref(o)+"?"+doneParam+"=bo-ma", fiber.StatusSeeOther)
}

func (q *request) aboutOfficer() (o civic.Officer, err error) {
	err = q.read(func(src lookup.Source) error {
		o, err = q.namedOfficer(src)
		return err
	})
	return o, err
}

// endOfficerSessions signs somebody out of this machine.
func (s *site) endOfficerSessions(q *request) error {
	o, err := q.aboutOfficer()
	if err != nil {
		return err
	}
	if !q.looksAfter(o) {
		return auth.Forbid(q.session, auth.ResetOfficers)
	}
	id, all := q.FormValue("session"), q.FormValue("others") != ""
	switch {
	case all:
		s.Auth.EndOf(q.session, o, "")
	case id != "":
		s.Auth.EndOf(q.session, o, id)
	}
	s.Log.Info("sessions ended", "officer", q.session.Officer.ID.String(), "of", o.ID.String())
	return q.Redirect(officerHref(o)+"?"+doneParam+"=phien", fiber.StatusSeeOther)
}

func (q *request) disableModel(o civic.Officer) ui.ConfirmModel {
	f := q.sentForm(officerHref(o)+"/khoa", officerHref(o))
	return ui.ConfirmModel{Shell: q.shell(ui.SectionOfficers), Form: f, Head: "Khoá tài khoản của " + o.Name, Do: "Khoá tài khoản", Says: []string{
		"Người này ra khỏi mọi máy của cụm ngay khi cụm đồng thuận, và không vào lại được.",
		"Ở máy đang mất liên lạc, người này còn ghi được cho đến khi máy nghe tin. Những gì ghi trong lúc đó không mất và không vào sổ: tất cả vào Đối chiếu, chờ chỉ huy xem từng việc.",
		"Việc đã ghi trước đây giữ nguyên. Mở lại tài khoản lúc nào cũng được."}}
}

// disableForm says what becomes of somebody's work before they are shut out.
func (s *site) disableForm(q *request) error {
	o, err := q.aboutOfficer()
	if err != nil {
		return err
	}
	return q.draw(ui.PageConfirm, q.disableModel(o))
}

func (s *site) disable(q *request) error { return q.switchOfficer(true) }
func (s *site) enable(q *request) error  { return q.switchOfficer(false) }

// switchOfficer shuts somebody out or lets them in again (khoá, mở lại).
func (q *request) switchOfficer(off bool) error {
	o, err := q.aboutOfficer()
	if err != nil {
		return err
	}
	if off && o.ID == q.session.Officer.ID {
		return command.Errorf(command.Forbidden, "own_account", "somebody else does that")
	}
	m, change := q.disableModel(o), putOf(o)
	change.Disabled = off
	decided, refused, err := q.submit(m.Form, civic.KindOfficerPut, q.office(), change)
	switch {
	case err != nil:
		return err
	case refused != nil:
		q.refuse(&m.Form, refused, nil)
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageConfirm, m)
	}
	if off && decided.Outcome.Status == command.Accepted {
		q.site.Auth.End(o.ID)
	}
	return q.saved(m.Form, decided, officerHref(o))
}

// putOf is an officer as the command that leaves everything as it is.
func putOf(o civic.Officer) civic.PutOfficer {
	return civic.PutOfficer{ID: o.ID, User: o.User, Name: o.Name, Role: o.Role, Unit: o.Unit, Disabled: o.Disabled, From: o.From, Until: o.Until}
}

// office is the unit on whose behalf officers are managed here: the
// administrator's own, or on a machine below, that machine's.
func (q *request) office() (unit string) {
	unit = q.site.Machine.Unit
	err := q.site.Machine.Read(func(src lookup.Source) error {
		if !civic.Covers(src, unit, q.unit()) {
			return errors.New("the machine serves less")
		}
		return nil
	})
	if err == nil {
		unit = q.unit()
	}
	return unit
}
