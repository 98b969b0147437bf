package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/command"
	"gocua/ui"
)

const invitePath = "/may/moi"

// inviteForm invites a new machine (mời máy mới), where the authority is.
func (s *site) inviteForm(q *request) error {
	m, err := q.inviteModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageInvite, m)
}

func (q *request) inviteModel() (m ui.InviteModel, err error) {
	m = ui.InviteModel{Shell: q.shell(ui.SectionMachine), Form: ui.Form{Action: invitePath, Token: q.session.Form, Cancel: "/may" + votersAnchor},
		Rows: invitedRows(q.site.Machine.Invited(), q.now())}
	m.Shell.Here = invitePath
	m.Node.Value = q.FormValue("node")
	m.Voter.Options = []ui.Option{{Value: "yes", Text: "cho bỏ phiếu khi đã đuổi kịp", Note: "Giữ số máy bỏ phiếu là số lẻ: 1, 3 hoặc 5", Chosen: q.FormValue("voter") != ""}}
	err = q.read(func(src lookup.Source) error {
		if _, err := q.overAll(src); err != nil {
			return err
		}
		m.Unit.Options = q.units(src, q.FormValue("unit"))
		return nil
	})
	if err == nil && !q.site.Machine.Membership().Invites {
		m.Why = q.say(command.Errorf(command.Conflicting, "no_authority_here", "this machine does not hold the authority"))
	}
	return m, err
}

// invite makes a token and shows it, this once: whoever has it comes in, so the
// password is asked for.
func (s *site) invite(q *request) error {
	m, err := q.inviteModel()
	if err != nil {
		return err
	}
	ctx, cancel := proving()
	defer cancel()
	err = s.Auth.Confirm(ctx, q.session, q.FormValue("password"), q.IP())
	var made lookup.Invitation
	if err == nil {
		made, err = s.Machine.Invite(m.Node.Value, q.FormValue("unit"), q.FormValue("voter") != "")
	}
	if err != nil {
		if e := command.AsError(err); e.Class == command.Unavailable && e.Code != "waiting" {
			return err
		}
		return q.ownAgain(&m.Form, err, map[string]*ui.Input{"node": &m.Node, "unit": &m.Unit}, "password", &m.Sure, ui.PageInvite, func() any { return m })
	}
	s.Log.Info("a machine was invited from a page", "officer", q.session.Officer.ID.String(), "machine", made.Node)
	m.Node.Value, m.Rows = "", invitedRows(s.Machine.Invited(), q.now())
	m.Shown = &ui.Invitation{Node: made.Node, Until: made.Until.In(ict), Root: made.Root, Near: !made.Far,
		Commands: []string{"gocua join " + made.Token + " --peer DIA-CHI:8790", "gocua serve"}}
	return q.drawWith(fiber.StatusOK, ui.PageInvite, m)
}

// invitedRows say what came of the invitations of the last day, the newest first.
func invitedRows(list []lookup.Invited, now time.Time) (rows []ui.InvitedRow) {
	for i := len(list) - 1; i >= 0; i-- {
		row := ui.InvitedRow{Name: list[i].Node, Key: list[i].Key}
		switch {
		case list[i].Key != "":
			row.State = ui.LinkState{Kind: ui.LinkOK, Text: "Đã vào lúc " + list[i].Used.In(ict).Format("15:04")}
		case now.Before(list[i].Until):
			row.State = ui.LinkState{Kind: ui.LinkWait, Text: "Chờ đến " + list[i].Until.In(ict).Format("15:04")}
		default:
			row.State = ui.LinkState{Kind: ui.LinkOff, Text: "Hết hạn, không ai vào"}
		}
		rows = append(rows, row)
	}
	return rows
}
