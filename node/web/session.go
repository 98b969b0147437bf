package web

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// loginForm shows the front page (vào làm việc).
func (s *site) loginForm(q *request) error {
	return q.draw(ui.PageLogin, q.loginModel("", q.Query("next")))
}

func (q *request) loginModel(user, next string) ui.LoginModel {
	return ui.LoginModel{Shell: q.shell(""), Form: ui.Form{Action: "/vao", Token: q.session.Form}, Node: q.site.Machine.Node,
		User: ui.Input{Value: user}, Next: ownPath(next), Secure: q.Secure(), First: q.site.Auth.FirstRun()}
}

// longestProof is how long a password may queue behind others'.
const longestProof = 10 * time.Second

// proving bounds what waits for its turn at the passwords, whatever the browser does.
func proving() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), longestProof)
}

// login opens a session under a fresh token, or asks for the second factor.
func (s *site) login(q *request) error {
	if pass := q.FormValue("pass"); pass != "" {
		return s.secondStep(q, pass)
	}
	user, next := strings.TrimSpace(q.FormValue("user")), q.FormValue("next")
	ctx, cancel := proving()
	defer cancel()
	token, session, err := s.Auth.SignIn(ctx, user, q.FormValue("password"), "", q.IP())
	var more *auth.SecondRequired
	switch {
	case errors.As(err, &more):
		m := q.loginModel("", next)
		m.Second = &ui.SecondStep{Pass: more.Ticket, Way: ui.WayApp}
		return q.draw(ui.PageLogin, m)
	case err != nil:
		return q.loginAgain(user, next, err)
	}
	return q.signedIn(token, session, next)
}

// secondStep takes the second factor, or changes what it is answered with.
func (s *site) secondStep(q *request, pass string) error {
	step := &ui.SecondStep{Pass: pass, Way: wayOf(q.FormValue("way"))}
	m := q.loginModel("", q.FormValue("next"))
	m.Second = step
	if to := q.FormValue("to"); to != "" {
		step.Way = wayOf(to)
		return q.draw(ui.PageLogin, m)
	}
	ctx, cancel := proving()
	defer cancel()
	token, session, err := s.Auth.Second(ctx, pass, q.FormValue("code"), q.IP())
	if err == nil {
		return q.signedIn(token, session, q.FormValue("next"))
	}
	e := command.AsError(err)
	status := fiber.StatusUnauthorized
	var slow *auth.SlowDown
	switch {
	case errors.As(err, &slow):
		status = fiber.StatusTooManyRequests
	case e.Code != codeWrong && e.Code != codeUsed:
		return q.loginAgain("", q.FormValue("next"), err)
	}
	m.Form.Fail("code", &step.Code, q.say(err))
	return q.drawWith(status, ui.PageLogin, m)
}

// Codes of package auth that a page puts beside a field.
const (
	codeWrong = "bad_second"
	codeUsed  = "code_used"
)

func wayOf(named string) ui.SecondWay {
	switch way := ui.SecondWay(named); way {
	case ui.WayRecovery, ui.WayOnce:
		return way
	}
	return ui.WayApp
}

// loginAgain shows the front page with what was wrong, and nothing about whom.
func (q *request) loginAgain(user, next string, err error) error {
	status := fiber.StatusUnauthorized
	var slow *auth.SlowDown
	e := command.AsError(err)
	switch {
	case errors.As(err, &slow):
		status = fiber.StatusTooManyRequests
	case errors.Is(err, context.DeadlineExceeded):
		status = fiber.StatusServiceUnavailable
	case e.Class == command.Internal:
		return err
	}
	m := q.loginModel(user, next)
	m.Form.Fail("", nil, q.say(err))
	return q.drawWith(status, ui.PageLogin, m)
}

// say is an error in words; of one that asks to wait, how long.
func (q *request) say(err error) string {
	var slow *auth.SlowDown
	if errors.As(err, &slow) {
		return messages.SlowDown(q.lang, int(slow.Wait/time.Second))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return messages.Error(q.lang, "busy", "too many people sign in at once; try again")
	}
	e := command.AsError(err)
	return messages.Error(q.lang, e.Code, e.Message)
}

// signedIn goes on with a session that was just opened.
func (q *request) signedIn(token string, session auth.Session, next string) error {
	q.site.Auth.Device(token, q.Get(fiber.HeaderUserAgent))
	q.carry(token, session)
	if session.Must != "" {
		return q.Redirect(setupOf(session), fiber.StatusSeeOther)
	}
	return q.Redirect(ownPath(next), fiber.StatusSeeOther)
}

// carry gives the browser the token of the session.
func (q *request) carry(token string, session auth.Session) {
	q.Cookie(&fiber.Cookie{Name: auth.CookieName(q.Secure()), Value: token, Path: "/", HTTPOnly: true, Secure: q.Secure(), SameSite: fiber.CookieSameSiteStrictMode})
	q.session = session
}

// token is what the browser shows for its session.
func (q *request) token() string { return q.Cookies(auth.CookieName(q.Secure())) }

// logout ends the session; the token is worth nothing from now on.
func (s *site) logout(q *request) error {
	s.Auth.SignOut(q.token())
	q.Cookie(&fiber.Cookie{Name: auth.CookieName(q.Secure()), Path: "/", HTTPOnly: true, Secure: q.Secure(), SameSite: fiber.CookieSameSiteStrictMode, MaxAge: -1})
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
