package web

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// loginForm shows the front page (vào làm việc).
func (s *site) loginForm(q *request) error {
	return q.draw(ui.PageLogin, q.loginModel("", q.Query("next"), nil))
}

func (q *request) loginModel(user, next string, err *command.Error) ui.LoginModel {
	m := ui.LoginModel{Shell: q.shell(""), Form: ui.Form{Action: "/vao", Token: q.session.Form}, Node: q.site.Machine.Node,
		User: ui.Input{Value: user}, Next: ownPath(next), Secure: q.Secure()}
	if err != nil {
		m.Form.Fail("", nil, messages.Error(q.lang, err.Code, err.Message))
	}
	return m
}

// login opens a session under a fresh token.
func (s *site) login(q *request) error {
	user, next := strings.TrimSpace(q.FormValue("user")), q.FormValue("next")
	token, session, err := s.Auth.SignIn(q.Context(), user, q.FormValue("password"), q.FormValue("code"), q.IP())
	if err != nil {
		e := command.AsError(err)
		status := fiber.StatusUnauthorized
		var slow *auth.SlowDown
		if errors.As(err, &slow) {
			status = fiber.StatusTooManyRequests
		}
		if e.Class == command.Internal && slow == nil {
			return err
		}
		return q.drawWith(status, ui.PageLogin, q.loginModel(user, next, e))
	}
	q.Cookie(&fiber.Cookie{Name: auth.CookieName(q.Secure()), Value: token, Path: "/", HTTPOnly: true, Secure: q.Secure(), SameSite: fiber.CookieSameSiteStrictMode})
	q.session = session
	return q.Redirect(ownPath(next), fiber.StatusSeeOther)
}

// logout ends the session; the token is worth nothing from now on.
func (s *site) logout(q *request) error {
	name := auth.CookieName(q.Secure())
	s.Auth.SignOut(q.Cookies(name))
	q.Cookie(&fiber.Cookie{Name: name, Path: "/", HTTPOnly: true, Secure: q.Secure(), SameSite: fiber.CookieSameSiteStrictMode, MaxAge: -1})
	return q.Redirect("/vao", fiber.StatusSeeOther)
}

// language remembers the language of navigation and errors on this browser.
func (s *site) language(q *request) error {
	q.Cookie(&fiber.Cookie{Name: cookieLang, Value: string(messages.Parse(q.FormValue("lang"))), Path: "/", HTTPOnly: true,
		Secure: q.Secure(), SameSite: fiber.CookieSameSiteStrictMode, MaxAge: 365 * 24 * 60 * 60})
	return q.Redirect(ownPath(q.FormValue("back")), fiber.StatusSeeOther)
}

// ownPath keeps a place to go on to within this machine.
func ownPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return "/"
	}
	return next
}

func itoa(n int) string { return strconv.Itoa(n) }
