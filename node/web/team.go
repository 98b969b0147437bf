package web

import (
	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// namedTeam is the team of /to-cong-tac/:id, if it is of a unit of the asker's.
func (q *request) namedTeam(src lookup.Source) (civic.Team, error) {
	t, ok := civic.Load[civic.Team](src, civic.TypeTeam, command.Key(q.Params("id")))
	if !ok {
		return t, command.Errorf(command.NotFound, "unknown_team", "there is no such team")
	}
	return t, q.scope(src, t.Unit)
}

// teamForm makes a team or changes one (tổ công tác).
func (s *site) teamForm(q *request) error {
	m, _, err := q.teamModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageTeamForm, m)
}

// teamModel is the form with what was typed, or with the team as it is; typed is
// the command that asks for the one or the other.
func (q *request) teamModel() (m ui.TeamFormModel, typed civic.PutTeam, err error) {
	m.Shell = q.shell(ui.SectionOfficers)
	err = q.read(func(src lookup.Source) error {
		before, err := q.teamAsked(src)
		if err != nil {
			return err
		}
		m.New, m.Who, m.Pencil = before.ID.IsZero(), before.Name, lookup.Pending(src, before.Rev)
		m.Shell.Flash = q.flash(src)
		if typed = putTeam(before); q.Method() == fiber.MethodPost {
			q.typedInto(&typed)
		}
		m.Name.Value, m.Unit, m.In, m.Was = typed.Name, typed.Unit, unitName(src, typed.Unit), typed.Was.String()
		m.Kind.Options = teamKinds(typed.Kind)
		m.Members.Options, m.Hamlets.Options = memberOptions(src, typed), walkOptions(src, typed)
		if m.New {
			m.Units.Options = q.teamUnits(src, typed.Unit)
			return nil
		}
		q.teamStates(before, &m)
		return nil
	})
	if err != nil {
		return m, typed, err
	}
	if m.New {
		m.Form = q.sentForm("/to-cong-tac/moi", teamsPath)
		return m, typed, nil
	}
	here := "/to-cong-tac/" + typed.ID.String()
	m.Shell.Here, m.Form = here, q.sentForm(here, teamsPath)
	m.Form.Record = "" // it is in the address
	return m, typed, nil
}

// teamAsked is the team as it is, or a new one of the unit asked for.
func (q *request) teamAsked(src lookup.Source) (t civic.Team, err error) {
	if q.Params("id") != "" {
		return q.namedTeam(src)
	}
	t.Unit, t.Kind = q.FormValue("unit"), civic.TeamMixed // of the form, or of the address
	if t.Unit == "" {
		t.Unit = q.firstWard(src)
	}
	return t, q.scope(src, t.Unit)
}

// typedInto takes over what stands in the form.
func (q *request) typedInto(p *civic.PutTeam) {
	p.Name, p.Kind, p.Members, p.Hamlets = q.FormValue("team"), civic.TeamKind(q.FormValue("kind")), nil, q.several("hamlets")
	for _, value := range q.several("members") {
		if id, err := command.ParseID(value); err == nil {
			p.Members = append(p.Members, id)
		}
	}
	p.Was = command.ID{}
	if was, err := command.ParseID(q.FormValue("was")); err == nil {
		p.Was = was
	}
}

// teamStates offers to end a team, or to take an ended one up again.
func (q *request) teamStates(t civic.Team, m *ui.TeamFormModel) {
	if t.Disabled {
		m.On = new(q.newForm(teamHref(t)+"/lap-lai", ""))
		return
	}
	m.Off.Href = teamHref(t) + "/thoi"
}

// putTeam is a team as the command that leaves everything as it is.
func putTeam(t civic.Team) civic.PutTeam {
	return civic.PutTeam{ID: t.ID, Name: t.Name, Unit: t.Unit, Kind: t.Kind, Members: t.Members, Hamlets: t.Hamlets, Disabled: t.Disabled, Was: t.Rev}
}

// putTeamForm takes the form.
func (s *site) putTeamForm(q *request) error {
	m, change, err := q.teamModel()
	if err != nil {
		return err
	}
	if m.New {
		if change.ID, err = command.ParseID(m.Form.Record); err != nil {
			return err
		}
	} else if err := q.unchanged(&m, change); err != nil || len(m.Form.Errors) > 0 {
		if err != nil {
			return err
		}
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageTeamForm, m)
	}
	decided, refused, err := q.submit(m.Form, civic.KindTeamPut, q.office(), change)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(m.Form, decided, "/to-cong-tac/"+change.ID.String())
	}
	if refused.Field == "/name" { // of people it is called something else
		named := *refused
		named.Field = "/team"
		refused = &named
	}
	q.refuse(&m.Form, refused, map[string]*ui.Input{"team": &m.Name, "kind": &m.Kind, "members": &m.Members, "hamlets": &m.Hamlets})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageTeamForm, m)
}

// unchanged stops a change once if somebody changed the team since the form was
// shown. A second click on a form that was taken is none.
func (q *request) unchanged(m *ui.TeamFormModel, change civic.PutTeam) error {
	if q.captured(m.Form) {
		return nil
	}
	return q.read(func(src lookup.Source) error {
		now, err := q.namedTeam(src)
		if err == nil && now.Rev != change.Was {
			m.Was = now.Rev.String()
			q.wrong(&m.Form, "", nil, "team_changed", "somebody changed the team meanwhile; save again to replace that")
		}
		return err
	})
}

func (q *request) endTeamModel(t civic.Team) ui.ConfirmModel {
	return ui.ConfirmModel{Shell: q.shell(ui.SectionOfficers), Form: q.sentForm(teamHref(t)+"/thoi", teamHref(t)), Head: "Thôi " + t.Name, Do: "Thôi tổ này", Says: []string{
		"Tổ không còn được giao tổ, thôn nào nữa.",
		"Người trong tổ vẫn vào làm việc như thường; việc đã ghi giữ nguyên. Lập lại lúc nào cũng được."}}
}

// endTeamForm asks once more before a team is ended.
func (s *site) endTeamForm(q *request) error {
	t, err := q.aboutTeam()
	if err != nil {
		return err
	}
	return q.draw(ui.PageConfirm, q.endTeamModel(t))
}

func (q *request) aboutTeam() (t civic.Team, err error) {
	err = q.read(func(src lookup.Source) error {
		t, err = q.namedTeam(src)
		return err
	})
	return t, err
}

func (s *site) endTeam(q *request) error    { return q.switchTeam(true) }
func (s *site) takeUpTeam(q *request) error { return q.switchTeam(false) }

// switchTeam ends a team or takes it up again (thôi, lập lại).
func (q *request) switchTeam(off bool) error {
	t, err := q.aboutTeam()
	if err != nil {
		return err
	}
	m, change := q.endTeamModel(t), putTeam(t)
	if q.captured(m.Form) {
		return q.savedBefore(m.Form, teamHref(t))
	}
	change.Disabled = off
	decided, refused, err := q.submit(m.Form, civic.KindTeamPut, q.office(), change)
	switch {
	case err != nil:
		return err
	case refused != nil:
		q.refuse(&m.Form, refused, nil)
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageConfirm, m)
	}
	return q.saved(m.Form, decided, teamHref(t))
}

func teamKinds(chosen civic.TeamKind) (options []ui.Option) {
	for _, k := range civic.TeamKinds() {
		options = append(options, ui.Option{Value: string(k), Text: messages.Team(string(k)), Chosen: k == chosen})
	}
	return options
}
