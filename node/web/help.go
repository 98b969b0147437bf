package web

import (
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// help is the guide (hướng dẫn), open at the part that concerns who asks.
func (s *site) help(q *request) error {
	role, ok := q.guideFor(q.Params("role"))
	if !ok {
		return command.Errorf(command.NotFound, "not_found", "the guide has no such part")
	}
	return q.draw(ui.PageHelp, ui.HelpModel{Shell: q.shell(ui.SectionHelp), Role: role})
}

// guideFor is the part of the guide that an address names, else the officer's.
func (q *request) guideFor(named string) (ui.HelpRole, bool) {
	if named == "" {
		switch q.session.Officer.Role {
		case civic.RoleSupervisor:
			return ui.HelpSupervisor, true
		case civic.RoleLeader, civic.RoleProvince:
			return ui.HelpLeader, true
		}
		return ui.HelpOfficer, true
	}
	role, ok := map[string]ui.HelpRole{"can-bo": ui.HelpOfficer, "chi-huy": ui.HelpSupervisor, "lanh-dao": ui.HelpLeader}[named]
	return role, ok
}
