package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/store/command"
)

// HeaderForm carries what proves that a form of ours was behind a request sent
// with the session's cookie.
const HeaderForm = "X-Gocua-Form"

// SameOrigin reports whether a browser says that one of our own pages made the
// request. Who sends neither header is no browser, and has no use for cookies.
func SameOrigin(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	return c.Get(fiber.HeaderOrigin) == c.Protocol()+"://"+string(c.Request().Host())
}

// identify finds out who is asking: by a bearer token, or by the cookie of a
// page of ours.
func (a *api) identify(q *call) error {
	bearer, isBearer := strings.CutPrefix(q.Get(fiber.HeaderAuthorization), "Bearer ")
	q.token = bearer
	if !isBearer {
		q.token = q.Cookies(auth.CookieName(q.Secure()))
	}
	session, ok := a.Auth.Check(q.token)
	if !ok {
		return command.Errorf(command.Forbidden, "not_signed_in", "sign in first")
	}
	if !isBearer {
		safe := q.Method() == http.MethodGet || q.Method() == http.MethodHead
		if !SameOrigin(q.Ctx) || !safe && !session.FormIs(q.Get(HeaderForm)) {
			return crossSite()
		}
	}
	q.session = session
	return nil
}

// fromElsewhere reports whether a browser says that a page of somebody else made
// the request. Such a page cannot read the answer, but wrong passwords it sends
// would hold up the officer who sits there.
func fromElsewhere(c *fiber.Ctx) bool {
	return c.Get("Sec-Fetch-Site")+c.Get(fiber.HeaderOrigin) != "" && !SameOrigin(c)
}

func crossSite() *command.Error {
	return command.Errorf(command.Forbidden, "cross_site", "a cookie is taken from pages of this machine only; programs send a bearer token")
}

type signInBody struct {
	User     string `json:"user"`
	Password string `json:"password"`
	Code     string `json:"code,omitempty" doc:"of the second factor, a recovery code, or a one-time code; without one that is needed, the answer is 403 second_required"`
}

type sessionAnswer struct {
	Token   string        `json:"token"`
	Expires string        `json:"expires" format:"date-time" doc:"unless there is a sign of life before"`
	Must    string        `json:"must,omitempty" enum:"second,password" doc:"what has to be set up on the pages before anything else may be done"`
	Officer officerAnswer `json:"officer"`
}

type officerAnswer struct {
	ID   string `json:"id" format:"uuid"`
	Name string `json:"name"`
	Role string `json:"role"`
	Unit string `json:"unit"`
}

// longestSignIn is how long a sign-in may queue behind others' passwords.
const longestSignIn = 10 * time.Second

func (a *api) signIn(q *call) error {
	if fromElsewhere(q.Ctx) {
		return crossSite()
	}
	var body signInBody
	if err := q.decode(&body); err != nil {
		return err
	}
	if body.User == "" || body.Password == "" {
		return command.InvalidField("/user", "required", "user and password are needed to sign in")
	}
	ctx, cancel := context.WithTimeout(context.Background(), longestSignIn)
	defer cancel()
	token, s, err := a.Auth.SignIn(ctx, body.User, body.Password, body.Code, q.Context().RemoteAddr().String())
	if ctx.Err() != nil {
		return command.Errorf(command.Unavailable, "busy", "too many people sign in at once; try again")
	}
	if err != nil {
		return err
	}
	a.Auth.Device(token, q.Get(fiber.HeaderUserAgent))
	return q.reply(http.StatusOK, sessionAnswer{Token: token, Must: s.Must, Expires: stamp(s.Expires.UnixMilli()), Officer: officerOf(s)})
}

func officerOf(s auth.Session) officerAnswer {
	return officerAnswer{ID: s.Officer.ID.String(), Name: s.Officer.Name, Role: string(s.Officer.Role), Unit: s.Officer.Unit}
}

func (a *api) signOut(q *call) error {
	a.Auth.SignOut(q.token)
	return q.SendStatus(http.StatusNoContent)
}

// openSession is one sign-in of the asker's on this machine.
type openSession struct {
	ID      string `json:"id"`
	Since   string `json:"since" format:"date-time"`
	Seen    string `json:"seen" format:"date-time" doc:"the last sign of life"`
	From    string `json:"from" doc:"address"`
	Device  string `json:"device" doc:"as the program calls itself"`
	Current bool   `json:"current" doc:"it is the one that asks"`
}

type sessionsAnswer struct {
	Items []openSession `json:"items" nullable:"false"`
}

func (a *api) listSessions(q *call) error {
	answer := sessionsAnswer{Items: []openSession{}}
	for _, o := range a.Auth.Sessions(q.session) {
		answer.Items = append(answer.Items, openSession{ID: o.ID, Since: stamp(o.Since.UnixMilli()), Seen: stamp(o.Seen.UnixMilli()),
			From: o.From, Device: o.Device, Current: o.Current})
	}
	return q.reply(http.StatusOK, answer)
}

// endSession ends one of the asker's sessions, or all the others.
func (a *api) endSession(q *call) error {
	if id := q.Params("id"); id == "others" {
		a.Auth.KillOthers(q.session)
	} else if !a.Auth.Kill(q.session, id) {
		return command.Errorf(command.NotFound, "not_found", "you have no such session on this machine")
	}
	return q.SendStatus(http.StatusNoContent)
}

// decode reads a JSON body strictly.
func (q *call) decode(into any) error {
	if err := q.wantsJSON(); err != nil {
		return err
	}
	if e := strictJSON(q.Body(), into); e != nil {
		return &refusal{http.StatusBadRequest, []FieldError{*e}}
	}
	return nil
}

func (q *call) wantsJSON() error {
	kind, _, _ := strings.Cut(q.Get(fiber.HeaderContentType), ";")
	if kind = strings.TrimSpace(kind); kind != "" && !strings.EqualFold(kind, fiber.MIMEApplicationJSON) {
		return command.Errorf(command.Invalid, "content_type", "send JSON, as application/json")
	}
	return nil
}
