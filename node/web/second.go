package web

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// secondForm shows the secret of a new second factor to a phone (xác thực hai
// lớp). Whoever has one already is asked for the password before.
func (s *site) secondForm(q *request) error {
	if q.session.Must == auth.MustPassword {
		return q.draw(ui.PageSecond, ui.SecondModel{Shell: q.shell(""), Gap: &ui.Gap{Kind: ui.GapEmpty, Text: "Đặt mật khẩu mới trước, rồi đến xác thực hai lớp.", Link: ui.Link{Text: "Đặt mật khẩu", Href: securityPath}}})
	}
	setup, begun := s.Auth.PendingSecond(q.token())
	switch {
	case begun:
	case q.session.Officer.Second != nil:
		return q.draw(ui.PageConfirm, q.replaceModel())
	default:
		var err error
		ctx, cancel := proving()
		defer cancel()
		if setup, err = s.Auth.BeginSecond(ctx, q.token(), "", q.IP()); err != nil {
			return err
		}
	}
	m, err := q.secondModel(setup)
	if err != nil {
		return err
	}
	return q.draw(ui.PageSecond, m)
}

func (q *request) secondModel(setup auth.Setup) (m ui.SecondModel, err error) {
	m = ui.SecondModel{Shell: q.shell(""), Form: ui.Form{Action: secondPath, Token: q.session.Form}, Secret: ui.Groups(setup.Secret),
		Account: "gocua: " + q.session.Officer.User, Replaces: q.session.Officer.Second != nil}
	m.QR, err = codeOf(setup.URL)
	return m, err
}

func (q *request) replaceModel() ui.ConfirmModel {
	return ui.ConfirmModel{Shell: q.shell(""), Form: ui.Form{Action: "/bao-mat/doi-hai-lop", Token: q.session.Form, Cancel: securityPath}, Password: &ui.Input{},
		Head: "Đổi sang điện thoại khác", Do: "Đi tiếp", Calm: true,
		Says: []string{"Điện thoại cũ vẫn dùng được cho đến khi điện thoại mới xác nhận xong. Sau đó điện thoại cũ và các mã dự phòng cũ hết dùng."}}
}

// replaceSecond begins to put another phone in the place of the one there is.
func (s *site) replaceSecond(q *request) error {
	ctx, cancel := proving()
	defer cancel()
	if _, err := s.Auth.BeginSecond(ctx, q.token(), q.FormValue("password"), q.IP()); err != nil {
		return q.confirmAgain(q.replaceModel(), err)
	}
	return q.Redirect(secondPath, fiber.StatusSeeOther)
}

// confirmAgain asks once more after what was refused.
func (q *request) confirmAgain(m ui.ConfirmModel, err error) error {
	return q.ownAgain(&m.Form, err, nil, "password", m.Password, ui.PageConfirm, func() any { return m })
}

// finishSecond takes the second factor over once the phone shows the right code,
// and shows the recovery codes.
func (s *site) finishSecond(q *request) error {
	setup, begun := s.Auth.PendingSecond(q.token())
	if !begun {
		return q.Redirect(secondPath, fiber.StatusSeeOther) // a second click, or too late
	}
	replaces := q.session.Officer.Second != nil
	ctx, cancel := proving()
	defer cancel()
	token, session, codes, err := s.Auth.FinishSecond(ctx, q.token(), q.FormValue("code"))
	if err != nil {
		m, broken := q.secondModel(setup)
		if broken != nil || command.AsError(err).Class == command.Internal {
			return errors.Join(broken, err)
		}
		m.Form.Fail("code", &m.Code, q.say(err))
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageSecond, m)
	}
	q.carry(token, session)
	return q.drawRecovery(codes, replaces)
}

// drawRecovery shows recovery codes (mã dự phòng), this once.
func (q *request) drawRecovery(codes []string, again bool) error {
	o := q.session.Officer
	m := ui.RecoveryModel{Shell: q.shell(""), Codes: codes, Made: time.Now(), Again: again, Next: securityPath, Who: o.Name}
	m.Shell.Here = securityPath
	_ = q.site.Machine.Read(func(src lookup.Source) error { // the sheet is good without the unit
		if u, ok := civic.FindUnit(src, o.Unit); ok {
			m.Who += ", " + u.Name
		}
		return nil
	})
	return q.draw(ui.PageRecovery, m)
}

func (q *request) dropModel() ui.ConfirmModel {
	return ui.ConfirmModel{Shell: q.shell(""), Form: ui.Form{Action: "/bao-mat/bo-hai-lop", Token: q.session.Form, Cancel: securityPath}, Password: &ui.Input{},
		Head: "Thôi dùng xác thực hai lớp", Do: "Thôi dùng",
		Says: []string{"Từ lần sau, ai biết mật khẩu của đồng chí là vào được.", "Mã dự phòng trên giấy hết dùng."}}
}

func (s *site) dropForm(q *request) error { return q.draw(ui.PageConfirm, q.dropModel()) }

// drop removes the second factor of somebody who need not have one.
func (s *site) drop(q *request) error {
	ctx, cancel := proving()
	defer cancel()
	if err := s.Auth.DropSecond(ctx, q.token(), q.FormValue("password"), q.IP()); err != nil {
		return q.confirmAgain(q.dropModel(), err)
	}
	return q.Redirect(securityPath+"?"+doneParam+"=bo", fiber.StatusSeeOther)
}

func (q *request) recoveryModel() ui.ConfirmModel {
	return ui.ConfirmModel{Shell: q.shell(""), Form: ui.Form{Action: "/bao-mat/ma-du-phong", Token: q.session.Form, Cancel: securityPath}, Password: &ui.Input{},
		Head: "Tạo mã dự phòng mới", Do: "Tạo 10 mã mới", Calm: true, Says: []string{"Các mã dự phòng cũ hết dùng ngay.", "Mã mới chỉ hiện một lần: chuẩn bị sẵn máy in hoặc giấy bút."}}
}

func (s *site) recoveryForm(q *request) error { return q.draw(ui.PageConfirm, q.recoveryModel()) }

// recovery draws new recovery codes in place of all others.
func (s *site) recovery(q *request) error {
	ctx, cancel := proving()
	defer cancel()
	codes, err := s.Auth.NewRecovery(ctx, q.token(), q.FormValue("password"), q.IP())
	if err != nil {
		return q.confirmAgain(q.recoveryModel(), err)
	}
	return q.drawRecovery(codes, true)
}

func isDeadline(err error) bool { return errors.Is(err, context.DeadlineExceeded) }
