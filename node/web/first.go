package web

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/store/command"
	"gocua/ui"
)

// firstForm asks for the code on the console and for the first administrator
// (lần đầu).
func (s *site) firstForm(q *request) error {
	m := q.firstModel()
	m.Closed = !s.Auth.FirstRun()
	return q.draw(ui.PageFirst, m)
}

func (q *request) firstModel() ui.FirstModel {
	m := ui.FirstModel{Shell: q.shell(""), Form: ui.Form{Action: "/lan-dau", Token: q.session.Form}, Node: q.site.Machine.Node}
	m.Unit = m.Shell.Unit
	m.Code.Value, m.Name.Value, m.User.Value = q.FormValue("code"), q.FormValue("name"), strings.TrimSpace(q.FormValue("user"))
	return m
}

// firstAdmin makes them, signs them in and goes on to the second factor.
func (s *site) firstAdmin(q *request) error {
	m, password := q.firstModel(), q.FormValue("password")
	if password != q.FormValue("again") {
		q.wrong(&m.Form, "again", &m.Again, "not_again", "the two passwords differ")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageFirst, m)
	}
	ctx, cancel := proving()
	defer cancel()
	err := s.Auth.FirstAdmin(ctx, m.Code.Value, m.User.Value, m.Name.Value, password, q.IP())
	if err != nil {
		return q.firstAgain(m, err)
	}
	token, session, err := s.Auth.SignIn(ctx, m.User.Value, password, "", q.IP())
	if err != nil {
		return q.Redirect("/vao", fiber.StatusSeeOther) // they are in the register, if not at once in this machine's
	}
	return q.signedIn(token, session, "/")
}

func (q *request) firstAgain(m ui.FirstModel, err error) error {
	e := command.AsError(err)
	var slow *auth.SlowDown
	if e.Class == command.Internal && !errors.As(err, &slow) {
		return err
	}
	fields := map[string]*ui.Input{"code": &m.Code, "name": &m.Name, "user": &m.User, "password": &m.Password}
	field := ui.FieldID(e.Field)
	if field == "" && e.Code == codeWrong {
		field = "code"
	}
	if fields[field] == nil {
		field = ""
	}
	m.Form.Fail(field, fields[field], q.say(err))
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageFirst, m)
}
