package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// tokens are the officer's tokens for programs (thẻ).
func (s *site) tokens(q *request) error {
	m := q.tokensModel(nil)
	m.Shell.Flash = done(q.Query(doneParam))
	return q.draw(ui.PageTokens, m)
}

// offered are the acts a token may be made for here, as far as the officer may
// do them: reading, and putting forms in.
func (q *request) offered() (acts []string) {
	for _, a := range []auth.Act{auth.SeeFigures, auth.SeePeople, auth.SeeReview, auth.SeeMachine, auth.Capture} {
		if slices.Contains(auth.Acts(q.session.Officer.Role), a) {
			acts = append(acts, string(a))
		}
	}
	return acts
}

func (q *request) tokensModel(scope []string) ui.TokensModel {
	m := ui.TokensModel{Shell: q.shell(""), Form: ui.Form{Action: "/the", Token: q.session.Form}}
	m.Shell.Here = "/the"
	for _, act := range q.offered() {
		m.Scope.Options = append(m.Scope.Options, ui.Option{Value: act, Text: messages.Act(act), Note: messages.ActNote(act), Chosen: slices.Contains(scope, act)})
	}
	_ = q.site.Machine.Read(func(src lookup.Source) error { // what waits is told from what was agreed
		for _, t := range slices.Backward(q.site.Auth.Tokens(q.session)) {
			m.Rows = append(m.Rows, q.tokenRow(src, t))
		}
		return nil
	})
	return m
}

func (q *request) tokenRow(src lookup.Source, t civic.Token) ui.TokenRow {
	row := ui.TokenRow{ID: t.ID.String(), Name: t.Name, Made: moment(t.Made), Until: dayShown(t.Until), Pencil: lookup.Pending(src, t.Rev),
		Form: ui.Form{Token: q.session.Form}, Live: t.Holds(today())}
	var words []string
	for _, act := range t.Scope {
		words = append(words, messages.Act(act))
	}
	row.Scope = strings.Join(words, ", ")
	switch {
	case t.Revoked:
		row.State = ui.LinkState{Kind: ui.LinkOff, Text: "Đã thu hồi"}
	case !row.Live:
		row.State = ui.LinkState{Kind: ui.LinkOff, Text: "Hết hạn"}
	case row.Pencil:
		row.State = ui.LinkState{Kind: ui.LinkWait, Text: "Chờ cụm"}
	default:
		row.State = ui.LinkState{Kind: ui.LinkOK, Text: "Đang dùng"}
	}
	return row
}

// newToken makes one and shows it, this once.
func (s *site) newToken(q *request) error {
	scope := q.several("scope")
	m := q.tokensModel(scope)
	m.Name.Value, m.Until.Value = q.FormValue("name"), q.FormValue("until")
	if len(scope) == 0 {
		q.wrong(&m.Form, "scope", &m.Scope, "no_scope", "choose at least one act")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageTokens, m)
	}
	acts := make([]auth.Act, len(scope))
	for i, act := range scope {
		acts[i] = auth.Act(act)
	}
	ctx, cancel := proving()
	defer cancel()
	token, err := s.Auth.NewToken(ctx, q.session, q.FormValue("password"), m.Name.Value, acts, readDay(m.Until.Value), q.IP())
	if err != nil {
		fields := map[string]*ui.Input{"name": &m.Name, "until": &m.Until, "scope": &m.Scope}
		return q.ownAgain(&m.Form, err, fields, "password", &m.Sure, ui.PageTokens, func() any { return m })
	}
	m = q.tokensModel(nil)
	m.Shown = token
	return q.draw(ui.PageTokens, m)
}

// revokeToken ends one.
func (s *site) revokeToken(q *request) error {
	id, err := command.ParseID(q.FormValue("token-id"))
	if err != nil {
		return command.Errorf(command.NotFound, "not_found", "there is no such token")
	}
	if err := s.Auth.RevokeToken(q.Context(), q.session, id); err != nil {
		return err
	}
	return q.Redirect("/the?"+doneParam+"=thu-hoi", fiber.StatusSeeOther)
}
