package web

import (
	"bytes"
	"errors"
	"net/url"
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

// request is one request and who makes it.
type request struct {
	*fiber.Ctx
	site    *site
	session auth.Session // zero: nobody is signed in
	lang    messages.Lang
	index   uint64 // what was shown is as of this entry
	scan    scan
}

// cookieLang remembers the language of navigation on a browser.
const cookieLang = "gocua-lang"

// guarded puts the route's rule, the protection against forged forms and the
// drawing of errors around its handler.
func (s *site) guarded(r route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		Headers(c)
		q := &request{Ctx: c, site: s, lang: messages.Parse(c.Cookies(cookieLang))}
		q.session, _ = q.whoAsks(c.Cookies(auth.CookieName(c.Secure())))
		if err := q.admit(r); err != nil {
			return q.fail(err)
		}
		if err := r.handle(q); err != nil {
			return q.fail(err)
		}
		return nil
	}
}

// headerFragment marks what an open page asks for by itself.
const headerFragment = "Gocua-Fragment"

// whoAsks finds the session of a token. What a page asks for by itself is no
// sign that anybody sits before it.
func (q *request) whoAsks(token string) (auth.Session, bool) {
	if q.Get(headerFragment) != "" {
		return q.site.Auth.Peek(token)
	}
	return q.site.Auth.Check(token)
}

// Headers are what every page carries: nothing from elsewhere, nothing kept.
func Headers(c *fiber.Ctx) {
	c.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
}

var errSignIn = errors.New("sign in first")

// admit checks the rule of the route, and of a form that it was ours.
func (q *request) admit(r route) error {
	signedIn := !q.session.Officer.ID.IsZero()
	if r.method == fiber.MethodPost {
		if !q.sameOrigin() {
			return command.Errorf(command.Forbidden, "forged", "the form was sent from another page")
		}
		if signedIn && r.path != uploadPath && !takesPhoto(r.path) && !q.session.FormIs(q.FormValue("token")) { // an upload's is read where its body is
			return expired()
		}
	}
	if r.open != "" {
		return nil
	}
	if !signedIn {
		return errSignIn
	}
	if !auth.May(q.session, r.act) {
		return auth.Forbid(q.session, r.act)
	}
	return nil
}

func expired() *command.Error {
	return command.Errorf(command.Forbidden, "expired", "the form is older than the session")
}

// sameOrigin reports whether a form came from a page of this machine. Browsers
// send Origin with every POST, and newer ones also say how the page that sent it
// is related to this one.
func (q *request) sameOrigin() bool {
	if site := q.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	origin, err := url.Parse(q.Get(fiber.HeaderOrigin))
	return err == nil && origin.Scheme == q.Protocol() && origin.Host == string(q.Request().Host())
}

// read looks at the register, with what waits here laid over it.
func (q *request) read(f func(lookup.Source) error) error {
	return q.site.Machine.Read(func(src lookup.Source) error {
		q.index = src.Position().Index
		return f(src)
	})
}

// actor is who a captured command is by.
func (q *request) actor() command.Actor { return command.Actor{Officer: q.session.Officer.ID} }

// unit is the unit whose people this session works on.
func (q *request) unit() string { return q.session.Officer.Unit }

// draw answers with a page.
func (q *request) draw(p ui.Page, model any) error { return q.drawWith(fiber.StatusOK, p, model) }

func (q *request) drawWith(status int, p ui.Page, model any) error {
	var page bytes.Buffer
	if err := ui.Render(&page, p, model); err != nil {
		return err
	}
	q.Status(status)
	q.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return q.Send(page.Bytes())
}

// fail draws an error as a page in the words of its class.
func (q *request) fail(err error) error {
	if errors.Is(err, errSignIn) {
		if q.Get(headerFragment) != "" {
			return q.SendStatus(fiber.StatusUnauthorized) // the page that asks stays as it is
		}
		if q.Method() == fiber.MethodGet {
			return q.Redirect("/vao?next="+url.QueryEscape(q.OriginalURL()), fiber.StatusSeeOther)
		}
		return q.Redirect("/vao", fiber.StatusSeeOther)
	}
	var wrong *fiber.Error
	if errors.As(err, &wrong) {
		return err // no such page, wrong method: the app's own handler
	}
	e := command.AsError(err)
	if q.session.Must != "" && q.Method() == fiber.MethodGet && e.Code == auth.Forbid(q.session, "").Code && q.Get(headerFragment) == "" {
		return q.Redirect(setupOf(q.session), fiber.StatusSeeOther)
	}
	if e.Class == command.Internal {
		q.site.Log.Error("a page could not be drawn", "path", q.Route().Path, "error", err)
	}
	m := ui.MessageModel{Shell: q.shell(""), Code: e.Code, Back: "/", Text: messages.Error(q.lang, e.Code, e.Message)}
	status := fiber.StatusInternalServerError
	m.Kind = ui.MessageInternal
	switch e.Class {
	case command.NotFound:
		status, m.Kind = fiber.StatusNotFound, ui.MessageNotFound
	case command.Forbidden:
		status, m.Kind = fiber.StatusForbidden, ui.MessageForbidden
		if e.Code == "expired" {
			m.Kind, m.Drafted = ui.MessageExpired, true
		}
	case command.Unavailable:
		status, m.Kind, m.Retry = fiber.StatusServiceUnavailable, ui.MessageUnavailable, q.OriginalURL()
	case command.Invalid, command.Conflicting:
		status, m.Kind, m.Head = fiber.StatusUnprocessableEntity, ui.MessageOther, m.Text
		m.Text = ""
	}
	return q.drawWith(status, ui.PageMessage, m)
}

// now is the time on this machine.
func (q *request) now() time.Time { return time.Now() }

// shell is what stands around the page.
func (q *request) shell(current ui.Section) ui.Shell {
	sh := ui.Shell{Lang: q.lang, Now: time.Now().In(ict), Here: strings.TrimSuffix(q.OriginalURL(), photoSuffix)}
	status := q.site.Machine.Status(false)
	sh.Link = linkState(status, sh.Now)
	sh.Unit = status.UnitName
	_ = q.site.Machine.Read(func(src lookup.Source) error { // a shell without names is still a shell
		sh.AsOf = asOf(status, src.Position().At, sh.Now)
		if u, ok := civic.FindUnit(src, civic.Standing(src, q.site.Machine.Unit)); ok {
			parent, _ := civic.FindUnit(src, u.Parent)
			sh.Unit, sh.Parent = shortUnit(u.Name), parent.Name
		}
		return nil
	})
	if q.session.Officer.ID.IsZero() {
		return sh
	}
	sh.User, sh.Role, sh.Token = q.session.Officer.Name, messages.Role(string(q.session.Officer.Role)), q.session.Form
	sh.Officer = q.session.Officer.ID.String()[24:]
	sh.Yours = q.yours()
	sh.Search, sh.Notices = q.may(auth.SeePeople), notices(status)
	if q.may(auth.Backup) {
		sh.Notices = append(sh.Notices, backupNotices(status.Backup)...)
	}
	sh.Nav = ui.Nav(current, q.sections()...)
	for i, item := range sh.Nav {
		if item.Section == ui.SectionOutbox {
			sh.Nav[i].Count = status.Outbox.Waiting
		}
	}
	return sh
}

// sections are those the officer may open.
func (q *request) sections() (list []ui.Section) {
	may := func(a auth.Act) bool { return auth.May(q.session, a) }
	for _, s := range []struct {
		section ui.Section
		shown   bool
	}{
		{ui.SectionHome, q.session.Must == ""},
		{ui.SectionResidents, may(auth.SeePeople)},
		{ui.SectionReview, may(auth.SeeReview) && q.site.Machine.Tier == civic.TierCluster},
		{ui.SectionImport, may(auth.Import)},
		{ui.SectionReport, may(auth.SeeFigures)},
		{ui.SectionProvince, may(auth.SeeFigures) && q.site.Machine.Tier == civic.TierProvince},
		{ui.SectionAudit, may(auth.SeeAudit)},
		{ui.SectionOutbox, may(auth.SeeMachine) && q.site.Machine.Tier == civic.TierCluster},
		{ui.SectionMachine, may(auth.SeeMachine)},
		{ui.SectionOfficers, may(auth.ResetOfficers)},
		{ui.SectionHelp, true},
	} {
		if s.shown {
			list = append(list, s.section)
		}
	}
	return list
}

// ict is Vietnam time; fixed, since Windows may bring no zone table.
var ict = time.FixedZone("ICT", 7*60*60)

// linkState says in words how things stand, as ui.md and the mock's README do.
func linkState(s lookup.Status, at time.Time) ui.LinkState {
	clock := func(ms int64) string { return time.UnixMilli(ms).In(ict).Format("15:04") }
	now := at.UnixMilli()
	waiting, here := count(s.Outbox.Waiting), ""
	if s.Outbox.Waiting > 0 {
		here = waiting + " hồ sơ chờ trên máy này"
	}
	switch {
	case s.Failed != "":
		return ui.LinkState{Kind: ui.LinkCut, Text: "Máy này đã ngừng cập nhật sổ cái · vẫn ghi như thường · báo quản trị"}
	case s.Tier == civic.TierProvince:
		return ui.LinkState{Kind: ui.LinkOK, Text: "Máy của tỉnh · đang nhận từ các cụm"}
	case s.Outbox.Refused != "":
		return ui.LinkState{Kind: ui.LinkCut, Text: "Cụm không nhận một việc ghi trên máy này · " + waiting + " hồ sơ chờ sau nó · vẫn ghi như thường, báo quản trị"}
	case s.Leader == "" && s.LastContact < 0:
		return ui.LinkState{Kind: ui.LinkCut, Text: join("Chưa liên lạc được với cụm", here, goOn(at))}
	case s.Leader == "":
		return ui.LinkState{Kind: ui.LinkCut, Text: join("Mất liên lạc với cụm từ "+clock(now-s.LastContact), here, goOn(at))}
	case s.Outbox.Waiting > 0:
		return ui.LinkState{Kind: ui.LinkWait, Text: "Đang chờ cụm đồng thuận · " + waiting + " hồ sơ vừa ghi trên máy này"}
	case !s.Upstream.Enrolled:
		return ui.LinkState{Kind: ui.LinkOK, Text: "Đồng thuận với cụm · chưa nối với tỉnh"}
	}
	last, err := time.Parse(time.RFC3339, s.Upstream.LastReceipt)
	switch {
	case slow(s.Upstream, now):
		return ui.LinkState{Kind: ui.LinkLag, Text: "Đồng thuận với cụm · tỉnh chậm từ " + clock(s.Upstream.LagSince) + ", " + count(int(s.Upstream.Lag)) + " bản ghi chờ gửi tỉnh"}
	case err != nil:
		return ui.LinkState{Kind: ui.LinkOK, Text: "Đồng thuận với cụm · tỉnh chưa nhận lần nào"}
	}
	return ui.LinkState{Kind: ui.LinkOK, Text: "Đồng thuận với cụm · tỉnh đã nhận đến " + clock(last.UnixMilli())}
}

// slow reports whether something has waited for the province for longer than
// sending it takes, however long nothing had been written before. now in ms.
func slow(line lookup.LineStatus, now int64) bool {
	return line.LagSince > 0 && now-line.LagSince > provinceSlow.Milliseconds()
}

// count writes a number as Vietnamese readers do: 5.330.
func count(n int) string {
	s := itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}
